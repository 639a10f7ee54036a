"""Points of designs: a scenario's entry with other values at some paths.

Here is what all designs share: the scenario that they vary, the plan that makes points of
it, the paths that may be varied, and how a value is put into a ``[[scenario]]``.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from ...errors import ConfigError, located, refuse
from ...model.parameters import Tree, merge, strip_sources
from ...model.paths import with_value
from ...model.trees import spread_levels
from ..scenarios import Common, pilot_or_nothing

LARGEST_BOUND = 2**53  # above it whole numbers are not exact as floats
HEADS = ("regime", "leaders", "world", "change")


class Base(NamedTuple):
    """A scenario of the file that a design varies."""

    k: int  # number of its entry in the file
    entry: Tree
    raw_entry: Tree  # with sources
    raw: Tree  # the whole file with sources
    name: str
    common: Common


class Point(NamedTuple):
    """One scenario that a design makes."""

    label: str
    entry: Tree
    values: Tree  # by path
    players: dict[str, int]


class Plan(Protocol):
    """A checked table of a design."""

    @property
    def table(self) -> str:
        """Name of the design's table in a file."""

    @property
    def of(self) -> Sequence[str] | None:
        """Names of the scenarios to vary; None for all."""

    def count(self, base: Base) -> int:
        """Return the number of points."""

    def points(self, base: Base) -> tuple[Tree, list[Point]]:
        """Return the fields of the `Design`, and its points."""


def check_paths(paths: Iterable[str], table: str) -> None:
    """Refuse paths outside the tables that can be varied."""
    refuse(
        f"`{table}.{path}` must begin with {', '.join(HEADS[:-1])} or {HEADS[-1]}"
        for path in paths
        if path.partition(".")[0] not in HEADS or "." not in path
    )


def is_range(value: object) -> bool:
    """Return whether a value is [low, high], two numbers with low below high.

    Parameters
    ----------
    value : object
        As written in a file. Bounds beyond 2^53 are none: the width of a range, and a point
        in it, must be numbers too.
    """
    if not isinstance(value, list) or len(value) != 2:
        return False
    if any(type(bound) not in (int, float) for bound in value):
        return False
    return bool(-LARGEST_BOUND <= value[0] < value[1] <= LARGEST_BOUND)


def check_of(of: object, table: str) -> None:
    """Refuse an `of` that is neither None nor a list of names."""
    is_names = isinstance(of, list) and of and all(isinstance(n, str) for n in of)
    if of is not None and not is_names:
        raise ConfigError(
            f"`{table}.of` must be a list of names of scenarios, got {of!r}"
        )


def written(base: Base, table: str, values: Tree) -> Tree:
    """Return the entry of a scenario with values at paths.

    Parameters
    ----------
    base : Base
        The scenario.
    table : str
        Name of the design's table, for messages.
    values : dict
        The values by path.

    Raises
    ------
    ConfigError
        If a path leads through a value that is neither table nor list.
    """
    entry = base.entry
    for path, value in values.items():
        if path.startswith("regime.discretion.") and "regime" in entry:
            entry = {**entry, "regime": spread_levels(entry["regime"], "discretion")}
        with located(f"`{table}.{path}`: "):
            entry = with_value(entry, path, value, _whole(base, path))
    return entry


def _whole(base: Base, path: str) -> Tree | None:
    """Return all values of a scenario, from which lists are completed.

    None if the path has no number of a list's entry, so that no list is needed.
    """
    if not any(key.isdigit() for key in path.split(".")):
        return None
    world = base.common.world
    regime = merge(pilot_of(base), base.entry.get("regime", {}))
    return {
        "regime": strip_sources(regime),
        "world": world.model_dump(mode="json", by_alias=True) if world else {},
    }


def pilot_of(base: Base) -> Tree:
    """Return the values of the pilot that a scenario extends, with their sources."""
    regime = base.entry.get("regime")
    extends = regime.get("extends") if isinstance(regime, dict) else None
    return pilot_or_nothing(base.entry.get("pilot") or extends, base.common)
