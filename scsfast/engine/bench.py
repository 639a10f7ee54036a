"""The speed of this machine: citizen-ticks per second, by kernel variant and population."""

import time

from ..model.integers.build import build_rules
from ..model.pilot_library import load
from ..model.world import Scenario, World
from . import available_variants, load_kernel
from .simulation import Simulation

SIZES = (10_000, 100_000)
CITIZEN_TICKS = 2_000_000  # of one measurement
TRIALS = 3


def bench(sizes=SIZES, pilot: str = "rongcheng", report=None) -> list[dict]:
    """Measure how fast kernels are on one core.

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
        ``variant``, ``citizens``, ``citizen_ticks_per_s`` (the best of `TRIALS`, so that
        other work on the machine counts least).
    """
    rows = []
    for name in available_variants():
        for n_citizens in sizes:
            rate = max(_rate(name, n_citizens, pilot) for _ in range(TRIALS))
            row = {"variant": name, "citizens": n_citizens, "citizen_ticks_per_s": rate}
            rows.append(row)
            if report:
                report(row)
    return rows


def _rate(variant: str, n_citizens: int, pilot: str) -> float:
    """Return citizen-ticks per second of one run, after a tick that warms the caches."""
    n_ticks = max(2, CITIZEN_TICKS // n_citizens)
    world = World(n_citizens=n_citizens, n_ticks=n_ticks + 1)
    scenario = Scenario(name=pilot, world=world, regime=load(pilot))
    simulation = Simulation(build_rules(scenario), 35, kernel=load_kernel(variant))
    simulation.run(1)
    start = time.perf_counter()
    simulation.run(n_ticks)
    return n_citizens * n_ticks / (time.perf_counter() - start)
