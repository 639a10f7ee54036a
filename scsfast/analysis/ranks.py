"""Rank correlations of a response with sampled parameters, with bootstrap intervals.

For samples that fill a space without further structure (Latin hypercube, Sobol points).
Ranks, so any monotone response will do; the partial correlation of one parameter is that
of what the other parameters leave unexplained, in its ranks and in the response's.
"""

import numpy as np
from scipy import stats

SEED = 35
RESAMPLES = 999


def spearman(parameters, response) -> np.ndarray:
    """Return Spearman's correlation of each parameter with a response.

    Parameters
    ----------
    parameters : array_like of float, shape (points, parameters)
    response : array_like of float, shape (points,)

    Returns
    -------
    ndarray, shape (parameters,)
        NaN where a parameter or the response is the same at all points.
    """
    ranks, of_response = _ranks(parameters), _ranks(response)
    return np.array([_correlation(column, of_response) for column in ranks.T])


def prcc(parameters, response) -> np.ndarray:
    """Return the partial rank correlation of each parameter with a response.

    As `spearman`; NaN too where there are no more points than parameters and two.
    """
    ranks, of_response = _ranks(parameters), _ranks(response)
    n_points, n_parameters = ranks.shape
    if n_points <= n_parameters + 2:
        return np.full(n_parameters, np.nan)
    found = []
    for k in range(n_parameters):
        others = np.column_stack([np.ones(n_points), np.delete(ranks, k, axis=1)])
        pair = np.column_stack([ranks[:, k], of_response])
        left = pair - others @ np.linalg.lstsq(others, pair, rcond=None)[0]
        has_spread = np.ptp(ranks[:, k]) > 0 and np.ptp(of_response) > 0
        found.append(_correlation(*left.T) if has_spread else np.nan)
    return np.array(found)


def with_interval(statistic, parameters, response, confidence: float):
    """Return a statistic of all points and its percentile bootstrap interval over points.

    Parameters
    ----------
    statistic : callable
        `spearman` or `prcc`.
    parameters, response : ndarray
    confidence : float

    Returns
    -------
    value, low, high : ndarray, shape (parameters,)
        The same at every call.
    """
    generator = np.random.default_rng(SEED)
    n_points = len(response)
    resampled = []
    for _ in range(RESAMPLES):
        rows = generator.integers(0, n_points, n_points)
        resampled.append(statistic(parameters[rows], response[rows]))
    value = statistic(parameters, response)
    tails = (1 - confidence) / 2, (1 + confidence) / 2
    low, high = np.array(
        [_tails(column, tails) for column in np.transpose(resampled)]
    ).T
    return value, low, high


def _tails(values, tails) -> list[float]:
    """Return quantiles of the values that are there, NaN if none is."""
    values = values[~np.isnan(values)]
    return list(np.quantile(values, tails)) if values.size else [np.nan, np.nan]


def _ranks(values) -> np.ndarray:
    return stats.rankdata(np.asarray(values, "f8"), axis=0)


def _correlation(one, other) -> float:
    """Return Pearson's correlation, NaN where either has no spread."""
    one, other = one - one.mean(), other - other.mean()
    size = np.sqrt((one @ one) * (other @ other))
    return float(np.clip(one @ other / size, -1, 1)) if size > 0 else float("nan")
