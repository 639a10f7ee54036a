"""Large units, wide pools and leaders are shared by threads, which change no bit."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from support.busy_parts import BUSY, KINDS, LIST, RULES, SCORERS, SEVERE
from support.small_scenarios import rules

from scsfast.engine import available_variants, load_kernel, load_world, state
from scsfast.engine.partners import NEAR, allocate_partners, partner_indices
from scsfast.engine.simulation import Simulation
from scsfast.model.units import make_units

SPANS, N = [400, 2_000, 10_000, 40_000], 20_333
LEADERS = {"all": BUSY}
LEARNING = {"learning": 12.0, "favour_value": 2.0, "standing_value": 0.5}
WIDE = {"loan": {"pool": "top", "capacity": 0.05, "need_from": 0.5}}
# One township has more citizens than one thread selects from, beside small ones.
UNEQUAL = {"village": [1_000, 17_000, 30, 3, 1_500, 800], "township": [1, 1, 2, 2]}
CASES = {
    "ledger, leaders compete": {"leaders": LEADERS, "world": {"prize": WIDE}},
    "black box": {
        "leaders": LEADERS,
        "world": {"prize": WIDE},
        "regime": SCORERS["black box"],
    },
    "kinds": {
        "world": {"prize": KINDS},
        "regime": {"allocation": RULES, "listing": LIST, "acts": SEVERE},
    },
    "threshold": {
        "world": {"prize": WIDE},
        "regime": {"allocation": "threshold", "serves_from": 1_001},
    },
    "lottery for all": {
        "world": {"prize": {"loan": {**WIDE["loan"], "need_from": 0.0}}},
        "regime": {"allocation": "lottery"},
    },
    "no places": {"world": {"prize": {"loan": {**WIDE["loan"], "capacity": 0.0}}}},
    "leaders learn": {
        "leaders": {"all": {**BUSY, "career": LEARNING}},
        "world": {"prize": WIDE},
    },
    "villages and pools of unequal size": {
        "leaders": {"all": {**BUSY, "career": LEARNING}},
        "world": {
            "prize": {
                "loan": {**WIDE["loan"], "pool": "township"},
                "flat": WIDE["loan"],
            },
            "sizes": UNEQUAL,
        },
    },
}


def partners_by_sorting(slot: int, units, seed: int, replicate: int):
    """Return partners as indices: neighbours in each unit by (draw, index)."""
    kernel, n = load_kernel("base"), units.n_citizens
    who = np.arange(n, dtype=np.uint32)
    block = kernel.block_numbers()["MATCHING"] + slot // 4
    draws = kernel.philox(who, 0, replicate, block, seed)[slot % 4]
    partner = np.arange(n, dtype=np.int64)
    for unit in range(units.count(0)):
        start, stop = units.bounds(0)[unit : unit + 2]
        order = start + np.argsort(draws[start:stop], kind="stable")
        pairs = order[: len(order) // 2 * 2].reshape(-1, 2)
        partner[pairs[:, 0]], partner[pairs[:, 1]] = pairs[:, 1], pairs[:, 0]
    return partner


@pytest.mark.parametrize("variant", available_variants())
@pytest.mark.parametrize("n_threads", [1, 2, 3, 4])
def test_neighbours_by_draw_and_index_meet(n_threads, variant):
    n, spans = 140_001, [300, 65_536, 66_000, 1_000_000, 90_000]
    sizes = [3, 69_998, 1, 2, 69_997], [60_000, 1, 80_000]
    units = [make_units(n, [s]) for s in spans]
    units += [make_units(n, [n], [villages]) for villages in sizes]
    widest = [of_slot.spans[0] for of_slot in units]
    partners = [np.zeros(n, np.uint16 if w <= NEAR else np.uint32) for w in widest]
    starts = [of_slot.bounds(0).astype(np.uint32) for of_slot in units]
    world = load_world(load_kernel(variant))
    network = world.Network(partners, starts, n_threads, 35, 3)
    in_threads(network.draw, n_threads)
    for slot, (partner, of_slot) in enumerate(zip(partners, units, strict=True)):
        found = partner_indices(of_slot, partner, 0)
        assert (found == partners_by_sorting(slot, of_slot, 35, 3)).all(), slot


@pytest.mark.parametrize("variant", available_variants())
def test_a_world_is_built_by_the_variant_of_its_kernel(variant):
    kernel = load_kernel(variant)
    assert load_world(kernel).__name__ == f"scsfast.engine.world._world_{variant}"


WITHOUT_MEMORY = """
import resource, sys, threading
from concurrent.futures import ThreadPoolExecutor
import numpy as np
from scsfast.engine import load_kernel, load_world
n_threads, dtype, *starts = int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:])
partners, starts = [np.zeros(starts[-1], dtype)], [np.array(starts, np.uint32)]
world = load_world(load_kernel("base"))
network = world.Network(partners, starts, n_threads, 35, 3)
pool, door = ThreadPoolExecutor(n_threads), threading.Barrier(n_threads)
def draw(thread):
    door.wait()
    try:
        network.draw(thread)
    except MemoryError as error:
        return str(error)
list(pool.map(lambda _: door.wait(), range(n_threads)))
kept = []
resource.setrlimit(resource.RLIMIT_AS, (1, resource.RLIM_INFINITY))
try:
    while True:
        kept.append(bytearray(20_000))
except MemoryError:
    kept.pop()
print(*set(pool.map(draw, range(n_threads))))
"""


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize(
    "units",
    [("uint32", 0, 260_001), ("uint16", 0, 60_000, 120_000)],
    ids=["wide", "small"],
)
def test_a_network_that_does_not_fit_in_memory_is_refused(n_threads, units):
    """By all threads, none of which waits for one without memory."""
    command = [sys.executable, "-c", WITHOUT_MEMORY, n_threads, *units]
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "MALLOC_ARENA_MAX": "1"},  # threads share what is left
    )
    assert done.stdout == "not enough memory to draw the network\n", done.stderr


def in_threads(work, n_threads: int) -> None:
    """Call `work` with the number of each thread, all at the same time."""
    simulation = Simulation.__new__(Simulation)
    simulation.n_threads = n_threads
    simulation._in_threads(work)


@pytest.mark.parametrize("case", CASES)
def test_threads_change_no_bit_of_a_large_world(case):
    world = {"n_citizens": N, "spans": SPANS, **CASES[case].get("world", {})}
    asked = rules(**{**CASES[case], "world": world})
    kept = []
    for n_threads in (1, 2, 3, 4):
        simulation = Simulation(asked, 35, 2, n_threads)
        simulation.run(4)
        kept.append({**simulation.saved(), "partners": simulation.partners[-1]})
    for other in kept[1:]:
        assert other.keys() == kept[0].keys()
        assert [k for k in other if not np.array_equal(other[k], kept[0][k])] == []


def test_small_pools_beside_a_wide_one_are_selected_from_by_one_thread_each():
    case = CASES["villages and pools of unequal size"]["world"]
    asked = rules(world={"n_citizens": N, "spans": SPANS, **case})
    assert state.pool_sizes(asked) == (17_000, N, 16_383, 16_383)
    assert state.allocate(asked, 3)["applicant_keys"].shape == (3, 16_383)


@pytest.mark.parametrize("n", [500, N])
def test_memory_of_citizens_is_zeroed_and_writable(n):
    asked = rules(world={"n_citizens": n, "spans": SPANS})
    names = (*state.CITIZEN_ARRAYS, "rank_0", "lot_0", "applied_0", "applicant_keys")
    arrays = [state.allocate(asked)[name] for name in names]
    arrays += allocate_partners(asked)
    assert all(a.flags.writeable and a.flags.c_contiguous for a in arrays)
    assert not any(a.any() for a in arrays)


def test_wide_pools_need_no_keys():
    """One thread selects alone; several share a pool that is the whole world."""
    asked = rules(world={"n_citizens": N, "spans": SPANS, "prize": WIDE})
    assert state.allocate(asked, 1)["applicant_keys"].shape == (1, N)
    assert state.allocate(asked, 3)["applicant_keys"].shape == (3, 0)


@pytest.mark.parametrize(
    ("n_citizens", "spans", "n_threads", "room"),
    [
        (10**9, [10**9], 1, 10**9),
        (10**9, [10**9], 2, 0),
        (10**9, [10**9, 10**7], 64, 0),
        (10**9, [10**9, 10**6], 64, 10**6),
        (state.LEAST_WIDE - 1, [10**6], 2, state.LEAST_WIDE - 1),
    ],
)
def test_pools_are_shared_if_they_are_few_and_large(n_citizens, spans, n_threads, room):
    assert state.key_room(n_citizens, spans, n_threads) == room


def test_threads_are_started_once():
    simulation = Simulation.__new__(Simulation)
    simulation.n_threads = 3
    calls = []
    for _ in range(2):
        simulation._in_threads(lambda thread: calls.append(threading.current_thread()))
    assert len(calls) == 6 and len(set(calls)) == 3
