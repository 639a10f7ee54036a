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
    3: {
        "ledger": "08c5b049dab13a511cb7afa115f3eeaf2320f04a89badaebde28e9cccd1bc207",
        "index": "880b26a97babb450cd7f87a0b09132f0069ad2b5399eadecd507640d438c1eb2",
        "model": "c08b117af1be4889772d0817ca9180082e31cae50265031f0b47683c287c48bf",
        "list": "b2e4f23bc884b4284a8a9740c844c1f1ba517736d01bc2abf2d6c87f09e46163",
    }
}


@pytest.mark.parametrize("scorer", REGIMES)
def test_bits_are_those_of_the_model_version(scorer):
    asked = rules(world=PLAIN, regime=REGIMES[scorer], leaders=LEADERS)
    outputs = run_replicate(asked, seed=35, replicate=4)
    assert replicate_digest(outputs) == PINNED[MODEL_VERSION][scorer]
