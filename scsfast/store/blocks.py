"""Blocks: the units of work and of writing.

A block is one scenario and some consecutive replicates. It is computed as a whole and
fills whole chunks, so that two writers never write the same chunk. Nothing is computed
here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, NamedTuple

from ..campaign.campaign import Campaign

if TYPE_CHECKING:
    from .store import Store

CITIZEN_TICKS_A_BLOCK = 20_000_000  # about a second of work
LARGEST_BLOCK = 16  # replicates; each block has a file for every table
# Fewer than these blocks would be too few to distribute, unless they are small.
FEW_BLOCKS, SMALL_BLOCK = 16, 8


class Block(NamedTuple):
    """Replicates [first, stop) of one scenario, and their cost in citizen-ticks."""

    scenario: int
    number: int  # of the block within its scenario
    first: int
    stop: int
    cost: int

    @property
    def name(self) -> str:
        """Name of the block's commit record."""
        return f"{self.scenario:04d}-{self.number:06d}"

    @property
    def replicates(self) -> range:
        """Replicates of the block."""
        return range(self.first, self.stop)


def choose_block_size(campaign: Campaign) -> int:
    """Return the replicates per block: one if a replicate takes long, more otherwise."""
    if campaign.block_size is not None:
        return campaign.block_size
    mean = sum(costs(campaign)) // len(campaign.scenarios)
    n_replicates = len(campaign.scenarios) * campaign.replicates
    most = min(LARGEST_BLOCK, max(SMALL_BLOCK, n_replicates // FEW_BLOCKS))
    return min(most, max(1, CITIZEN_TICKS_A_BLOCK // max(1, mean)))


def costs(campaign: Campaign) -> list[int]:
    """Return the citizen-ticks of one replicate of each scenario."""
    worlds = (scenario.world for scenario in campaign.scenarios)
    return [world.n_citizens * world.n_ticks for world in worlds]


def blocks(costs: list[int], replicates: int, size: int) -> list[Block]:
    """Return all blocks, scenario by scenario.

    Parameters
    ----------
    costs : list of int
        Citizen-ticks of one replicate of each scenario.
    replicates : int
        Replicates of each scenario.
    size : int
        Replicates per block; the last block of a scenario may have fewer.
    """
    return [
        Block(s, first // size, first, stop, cost * (stop - first))
        for s, cost in enumerate(costs)
        for first in range(0, replicates, size)
        for stop in [min(first + size, replicates)]
    ]


def dearest_first(some_blocks: Iterable[Block]) -> list[Block]:
    """Return blocks in the order in which to start them, the most expensive first."""
    return sorted(some_blocks, key=lambda b: (-b.cost, b.first, b.scenario))


def uncovered(
    store: Store,
    replicates: int,
    first: int = 0,
    scenarios: Collection[int] | None = None,
) -> list[Block]:
    """Return the blocks to compute where scenarios have different replicates.

    Parameters
    ----------
    store : Store
    replicates : int
        Of each of the scenarios. The last block of a scenario has no more, and blocks
        that are committed with more of them are not computed again.
    first : int
        Replicates below this one are left to others.
    scenarios : set of int, optional
        By default all.
    """
    size = store.attributes["block_size"]
    return [
        block
        for block in blocks(costs(store.campaign), replicates, size)
        if block.stop > first and (scenarios is None or block.scenario in scenarios)
        if not store.journal.covers(block)
    ]
