"""Points of designs: a scenario's entry with other values at some paths.

What sweeps and samples share: which paths may be varied, and how a value gets into the
tables of a ``[[scenario]]``.
"""

from typing import Any, NamedTuple

from ...errors import ConfigError
from ...model.parameters import merge, strip_sources
from ...model.paths import with_value
from ...model.trees import spread_levels
from ..scenarios import sourced_pilot

HEADS = ("regime", "leaders", "world", "change")


class Point(NamedTuple):
    """One scenario that a design makes."""

    label: str
    entry: dict
    values: dict[str, Any]
    players: dict[str, int]


def path_faults(paths, table: str) -> list[str]:
    """Return a fault for each path that leads to nothing that can be varied."""
    return [
        f"`{table}.{path}` must begin with {', '.join(HEADS[:-1])} or {HEADS[-1]}"
        for path in paths
        if path.partition(".")[0] not in HEADS or "." not in path
    ]


def of_faults(of, table: str) -> list[str]:
    """Return a fault unless `of` is none or a list of names."""
    is_names = isinstance(of, list) and of and all(isinstance(n, str) for n in of)
    return (
        []
        if of is None or is_names
        else [f"`{table}.of` must be a list of names of scenarios, got {of!r}"]
    )


def written(base, table: str, values: dict[str, Any]) -> dict:
    """Return the entry of a scenario with values at paths.

    Parameters
    ----------
    base : Base
    table : str
        Of the design, for messages.
    values : dict
        By path.

    Raises
    ------
    ConfigError
        If a path leads nowhere.
    """
    entry = base.entry
    for path, value in values.items():
        if path.startswith("regime.discretion.") and "regime" in entry:
            entry = {**entry, "regime": spread_levels(entry["regime"], "discretion")}
        try:
            entry = with_value(entry, path, value, _whole(base, path))
        except ConfigError as error:
            faults = [f"`{table}.{path}`: {fault}" for fault in error.faults]
            raise ConfigError(faults) from None
    return entry


def _whole(base, path: str) -> dict | None:
    """Return all values of a scenario's part, where its lists may be taken from."""
    if not any(key.isdigit() for key in path.split(".")):
        return None
    world = base.common.world
    regime = merge(pilot_of(base), base.entry.get("regime", {}))
    return {
        "regime": strip_sources(regime),
        "world": world.model_dump(mode="json", by_alias=True) if world else {},
    }


def pilot_of(base) -> dict:
    """Return the values of the pilot that a scenario builds on, with their sources."""
    regime = base.entry.get("regime")
    extends = regime.get("extends") if isinstance(regime, dict) else None
    pilot = base.entry.get("pilot") or extends
    return sourced_pilot(pilot, base.common, "", []) if isinstance(pilot, str) else {}
