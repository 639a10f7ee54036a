"""One digest: a small campaign over compilers, kernels, threads, ranks and block sizes.

python tests/digests.py             gcc and clang, -O0 and -O3: builds each, 20 to 60 minutes
python tests/digests.py clang-O0    one of these builds
python tests/digests.py --quick     the installed build alone

Each row of the table is a build, a kernel and a number of ranks; under them the campaign runs
with every number of cores and every block size, into a store each. Builds are made in a
temporary folder. The exit code says whether all digests are the same.
"""

import argparse
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
BUILT_FROM = ("csrc", "scsfast", "setup.py", "pyproject.toml", "README.md", "LICENSE")
COMPILERS, LEVELS = ("gcc", "clang"), ("-O0", "-O3")
BUILDS = [compiler + level for compiler in COMPILERS for level in LEVELS]
VARIANTS, THREADS, RANKS, BLOCKS = ("base", "v3", "v4"), (1, 2, 3), (1, 2, 3), (1, 3)
MPIEXEC = shutil.which("mpiexec", path=str(Path(sys.executable).parent))
QUIET = {"UCX_TLS": "self,sm", "OMP_NUM_THREADS": "1"}
CAMPAIGN = {
    "replicates": 3,
    "world": {"n_citizens": 6_100, "n_ticks": 14, "warmup": 2},
    "leaders": {"all": {"share": 0.6, "ambition": 1.0, "inflation_rate": 4.0}},
    "scenario": [{"pilot": "rongcheng"}, {"pilot": "sesame"}],
}


class Row(NamedTuple):
    """A build, the kernel that it runs, the ranks, and the digests by number of runs."""

    build: str
    variant: str
    ranks: int
    digests: dict[str, int]


def work(folder: Path, threads, blocks) -> None:
    """Run the campaign with each number of cores and block size; rank 0 prints the digests."""
    import scsfast
    from scsfast.execution.mpi_comm import find_communicator
    from scsfast.store.store import Store

    communicator = find_communicator()
    for cores, size in itertools.product(threads, blocks):
        path = folder / f"{cores}-{size}.zarr"
        scsfast.run({**CAMPAIGN, "block_size": size}, path, jobs=cores)
        if communicator is None or communicator.rank == 0:
            store = Store(path)
            assert store.block_size == size
            found = [store.digest(), scsfast.__file__, store.attributes["kernel"]]
            print(json.dumps(found), flush=True)


def built(compiler: str, level: str, folder: Path) -> Path:
    """Return a copy of the source tree, built by a compiler at a level of optimisation.

    Parameters
    ----------
    compiler : str
        What CC is set to.
    level : {"-O3", "-O0"}
        "-O0" also checks bounds.
    folder : Path
        Where the copy is made.
    """
    tree = folder / f"{compiler}{level}"
    tree.mkdir()
    for name in BUILT_FROM:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("*.so", "__pycache__")
            shutil.copytree(source, tree / name, ignore=ignored)
        else:
            shutil.copy(source, tree / name)
    settings = {"CC": compiler, "SCSFAST_DEBUG": "1" if level == "-O0" else "0"}
    command = [sys.executable, "setup.py", "-q", "build_ext", "--inplace"]
    done = subprocess.run(
        command, cwd=tree, env=os.environ | settings, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{compiler} {level}: {done.stderr[-2000:]}")
    return tree


def row(tree: Path, variant: str, ranks: int, threads=THREADS, blocks=BLOCKS) -> Row:
    """Return the digests of a build, a kernel and a number of ranks.

    Parameters
    ----------
    tree : Path
        The folder that holds the package.
    variant : str
    ranks : int
    threads, blocks : sequence of int
        Numbers of cores per rank, and block sizes.
    """
    launcher = [MPIEXEC, "-n", str(ranks)] if ranks > 1 else []
    with tempfile.TemporaryDirectory() as folder:
        asked = [folder, json.dumps(threads), json.dumps(blocks)]
        command = [*launcher, sys.executable, __file__, "--work", *asked]
        own = {"PYTHONPATH": str(tree), "SCSFAST_KERNEL": variant}
        done = subprocess.run(
            command, env=os.environ | QUIET | own, capture_output=True, text=True
        )
    if done.returncode:
        raise RuntimeError(f"{tree.name} {variant} {ranks}: {done.stderr[-2000:]}")
    digests: dict[str, int] = defaultdict(int)
    for line in done.stdout.splitlines():
        digest, module, kernel = json.loads(line)
        assert Path(module).is_relative_to(tree) and kernel == variant, line
        digests[digest] += 1
    assert sum(digests.values()) == len(threads) * len(blocks), done.stdout
    return Row(tree.name, variant, ranks, dict(digests))


def rows_of(tree: Path, ranks=RANKS, **asked):
    """Yield the rows of a build, for the kernels that this processor runs."""
    code = "import scsfast.engine as e; print(*e.available_variants())"
    command = [sys.executable, "-c", code]
    usable = subprocess.check_output(command, cwd=tree, text=True).split()
    for variant, n in itertools.product(VARIANTS, ranks):
        if variant in usable and (n == 1 or MPIEXEC):
            yield row(tree, variant, n, **asked)


def printed(rows) -> set[str]:
    """Print rows as they come; return the digests."""
    found: set[str] = set()
    print("| build | kernel | ranks | runs | digest |\n|---|---|---|---|---|")
    runs = 0
    for build, variant, ranks, digests in rows:
        found |= set(digests)
        for digest, n in digests.items():
            runs += n
            print(
                f"| {build} | {variant} | {ranks} | {n} | {digest[:16]} |", flush=True
            )
    print(f"\n{runs} runs, {len(found)} digest{'s' if len(found) != 1 else ''}")
    return found


def rows_of_builds(names):
    """Yield the rows of some builds, each named by compiler and level of optimisation."""
    with tempfile.TemporaryDirectory() as folder:
        for compiler, level in itertools.product(COMPILERS, LEVELS):
            if shutil.which(compiler) and f"{compiler}{level}" in names:
                yield from rows_of(built(compiler, level, Path(folder)))


def main() -> int:
    """Print the table; return 0 if it has one digest."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("builds", nargs="*", help=f"among {', '.join(BUILDS)}")
    parser.add_argument(
        "--quick", action="store_true", help="the installed build alone"
    )
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        folder, threads, blocks = arguments.work
        work(Path(folder), json.loads(threads), json.loads(blocks))
        return 0
    if unknown := sorted(set(arguments.builds) - set(BUILDS)):
        parser.error(f"builds are {', '.join(BUILDS)}, got {', '.join(unknown)}")
    if arguments.quick:
        return len(printed(rows_of(ROOT, (1, 2), threads=(1, 3)))) != 1
    return len(printed(rows_of_builds(arguments.builds or BUILDS))) != 1


if __name__ == "__main__":
    sys.exit(main())
