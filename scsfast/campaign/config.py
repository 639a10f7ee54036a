"""From a TOML file to a campaign: the question that a store answers.

A file names a seed, a number of replicates, a world and scenarios; a scenario is a pilot
with changes, or a regime of its own, and designs make many of one. Everything is checked
here, before any work, and all faults are reported at once, each with the path of its key
(entries of lists count from 0). Nothing is simulated or stored here.
"""

import logging
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from ..errors import ConfigError
from ..model import pilot_library
from ..model.extra_acts import with_extra_acts
from ..model.parameters import (
    Count,
    Parameters,
    Seed,
    check_sources,
    param,
    strip_sources,
)
from ..model.paths import with_settings
from ..model.plain_values import plain
from ..model.trees import laid_over_world
from ..model.world import Scenario, World
from ..text import many
from .designs.design import Design, Origin, expand
from .identity import identity
from .options import Output, Snapshots, Until, option_faults
from .packing import unpacked
from .scenarios import Common, checked, laid_over_leaders, scenario_of, shape_faults
from .user_data import pinned

logger = logging.getLogger("scsfast.campaign")

DEFAULT_SEED = 35
Replicates = Annotated[Count, Field(ge=1, le=1_000_000)]
BlockSize = Annotated[Count, Field(ge=1, le=1_000_000)]
HEAD = ("title", "seed", "replicates", "until", "block_size")


class Campaign(Parameters):
    """A seed, a world, scenarios, and how many replicates of each are asked for."""

    title: str = param("", "what the campaign is about")
    seed: Seed = param(DEFAULT_SEED, "seed of all random draws")
    replicates: Replicates = param(1, "replicates of each scenario")
    world: World = param(..., "what all scenarios share unless they say otherwise")
    scenarios: tuple[Scenario, ...] = param(..., "what is compared", min_length=1)
    origins: tuple[Origin, ...] = param((), "where each scenario comes from")
    designs: tuple[Design, ...] = param((), "what was varied, and how")
    until: Until | None = param(None, "when to stop before all replicates are there")
    snapshots: Snapshots | None = param(None, "state of citizens at chosen ticks")
    block_size: BlockSize | None = param(None, "replicates of a block; none: as fits")
    text: str = param("", "the file as it was written")

    @model_validator(mode="after")
    def _origins_of_all(self):
        if len(self.origins) not in (0, len(self.scenarios)):
            raise ValueError(
                f"origins must be none or one for each of {len(self.scenarios)} "
                f"scenarios, got {len(self.origins)}"
            )
        return self

    def identity(self) -> str:
        """Return the hash of everything that decides a bit of the results."""
        return identity(self)


class _File(Parameters):
    """The top of a campaign file; scenarios and designs are looked at one by one."""

    title: str = param("", "what the campaign is about")
    seed: Seed = param(DEFAULT_SEED, "seed of all random draws")
    replicates: Replicates = param(1, "replicates of each scenario")
    world: World = param(..., "what all scenarios share unless they say otherwise")
    leaders: dict = param(dict, "how leaders behave in every scenario")
    scenario: list[dict] = param(..., "what is compared", min_length=1)
    sweep: dict | None = param(None, "a grid of values")
    sample: dict | None = param(None, "a plan of random points")
    factorial: dict | None = param(None, "every coalition of leaders")
    points: dict | None = param(None, "points of a table, a scenario per row")
    search: dict | None = param(None, "what `scsfast search` looks for; `run` does not")
    until: Until | None = param(None, "when to stop before all replicates are there")
    output: Output = param(Output(), "what is stored beside the tables")
    block_size: BlockSize | None = param(None, "replicates of a block; none: as fits")


def load_campaign(path, sets=()) -> Campaign:
    """Return the campaign of a TOML file.

    Parameters
    ----------
    path : str or path-like
    sets : iterable of str
        Values to set over those of the file, each ``path=value`` with a dotted path and
        a TOML value. They are noted at the end of the campaign's text.

    Raises
    ------
    ConfigError
        With every fault of the file: that it cannot be read, is no TOML, or says what
        cannot be.
    """
    path = Path(path)
    text = pilot_library.read_toml(path)
    tree = with_settings(tomllib.loads(text), sets)
    notes = [f"# --set {note}\n" for setting in sets for note in setting.splitlines()]
    if notes and not text.endswith("\n"):
        text += "\n"
    campaign = campaign_from_dict(tree, str(path), text + "".join(notes), path.parent)
    logger.info(
        "%s: %s, %s each",
        path,
        many(len(campaign.scenarios), "scenario"),
        many(campaign.replicates, "replicate"),
    )
    return campaign


def campaign_from_dict(
    tree: dict, where: str = "campaign", text: str = "", folder: Path = Path()
) -> Campaign:
    """Return the campaign of a tree as `tomllib` gives it.

    Parameters
    ----------
    tree : dict
        Numpy numbers, arrays, tuples and paths in it are taken as `plain_values` says.
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
    tree = plain(tree, where)
    check_sources(tree, where)
    raw, faults = tree, []
    tree = with_extra_acts(strip_sources(tree), faults)
    head = checked(_File, tree, "", faults)
    common = _common(tree, head, folder, faults)
    seed = head.seed if head else DEFAULT_SEED
    made, designs = expand(tree, raw, seed, common)
    scenarios = [_scenario_of(each, common) for each in made]
    whole = [s for s in scenarios if s is not None]
    faults += _twice([scenario.name for scenario in whole])
    faults += option_faults(head) if head else []
    if not faults:
        numbers, names = [each.k for each in made], [s.name for s in whole]
        faults += shape_faults(numbers, names, common.shapes)
    if faults:
        raise ConfigError(list(dict.fromkeys(_told_of_the_top(tree, faults))), where)
    return Campaign(
        **{key: getattr(head, key) for key in HEAD},
        world=common.world,
        scenarios=tuple(whole),
        origins=tuple(each.origin for each in made),
        designs=tuple(designs),
        snapshots=head.output.snapshots,
        text=text,
    )


def _scenario_of(each, common: Common) -> Scenario | None:
    """Return a scenario; of one from a table of points faults name the row."""
    before = len(common.faults)
    scenario = scenario_of(each.entry, each.k, common)
    if each.origin.design == "points":
        row = f"`points` row {each.origin.point + 1}: "
        common.faults[before:] = [row + fault for fault in common.faults[before:]]
    return scenario


def _told_of_the_top(tree: dict, faults: list[str]) -> list[str]:
    """Return the faults; of a key that stands in a table, not at the top, only that."""
    for path in _paths(tree):
        if path.rpartition(".")[2] not in HEAD:
            continue
        here = [f for f in faults if f.startswith((f"`{path}`", f"`{path}."))]
        if any("unknown key" in f or "must begin with" in f for f in here):
            name = path.rpartition(".")[2]
            told = (
                f"`{path}`: `{name}` belongs at the top of the file, above the first "
                "[table]"
            )
            faults = [told if fault in here else fault for fault in faults]
    return faults


def _paths(node, path: str = "") -> list[str]:
    """Return the paths of all keys of tables below the top, entries of lists from 0."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    found = []
    for key, value in items:
        inner = f"{path}.{key}" if path else str(key)
        found += [inner] if path else []
        found += _paths(value, inner) if isinstance(value, dict | list) else []
    return found


def _common(tree: dict, head, folder: Path, faults: list) -> Common:
    """Return what the scenarios of a file share, after adding its faults."""
    written = tree.get("world")
    world = head.world if head else checked(World, written, "world", [])
    world = pinned(world, folder, faults) if world else None
    leaders = tree.get("leaders") if isinstance(tree.get("leaders"), dict) else {}
    leaders = laid_over_leaders(leaders, {}, "leaders", faults)
    written = written if isinstance(written, dict) else {}
    return Common(world, written, leaders, folder, faults)


def campaign_from_resolved(tree: dict, text: str = "") -> Campaign:
    """Return the campaign that `identity.resolved` wrote, packed or not."""
    tree = unpacked(tree)
    world = World.model_validate(tree["world"])
    scenarios = [
        {**entry, "world": _world_of(entry, tree["world"], world)}
        for entry in tree["scenarios"]
    ]
    return Campaign(**{**tree, "world": world, "scenarios": scenarios, "text": text})


def _world_of(entry: dict, tree: dict, world: World) -> World:
    """Return the world of a resolved scenario: the campaign's unless it says more."""
    if "world" not in entry:
        return world
    return World.model_validate(laid_over_world(tree, entry["world"]))


def _twice(names: list[str]) -> list[str]:
    """Return a fault for each name that several scenarios have."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    repeated = [name for name, count in counts.items() if count > 1]
    return [f"`scenario`: names must differ, got {name!r} twice" for name in repeated]
