"""Compare the kernel with Numba, NumPy and Mesa on one campaign, in CPU time.

python benchmarks/peers/compare.py [--quick] [--variant v3] [--peer numba]

Both sides simulate a year of the same ticks in turn, on one thread; the ratio is the median
over rounds. It is printed only if all outputs have the same digest, otherwise the program
fails. The kernel is the variant that users run, unless another is named. Needs the extra
`bench`.
"""

import argparse
import importlib
import statistics
import sys
import time
from typing import NamedTuple

import common

from scsfast.engine import load_kernel, variant
from scsfast.engine.simulation import Simulation
from scsfast.store.digest import replicate_digest


class Peer(NamedTuple):
    """Where a peer is, the size at which it is measured, and the least ratio aimed at."""

    module: str
    name: str
    n_citizens: int
    goal: int


PEERS = {
    "numba": Peer("numba_peer", "NumbaModel", 1_000_000, 3),
    "numpy": Peer("numpy_peer", "NumpyModel", 1_000_000, 20),
    "mesa": Peer("mesa_peer", "MesaModel", 10_000, 1000),
}
ROUNDS, TICKS = 5, 12  # of a round; one more tick before, which compiles and warms
QUICK = 1_000  # citizens


class Row(NamedTuple):
    """One line of the table; rates are citizen-ticks per second of CPU time."""

    peer: str
    n_citizens: int
    variant: str
    kernel: float
    rate: float
    ratio: float


def model(peer: str):
    """Return the class of a peer's model."""
    return getattr(importlib.import_module(PEERS[peer].module), PEERS[peer].name)


def cpu_time(function, *args) -> float:
    """Return the CPU seconds of a call, those of all threads of the process."""
    start = time.process_time()
    function(*args)
    return time.process_time() - start


def compare(peer: str, n_citizens: int, variant: str, n_ticks: int = TICKS) -> Row:
    """Run the kernel and a peer in turn, `n_ticks` ticks at a time.

    Raises
    ------
    ValueError
        If their outputs differ.
    """
    rules = common.rules(n_citizens, 1 + ROUNDS * n_ticks)
    kernel = load_kernel(variant)
    simulation = Simulation(rules, common.SEED, common.REPLICATE, kernel=kernel)
    other = model(peer)(rules)
    simulation.run(1)
    other.run(1)
    times = [
        (cpu_time(simulation.run, n_ticks), cpu_time(other.run, n_ticks))
        for _ in range(ROUNDS)
    ]
    digests = replicate_digest(simulation.outputs()), replicate_digest(other.outputs)
    if digests[0] != digests[1]:
        raise ValueError(f"{peer}: the outputs differ from the kernel's: no ratio")
    ticks = n_citizens * n_ticks
    own, theirs = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = statistics.median(b / a for a, b in times)
    return Row(peer, n_citizens, variant, ticks / own, ticks / theirs, ratio)


def draw(rows: list[Row], path: str) -> None:
    """Draw the rates of the kernel and its peers as bars on a logarithmic axis."""
    import matplotlib.pyplot as plt

    plt.rcParams["svg.hashsalt"] = "peers"
    figure, axes = plt.subplots(figsize=(6, 0.5 + 0.6 * len(rows)), layout="tight")
    for k, row in enumerate(reversed(rows)):
        rates, names = (row.kernel, row.rate), ("kernel", row.peer)
        bars = axes.barh([k + 0.2, k - 0.2], rates, 0.36, color=["#0f5c6e", "#c28f2c"])
        labels = [
            f"{name} {rate / 1e6:.3g}" for name, rate in zip(names, rates, strict=True)
        ]
        axes.bar_label(bars, labels, padding=3, fontsize=8)
    axes.set_yticks(range(len(rows)), [f"{r.n_citizens:,}" for r in reversed(rows)])
    axes.set(xscale="log", ylabel="citizens", xlabel="citizen-ticks/s of CPU time")
    axes.set_xlim(1e4, 1e9)
    figure.savefig(path, metadata={"Date": None})


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Return the arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--peer", action="append", choices=list(PEERS))
    parser.add_argument("--variant", default=variant())
    parser.add_argument("--citizens", type=int, help="by default the peer's own size")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} citizens")
    parser.add_argument("--figure", help="file of a figure, for example docs/peers.svg")
    return parser.parse_args(words)


def main() -> None:
    """Read the arguments, compare, print the table."""
    asked, rows = arguments(), []
    print(
        "| peer | citizens | variant | kernel, M/s | peer, M/s | kernel : peer | goal |"
    )
    print("|---|---|---|---|---|---|---|")
    for peer in asked.peer or PEERS:
        n = QUICK if asked.quick else asked.citizens or PEERS[peer].n_citizens
        try:
            rows.append(row := compare(peer, n, asked.variant))
        except ValueError as error:
            sys.exit(str(error))
        rates = f"{row.variant} | {row.kernel / 1e6:.1f} | {row.rate / 1e6:.3g}"
        goal = PEERS[peer].goal
        print(f"| {peer} | {n:,} | {rates} | {row.ratio:,.1f} | {goal:,} |", flush=True)
    if asked.figure:
        draw(rows, asked.figure)


if __name__ == "__main__":
    main()
