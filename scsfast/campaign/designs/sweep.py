"""A sweep: the values listed for some parameters, all combinations or side by side.

``how = "grid"`` makes every combination. ``how = "zip"`` takes the first values of all
parameters together, then the second ones, and so on. ``derive`` has formulas of further
parameters.
"""

import math
from collections.abc import Iterable
from itertools import product
from typing import Any, NamedTuple

from ...errors import Faults, refuse
from ...model.parameters import Tree
from ...model.paths import flat, shown
from . import derive
from .points import Base, Point, check_of, check_paths, written

TABLE = "sweep"
GRID, ZIP = "grid", "zip"


class Sweep(NamedTuple):
    """A checked ``[sweep]``; the last parameter varies fastest."""

    of: list[str] | None
    values: dict[str, list[Any]]
    how: str = GRID
    formulas: dict[str, str] = {}  # of derived parameters, by path

    @property
    def table(self) -> str:
        """Name of the design's table in a file."""
        return TABLE

    def count(self, base: Base) -> int:
        """Return the number of points."""
        lengths = [len(options) for options in self.values.values()]
        return lengths[0] if self.how == ZIP else math.prod(lengths)

    def _combinations(self) -> Iterable[tuple[Any, ...]]:
        """Return the values of each point, in the order of the parameters."""
        lists = self.values.values()
        return zip(*lists, strict=True) if self.how == ZIP else product(*lists)

    def points(self, base: Base) -> tuple[Tree, list[Point]]:
        """Return the fields of the `Design`, and its points."""
        points = []
        for combination in self._combinations():
            values = dict(zip(self.values, combination, strict=True))
            label = ", ".join(f"{path}={shown(v)}" for path, v in values.items())
            others = derive.derived(self.formulas, values, TABLE)
            entry = written(base, TABLE, {**values, **others})
            points.append(Point(label, entry, values, {}))
        about = {"kind": "sweep", "parameters": self.values}
        return {**about, "derived": self.formulas or None}, points


def plan_of(tree: Tree, seed: int) -> Sweep:
    """Return the plan of a ``[sweep]``.

    Parameters
    ----------
    tree : dict
        As `tomllib` gives it.
    seed : int
        Seed of the campaign.

    Raises
    ------
    ConfigError
        With every fault of the table.
    """
    own = {key: v for key, v in tree.items() if key not in ("of", "how", derive.KEY)}
    how = tree.get("how", GRID)
    values, faults = flat(own), Faults()
    with faults.at():
        check_of(tree.get("of"), TABLE)
    with faults.at():
        refuse(_option_faults(values, how))
    if not faults.sentences:
        with faults.at():
            refuse(_how_faults(how, values))
    with faults.at():
        check_paths(values, TABLE)
    formulas: dict[str, str] = {}
    with faults.at():
        formulas = derive.check(tree.get(derive.KEY, {}), values, TABLE)
    faults.raise_any()
    return Sweep(tree.get("of"), values, how, formulas)


def _option_faults(values: Tree, how: object) -> list[str]:
    """Return the faults of the values that parameters are to have."""
    faults = []
    if not values:
        faults.append("`sweep` must list values for at least one parameter")
    for path, options in values.items():
        key = f"`{TABLE}.{path}`"
        if not isinstance(options, list) or not options:
            faults.append(f"{key} must be a list of values, got {options!r}")
        elif how != ZIP and any(o in options[:k] for k, o in enumerate(options)):
            faults.append(f"{key}: values must differ, got {shown(options)}")
    return faults


def _how_faults(how: object, values: Tree) -> list[str]:
    """Return the faults of how the values of the parameters are combined."""
    if how not in (GRID, ZIP):
        return [f"`{TABLE}.how` must be one of {GRID}, {ZIP}, got {how!r}"]
    lengths = {path: len(options) for path, options in values.items()}
    if how == GRID or len(set(lengths.values())) == 1:
        points = list(zip(*values.values(), strict=True)) if how == ZIP else []
        twice = any(point in points[:k] for k, point in enumerate(points))
        return [f"`{TABLE}`: points must differ, two are the same"] if twice else []
    listed = ", ".join(f"{path} has {n}" for path, n in lengths.items())
    return [f'`{TABLE}`: how = "{ZIP}" needs lists of one length: {listed}']
