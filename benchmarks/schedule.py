"""The speed-up that 2 to 64 cores would give one replicate, from its measured parts.

python benchmarks/schedule.py [--citizens 1000000] [--pilot rongcheng]

A replicate is built and run on one thread, each phase in CPU time. Phases that threads
share are divided by the cores, down to their largest part, which one thread computes alone:
a village, or a pool by one judge. The others are added as they are, as is the waking of the
threads, which grows with their number; the review of leaders is counted as serial, though
most of it is shared. The start of the threads, once per run, is printed and left out.
Barriers are not measurable on a busy machine: each costs `BARRIER_SECONDS` per core here.
Bandwidth of memory is left out. The CPU time of the same ticks on two threads is printed
beside that on one.
"""

import argparse
import math
import time
from pathlib import Path
from typing import NamedTuple

from interleaved import scenario

from scsfast.engine.simulate import CITIZEN_TICKS_A_BLOCK
from scsfast.engine.simulation import Simulation
from scsfast.engine.state import key_room
from scsfast.model.integers.build import build_rules

CORES = (1, 2, 4, 8, 16, 32, 64)
BARRIER_SECONDS = 1e-7  # a cache line goes from core to core
BARRIERS = 12  # per tick: two, and those of the review and of a wide selection
CALLS = 5  # of all threads while the world is built, and for the tables at the end
JUDGES = 5  # rankings by which a pool is selected
TICKS, MEASURED = 120, 24  # of the replicate, and of them run here


class Phase(NamedTuple):
    """A phase of a replicate, in CPU seconds of one core.

    `largest` is the part of `shared` that one thread computes alone; `by_core` is spent
    once more for each core.
    """

    name: str
    serial: float = 0.0
    shared: float = 0.0
    largest: float = 0.0
    by_core: float = 0.0

    def on(self, cores: int) -> float:
        """Return the seconds that the phase takes on so many cores."""
        return (
            self.serial + max(self.shared / cores, self.largest) + self.by_core * cores
        )


class TimedStart(Simulation):
    """A simulation that adds up the CPU seconds of its threads' work while it is built."""

    shared = 0.0

    def _in_threads(self, work):
        start = time.process_time()
        super()._in_threads(work)
        self.shared += time.process_time() - start


def seconds(work) -> float:
    """Return the CPU seconds of a call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def world_phase(rules) -> Phase:
    """Return the building of the world, whose tables grow with the threads.

    It is built twice: a virtual machine may have to ask its host for the memory of the first.
    """
    Simulation(rules, 35)
    built = []
    whole = seconds(lambda: built.append(TimedStart(rules, 35)))
    return Phase("world", whole - built[0].shared, built[0].shared)


def tick_phases(rules) -> list[Phase]:
    """Return the phases of all ticks, from some of them on one thread."""
    simulation = Simulation(rules, 35)
    simulation.time_phases()
    simulation.run(MEASURED)
    scale = TICKS / MEASURED
    spent = {k: scale * v[0] for k, v in simulation.phase_seconds().items()}
    villages = rules.n_units[0]
    selection, citizens = spent["selection"], spent["citizens"]
    return [
        Phase("review", spent["review"]),
        Phase("selection", 0.0, selection, selection / narrow_selections(rules)),
        Phase("citizens", 0.0, citizens, citizens / villages),
        Phase("learning", spent["learning"]),
        Phase("barriers", by_core=BARRIERS * TICKS * BARRIER_SECONDS),
    ]


def narrow_selections(rules) -> float:
    """Return the selections that one thread makes alone; infinite if all pools are wide."""
    spans = [min(prize.pool_span, rules.n_citizens) for prize in rules.prizes]
    room = key_room(rules.n_citizens, spans, CORES[-1])
    pools = sum(-(-rules.n_citizens // span) for span in spans if span <= room)
    return JUDGES * pools or math.inf


def output_phase(rules) -> Phase:
    """Return the adding up of the threads' tables at the end, each thread a share of them."""
    n_threads = 8
    return Phase(
        "outputs", seconds(Simulation(rules, 35, 0, n_threads).outputs) / n_threads
    )


def thread_phase(rules) -> Phase:
    """Return the calls of threads: for the world, for one block of ticks per core."""
    blocks = -(-rules.n_citizens * TICKS // CITIZEN_TICKS_A_BLOCK)
    each = call_seconds()[1]
    return Phase("threads", serial=blocks * each, by_core=CALLS * each)


def call_seconds() -> tuple[float, float]:
    """Return the CPU seconds per thread of a call that starts them, and of another."""
    n_threads, rounds = 16, 20
    simulation = Simulation(rules_of("rongcheng", 6_000), 35, 0, n_threads)

    def calls(n: int) -> float:
        work = [lambda: simulation._in_threads(lambda k: None)] * n
        return seconds(lambda: [call() for call in work]) / n / n_threads

    again = calls(rounds)
    simulation._threads = None
    return calls(1), again


def rules_of(pilot: str, n_citizens: int):
    """Return the rules of a scenario of the examples, of so many citizens."""
    found = scenario(Path(__file__).parents[1], pilot)
    size = {"n_citizens": n_citizens, "n_ticks": TICKS}
    world = found.world.model_copy(update=size)
    return build_rules(found.model_copy(update={"world": world}))


def phases_of(rules) -> list[Phase]:
    """Return all phases of a replicate."""
    return [
        world_phase(rules),
        *tick_phases(rules),
        output_phase(rules),
        thread_phase(rules),
    ]


def table(phases: list[Phase]) -> list[str]:
    """Return the schedule as the lines of a table: cores, speed-up, seconds, the bounds."""
    one = sum(phase.on(1) for phase in phases)
    lines = [
        "| cores | speed-up | seconds | of which cannot be divided further |",
        "|---|---|---|---|",
    ]
    for cores in CORES:
        taken = sum(phase.on(cores) for phase in phases)
        left = {p.name: p.on(cores) - p.shared / cores for p in phases}
        worst = sorted(left, key=left.get, reverse=True)[:2]
        said = ", ".join(f"{name} {left[name]:.3f}" for name in worst)
        lines.append(f"| {cores} | {one / taken:.1f} | {taken:.2f} | {said} |")
    return lines


def on_two_threads(rules) -> float:
    """Return the CPU time of a tick's citizens on two threads, over that on one."""
    spent = []
    for n_threads in (1, 2):
        simulation = Simulation(rules, 35, 0, n_threads)
        simulation.time_phases()
        simulation.run(MEASURED)
        spent.append(sum(simulation.phase_seconds()["citizens"]))
    return spent[1] / spent[0]


def main() -> None:
    """Measure a replicate and print its schedule."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--citizens", type=int, default=1_000_000)
    parser.add_argument("--pilot", default="rongcheng")
    arguments = parser.parse_args()
    rules = rules_of(arguments.pilot, arguments.citizens)
    phases = phases_of(rules)
    print("| phase | serial, s | shared, s | largest part, s | per core, s |")
    print("|---|---|---|---|---|")
    for name, *parts in phases:
        print(f"| {name} | {' | '.join(f'{part:.4f}' for part in parts)} |")
    print("\n" + "\n".join(table(phases)))
    print(f"\nStart of each thread, once per run: {1000 * call_seconds()[0]:.2f} ms")
    print(f"CPU time of citizens on two threads over one: {on_two_threads(rules):.2f}")


if __name__ == "__main__":
    main()
