"""Small worlds in which much happens: acts in nearly every tick, units of a few citizens.

Each shows rules that a world of the grid shows rarely or never, because a rule is reached
after years, at a bound, or by one citizen in thousands.
"""

from support.busy_parts import APPEAL, BUSY, CITIZENS, FREE, INDEX, KINDS, LIST, MODEL
from support.small_scenarios import ACTS, merged

# Acts a year of each kind of ACTS: all negative ones, and all positive ones, make 12.
RATES = (4.0, 4.0, 4.0, 6.0, 6.0)
OFTEN = [
    {**act, "rate": rate, "defies": act["name"] == "petition"}
    for act, rate in zip(ACTS, RATES, strict=True)
]
SCORED = {
    "arrears": {"points": -20, "channel": "automatic", "lists": True, "drops_to": "C"},
    "littering": {"points": [-50, -5], "drops_to": "B"},
    "petition": {"points": -9, "lists": True},
    "labour": {"points": 2},
    "donation": {"points": 5, "seen": 1.5},
}
RULES = {
    "loan": "score",
    "school": "threshold",
    "ticket": "proportional",
    "flat": "grade",
}
CONSENT = CITIZENS["regime"]
LEARNING = {
    "learning": 12.0,
    "favour_value": 0.5,
    "standing_value": 0.5,
    "selection": 0.5,
}
DENSE = {
    "world": {
        "n_citizens": 60, "n_ticks": 16, "spans": [3, 15, 30, 60], "acts": OFTEN,
        "prize": {name: {**kind, "capacity": 0.2} for name, kind in KINDS.items()},
        "population": {"ties": [0.4] * 4, "dissenters": 0.4, "aware": 0.6, "enrolled": 0.8},
        "meetings": {"learning": 0.6, "mutation": 1.0}, "unit_means": "village",
    },
    "regime": {
        **{key: CONSENT[key] for key in ("awareness", "opt_in", "observers")},
        "acts": SCORED, "listing": {**LIST, "repair": 2}, "appeal": APPEAL,
        "misfiled": 0.2, "loss": 0.1, "noise": 0.1,
        "meeting": {"seen": 0.8, **CONSENT["meeting"]}, "suspicion": 2.0,
        "allocation": RULES, "serves_from": 1000,
    },
    "leaders": {"clients_know": True, "all": {
        **BUSY, "credit_rate": 2.0, "frame_rate": 2.0, "sale_rate": 2.0, "desk_bonus": 20.0,
        "career": LEARNING,
        "target": {"judged_by": "count", "prize": 1.5, "width": 200.0},
    }},
}  # fmt: skip


def dense(world=None, regime=None, leaders=None, **changes) -> dict:
    """Return the dense case with changes to its tables."""
    own = {"world": world or {}, "regime": regime or {}, "leaders": leaders or {}}
    return {**merged(DENSE, own), **changes}


def without(key: str) -> dict:
    """Return the dense regime without one of its tables, as a change to the test's regime."""
    return {name: value for name, value in DENSE["regime"].items() if name != key}


YEARS = {"ticks_per_year": 4, "act_rates": 0.5, "acts": ACTS}
SLOWLY = {
    **dict.fromkeys(("credit_rate", "frame_rate", "sale_rate", "audit_rate"), 0.8),
    "career": {"learning": 4.0},
}
COHORTS = {"memory_years": None, "valid_years": 2}
EVERYTHING = {"value": 16384.0, "capacity": 1.0, "need_from": 0.0}
LIFTED = {  # by 5,000 points, to just below or above a grade
    "floor": -30000, "ceiling": 30000, "discretion": FREE,
    "grades": [{"name": "C"}, {"name": "B", "from": 960}, {"name": "A", "from": 6005}],
}  # fmt: skip
OTHER_PARTS = ("capacity", "behaviour", "identity", "network")
MOSTLY_HISTORY = {"history": 0.8, **dict.fromkeys(OTHER_PARTS, 0.05)}
SEEN = [{**act, "seen": 1.0, "scale": 0.05} for act in OFTEN]
DENSE_CASES = {
    "dense: ledger": dense(),
    "dense: cohorts over years": dense(
        YEARS, {**COHORTS, "opt_in": {**CONSENT["opt_in"], "review_rate": 4.0}},
        {"all": SLOWLY},
    ),
    "dense: whole points, at the cuts exactly": dense(
        regime={"memory_years": None, "discretion": {"county": 0.0}},
        leaders={"all": {"inflation_rate": 0.0, "recentring": 0.0, "sale_points": 5.0}},
    ),
    "dense: index": dense(regime=INDEX),
    "dense: black box": dense(regime={**MODEL, "model": {"refit": 2}}),
    "dense: list": dense(regime={
        "scorer": "list", "allocation": "exclusion", "grades": [], "opt_in": None,
        "acts": {"arrears": {"points": 0.0, "lists": True}, "labour": {"points": 0.0}},
    }),
    "dense: lists that repair ends": dense(regime={
        "listing": {"term": 3, "extension": 1, "repair": 2},
    }),
    "dense: judged by mean": dense(leaders={"all": {"target": {"judged_by": "mean"}}}),
    "dense: placebo": dense(leaders={"placebo": True}),
    "dense: slope": dense(regime={"belief": {"kind": "slope", "slope": 0.01}}),
    "dense: all kinds by threshold": dense(regime={"allocation": "threshold"}),
    "dense: all kinds by grade": dense(regime={"allocation": "grade"}),
    "dense: all kinds by market": dense(regime={"allocation": "market"}),
    "dense: all kinds by list": dense(regime={"allocation": "exclusion"}),
    "dense: all kinds proportional": dense(regime={"allocation": "proportional"}),
    "dense: scores at both ends": dense(regime={
        "floor": 994, "ceiling": 1006, "grades": [{"name": "C"}, {"name": "B", "from": 999},
                                                  {"name": "A", "from": 1005}],
    }),
    "dense: an index that starts at almost no history": dense(regime={
        **INDEX, "floor": -30000, "ceiling": 30000,
        "index": {"start": 1 / 65535, "record_weight": 1.0, "weights": MOSTLY_HISTORY},
    }),
    "dense: acts that all see, cheap": dense(
        {"acts": SEEN, "conduct": {"intrinsic": 0.0}},
        {"acts": {**SCORED, "donation": {"points": -5}}, "observers": {"number": 1,
         "quorum": 1, "error": 0.0}},
    ),
    "dense: a slope for an index": dense(
        regime={**INDEX, "belief": {"kind": "slope", "slope": 0.01}},
    ),
    "dense: a table for the first of four kinds": dense(
        regime={"belief": {"kind": "table", "values": [k / 20 for k in range(128)]}},
    ),
    "dense: cohorts that begin with a year": dense(
        {"ticks_per_year": 4, "act_rates": 0.5, "acts": ACTS},
        {"opt_in": None}, {"all": SLOWLY},
        change=[(4, {**without("opt_in"), **COHORTS})],
    ),
    "dense: villages of unequal size": dense(
        {"sizes": {"village": [1, 2, 9, 7, 3, 1, 12, 5, 14, 6], "township": [2, 1, 3, 1, 3]}},
    ),
    "dense: desks alone favour": dense(leaders={"all": {
        **dict.fromkeys(("favouritism", "credit_rate", "frame_rate", "sale_rate"), 0.0),
        **dict.fromkeys(("tilt", "retaliation", "discretion_use"), 0.0),
    }}),
    "dense: the most prizes": dense(
        {"prize": dict.fromkeys(KINDS, EVERYTHING), "meetings": {"payoff_memory": 1.0}},
    ),
    "dense: two units decide": dense({"spans": [3, 15, 30]}, {"deciding": "county"}),
    "dense: small gains from joining": dense(regime={"transparency": 0.02, "opt_in": {
        **CONSENT["opt_in"], "cost": 0.0,
    }}),
    "dense: desks lift by thousands": dense(
        regime={**LIFTED, "serves_from": 6005},
        leaders={"all": {"desk_bonus": 5000.0}},
    ),
    "dense: desks lift by thousands over grades": dense(
        regime={**LIFTED, "allocation": "grade"},
        leaders={"all": {"desk_bonus": 5000.0}},
    ),
    "dense: other regimes": dense(change=[
        (2, {**DENSE["regime"], "deciding": "village"}),
        (4, {**DENSE["regime"], **COHORTS, "enrolled": 0.5}),
        (7, without("opt_in")), (9, {**DENSE["regime"], **INDEX}),
    ]),
}  # fmt: skip
