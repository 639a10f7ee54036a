"""The number of folders of a store, which a file system counts like files.

The chunks of an array are files of its folder. Only those of snapshots lie in nested ones,
``c/0/3/0``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..model.integers.build import build_rules
from .snapshot_size import used

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..campaign.campaign import Campaign

ROOT_AND_RECORDS = 2


def n_folders(campaign: Campaign, n_flat: int) -> int:
    """Return the number of folders of a finished new store, including its own.

    Parameters
    ----------
    campaign : Campaign
    n_flat : int
        Number of arrays beside snapshots.
    """
    return ROOT_AND_RECORDS + n_flat + sum(map(folders_of, _snapshots(campaign)))


def folders_of(grid: tuple[int, ...]) -> int:
    """Return the number of folders of a nested array, from its chunks per dimension."""
    return 2 + sum(math.prod(grid[:k]) for k in range(1, len(grid)))


def _snapshots(campaign: Campaign) -> Iterator[tuple[int, ...]]:
    """Yield the chunks of every snapshot array, for the scenarios that have the variable."""
    wanted = campaign.snapshots
    if not wanted:
        return
    has = [used(wanted, build_rules(scenario)) for scenario in campaign.scenarios]
    for name in wanted.variables:
        n_scenarios = sum(name in names for names in has)
        # All chunks of a tick are files of one folder.
        yield (n_scenarios, campaign.replicates, len(wanted.ticks), 1)
