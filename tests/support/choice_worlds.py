"""Small worlds of choices, dependent traits and access, for the busy worlds."""

from support.small_scenarios import ACTS

CORRELATED = {
    "quality_means": 0.4, "quality_guile": -0.9, "guile_means": -0.3, "ties_means": 0.5,
    "groups_means": 0.8,
}  # fmt: skip


def choice_cases(busy: dict, kinds: dict, index: dict) -> dict[str, dict]:
    """Return changes to the small scenario by name, given busy leaders, prizes, an index."""
    return {
        **{f"price weight {weight}, fakes cost {cost}": {"world": {
            "conduct": {"price_weight": weight, "fake_cost": cost, "fake_scale": 0.05},
            "population": {"means": {"kind": "uniform", "low": 0.0, "high": 3.0}},
            "years_of_wealth": 0.1,
        }} for weight, cost in ((0.0, 0.0), (10.0, 1.0), (0.7, 0.3))},
        "correlated traits": {"world": {"population": {"correlations": CORRELATED}},
                              "leaders": {"all": busy}},
        "groups and ties by means": {"world": {"population": {"correlations": {
            "ties_means": 0.6, "groups_means": -0.7,
        }}}, "leaders": {"all": busy}},
        "everything is due": {"world": {"acts": [
            {**act, "due": 16384.0 if act["sign"] == "negative" else 0.0} for act in ACTS
        ]}},
        "by threshold": {"regime": {"allocation": "threshold", "serves_from": 1003}},
        "by threshold, busy leaders, unenrolled at base": {
            "world": {"prize": kinds, "population": {"enrolled": 0.5}},
            "regime": {"allocation": {"loan": "threshold", "school": "threshold",
                                      "ticket": "proportional", "flat": "score"},
                       "serves_from": {"loan": 960, "school": -3000}, "unenrolled": "base"},
            "leaders": {"all": {**busy, "desk_bonus": 30.0}},
        },
        "threshold out of reach": {"regime": {
            "allocation": "threshold", "serves_from": 1200, "enrolled": 0.7,
        }},
        "proportional": {"regime": {"allocation": "proportional"},
                         "leaders": {"all": {**busy, "desk_bonus": 30.0}}},
        "proportional, an index": {"regime": {**index, "allocation": "proportional"}},
        "proportional, all at the floor": {"regime": {
            "allocation": "proportional", "base": 800, "unenrolled": "base",
        }},
        "proportional, widest": {"regime": {
            "floor": -30000, "ceiling": 30000, "base": 30000, "allocation": "proportional",
        }, "leaders": {"all": {**busy, "desk_bonus": 5000.0}}},
    }  # fmt: skip
