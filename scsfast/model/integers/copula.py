"""Dependence between traits as integer tables that preserve every marginal distribution.

A Gaussian copula joins the ranks of quality, means and guile, and ties and groups to means.
All tables are integers whose rows and columns add up exactly, so that each trait keeps the
distribution that it has without dependence. They are computed once per scenario.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from ..population import Correlations, partial
from .fixed_point import ONE16, ONE32

RANKS = 256
KEPT = 256  # tables of 512 KiB: scenarios that share 64 points of a sample share three each
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_INNER = (np.arange(RANKS)[:, None] + (_NODES + 1) / 2) / RANKS  # by rank and node
INCOME_ORDER = (
    "rural",
    "migrant",
    "urban",
    "official",
)  # modelling choice: poorest first


def _given_rank(probability: ArrayLike, rho: float) -> np.ndarray:
    """Return P(V <= probability | rank of U), shape (256, ...), of a Gaussian copula."""
    from scipy.special import ndtr, ndtri  # slow to import

    with np.errstate(divide="ignore"):
        z, inner = ndtri(np.asarray(probability, float)), ndtri(_INNER)
    shifted = (z - rho * inner[..., None]) / np.sqrt(1 - rho**2)
    return np.tensordot(ndtr(shifted), _WEIGHTS / 2, axes=([1], [0]))


@lru_cache(maxsize=KEPT)
def conditional(rho: float) -> np.ndarray:
    """Return the cumulative chances of one rank given another, of 256 each.

    Parameters
    ----------
    rho : float
        Correlation of the underlying normals, in (-1, 1).

    Returns
    -------
    ndarray of int64, shape (256, 256)
        Entry (i, j) is the chance, in 1/65536, that the second rank is at most j if the
        first is i. The chances of each second rank add up to 65536 over the first.
    """
    below = _given_rank(np.arange(1, RANKS + 1) / RANKS, rho)  # (row, column)
    corner = np.rint(np.cumsum(below, axis=0) * ONE16).astype(np.int64)
    corner[:, -1] = ONE16 * np.arange(1, RANKS + 1)
    corner[-1] = ONE16 * np.arange(1, RANKS + 1)
    cells = np.diff(np.diff(corner, axis=0, prepend=0), axis=1, prepend=0)
    _make_nonnegative(cells)
    table = np.cumsum(cells, axis=1)
    table.flags.writeable = False
    return table


def _make_nonnegative(cells: np.ndarray) -> None:
    """Raise cells that rounding left below 0, in place; row and column sums are kept."""
    for i, j in np.argwhere(cells < 0):
        while cells[i, j] < 0:
            column, row = int(cells[i].argmax()), int(cells[:, j].argmax())
            cells[i, j] += 1
            cells[row, column] += 1
            cells[i, column] -= 1
            cells[row, j] -= 1


def ranks(correlations: Correlations) -> tuple[np.ndarray, ...]:
    """Return the tables that join the ranks of quality, means and guile; empty if independent.

    Returns
    -------
    tuple of ndarray
        Means by quality; the rest of guile by the rest of means; guile by quality.
    """
    c = correlations
    if not (c.quality_means or c.quality_guile or c.guile_means):
        return ()
    rest = partial(c.guile_means, c.quality_guile, c.quality_means)
    return tuple(conditional(rho) for rho in (c.quality_means, rest, c.quality_guile))


def by_means(share: int, rho: float, means_table: np.ndarray) -> np.ndarray:
    """Return a 32-bit chance by stored means whose mean over citizens is `share`.

    Parameters
    ----------
    share : int
        Mean chance of all citizens, of 2^32.
    rho : float
        Correlation with means of the normal whose highest values have the property.
    means_table : ndarray of uint8, shape (256,)
        Quantiles of means.

    Returns
    -------
    ndarray of int64, shape (256,)
        Means that no citizen has get the chance of the nearest lower means that occur,
        or else of the lowest.
    """
    if rho == 0 or share in (0, ONE32):
        return np.full(256, share, np.int64)
    counts = np.bincount(means_table, minlength=256)
    chances = 1 - _given_rank(np.array([1 - share / ONE32]), rho)[:, 0]
    of_value = np.bincount(means_table, chances)
    known = np.flatnonzero(counts)
    found = np.zeros(256, np.int64)
    found[known] = np.rint(of_value[known] / counts[known] * ONE32).astype(np.int64)
    left = RANKS * share - int((counts * found).sum())
    for value in sorted(known.tolist(), key=lambda value: -counts[value]):
        step = int(left / counts[value])  # toward 0: at most a few units of 2^-32
        found[value] = min(max(found[value] + step, 0), ONE32)
        left = RANKS * share - int((counts * found).sum())
    nearest = np.searchsorted(known, np.arange(256), "right") - 1
    return found[known[np.maximum(nearest, 0)]]


def groups_by_means(
    until: Sequence[int], groups: Sequence[str], rho: float, means_table: np.ndarray
) -> np.ndarray:
    """Return cumulative 32-bit shares of the groups by stored means, shape (256, 4).

    Parameters
    ----------
    until : sequence of int
        Cumulative shares of all citizens, in the order of `groups`.
    groups : sequence of str
    rho : float
        Correlation with means of the rank in `INCOME_ORDER`.
    means_table : ndarray of uint8, shape (256,)
    """
    shares = dict(zip(groups, np.diff(until, prepend=0).tolist(), strict=True))
    above, found, total = np.full(256, ONE32), {}, ONE32
    for group in INCOME_ORDER:  # chances to be above a group in the order
        total -= shares[group]
        rest = np.minimum(by_means(total, rho, means_table), above)
        found[group], above = above - rest, rest
    return np.cumsum([found[group] for group in groups], axis=0).T.copy()
