"""Replicates of another store that are the same work: taken, not computed again.

A replicate is the same work if all that decides its bits is the same: seed, model version,
world with its quantile tables and files, rules, leaders, changes, outputs and snapshots.
Names of scenarios, the number of scenarios and how a file wrote them decide nothing, so a
campaign may have more scenarios, or a sample more points, than the store that it takes
from. What is taken is compared with its digest first.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from typing import NamedTuple, TypeAlias

from ..campaign.campaign import Campaign
from ..campaign.identity import LAYOUT_VERSION, OLDEST_WRITTEN, deciding, identity_of
from ..campaign.packing import unpacked
from ..errors import ConfigError, DifferentCampaignError, StoreError
from ..model.parameters import Tree
from ..model.trees import differences, laid_over_world
from ..text import many
from . import checkpoint, snapshots
from .blocks import Block
from .documents import CommitRecord
from .folder import place_of
from .merge import read_replicate, refuse_source
from .store import Store

logger = logging.getLogger("scsfast.store")

COMMON = ("model", "seed", "outputs", "snapshots")  # of all scenarios of a campaign
OWN = ("name", "world", "quantiles")  # of an entry: no rules
SHOWN = 3
FilePath: TypeAlias = str | PathLike[str]


class Source(NamedTuple):
    """A store to take from: its scenarios by what they are, its records by replicate."""

    store: Store
    numbers: dict[str, int]
    records: dict[tuple[int, int], CommitRecord]


class Taken(NamedTuple):
    """Where replicates of a block are: by position, a store and a number of a scenario."""

    block: Block
    found: dict[int, tuple[Source, int]]

    @property
    def is_whole(self) -> bool:
        """Whether no replicate of the block is left to compute."""
        return len(self.found) == len(self.block.replicates)


def work_keys(tree: Tree) -> list[str]:
    """Return the SHA-256 of all that decides the bits of each scenario of a campaign.

    Parameters
    ----------
    tree : dict
        As `scsfast.campaign.identity.deciding` gives it, not packed.
    """
    common = {key: tree.get(key) for key in COMMON}
    keys = []
    for entry in tree["scenario"]:
        own = {
            "world": laid_over_world(tree["world"], entry.get("world", {})),
            "quantiles": {**tree["quantiles"], **entry.get("quantiles", {})},
            "rules": {key: value for key, value in entry.items() if key not in OWN},
        }
        keys.append(identity_of({**common, **own}))
    return keys


def sources_of(
    paths: Iterable[FilePath], target: FilePath | None = None
) -> list[Source]:
    """Return stores to take replicates from; they may be finished or not.

    Parameters
    ----------
    paths : sequence of path-like
    target : path-like, optional
        The store that takes.

    Raises
    ------
    ConfigError
        If one is the target.
    DifferentCampaignError, StoreError
        If one is of another layout or model version, or damaged.
    """
    found = []
    for path in paths:
        if target is not None and place_of(path).resolved == place_of(target).resolved:
            raise ConfigError(f"a store cannot be reused for itself, got {path}")
        store = Store(path)
        if store.version < OLDEST_WRITTEN:
            raise DifferentCampaignError(
                f"{path}: has store layout {store.version}, only {OLDEST_WRITTEN} to "
                f"{LAYOUT_VERSION} can be reused"
            )
        refuse_source(store)
        keys = work_keys(unpacked(store.attributes["deciding"]))
        records = {
            (record["scenario"], record["first"] + k): record
            for record in store.journal.records.values()
            for k, digest in enumerate(record["digests"])
            if digest is not None
        }
        numbers = {key: k for k, key in reversed(list(enumerate(keys)))}
        found.append(Source(store, numbers, records))
    return found


def found_of(
    campaign: Campaign, blocks: Iterable[Block], sources: Sequence[Source]
) -> list[Taken]:
    """Return, per block, where its replicates are; blocks without any are omitted.

    Parameters
    ----------
    campaign : Campaign
    blocks : sequence of Block
    sources : sequence of Source
    """
    keys = work_keys(deciding(campaign))
    taken = []
    for block in blocks:
        key = keys[block.scenario]
        places = {
            k: place
            for k, replicate in enumerate(block.replicates)
            if (place := _place(sources, key, replicate)) is not None
        }
        if places:
            taken.append(Taken(block, places))
    return taken


def _place(
    sources: Iterable[Source], key: str, replicate: int
) -> tuple[Source, int] | None:
    for source in sources:
        number = source.numbers.get(key)
        if number is not None and (number, replicate) in source.records:
            return source, number
    return None


def take(
    store: Store,
    blocks: Sequence[Block],
    sources: Sequence[Source],
    say: Callable[[str], None] = logger.info,
) -> int:
    """Commit what other stores have of pending blocks; return how many replicates.

    Of a block that is found in part, the replicates become its checkpoint, and the run
    computes the others. A replicate that is not as recorded is computed anew.

    Parameters
    ----------
    store : Store
        Open for writing.
    blocks : sequence of Block
        That are pending.
    sources : sequence of Source
    say : callable
        Called with what was taken, and with damage.
    """
    n_taken = 0
    for taken in found_of(store.campaign, blocks, sources):
        n_taken += _take(store, taken, say)
    wanted = sum(len(block.replicates) for block in blocks)
    if wanted:
        names = ", ".join(str(source.store.path) for source in sources)
        say(
            f"{n_taken} of {many(wanted, 'replicate')} taken from {names}, compared with "
            f"their digests{'' if n_taken else _why_none(store, sources)}"
        )
    return n_taken


def _take(store: Store, taken: Taken, say: Callable[[str], None]) -> int:
    """Commit a block, or add to its checkpoint what it does not have yet."""
    block, n_taken = taken.block, 0
    before = checkpoint.load(store, block)
    finished, seconds = dict(before.finished), before.seconds
    written = dict(before.snapshots)
    for k in sorted(taken.found.keys() - finished.keys()):
        replicate, (source, number) = block.replicates[k], taken.found[k]
        try:
            record = source.records[number, replicate]
            arrays, took = read_replicate(source.store, record, replicate)
            if store.campaign.snapshots:
                written[str(replicate)] = snapshots.copy(
                    source.store, store, number, replicate, block.scenario
                )
        except (StoreError, ValueError, RuntimeError) as error:
            say(f"warning: not reused, computed anew: {error}")
            continue
        finished[k] = arrays
        seconds, n_taken = seconds + took, n_taken + 1
    if len(finished) == len(block.replicates):
        results = [finished[k] for k in range(len(finished))]
        store.write(block, results, seconds, written)
        checkpoint.remove(store, block)
    elif n_taken:
        first = next(k for k in range(len(finished) + 1) if k not in finished)
        state = before.state if first == len(before.results) else None
        later = {k: finished[k] for k in sorted(finished) if k > first}
        results = [finished[k] for k in range(first)]
        reached = checkpoint.Progress(results, state, written, seconds, later)
        checkpoint.save(store, block, reached)
    return n_taken


def _why_none(store: Store, sources: Sequence[Source]) -> str:
    """Return what differs between a campaign and the stores, where nothing is taken."""
    here = deciding(store.campaign)
    there = unpacked(sources[0].store.attributes["deciding"])
    theirs, ours = ({key: tree.get(key) for key in COMMON} for tree in (there, here))
    found = differences(theirs, ours) or differences(
        there["world"], here["world"], "world"
    )
    if not found:
        return ": no scenario has the same world, rules and leaders"
    return f": {'; '.join(found[:SHOWN])}"
