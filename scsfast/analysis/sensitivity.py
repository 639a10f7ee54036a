"""Sensitivity of measures to sampled parameters.

Saltelli samples give Sobol's first-order and total indices, and Morris samples give
screening by elementary effects (both by SALib). Latin hypercubes, Sobol points and explicit
points give rank correlations. PAWN and delta are computed from any sample except Morris'.
The response is the mean over replicates, under the same draws at every point.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..errors import ConfigError
from ..intervals import CONFIDENCE
from ..store.coordinates import coordinate_name
from . import datasets, given_data, rank_correlation
from .ranking import unclear_rank
from .split_outputs import refuse_sums

SEED = 35
RESAMPLES = 999
CONSTANT = "does not vary"
COLUMNS = (
    "base", "method", "measure", "parameter", "index", "value", "low", "high",
    "points", "replicates", "note", "warning",
)  # fmt: skip


NOT_A_NUMBER = "is text: no index"


class Sample(NamedTuple):
    """One scenario's sample: the varied parameters, the points, and their scenarios."""

    base: str
    kind: str
    names: list[str]
    bounds: list[list[float]]
    places: list[int]  # of scenarios, in the order of points
    parameters: np.ndarray  # (points, parameters)
    design: dict
    texts: tuple[str, ...] = ()  # parameters that were varied but are not numbers


class Method(NamedTuple):
    """How samples of a kind are analysed, and how many points a sample has."""

    name: str
    indices: Callable
    points: Callable


def sensitivity(
    source,
    bases=None,
    measures=None,
    confidence: float = CONFIDENCE,
    method: str | None = None,
) -> pd.DataFrame:
    """Return how much each sampled parameter moves each measure.

    Parameters
    ----------
    source : path-like or xarray.Dataset
        A store, or the dataset that `scsfast.open` returns, of a campaign with a sample.
    bases : sequence of str, optional
        Scenarios of the campaign file, by default all that were sampled.
    measures : sequence of str, or mapping of str to callable, optional
        Names of variables, or measures of your own: from a name to a function of the
        dataset that returns an array (scenario, replicate). By default all.
    confidence : float
    method : {"pawn", "delta"}, optional
        Moment-independent indices, for any sample; by default the method for the kind of
        sample.

    Returns
    -------
    pandas.DataFrame
        One row per base, measure, parameter and index: ``base``, ``method`` ("sobol",
        "morris", "ranks", "pawn", "delta"), ``measure``, ``parameter`` (a pair as "a x
        b"), ``index``, ``value``, ``low``, ``high``, ``points``, ``replicates``, ``note``
        ("" or why there is no value) and ``warning`` ("" or why the first parameters
        cannot be ranked). Indices are "S1", "ST", "S2" (shares of variance), "mu_star",
        "mu", "sigma" (of the measure, over the parameter's range), "prcc", "spearman",
        "pawn", "delta". Intervals reflect the sample of points: bootstrap, or normal for
        SALib's indices. Parameter "(dummy)": median and range of permuted parameters.

    Raises
    ------
    ConfigError
        If there is no sample, or points of a sample are missing or unfinished (names them).
    """
    confidence = datasets.asked_confidence(confidence)
    dataset = datasets.results(source, datasets.functions_in(measures))
    names = datasets.asked_variables(dataset, measures)
    refuse_sums(dataset, names, "take a measure or another output")
    if method is not None:
        datasets.among(list(GIVEN_DATA), "method", method)
    rows = []
    for sample in samples(dataset, bases):
        part = dataset.isel(scenario=sample.places)
        common = _common_replicates(part, sample)
        values = datasets.values(part.isel(replicate=common), names)
        for name in names:
            complete = values[name].dropna("replicate")
            response = (complete if complete.size else values[name]).mean("replicate")
            found = indices(sample, response.values, confidence, method)
            about = {"base": sample.base, "method": method or METHODS[sample.kind].name}
            about |= {"measure": name, "replicates": complete.shape[-1]}
            rows += [{**about, **row} for row in found]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def samples(dataset, bases=None) -> list[Sample]:
    """Return the samples of a dataset, checked to have all planned points.

    Raises
    ------
    ConfigError
        If there is no sample (of a base), or a sample lacks points.
    """
    designs = datasets.designs(dataset, *METHODS)
    found = {base: design for design in designs for base in design["of"]}
    if not found:
        raise ConfigError(
            "there is no sample in this store; sensitivity needs a campaign with a "
            "[sample] over parameters, or [points]"
        )
    wanted = datasets.among(list(found), "of", bases) or list(found)
    return [_sample(dataset, base, found[base]) for base in wanted]


def _sample(dataset, base: str, design: dict) -> Sample:
    """Return the sample of a base, with its points in order."""
    of_base = zip(datasets.bases(dataset), datasets.kinds(dataset), strict=True)
    table = "points" if design["kind"] == "points" else "sample"
    rows = [k for k, pair in enumerate(of_base) if pair == (base, table)]
    points = dataset["point"].values
    places = {int(points[row]): row for row in rows}
    numbers = [path for path, pair in design["parameters"].items() if _is_range(pair)]
    texts = tuple(path for path in design["parameters"] if path not in numbers)
    expected = METHODS[design["kind"]].points(design, len(numbers))
    absent = [f"point {k}" for k in range(expected) if k not in places]
    if absent:
        raise ConfigError(
            f"the sample of '{base}' is not complete: no scenario of "
            f"{datasets.shown(absent)}"
        )
    order = [places[k] for k in range(expected)]
    bounds = [list(map(float, design["parameters"][name])) for name in numbers]
    columns = [
        np.asarray(dataset[coordinate_name(name)].values[order], "f8")
        for name in numbers
    ]
    values = np.column_stack(columns) if columns else np.zeros((len(order), 0))
    return Sample(base, design["kind"], numbers, bounds, order, values, design, texts)


def _is_range(values) -> bool:
    """Return whether a design's values of a parameter are a numeric range (low, high)."""
    return len(values) == 2 and all(type(value) in (int, float) for value in values)


def _common_replicates(part, sample: Sample) -> np.ndarray:
    """Return the replicates that are finished at every point.

    Raises
    ------
    ConfigError
        If there is no such replicate.
    """
    finished = datasets.is_finished(part).values
    common = np.flatnonzero(finished.all(axis=0))
    if common.size:
        return common
    best = int(finished.sum(axis=0).argmax())
    lacking = part["scenario"].values[~finished[:, best]]
    raise ConfigError(
        f"the sample of '{sample.base}' is not complete: no replicate is finished at all "
        f"points; replicate {best} lacks {datasets.shown(map(repr, map(str, lacking)))}"
    )


def indices(
    sample: Sample, response, confidence: float, method: str | None = None
) -> list[dict]:
    """Return the indices of one response as rows: parameter, index, value, low, high, ...

    Parameters
    ----------
    sample : Sample
    response : ndarray, shape (n_points,)
    confidence : float
        Of the interval, in (0, 1).
    method : {"pawn", "delta"}, optional
        By default the method for the kind of sample.
    """
    response = np.asarray(response, "f8")
    if method is not None:
        sample, response = _independent(sample, response)
    name = method or METHODS[sample.kind].name
    size = {"points": len(response), "warning": ""}
    note = ""
    if np.isnan(response).any():
        note = f"missing at {int(np.isnan(response).sum())} points"
    elif np.ptp(response) == 0:
        note = CONSTANT
    elif sample.parameters.shape[1] == 0:
        note = NOT_A_NUMBER
    nothing = dict.fromkeys(("value", "low", "high"), float("nan"))
    nothing |= {"index": FIRST[name], **size}
    if note:
        names = sample.names or sample.texts
        return [{"parameter": own, **nothing, "note": note} for own in names]
    found = METHODS[sample.kind].indices if method is None else GIVEN_DATA[method]
    keys = ("parameter", "index", "value", "low", "high")
    rows = [
        {**dict(zip(keys, row, strict=True)), "note": "", **size}
        for row in found(sample, response, confidence)
    ]
    firsts = pd.DataFrame([row for row in rows if row["index"] == FIRST[name]])
    warning = unclear_rank(firsts)
    texts = [{"parameter": t, **nothing, "note": NOT_A_NUMBER} for t in sample.texts]
    return [{**row, "warning": warning} for row in [*rows, *texts]]


def _independent(sample: Sample, response):
    """Return a sample and its response at points that were drawn independently."""
    kind, n_parameters = sample.kind, sample.parameters.shape[1]
    rows = given_data.independent_rows(kind, sample.design, n_parameters)
    if rows is None:
        return sample, response
    return sample._replace(parameters=sample.parameters[rows]), response[rows]


def problem(sample: Sample) -> dict:
    """Return a sample's parameters as a SALib problem."""
    return {
        "num_vars": len(sample.names),
        "names": list(sample.names),
        "bounds": sample.bounds,
    }


def _sobol(sample: Sample, response, confidence: float):
    """Yield Sobol's indices: first order, total, and second order if planned."""
    found = given_data.salib("sobol").analyze(
        problem(sample),
        response,
        calc_second_order=_has_second_order(sample.design),
        num_resamples=RESAMPLES,
        conf_level=confidence,
        seed=SEED,
    )
    for index in ("S1", "ST"):
        for k, name in enumerate(sample.names):
            yield name, index, *_around(found[index][k], found[f"{index}_conf"][k])
    if "S2" in found:
        for j, k in zip(*np.triu_indices(len(sample.names), 1), strict=True):
            pair = f"{sample.names[j]} x {sample.names[k]}"
            yield pair, "S2", *_around(found["S2"][j, k], found["S2_conf"][j, k])


def _has_second_order(design: dict) -> bool:
    return bool(design.get("second_order"))


def _around(value, half) -> tuple[float, float, float]:
    return float(value), float(value - half), float(value + half)


def _morris(sample: Sample, response, confidence: float):
    """Yield the mean size, mean and spread of elementary effects."""
    found = given_data.salib("morris").analyze(
        problem(sample),
        sample.parameters,
        response,
        num_resamples=RESAMPLES,
        conf_level=confidence,
        num_levels=sample.design.get("levels") or 4,
        seed=SEED,
    )
    for k, name in enumerate(sample.names):
        yield name, "mu_star", *_around(found["mu_star"][k], found["mu_star_conf"][k])
    for index in ("mu", "sigma"):
        for k, name in enumerate(sample.names):
            yield name, index, float(found[index][k]), float("nan"), float("nan")


def _rank_correlations(sample: Sample, response, confidence: float):
    """Yield partial rank correlations and Spearman's."""
    for index in ("prcc", "spearman"):
        statistic = getattr(rank_correlation, index)
        found = rank_correlation.with_interval(
            statistic, sample.parameters, response, confidence
        )
        for name, *numbers in zip(sample.names, *found, strict=True):
            yield name, index, *map(float, numbers)


FIRST = {
    "sobol": "ST",
    "morris": "mu_star",
    "ranks": "prcc",
    "pawn": "pawn",
    "delta": "delta",
}  # the index to look at first
_BY_RANKS = Method("ranks", _rank_correlations, lambda design, _: design["n"])
METHODS = {
    "saltelli": Method(
        "sobol",
        _sobol,
        lambda design, d: (
            design["n"] * ((2 if _has_second_order(design) else 1) * d + 2)
        ),
    ),
    "morris": Method("morris", _morris, lambda design, d: design["n"] * (d + 1)),
    "latin-hypercube": _BY_RANKS,
    "sobol": _BY_RANKS,
    "points": _BY_RANKS,
}
GIVEN_DATA = {"pawn": given_data.pawn, "delta": given_data.delta}  # of any sample
