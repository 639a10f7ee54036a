"""``world.extra_acts``: add or change acts without restating the catalogue."""

from collections.abc import Mapping
from typing import Any

from ..errors import ConfigError, Faults, refuse
from .acts import default_catalogue
from .parameters import Tree

KEY = "extra_acts"


def with_extra_acts(tree: Tree, faults: Faults) -> Tree:
    """Return a campaign's tree with the ``extra_acts`` of its worlds among their acts.

    An entry with the name of an act of the catalogue replaces the values that the entry
    gives; any other entry is a new act.

    Parameters
    ----------
    tree : dict
        The campaign, with the table ``world`` and the list ``scenario``, if any; it is not
        changed.
    faults : Faults
        Gathers what is wrong with the entries.
    """
    world = tree.get("world")
    found = (
        {**tree, "world": _expanded(world, None, "world", faults)} if world else tree
    )
    if not isinstance(tree.get("scenario"), list):
        return found
    common = found.get("world")
    common = common.get("acts") if isinstance(common, Mapping) else None
    scenarios = [
        {
            **entry,
            "world": _expanded(entry["world"], common, f"scenario.{k}.world", faults),
        }
        if isinstance(entry, Mapping) and "world" in entry
        else entry
        for k, entry in enumerate(tree["scenario"])
    ]
    return {**found, "scenario": scenarios}


def _expanded(world: Any, common: Any, key: str, faults: Faults) -> Any:
    """Return the table of a world with its extra acts among its acts."""
    if not isinstance(world, Mapping) or KEY not in world:
        return world
    own = {name: value for name, value in world.items() if name != KEY}
    acts = own.get("acts", common)
    if acts is None:
        acts = [act.model_dump(mode="json") for act in default_catalogue()]
    with faults.at():
        _check(world[KEY], f"{key}.{KEY}")
        return {**own, "acts": _joined(acts, world[KEY])}
    return own


def _joined(acts: Any, extra: Any) -> Any:
    """Return the acts of a world with extra ones; as they are if they are no list."""
    if not isinstance(acts, list):
        return acts
    by_name = {act["name"]: act for act in acts if isinstance(act, Mapping)}
    for entry in extra:
        by_name[entry["name"]] = {**by_name.get(entry["name"], {}), **entry}
    return list(by_name.values())


def _check(entries: Any, key: str) -> None:
    """Refuse a list of extra acts that is none; the acts' own values are not checked."""
    if not isinstance(entries, list | tuple):
        raise ConfigError(f"`{key}` must be a list of acts, got {entries!r}")
    names = [e.get("name") if isinstance(e, Mapping) else None for e in entries]
    faults = [
        f"`{key}.{k}` must be a table with the `name` of an act, got {entries[k]!r}"
        for k, name in enumerate(names)
        if not isinstance(name, str)
    ]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    refuse(faults + [f"`{key}`: act {name!r} is there twice" for name in twice])
