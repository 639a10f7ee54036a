"""Small worlds in which every mechanism is active."""

from hypothesis import strategies as st

from scsfast.engine import available_variants, load_kernel
from scsfast.engine.check import first_difference
from scsfast.engine.simulation import Simulation
from scsfast.model.reference.reference import Reference
from support.busy_parts import (
    ALWAYS,
    APPEAL,
    BUSY,
    CITIZENS,
    FREE,
    INDEX,
    KINDS,
    LIST,
    MODEL,
    NEVER,
    RULES,
    SCORERS,
    SEVERE,
    SIX,
    SIX_LEADERS,
    UNEQUAL,
)
from support.choice_worlds import choice_cases
from support.small_scenarios import ACTS, merged

CASES = {
    "all mechanisms": {},
    "thresholds full": ALWAYS,
    "full but no record lost": {**ALWAYS, "regime": {**ALWAYS["regime"], "loss": 0.0}},
    "thresholds zero": NEVER,
    "one citizen": {"world": {"n_citizens": 1}},
    "two citizens": {"world": {"n_citizens": 2}},
    "units do not divide": {"world": {"n_citizens": 333, "spans": [7, 49, 98, 196]}},
    "villages wider than a tile": {"world": {"n_citizens": 620, "spans": [600, 1200, 2400]}},
    "one level": {
        "world": {
            "spans": [7], "unit_means": "village", "prize": {"loan": {"pool": "village"}},
            "population": {"network": ["village", "top"]},
        },
        "regime": {"deciding": "village"},
    },
    "six levels": {
        "world": SIX, "regime": {"discretion": FREE, "deciding": "centre"},
        "leaders": SIX_LEADERS,
    },
    "six levels, township decides": {
        "world": SIX, "regime": {"discretion": FREE, "deciding": "township"},
        "leaders": SIX_LEADERS,
    },
    "no acts": {"world": {"acts": []}, "regime": {"acts": {}}},
    "only deeds": {"world": {"acts": [
        {"name": "labour", "domain": "social", "sign": "positive", "rate": 9,
         "scale": 0.2, "seen": 0.8}
    ]}, "regime": {"acts": {"labour": {"points": 2}}}},
    "no network": {"world": {"population": {"network": []}}},
    "no grades": {"regime": {"grades": []}},
    "eight grades": {"regime": {"grades": [{"name": "0"}] + [
        {"name": str(k), "from": 985 + 5 * k} for k in range(1, 8)
    ]}},
    "lottery": {"regime": {"scorer": "none", "allocation": "lottery"}},
    "market": {"regime": {"scorer": "none", "allocation": "market"}},
    "oracle": {"regime": {"scorer": "none", "allocation": "oracle"}},
    "scored, but prizes by lottery": {"regime": {"allocation": "lottery"}},
    "score allocation without a scorer": {"regime": {"scorer": "none"}},
    "image": {"regime": {"meeting": {"norm": "image"}}},
    "standing": {"regime": {"meeting": {"norm": "standing"}}},
    "clients know": {
        "world": {"population": {"ties": [0.8] * 4}},
        "leaders": {"clients_know": True, "all": {"share": 1.0, "favouritism": 0.9}},
    },
    "given slope": {"regime": {"belief": {"kind": "slope", "slope": 0.001}}},
    "falling slope": {"regime": {"belief": {"kind": "slope", "slope": -0.001}}},
    "given table": {"regime": {"belief": {"kind": "table", "values": [
        k * k % 7 / 10 for k in range(128)
    ]}}},
    "steepest slope, longest horizon": {
        "world": {"conduct": {"horizon": 4096.0}},
        "regime": {
            "floor": -30000, "ceiling": 30000,
            "belief": {"kind": "slope", "slope": 1.0},
            "acts": {"arrears": {"points": -30000}, "labour": {"points": 30000}},
        },
    },
    "steepest table": {
        "world": {"conduct": {"horizon": 4096.0, "fake_scale": 0.004}},
        "regime": {"belief": {"kind": "table", "values": [
            (-1) ** k * 16384 for k in range(128)
        ]}},
    },
    "most money": {"world": {
        "prize": {"loan": {"value": 16384, "wealth": 16384, "capacity": 1, "need_from": 0}},
        "conduct": {"moral": 16384, "intrinsic": 16384, "fake_scale": 0.004,
                    "help_value": 16384},
        "meetings": {"benefit": 16384, "cost": 16384, "selection": 1000, "learning": 1},
        "acts": [
            {**act, "penalty": 16384, "scale": 0.004, "social_value": -16384}
            for act in ACTS
        ],
    }},
    "most points": {
        "regime": {
            "floor": -30000, "base": 30000, "ceiling": 30000,
            "acts": {"arrears": {"points": -30000}, "littering": {"points": [-30000, 30000]},
                     "labour": {"points": 30000}, "donation": {"points": -30000}},
            "meeting": {"plus": 30000, "minus": 30000, "seen": 1},
        },
        "leaders": {"all": {
            "credit_points": 30000, "frame_points": 30000, "share": 1, "desk_bonus": 5000,
            "agenda": {"social": 10, "commercial": 10},
        }},
    },
    "longest memory": {
        "world": {"prize": {"loan": {"value": 16384}}},
        "regime": {"belief": {"memory": 120, "prior": 0}},
    },
    "no belief": {"regime": {"belief": {"kind": "none"}}},
    "narrow score": {"regime": {
        "base": 1, "floor": 0, "ceiling": 1, "good_from": 1, "grades": [],
    }},
    "wide score": {"regime": {"floor": -30000, "ceiling": 30000}},
    "no drift": {"regime": {"memory_years": None}},
    "fast drift": {"regime": {"memory_years": 0.01}},
    "pools of villages": {"world": {"prize": {"loan": {"pool": "village"}}}},
    "one pool": {"world": {"prize": {"loan": {"pool": "top"}}}},
    "desk of the city": {"world": {"prize": {"loan": {"pool": "city"}}}},
    "payoffs beyond 16 bits": {"world": {
        "meetings": {"learning": 1.0, "payoff_memory": 1.0, "selection": 0.01},
        "prize": {"loan": {"value": 16000.0, "capacity": 0.3}},
    }},
    "no unit means": {"world": {"unit_means": None}},
    "everybody is bad": {"world": {"bad_quality": 1.0}},
    "deeds cost everything": {"world": {"years_of_wealth": 0.0}},
    "agenda": {"leaders": {"all": {"agenda": {"social": 3.0, "commercial": 0.0}}}},
    **{f"busy leaders: {name}": {"regime": regime, "leaders": {"all": BUSY}}
       for name, regime in SCORERS.items()},
    **{f"honest leaders: {name}": {"regime": regime, "leaders": {"all": {"share": 0.0}}}
       for name, regime in SCORERS.items()},
    "busy leaders on six levels": {
        "world": SIX, "regime": {**INDEX, "discretion": FREE, "deciding": "centre"},
        "leaders": {"all": {**BUSY, "sale_rate": 1.5, "credit_rate": 1.5,
                            "frame_rate": 1.5}},
    },
    **{f"appeals against busy leaders: {name}": {
        "regime": {"appeal": APPEAL, "deciding": "township", **regime},
        "leaders": {"all": BUSY}, "world": {"population": {"ties": [0.3] * 4}},
    } for name, regime in SCORERS.items()},
    **{f"records of namesakes: {name}": {
        "regime": {"appeal": APPEAL, "misfiled": 0.3, "loss": 0.05, "noise": 0.1, **regime},
        "leaders": {"all": BUSY},
    } for name, regime in SCORERS.items()},
    "every record is a namesake's, nobody hears it": {
        "regime": {"misfiled": 1.0, "listing": LIST, "acts": SEVERE},
    },
    "appeals of the top level, heard after a year": {
        "regime": {"appeal": {"level": "city", "delay": 12, "error": 0.0}},
        "leaders": {"all": BUSY},
    },
    "a word from above that is always obeyed": {
        "regime": {"deciding": "village", "discretion": FREE},
        "world": {"population": {"ties": [0.4] * 4}},
        "leaders": {"clients_know": True, "all": {**BUSY, "orders": 1.0}},
    },
    **{f"judged by {figure}: {name}": {
        "world": {"spans": [10, 20, 40, 80]},
        "regime": {"deciding": "township", **SCORERS[name]},
        "leaders": {"all": {**BUSY, "target": {
            "judged_by": figure, "prize": 1.5, "width": 200.0 if figure == "count" else 9.0,
        }}},
    } for figure in ("mean", "count") for name in ("ledger", "black box", "list")},
    **{f"leaders learn: {name}": {
        "world": {"spans": [5, 20, 40, 80]}, "regime": SCORERS[name],
        "leaders": {"all": {**BUSY, "career": {
            "learning": 12.0, "favour_value": 2.0, "standing_value": 0.5,
        }}},
    } for name in ("ledger", "black box", "list")},
    "credit repair": {"regime": {
        "listing": {**LIST, "repair": 2}, "acts": {**SEVERE, "labour": {"points": 2}},
        "appeal": APPEAL,
    }, "leaders": {"all": BUSY}},
    "by grade": {"regime": {"allocation": "grade"}},
    "by list": {"regime": {"allocation": "exclusion", "listing": LIST, "acts": SEVERE}},
    "four kinds of prize": {
        "world": {"prize": KINDS},
        "regime": {"allocation": RULES, "listing": LIST, "acts": SEVERE},
        "leaders": {"all": {**BUSY, "desk_bonus": 40.0}},
    },
    "two kinds by score": {
        "world": {"prize": {"loan": KINDS["loan"], "school": KINDS["school"]}},
        "regime": {"allocation": {"loan": "score", "school": "oracle"}},
    },
    "unenrolled at base": {
        "world": {"population": {"enrolled": 0.4}}, "regime": {"unenrolled": "base"},
    },
    "unenrolled at base, by grade": {
        "world": {"population": {"enrolled": 0.4}},
        "regime": {"unenrolled": "base", "allocation": "grade"},
    },
    "enrolment by the regime": {"regime": {"enrolled": 0.3}},
    "access": {"regime": {"access": {"rural": 0.3, "official": 1.6}}},
    "acts of one group, and defiance": {
        "world": {"acts": [
            {**ACTS[0], "only": "rural", "defies": True}, {**ACTS[1], "defies": True},
            {**ACTS[3], "only": "urban"}, *ACTS[2:3], *ACTS[4:],
        ]},
        "leaders": {"all": {**BUSY, "retaliation": 1.0}},
    },
    "tenure without audits": {"leaders": {"all": {"tenure": 0.2, "share": 0.3}}},
    "audits without tenure": {"leaders": {"all": {"audit_rate": 6.0, "share": 1.0}}},
    "re-centring alone": {"leaders": {"all": {"share": 0.0, "recentring": 1.0}}},
    "boundless inflation": {"leaders": {"all": {
        "share": 1.0, "ambition": 1.0, "inflation_rate": 30000.0, "inflation_cap": 30000.0,
    }}},
    "longest list": {"regime": {"listing": {"term": 255, "extension": 255},
                                "acts": SEVERE}},
    "certain performance": {"regime": {"listing": {"term": 9, "exit_rate": 12.0},
                                       "acts": SEVERE}},
    "all weight on wealth": {"regime": {**INDEX, "index": {
        "weights": {"history": 0.0, "capacity": 1.0, "behaviour": 0.0, "identity": 0.0,
                    "network": 0.0}, "rate": 1.0, "full_capacity": 0.01,
    }}},
    **{f"behaviour too steep for lanes of 32 bits: {name}": {"regime": {
        **regime, "index": {"full_behaviour": 0.01},
    }, "leaders": {"all": BUSY}} for name, regime in (("index", INDEX), ("black box", MODEL))},
    "index in villages wider than a tile": {
        "world": {"n_citizens": 620, "spans": [600, 1200, 2400]}, "regime": INDEX,
    },
    "steepest black box": {"regime": {
        **MODEL, "floor": -30000, "ceiling": 30000,
        "model": {"refit": 1, "points_per_violation": 30000.0, "ridge": 0.0},
    }, "leaders": {"all": {**BUSY, "tilt": 30000.0}}},
}  # fmt: skip
CASES |= {
    "queue": {"regime": {"scorer": "none", "allocation": "queue"}},
    "scored, but prizes by queue": {
        "regime": {"allocation": "queue"}, "leaders": {"all": BUSY},
    },
    "a queue beside other rules": {
        "world": {"prize": KINDS},
        "regime": {"allocation": {**RULES, "school": "queue"}},
        "leaders": {"all": {**BUSY, "desk_bonus": 40.0}},
    },
    **{f"a tenth, all of the applicants served: {name}": {
        "world": {"prize": {
            "loan": {"served": 0.1, "need_from": 0.3},
            "flat": {"served": 1.0, "need_from": 0.8, "pool": "township"},
        }},
        "regime": regime, "leaders": {"all": BUSY},
    } for name, regime in SCORERS.items()},
    **{f"placebo: {name}": {
        "world": {"population": {"ties": [0.3] * 4, "dissenters": 0.3}},
        "regime": {"appeal": APPEAL, **regime},
        "leaders": {"placebo": True, "all": BUSY},
    } for name, regime in SCORERS.items()},
    "placebo whose clients count on cover, on six levels": {
        "world": {**SIX, "population": {
            "ties": [0.3] * 6, "correlations": {"ties_means": 0.9},
        }},
        "regime": {**INDEX, "discretion": FREE, "deciding": "centre"},
        "leaders": {"placebo": True, "clients_know": True, "all": {
            **BUSY, "sale_rate": 1.5, "credit_rate": 1.5, "frame_rate": 1.5,
        }},
    },
    "placebo where all are clients and dissenters": merged(
        ALWAYS, {"leaders": {"placebo": True}}
    ),
}  # fmt: skip
CASES |= choice_cases(BUSY, KINDS, INDEX)
CASES |= {
    **{f"citizens: {name}": merged(CITIZENS, {"regime": regime})
       for name, regime in SCORERS.items()
       if regime.get("scorer", "ledger") in ("ledger", "index", "model")},
    "citizens: by grade": merged(CITIZENS, {"regime": {"allocation": "grade"}}),
    "citizens: by list": merged(CITIZENS, {"regime": {
        "allocation": "exclusion", "listing": LIST, "acts": SEVERE}}),
    "citizens: four kinds of prize": merged(CITIZENS, {
        "world": {"prize": KINDS},
        "regime": {"allocation": RULES, "listing": LIST, "acts": SEVERE,
                   "belief": {"memory": 1, "prior": 0}},
    }),
    "citizens: slope": merged(CITIZENS, {"regime": {
        "belief": {"kind": "slope", "slope": 0.01}}}),
    "citizens: table, outsiders at base": merged(CITIZENS, {"regime": {
        "unenrolled": "base",
        "belief": {"kind": "table", "values": [k / 100 for k in range(128)]}}}),
    "citizens: nobody knows, nobody is in": merged(CITIZENS, {
        "world": {"population": {"aware": 0.0, "enrolled": 0.0}}}),
    "citizens: all at once": merged(CITIZENS, {"regime": {
        "awareness": {"word": 1.0, "publicity_rate": 12.0},
        "opt_in": {"scale": 0.004, "cost": 1.0, "outlook": 30000.0},
        "observers": {"number": 101, "quorum": 51, "error": 0.5}}}),
    "citizens: no network": merged(CITIZENS, {"world": {"population": {"network": []}}}),
}  # fmt: skip
CASES |= {
    **{f"villages of unequal size: {name}": {
        "world": {**UNEQUAL, "prize": KINDS, "population": {
            "network": ["village", "township", "county", "top"],
        }},
        "regime": {"appeal": APPEAL, "misfiled": 0.3, **regime},
        "leaders": {"all": {
            **BUSY, "career": {"learning": 12.0, "standing_value": 0.5},
            "target": {"judged_by": figure, "prize": 1.5, "width": width},
        }},
    } for figure, width in (("mean", 9.0), ("count", 200.0))
       for name, regime in list(SCORERS.items())[figure == "count"::2]},
    "a village wider than a tile beside small ones": {
        "world": {"n_citizens": 620, "sizes": {"village": [3, 600, 1, 16]},
                  "unit_means": "village"},
        "leaders": {"all": BUSY},
    },
    "units of unequal size on six levels": {
        "world": {**SIX, "sizes": {
            "village": [*range(1, 24), 34], "township": [1, 2, 3, 4, 5, 6, 3],
            "county": [3, 1, 2, 1], "city": [1, 3], "province": [1, 1], "centre": [2],
        }},
        "regime": {"discretion": FREE, "deciding": "centre"}, "leaders": SIX_LEADERS,
    },
}  # fmt: skip


CHANGES = {
    "consent, without, with again": [
        (2, merged(CITIZENS["regime"], {"enrolled": 0.2})), (4, {"enrolled": 0.7}),
        (5, CITIZENS["regime"]), (6, {**SCORERS["list"]}),
    ],
    "ledger, index, nothing, cohorts": [
        (2, {**SCORERS["index and list"], "enrolled": 0.5}),
        (4, {"scorer": "none", "allocation": "lottery"}),
        (5, SCORERS["cohorts"]),
    ],
    "ledger, list, black box": [(1, SCORERS["list"]), (3, SCORERS["black box"])],
    "a change at warm-up, of what is drawn by leaders": [
        (2, {"discretion": 0.0}), (3, {"deciding": "village", "allocation": "oracle"}),
        (6, {"allocation": "market"}),
    ],
    "clerks err, err more, and no longer": [
        (2, {"misfiled": 0.5}), (4, {"misfiled": 1.0}), (6, {"misfiled": 0.0}),
    ],
    "appeals end, begin, and are heard elsewhere": [
        (2, {"appeal": {**APPEAL, "delay": 3}, "deciding": "village"}), (4, {}),
        (5, {"appeal": {**APPEAL, "level": "village", "delay": 1}}),
    ],
}  # fmt: skip


def simulations(rules, seed=35, replicate=2, threads=(1, 2)):
    """Return one simulation for each kernel variant and number of threads."""
    return {
        f"{variant} on {n_threads}": Simulation(
            rules, seed, replicate, n_threads, load_kernel(variant)
        )
        for variant in available_variants()
        for n_threads in threads
    }


def assert_equal(rules, n_ticks, seed=35, replicate=2, threads=(1, 2)):
    """Fail with the first difference between any kernel and the reference."""
    kernels = simulations(rules, seed, replicate, threads)
    assert first_difference(kernels, Reference(rules, seed, replicate), n_ticks) == ""


share = st.floats(0, 1)


points = st.integers(-60, 60)
