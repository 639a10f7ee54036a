"""A sweep: every combination of the values listed for some parameters, a grid."""

import math
from itertools import product
from typing import Any, NamedTuple

from ...model.paths import flat, shown
from .points import Point, of_faults, path_faults, written

TABLE = "sweep"


class Sweep(NamedTuple):
    """A checked ``[sweep]``; the last parameter varies fastest."""

    of: list[str] | None
    values: dict[str, list[Any]]

    table = TABLE

    def count(self, base) -> int:
        """Return the number of points."""
        return math.prod(map(len, self.values.values()))

    def points(self, base) -> tuple[dict, list[Point]]:
        """Return what a `Design` says of this, and the points."""
        points = []
        for combination in product(*self.values.values()):
            values = dict(zip(self.values, combination, strict=True))
            label = ", ".join(f"{path}={shown(v)}" for path, v in values.items())
            points.append(Point(label, written(base, TABLE, values), values, {}))
        return {"kind": "sweep", "parameters": self.values}, points


def plan_of(tree: dict, seed: int, faults: list) -> Sweep | None:
    """Return the plan of a ``[sweep]``, or None after adding its faults.

    Parameters
    ----------
    tree : dict
        As `tomllib` gives it.
    seed : int
        Seed of the campaign.
    faults : list of str
        Faults are added to it.
    """
    own = {key: value for key, value in tree.items() if key != "of"}
    values, found = flat(own), of_faults(tree.get("of"), TABLE)
    if not values:
        found.append("`sweep` must have a list of values for one parameter or more")
    for path, options in values.items():
        key = f"`{TABLE}.{path}`"
        if not isinstance(options, list) or not options:
            found.append(f"{key} must be a list of values, got {options!r}")
        elif any(option in options[:k] for k, option in enumerate(options)):
            found.append(f"{key}: values must differ, got {shown(options)}")
    faults += found + path_faults(values, TABLE)
    return (
        None if found or path_faults(values, TABLE) else Sweep(tree.get("of"), values)
    )
