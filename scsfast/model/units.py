"""Which citizens live in which unit: whole villages make up the units of every level above.

Citizens of a village have consecutive numbers, and so have the villages of a unit. Either all
units of a level have one size (but for the last), or a user gives the size of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .government import LEVELS


@dataclass(frozen=True, eq=False)
class Units:
    """The units of a world, by level from the village up; the last level is the whole world.

    Attributes
    ----------
    n_citizens : int
    spans : tuple of int
        Citizens of the largest unit by level, at the end those of the world. Units of equal
        size: those of any unit, whether the world has so many citizens or not.
    starts : tuple of ndarray of int64, shape (units + 1,)
        By level the first citizen of each unit and `n_citizens`. Empty: equal sizes.
    """

    n_citizens: int
    spans: tuple[int, ...]
    starts: tuple[NDArray[np.int64], ...] = ()

    @property
    def n_levels(self) -> int:
        """Levels of government, without the whole world."""
        return len(self.spans) - 1

    def count(self, level: int) -> int:
        """Return how many units a level has."""
        if level == self.n_levels:
            return 1
        if self.starts:
            return len(self.starts[level]) - 1
        return -(-self.n_citizens // self.spans[level])

    def of(self, level: int, citizen: int) -> int:
        """Return the unit of a citizen."""
        if level == self.n_levels:
            return 0
        if self.starts:
            return int(np.searchsorted(self.starts[level], citizen, "right")) - 1
        return citizen // self.spans[level]

    def of_all(self, level: int) -> NDArray[np.int64]:
        """Return the unit of every citizen, shape (n_citizens,)."""
        return np.repeat(np.arange(self.count(level)), np.diff(self.bounds(level)))

    def bounds(self, level: int) -> NDArray[np.int64]:
        """Return the first citizen of each unit and `n_citizens`, shape (units + 1,)."""
        if level == self.n_levels:
            return np.array([0, self.n_citizens])
        if self.starts:
            return self.starts[level]
        first = np.arange(self.count(level) + 1) * self.spans[level]
        return np.minimum(first, self.n_citizens)

    def citizens(self, level: int, unit: int) -> range:
        """Return the citizens of a unit."""
        if self.starts and level < self.n_levels:
            return range(*self.starts[level][unit : unit + 2].tolist())
        start = unit * self.spans[level]
        return range(start, min(start + self.spans[level], self.n_citizens))

    def above(self, level: int, unit: int) -> int:
        """Return the unit one level above a unit."""
        return self.of(level + 1, self.citizens(level, unit).start)

    def below(self, level: int, unit: int) -> range:
        """Return the units one level below that make up a unit."""
        citizens = self.citizens(level, unit)
        first, last = (self.of(level - 1, i) for i in (citizens[0], citizens[-1]))
        return range(first, last + 1)

    def of_fewer(self, n_citizens: int) -> "Units":
        """Return units of equal size, each as large as the largest, of fewer citizens."""
        return Units(n_citizens, self.spans)

    def mean_spans(self) -> list[int]:
        """Return spans of units of equal size, of about as many units by level.

        Those of the units themselves if they are equal.
        """
        if not self.starts:
            return list(self.spans[:-1])
        spans = [-(-self.n_citizens // self.count(0))]
        for level in range(1, self.n_levels):
            ratio = round(self.count(level - 1) / self.count(level))
            spans.append(spans[-1] * max(2, ratio))
        return spans


def make_units(
    n_citizens: int, spans: Sequence[int], sizes: Sequence[ArrayLike] = ()
) -> Units:
    """Return the units of a world.

    Parameters
    ----------
    n_citizens : int
    spans : sequence of int
        Citizens of a unit by level, each a multiple of those below. Above villages of given
        sizes they only say how many units one above is made of.
    sizes : sequence of array_like of int
        By level how many citizens each village has, then how many units of the level below
        each unit has; above villages one that is empty, or missing, follows from `spans`.
        Empty: all units of a level have one size.

    Returns
    -------
    Units

    Raises
    ------
    ValueError
        If there are sizes of levels that the world does not have, sizes without those of
        villages, or sizes that do not add up to the citizens or the units of the level
        below.
    """
    if len(sizes) > len(spans):
        known = ", ".join(LEVELS[: len(spans)])
        name = LEVELS[len(sizes) - 1]
        raise ValueError(f"sizes.{name}: the world has no such level, it has {known}")
    given = [np.asarray(of_level, np.int64) for of_level in sizes]
    if not any(map(len, given)):
        return Units(n_citizens, (*spans, n_citizens))
    if not len(given[0]):
        raise ValueError("sizes must have those of each village, sizes.village")
    found: list[NDArray[np.int64]] = []
    for level, span in enumerate(spans):
        parts = n_citizens if level == 0 else len(found[-1]) - 1
        own = given[level] if level < len(given) else ()
        step = span if level == 0 else span // spans[level - 1]
        ends = np.cumsum(own) if len(own) else _steps(parts, step)
        if ends[-1] != parts:
            what = f"{LEVELS[level - 1]} units" if level else "n_citizens"
            raise ValueError(
                f"sizes.{LEVELS[level]} must add up to the {parts} {what}, got {ends[-1]}"
            )
        below = found[-1] if level else np.arange(0)
        starts = np.concatenate([[0], ends])
        found.append(below[starts] if level else starts)
    widest = (int(np.diff(starts).max()) for starts in found)
    return Units(n_citizens, (*widest, n_citizens), tuple(found))


def _steps(parts: int, step: int) -> NDArray[np.int64]:
    """Return the ends of units of `step` parts each; the last may have fewer."""
    return np.minimum(np.arange(1, -(-parts // step) + 1) * step, parts)
