"""From a TOML file to a campaign: the question that a store answers.

A file names a seed, a number of replicates, a world and scenarios. A scenario is a pilot
with changes, or a regime of its own; designs make many scenarios of one. Everything is
checked here, before any work, and all faults are reported at once, each with the path of
its key (entries of lists are counted from 0). Nothing is simulated or stored here.
"""

import logging
import os
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..errors import ConfigError, Faults, refuse
from ..model import pilot_library
from ..model.extra_acts import with_extra_acts
from ..model.parameters import (
    Parameters,
    Seed,
    Tree,
    check_sources,
    param,
    strip_sources,
)
from ..model.paths import with_settings
from ..model.plain_values import plain
from ..model.world import World
from ..text import many
from .campaign import DEFAULT_SEED, BlockSize, Campaign, Replicates
from .designs.design import Made, expand
from .options import Output, Until, check_options
from .policy_files import refuse_snapshots
from .scenarios import Common, check_shapes, checked, laid_over_leaders, scenario_of
from .user_data import pinned

logger = logging.getLogger("scsfast.campaign")

HEAD = ("title", "seed", "replicates", "until", "block_size")


class _File(Parameters):
    """The top of a campaign file; scenarios and designs are checked one by one."""

    title: str = param("", "what the campaign is about")
    seed: Seed = param(DEFAULT_SEED, "seed of all random draws")
    replicates: Replicates = param(1, "replicates of each scenario")
    world: World = param(..., "world of all scenarios, except for their own changes")
    leaders: Tree = param(dict, "how leaders behave in every scenario")
    scenario: list[Tree] = param(..., "scenarios to compare", min_length=1)
    sweep: Tree | None = param(None, "a grid of values")
    sample: Tree | None = param(None, "random points")
    factorial: Tree | None = param(None, "every coalition of leaders")
    points: Tree | None = param(None, "points of a table, one scenario per row")
    search: Tree | None = param(None, "question of `scsfast search`; `run` ignores it")
    until: Until | None = param(None, "when to stop before all replicates are done")
    output: Output = param(Output(), "data stored beside the tables")
    block_size: BlockSize | None = param(
        None, "replicates per block; chosen to fit if not given"
    )


def load_campaign(path: str | os.PathLike[str], sets: Collection[str] = ()) -> Campaign:
    """Return the campaign of a TOML file.

    Parameters
    ----------
    path : str or path-like
        The file.
    sets : list of str
        Values that replace those of the file, each ``path=value`` with a dotted path and
        a TOML value. They are appended to the campaign's text as comments.

    Raises
    ------
    ConfigError
        With every fault of the file: it cannot be read, is no TOML, or has wrong values.
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
    tree: Tree, where: str = "campaign", text: str = "", folder: Path = Path()
) -> Campaign:
    """Return the campaign of a tree as `tomllib` gives it.

    Parameters
    ----------
    tree : dict
        Numpy numbers, arrays, tuples and paths in it are converted by `plain_values.plain`.
    where : str
        Origin of the tree, for messages.
    text : str
        Text of the file, which the store keeps.
    folder : Path
        Folder of relative paths: of a ``pilot``'s own file, a ``people_file``, a
        ``network_file``, and the ``file`` of ``[points]``.

    Raises
    ------
    ConfigError
        With every fault of the tree.
    """
    raw: Tree = plain(tree, where)
    check_sources(raw, where)
    faults, head = Faults(), None
    tree = with_extra_acts(strip_sources(raw), faults)
    with faults.at():
        head = checked(_File, tree, "")
    common = _common(tree, head, folder, faults)
    made, designs = expand(
        tree, raw, head.seed if head else DEFAULT_SEED, common, faults
    )
    scenarios = []
    for each in made:
        with faults.at(_row(each)):
            scenarios.append(scenario_of(each.entry, each.k, common))
    with faults.at():
        _check_names([scenario.name for scenario in scenarios])
    if head:
        with faults.at():
            check_options(head)
    if head and head.output.snapshots:
        with faults.at():
            refuse_snapshots(scenarios)
    if not faults.sentences:
        numbers, names = [each.k for each in made], [s.name for s in scenarios]
        with faults.at():
            check_shapes(numbers, names, common.shapes)
    if faults.sentences or head is None:
        explained = _with_misplaced_keys(tree, faults.sentences)
        raise ConfigError(list(dict.fromkeys(explained)), where)
    return Campaign(
        **{key: getattr(head, key) for key in HEAD},
        world=common.world,
        scenarios=tuple(scenarios),
        origins=tuple(each.origin for each in made),
        designs=tuple(designs),
        snapshots=head.output.snapshots,
        text=text,
    )


def _row(each: Made) -> str:
    """Return the place of an entry's faults: the row, if it is one of a table of points."""
    is_row = each.origin.design == "points"
    return f"`points` row {each.origin.point + 1}: " if is_row else ""


def _with_misplaced_keys(tree: Tree, sentences: list[str]) -> list[str]:
    """Return the faults, with those of top-level keys in a table explained by the place."""
    for path in _paths(tree):
        if path.rpartition(".")[2] not in HEAD:
            continue
        here = [f for f in sentences if f.startswith((f"`{path}`", f"`{path}."))]
        if any("unknown key" in f or "must begin with" in f for f in here):
            name = path.rpartition(".")[2]
            explained = (
                f"`{path}`: `{name}` belongs at the top of the file, above the first "
                "[table]"
            )
            sentences = [explained if fault in here else fault for fault in sentences]
    return sentences


def _paths(node: Tree | list[Any], path: str = "") -> list[str]:
    """Return the paths of all keys in tables below the top; lists are counted from 0."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    found: list[str] = []
    for key, value in items:
        inner = f"{path}.{key}" if path else str(key)
        found += [inner] if path else []
        found += _paths(value, inner) if isinstance(value, dict | list) else []
    return found


def _common(tree: Tree, head: _File | None, folder: Path, faults: Faults) -> Common:
    """Return what all scenarios of a file share, after gathering its faults."""
    written = tree.get("world")
    world = head.world if head else _world_or_nothing(written)
    leaders = tree["leaders"] if isinstance(tree.get("leaders"), dict) else {}
    if world:
        with faults.at():
            world = pinned(world, folder)
    common_leaders: Tree = {}
    with faults.at():
        common_leaders, _ = laid_over_leaders(leaders, {}, "leaders")
    return Common(
        world, written if isinstance(written, dict) else {}, common_leaders, folder
    )


def _world_or_nothing(tree: object) -> World | None:
    """Return the world of a table; None if it is faulty, which the file's check reports."""
    try:
        return checked(World, tree, "world")
    except ConfigError:
        return None


def _check_names(names: list[str]) -> None:
    """Refuse names that several scenarios have."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    repeated = [name for name, count in counts.items() if count > 1]
    refuse(f"`scenario`: names must differ, got {name!r} twice" for name in repeated)
