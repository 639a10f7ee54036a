"""Parts of busy worlds: leaders, lists, scorers, acts, units."""

BUSY = {  # every channel of every leader
    "credit_rate": 3.0, "frame_rate": 3.0, "share": 0.6, "retaliation": 0.8,
    "sale_rate": 3.0, "rich_from": 1.0, "ambition": 1.0, "inflation_rate": 4.0,
    "inflation_cap": 20.0, "recentring": 0.2, "audit_rate": 3.0, "tenure": 0.4, "tilt": 15.0,
    "parts": {"history": 0.5, "behaviour": 3.0}, "orders": 0.6,
}  # fmt: skip


LIST = {"term": 5, "extension": 3, "exit_rate": 3.0}


APPEAL = {"level": "township", "coverage": 0.7, "chance": 0.8, "delay": 2}


SEVERE = {"arrears": {"points": -20, "channel": "automatic", "lists": True}}


DROPS = {"arrears": {"points": -20, "drops_to": "C"}, "littering": {"drops_to": "B"}}


UNSCORED = {"arrears": {"points": 0.0, "lists": True}, "labour": {"points": 0.0}}


KINDS = {
    "loan": {"capacity": 0.05, "need_from": 0.5, "value": 2.0},
    "school": {"capacity": 0.1, "need_from": 0.2, "pool": "top", "value": 9.0},
    "ticket": {"capacity": 0.02, "need_from": 0.0, "pool": "village", "wealth": 0.5},
    "flat": {"capacity": 0.03, "need_from": 0.4, "pool": "township"},
}


INDEX = {"scorer": "index", "memory_years": None}


MODEL = {"scorer": "model", "memory_years": None}


SCORERS = {
    "ledger": {},
    "cohorts": {"memory_years": None, "valid_years": 1, "acts": DROPS},
    "index": {**INDEX, "acts": DROPS, "good_from": 1030},
    "black box": {**MODEL, "model": {"refit": 2}, "acts": DROPS, "suspicion": 2.5},
    "list": {"scorer": "list", "listing": LIST, "allocation": "exclusion", "grades": [],
             "acts": UNSCORED},
    "ledger and list": {"listing": LIST, "acts": SEVERE, "suspicion": 3.0},
    "index and list": {**INDEX, "listing": LIST, "acts": SEVERE},
    "black box and list": {**MODEL, "model": {"refit": 3, "ridge": 0.0},
                           "listing": LIST, "acts": SEVERE},
    "nothing but a list beside": {"scorer": "none", "listing": {"term": 3},
                                  "allocation": "exclusion", "acts": UNSCORED},
}  # fmt: skip


RULES = {
    "loan": "score", "school": "exclusion", "ticket": "grade", "flat": "market",
}  # fmt: skip


SIX = {"spans": [3, 6, 12, 36, 72, 144], "n_citizens": 310}


UNEQUAL = {  # counties and cities are made of two units each, by `spans`
    "n_citizens": 300,
    "sizes": {"village": [1, 2, 90, 7, 31, 1, 120, 8, 40], "township": [2, 1, 3, 1, 2]},
}


SIX_LEADERS = {"all": {"credit_rate": 1.5, "frame_rate": 1.5}}


FREE = dict.fromkeys(
    ("village", "township", "county", "city", "province", "centre"), 1.0
)


ALWAYS = {
    "world": {
        "population": {
            "enrolled": 1.0,
            "aware": 1.0,
            "dissenters": 1.0,
            "ties": [1.0] * 4,
        },
        "meetings": {"learning": 1.0, "mutation": 12.0, "slip": 1.0},
        "prize": {"loan": {"capacity": 1.0, "need_from": 0.0}},
        "conduct": {"help_rate": 1.0},
    },
    "regime": {
        "discretion": FREE,
        "publicity": 1.0,
        "loss": 1.0,
        "noise": 0.5,
        "meeting": {"seen": 1.0},
    },
    "leaders": {
        "all": {"share": 1.0, "favouritism": 1.0, "credit_rate": 4, "frame_rate": 4}
    },
}


NEVER = {
    "world": {
        "population": {
            "enrolled": 0.0,
            "aware": 0.0,
            "dissenters": 0.0,
            "ties": [0.0] * 4,
        },
        "meetings": {"learning": 0.0, "mutation": 0.0, "slip": 0.0},
        "prize": {"loan": {"capacity": 0.0, "need_from": 1.0}},
        "conduct": {"help_rate": 0.0},
    },
    "regime": {"discretion": 0.0, "publicity": 0.0, "loss": 0.0, "noise": 0.0},
    "leaders": {"all": {"share": 0.0}},
}


CITIZENS = {  # norms by group, observers who err, awareness that spreads, consent
    "world": {"population": {"aware": 0.3, "enrolled": 0.5}},
    "regime": {
        "meeting": {"group_norms": {"rural": "shunning", "urban": "image"}},
        "observers": {"number": 3, "quorum": 2, "error": 0.2},
        "awareness": {"word": 0.3, "publicity_rate": 1.0},
        "opt_in": {"review_rate": 12.0, "scale": 0.01, "cost": 0.01},
        "suspicion": 2.0,
    },
}
