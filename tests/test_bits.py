"""The bits of a model version are what they were: a pinned digest.

If this fails, the same question now gives other numbers. Where that is meant, raise
`MODEL_VERSION`, add a line to the changelog under "Bits", and pin the new digest.
"""

import pytest
from scenarios import rules

from scsfast.campaign.digest import replicate_digest
from scsfast.campaign.identity import MODEL_VERSION
from scsfast.engine.simulate import run_replicate

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
    2: {
        "ledger": "2742fd1c0267b990db35784400b4eaaeb635d5f7d1286fe9d9a7a0b14b2030bd",
        "index": "d3558c62af57740be883cb903992eb0ad05e4b587a3f30d82dc5184a43bfb576",
        "model": "fcf2cc82400f1cb40443d0bf576f3d7a8c0555e4e9865d934fd4d9323a1f453a",
        "list": "02615a1d9621d83e72106c2f9548f9fcb767a1dfaa0b50a642baecd1bc948088",
    }
}


@pytest.mark.parametrize("scorer", REGIMES)
def test_bits_are_those_of_the_model_version(scorer):
    asked = rules(world=PLAIN, regime=REGIMES[scorer], leaders=LEADERS)
    outputs = run_replicate(asked, seed=35, replicate=4)
    assert replicate_digest(outputs) == PINNED[MODEL_VERSION][scorer]
