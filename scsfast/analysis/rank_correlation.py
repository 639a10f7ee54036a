"""Rank correlations of a response with sampled parameters, with bootstrap intervals.

For samples that fill a space without further structure (Latin hypercube, Sobol points).
Ranks are used, so any monotone response is suitable. The partial correlation of a parameter
is the correlation of two residuals: its ranks and the response's ranks, each after
regression on the ranks of the other parameters.
"""

import numpy as np

SEED = 35
RESAMPLES = 999
AT_ONCE = 64  # resamples
ROUNDING = 1e-20  # share of a sum of squares; smaller residuals are only rounding


def spearman(parameters, response) -> np.ndarray:
    """Return Spearman's correlation of each parameter with a response.

    Parameters
    ----------
    parameters : array_like of float, shape (..., points, parameters)
    response : array_like of float, shape (..., points)

    Returns
    -------
    ndarray, shape (..., parameters)
        NaN where a parameter or the response is the same at all points.
    """
    return _correlations(_ranks(parameters), _of_response(response))


def prcc(parameters, response) -> np.ndarray:
    """Return the partial rank correlation of each parameter with a response.

    As `spearman`; also NaN where there are at most two more points than parameters, or
    where the other parameters explain the parameter or the response exactly.
    """
    ranks, of_response = _ranks(parameters), _of_response(response)
    *_, n_points, n_parameters = ranks.shape
    if n_points <= n_parameters + 2:
        return np.full((*ranks.shape[:-2], n_parameters), np.nan)
    found = []
    for k in range(n_parameters):
        others, own = np.delete(ranks, k, axis=-1), ranks[..., [k]]
        pair = np.concatenate([own, of_response], axis=-1)
        left = pair - others @ (np.linalg.pinv(others) @ pair)
        is_noise = (left**2).sum(-2) < ROUNDING * (pair**2).sum(-2)
        left = np.where(is_noise[..., np.newaxis, :], 0, left)
        of_rest = _correlations(left[..., :1], left[..., 1:])
        has_spread = ~np.isnan(_correlations(own, of_response))
        found.append(np.where(has_spread, of_rest, np.nan)[..., 0])
    return np.stack(found, axis=-1)


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
        Every call returns the same values.
    """
    generator = np.random.default_rng(SEED)
    n_points, left, resampled = len(response), RESAMPLES, []
    while left:
        rows = generator.integers(0, n_points, (min(left, AT_ONCE), n_points))
        resampled.append(statistic(parameters[rows], response[rows]))
        left -= len(rows)
    value = statistic(parameters, response)
    tails = (1 - confidence) / 2, (1 + confidence) / 2
    low, high = np.array(
        [_tails(column, tails) for column in np.concatenate(resampled).T]
    ).T
    return value, low, high


def _tails(values, tails) -> list[float]:
    """Return quantiles of the values that are not NaN; NaN if there are none."""
    values = values[~np.isnan(values)]
    return list(np.quantile(values, tails)) if values.size else [np.nan, np.nan]


def _ranks(values) -> np.ndarray:
    """Return ranks over points, less their mean."""
    from scipy.stats import (
        rankdata,
    )  # takes half a second to import, which a report without a sample saves

    ranks = rankdata(np.asarray(values, "f8"), axis=-2)
    return ranks - ranks.mean(axis=-2, keepdims=True)


def _of_response(values) -> np.ndarray:
    return _ranks(np.asarray(values, "f8")[..., np.newaxis])


def _correlations(one, other) -> np.ndarray:
    """Return Pearson's correlations of columns without mean, NaN without spread."""
    size = np.sqrt((one**2).sum(axis=-2) * (other**2).sum(axis=-2))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (one * other).sum(axis=-2) / size
    return np.where(size > 0, np.clip(found, -1, 1), np.nan)
