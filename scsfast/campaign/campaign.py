"""A campaign: the question that a store answers, with every value resolved.

`config` makes one of a file; a store has it written out. A store is opened without the
modules that check files, which takes less time.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from ..model.parameters import Count, Parameters, Seed, Tree, param
from ..model.trees import laid_over_world
from ..model.world import Scenario, World
from .identity import identity
from .options import Snapshots, Until
from .origins import Design, Origin
from .packing import unpacked

DEFAULT_SEED = 35
Replicates = Annotated[Count, Field(ge=1, le=1_000_000)]
BlockSize = Annotated[Count, Field(ge=1, le=1_000_000)]


class Campaign(Parameters):
    """A seed, a world, scenarios, and the number of replicates of each."""

    title: str = param("", "what the campaign is about")
    seed: Seed = param(DEFAULT_SEED, "seed of all random draws")
    replicates: Replicates = param(1, "replicates of each scenario")
    world: World = param(..., "world of all scenarios, except for their own changes")
    scenarios: tuple[Scenario, ...] = param(..., "scenarios to compare", min_length=1)
    origins: tuple[Origin, ...] = param((), "origin of each scenario")
    designs: tuple[Design, ...] = param((), "designs: what was varied, and how")
    until: Until | None = param(None, "when to stop before all replicates are done")
    snapshots: Snapshots | None = param(None, "state of citizens at chosen ticks")
    block_size: BlockSize | None = param(
        None, "replicates per block; chosen to fit if not given"
    )
    text: str = param("", "text of the file")

    @model_validator(mode="after")
    def _origins_of_all(self) -> Self:
        if len(self.origins) not in (0, len(self.scenarios)):
            raise ValueError(
                f"origins must be empty or have one entry for each of "
                f"{len(self.scenarios)} scenarios, got {len(self.origins)}"
            )
        return self

    def identity(self) -> str:
        """Return the hash of everything that decides a bit of the results."""
        return identity(self)


def campaign_from_resolved(tree: Tree, text: str = "") -> Campaign:
    """Return the campaign of a tree that `identity.resolved` returned, packed or not."""
    tree = unpacked(tree)
    world = World.model_validate(tree["world"])
    scenarios = [
        {**_without_path(entry), "world": _world_of(entry, tree["world"], world)}
        for entry in tree["scenarios"]
    ]
    return Campaign(**{**tree, "world": world, "scenarios": scenarios, "text": text})


def _without_path(entry: Tree) -> Tree:
    """Return a resolved scenario whose policy names no file: a store must name no code."""
    if not isinstance(entry.get("policy"), dict):
        return entry
    return {**entry, "policy": {**entry["policy"], "path": ""}}


def _world_of(entry: Tree, tree: Tree, world: World) -> World:
    """Return the world of a resolved scenario: its own values over the campaign's."""
    if "world" not in entry:
        return world
    return World.model_validate(laid_over_world(tree, entry["world"]))
