"""Gini coefficients from histograms."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def gini(counts: ArrayLike, sums: ArrayLike) -> NDArray[np.float64]:
    """Return the Gini coefficient of a quantity from people and sums by bin.

    Within a bin all are taken to have its mean, so the result is a lower bound. With
    four bins per octave it is at most 0.06 below the exact value where all are in one bin,
    and far less where they spread over many.

    Parameters
    ----------
    counts, sums : array_like of float, shape (..., bins)
        Number of people, and the sum of the quantity, by bin in ascending order.

    Returns
    -------
    ndarray, shape (...)
        In [0, 1); NaN where there are no people or the sum is 0.
    """
    counts, sums = np.asarray(counts, "f8"), np.asarray(sums, "f8")
    people, everything = counts.sum(-1), sums.sum(-1)
    held = np.cumsum(sums, -1)
    below = held - sums
    twice_area = (counts * (below + held)).sum(-1)
    whole = people * everything
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, 1 - twice_area / whole, np.nan)


def gini_of_counts(counts: ArrayLike) -> NDArray[np.float64]:
    """Return the Gini coefficient of a whole number from people by number, from 0 on."""
    counts = np.asarray(counts, "f8")
    return gini(counts, counts * np.arange(counts.shape[-1]))
