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
        "ledger": "6648a518e8478d241adb3b1a7e0c87419b3f3dcc6f0cd778c8e77902d1596f1b",
        "index": "7ad8b35969309519755bbf237c8a5f42034c3876785e452ce8a6c7d70dafa639",
        "model": "acfdebb0198a17a5a6a5fa9be1a1c7e23858e12005a9e3e92d9c3ad7dc7fe961",
        "list": "1c0c36570a0fd743b94e8ebf43b6e619c84fb6db9b0144fcb9e5f5a5ad94a410",
    }
}


@pytest.mark.parametrize("scorer", REGIMES)
def test_bits_are_those_of_the_model_version(scorer):
    asked = rules(world=PLAIN, regime=REGIMES[scorer], leaders=LEADERS)
    outputs = run_replicate(asked, seed=35, replicate=4)
    assert replicate_digest(outputs) == PINNED[MODEL_VERSION][scorer]
