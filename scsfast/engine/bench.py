"""The speed of this machine: citizen-ticks per second, and the roofline above them.

The roofline is the rate that two limits alone would allow: the random blocks that every
citizen needs in a tick, at the measured rate of Philox, and the bytes of state that a tick
reads and writes, at the measured bandwidth of the memory. All else that a tick computes is
left out, so that a share of 1 cannot be reached.
"""

import time
from collections.abc import Callable

import numpy as np

from ..model.integers.build import build_rules
from ..model.pilot_library import load
from ..model.world import Scenario, World
from . import available_variants, load_kernel
from .simulation import Simulation
from .state import CITIZEN_ARRAYS

SIZES = (10_000, 100_000)
CITIZEN_TICKS = 2_000_000  # of one measurement
TRIALS = 3
BLOCKS = 2  # that every citizen draws in a tick: CITIZEN and PAIR
READ = ("quality", "means", "ties", "traits", "published_even")  # besides WRITTEN
WRITTEN = ("strategy", "score", "fair_score", "wealth", "payoff", "published_odd")
PARTNER = 2  # bytes: the offset of a partner in a small unit
STREAM_NUMBERS = 1 << 23  # float64 in each of three arrays, 64 MiB: wider than a cache
CALLS, COUNTERS = 50, 2_048  # of Philox: its buffers stay in a cache


def bench(sizes=SIZES, pilot: str = "rongcheng", report=None) -> list[dict]:
    """Measure how fast kernels are on one core, and how near to the roofline.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of citizens.
    pilot : str
        The regime that is simulated.
    report : callable, optional
        Called with each row as soon as it is measured.

    Returns
    -------
    list of dict
        ``variant``, ``citizens``, ``citizen_ticks_per_s`` (of CPU time, the best of
        `TRIALS`), ``philox_blocks_per_s``, ``stream_bytes_per_s``,
        ``roofline_citizen_ticks_per_s`` and ``share_of_roofline``.
    """
    rows, bandwidth = [], stream()
    for name in available_variants():
        blocks = philox(name)
        roofline = 1 / max(BLOCKS / blocks, bytes_per_tick() / bandwidth)
        for n_citizens in sizes:
            rate = max(_rate(name, n_citizens, pilot) for _ in range(TRIALS))
            row = {
                "variant": name,
                "citizens": n_citizens,
                "citizen_ticks_per_s": rate,
                "philox_blocks_per_s": blocks,
                "stream_bytes_per_s": bandwidth,
                "roofline_citizen_ticks_per_s": roofline,
                "share_of_roofline": rate / roofline,
            }
            rows.append(row)
            if report:
                report(row)
    return rows


def bytes_per_tick() -> int:
    """Return the bytes of state that a tick moves per citizen; writes count once."""
    moved = (*READ, *WRITTEN, *WRITTEN[:-1])
    return PARTNER + sum(np.dtype(CITIZEN_ARRAYS[name]).itemsize for name in moved)


def stream() -> float:
    """Return bytes per second of STREAM's add, a = b + c, on one core.

    Source: McCalpin 1995, "Memory bandwidth and machine balance in current high performance
    computers".
    """
    a, b, c = (np.ones(STREAM_NUMBERS) for _ in range(3))
    return 3 * a.nbytes / min(_seconds(np.add, b, c, a) for _ in range(2 * TRIALS))


def philox(variant: str) -> float:
    """Return Philox blocks per second of a kernel variant.

    It is the difference of calls with two numbers of counters, in which the time of a
    call as such cancels out; the clearing of the words is included. The two take turns, so
    that other work, which may slow one of them only, does not make the difference too small.
    """
    fill = load_kernel(variant).philox

    def calls(n: int) -> None:
        who = np.arange(n, dtype=np.uint32)
        for _ in range(CALLS):
            fill(who, 0, 0, 0, 35)

    turns = [[_seconds(calls, k * COUNTERS) for k in (1, 2)] for _ in range(20)]
    once, twice = np.min(turns, axis=0)
    return float(CALLS * COUNTERS / max(twice - once, 1e-9))


def _seconds(function: Callable, *args) -> float:
    """Return the CPU seconds that a call takes, on which other work has little effect."""
    start = time.process_time()
    function(*args)
    return time.process_time() - start


def _rate(variant: str, n_citizens: int, pilot: str) -> float:
    """Return citizen-ticks per second of one run, after a tick that warms the caches."""
    n_ticks = max(2, CITIZEN_TICKS // n_citizens)
    world = World(n_citizens=n_citizens, n_ticks=n_ticks + 1)
    scenario = Scenario(name=pilot, world=world, regime=load(pilot))
    simulation = Simulation(build_rules(scenario), 35, kernel=load_kernel(variant))
    simulation.run(1)
    return n_citizens * n_ticks / _seconds(simulation.run, n_ticks)
