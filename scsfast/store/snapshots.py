"""Snapshots: the state of every citizen at chosen ticks, written during computation.

There is one array per variable, ``snapshot_<name>``, with one chunk per replicate and tick;
very large chunks are cut along the citizens. A snapshot is copied at once and written by a
thread of its own. Its digests are in the block's commit record; the digest of a campaign
is over its outputs alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ..campaign.campaign import Campaign
from ..engine import state
from ..model.descriptions import described
from . import layout
from .blocks import Block
from .checked_zarr import CheckedZarr
from .chunks import IN_FOLDERS
from .documents import CommitRecord, SnapshotDigests

if TYPE_CHECKING:
    from .store import Store

Arrays: TypeAlias = Mapping[str, np.ndarray]  # state of a replicate, by variable

MOST_WAITING = 2  # snapshots that wait to be written; more would fill the memory
LARGEST_CHUNK = 2**26  # bytes
DIM = "snapshot_tick"
UNITS = {
    **dict.fromkeys(("score", "fair_score"), "1/256 point"),
    "wealth": "1/256 monthly income",
    "payoff": "1/65536 monthly income",
    **dict.fromkeys(("quality", "guile"), "1/256"),
    **dict.fromkeys(("listed", "fair_listed"), "tick"),
    "means": "1/16 mean income",
    "prizes": "prize",
}
DTYPES = {**state.CITIZEN_ARRAYS, **state.LIST_ARRAYS, **state.PART_ARRAYS}


def array_name(variable: str) -> str:
    """Return the name of a variable's array in the store."""
    return f"snapshot_{variable}"


def names(campaign: Campaign) -> list[str]:
    """Return the names of all arrays of snapshots."""
    wanted = campaign.snapshots.variables if campaign.snapshots else []
    return [array_name(variable) for variable in wanted]


def shape(campaign: Campaign) -> tuple[int, int]:
    """Return (ticks, citizens) of the arrays; smaller worlds fill them in part."""
    largest = max(scenario.world.n_citizens for scenario in campaign.scenarios)
    return len(_ticks(campaign)), largest


def _ticks(campaign: Campaign) -> list[int]:
    """Return the ticks of a campaign's snapshots, [] without snapshots."""
    return campaign.snapshots.ticks if campaign.snapshots else []


def create_arrays(root: CheckedZarr, campaign: Campaign) -> None:
    """Create the arrays of a campaign's snapshots, empty."""
    if not campaign.snapshots:
        return
    n_ticks, n_citizens = shape(campaign)
    lead = (len(campaign.scenarios), campaign.replicates)
    for variable in campaign.snapshots.variables:
        dtype = np.dtype(DTYPES[variable])
        long = f"{variable} of every citizen, after so many ticks"
        layout.create(
            root,
            array_name(variable),
            (*lead, n_ticks, n_citizens),
            ("scenario", "replicate", DIM, "citizen"),
            (1, 1, 1, min(n_citizens, LARGEST_CHUNK // dtype.itemsize)),
            described(array_name(variable), UNITS.get(variable, "1"), long),
            dtype,
            form=IN_FOLDERS,
        )


class Snapshots:
    """Takes and writes the snapshots of one store; its thread ends with `close`."""

    def __init__(self, store: Store) -> None:
        self.store = store
        wanted = store.campaign.snapshots
        self.ticks = wanted.ticks if wanted else []
        self.variables = wanted.variables if wanted else []
        self._pool = ThreadPoolExecutor(1)  # starts its thread with the first task

    def close(self) -> None:
        """Wait for the snapshots that are being written."""
        self._pool.shutdown()

    def of_block(self, block: Block, written: SnapshotDigests) -> OfBlock:
        """Return the writer of a block's snapshots, some of them `written` before."""
        return OfBlock(self, block, written)

    def submit(self, task: Callable[[], None]) -> Future[None]:
        """Have the writing thread do a task."""
        return self._pool.submit(task)


class OfBlock:
    """The snapshots of one block's replicates: taken, written, digested."""

    def __init__(
        self, snapshots: Snapshots, block: Block, written: SnapshotDigests
    ) -> None:
        self.all, self.block = snapshots, block
        self.waiting: list[Future[None]] = []
        self.error: Exception | None = None
        self.digests = {r: dict(found) for r, found in written.items()}
        # The record counts until the block is written.
        self.recorded = _recorded(snapshots.store.journal.records.get(block.name))
        if not written:
            self.clear()

    def clear(self) -> None:
        """Remove what a killed writer left of this block, but nothing recorded."""
        new = [r for r in self.block.replicates if str(r) not in self.recorded]
        for key in keys(self.all.store, self.block.scenario, new):
            self.all.store.place.discard(key)

    def takers(self, replicate: int) -> dict[int, Callable[[Arrays], None]]:
        """Return, by tick, the function that the engine calls with its arrays."""
        return {
            tick: partial(self._take, replicate, k)
            for k, tick in enumerate(self.all.ticks)
        }

    def _take(self, replicate: int, k: int, arrays: Arrays) -> None:
        """Copy the variables of a snapshot and have them written."""
        copies = {name: arrays[name].copy() for name in self.all.variables}
        while len(self.waiting) >= MOST_WAITING:
            self._wait()
        task = partial(self._write, replicate, k, copies)
        self.waiting.append(self.all.submit(task))

    def _wait(self) -> None:
        """Wait for the oldest write; `settle` raises its error, if any."""
        try:
            self.waiting.pop(0).result()
        except Exception as error:
            self.error = self.error or error

    def _write(self, replicate: int, k: int, copies: Arrays) -> None:
        for variable, values in copies.items():
            key, found = f"{variable}.{self.all.ticks[k]}", digest(values)
            is_used = values.size > 0  # else no regime of this scenario has it
            if is_used and not self._is_there(replicate, key, found):
                array = self.all.store.array(array_name(variable))
                at = (self.block.scenario, replicate, k)
                array[(*at, slice(0, values.size))] = values
            self.digests.setdefault(str(replicate), {})[key] = found

    def _is_there(self, replicate: int, key: str, found: str) -> bool:
        """Return whether a snapshot is recorded and intact, so that it must be kept."""
        if self.recorded.get(str(replicate), {}).get(key) != found:
            return False
        store, scenario = self.all.store, self.block.scenario
        with suppress(Exception):  # codecs raise many kinds for damaged bytes
            return _is_as_recorded(store, scenario, replicate, key, found)
        return False

    def settle(self) -> SnapshotDigests:
        """Flush all snapshots to the disk and return their digests."""
        while self.waiting:
            self._wait()
        if self.error:
            raise self.error
        place = self.all.store.place
        written = keys(self.all.store, self.block.scenario, self.block.replicates)
        if written:
            place.settle_all([key for key in written if place.holds(key)], 3)
        return self.digests


def _recorded(record: CommitRecord | None) -> SnapshotDigests:
    """Return the digests of snapshots that a record has."""
    return {} if record is None else record.get("snapshots", {})


def keys(store: Store, scenario: int, replicates: Iterable[int]) -> list[str]:
    """Return the keys of the folders of some replicates' snapshots.

    Parameters
    ----------
    store : Store
        The store.
    scenario : int
        Number of the scenario, from 0.
    replicates : sequence of int
        Numbers of the replicates, from 0.
    """
    wanted = list(replicates)
    return [
        f"{name}/c/{scenario}/{replicate}"
        for name in names(store.campaign)
        for replicate in wanted
    ]


def digest(values: np.ndarray) -> str:
    """Return the SHA-256 of an array's little-endian values."""
    values = np.ascontiguousarray(values)
    little_endian = values.astype(values.dtype.newbyteorder("<"))
    return hashlib.sha256(little_endian.data).hexdigest()


def fault(store: Store, record: CommitRecord) -> str:
    """Name the snapshots of a committed block that are not as recorded, "" without any."""
    wrong = []
    for replicate, found in _recorded(record).items():
        for key, expected in found.items():
            if not _is_as_recorded(
                store, record["scenario"], int(replicate), key, expected
            ):
                variable, _, tick = key.partition(".")
                wrong.append(f"{variable} of replicate {replicate} at tick {tick}")
    return f"other snapshots than recorded: {', '.join(wrong)}" if wrong else ""


def _is_as_recorded(
    store: Store, scenario: int, replicate: int, key: str, expected: str
) -> bool:
    """Return whether one snapshot has its digest, or that of a variable without values."""
    variable, _, tick = key.partition(".")
    n_citizens = store.campaign.scenarios[scenario].world.n_citizens
    at = scenario, replicate, _ticks(store.campaign).index(int(tick))
    array = store.array(array_name(variable))
    values = np.asarray(array[(*at, slice(0, n_citizens))])
    return expected in (digest(values), digest(values[:0]))


def copy(
    source: Store, store: Store, scenario: int, replicate: int, to: int | None = None
) -> dict[str, str]:
    """Copy the snapshots of a replicate into another store; return their digests.

    Parameters
    ----------
    source : Store
        Where to copy from.
    store : Store
        Where to copy to.
    scenario : int
        Number of the scenario, from 0.
    replicate : int
        Number of the replicate, from 0.
    to : int, optional
        Number of the scenario in `store`; by default the same.

    Raises
    ------
    ValueError
        If a snapshot is not as it was recorded.
    """
    records = [
        _recorded(record).get(str(replicate), {})
        for record in source.journal.records.values()
        if record["scenario"] == scenario
    ]
    found = {key: value for record in records for key, value in record.items()}
    for key, expected in found.items():
        if not _is_as_recorded(source, scenario, replicate, key, expected):
            raise ValueError(f"snapshot {key} is not as recorded")
    number = scenario if to is None else to
    n_citizens = store.campaign.scenarios[number].world.n_citizens
    citizens = slice(None), slice(0, n_citizens)
    for name in names(store.campaign):
        values = source.array(name)[(scenario, replicate, *citizens)]
        store.array(name)[(number, replicate, *citizens)] = values
        store.place.settle(f"{name}/c/{number}/{replicate}", 3)
    return found
