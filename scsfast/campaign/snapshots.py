"""Snapshots: the state of every citizen at chosen ticks, written while the next compute.

One array a variable, ``snapshot_<name>``, one chunk a replicate and tick (very large ones
are cut along the citizens). What is taken is copied at once and written by a thread of
its own. Digests of what was written are in the block's commit record; the digest of a
campaign is over its outputs alone.
"""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ..engine import state
from . import layout

MOST_WAITING = (
    2  # snapshots of a run that wait to be written; more would fill the memory
)
LARGEST_CHUNK = 2**26  # bytes of a chunk, at most
DIM = "snapshot_tick"
UNITS = {
    **dict.fromkeys(("score", "fair_score"), "1/256 point"),
    **dict.fromkeys(("wealth", "payoff"), "1/256 monthly income"),
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
            {"units": UNITS.get(variable, "1"), "long_name": long},
            dtype,
        )


class Snapshots:
    """What takes and writes the snapshots of one store; its thread ends with `close`."""

    def __init__(self, store):
        self.store, self.wanted = store, store.campaign.snapshots
        self.ticks = self.wanted.ticks if self.wanted else []
        self._pool = ThreadPoolExecutor(1) if self.wanted else None

    def close(self) -> None:
        """Wait for what is being written."""
        if self._pool:
            self._pool.shutdown()

    def of_block(self, block, written: dict) -> "OfBlock":
        """Return what takes the snapshots of a block, some of them `written` before."""
        return OfBlock(self, block, written)

    def submit(self, *task):
        """Let the writing thread do something."""
        return self._pool.submit(*task)


class OfBlock:
    """The snapshots of one block's replicates: taken, written, digested."""

    def __init__(self, snapshots: Snapshots, block, written: dict):
        self.all, self.block, self.waiting = snapshots, block, []
        self.digests = {r: dict(found) for r, found in written.items()}
        if not written:
            self.clear()

    def clear(self) -> None:
        """Remove whatever a killed writer left of this block."""
        for key in keys(self.all.store, self.block):
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
            self.waiting.pop(0).result()
        self.waiting.append(self.all.submit(self._write, replicate, k, copies))

    def _write(self, replicate: int, k: int, copies: dict) -> None:
        for variable, values in copies.items():
            if values.size:  # no regime of this scenario uses it otherwise
                array = self.all.store.array(array_name(variable))
                at = (self.block.scenario, replicate, k)
                array[(*at, slice(0, values.size))] = values
            key = f"{variable}.{self.all.ticks[k]}"
            self.digests.setdefault(str(replicate), {})[key] = digest(values)

    def settle(self) -> dict:
        """Bring all to the disk and return the digests, by replicate."""
        while self.waiting:
            self.waiting.pop(0).result()
        for key in keys(self.all.store, self.block):
            if self.all.store.place.holds(key):
                self.all.store.place.settle(key, 3)
        return self.digests


def keys(store, block) -> list[str]:
    """Return where the chunks of a block's snapshots are."""
    return [
        f"{name}/c/{block.scenario}/{replicate}"
        for name in names(store.campaign)
        for replicate in block.replicates
    ]


def digest(values) -> str:
    """Return the SHA-256 of an array's little-endian values."""
    values = np.ascontiguousarray(values)
    return hashlib.sha256(values.astype(values.dtype.newbyteorder("<"))).hexdigest()


def fault(store, record: dict) -> str:
    """Return which snapshots of a committed block are not as recorded, or nothing."""
    scenario, wrong = record["scenario"], []
    n_citizens = store.campaign.scenarios[scenario].world.n_citizens
    ticks = store.campaign.snapshots.ticks if store.campaign.snapshots else []
    for replicate, found in record.get("snapshots", {}).items():
        for key, expected in found.items():
            variable, _, tick = key.partition(".")
            at = (scenario, int(replicate), ticks.index(int(tick)))
            array = store.array(array_name(variable))
            values = array[(*at, slice(0, n_citizens))]
            if digest(values) != expected and expected != digest(values[:0]):
                wrong.append(f"{variable} of replicate {replicate} at tick {tick}")
    return f"other snapshots than recorded: {', '.join(wrong)}" if wrong else ""


def copy(source, store, scenario: int, replicate: int) -> dict:
    """Copy the snapshots of a replicate into another store; return their digests."""
    n_citizens = store.campaign.scenarios[scenario].world.n_citizens
    at = (scenario, replicate, slice(None), slice(0, n_citizens))
    for name in names(store.campaign):
        store.array(name)[at] = source.array(name)[at]
        key = f"{name}/c/{scenario}/{replicate}"
        store.place.settle(key, 3)
    of_scenario = [
        record.get("snapshots", {})
        for record in source.journal.records.values()
        if record["scenario"] == scenario
    ]
    found = [digests.get(str(replicate), {}) for digests in of_scenario]
    return {key: value for digests in found for key, value in digests.items()}
