"""Small scenarios for tests, built through the public parameter classes."""

from scsfast.model.integers.build import build_rules
from scsfast.model.world import Scenario

ACTS = [
    {"name": "arrears", "domain": "commercial", "sign": "negative", "rate": 2.0,
     "scale": 1.0, "penalty": 0.1, "due": 2.5, "social_value": -0.5, "seen": 0.4},
    {"name": "littering", "domain": "social", "sign": "negative", "rate": 4.0,
     "scale": 0.5, "social_value": -0.1, "seen": 0.5},
    {"name": "petition", "domain": "administrative", "sign": "negative", "rate": 0.5,
     "scale": 2.0, "seen": 0.9},
    {"name": "labour", "domain": "social", "sign": "positive", "rate": 4.0,
     "scale": 0.2, "social_value": 0.3, "seen": 0.8},
    {"name": "donation", "domain": "judicial", "sign": "positive", "rate": 3.0,
     "scale": 0.3, "price": 0.5, "social_value": 0.5, "seen": 0.6},
]  # fmt: skip

REGIME = {
    "name": "test",
    "base": 1000,
    "floor": 800,
    "ceiling": 1200,
    "memory_years": 2,
    "grades": [{"name": "C"}, {"name": "B", "from": 960}, {"name": "A", "from": 1005}],
    "good_from": 995,
    "deciding": "county",
    "discretion": {"village": 0.8, "township": 0.6, "county": 0.7, "city": 0.5},
    "publicity": 0.5,
    "meeting": {"norm": "stern", "seen": 0.3, "plus": 1, "minus": 3},
    "loss": 0.05,
    "noise": 0.03,
    "scrutiny": {"rural": 1.2, "official": 1.5},
    "acts": {
        "arrears": {"points": -20, "channel": "automatic"},
        "littering": {"points": [-50, -5]},
        "labour": {"points": 2},
        "donation": {"points": 5, "seen": 1.5},
    },
}

WORLD = {
    "n_citizens": 300,
    "n_ticks": 8,
    "warmup": 2,
    "distribution_every": 3,
    "spans": [40, 80, 160, 320],
    "acts": ACTS,
    "population": {"aware": 0.7, "enrolled": 0.9, "dissenters": 0.1},
    "meetings": {"learning": 0.3, "mutation": 0.2},
    "prize": {"loan": {"capacity": 0.05, "need_from": 0.5}},
}

LEADERS = {"all": {"credit_rate": 3.0, "frame_rate": 3.0, "share": 0.5}}


def merged(base: dict, changes: dict) -> dict:
    """Return `base` with `changes` laid over it, tables by key."""
    out = dict(base)
    for key, value in changes.items():
        both = (
            isinstance(value, dict) and isinstance(out.get(key), dict) and key != "acts"
        )
        out[key] = merged(out[key], value) if both else value
    return out


def scenario(*, world=None, regime=None, leaders=None, change=()) -> Scenario:
    """Return the test scenario with changes to its world, regime and leaders.

    `change` has pairs (tick, changes to the test's regime).
    """
    return Scenario(
        name="test",
        world=merged(WORLD, world or {}),
        regime=merged(REGIME, regime or {}),
        leaders=merged(LEADERS, leaders or {}),
        change=[
            {"tick": tick, "regime": merged(REGIME, other)} for tick, other in change
        ],
    )


def rules(**changes):
    """Return the integers of the test scenario with changes."""
    return build_rules(scenario(**changes))
