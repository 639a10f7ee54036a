"""Blocks: the units of work and of writing.

A block is one scenario and a run of consecutive replicates. It is computed as a whole
and fills whole chunks, so two writers never share one. Nothing is computed here.
"""

from typing import NamedTuple

CITIZEN_TICKS_A_BLOCK = 20_000_000  # about a second of work
LARGEST_BLOCK = 8  # replicates; more would leave too few blocks to share out


class Block(NamedTuple):
    """Replicates [first, stop) of one scenario; `cost` is in citizen-ticks."""

    scenario: int
    index: int
    first: int
    stop: int
    cost: int

    @property
    def name(self) -> str:
        """Name of the block's commit record."""
        return f"{self.scenario:04d}-{self.index:06d}"

    @property
    def replicates(self) -> range:
        """Replicates of the block."""
        return range(self.first, self.stop)


def choose_block_size(campaign) -> int:
    """Return the replicates of a block: one where they are dear, more where cheap."""
    return min(LARGEST_BLOCK, max(1, CITIZEN_TICKS_A_BLOCK // cost_of_one(campaign)))


def cost_of_one(campaign) -> int:
    """Return the citizen-ticks of one replicate."""
    return campaign.world.n_citizens * campaign.world.n_ticks


def blocks(n_scenarios: int, replicates: int, size: int, cost: int) -> list[Block]:
    """Return all blocks, scenario by scenario.

    Parameters
    ----------
    n_scenarios, replicates : int
        Of the campaign.
    size : int
        Replicates of a block; the last one of a scenario may have fewer.
    cost : int
        Of one replicate, in citizen-ticks.
    """
    return [
        Block(s, first // size, first, stop, cost * (stop - first))
        for s in range(n_scenarios)
        for first in range(0, replicates, size)
        for stop in [min(first + size, replicates)]
    ]


def dearest_first(some_blocks) -> list[Block]:
    """Return blocks in the order in which to start them."""
    return sorted(some_blocks, key=lambda b: (-b.cost, b.first, b.scenario))
