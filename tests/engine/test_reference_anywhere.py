"""Kernel and reference agree in random regimes and changes."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.busy_worlds import assert_equal, points, share
from support.small_scenarios import rules


@st.composite
def any_scorer(draw):
    """Draw a scorer with its table, perhaps a list beside it."""
    kind = draw(
        st.sampled_from(["ledger", "cohorts", "index", "model", "list", "none"])
    )
    listing = st.fixed_dictionaries({
        "term": st.integers(1, 255), "extension": st.integers(0, 255),
        "exit_rate": st.floats(0, 12), "framed": st.booleans(),
    })  # fmt: skip
    found = {"scorer": "ledger" if kind == "cohorts" else kind}
    if kind == "cohorts":
        found |= {"memory_years": None, "valid_years": draw(st.integers(1, 5))}
    if kind in ("index", "model"):
        names = ("rate", "record_weight", "circle_weight", "start")
        found["memory_years"] = None
        found["index"] = {name: draw(st.floats(0.001, 1)) for name in names}
        found["model"] = {
            "refit": draw(st.integers(1, 4)), "ridge": draw(st.floats(0, 2)),
            "points_per_violation": draw(st.floats(0, 3000)),
        }  # fmt: skip
    if kind == "list" or draw(st.booleans()):
        found["listing"] = draw(listing)
        found["allocation"] = draw(st.sampled_from(["exclusion", "lottery", "market"]))
    return found


@st.composite
def any_changes(draw):
    """Draw a scenario: sizes, spans, chances and points anywhere in their ranges."""
    spans = [draw(st.integers(1, 9))]
    for _ in range(draw(st.integers(0, 5))):
        spans.append(spans[-1] * draw(st.integers(2, 3)))
    levels = ("village", "township", "county", "city", "province", "centre")[
        : len(spans)
    ]
    level = st.sampled_from(levels)
    harsh, mild = sorted((draw(points), draw(points)))
    floor, base, ceiling = sorted(draw(st.tuples(*[st.integers(-300, 300)] * 3)))
    return {
        "world": {
            "n_citizens": draw(st.integers(1, 80)),
            "spans": spans,
            "unit_means": draw(level),
            "warmup": draw(st.integers(0, 3)),
            "prize": {
                "loan": {
                    "capacity": draw(share),
                    "need_from": draw(share),
                    "value": draw(st.floats(0, 50)),
                    "pool": draw(st.one_of(level, st.just("top"))),
                }
            },
            "population": {
                "network": draw(st.lists(st.one_of(level, st.just("top")), max_size=3)),
                "ties": [draw(share) for _ in levels],
                "dissenters": draw(share),
                "enrolled": draw(share),
                "aware": draw(share),
            },
            "meetings": {"slip": draw(share), "learning": draw(share)},
        },
        "regime": {
            "floor": floor,
            "base": base,
            "ceiling": ceiling + 1,
            "good_from": min(draw(st.integers(-300, 300)), ceiling + 1),
            "grades": [],
            "memory_years": draw(st.one_of(st.none(), st.floats(0.02, 5))),
            "deciding": draw(level),
            "discretion": {name: draw(share) for name in levels},
            "publicity": draw(share),
            "transparency": draw(share),
            "loss": draw(share),
            "noise": draw(st.floats(0, 0.5)),
            "misfiled": draw(share),
            "allocation": draw(
                st.sampled_from(["score", "lottery", "market", "oracle"])
            ),
            "access": {
                "rural": draw(st.floats(0, 3)),
                "official": draw(st.floats(0, 3)),
            },
            "suspicion": draw(st.floats(0, 5)),
            "unenrolled": draw(st.sampled_from(["last", "base"])),
            **draw(any_scorer()),
            "meeting": {
                "norm": draw(st.sampled_from(["image", "standing", "stern"])),
                "seen": draw(share),
                "plus": draw(st.integers(0, 9)),
                "minus": draw(st.integers(0, 9)),
            },
            "acts": {
                "arrears": {"points": draw(points), "channel": "automatic"},
                "littering": {"points": [harsh, mild]},
                "labour": {"points": draw(points)},
            },
        },
        "leaders": {
            "clients_know": draw(st.booleans()),
            "all": {
                "share": draw(share),
                "favouritism": draw(share),
                "credit_rate": draw(st.floats(0, 1.9)),
                "frame_rate": draw(st.floats(0, 1.9)),
                "discretion_use": draw(share),
                "desk_bonus": draw(st.integers(0, 100)),
                "retaliation": draw(share),
                "sale_rate": draw(st.floats(0, 1.9)),
                "sale_points": draw(st.integers(0, 300)),
                "rich_from": draw(st.floats(0, 3)),
                "ambition": draw(share),
                "inflation_rate": draw(st.floats(0, 300)),
                "inflation_cap": draw(st.floats(0, 300)),
                "recentring": draw(share),
                "audit_rate": draw(st.floats(0, 12)),
                "tenure": draw(st.one_of(st.none(), st.floats(0.05, 1))),
                "tilt": draw(st.floats(0, 100)),
            },
        },
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=any_changes(), seed=st.integers(0, 2**64 - 1))
def test_kernel_equals_reference_anywhere(changes, seed):
    """Hypothesis searches for a scenario in which kernel and reference differ."""
    assert_equal(rules(**changes), 4, seed=seed, replicate=seed % 2**32, threads=(1, 2))
