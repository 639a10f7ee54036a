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
    "index": {"scorer": "index"},
    "model": {"scorer": "model", "model": {"refit": 6}},
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
        "index": "8306485d6ddd489bff9d2fc4a3c1b2798bd8999330e7374eaaae195d4cacaa61",
        "model": "717ae1e61323442dce99138045d0f2d4958af551c3dd0ee0e7ed6a3181604d81",
        "list": "02615a1d9621d83e72106c2f9548f9fcb767a1dfaa0b50a642baecd1bc948088",
    }
}


@pytest.mark.parametrize("scorer", REGIMES)
def test_bits_are_those_of_the_model_version(scorer):
    asked = rules(world=PLAIN, regime=REGIMES[scorer], leaders=LEADERS)
    outputs = run_replicate(asked, seed=35, replicate=4)
    assert replicate_digest(outputs) == PINNED[MODEL_VERSION][scorer]
