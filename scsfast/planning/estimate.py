"""Estimate the memory, disk space, files and time of a campaign before it starts.

Memory and files follow from shapes. Bytes on the disk and seconds need a quick measurement
on this machine (`probe`); without it there are only bounds. Nothing is left on the disk.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

from ..machine import available_cores, disk_at, memory_available
from ..model.integers.build import build_rules
from ..store import layout, snapshots
from ..store.blocks import choose_block_size
from ..store.finalise import batch, outputs, parts
from ..store.reuse import found_of, sources_of
from . import probe, snapshot_size
from .folders import n_folders
from .footprint import finishing_bytes, given_bytes, result_bytes
from .pending_work import is_local, pending, remaining, store_at

if TYPE_CHECKING:
    from ..campaign.campaign import Campaign
    from ..model.world import Scenario
    from ..store.store import Store
    from .pending_work import Work
    from .probe import Written

PROCESS_BYTES = 105_000_000  # Python and all libraries of a run; a test measures it
CITIZENS_A_THREAD = 2_000  # with fewer citizens a thread is not kept busy
MOST_BLOCKS = 5_000  # up to this many are assigned to cores singly, more evenly
LEAST_SHARE = 0.005  # least bytes on the disk per byte of results
LEAST_SNAPSHOT_SHARE = 0.01  # the same for snapshots, of which most may be equal


class Estimate(NamedTuple):
    """The needs of a campaign, in bytes and seconds; None where nothing was measured.

    Attributes
    ----------
    scenarios, replicates, citizens, ticks : int
        Numbers of the campaign: replicates per scenario, citizens of the largest.
    done : dict of str to int
        Replicates that the store has already, by scenario; {} without a store.
    blocks : dict
        `size` in replicates, `pending`, `replicates` pending.
    memory : dict
        `replicate` (the largest), `at_once` (replicates on a rank), `running` (their
        memory), `process` (Python and libraries), `finish` (the end of the run),
        `in_all` (of all ranks at the peak), `address_space`, `available`, and `limit`,
        the name of the limit.
    disk : dict
        Expected sizes of the finished store: `tables`, `named`, `snapshots`, `other`,
        `in_all`; `raw`, the total before compression. Sizes still to be written: `left`
        (expected), and the bounds `least` and `most`. `free` space at `folder`.
    files : dict
        `tables`, `records`, `named`, `snapshots`, `other`, `in_all`; `free`.
    seconds : dict
        `cores`, `computing` of one core, `finishing`, `in_all`.
    reused : int or None
        Replicates that are taken from other stores; None if there are none to take from.
        Blocks of which only the first replicates are count as computed whole.
    """

    scenarios: int
    replicates: int
    citizens: int
    ticks: int
    done: dict[str, int]
    blocks: dict[str, Any]
    memory: dict[str, Any]
    disk: dict[str, Any]
    files: dict[str, Any]
    seconds: dict[str, Any]
    reused: int | None = None

    def tree(self) -> dict[str, Any]:
        """Return the estimate as plain JSON values."""
        return self._asdict()


def estimate(
    campaign: Campaign,
    path: str | PathLike[str] | None = None,
    jobs: int | None = None,
    ranks: int = 1,
    *,
    measure: bool = True,
    reuse: Sequence[str | PathLike[str]] = (),
) -> Estimate:
    """Return the pending work of a campaign and its needs.

    Parameters
    ----------
    campaign : Campaign
    path : path-like or None
        Path of the store, which need not exist. Replicates in it count as done.
    jobs : int or None
        Cores of each rank; by default those of this process, divided among the ranks.
    ranks : int
        Processes on this machine.
    measure : bool
        Whether to simulate and write a small part, which takes a second or two.
    reuse : sequence of path-like
        Stores from which the same work is taken.

    Raises
    ------
    DifferentCampaignError
        If the path holds another campaign.
    """
    cores = jobs or max(1, available_cores() // ranks)
    busy = min(cores * ranks, available_cores())
    store = store_at(path, campaign)
    size = store.attributes["block_size"] if store else choose_block_size(campaign)
    every = pending(campaign, store, size)
    taken = found_of(campaign, every, sources_of(reuse, path)) if reuse else []
    whole = {each.block for each in taken if each.is_whole}
    blocks = [block for block in every if block not in whole]
    left, to_write = remaining(campaign, blocks), remaining(campaign, every)
    paces: dict[object, probe.Pace] = {}
    written, packed = None, None
    if measure and left:
        pieces = probe.play(_phases(left), busy)
        paces = {kind: piece.pace for kind, piece in pieces.items()}
        written = probe.write(campaign, pieces, size)
        packed = snapshot_size.compression(campaign, probe.representatives(campaign))
    replicates = sum(work.replicates for work in left)
    return Estimate(
        scenarios=len(campaign.scenarios),
        replicates=campaign.replicates,
        citizens=max(s.world.n_citizens for s in campaign.scenarios),
        ticks=campaign.world.n_ticks,
        done=_done(campaign, store),
        blocks={"size": size, "pending": len(blocks), "replicates": replicates},
        memory=_memory(campaign, left, size, cores, ranks),
        disk=_disk(campaign, to_write, size, path, written, packed),
        files=_files(campaign, size, path, store, written),
        seconds=_seconds(campaign, left, busy, paces, written),
        reused=sum(len(each.found) for each in taken) if reuse else None,
    )


def _phases(left: list[Work]) -> list[Scenario]:
    """Return every regime of the pending work as a scenario without changes."""
    return [phase for work in left for _, phase in work.scenario.phases()]


def _done(campaign: Campaign, store: Store | None) -> dict[str, Any]:
    """Return the number of replicates of each scenario in a store."""
    if store is None:
        return {}
    done = (store.status()[:, : campaign.replicates] == layout.DONE).sum(axis=1)
    names = [scenario.name for scenario in campaign.scenarios]
    return dict(zip(names, done.tolist(), strict=True))


def _memory(
    campaign: Campaign, left: list[Work], size: int, cores: int, ranks: int
) -> dict[str, Any]:
    """Return the memory of one rank's largest concurrent replicates, and of all ranks."""
    limit, lead = memory_available(), _lead(campaign)
    rules = build_rules(campaign.scenarios[0])
    finish = finishing_bytes(rules, lead)
    extra = max((snapshot_size.memory(campaign, w.rules) for w in left), default=0)
    largest, at_once, space = _at_once(left, size, cores, extra)
    given = given_bytes(campaign.world) if left else 0
    at_once, space = at_once + given, space + given
    n_at_once = min(cores, sum(work.blocks for work in left))
    return {
        "replicate": largest,
        "at_once": n_at_once,
        "running": at_once,
        "process": PROCESS_BYTES,
        "finish": finish,
        "in_all": ranks * PROCESS_BYTES + max(ranks * at_once, finish),
        "address_space": max(space, finish),
        "available": limit.n_bytes,
        "limit": limit.name,
    }


def _at_once(
    left: list[Work], size: int, cores: int, extra: int
) -> tuple[int, int, int]:
    """Return the largest replicate, and memory and address space of concurrent ones."""
    n_blocks = sum(work.blocks for work in left)
    threads = max(1, cores // n_blocks) if n_blocks else 1
    free, memory, space, largest = cores, 0, 0, 0
    is_alone = min(cores, n_blocks) <= 1  # else scratch of worlds adds to states
    for work in sorted(left, key=lambda w: -w.footprint.memory(1, size)):
        useful = min(threads, max(1, work.rules.n_citizens // CITIZENS_A_THREAD))
        own = min(size, work.replicates)
        blocks = min(free, work.blocks)
        one = extra + work.footprint.memory(useful, own)
        one += 0 if is_alone else work.footprint.passing
        largest = max(largest, one)
        memory += blocks * one
        space += blocks * (extra + work.footprint.address_space(useful, own))
        free -= blocks
    return largest, memory, space


def _lead(campaign: Campaign) -> tuple[int, int]:
    """Return the numbers of scenarios and replicates."""
    return len(campaign.scenarios), campaign.replicates


def _disk(
    campaign: Campaign,
    left: list[Work],
    size: int,
    path: str | PathLike[str] | None,
    written: Written | None,
    packed: float | None,
) -> dict[str, Any]:
    """Return the bytes of the store, and the free space."""
    one = result_bytes(build_rules(campaign.scenarios[0]))
    n_left = sum(work.replicates for work in left)
    everything, to_write = one * math.prod(_lead(campaign)), one * n_left
    named = everything if n_left else 0  # the end of a run writes all of them again
    shots = sum(
        work.replicates * snapshot_size.replicate_bytes(campaign, work.rules)
        for work in left
    )
    least = LEAST_SHARE * (to_write + named) + LEAST_SNAPSHOT_SHARE * shots
    found: dict[str, Any] = {
        "raw": 2 * everything + shots,
        "least": round(least),
        "most": to_write + named + shots,
        **dict.fromkeys(("tables", "named", "snapshots", "other", "in_all", "left")),
    }
    if written is not None:
        n_blocks = len(campaign.scenarios) * -(-campaign.replicates // size)
        found |= {
            "tables": round(written.table_share * everything),
            "named": round(written.named_share * everything),
            "snapshots": round((packed or 0) * shots),
            "other": written.single_bytes + n_blocks * written.record_bytes,
        }
        expected = ("tables", "named", "snapshots", "other")
        found["in_all"] = sum(found[key] for key in expected)
        done = round(written.table_share * (everything - to_write))
        found["left"] = found["in_all"] - done
    if is_local(path):
        room = disk_at(path)
        found |= {"folder": str(room.folder), "free": room.n_bytes}
    return found


def _files(
    campaign: Campaign,
    size: int,
    path: str | PathLike[str] | None,
    store: Store | None,
    written: Written | None,
) -> dict[str, Any]:
    """Return the number of files of the finished store, and of free ones."""
    rules = build_rules(campaign.scenarios[0])
    lead, tables = _lead(campaign), layout.stored_tables(rules)
    n_blocks, named = lead[0] * -(-lead[1] // size), outputs(rules)
    batches = [(t, sum(1 for _ in parts(lead, batch(lead, t, rules)))) for t in tables]
    found = {
        "tables": n_blocks * layout.n_chunks(rules, size),
        "records": n_blocks,
        "named": sum(len(table.outputs) * n for table, n in batches),
        "snapshots": lead[1] * sum(_snapshot_files(campaign)),
    }
    labels = layout.labels(store.campaign if store else campaign, rules)
    derived = written.derived if written else store.derived if store else []
    whole = {"status", *labels, *derived} - {*named}  # one chunk each
    flat = [*tables, *named, *whole]
    n_arrays = len(flat) + len(snapshots.names(campaign))
    # zarr.json files, with those of the root and the records
    found["other"] = 2 + n_arrays + len(whole)
    found["in_all"] = sum(found.values())
    folders = n_folders(campaign, len(flat))
    free = disk_at(path).n_files if is_local(path) else None
    return {**found, "folders": folders, "free": free}


def _snapshot_files(campaign: Campaign) -> list[int]:
    """Return the number of snapshot files of a replicate, by scenario."""
    if not campaign.snapshots:
        return []
    return [
        snapshot_size.replicate_files(campaign, build_rules(scenario))
        for scenario in campaign.scenarios
    ]


def _seconds(
    campaign: Campaign,
    left: list[Work],
    cores: int,
    paces: dict[object, probe.Pace],
    written: Written | None,
) -> dict[str, Any]:
    """Return the remaining time, of one core and of all cores."""
    if written is None:
        return {"cores": cores, **dict.fromkeys(("computing", "finishing", "in_all"))}
    of_blocks = []
    for work in left:
        one = _replicate_seconds(work.scenario, paces) * work.replicates / work.blocks
        of_blocks += [(one + written.write, work.blocks)]
    one = result_bytes(build_rules(campaign.scenarios[0]))
    finishing = written.finish + written.finish_byte * one * math.prod(_lead(campaign))
    return {
        "cores": cores,
        "computing": sum(seconds * n for seconds, n in of_blocks),
        "finishing": finishing,
        "in_all": makespan(of_blocks, cores) + finishing,
    }


def _replicate_seconds(scenario: Scenario, paces: dict[object, probe.Pace]) -> float:
    """Return the time of one replicate on one core."""
    phases, world = scenario.phases(), scenario.world
    ends = [*(first for first, _ in phases[1:]), world.n_ticks]
    found = [probe.pace_of(phase, paces) for _, phase in phases]
    ticking = sum(
        (end - first) * pace.tick
        for (first, _), end, pace in zip(phases, ends, found, strict=True)
    )
    return world.n_citizens * (found[0].setup + ticking)


def makespan(blocks: list[tuple[float, int]], cores: int) -> float:
    """Return when the last core is done if each takes the costliest waiting block.

    Parameters
    ----------
    blocks : list of (float, int)
        Seconds of a block on one core, and the number of such blocks.
    cores : int
    """
    n_blocks = sum(n for _, n in blocks)
    if n_blocks > MOST_BLOCKS:
        return sum(seconds * n for seconds, n in blocks) / cores
    if n_blocks <= cores:  # spare cores go to threads inside replicates
        return max((s for s, _ in blocks), default=0.0) / max(
            1, cores // max(1, n_blocks)
        )
    free_at = [0.0] * cores
    for seconds in sorted((s for s, n in blocks for _ in range(n)), reverse=True):
        heapq.heapreplace(free_at, free_at[0] + seconds)
    return max(free_at)
