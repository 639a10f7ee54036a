"""Moment-independent sensitivity from any sample: PAWN and delta, both by SALib.

Both compare the distribution of a response with its distribution given one parameter, so
they detect effects that do not change the mean. In a finite sample neither is 0 for a
parameter without effect, so both are also computed for dummies: permuted parameters.
Source: Pianosi and Wagener 2018, Environmental Modelling & Software 108, 197-207; Borgonovo
2007, Reliability Engineering & System Safety 92, 771-784; Plischke, Borgonovo and Smith
2013, European Journal of Operational Research 226, 536-550.
"""

import inspect
import warnings
from contextlib import contextmanager

import numpy as np

from ..errors import ConfigError
from ..intervals import normal_half
from ..optional import optional

SEED = 35
DUMMY = "(dummy)"
DUMMIES = 20  # a parameter without effect exceeds all of them 1 time in 21
PAWN_RESAMPLES, DELTA_RESAMPLES, DUMMY_RESAMPLES = 100, 50, 20
MOST_SLIDES, POINTS_PER_SLIDE = 10, 15  # of PAWN: intervals of a parameter
FEWEST_POINTS = 30  # with fewer, SALib's bins are empty or have no spread


def independent_rows(kind: str, design: dict, n_parameters: int) -> np.ndarray | None:
    """Return the rows of a design whose points were drawn independently; None for all.

    Saltelli's design repeats most values of its base points, so only the two base points of
    each group are kept.

    Parameters
    ----------
    kind : str
    design : dict
        The description of a `Design`.
    n_parameters : int

    Raises
    ------
    ConfigError
        For Morris' designs, whose points are steps of trajectories.
    """
    if kind == "morris":
        raise ConfigError(
            "pawn and delta need points that fill the ranges; those of morris are steps "
            "of trajectories. Sample with sobol, latin-hypercube or saltelli"
        )
    if kind != "saltelli":
        return None
    size = (2 if design.get("second_order") else 1) * n_parameters + 2
    first = np.arange(design["n"]) * size
    return np.sort(np.concatenate([first, first + size - 1]))


def pawn(sample, response: np.ndarray, confidence: float):
    """Yield the PAWN index of each parameter and of dummies: median over slides.

    Parameters
    ----------
    sample : scsfast.analysis.sensitivity.Sample
    response : ndarray, shape (points,)
    confidence : float

    Yields
    ------
    tuple
        Parameter, "pawn", value, low, high: a normal interval with the standard deviation
        over resampled points; for the dummies median, minimum and maximum.
    """
    x = _enough(sample.parameters)
    slides = min(MOST_SLIDES, max(2, len(x) // POINTS_PER_SLIDE))
    values = _pawn(x, response, slides)
    generator, resampled = np.random.default_rng(SEED), []
    for _ in range(PAWN_RESAMPLES):
        rows = generator.integers(0, len(x), len(x))
        resampled.append(_pawn(x[rows], response[rows], slides))
    half = normal_half(resampled, confidence)
    yield from _of_parameters("pawn", sample.names, values, half)
    yield _of_dummies("pawn", _pawn(_dummies(x), response, slides))


def delta(sample, response: np.ndarray, confidence: float):
    """Yield Borgonovo's delta of each parameter and of dummies, corrected for bias.

    Parameters
    ----------
    sample : scsfast.analysis.sensitivity.Sample
    response : ndarray, shape (points,)
    confidence : float

    Yields
    ------
    tuple
        As for `pawn`; the interval is SALib's.
    """
    x = _enough(sample.parameters)
    values, half = _delta(x, response, confidence, DELTA_RESAMPLES)
    yield from _of_parameters("delta", sample.names, values, half)
    floor, _ = _delta(_dummies(x), response, confidence, DUMMY_RESAMPLES)
    yield _of_dummies("delta", floor)


def _enough(x: np.ndarray) -> np.ndarray:
    if len(x) < FEWEST_POINTS:
        raise ConfigError(
            f"pawn and delta need at least {FEWEST_POINTS} points, this sample has "
            f"{len(x)}"
        )
    return x


def dummies(x: np.ndarray, n: int, generator: np.random.Generator) -> np.ndarray:
    """Return permuted parameters: the same values, without any effect.

    Parameters
    ----------
    x : ndarray of float64, shape (points, parameters)
    n : int
        Number of dummies; the parameters take turns.
    generator : numpy.random.Generator

    Returns
    -------
    ndarray of float64, shape (points, n)
    """
    columns = [x[generator.permutation(len(x)), k % x.shape[1]] for k in range(n)]
    return np.column_stack(columns)


def _dummies(x: np.ndarray) -> np.ndarray:
    return dummies(x, DUMMIES, np.random.default_rng(SEED + 1))


def _of_parameters(index: str, names, values: np.ndarray, half: np.ndarray):
    """Yield name, index, value and interval of each parameter."""
    for row in zip(names, values, values - half, values + half, strict=True):
        yield row[0], index, *map(float, row[1:])


def _of_dummies(index: str, values: np.ndarray):
    if np.isnan(values).all():
        return DUMMY, index, float("nan"), float("nan"), float("nan")
    found = np.nanmedian(values), np.nanmin(values), np.nanmax(values)
    return DUMMY, index, *map(float, found)


def salib(method: str):
    """Return SALib's module of a method of analysis, or raise a `ConfigError`."""
    return optional(f"SALib.analyze.{method}", "sensitivity indices", "sensitivity")


def _pawn(x: np.ndarray, response: np.ndarray, slides: int) -> np.ndarray:
    by_salib = salib("pawn")
    with _apart():
        found = by_salib.analyze(_problem(x), x, response, S=slides, seed=SEED)
    return np.asarray(found["median"], "f8")


def _delta(x, response, confidence: float, resamples: int):
    """Return delta of columns, and half the width of its interval."""
    by_salib = salib("delta")
    problem = _problem(x)
    more = {}
    if "bins_specs" in inspect.signature(by_salib.analyze).parameters:
        # From SALib 1.6 its other forms need enough points per bin, or it returns none.
        more["bins_specs"] = dict.fromkeys(problem["names"], 2)
    with _apart(), _one_thread():
        found = by_salib.analyze(
            problem,
            x,
            response,
            num_resamples=resamples,
            conf_level=confidence,
            method="delta",
            seed=SEED,
            **more,
        )
    name = "delta_raw" if "delta_raw" in found else "delta"
    return np.asarray(found[name], "f8"), np.asarray(found[f"{name}_conf"], "f8")


def _problem(x: np.ndarray) -> dict:
    """Return columns as a SALib problem, under names that SALib does not interpret."""
    names = [f"x{k}" for k in range(x.shape[1])]
    bounds = np.column_stack([x.min(axis=0), x.max(axis=0)]).tolist()
    return {"num_vars": len(names), "names": names, "bounds": bounds}


def _one_thread():
    """Keep linear algebra on one thread: its arrays are small, and threads would wait.

    The limit is that of the process; calls at the same time may leave it in place.
    """
    use = "sensitivity indices by delta"
    limits = optional("threadpoolctl", use, "sensitivity")
    return limits.threadpool_limits(1, "blas")


@contextmanager
def _apart():
    """Keep SALib's seed and warning filters from the rest of the process."""
    state, form = np.random.get_state(), warnings.formatwarning  # noqa: NPY002
    try:
        with warnings.catch_warnings(record=True):
            yield
    finally:
        warnings.formatwarning = form
        np.random.set_state(state)  # noqa: NPY002
