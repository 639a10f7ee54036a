"""The number of folders of a store, which a file system counts like files.

A chunk of an array with several dimensions lies in nested folders, ``c/0/3/0/0``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..model import outcomes
from ..model.integers.build import build_rules
from ..model.measures import GROUP_MEASURES, MEASURES
from ..store import layout
from ..store.finalise import batch
from .snapshot_size import used

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..campaign.campaign import Campaign
    from ..model.integers.rules import Rules

ROOT_AND_RECORDS = 2
DIMENSIONS = {  # number of dimensions of arrays with one chunk; labels have one
    **dict.fromkeys(("status", "score_bin_start", *MEASURES), 2),
    **dict.fromkeys(GROUP_MEASURES, 3),
}


def n_folders(
    campaign: Campaign, rules: Rules, block_size: int, whole: Iterable[str]
) -> int:
    """Return the number of folders of a finished store, including its own.

    Parameters
    ----------
    campaign : Campaign
    rules : Rules
        Rules of its first scenario; tables of all scenarios have the same shapes.
    block_size : int
        Replicates of a block.
    whole : iterable of str
        Names of the arrays that are one chunk each.
    """
    grids = [*_tables(campaign, rules, block_size), *_named(campaign, rules)]
    grids += [(1,) * DIMENSIONS.get(name, 1) for name in whole]
    grids += _snapshots(campaign)
    return ROOT_AND_RECORDS + sum(map(folders_of, grids))


def folders_of(grid: tuple[int, ...]) -> int:
    """Return the number of folders of an array, from its chunks per dimension."""
    return 2 + sum(math.prod(grid[:k]) for k in range(1, len(grid)))


def _tables(campaign: Campaign, rules: Rules, size: int) -> Iterator[tuple[int, ...]]:
    """Yield the chunks of every table."""
    lead = (len(campaign.scenarios), -(-campaign.replicates // size))
    for table in layout.stored_tables(rules):
        shape = outcomes.shape(table, rules)
        cut = -(-shape[0] // layout.table_chunks(shape, size)[2])
        yield (*lead, cut, *[1] * (len(shape) - 1))


def _named(campaign: Campaign, rules: Rules) -> Iterator[tuple[int, ...]]:
    """Yield the chunks of every output that the end of a run writes."""
    shape = (len(campaign.scenarios), campaign.replicates)
    for table in layout.stored_tables(rules):
        depth = batch(shape, table, rules)
        lead = tuple(-(-n // d) for n, d in zip(shape, depth, strict=True))
        for _ in table.outputs:
            yield (*lead, *[1] * len(table.dims))


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
