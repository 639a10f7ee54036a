"""The identity of a campaign: a hash over everything that decides its results.

It covers the seed, the world, the scenarios with all values resolved, the quantile tables
that libraries compute, the hashes of a user's own files, the outputs, snapshots if any,
and the versions of model and layout. It does not cover title, texts, replicates, paths of
files, the way scenarios were written (one by one or by a design), stopping rule, block
size and the number of jobs, which may therefore change.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Protocol

from ..model import registries
from ..model.parameters import Tree
from ..model.population import MEANS_UNIT, UNIT_INTERVAL, byte_table
from ..model.trees import differing
from ..model.world import Scenario, World
from .options import Snapshots

MODEL_VERSION = 4  # raise it when the same parameters give other results
LAYOUT_VERSION = 4  # raise it when the layout of a store changes
# Stores from this layout on hold the same and are continued as they are.
OLDEST_WRITTEN = 3
TEXTS = ("about", "title")
PATHS = ("people_file", "network_file")  # their hashes decide, not where they are


class _Campaign(Protocol):
    """The attributes of a `scsfast.campaign.config.Campaign` that are read here."""

    @property
    def world(self) -> World: ...
    @property
    def scenarios(self) -> Sequence[Scenario]: ...
    @property
    def snapshots(self) -> Snapshots | None: ...
    def model_dump(
        self, *, mode: str, by_alias: bool, exclude: dict[str, Any]
    ) -> Tree: ...


def resolved(campaign: _Campaign) -> Tree:
    """Return a campaign as plain JSON values, with defaults filled in and one world.

    A scenario whose world differs from the campaign's has a `world` with the values that
    differ.
    """
    unstored = {"world": True, "policy": {"path"}}
    excluded = {"text": True, "scenarios": {"__all__": unstored}}
    tree = campaign.model_dump(mode="json", by_alias=True, exclude=excluded)
    for entry, scenario in zip(tree["scenarios"], campaign.scenarios, strict=True):
        if scenario.policy is None:
            del entry[
                "policy"
            ]  # as in stores that were made before there were policies
        if scenario.world is not campaign.world:
            own = scenario.world.model_dump(mode="json", by_alias=True)
            entry |= _unless_empty("world", differing(tree["world"], own))
    return tree


def deciding(campaign: _Campaign) -> Tree:
    """Return everything that decides the results of a campaign, as plain JSON values."""
    tree, quantiles = chosen(campaign), quantile_hashes(campaign.world)
    for entry, scenario in zip(tree["scenario"], campaign.scenarios, strict=True):
        if "world" in entry:
            own = differing(quantiles, quantile_hashes(scenario.world))
            entry |= _unless_empty("quantiles", own)
    return {**tree, "quantiles": quantiles}


def chosen(campaign: _Campaign) -> Tree:
    """Return what `deciding` returns, without the quantiles that libraries compute."""
    tree: Tree = _without_texts(resolved(campaign))
    for entry in tree["scenarios"]:
        if "policy" in entry:
            entry["policy"] = {**entry["policy"]}
            del entry["policy"]["file"]  # its SHA-256 decides, not its name
    snapshots = {"snapshots": tree["snapshots"]} if campaign.snapshots else {}
    found: Tree = one_form(
        {
            "model": MODEL_VERSION,
            "layout": OLDEST_WRITTEN,
            "seed": tree["seed"],
            "world": _without_paths(tree["world"]),
            "scenario": tree["scenarios"],
            "outputs": registry(),
            **snapshots,
        }
    )
    return found


def one_form(tree: Any) -> Any:
    """Return a tree in which equal numbers have one form: 1.0 is 1, -0.0 is 0."""
    if isinstance(tree, dict):
        return {key: one_form(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [one_form(value) for value in tree]
    is_whole = isinstance(tree, float) and tree.is_integer() and abs(tree) < 2**53
    return int(tree) if is_whole else tree


def _unless_empty(key: str, value: Tree) -> Tree:
    return {key: value} if value else {}


def registry() -> dict[str, list[str]]:
    """Return the names of the outputs of every table."""
    return registries.names()


def identity(campaign: _Campaign) -> str:
    """Return the SHA-256 of everything that decides the results, as 64 hex digits."""
    return identity_of(deciding(campaign))


def identity_of(tree: Tree) -> str:
    """Return the SHA-256 of a tree that `deciding` returned, as 64 hex digits."""
    text = json.dumps(tree, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def without_quantiles(tree: Tree) -> Tree:
    """Return a tree that `deciding` returned, without what libraries computed."""
    bare = {key: value for key, value in tree.items() if key != "quantiles"}
    own = [{k: v for k, v in e.items() if k != "quantiles"} for e in bare["scenario"]]
    return {**bare, "scenario": own}


def quantile_hashes(world: World) -> dict[str, str]:
    """Return the SHA-256 of each quantile table of a world."""
    people = world.population
    tables = {
        "quality": byte_table(people.quality, UNIT_INTERVAL),
        "guile": byte_table(people.guile, UNIT_INTERVAL),
        "means": byte_table(people.means, MEANS_UNIT),
        **{
            f"prize.{name}.need": byte_table(prize.need, UNIT_INTERVAL)
            for name, prize in world.prize.items()
        },
    }
    return {name: hashlib.sha256(t.tobytes()).hexdigest() for name, t in tables.items()}


def _without_paths(world: Tree) -> Tree:
    """Return the tree of a world without the paths of its files."""
    population = {k: v for k, v in world["population"].items() if k not in PATHS}
    return {**world, "population": population}


def _without_texts(tree: Any) -> Any:
    if isinstance(tree, list):
        return [_without_texts(value) for value in tree]
    if isinstance(tree, dict):
        return {k: _without_texts(v) for k, v in tree.items() if k not in TEXTS}
    return tree
