"""Measure quickly how fast a campaign runs on this machine, and its bytes on the disk.

A small part of each kind of scenario is simulated, as many at once as the run will have
jobs. Then a small store of such results, enlarged to the world's size, is written into a
temporary folder and measured. This takes a second or two and leaves nothing behind.
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..engine.simulation import Simulation
from ..model import outcomes
from ..model.integers.build import build_rules
from ..model.sizes import Sizes
from ..store import layout
from ..store.create import open_for_writing
from ..store.finalise import finalise
from .footprint import result_bytes

if TYPE_CHECKING:
    from ..campaign.campaign import Campaign
    from ..model.integers.rules import Rules
    from ..model.world import Scenario, World
    from ..store.store import Store

CITIZENS, TICKS = 50_000, 12  # of a simulated part
WARM_UP = 2  # ticks before the clock starts
MOST_KINDS = 24  # that are simulated; further kinds take the mean
MOST_WRITTEN = 4  # kinds in the small store
MOST_BYTES = 64 * 2**20  # of one block in the small store, before compression


class Pace(NamedTuple):
    """Seconds of a core of its own: for a citizen at the start, and for a citizen-tick."""

    setup: float
    tick: float


class Written(NamedTuple):
    """Measurements of a small store from which a large one is estimated.

    Shares are bytes on the disk per byte of results. `write` is seconds per block, `finish`
    seconds of the end of a run, and `finish_byte` the seconds that each byte of results adds
    to it; `derived` are the arrays that the end of a run writes.
    """

    table_share: float
    named_share: float
    single_bytes: int
    record_bytes: int
    write: float
    finish: float
    finish_byte: float
    derived: list[str]


class Piece(NamedTuple):
    """A simulated small part of a scenario: its pace, and its tables."""

    pace: Pace
    n_citizens: int
    tables: dict[str, np.ndarray]


def kind(rules: object) -> Hashable:
    """Return the kind of a scenario: its mechanisms, which decide its speed.

    Parameters
    ----------
    rules : Rules, or a part of them
    """
    if is_dataclass(rules):
        parts = ((f.name, getattr(rules, f.name)) for f in fields(rules))
        return tuple((k, kind(v)) for k, v in parts if k not in ("begins", "later"))
    if isinstance(rules, np.ndarray):
        return bool(rules.any())
    if isinstance(rules, list | tuple):
        return tuple(kind(value) for value in rules)
    return bool(rules) if isinstance(rules, int | float) else rules


def play(scenarios: list[Scenario], jobs: int) -> dict[Hashable, Piece]:
    """Simulate a small part of each kind of scenario and return a `Piece` by kind.

    Parameters
    ----------
    scenarios : iterable of Scenario
        Scenarios without changes.
    jobs : int
        Parts that are simulated at once, as a run would.
    """
    found: dict[Hashable, Scenario] = {}
    for scenario in scenarios:
        if len(found) < MOST_KINDS:
            found.setdefault(kind(build_rules(scenario)), small(scenario))
    rounds = -(-jobs // len(found))  # so that no core idles while another is timed
    with ThreadPoolExecutor(jobs) as pool:
        calls = [(k, pool.submit(_play, s)) for k, s in [*found.items()] * rounds]
        return {k: call.result() for k, call in calls}


def pace_of(scenario: Scenario, paces: dict[Hashable, Pace]) -> Pace:
    """Return the pace of a scenario without changes; the mean if its kind is not known."""
    found = paces.get(kind(build_rules(scenario)))
    return found or Pace(*(float(x) for x in np.mean(list(paces.values()), axis=0)))


def small(scenario: Scenario) -> Scenario:
    """Return a scenario with few citizens and ticks, without the user's files."""
    world = of_fewer(scenario.world, CITIZENS)
    changes = {
        "n_ticks": min(world.n_ticks, TICKS),
        "distribution_every": min(world.distribution_every, TICKS),
        "warmup": 0,
    }
    return scenario.model_copy(update={"world": world.model_copy(update=changes)})


def of_fewer(world: World, most: int) -> World:
    """Return a world of at most so many citizens, without the user's files.

    Units of given sizes become units of their mean size.
    """
    people = {"people_file": None, "network_file": None}
    changes = {
        "n_citizens": min(world.n_citizens, most),
        "spans": world.units.mean_spans(),
        "sizes": Sizes(),
        "population": world.population.model_copy(update=people),
    }
    return world.model_copy(update=changes)


def _play(scenario: Scenario) -> Piece:
    """Simulate a small scenario, timed by the clock of its thread, without other load."""
    rules = build_rules(scenario)
    n, warm_up = rules.n_citizens, min(WARM_UP, rules.n_ticks - 1)
    start = time.thread_time()
    simulation = Simulation(rules, seed=0)
    born = time.thread_time()
    simulation.run(warm_up)
    warm = time.thread_time()
    simulation.run(rules.n_ticks)
    seconds = time.thread_time() - warm
    pace = Pace((born - start) / n, seconds / n / (rules.n_ticks - warm_up))
    return Piece(pace, n, simulation.outputs())


def enlarged(
    piece: Piece, rules: Rules, generator: np.random.Generator
) -> dict[str, np.ndarray]:
    """Return tables of a world's shape, with values enlarged from those of a small part.

    Rows are repeated and counts multiplied, with the random variation of counts, so that
    they are as hard to compress as those of a real replicate.

    Parameters
    ----------
    piece : Piece
    rules : Rules
        Rules of the scenario at its full size.
    generator : numpy.random.Generator
    """
    factor = max(1, rules.n_citizens // piece.n_citizens)
    tables = {}
    for table in outcomes.TABLES:
        values, shape = piece.tables[table.name], outcomes.shape(table, rules)
        if not math.prod(shape) or not values.size:
            tables[table.name] = np.zeros(shape, np.int64)
            continue
        for axis, size in enumerate(shape[1:], 1):
            values = np.take(values, np.arange(size) % values.shape[axis], axis)
        fixed = len(values) > 1 and values.min(axis=0) == values.max(axis=0)
        values = np.take(values, np.arange(shape[0]) % len(values), 0)
        values = values * (1 if "unit" in table.dims else factor)
        chance = np.sqrt(abs(values)) * generator.standard_normal(shape)
        tables[table.name] = values + np.rint(np.where(fixed, 0, chance)).astype("i8")
    return tables


def write(
    campaign: Campaign, pieces: dict[Hashable, Piece], block_size: int
) -> Written:
    """Write a small store of a campaign's kinds and return its measurements.

    Parameters
    ----------
    campaign : Campaign
    pieces : dict
        As returned by `play`.
    block_size : int
        Replicates of a block.
    """
    sample = _sample(campaign, block_size)
    generator = np.random.default_rng(0)
    with tempfile.TemporaryDirectory(prefix="scsfast-plan-") as folder:
        path = Path(folder, "plan.zarr")
        with open_for_writing(path, sample) as store:
            seconds = []
            for block in store.pending():
                rules = store.rules[block.scenario]
                piece = _piece(pieces, sample.scenarios[block.scenario])
                results = [enlarged(piece, rules, generator) for _ in block.replicates]
                start = time.perf_counter()
                store.write(block, results)
                seconds.append(time.perf_counter() - start)
            start = time.perf_counter()
            finalise(store)
            finish = time.perf_counter() - start
            return _read(path, store, float(np.mean(seconds)), finish)


def representatives(campaign: Campaign) -> list[Scenario]:
    """Return a few scenarios of different kinds, without changes."""
    first: dict[Hashable, Scenario] = {}
    for scenario in campaign.scenarios:
        if len(first) < MOST_WRITTEN:
            plain = scenario.phases()[0][1]
            first.setdefault(kind(build_rules(plain)), plain)
    return list(first.values())


def _sample(campaign: Campaign, block_size: int) -> Campaign:
    """Return the campaign of the small store: one block of each of several kinds."""
    raw = result_bytes(build_rules(campaign.scenarios[0]))
    n_ticks = campaign.world.n_ticks
    if raw > MOST_BYTES:
        n_ticks = max(TICKS, n_ticks * MOST_BYTES // raw)
    people = {"people_file": None, "network_file": None}
    scenarios = []
    for scenario in representatives(campaign):
        population = scenario.world.population.model_copy(update=people)
        changes = {"n_ticks": n_ticks, "population": population}
        world = scenario.world.model_copy(update=changes)
        scenarios.append(scenario.model_copy(update={"world": world}))
    return campaign.model_copy(
        update={
            "scenarios": tuple(scenarios),
            "origins": (),
            "designs": (),
            "world": scenarios[0].world,
            "replicates": max(1, min(block_size, MOST_BYTES // raw)),
            "snapshots": None,
        }
    )


def _piece(pieces: dict[Hashable, Piece], scenario: Scenario) -> Piece:
    """Return the piece of a scenario's kind, or any if its kind was not simulated."""
    return pieces.get(kind(build_rules(scenario))) or next(iter(pieces.values()))


def _read(path: Path, store: Store, seconds: float, finish: float) -> Written:
    """Measure the files of a small store."""
    n_blocks, n_replicates = len(store.blocks()), store.status().size
    raw = result_bytes(store.rules[0]) * n_replicates
    tables = {table.name for table in layout.stored_tables(store.rules[0])}
    named = {o.name for t in outcomes.TABLES for o in t.outputs} & {*store.derived}
    chunks: list[Path] = []
    variables: list[Path] = []
    single: list[Path] = []
    records: list[Path] = []
    for file in (file for file in path.rglob("*") if file.is_file()):
        array, *rest = file.relative_to(path).parts
        if array == "commits" and rest and rest[0][0].isdigit():
            records.append(file)
        elif array in tables and rest[0].startswith("c."):
            chunks.append(file)
        elif array in named and rest[0].startswith("c."):
            variables.append(file)
        elif rest != ["lock"]:
            single.append(file)
    return Written(
        table_share=_size(chunks) / raw,
        named_share=_size(variables) / raw,
        single_bytes=_size(single),
        record_bytes=_size(records) // n_blocks,
        write=seconds,
        finish=finish,
        finish_byte=seconds * n_blocks / raw,
        derived=store.derived,
    )


def _size(files: list[Path]) -> int:
    return sum(file.stat().st_size for file in files)
