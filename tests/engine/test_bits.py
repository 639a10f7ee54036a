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
        "ledger": "8fe6cb62a99e89d27fa58a16ce2d17ba982d1342036c355f2b5588874e36b836",
        "index": "46579334fcfddf416b69549c228d4b9e47ecf18c97fd8c834c0e70f750b72994",
        "model": "66158894ad3f12b43bb5e9ec24570dbab08e662d76c4a3a60a76234363aae46f",
        "list": "4ce0dc51ff20ba701e49aeba3c91c5fae25637539ec1d067398a157f6f71fee3",
    }
}


@pytest.mark.parametrize("scorer", REGIMES)
def test_bits_are_those_of_the_model_version(scorer):
    asked = rules(world=PLAIN, regime=REGIMES[scorer], leaders=LEADERS)
    outputs = run_replicate(asked, seed=35, replicate=4)
    assert replicate_digest(outputs) == PINNED[MODEL_VERSION][scorer]
