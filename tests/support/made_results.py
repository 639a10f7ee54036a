"""Results made by hand: datasets with measures chosen by the test."""

import numpy as np
import xarray as xr

from scsfast.analysis.leader_levels import ACTS
from scsfast.model.government import LEVELS
from scsfast.model.outcomes import TIES

MILLION, TICKS, WARMUP, N_CITIZENS = 10**6, 3, 1, 100


def made(scenarios, replicates=4, scorers=None, coords=None, attrs=None, **measures):
    """Return a dataset of scenarios with given measures.

    `measures` are of shape (scenarios, replicates) or less: efficiency, fair_efficiency,
    attainable, queue (efficiency of need alone), diversion, prizes_moved_share, served,
    capture (of 1,000 tied and 1,000 others), fair_capture, mean_displacement, violations
    (per 8 temptations); multiples of 1/1000; and leaders' acts, all of the village.
    What is not given is 0, but 1 for attainable, served, capture and violations.
    """
    shape = len(scenarios), replicates
    given = {
        name: np.broadcast_to(np.asarray(value, "f8"), shape)
        for name, value in measures.items()
    }

    def measure(name, default=0.0):
        return given.get(name, np.full(shape, default))

    displacement = 256 * N_CITIZENS * measure("mean_displacement")
    per_tick = {
        "prize_value": MILLION * measure("efficiency"),
        "fair_prize_value": MILLION * measure("fair_efficiency"),
        "oracle_prize_value": np.full(shape, MILLION),
        "quality_prize_value": MILLION * measure("attainable", 1.0),
        "need_prize_value": MILLION * measure("queue"),
        "lottery_prize_value": np.zeros(shape),
        "favoured_prizes": MILLION * measure("diversion"),
        "favoured_fair_prizes": np.zeros(shape),
        "applicants": MILLION / measure("served", 1.0),
        "prizes": np.full(shape, MILLION),
        "prizes_moved": MILLION * measure("prizes_moved_share"),
        "displacement": displacement,
        "violations": measure("violations", 1.0),
        "temptations": np.full(shape, 8.0),
    }
    variables = {name: _by_tick(values) for name, values in per_tick.items()}
    for name, key in {
        "connected_prizes": "capture",
        "connected_fair_prizes": "fair_capture",
    }.items():
        won = 1000 * measure(key, 1.0)
        variables[name] = _by_tie(won, won + 1000)
    variables["connected"] = _by_tie(np.full(shape, 1000), np.full(shape, 2000))
    counts = np.ones((*shape, 1, 2, 2, 16), "i8")
    dims = ("distribution_tick", "judge", "score_bin", "quality_class")
    variables["score_count"] = ("scenario", "replicate", *dims), counts
    for name, acts in given.items():
        if name in ACTS:
            by_level = np.zeros((*shape, TICKS, len(LEVELS)))
            by_level[:, :, WARMUP, 0] = acts  # the village's
            dims = ("scenario", "replicate", "tick", "level")
            variables[name] = dims, by_level.astype("i8"), {"units": "record"}
    labels = {
        "level": list(LEVELS),
        "scenario": list(scenarios),
        "replicate": range(replicates),
        "tick": range(TICKS),
        "distribution_tick": [TICKS - 1],
        "tie": list(TIES),
        "judge": ["actual", "fair"],
        "quality_class": range(16),
        "scorer": ("scenario", list(scorers or ["ledger"] * len(scenarios))),
        "n_citizens": ("scenario", [N_CITIZENS] * len(scenarios)),
        **{name: ("scenario", values) for name, values in (coords or {}).items()},
    }
    about = {"first_measured_tick": WARMUP, "n_citizens": N_CITIZENS, **(attrs or {})}
    return xr.Dataset(variables, coords=labels, attrs=about)


def _by_tick(values):
    """Spread values over ticks; those of the warm-up would spoil every ratio."""
    series = np.full((*values.shape, TICKS), 12345, "i8")
    series[..., WARMUP:] = np.rint(values)[..., None]
    return ("scenario", "replicate", "tick"), series


def _by_tie(tied, everyone):
    """Spread values over ticks; citizens tied to a village's leader are tied to any."""
    series = np.zeros((*tied.shape, TICKS, len(TIES), 1), "i8")
    for label, values in (("village", tied), ("any", tied), ("all", everyone)):
        series[..., TIES.index(label), 0] = np.rint(values)[..., None]
    return ("scenario", "replicate", "tick", "tie", "tercile"), series


def factorial(worths: dict, players, base="r", replicates=3, measure="efficiency"):
    """Return a dataset of a factorial: from coalitions (frozensets) to a measure."""
    coalitions = list(worths)
    coords = {
        "base": [base] * len(coalitions),
        "design": ["factorial"] * len(coalitions),
        "point": list(range(len(coalitions))),
        **{
            f"player_{player}": np.array([player in c for c in coalitions], "i1")
            for player in players
        },
    }
    values = np.array([np.broadcast_to(worths[c], replicates) for c in coalitions])
    names = [f"{base}, {'+'.join(sorted(c)) or 'nobody'}" for c in coalitions]
    return made(names, replicates, coords=coords, **{measure: values})


def with_status(dataset, status):
    """Return a dataset with a status: 1 is done."""
    return dataset.assign(status=(("scenario", "replicate"), np.asarray(status, "u1")))
