"""Statistics over replicates: means, their intervals, p values, and pairs of replicates.

All statistics over replicates are defined here only. Missing values (NaN) are left out.
Nothing here depends on the meaning of the numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:
    import xarray as xr

CONFIDENCE = 0.95
BOOTSTRAP_SEED = 35
RESAMPLES = 9999  # of scipy.stats.bootstrap
MOST_REPLICATES = 10**9  # of an independent design that is worth naming
STATISTICS = ("mean", "low", "high", "n")


class Estimate(NamedTuple):
    """A mean over `n` values with its interval; NaN where there are too few."""

    mean: float
    low: float
    high: float
    n: int


def mean_and_half(
    values: ArrayLike, confidence: float = CONFIDENCE
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the mean along the last axis and half its t-interval.

    Parameters
    ----------
    values : array_like of float
        NaN is missing.
    confidence : float
        Of the interval, in (0, 1).

    Returns
    -------
    mean, half, n : ndarray
        Of the shape without the last axis. `mean` is NaN with no value, `half` with fewer
        than two; `n` counts the values.
    """
    values = np.asarray(values, "f8")
    is_there = ~np.isnan(values)
    n = is_there.sum(-1)
    some, more = np.where(n > 0, n, np.nan), np.where(n > 1, n, np.nan)
    mean = np.where(is_there, values, 0).sum(-1) / some
    squares = np.where(is_there, (values - mean[..., None]) ** 2, 0).sum(-1)
    quantile = _t_quantile(more - 1, confidence)
    return mean, quantile * np.sqrt(squares / (more - 1) / more), n


def _t_quantile(degrees: ArrayLike, confidence: float) -> np.ndarray:
    """Return the quantile of Student's t that a two-sided interval reaches."""
    from scipy.special import stdtrit  # slow to import

    return np.asarray(stdtrit(degrees, (1 + confidence) / 2))


def interval(values: ArrayLike, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return mean and half of its t-interval over replicates."""
    mean, half, _ = mean_and_half(values, confidence)
    return float(mean), float(half)


def estimate(values: ArrayLike, confidence: float = CONFIDENCE) -> Estimate:
    """Return mean, t-interval and number of the values that are not missing."""
    mean, half, n = mean_and_half(values, confidence)
    return Estimate(float(mean), float(mean - half), float(mean + half), int(n))


def estimate_of_error(
    mean: float, error: float, n: int, confidence: float = CONFIDENCE
) -> Estimate:
    """Return a mean with its t-interval, from its standard error.

    Parameters
    ----------
    mean, error : float
        Mean and standard error of the mean.
    n : int
        Number of values.
    confidence : float
        Of the interval, in (0, 1).
    """
    quantile = float(_t_quantile(n - 1, confidence)) if n > 1 else float("nan")
    half = quantile * error
    return Estimate(mean, mean - half, mean + half, n)


def normal_half(resampled: ArrayLike, confidence: float = CONFIDENCE) -> np.ndarray:
    """Return half the normal interval of values by their resamples, along the first axis."""
    from scipy.special import ndtri  # slow to import

    spread = np.std(np.asarray(resampled, "f8"), axis=0, ddof=1)
    return np.asarray(ndtri((1 + confidence) / 2) * spread)


def share_interval(
    n: int, of: int, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Return Wilson's interval of a share.

    Parameters
    ----------
    n, of : int
        Number of cases, among so many.
    confidence : float
        Of the interval, in (0, 1).
    """
    from scipy.stats import binomtest  # slow to import

    found = binomtest(n, of).proportion_ci(confidence, "wilson")
    return float(found.low), float(found.high)


def statistics(
    values: xr.DataArray, confidence: float = CONFIDENCE, dim: str = "replicate"
) -> xr.DataArray:
    """Return `STATISTICS` over replicates along a new last dimension ``statistic``.

    Parameters
    ----------
    values : xarray.DataArray
        Has the dimension `dim`.
    confidence : float
        Of the interval, in (0, 1).
    dim : str
        Dimension of the replicates.
    """

    def of(array: np.ndarray) -> np.ndarray:
        mean, half, n = mean_and_half(array, confidence)
        return np.stack([mean, mean - half, mean + half, n.astype("f8")], -1)

    import xarray as xr

    found: xr.DataArray = xr.apply_ufunc(
        of, values, input_core_dims=[[dim]], output_core_dims=[["statistic"]]
    )
    return found.assign_coords(statistic=list(STATISTICS)).assign_attrs(values.attrs)


def bootstrap(values: ArrayLike, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the BCa bootstrap interval of a mean, reproducibly.

    Equal values have the interval [value, value]; fewer than two values have none (NaN).
    """
    from scipy import stats  # slow to import

    some = np.asarray(values, "f8")
    some = some[~np.isnan(some)]
    if some.size < 2:
        return float("nan"), float("nan")
    if np.all(some == some[0]):
        return float(some[0]), float(some[0])
    found = stats.bootstrap(
        (some,),
        np.mean,
        confidence_level=confidence,
        n_resamples=RESAMPLES,
        method="BCa",
        random_state=np.random.default_rng(BOOTSTRAP_SEED),
    )
    low, high = found.confidence_interval
    return float(low), float(high)


def paired_p(differences: ArrayLike) -> float:
    """Return the two-sided p of Student's paired test; NaN with fewer than two values.

    If all differences are equal, p is 1 if they are 0, and 0 otherwise.
    """
    from scipy import stats  # slow to import

    values = np.asarray(differences, "f8")
    values = values[~np.isnan(values)]
    if values.size < 2:
        return float("nan")
    if np.all(values == values[0]):
        return float(values[0] == 0)
    return float(stats.ttest_1samp(values, 0).pvalue)


def holm(p_values: ArrayLike) -> np.ndarray:
    """Return p values corrected by Holm's rule; NaN stays NaN and is not counted."""
    p_values = np.asarray(p_values, "f8")
    corrected = np.full(p_values.shape, np.nan)
    order = np.argsort(p_values)[: np.isfinite(p_values).sum()]
    factors = np.arange(order.size, 0, -1)
    corrected[order] = np.minimum(1, np.maximum.accumulate(factors * p_values[order]))
    return corrected


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Return Pearson's correlation; NaN if either has only equal values."""
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


def independent_replicates(
    one: ArrayLike, other: ArrayLike, confidence: float = CONFIDENCE
) -> float:
    """Return the replicates per side that an unpaired design needs for the same width.

    Parameters
    ----------
    one, other : array_like of float
        The pairs, none missing.
    confidence : float

    Returns
    -------
    float
        The smallest m at which half the t-interval of a difference of two independent
        means, t(2m - 2) sqrt((s1^2 + s2^2)/m), is at most that of the paired one;
        infinite where only the pairs have no spread; NaN with fewer than two pairs.
    """
    one, other = np.asarray(one, "f8"), np.asarray(other, "f8")
    if one.size < 2:
        return float("nan")
    half = float(mean_and_half(one - other, confidence)[1])
    variance = one.var(ddof=1) + other.var(ddof=1)
    if variance == 0:
        return float(one.size)

    def width(m: int) -> float:
        return float(_t_quantile(2 * m - 2, confidence) * np.sqrt(variance / m))

    if half == 0 or width(MOST_REPLICATES) > half:
        return float("inf")
    few, enough = 1, MOST_REPLICATES
    while enough - few > 1:
        middle = (few + enough) // 2
        few, enough = (few, middle) if width(middle) <= half else (middle, enough)
    return float(enough)
