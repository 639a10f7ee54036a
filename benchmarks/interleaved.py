"""Compare the kernels of two checkouts: chunks of one run in turn, in CPU time.

python benchmarks/interleaved.py OLD NEW [--pilot sesame] [--variant v3] [--citizens N]

Both are directories of a git worktree with an environment in `.venv` and the variant
built. Other work on a busy machine slows both equally, so the ratio of the 10th percentiles
and the median ratio of a chunk are figures to read, nanoseconds are not.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROUNDS, CITIZEN_TICKS_A_CHUNK, TICKS, WARM = 21, 400_000, 2_400, 3


def scenario(checkout: Path, pilot: str):
    """Return a scenario of examples/first.toml or pilots.toml by its name."""
    from scsfast.campaign.config import load_campaign

    for file in ("first.toml", "pilots.toml"):
        for found in load_campaign(checkout / "examples" / file).scenarios:
            if found.name == pilot:
                return found
    raise SystemExit(f"no scenario is named '{pilot}' in {checkout / 'examples'}")


def work(checkout: Path, variant: str, pilot: str, n_citizens: int) -> None:
    """Simulate a chunk for each line read; print its nanoseconds per citizen-tick."""
    sys.path.insert(0, str(checkout))
    from scsfast.engine import load_kernel
    from scsfast.engine.simulation import Simulation

    try:
        from scsfast.model.integers.build import build_rules
    except ImportError:  # before the rooms
        from scsfast.model.integers import build_rules
    found = scenario(checkout, pilot)
    size = {"n_citizens": n_citizens, "n_ticks": TICKS}
    world = found.world.model_copy(update=size)
    rules = build_rules(found.model_copy(update={"world": world}))
    simulation = Simulation(rules, 35, 0, 1, load_kernel(variant))
    ticks = max(1, CITIZEN_TICKS_A_CHUNK // n_citizens)
    simulation.run(WARM)
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.process_time_ns()
        simulation.run(ticks)
        spent = time.process_time_ns() - start
        print(spent / (ticks * n_citizens), flush=True)


def started(checkout: Path, arguments) -> subprocess.Popen:
    """Return a worker of a checkout that is ready."""
    size = str(arguments.citizens)
    worker = subprocess.Popen(
        [checkout / ".venv/bin/python", __file__, "--work", checkout, checkout]
        + ["--variant", arguments.variant, "--pilot", arguments.pilot]
        + ["--citizens", size],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if worker.stdout.readline().strip() != "ready":
        raise SystemExit(f"the kernel of {checkout} did not start")
    return worker


def measured(workers) -> np.ndarray:
    """Return nanoseconds per citizen-tick, shape (rounds, workers)."""
    times = np.zeros((ROUNDS, len(workers)))
    for row in times:
        for k, worker in enumerate(workers):
            worker.stdin.write("chunk\n")
            worker.stdin.flush()
            row[k] = float(worker.stdout.readline())
    return times


def main() -> None:
    """Read the arguments, run both kernels in turn, print their times."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--pilot", default="rongcheng")
    parser.add_argument("--variant", default="v3")
    parser.add_argument("--citizens", type=int, default=100_000)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        work(arguments.new, arguments.variant, arguments.pilot, arguments.citizens)
        return
    workers = [
        started(path.resolve(), arguments) for path in (arguments.old, arguments.new)
    ]
    times = measured(workers)
    for worker in workers:
        worker.stdin.close()
    low = np.percentile(times, 10, axis=0)
    for name, best, middle in zip(
        ("old", "new"), low, np.median(times, axis=0), strict=True
    ):
        print(f"{name}: p10 {best:.1f}, median {middle:.1f} ns per citizen-tick")
    ratios = times[:, 0] / times[:, 1]
    print(f"ratio of p10 {low[0] / low[1]:.2f}, median ratio {np.median(ratios):.2f}")


if __name__ == "__main__":
    main()
