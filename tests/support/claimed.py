"""Made results with scenarios that claims can pair."""

import math

import numpy as np

from scsfast.analysis.leader_levels import ACTS
from support.made_results import made

REGIME = {
    "name": "points",
    "title": "",
    "about": "",
    "scorer": "ledger",
    "allocation": "score",
    "listing": None,
    "base": 10.0,
    "grades": [{"name": "all", "from": None}],
}


def entry(
    label, share=0.5, world=None, leaders=None, change=(), placebo=False, **regime
):
    """Return a scenario in the form of a store's configuration."""
    level = {"share": share, "recentring": 0.0, **(leaders or {})}
    return {
        "name": label,
        "regime": {**REGIME, **regime},
        "leaders": {
            **dict.fromkeys(("village", "township", "county"), level),
            "city": {"share": 0.5},  # not in this world
            "clients_know": False,
            **({"placebo": True} if placebo else {}),
        },
        "change": list(change),
        **({"world": world} if world else {}),
    }


def asked(entries, replicates=4, acts=0, **measures):
    """Return results of scenarios that are so configured."""
    config = {"world": {"spans": [5, 10, 20]}, "scenarios": entries}
    doings = {name: np.broadcast_to(acts, (len(entries), 1)) for name in ACTS}
    return made(
        [e["name"] for e in entries],
        replicates,
        scorers=[e["regime"]["scorer"] for e in entries],
        attrs={"config": config},
        **doings,
        **measures,
    )


def words(found):
    """Return the verdicts by scenario."""
    return found.verdicts.set_index("scenario")


def number(found, scenario, kind, measure):
    """Return one estimate as (value, low, high, against)."""
    rows = found.estimates.set_index(["scenario", "kind", "measure"])
    return tuple(rows.loc[scenario, kind, measure][["value", "low", "high", "against"]])


def varied(n=6, **measures):
    """Return a sampled scenario, its honest counterpart at each point, and one as written."""
    entries = [entry("written")]
    entries += [entry(f"v, point {k}", base=10.0 + k) for k in range(n)]
    entries += [entry(f"h, point {k}", 0.0, base=10.0 + k) for k in range(n)]
    dataset = asked(entries, **measures)
    parameter = [math.nan, *range(n), *range(n)]
    design = {"kind": "latin-hypercube", "of": ["v", "h"], "n": n}
    bounds = {"regime.x": [0, n], "regime.y": [0, 1]}
    starts = np.tile([0.0, 10.0], (2 * n + 1, 1))
    return dataset.assign_coords(
        base=("scenario", ["written", *["v"] * n, *["h"] * n]),
        design=("scenario", ["", *["sample"] * (2 * n)]),
        point=("scenario", [-1, *range(n), *range(n)]),
        score_bin_start=(("scenario", "score_bin"), starts),
        **{
            "regime.x": ("scenario", parameter),
            "regime.y": ("scenario", [math.nan, *np.tile([0.0, 1.0], n)]),
        },
    ).assign_attrs(designs=[{**design, "parameters": bounds}])
