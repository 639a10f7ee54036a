"""Snapshots: the state of every citizen at chosen ticks, written while the next compute.

One array per variable, ``snapshot_<name>``, one chunk per replicate and tick (very large ones
are cut along the citizens). What is taken is copied at once and written by a thread of
its own. Digests of what was written are in the block's commit record; the digest of a
campaign is over its outputs alone.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from ..engine import state
from ..model.descriptions import described
from . import layout

if TYPE_CHECKING:
    from .store import Store

MOST_WAITING = (
    2  # snapshots of a run that wait to be written; more would fill the memory
)
LARGEST_CHUNK = 2**26  # bytes of a chunk, at most
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


def names(campaign) -> list[str]:
    """Return the names of all arrays of snapshots."""
    wanted = campaign.snapshots.variables if campaign.snapshots else []
    return [array_name(variable) for variable in wanted]


def shape(campaign) -> tuple[int, int]:
    """Return (ticks, citizens) of the arrays; smaller worlds fill them in part."""
    largest = max(scenario.world.n_citizens for scenario in campaign.scenarios)
    return len(campaign.snapshots.ticks), largest


def create_arrays(group, campaign) -> None:
    """Create the arrays of a campaign's snapshots, empty."""
    if not campaign.snapshots:
        return
    n_ticks, n_citizens = shape(campaign)
    lead = (len(campaign.scenarios), campaign.replicates)
    for variable in campaign.snapshots.variables:
        dtype = np.dtype(DTYPES[variable])
        long = f"{variable} of every citizen, after so many ticks"
        layout.create(
            group,
            array_name(variable),
            (*lead, n_ticks, n_citizens),
            ("scenario", "replicate", DIM, "citizen"),
            (1, 1, 1, min(n_citizens, LARGEST_CHUNK // dtype.itemsize)),
            described(array_name(variable), UNITS.get(variable, "1"), long),
            dtype,
        )


class Snapshots:
    """What takes and writes the snapshots of one store; its thread ends with `close`."""

    def __init__(self, store: Store) -> None:
        self.store, self.wanted = store, store.campaign.snapshots
        self.ticks = self.wanted.ticks if self.wanted else []
        self._pool = ThreadPoolExecutor(1) if self.wanted else None

    def close(self) -> None:
        """Wait for what is being written."""
        if self._pool:
            self._pool.shutdown()

    def of_block(self, block, written: dict) -> OfBlock:
        """Return what takes the snapshots of a block, some of them `written` before."""
        return OfBlock(self, block, written)

    def submit(self, *task):
        """Let the writing thread do something."""
        return self._pool.submit(*task)


class OfBlock:
    """The snapshots of one block's replicates: taken, written, digested."""

    def __init__(self, snapshots: Snapshots, block, written: dict):
        self.all, self.block, self.waiting = snapshots, block, []
        self.error = None
        self.digests = {r: dict(found) for r, found in written.items()}
        record = snapshots.store.journal.records.get(block.name, {})
        self.recorded = record.get("snapshots", {})  # counts until the block is written
        if not written:
            self.clear()

    def clear(self) -> None:
        """Remove whatever a killed writer left of this block, but nothing recorded."""
        new = [r for r in self.block.replicates if str(r) not in self.recorded]
        for key in keys(self.all.store, self.block.scenario, new):
            self.all.store.place.discard(key)

    def takers(self, replicate: int) -> dict:
        """Return by tick what the engine calls with the arrays of a replicate."""
        return {
            tick: lambda arrays, k=k: self._take(replicate, k, arrays)
            for k, tick in enumerate(self.all.ticks)
        }

    def _take(self, replicate: int, k: int, arrays: dict) -> None:
        """Copy what is asked for and have it written."""
        copies = {name: arrays[name].copy() for name in self.all.wanted.variables}
        while len(self.waiting) >= MOST_WAITING:
            self._wait()
        self.waiting.append(self.all.submit(self._write, replicate, k, copies))

    def _wait(self) -> None:
        """Wait for the oldest write; what ended it is raised by `settle`."""
        try:
            self.waiting.pop(0).result()
        except Exception as error:
            self.error = self.error or error

    def _write(self, replicate: int, k: int, copies: dict) -> None:
        for variable, values in copies.items():
            key, found = f"{variable}.{self.all.ticks[k]}", digest(values)
            is_used = values.size  # else no regime of this scenario has any
            if is_used and not self._is_there(replicate, key, found):
                array = self.all.store.array(array_name(variable))
                at = (self.block.scenario, replicate, k)
                array[(*at, slice(0, values.size))] = values
            self.digests.setdefault(str(replicate), {})[key] = found

    def _is_there(self, replicate: int, key: str, found: str) -> bool:
        """Say whether a snapshot is recorded and whole: it must not be touched then."""
        if self.recorded.get(str(replicate), {}).get(key) != found:
            return False
        store, scenario = self.all.store, self.block.scenario
        with suppress(Exception):  # whatever a codec says of damaged bytes
            return _is_as_recorded(store, scenario, replicate, key, found)
        return False

    def settle(self) -> dict:
        """Bring all to the disk and return the digests, by replicate."""
        while self.waiting:
            self._wait()
        if self.error:
            raise self.error
        place = self.all.store.place
        written = keys(self.all.store, self.block.scenario, self.block.replicates)
        place.settle_all([key for key in written if place.holds(key)], 3)
        return self.digests


def keys(store, scenario: int, replicates) -> list[str]:
    """Return where the chunks of some replicates' snapshots are.

    Parameters
    ----------
    store : Store
    scenario : int
        Number of the scenario, from 0.
    replicates : int or sequence of int
    """
    return [
        f"{name}/c/{scenario}/{replicate}"
        for name in names(store.campaign)
        for replicate in replicates
    ]


def digest(values) -> str:
    """Return the SHA-256 of an array's little-endian values."""
    values = np.ascontiguousarray(values)
    return hashlib.sha256(values.astype(values.dtype.newbyteorder("<"))).hexdigest()


def fault(store, record: dict) -> str:
    """Return which snapshots of a committed block are not as recorded, or nothing."""
    wrong = []
    for replicate, found in record.get("snapshots", {}).items():
        for key, expected in found.items():
            if not _is_as_recorded(store, record["scenario"], replicate, key, expected):
                variable, _, tick = key.partition(".")
                wrong.append(f"{variable} of replicate {replicate} at tick {tick}")
    return f"other snapshots than recorded: {', '.join(wrong)}" if wrong else ""


def _is_as_recorded(store, scenario: int, replicate, key: str, expected: str) -> bool:
    """Say whether one snapshot has its digest; one of nothing has no values."""
    variable, _, tick = key.partition(".")
    n_citizens = store.campaign.scenarios[scenario].world.n_citizens
    at = scenario, int(replicate), store.campaign.snapshots.ticks.index(int(tick))
    values = store.array(array_name(variable))[(*at, slice(0, n_citizens))]
    return expected in (digest(values), digest(values[:0]))


def copy(source, store, scenario: int, replicate: int, to: int | None = None) -> dict:
    """Copy the snapshots of a replicate into another store; return their digests.

    Parameters
    ----------
    source : Store
        Where to copy from.
    store : Store
    scenario : int
        Number of the scenario, from 0.
    replicate : int
        Number of the replicate, from 0.
    to : int, optional
        Number of the scenario in `store`; by default the same.

    Raises
    ------
    ValueError
        If one is not as it was recorded.
    """
    records = [
        record.get("snapshots", {}).get(str(replicate), {})
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
