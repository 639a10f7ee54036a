"""What to measure next: which parameter, if it were known, would settle a verdict.

Over the points of a sample the best guess of a word, without knowing any parameter, is the
most frequent one. Knowing one parameter, the best guess may change with its value. The
expected value of partial perfect information (EVPPI) is the rise of the chance that the
guess is right. The chance of each word given a parameter is its share in slices with equal
numbers of points. A guess is scored on points that were not used to make it (five folds),
since it would otherwise seem better than it is. In a finite sample even a parameter without
effect shows a rise by chance, so the same is computed for placebos (permuted parameters).
Source: Strong and Oakley 2013, Medical Decision Making 33, 755-766 (the partition method,
which is one regression on slices).
"""

import numpy as np
import pandas as pd

from ..analysis import datasets
from ..analysis.given_data import DUMMY, dummies, independent_rows
from ..analysis.ranking import unclear_rank
from ..analysis.sensitivity import Sample, samples
from ..intervals import CONFIDENCE, normal_half
from .discover import condition_of
from .words import refuse_both_or_none, words_on

SEED = 35
DUMMIES, RESAMPLES = 99, 99
FEWEST_POINTS = 30
MOST_SLICES, POINTS_PER_SLICE, FOLDS = 20, 30, 5
YES, NO = "holds", "does not hold"
COLUMNS = (
    "base", "about", "parameter", "evppi", "low", "high", "share_of_ceiling", "ceiling",
    "word", "share_of_word", "points", "replicates", "is_above_placebo", "note", "warning",
)  # fmt: skip


def measure_next(
    source,
    verdict: str | None = None,
    where: str | None = None,
    bases=None,
    constrained=None,
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """Return how much knowing each sampled parameter would help to predict a word.

    Parameters
    ----------
    source : path-like or xarray.Dataset
        A store of a campaign with a sample or [points], or its dataset (`scsfast.open`).
    verdict : {"c1", "c2", "c2_honest"}, optional
        The claim whose word at each point is predicted, as if means were exact.
    where : str, optional
        A condition on a measure, in place of a claim, such as ``"skill < 0.25"``.
    bases : sequence of str, optional
    constrained : Constrained, optional
        The result of `constrain`: only the points that it leaves count.
    confidence : float

    Returns
    -------
    pandas.DataFrame
        One row per base and parameter: ``evppi``, the rise of the chance that the guess is
        right, with ``low``, ``high`` (normal, over resampled points); ``ceiling``, the rise
        if all parameters were known; ``share_of_ceiling``; the most frequent ``word`` and
        its share of points; ``is_above_placebo``: whether ``evppi`` is above that of all 99
        permuted parameters. The row "(dummy)" has their median, 0 and their maximum.
        ``note`` and ``warning``: as in `sensitivity`.

    Raises
    ------
    ConfigError
        If not exactly one of `verdict` and `where` is given, or there is no sample.
    """
    confidence = datasets.asked_confidence(confidence)
    refuse_both_or_none(verdict, where)
    dataset = datasets.results(source)
    words = words_on(dataset, verdict) if verdict else _words_where(dataset, where)
    left = None if constrained is None else set(constrained.left)
    rows, finished = [], datasets.is_finished(dataset).sum("replicate").values
    for sample in samples(dataset, bases):
        names = [str(dataset["scenario"].values[k]) for k in sample.places]
        own = [
            words.get(name) if left is None or name in left else None for name in names
        ]
        counts = {"replicates": int(finished[sample.places].min())}
        counts["about"] = verdict or where
        found = _of_sample(sample, own, confidence)
        rows += [{"base": sample.base, **counts, **row} for row in found]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _words_where(dataset, where: str) -> dict[str, str]:
    """Return whether a condition on a measure's mean holds at each point."""
    condition = condition_of(where)
    names = datasets.asked_variables(dataset, [condition.measure])
    values = datasets.values(dataset, names)[condition.measure]
    means = values.mean("replicate").values
    scenarios = dataset["scenario"].values
    return {
        str(name): YES if condition.holds(mean) else NO
        for name, mean in zip(scenarios, means, strict=True)
        if not np.isnan(mean)
    }


def _of_sample(sample: Sample, words: list, confidence: float) -> list[dict]:
    """Return the rows of one base."""
    x, words = sample.parameters, np.array(words, object)
    rows = independent_rows(sample.kind, sample.design, x.shape[1])
    if rows is not None:
        x, words = x[rows], words[rows]
    is_there = np.array([word is not None for word in words], bool)
    x, words = x[is_there], words[is_there]
    note = ""
    if len(words) < FEWEST_POINTS:
        note = f"only {len(words)} points with a word, {FEWEST_POINTS} are needed"
    elif len(set(words)) == 1:
        note = f"the word is '{words[0]}' at all {len(words)} points: nothing to learn"
    if note:
        return [
            {"parameter": name, "note": note, "warning": "", "points": len(words)}
            for name in sample.names
        ]
    return _rows(sample.names, x, words, confidence)


def _rows(names, x: np.ndarray, words: np.ndarray, confidence: float) -> list[dict]:
    kinds, codes = np.unique(words.astype(str), return_inverse=True)
    holds = (codes[:, np.newaxis] == np.arange(len(kinds))).astype("f8")
    best = int(holds.mean(axis=0).argmax())
    ceiling = float(1 - holds[:, best].mean())
    values = np.array([evppi(column, holds) for column in x.T])
    generator = np.random.default_rng(SEED)
    resampled = []
    for _ in range(RESAMPLES):
        rows = generator.integers(0, len(x), len(x))
        resampled.append([evppi(column, holds[rows]) for column in x[rows].T])
    half = normal_half(resampled, confidence)
    placebos = [evppi(column, holds) for column in dummies(x, DUMMIES, generator).T]
    floor = np.median(placebos), 0.0, np.max(placebos)
    low, high = np.clip(values - half, 0, None), np.clip(values + half, None, ceiling)
    found = [*zip(names, values, low, high, strict=True), (DUMMY, *floor)]
    about = {
        "ceiling": ceiling,
        "word": str(kinds[best]),
        "share_of_word": 1 - ceiling,
        "points": len(words),
        "note": "",
    }
    table = [
        {
            "parameter": name,
            **dict(zip(("evppi", "low", "high"), map(float, numbers), strict=True)),
            "share_of_ceiling": float(numbers[0]) / ceiling,
            "is_above_placebo": name != DUMMY and bool(numbers[0] > floor[2]),
            **about,
        }
        for name, *numbers in found
    ]
    warning = unclear_rank(pd.DataFrame(table).rename(columns={"evppi": "value"}))
    return [{**row, "warning": warning} for row in table]


def evppi(column: np.ndarray, holds: np.ndarray) -> float:
    """Return the rise of the chance to predict a word by knowing one parameter.

    Parameters
    ----------
    column : ndarray of float64, shape (points,)
        Values of the parameter.
    holds : ndarray of float64, shape (points, words)
        1 for the word of each point, else 0.

    Returns
    -------
    float
        Between 0 and 1 minus the share of the most frequent word.
    """
    n_slices = int(np.clip(len(column) // POINTS_PER_SLICE, 2, MOST_SLICES))
    edges = np.quantile(column, np.arange(1, n_slices) / n_slices)
    places = np.searchsorted(np.unique(edges), column, side="right")
    folds = np.random.default_rng(SEED).permutation(len(column)) % FOLDS
    cells, shape = places * FOLDS + folds, (-1, n_slices, FOLDS)
    size = n_slices * FOLDS
    counts = np.array([np.bincount(cells, word, size) for word in holds.T])
    counts = counts.reshape(shape)
    others = counts.sum(axis=2, keepdims=True) - counts
    overall = holds.mean(axis=0)[:, np.newaxis, np.newaxis]
    guess = (others + 1e-6 * overall).argmax(axis=0)  # a tie goes to the likelier word
    right = np.take_along_axis(counts, guess[np.newaxis], axis=0).sum() / len(column)
    return float(max(0.0, right - holds.mean(axis=0).max()))
