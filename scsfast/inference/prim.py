"""PRIM: boxes in which a condition holds, by the patient rule induction method.

A box is peeled from the whole space, a few per cent of its points at a time, towards where
the condition holds most often. Limits that do not matter are then dropped. Nothing is
random.

Source: Friedman and Fisher 1999, Statistics and Computing 9, 123-143; the quasi-p-value of
a limit: Bryant and Lempert 2010, Technological Forecasting and Social Change 77, 34-49.
"""

from typing import NamedTuple

import numpy as np

PEELED = 0.05  # share of the points in a box that one peel removes
FEWEST = 20  # fewest points of a box
ENOUGH = 0.8  # density at which peeling has succeeded
CHANCE = 0.05  # quasi-p-value above which a limit is dropped
MOST_BOXES = 4


class Box(NamedTuple):
    """A box and the points inside it.

    Attributes
    ----------
    low, high : ndarray of float64, shape (parameters,)
        Its limits; infinite where it has none.
    inside : ndarray of bool, shape (points,)
    density : float
        Share of the box's points at which the condition holds.
    coverage : float
        Share of those points at which the condition holds that are in the box.
    p_values : ndarray of float64, shape (parameters,)
        Quasi-p-value of each limit: the chance of a density at least as high without it.
        NaN for parameters without a limit.
    """

    low: np.ndarray
    high: np.ndarray
    inside: np.ndarray
    density: float
    coverage: float
    p_values: np.ndarray


def boxes(
    x, holds, enough: float = ENOUGH, most: int = MOST_BOXES, fewest: int = FEWEST
) -> list[Box]:
    """Return boxes in which a condition holds, in the order in which they are found.

    Parameters
    ----------
    x : array_like of float, shape (points, parameters)
    holds : array_like of bool, shape (points,)
        Where the condition holds.
    enough : float in (0, 1]
        Density to reach.
    most, fewest : int
        Boxes to look for, and points that each must have.

    Returns
    -------
    list of Box
        Empty if the condition holds nowhere, or if no box of `fewest` points has a higher
        density than all points together.
    """
    x, holds = np.asarray(x, "f8"), np.asarray(holds, bool)
    left, found = np.ones(len(x), bool), []
    while len(found) < most and holds[left].sum() >= max(1, fewest * enough / 2):
        box = _box(x, holds, left, enough, fewest)
        if box is None:
            break
        found.append(box)
        left = left & ~box.inside
    return found


def _box(x, holds, left, enough: float, fewest: int) -> Box | None:
    """Return the box found among the points that are left, None if there is none."""
    low, high = np.full(x.shape[1], -np.inf), np.full(x.shape[1], np.inf)
    trajectory = [(low, high)]
    while (step := _peel(x, holds, left, *trajectory[-1], fewest)) is not None:
        trajectory.append(step)
    low, high = _chosen(x, holds, left, trajectory, enough)
    low, high = _simplified(x, holds, left, low, high, enough)
    if not (np.isfinite(low) | np.isfinite(high)).any() and not left.all():
        return None
    box = _described(x, holds, left, low, high)
    is_better = box.density > holds[left].mean() or holds[left].all()
    return box if is_better else None


def _inside(x, low, high) -> np.ndarray:
    return ((x >= low) & (x <= high)).all(axis=1)


def _peel(x, holds, left, low, high, fewest: int):
    """Return the limits after the best peel, None if no peel helps or is possible."""
    inside = left & _inside(x, low, high)
    now = holds[inside].mean()
    best = None
    for k in range(x.shape[1]):
        values = x[inside, k]
        for is_low, edge in _edges(values):
            kept = inside & (x[:, k] >= edge if is_low else x[:, k] <= edge)
            size = int(kept.sum())
            if size < fewest or size == inside.sum():
                continue
            rank = (holds[kept].mean(), size)
            if best is None or rank > best[0]:
                best = rank, k, is_low, edge
    if best is None or best[0][0] < now or now == 1:
        return None
    _, k, is_low, edge = best
    low, high = low.copy(), high.copy()
    (low if is_low else high)[k] = edge
    return low, high


def _edges(values: np.ndarray):
    """Yield (whether it is a lower limit, the limit) of the two peels of a parameter."""
    ordered = np.unique(values)
    if ordered.size < 2:
        return
    low, high = np.quantile(values, [PEELED, 1 - PEELED])
    above = ordered[ordered > low]
    below = ordered[ordered < high]
    if above.size:
        yield True, above[0]
    if below.size:
        yield False, below[-1]


def _chosen(x, holds, left, trajectory, enough: float):
    """Return the first limits that are dense enough, else the best compromise.

    The compromise has the largest harmonic mean of density and coverage.
    """
    total, scores = holds[left].sum(), []
    for low, high in trajectory:
        inside = left & _inside(x, low, high)
        density = holds[inside].mean()
        if density >= enough:
            return low, high
        coverage = holds[inside].sum() / total
        scores.append(2 * density * coverage / max(density + coverage, 1e-12))
    return trajectory[int(np.argmax(scores))]


def _simplified(x, holds, left, low, high, enough: float):
    """Return the limits without those that do not matter; the least important go first."""
    while True:
        p_values = _p_values(x, holds, left, low, high)
        worst = np.argsort(-np.nan_to_num(p_values, nan=-1.0), kind="stable")
        for k in worst:
            if np.isnan(p_values[k]):
                return low, high
            freed_low, freed_high = low.copy(), high.copy()
            freed_low[k], freed_high[k] = -np.inf, np.inf
            density = holds[left & _inside(x, freed_low, freed_high)].mean()
            before = holds[left & _inside(x, low, high)].mean()
            if p_values[k] > CHANCE or density >= max(enough, before):
                low, high = freed_low, freed_high
                break
        else:
            return low, high


def _p_values(x, holds, left, low, high) -> np.ndarray:
    from scipy.stats import binomtest

    inside = left & _inside(x, low, high)
    size, successes = int(inside.sum()), int(holds[inside].sum())
    found = np.full(x.shape[1], np.nan)
    for k in np.flatnonzero(np.isfinite(low) | np.isfinite(high)):
        freed_low, freed_high = low.copy(), high.copy()
        freed_low[k], freed_high[k] = -np.inf, np.inf
        chance = float(holds[left & _inside(x, freed_low, freed_high)].mean())
        found[k] = binomtest(successes, size, chance, alternative="greater").pvalue
    return found


def _described(x, holds, left, low, high) -> Box:
    inside = left & _inside(x, low, high)
    return Box(
        low,
        high,
        inside,
        float(holds[inside].mean()),
        float(holds[inside].sum() / holds.sum()),
        _p_values(x, holds, left, low, high),
    )
