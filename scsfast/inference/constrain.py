"""History matching: which points of a sample miss the published figures.

A target rules out a point if the point's implausibility is above a limit, 3 by default.
Implausibility is the distance of the simulated value from the published figure, in combined
standard errors of the simulation, the observation and the model. Points that are left are
not confirmed, only not ruled out.
Source: Craig, Goldstein, Seheult and Smith 1997; Vernon, Goldstein and Bower 2010, Bayesian
Analysis 5, 619-669.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..analysis import datasets
from ..analysis.scenario_pairs import cases
from ..errors import ConfigError
from ..model.measures import MEASURES, REGISTRY
from . import targets as known_targets

LIMIT = 3.0
KINDS = ("sample", "sweep", "points")
POINTS = (
    "base", "regime", "scenario", "point", "target", "value", "got", "error",
    "implausibility", "is_ruled_out", "n",
)  # fmt: skip
TARGETS = (
    "base", "regime", "target", "value", "points", "ruled_out", "ruled_out_alone",
    "least_implausibility", "source",
)  # fmt: skip
BASES = ("base", "regime", "points", "left", "share_left", "targets")


class Constrained(NamedTuple):
    """The result of `constrain`.

    Attributes
    ----------
    bases : pandas.DataFrame
        One row per sampled scenario: how many ``points`` were computed, how many of these
        are ``left`` and how many ``targets`` it has. Without targets all points are left.
        Placebos are not held against figures: no such place exists.
    targets : pandas.DataFrame
        One row per target: the number of points that it rules out, of points that no
        other target rules out, and the least implausibility of any point. If the latter
        is above the limit, no point meets the target: a structural error, as far as the
        sample reaches.
    points : pandas.DataFrame
        One row per point and target. ``error`` is NaN for points with one replicate; the
        simulation's error then counts as 0.
    left : list of str
        Scenarios that are not ruled out, including placebos and those without a design.
    limit : float
    """

    bases: pd.DataFrame
    targets: pd.DataFrame
    points: pd.DataFrame
    left: list[str]
    limit: float


def constrain(source, targets=None, limit: float = LIMIT) -> Constrained:
    """Return which points of a store's samples and sweeps miss published figures.

    Parameters
    ----------
    source : path-like or xarray.Dataset
        A store of a campaign with a sample or a sweep, or its dataset (`scsfast.open`).
    targets : path-like or list of Target, optional
        By default the packaged figures; a file of the same form otherwise.
    limit : float
        Implausibility above which a point is ruled out.

    Raises
    ------
    ConfigError
        If there is no sample or sweep, a target names an unknown measure, or no target
        is about a sampled regime.
    """
    if not limit > 0:
        raise ConfigError(f"`limit` must be a number above 0, got {limit:g}")
    wanted = _wanted(targets)
    dataset = datasets.results(source)
    sampled = [
        case for case in cases(dataset) if case.kind in KINDS and not case.is_placebo
    ]
    if not sampled:
        raise ConfigError(
            "there is no sample and no sweep in this store; constrain needs points"
        )
    if not {case.pilot for case in sampled} & {t.pilot for t in wanted}:
        raise ConfigError(
            "no target is about a sampled regime; the sampled regimes are: "
            + datasets.shown(sorted({case.pilot for case in sampled}))
        )
    lean = _needed(dataset, wanted)
    rows = [row for case in sampled for row in _rows(lean, case, wanted, limit)]
    points = pd.DataFrame(rows, columns=list(POINTS))
    out = set(points.loc[points["is_ruled_out"], "scenario"])
    names = [str(name) for name in dataset["scenario"].values]
    is_computed = datasets.is_finished(dataset).any("replicate").values
    computed = [case for case in sampled if is_computed[case.place]]
    return Constrained(
        _by_base(computed, points, out),
        _by_target(points, wanted),
        points,
        [name for name in names if name not in out],
        limit,
    )


def constrained(source, targets=None, limit: float = LIMIT):
    """Return the results of a store without the points that published figures rule out.

    Parameters
    ----------
    source, targets, limit
        As in `constrain`.

    Returns
    -------
    xarray.Dataset
    """
    dataset = datasets.results(source)
    left = set(constrain(dataset, targets, limit).left)
    names = [str(name) for name in dataset["scenario"].values]
    return dataset.isel(scenario=[k for k, name in enumerate(names) if name in left])


def _wanted(targets) -> list:
    if targets is None:
        return known_targets.packaged()
    return targets if isinstance(targets, list) else known_targets.from_file(targets)


def _needed(dataset, wanted):
    """Return what targets need; everything if a measure is unknown.

    Measures are loaded at once; outputs by tick, which are many, are read point by point.
    """
    names = {"status"}
    for measure in {target.measure for target in wanted}:
        if measure in known_targets.OUTPUTS:
            names.update(known_targets.OUTPUTS[measure])
        elif measure in dataset:
            names.add(measure)
        elif measure in MEASURES:
            names.update(REGISTRY[measure].outputs)
        else:
            return dataset
    needed = dataset[[name for name in dataset.data_vars if name in names]]
    return needed if "tick" in needed.dims else needed.load()


def _rows(dataset, case, wanted, limit: float) -> list[dict]:
    """Return the rows of one point; none for targets of other regimes."""
    own = [target for target in wanted if target.pilot == case.pilot]
    part = datasets.finished_part(dataset, case.place) if own else None
    if part is None or not part.sizes["replicate"]:
        return []
    place = known_targets.Place(part, case.regime)
    rows = []
    for target in own:
        values = known_targets.simulated(target, place)
        values = values[~np.isnan(values)]
        n = len(values)
        got = float(values.mean()) if n else float("nan")
        error = float(values.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")
        far = target.implausibility(np.array([got]), np.array([error]))[0]
        far = float("inf") if np.isnan(got) else float(far)
        about = (
            case.base, case.pilot, case.name, case.point, target.name, target.value,
            got, error, far, far > limit, n,
        )  # fmt: skip
        rows.append(dict(zip(POINTS, about, strict=True)))
    return rows


def _by_base(sampled, points: pd.DataFrame, out: set) -> pd.DataFrame:
    rows = []
    for base in dict.fromkeys(case.base for case in sampled):
        own = [case for case in sampled if case.base == base]
        left = sum(case.name not in out for case in own)
        n_targets = points.loc[points["base"] == base, "target"].nunique()
        row = base, own[0].pilot, len(own), left, left / len(own), n_targets
        rows.append(dict(zip(BASES, row, strict=True)))
    return pd.DataFrame(rows, columns=list(BASES))


def _by_target(points: pd.DataFrame, wanted) -> pd.DataFrame:
    sources = {(t.pilot, t.name): t.source for t in wanted}
    misses = points.groupby("scenario")["is_ruled_out"].transform("sum")
    rows = []
    for (base, regime, name), part in points.groupby(
        ["base", "regime", "target"], sort=False
    ):
        out = part["is_ruled_out"]
        row = (
            base, regime, name, part["value"].iloc[0], len(part), int(out.sum()),
            int((out & (misses[part.index] == 1)).sum()),
            float(part["implausibility"].min()), sources[regime, name],
        )  # fmt: skip
        rows.append(dict(zip(TARGETS, row, strict=True)))
    return pd.DataFrame(rows, columns=list(TARGETS))
