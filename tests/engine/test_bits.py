"""The bits of a model version are what they were: a pinned digest.

If this fails, the same question now gives other numbers. Where that is meant, raise
`MODEL_VERSION`, add a line to the changelog under "Bits", and pin the new digest.
"""

import pytest
from support.small_scenarios import rules

from scsfast.campaign.identity import MODEL_VERSION
from scsfast.engine.simulate import run_replicate
from scsfast.store.digest import replicate_digest

PLAIN = {  # no distribution whose quantiles come from a library
    "population": {
        name: {"kind": "uniform", "low": 0, "high": high}
        for name, high in (("quality", 1), ("guile", 0.5), ("means", 3))
    },
    "n_citizens": 3_000,
    "n_ticks": 24,
}
LISTED = {"arrears": {"points": -20, "lists": True}}
REGIMES = {
    "ledger": {},
    "index": {"scorer": "index", "memory_years": None},
    "model": {"scorer": "model", "memory_years": None, "model": {"refit": 6}},
    "list": {
        "scorer": "list",
        "listing": {"term": 6, "exit_rate": 2.0},
        "allocation": "exclusion",
        "acts": LISTED,
    },
}
LEADERS = {
    "all": {
        **{"sale_rate": 1.0, "ambition": 0.5, "recentring": 0.1, "audit_rate": 0.3},
        **{"tenure": 1.0, "tilt": 10.0, "retaliation": 0.5},
    }
}
PINNED = {
    4: {
        "ledger": "aacc06d42e0b8cdf09aa5ddc11638d7c8d37fcecb570a7782495a262b625cb1b",
        "index": "28706db8d5df94cb74d8f9e7009d447b19827891c6d224ed58fe90733e422790",
        "model": "7079defdda58a195ffc1d650fc247e6ba1141e1c24b282668ab5c8571ebae7df",
        "list": "d81ffdda89986c174d221be3c72c7220793c77f2783241bbab97fe6a454aed43",
    }
}


@pytest.mark.parametrize("scorer", REGIMES)
def test_bits_are_those_of_the_model_version(scorer):
    asked = rules(world=PLAIN, regime=REGIMES[scorer], leaders=LEADERS)
    outputs = run_replicate(asked, seed=35, replicate=4)
    assert replicate_digest(outputs) == PINNED[MODEL_VERSION][scorer]
