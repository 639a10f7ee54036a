"""Scenario discovery: where in the ranges of a sample a condition, or a verdict, holds.

The result is a few boxes in the units of the parameters, found by `prim`. Statements about
a box refer only to the points that were computed; their number is reported with the box.
"""

import operator
import re
from collections import Counter
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..analysis import datasets
from ..analysis.sensitivity import Sample, samples
from ..errors import ConfigError
from ..intervals import CONFIDENCE, share_interval
from . import prim
from .words import refuse_both_or_none, words_on, words_on_resamples

SEED = 35
RESAMPLES = 999
RESAMPLES_OF_WORDS = 99
OPERATORS = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
FORM = re.compile(r"\s*([A-Za-z_]\w*)\s*(<=|>=|<|>)\s*(\S+)\s*")
COLUMNS = (
    "base", "condition", "box", "points_inside", "points", "density", "low", "high",
    "coverage", "share_overall", "replicates", "parameter", "at_least", "at_most",
    "range_low", "range_high", "p_value",
)  # fmt: skip


class Condition(NamedTuple):
    """A measure compared with a number, such as ``skill < 0.25``."""

    measure: str
    sign: str
    threshold: float

    def __str__(self) -> str:
        return f"{self.measure} {self.sign} {self.threshold:g}"

    def holds(self, values) -> np.ndarray:
        """Return where values meet the condition; missing values do not."""
        return OPERATORS[self.sign](np.asarray(values, "f8"), self.threshold)


def condition_of(text: str) -> Condition:
    """Parse the text of a condition such as "skill < 0.25".

    Raises
    ------
    ConfigError
        If the text has another form.
    """
    found = FORM.fullmatch(text)
    try:
        measure, sign, number = found.groups()
        threshold = float(number)
    except (AttributeError, ValueError):
        threshold = float("nan")
    if not np.isfinite(threshold):
        raise ConfigError(
            "the condition must be MEASURE, one of < <= > >=, and a number, as in "
            f"'skill < 0.25', got {text!r}"
        )
    return Condition(measure, sign, threshold)


def discover(
    source,
    where: str | None = None,
    bases=None,
    enough: float = prim.ENOUGH,
    confidence: float = CONFIDENCE,
    verdict: str | None = None,
) -> pd.DataFrame:
    """Return boxes of parameters in which a condition on a measure, or a verdict, holds.

    Parameters
    ----------
    source : path-like or xarray.Dataset
        A store of a campaign with a sample, or its dataset (`scsfast.open`).
    where : str, optional
        The condition, such as ``"skill < 0.25"``. It holds at a point if the mean over
        the replicates that all points have in common meets it.
    bases : sequence of str, optional
        Scenarios of the campaign file, by default all sampled ones.
    enough : float in (0, 1]
        Density at which a box is good enough.
    confidence : float
        Confidence level of the interval of the density.
    verdict : {"c1", "c2", "c2_honest"}, optional
        A claim, in place of a condition. Boxes are found for each word that occurs at the
        points, as if their means were exact.

    Returns
    -------
    pandas.DataFrame
        One row per base, box and limited parameter: ``density`` (share of the box's
        points at which the condition holds) with ``low`` and ``high``, ``coverage``
        (share of all such points that are in the box), ``share_overall`` (share of all
        points at which it holds), ``at_least`` and ``at_most`` (the limits, NaN where
        there is none), the range sampled, and the quasi-p-value of the limit. The interval
        is a bootstrap over points and, within each, over replicates; for a verdict, over
        points only. A base, or word, without a box has one row, with box 0.

    Raises
    ------
    ConfigError
        If there is no sample, the measure is unknown, the condition has another form, no
        point of any base (or of one in `bases`) has a word, or not exactly one of `where`
        and `verdict` is given.
    """
    refuse_both_or_none(verdict, where)
    confidence = datasets.asked_confidence(confidence)
    if not 0 < enough <= 1:
        raise ConfigError(f"`density` must be a number in (0, 1], got {enough:g}")
    of, asked = (_of_condition, where) if verdict is None else (_of_verdict, verdict)
    rows = of(datasets.results(source), asked, bases, enough, confidence)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _of_condition(dataset, where: str, bases, enough, confidence) -> list[dict]:
    """Return the rows of each base for a condition on a measure."""
    condition, rows = condition_of(where), []
    names = datasets.asked_variables(dataset, [condition.measure])
    for sample in samples(dataset, bases):
        part = dataset.isel(scenario=sample.places)
        values = datasets.values(part, names)[condition.measure].values
        values = values[:, ~np.isnan(values).all(axis=0)]
        rows += _rows(sample, values, condition, enough, confidence)
    return rows


def _rows(sample: Sample, values, condition, enough, confidence) -> list[dict]:
    """Return the rows of one base."""
    is_there = ~np.isnan(values).any(axis=1) if values.size else np.zeros(0, bool)
    if not is_there.any():
        raise ConfigError(
            f"`{condition.measure}` is missing at every point of '{sample.base}'"
        )
    x, values = sample.parameters[is_there], values[is_there]
    holds = condition.holds(values.mean(axis=1))
    about = {"condition": str(condition), "replicates": values.shape[1]}

    def interval(inside):
        found = _interval(values[inside], condition, confidence)
        return _at_least(found, holds[inside], confidence)

    return _boxes(sample, x, holds, about, enough, interval)


def _of_verdict(dataset, verdict: str, bases, enough, confidence) -> list[dict]:
    """Return the rows of each base and word."""
    words, rows = words_on(dataset, verdict), []
    resampled = words_on_resamples(dataset, verdict, RESAMPLES_OF_WORDS)
    finished = datasets.is_finished(dataset).sum("replicate").values
    for sample in samples(dataset, bases):
        names = [str(name) for name in dataset["scenario"].values[sample.places]]
        is_there = np.array([name in words for name in names], bool)
        if not is_there.any():
            if bases:
                raise ConfigError(
                    f"no point of '{sample.base}' has a word on {verdict}"
                )
            continue
        x, names = sample.parameters[is_there], [n for n in names if n in words]
        own = np.array([words[name] for name in names], object)
        others = [[of.get(name) for name in names] for of in resampled]
        drawn = np.array(others or [own], object)
        for word, _ in Counter(own).most_common():
            holds = own == word
            about = {"condition": f"{verdict} is '{word}'"}
            about["replicates"] = int(finished[sample.places].min())

            def interval(inside, holds=holds, drawn=drawn == word):
                found = _interval_of_words(drawn[:, inside], confidence)
                return _at_least(found, holds[inside], confidence)

            rows += _boxes(sample, x, holds, about, enough, interval)
    if not rows:
        raise ConfigError(f"no point of any scenario has a word on {verdict}")
    return rows


def _boxes(sample: Sample, x, holds, about, enough, interval) -> list[dict]:
    """Return the rows of one base; `interval` returns the interval of a box's density."""
    about = {
        "base": sample.base,
        **about,
        "points": len(holds),
        "share_overall": float(holds.mean()),
    }
    rows = []
    for number, box in enumerate(prim.boxes(x, holds, enough), 1):
        low, high = interval(box.inside)
        inside = {
            "box": number,
            "points_inside": int(box.inside.sum()),
            "density": box.density,
            "coverage": box.coverage,
            "low": low,
            "high": high,
        }
        rows += [{**about, **inside, **limit} for limit in _limits(sample, box)]
    return rows or [{**about, "box": 0, "parameter": ""}]


def _limits(sample: Sample, box: prim.Box) -> list[dict]:
    """Return the limits of a box, one row per limited parameter."""
    limited = np.flatnonzero(np.isfinite(box.low) | np.isfinite(box.high))
    if not limited.size:
        return [{"parameter": "everywhere"}]
    return [
        {
            "parameter": sample.names[k],
            "at_least": _finite(box.low[k]),
            "at_most": _finite(box.high[k]),
            "range_low": sample.bounds[k][0],
            "range_high": sample.bounds[k][1],
            "p_value": float(box.p_values[k]),
        }
        for k in limited
    ]


def _finite(value: float) -> float:
    return float(value) if np.isfinite(value) else float("nan")


def _interval(values: np.ndarray, condition, confidence) -> tuple[float, float]:
    """Return a bootstrap interval of the density, over points and their replicates."""
    rng = np.random.default_rng(SEED)
    n, replicates = values.shape
    densities = np.empty(RESAMPLES)
    for k in range(RESAMPLES):
        points = rng.integers(n, size=n)
        within = rng.integers(replicates, size=(n, replicates))
        means = np.take_along_axis(values[points], within, axis=1).mean(axis=1)
        densities[k] = condition.holds(means).mean()
    return _middle(densities, confidence)


def _interval_of_words(holds: np.ndarray, confidence) -> tuple[float, float]:
    """Return a bootstrap interval of a density over points and resamples of replicates.

    Parameters
    ----------
    holds : ndarray of bool, shape (resamples, points)
        Whether each point has the word, for each resample of the replicates.
    confidence : float
    """
    rng = np.random.default_rng(SEED)
    n_resamples, n = holds.shape
    densities = [
        holds[k % n_resamples, rng.integers(n, size=n)].mean() for k in range(RESAMPLES)
    ]
    return _middle(densities, confidence)


def _middle(densities, confidence: float) -> tuple[float, float]:
    """Return the bounds between which a share `confidence` of resamples is."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(densities, [tail, 1 - tail])
    return float(low), float(high)


def _at_least(found: tuple[float, float], holds, confidence) -> tuple[float, float]:
    """Return an interval, widened to Wilson's over points.

    A bootstrap of points that all meet the condition would have no width.
    """
    low, high = share_interval(int(holds.sum()), len(holds), confidence)
    return min(low, found[0]), max(high, found[1])
