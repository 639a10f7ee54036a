"""From one ``[[scenario]]`` of a campaign file to a checked scenario.

A scenario is a pilot with changes, or a regime of its own; leaders over those of the
campaign; a world over the campaign's. Faults are collected, each with the path of its
key. What stays alike in all scenarios of a store is compared here too.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from ..errors import ConfigError
from ..model import outcomes, pilot_library
from ..model.government import Government, Leaders, expand_all
from ..model.integers.build import build_rules
from ..model.messages import DATE, config_error, did_you_mean
from ..model.parameters import (
    Count,
    Name,
    Parameters,
    merge,
    param,
    strip_sources,
)
from ..model.regime import Regime
from ..model.trees import laid_over_world, spread_levels
from ..model.world import Scenario, World

FILE_KEYS = ("people_file", "people_sha256", "network_file", "network_sha256")
BOUND_TO_FILES = ("n_citizens", "spans", "population.max_degree")


class Entry(Parameters):
    """One ``[[scenario]]`` of a campaign file."""

    name: Name | None = param(None, "name, by default the pilot's")
    pilot: str | None = param(None, "a packaged pilot, or a regime's own TOML file")
    regime: dict = param(dict, "changes on top of the pilot, or a whole regime")
    leaders: dict = param(dict, "changes on top of the campaign's leaders")
    world: dict = param(dict, "changes on top of the campaign's world")
    change: list[dict] = param([], "regimes that follow, each from a tick on")


class _Change(Parameters):
    """One ``[[scenario.change]]``."""

    tick: Annotated[Count, Field(ge=1)] = param(
        ..., "first tick of the regime", unit="tick"
    )
    pilot: str | None = param(None, "a packaged pilot, or a regime's own TOML file")
    regime: dict = param(dict, "changes on top of it, or of the regime before")


@dataclass
class Common:
    """What all scenarios of a campaign file share, and the faults found so far."""

    world: World | None
    world_tree: dict  # as written
    leaders: dict
    folder: Path  # where files that are named are looked for
    faults: list[str]
    pilots: dict = field(default_factory=dict)  # trees with sources, by name
    tables: dict = field(default_factory=dict)  # rows of files of points, by name
    shapes: list[dict] = field(default_factory=list)  # of each scenario's tables


def checked(model, tree, prefix: str, faults: list):
    """Return the model of a tree, or None after adding its faults.

    It goes through JSON because only there strict validation takes tables for models
    and lists for tuples: true is no number and "35" is no number either.

    Parameters
    ----------
    model : type of BaseModel
        The class to validate.
    tree : dict
        As `tomllib` gives it.
    prefix : str
        Path of the table in the file.
    faults : list of str
        Faults are added to it.
    """
    try:
        return model.model_validate_json(json.dumps(tree, default=_plain), strict=True)
    except ValidationError as error:
        faults += config_error(error, "", model, prefix).faults
        return None


def _plain(value):
    """Return a date as a list: no key takes one, nor may text or a table stand for it."""
    if isinstance(value, date | time):
        return [[DATE, str(value)]]
    raise TypeError(f"{type(value).__name__} is no value of a campaign")


def scenario_name(entry: dict, common: Common) -> str | None:
    """Return the name of an entry: its own, its pilot's, or its regime's; None if none."""
    regime = entry.get("regime") if isinstance(entry.get("regime"), dict) else {}
    pilot = entry.get("pilot") or regime.get("extends")
    tree = _pilot(pilot, common, "", []) if isinstance(pilot, str) else {}
    names = (entry.get("name"), tree.get("name"), regime.get("name"))
    name = next(filter(None, names), None)
    return name if isinstance(name, str) else None  # the fault is told by its key


def scenario_of(entry: dict, k: int, common: Common) -> Scenario | None:
    """Return the scenario of an entry, or None after adding its faults.

    Parameters
    ----------
    entry : dict
        Values without sources.
    k : int
        Number of the entry in the file, for messages.
    common : Common
    """
    key, faults = f"scenario.{k}", common.faults
    before = len(faults)
    parts = checked(Entry, entry, key, faults)
    if parts is None:
        return None
    own = {name: value for name, value in parts.regime.items() if name != "extends"}
    pilot = parts.pilot or parts.regime.get("extends")
    if parts.pilot and "extends" in parts.regime:
        faults.append(f"`{key}` must have `pilot` or `regime.extends`, not both")
    tree = _pilot(pilot, common, f"{key}.pilot", faults) if pilot else {}
    if pilot and not tree:  # that it is none is said; its regime cannot be looked at
        laid_over_leaders(parts.leaders, common.leaders, f"{key}.leaders", faults)
        _world(parts.world, f"{key}.world", common)
        return None
    name = parts.name or tree.get("name") or own.get("name")
    if not name or not (pilot or own):
        faults.append(f"`{key}` must have a `pilot`, or a `name` and a `regime`")
        return None
    tree = {"name": name, **tree}
    regime = _regime(tree, own, f"{key}.regime", faults)
    changes = _changes(parts.change, _laid_over(tree, own), key, common)
    leaders = laid_over_leaders(parts.leaders, common.leaders, f"{key}.leaders", faults)
    world = _world(parts.world, f"{key}.world", common)
    if len(faults) > before or world is None:
        return None
    leaders = Government.model_validate(leaders)
    whole = {"regime": regime, "leaders": leaders, "change": changes}
    at = key if world is not common.world else ""
    return _fitted({"name": name, "world": world, **whole}, key, at, common)


def _world(own: dict, key: str, common: Common) -> World | None:
    """Return a scenario's world: its `own` values over those of the campaign."""
    world = common.world
    if not own or world is None:
        return world
    before = len(common.faults)
    common.faults += _file_faults(own, world, key)
    found = checked(World, laid_over_world(common.world_tree, own), key, common.faults)
    if len(common.faults) > before:
        return None
    files = {name: getattr(world.population, name) for name in FILE_KEYS}
    population = found.population.model_copy(update=files)
    return found.model_copy(update={"population": population})


def _file_faults(own: dict, world: World, key: str) -> list[str]:
    """Return a fault for what only the campaign's world may say, for it has the files."""
    people = own.get("population") if isinstance(own.get("population"), dict) else {}
    faults = [
        f"`{key}.population.{name}` must stand in the campaign's [world], which all "
        "scenarios share"
        for name in FILE_KEYS
        if name in people
    ]
    if not (world.population.people_file or world.population.network_file):
        return faults
    written = {**own, **{f"population.{name}": people[name] for name in people}}
    return faults + [
        f"`{key}.{name}` must be the campaign's, whose people_file or network_file "
        "is for all scenarios"
        for name in BOUND_TO_FILES
        if name in written
    ]


def _changes(entries: list[dict], tree: dict, key: str, common: Common) -> list[dict]:
    """Return the regimes that follow, each on top of its pilot or of the one before."""
    changes = []
    for k, entry in enumerate(entries):
        at = f"{key}.change.{k}"
        parts = checked(_Change, entry, at, common.faults)
        if parts is None:
            continue
        if parts.pilot:
            tree = _pilot(parts.pilot, common, f"{at}.pilot", common.faults)
        regime = _regime(tree, parts.regime, f"{at}.regime", common.faults)
        tree = _laid_over(tree, parts.regime)
        changes.append({"tick": parts.tick, "regime": regime})
    return changes


def _pilot(pilot, common: Common, key: str, faults: list) -> dict:
    """Return the values of a packaged pilot, or of a regime's own file; {} if faulty."""
    return strip_sources(sourced_pilot(pilot, common, key, faults))


def sourced_pilot(pilot, common: Common, key: str, faults: list) -> dict:
    """Return a pilot's values with their sources; {} after adding the faults.

    Parameters
    ----------
    pilot : str
        Name of a packaged pilot, or path of a regime's own file.
    common : Common
    key : str
        Path of the key that names it, for messages.
    faults : list of str
    """
    if pilot in common.pilots:
        return common.pilots[pilot]
    if pilot in pilot_library.names():
        tree = pilot_library.tree(pilot)
    elif not str(pilot).endswith(".toml"):
        faults.append(_unknown_pilot(pilot, key))
        return {}
    else:
        path = common.folder / pilot
        try:
            tree = pilot_library.file_tree(path)
        except ConfigError as error:
            faults += [f"`{key}` {path}: {fault}" for fault in error.faults]
            return {}
    common.pilots[pilot] = tree
    return tree


def _regime(tree: dict, own: dict, key: str, faults: list) -> Regime | None:
    """Return a regime: a scenario's `own` values over those of its pilot."""
    return checked(Regime, _laid_over(tree, own), key, faults)


def _laid_over(tree: dict, own: dict) -> dict:
    """Return a regime's values with changes laid over them."""
    if isinstance(own.get("discretion"), dict):
        tree = spread_levels(tree, "discretion")
    return merge(tree, own)


def _unknown_pilot(name, key: str) -> str:
    known = pilot_library.names()
    return (
        f"`{key}` must be one of {', '.join(known)}, or the path of a regime's .toml file, "
        f"got {name!r}{did_you_mean(name, known)}"
    )


def laid_over_leaders(own: dict, common: dict, key: str, faults: list) -> dict:
    """Return leaders' values of every level: `own` over `common`; {} if faulty.

    Parameters
    ----------
    own : dict
        The scenario's table.
    common : dict
        The table that all scenarios share.
    key : str
        The key to name in a fault.
    faults : list of str
        Faults are added to it.
    """
    if "all" in own:
        before = len(faults)
        checked(Leaders, own["all"], f"{key}.all", faults)
        if len(faults) > before:
            return {}
        own = expand_all(own)
    merged = merge(common, own)
    return merged if checked(Government, merged, key, faults) else {}


def _fitted(parts: dict, key: str, world_key: str, common: Common) -> Scenario | None:
    """Return the scenario if its parts go together, or None after adding the faults."""
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
    common.faults += [_placed(fault, key, world_key) for fault in found]
    return None


def _placed(fault: str, key: str, world_key: str) -> str:
    """Return a fault of a scenario with the path of its key in the file."""
    path, rest = re.match(r"([\w.]*)(.*)", fault, re.DOTALL).groups()
    key = world_key if path.startswith("world") else key
    return f"`{key}.{path}`{rest}" if key else f"`{path}`{rest}"


def shape_faults(numbers: list[int], names: list[str], shapes: list[dict]) -> list[str]:
    """Return a fault for each scenario whose tables are shaped otherwise than the first's.

    Parameters
    ----------
    numbers : list of int
        Of the entry of each scenario in the file.
    names : list of str
    shapes : list of dict
        As `scenario_of` leaves them in `Common.shapes`.
    """
    return [
        f"`scenario.{k}.world` must leave the tables of the store as they are: "
        f"{what} is {shapes[0][what]} in '{names[0]}', {here} in '{name}'"
        + (UNIT_HINT if what == "unit" else "")
        for k, name, shape in zip(numbers, names, shapes, strict=True)
        for what, here in shape.items()
        if here != shapes[0][what]
    ]


UNIT_HINT = "; let world.unit_means be a level with as many units in all of them"


def _shape(scenario: Scenario, rules) -> dict:
    """Return what must be the same in all scenarios of a store."""
    return {
        **outcomes.sizes(rules),
        "prize_kind": ", ".join(scenario.world.prize),
        "the ticks of distributions": ", ".join(map(str, rules.distribution_ticks)),
        "the first measured tick": rules.measured_from,
    }
