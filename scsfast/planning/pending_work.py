"""The pending work of a campaign, by scenario, before it runs.

The store is only read. If there are very many scenarios, a few represent the others, so
that this is quick.
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from ..atomic_files import explained
from ..campaign.identity import deciding
from ..model.integers.build import build_rules
from ..model.integers.rules import Rules
from ..model.world import Scenario
from ..store.blocks import Block
from ..store.create import refuse_other
from ..store.folder import place_of
from ..store.store import Store
from .footprint import Footprint, footprint, own_slots

if TYPE_CHECKING:
    from ..campaign.campaign import Campaign

MOST_SCENARIOS = 200  # of more, only the largest of neighbours is measured


class Work(NamedTuple):
    """Pending work of a scenario, or of several that it represents, and its needs."""

    scenario: Scenario
    rules: Rules
    footprint: Footprint
    replicates: int
    blocks: int


def is_local(path: str | PathLike[str] | None) -> TypeGuard[str | PathLike[str]]:
    """Return whether a path is in a file system, not a URL."""
    return path is not None and "://" not in str(path)


def store_at(path: str | PathLike[str] | None, campaign: Campaign) -> Store | None:
    """Return the store of a campaign at a path, None if none exists.

    Parameters
    ----------
    path : path-like or None
    campaign : Campaign

    Raises
    ------
    DifferentCampaignError
        If the path holds another campaign or something else.
    """
    if path is None:
        return None
    place = place_of(path)
    with explained(path, "look at the store", "Nothing was touched"):
        if not place.is_taken():
            return None
        refuse_other(place, deciding(campaign))
        return Store(path)


def pending(campaign: Campaign, store: Store | None, size: int) -> list[Block]:
    """Return the blocks that a run would compute, of `size` replicates each.

    Parameters
    ----------
    campaign : Campaign
    store : Store or None
    size : int
    """
    wanted = campaign.replicates
    stop_at = max(wanted, store.replicates) if store else wanted
    every = (
        Block(s, first // size, first, min(first + size, stop_at), 0)
        for s in range(len(campaign.scenarios))
        for first in range(0, wanted, size)
    )
    return [b for b in every if store is None or not store.journal.is_done(b)]


def remaining(campaign: Campaign, blocks: list[Block]) -> list[Work]:
    """Group pending blocks by scenario; scenarios with nothing pending are omitted.

    Parameters
    ----------
    campaign : Campaign
    blocks : list of Block
    """
    counts = [[0, 0] for _ in campaign.scenarios]
    for block in blocks:
        counts[block.scenario][0] += len(block.replicates)
        counts[block.scenario][1] += 1
    step = -(-len(counts) // MOST_SCENARIOS)
    found = []
    for first in range(0, len(counts), step):
        group = range(first, min(first + step, len(counts)))
        replicates, of_them = (sum(counts[k][i] for k in group) for i in (0, 1))
        if replicates:
            found.append(_work(campaign, group, replicates, of_them))
    return found


def _work(campaign: Campaign, group: range, replicates: int, blocks: int) -> Work:
    """Return the work of some scenarios, represented by the largest."""
    scenario = max(
        (campaign.scenarios[k] for k in group), key=lambda s: s.world.n_citizens
    )
    rules = build_rules(scenario)
    takes = footprint(rules, own_slots(campaign.world))
    return Work(scenario, rules, takes, replicates, blocks)
