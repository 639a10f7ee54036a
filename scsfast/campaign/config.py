"""From a TOML file to a campaign: the question that a store answers.

A file names a seed, a number of replicates, a world and scenarios; a scenario is a pilot
with changes, or a regime of its own. Everything is checked here, before any work, and
all faults are reported at once, each with the path of its key (entries of lists count
from 0). Nothing is simulated or stored here.
"""

import difflib
import json
import re
import tomllib
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field, ValidationError

from ..errors import ConfigError
from ..model import library
from ..model.faults import config_error
from ..model.government import Government, Leaders, expand_all
from ..model.integers import build_rules
from ..model.parameters import (
    Count,
    Parameters,
    Seed,
    limited,
    merge,
    param,
    strip_sources,
)
from ..model.regime import Regime
from ..model.world import Scenario, World
from .identity import identity
from .merge import spread_levels
from .own_data import pinned

DEFAULT_SEED = 35
Replicates = limited(Count, ge=1, le=1_000_000)
Name = Annotated[str, Field(min_length=1)]


class Campaign(Parameters):
    """A seed, a world, scenarios, and how many replicates of each are asked for."""

    title: str = param("", "what the campaign is about")
    seed: Seed = param(DEFAULT_SEED, "seed of all random draws")
    replicates: Replicates = param(1, "replicates of each scenario")
    world: World = param(..., "what all scenarios share")
    scenarios: tuple[Scenario, ...] = param(..., "what is compared", min_length=1)
    text: str = param("", "the file as it was written")

    def identity(self) -> str:
        """Return the hash of everything that decides a bit of the results."""
        return identity(self)


class _File(Parameters):
    """The top of a campaign file; scenarios are looked at one by one."""

    title: str = param("", "what the campaign is about")
    seed: Seed = param(DEFAULT_SEED, "seed of all random draws")
    replicates: Replicates = param(1, "replicates of each scenario")
    world: World = param(..., "what all scenarios share")
    leaders: dict = param(dict, "how leaders behave in every scenario")
    scenario: list[dict] = param(..., "what is compared", min_length=1)


class _Entry(Parameters):
    """One ``[[scenario]]`` of a campaign file."""

    name: Name | None = param(None, "name, by default the pilot's")
    pilot: str | None = param(None, "a packaged pilot, or a regime's own TOML file")
    regime: dict = param(dict, "changes on top of the pilot, or a whole regime")
    leaders: dict = param(dict, "changes on top of the campaign's leaders")
    change: list[dict] = param([], "regimes that follow, each from a tick on")


class _Change(Parameters):
    """One ``[[scenario.change]]``."""

    tick: limited(Count, ge=1) = param(..., "first tick of the regime", unit="tick")
    pilot: str | None = param(None, "a packaged pilot, or a regime's own TOML file")
    regime: dict = param(dict, "changes on top of it, or of the regime before")


def load_campaign(path) -> Campaign:
    """Return the campaign of a TOML file.

    Parameters
    ----------
    path : str or path-like

    Raises
    ------
    ConfigError
        With every fault of the file: that it cannot be read, is no TOML, or says what
        cannot be.
    """
    path = Path(path)
    text = library.read_toml(path)
    return campaign_from_dict(tomllib.loads(text), str(path), text, path.parent)


def campaign_from_dict(
    tree: dict, where: str = "campaign", text: str = "", folder: Path = Path()
) -> Campaign:
    """Return the campaign of a tree as `tomllib` gives it.

    Parameters
    ----------
    tree : dict
    where : str
        Named in errors.
    text : str
        The file, kept in the store as it was written.
    folder : Path
        Where files that are named are looked for: a regime of a ``pilot``, a
        ``people_file``, a ``network_file``.

    Raises
    ------
    ConfigError
    """
    tree, faults = strip_sources(tree), []
    head = _checked(_File, tree, "", faults)
    world = head.world if head else _checked(World, tree.get("world"), "world", [])
    world = pinned(world, folder, faults) if world else None
    common = tree.get("leaders") if isinstance(tree.get("leaders"), dict) else {}
    common = _leaders(common, {}, "leaders", faults)
    scenarios = []
    for k, entry in enumerate(_tables(tree.get("scenario"))):
        scenarios.append(_scenario(entry, k, world, common, folder, faults))
    faults += _twice([s.name for s in scenarios if s is not None])
    if faults:
        raise ConfigError(list(dict.fromkeys(faults)), where)
    head = head.model_dump(include={"title", "seed", "replicates"})
    return Campaign(**head, world=world, scenarios=tuple(scenarios), text=text)


def campaign_from_resolved(tree: dict, text: str = "") -> Campaign:
    """Return the campaign that `identity.resolved` wrote."""
    world = World.model_validate(tree["world"])
    scenarios = [{**entry, "world": world} for entry in tree["scenarios"]]
    return Campaign(**{**tree, "world": world, "scenarios": scenarios, "text": text})


def _checked(model, tree, prefix: str, faults: list):
    """Return the model of a tree, or None after adding its faults.

    It goes through JSON because only there strict validation takes tables for models
    and lists for tuples: true is no number and "35" is no number either.
    """
    try:
        return model.model_validate_json(json.dumps(tree, default=_plain), strict=True)
    except ValidationError as error:
        faults += config_error(error, "", model, prefix).faults
        return None


def _plain(value):
    """Return a numpy number as a plain one, and anything else as text."""
    return value.item() if isinstance(value, np.generic) else str(value)


def _tables(entries) -> list[dict]:
    """Return the scenarios' tables, nothing where they are no tables."""
    tables = entries if isinstance(entries, list) else []
    return tables if all(isinstance(table, dict) for table in tables) else []


def _scenario(
    entry: dict, k: int, world, common: dict, folder: Path, faults: list
) -> Scenario | None:
    """Return scenario number `k`, or None after adding its faults."""
    key, before = f"scenario.{k}", len(faults)
    parts = _checked(_Entry, entry, key, faults)
    if parts is None:
        return None
    own = {name: value for name, value in parts.regime.items() if name != "extends"}
    pilot = parts.pilot or parts.regime.get("extends")
    if parts.pilot and "extends" in parts.regime:
        faults.append(f"`{key}` must have `pilot` or `regime.extends`, not both")
    tree = _pilot(pilot, folder, f"{key}.pilot", faults) if pilot else {}
    name = parts.name or tree.get("name") or own.get("name")
    if not name or not (pilot or own):
        faults.append(f"`{key}` must have a `pilot`, or a `name` and a `regime`")
        return None
    tree = {"name": name, **tree}
    regime = _regime(tree, own, f"{key}.regime", faults)
    changes = _changes(parts.change, _laid_over(tree, own), key, folder, faults)
    leaders = _leaders(parts.leaders, common, f"{key}.leaders", faults)
    if len(faults) > before or world is None:
        return None
    leaders = Government.model_validate(leaders)
    whole = {"regime": regime, "leaders": leaders, "change": changes}
    return _fitted({"name": name, "world": world, **whole}, key, faults)


def _changes(
    entries: list[dict], tree: dict, key: str, folder: Path, faults: list
) -> list[dict]:
    """Return the regimes that follow, each on top of its pilot or of the one before."""
    changes = []
    for k, entry in enumerate(entries):
        at = f"{key}.change.{k}"
        parts = _checked(_Change, entry, at, faults)
        if parts is None:
            continue
        if parts.pilot:
            tree = _pilot(parts.pilot, folder, f"{at}.pilot", faults)
        regime = _regime(tree, parts.regime, f"{at}.regime", faults)
        tree = _laid_over(tree, parts.regime)
        changes.append({"tick": parts.tick, "regime": regime})
    return changes


def _pilot(pilot, folder: Path, key: str, faults: list) -> dict:
    """Return the values of a packaged pilot, or of a regime's own file; {} if faulty."""
    if pilot in library.names():
        return strip_sources(library.tree(pilot))
    if not str(pilot).endswith(".toml"):
        faults.append(_unknown_pilot(pilot, key))
        return {}
    try:
        return strip_sources(library.file_tree(folder / pilot))
    except ConfigError as error:
        faults += [f"`{key}` {folder / pilot}: {fault}" for fault in error.faults]
        return {}


def _regime(tree: dict, own: dict, key: str, faults: list) -> Regime | None:
    """Return a regime: a scenario's `own` values over those of its pilot."""
    return _checked(Regime, _laid_over(tree, own), key, faults)


def _laid_over(tree: dict, own: dict) -> dict:
    """Return a regime's values with changes laid over them."""
    if isinstance(own.get("discretion"), dict):
        tree = spread_levels(tree, "discretion")
    return merge(tree, own)


def _unknown_pilot(name, key: str) -> str:
    near = difflib.get_close_matches(str(name), library.names(), n=1, cutoff=0.5)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    known = ", ".join(library.names())
    return (
        f"`{key}` must be one of {known}, or the path of a regime's .toml file, "
        f"got {name!r}{hint}"
    )


def _leaders(own: dict, common: dict, key: str, faults: list) -> dict:
    """Return leaders' values of every level: `own` over `common`; {} if faulty."""
    if "all" in own:
        before = len(faults)
        _checked(Leaders, own["all"], f"{key}.all", faults)
        if len(faults) > before:
            return {}
        own = expand_all(own)
    merged = merge(common, own)
    return merged if _checked(Government, merged, key, faults) else {}


def _fitted(parts: dict, key: str, faults: list) -> Scenario | None:
    """Return the scenario if its parts go together, or None after adding the faults."""
    try:
        scenario = Scenario(**parts)
        build_rules(scenario)
        return scenario
    except ValidationError as error:
        texts = [detail["msg"] for detail in error.errors()]
        found = [
            f for text in texts for f in text.removeprefix("Value error, ").split("; ")
        ]
    except ConfigError as error:
        found = error.faults
    faults += [_placed(fault, key) for fault in found]
    return None


def _placed(fault: str, key: str) -> str:
    """Return a fault of a scenario with the path of its key in the file."""
    path, rest = re.match(r"([\w.]*)(.*)", fault, re.DOTALL).groups()
    path = path if path.startswith("world") else f"{key}.{path}"
    return f"`{path}`{rest}"


def _twice(names: list[str]) -> list[str]:
    """Return a fault for each name that several scenarios have."""
    repeated = dict.fromkeys(name for name in names if names.count(name) > 1)
    return [f"`scenario`: names must differ, got {name!r} twice" for name in repeated]
