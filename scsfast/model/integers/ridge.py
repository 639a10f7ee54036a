"""Ridge regression on integer sums, solved exactly and rounded once: the black box's fit.

The sums of one fit are a flat list: the products of features j <= k in the order (0, 0),
(0, 1), .. (1, 1), .., then for each feature its product with the outcome. Feature 0 is 1,
so the first sum is the number of observations.
"""

from collections.abc import Sequence
from fractions import Fraction

SCALE = 1 << 16
MOST_WEIGHT, MOST_CONSTANT = 1 << 46, 1 << 56


def n_sums(n_features: int) -> int:
    """Return the number of sums that a fit needs."""
    return n_features * (n_features + 1) // 2 + n_features


def no_sums(n_features: int) -> list[int]:
    """Return the sums before the first observation, all 0."""
    return [0] * n_sums(n_features)


def nothing(n_features: int) -> tuple[int, list[int]]:
    """Return the fit that predicts the same for all citizens: all weights 0."""
    return 0, [0] * n_features


def add(sums: list[int], features: list[int], outcome: int) -> None:
    """Add one observation to the sums.

    Parameters
    ----------
    sums : list of int
    features : list of int
    outcome : int
    """
    position = 0
    for j, left in enumerate(features):
        for right in features[j:]:
            sums[position] += left * right
            position += 1
    for feature in features:
        sums[position] += feature * outcome
        position += 1


def fit(sums: list[int], ridge: int, gain: int) -> tuple[int, list[int]]:
    """Return (constant, weights) that turn features into points.

    Parameters
    ----------
    sums : list of int
        As updated by `add`.
    ridge : int
        Penalty on the squared weight of every feature but the constant, in 1/65536 of
        the feature's own sum of squares about its mean: units do not matter.
    gain : int
        Cost of one unit of the outcome, in 1/256 point.

    Returns
    -------
    constant : int
    weights : list of int
        In 1/65536: points = (constant - sum of weight x feature) >> 16, which is gain x
        (mean outcome - predicted outcome), before rounding to nearest.
    """
    n_features = next(k for k in range(1, 100) if n_sums(k) == len(sums))
    count = sums[0]
    if count == 0:
        return nothing(n_features)
    products, moments = _matrix(sums, n_features)
    for k in range(1, n_features):
        about_mean = products[k][k] - Fraction(products[0][k] ** 2, count)
        products[k][k] += about_mean * ridge / SCALE
    solution = _solve(products, moments)
    mean = Fraction(moments[0], count)
    weights = [_rounded(gain * weight, MOST_WEIGHT) for weight in solution]
    return _rounded(gain * mean, MOST_CONSTANT), weights


def predict(fitted: tuple[int, list[int]], features: list[int]) -> int:
    """Return the points (1/256) of a fit; fewer expected violations give more points."""
    constant, weights = fitted
    total = sum(w * f for w, f in zip(weights, features, strict=True))
    return (constant - total) >> 16


def _matrix(
    sums: Sequence[int], n_features: int
) -> tuple[list[list[Fraction]], list[int]]:
    products = [[Fraction(0)] * n_features for _ in range(n_features)]
    position = 0
    for j in range(n_features):
        for k in range(j, n_features):
            products[j][k] = products[k][j] = Fraction(int(sums[position]))
            position += 1
    return products, [int(value) for value in sums[position:]]


def _solve(matrix: list[list[Fraction]], right: list[int]) -> list[Fraction]:
    """Solve by Gaussian elimination in exact fractions; a free unknown is 0."""
    n = len(right)
    rows = [
        [*map(Fraction, row), Fraction(b)] for row, b in zip(matrix, right, strict=True)
    ]
    pivots: list[int] = []
    for column in range(n):
        start = len(pivots)
        pivot = next((r for r in range(start, n) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[start], rows[pivot] = rows[pivot], rows[start]
        head = rows[start]
        for r in range(n):
            if r != start and rows[r][column]:
                factor = rows[r][column] / head[column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], head, strict=True)]
        pivots.append(column)
    solution = [Fraction(0)] * n
    for row, column in enumerate(pivots):
        solution[column] = rows[row][n] / rows[row][column]
    return solution


def _rounded(value: Fraction, most: int) -> int:
    """Return a fraction times 65536, rounded to nearest, limited so that sums fit 64 bits."""
    return min(max(round(value * SCALE), -most), most)
