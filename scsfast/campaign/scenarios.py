"""From one ``[[scenario]]`` of a campaign file to a checked scenario.

A scenario is a pilot with changes, or a regime of its own. Its leaders are laid over those
of the campaign, its world over the campaign's. Each fault has the path of its key. What must
be equal in all scenarios of a store is compared here too.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar

from pydantic import BaseModel, Field, ValidationError

from ..errors import ConfigError, Faults, located, refuse
from ..model import outcomes, pilot_library
from ..model.government import Government, Leaders, expand_all
from ..model.integers.build import build_rules
from ..model.integers.rules import Rules
from ..model.messages import DATE, config_error, did_you_mean
from ..model.parameters import (
    Count,
    Name,
    Parameters,
    Tree,
    merge,
    param,
    strip_sources,
)
from ..model.regime import Regime
from ..model.trees import laid_over_world, spread_levels
from ..model.world import Scenario, World
from .policy_files import policy_of
from .user_data import FILE_KEYS, file_faults

Shape: TypeAlias = dict[str, int | str]  # what a store's tables depend on, by its name
Model = TypeVar("Model", bound=BaseModel)


class Entry(Parameters):
    """One ``[[scenario]]`` of a campaign file."""

    name: Name | None = param(None, "name, by default the pilot's")
    pilot: str | None = param(None, "a packaged pilot, or a regime's own TOML file")
    regime: Tree = param(dict, "changes on top of the pilot, or a whole regime")
    leaders: Tree = param(dict, "changes on top of the campaign's leaders")
    world: Tree = param(dict, "changes on top of the campaign's world")
    change: list[Tree] = param([], "later regimes, each from a tick on")
    policy: str | None = param(
        None, "a function that changes the regime, file:function"
    )


class _Change(Parameters):
    """One ``[[scenario.change]]``."""

    tick: Annotated[Count, Field(ge=1)] = param(
        ..., "first tick of the regime", unit="tick"
    )
    pilot: str | None = param(None, "a packaged pilot, or a regime's own TOML file")
    regime: Tree = param(dict, "changes on top of the pilot, or of the regime before")


@dataclass
class Common:
    """What all scenarios of a campaign file share; a faulty world is None."""

    world: World | None
    world_tree: Tree  # as written
    leaders: Tree
    folder: Path  # relative paths of files start here
    pilots: dict[str, Tree] = field(default_factory=dict)  # with sources, by name
    # Rows of each file of points by its path; under None, rows written in place.
    tables: dict[str | None, list[Tree]] = field(default_factory=dict)
    shapes: list[Shape] = field(default_factory=list)  # one per scenario


def checked(model: type[Model], tree: object, prefix: str) -> Model:
    """Validate a tree strictly; return its model.

    The tree passes through JSON because only JSON input lets strict validation accept
    tables for models and lists for tuples, while true and "35" remain no numbers.

    Parameters
    ----------
    model : type of BaseModel
        The class to validate.
    tree : object
        A table as `tomllib` gives it; anything else is a fault.
    prefix : str
        Path of the table in the file, for messages.

    Raises
    ------
    ConfigError
        With every fault of the tree.
    """
    try:
        return model.model_validate_json(json.dumps(tree, default=_plain), strict=True)
    except ValidationError as error:
        raise config_error(error, "", model, prefix) from None


def _plain(value: object) -> list[list[str]]:
    """Return a date as a nested list, which no key accepts in place of a value."""
    if isinstance(value, date | time):
        return [[DATE, str(value)]]
    raise TypeError(f"{type(value).__name__} cannot be a value of a campaign")


def scenario_name(entry: Tree, common: Common) -> str | None:
    """Return an entry's own name, or that of its pilot or its regime; None without one."""
    regime = entry["regime"] if isinstance(entry.get("regime"), dict) else {}
    pilot = entry.get("pilot") or regime.get("extends")
    tree = pilot_or_nothing(pilot, common)
    names = (entry.get("name"), tree.get("name"), regime.get("name"))
    name = next(filter(None, names), None)
    return name if isinstance(name, str) else None  # `scenario_of` reports the fault


def scenario_of(entry: Tree, k: int, common: Common) -> Scenario:
    """Return the scenario of an entry.

    Parameters
    ----------
    entry : dict
        Values without sources.
    k : int
        Number of the entry in the file, for messages.
    common : Common

    Raises
    ------
    ConfigError
        With every fault of the entry; with none if only the campaign's world is faulty.
    """
    key, faults = f"scenario.{k}", Faults()
    parts = checked(Entry, entry, key)
    own = {name: value for name, value in parts.regime.items() if name != "extends"}
    pilot = parts.pilot or parts.regime.get("extends")
    world, tree = common.world, {}
    if parts.pilot and "extends" in parts.regime:
        faults.sentences.append(
            f"`{key}` must have `pilot` or `regime.extends`, not both"
        )
    with faults.at():
        tree = _pilot(pilot, common, f"{key}.pilot") if pilot else {}
    if tree or not pilot:  # else the regime cannot be checked
        with faults.at():
            tree = {"name": _name(parts, tree, own, key), **tree}
            regime, changes = _regimes(parts, tree, own, key, common)
    with faults.at():
        _, leaders = laid_over_leaders(parts.leaders, common.leaders, f"{key}.leaders")
    with faults.at():
        world = _world(parts.world, f"{key}.world", common)
    with faults.at():
        policy = policy_of(parts.policy, common.folder, f"{key}.policy")
    if faults.sentences or world is None:
        raise ConfigError(faults.sentences)
    whole = {"regime": regime, "leaders": leaders, "change": changes, "policy": policy}
    at = key if world is not common.world else ""
    name = parts.name or tree["name"]
    return _fitted({"name": name, "world": world, **whole}, key, at, common)


def _name(parts: Entry, tree: Tree, own: Tree, key: str) -> str:
    """Return the name of a scenario: its own, its pilot's or its regime's."""
    name = parts.name or tree.get("name") or own.get("name")
    if not name or not (tree or own):
        raise ConfigError(f"`{key}` must have a `pilot`, or a `name` and a `regime`")
    return str(name)


def _regimes(
    parts: Entry, tree: Tree, own: Tree, key: str, common: Common
) -> tuple[Regime, list[Tree]]:
    """Return the regime of a scenario over its pilot's values, and its later regimes."""
    faults = Faults()
    with faults.at():
        regime = _regime(tree, own, f"{key}.regime")
    with faults.at():
        changes = _changes(parts.change, _laid_over(tree, own), key, common)
    faults.raise_any()
    return regime, changes


def _world(own: Tree, key: str, common: Common) -> World | None:
    """Return a scenario's world: its `own` values over those of the campaign."""
    world, faults = common.world, Faults()
    if not own or world is None:
        return world
    with faults.at():
        refuse(file_faults(own, world, key))
    with faults.at():
        found = checked(World, laid_over_world(common.world_tree, own), key)
    faults.raise_any()
    files = {name: getattr(world.population, name) for name in FILE_KEYS}
    population = found.population.model_copy(update=files)
    update: Tree = {"population": population}
    if world.sizes.by_level:  # perhaps of the people_file
        update["sizes"] = world.sizes
    return found.model_copy(update=update)


def _changes(entries: list[Tree], tree: Tree, key: str, common: Common) -> list[Tree]:
    """Return the later regimes, each laid over its pilot or over the regime before it."""
    changes, faults = [], Faults()
    for k, entry in enumerate(entries):
        at = f"{key}.change.{k}"
        with faults.at():
            parts = checked(_Change, entry, at)
            if parts.pilot:
                tree = _pilot(parts.pilot, common, f"{at}.pilot")
            regime = _regime(tree, parts.regime, f"{at}.regime")
            tree = _laid_over(tree, parts.regime)
            changes.append({"tick": parts.tick, "regime": regime})
    faults.raise_any()
    return changes


def _pilot(pilot: str, common: Common, key: str) -> Tree:
    """Return the values of a packaged pilot, or of a regime's own file."""
    values: Tree = strip_sources(sourced_pilot(pilot, common, key))
    return values


def pilot_or_nothing(pilot: object, common: Common) -> Tree:
    """Return a pilot's values with their sources; {} if there are none, or faulty ones.

    Parameters
    ----------
    pilot : object
        As written in a file; anything but a name or a path has no values.
    common : Common
    """
    try:
        return sourced_pilot(pilot, common, "") if isinstance(pilot, str) else {}
    except ConfigError:
        return {}  # reported by `scenario_of`


def sourced_pilot(pilot: str, common: Common, key: str) -> Tree:
    """Return a pilot's values with their sources.

    Parameters
    ----------
    pilot : str
        Name of a packaged pilot, or path of a regime's own file.
    common : Common
    key : str
        Path of the key that names the pilot, for messages.

    Raises
    ------
    ConfigError
        If there is no such pilot, or its file is faulty.
    """
    if pilot in common.pilots:
        return common.pilots[pilot]
    if pilot in pilot_library.names():
        tree = pilot_library.tree(pilot)
    elif not str(pilot).endswith(".toml"):
        raise ConfigError(_unknown_pilot(pilot, key))
    else:
        path = common.folder / pilot
        with located(f"`{key}` {path}: "):
            tree = pilot_library.file_tree(path)
    common.pilots[pilot] = tree
    return tree


def _regime(tree: Tree, own: Tree, key: str) -> Regime:
    """Return a regime: a scenario's `own` values over those of its pilot."""
    return checked(Regime, _laid_over(tree, own), key)


def _laid_over(tree: Tree, own: Tree) -> Tree:
    """Return a regime's values with changes laid over them."""
    if isinstance(own.get("discretion"), dict):
        tree = spread_levels(tree, "discretion")
    merged: Tree = merge(tree, own)
    return merged


def _unknown_pilot(name: object, key: str) -> str:
    known = pilot_library.names()
    return (
        f"`{key}` must be one of {', '.join(known)}, or the path of a regime's .toml file, "
        f"got {name!r}{did_you_mean(name, known)}"
    )


def laid_over_leaders(own: Tree, common: Tree, key: str) -> tuple[Tree, Government]:
    """Return leaders for every level, as values and checked: `own` over `common`.

    Parameters
    ----------
    own : dict
        The scenario's table.
    common : dict
        The table that all scenarios share.
    key : str
        Path of the table in the file, for messages.

    Raises
    ------
    ConfigError
        With every fault of the values.
    """
    if "all" in own:  # checked where it is written: a fault names `all`, not six levels
        checked(Leaders, own["all"], f"{key}.all")
        own = expand_all(own)
    merged: Tree = merge(common, own)
    return merged, checked(Government, merged, key)


def _fitted(parts: Tree, key: str, world_key: str, common: Common) -> Scenario:
    """Return the scenario of parts that fit together."""
    try:
        scenario = Scenario(**parts)
        common.shapes.append(_shape(scenario, build_rules(scenario)))
        return scenario
    except ValidationError as error:
        texts = [detail["msg"] for detail in error.errors()]
        found = [
            f for text in texts for f in text.removeprefix("Value error, ").split("; ")
        ]
    except ConfigError as error:
        found = error.faults
    raise ConfigError([_placed(fault, key, world_key) for fault in found])


def _placed(fault: str, key: str, world_key: str) -> str:
    """Return a fault of a scenario with the path of its key in the file."""
    path = re.split(r"[^\w.]", fault, maxsplit=1)[0]
    rest = fault[len(path) :]
    key = world_key if path.startswith("world") else key
    return f"`{key}.{path}`{rest}" if key else f"`{path}`{rest}"


def check_shapes(numbers: list[int], names: list[str], shapes: list[Shape]) -> None:
    """Refuse scenarios whose tables differ in shape from the first one's.

    Parameters
    ----------
    numbers : list of int
        Number of each scenario's entry in the file.
    names : list of str
        Names of the scenarios.
    shapes : list of dict
        `Common.shapes`, as `scenario_of` filled it.

    Raises
    ------
    ConfigError
        With a fault per scenario and difference.
    """
    refuse(
        f"`scenario.{k}.world` must not change the shape of the store's tables: "
        f"{what} is {shapes[0][what]} in '{names[0]}', {here} in '{name}'"
        + (UNIT_HINT if what == "unit" else "")
        for k, name, shape in zip(numbers, names, shapes, strict=True)
        for what, here in shape.items()
        if here != shapes[0][what]
    )


UNIT_HINT = "; set world.unit_means to a level with equally many units in all scenarios"


def _shape(scenario: Scenario, rules: Rules) -> Shape:
    """Return what must be equal in all scenarios of a store."""
    return {
        **outcomes.sizes(rules),
        "prize_kind": ", ".join(scenario.world.prize),
        "the ticks of distributions": ", ".join(map(str, rules.distribution_ticks)),
        "the first measured tick": rules.measured_from,
    }
