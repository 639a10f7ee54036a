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
        "ledger": "70447234647a4277f849d2c961d79faa5e6c92ef3b7f93be040da65c3d05eb1c",
        "index": "d77e25b523008cb573602450d18f13440e6bae3e01bfc1ea4aebe27083ca2088",
        "model": "9145359eefd34bcba2fb5c9b4c942d0f17f8f4d39523c4bd2dcdc7565a132107",
        "list": "73bc0c58c88126307db99a6cd249f2455368e0a65325d96a65c398dae0c5b623",
    }
}


@pytest.mark.parametrize("scorer", REGIMES)
def test_bits_are_those_of_the_model_version(scorer):
    asked = rules(world=PLAIN, regime=REGIMES[scorer], leaders=LEADERS)
    outputs = run_replicate(asked, seed=35, replicate=4)
    assert replicate_digest(outputs) == PINNED[MODEL_VERSION][scorer]
