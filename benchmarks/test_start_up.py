"""CPU time of what a user waits for: the command line, a first replicate, a small store.

``pytest benchmarks/test_start_up.py --benchmark-enable -s`` measures each in a fresh process,
the least of a few runs, and fails above its limit. Without the flag each runs once, as a test
of what it prints. Limits are CPU seconds of an idle core of about 3 GHz. xarray imports dask,
and pandas pyarrow, if they are installed; a base installation has neither.
"""

import os
import resource
import subprocess
import sys

import pytest

from scsfast.campaign.config import load_campaign
from scsfast.execution.run import run_campaign

FIRST = "examples/first.toml"
ROUNDS = 5
SIMULATE = "r = scsfast.simulate('rongcheng', n_citizens=1000, n_ticks=12)"
OPEN = "import scsfast; print(scsfast.open('o.zarr'))"
REPORT = "import scsfast; print(scsfast.report('o.zarr'))"
# As in a base installation.
BARE = "import sys; sys.modules['dask'] = sys.modules['pyarrow'] = None"
FLOOR = (
    "import xarray; print(xarray.open_zarr('o.zarr', consolidated=False, chunks=None))"
)
CASES = {  # code, a word of what it prints, most CPU seconds
    "help": ("from scsfast.cli.main import main; main(['--help'])", "report", 0.2),
    "status": (
        "from scsfast.cli.main import main; main(['status', 'o.zarr'])",
        "digest",
        1.0,
    ),
    "open": (f"{BARE}; {OPEN}", "scenario", 1.0),
    "open with dask and pyarrow": (OPEN, "scenario", 1.6),
    "xarray alone": (f"{BARE}; {FLOOR}", "scenario", 1.0),
    "simulate": (f"import scsfast; {SIMULATE}; print(r)", "rongcheng", 0.7),
    "report": (f"{BARE}; {REPORT}", "</html>", 4.0),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, pytestconfig):
    """Return a folder with the store of examples/first.toml, of few citizens."""
    found = tmp_path_factory.mktemp("first")
    sizes = ["world.n_citizens=5_000"]
    if not pytestconfig.getoption("benchmark_enable"):
        sizes.append("world.n_ticks=24")
    path = pytestconfig.rootpath / FIRST
    run_campaign(load_campaign(path, sizes), found / "o.zarr")
    return found


# Modules are compiled once, as they are by an installation.
COMPILED = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

# Other tests run the code of these cases, so that here only the slow form does.
TESTED_ELSEWHERE = {"status", "open with dask and pyarrow", "xarray alone", "report"}


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(c, marks=[pytest.mark.slow] if c in TESTED_ELSEWHERE else [])
        for c in CASES
    ],
)
def test_start_up(benchmark, folder, case):
    """CPU seconds of a fresh process, with its imports."""
    code, word, limit = CASES[case]
    spent = []

    def run():
        before = cpu_of_children()
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, env=COMPILED
        )
        spent.append(cpu_of_children() - before)
        assert done.returncode == 0, done.stderr
        assert word in done.stdout

    benchmark.pedantic(run, rounds=ROUNDS if benchmark.enabled else 1)
    benchmark.extra_info |= {"cpu_seconds": min(spent), "limit": limit}
    if benchmark.enabled:
        print(f"\n{case}: {min(spent):.2f} s of CPU time, at most {limit}")
        assert min(spent) <= limit


def cpu_of_children() -> float:
    """Return the CPU seconds of all processes that this one started and that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
