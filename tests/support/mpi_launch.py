"""Starts ``scsfast`` under a launcher of MPI, from tests, with a hard limit of time."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from ctypes import CDLL
from pathlib import Path
from typing import NamedTuple

import pytest

MPIEXEC = shutil.which("mpiexec", path=str(Path(sys.executable).parent))
needs_mpi = pytest.mark.skipif(
    MPIEXEC is None, reason="no mpiexec beside this Python: pip install mpich"
)
SECONDS = 120
ONE_NODE = {
    "UCX_TLS": "self,sm"
}  # network devices of virtual machines confuse MPICH's UCX


class Launcher(NamedTuple):
    """How an MPI starts ranks: the words before their number, and the environment."""

    words: tuple[str, ...]
    environment: dict[str, str]


MPICH = Launcher((str(MPIEXEC), "-n"), ONE_NODE)
OPEN_MPI_LIBRARY = "libmpi.so.40"
OPEN_MPI = Launcher(
    (
        "mpiexec.openmpi",
        "--oversubscribe",
        "--allow-run-as-root",
        "--bind-to",
        "none",
        "-n",
    ),
    {"MPI4PY_MPIABI": "openmpi", "MPI4PY_LIBMPI": OPEN_MPI_LIBRARY},
)


def has_open_mpi() -> bool:
    """Return whether Debian's Open MPI is installed: its launcher and its library."""
    try:
        CDLL(OPEN_MPI_LIBRARY)
    except OSError:
        return False
    return shutil.which("mpiexec.openmpi") is not None


CAMPAIGN = """
replicates = 4
block_size = 1
[world]
n_citizens = 3_000
n_ticks = 24
[[scenario]]
pilot = "rongcheng"
[[scenario]]
pilot = "sesame"
[[scenario]]
pilot = "lottery"
"""
SOME = 3 * 4  # replicates of all scenarios
MANY, ALL = CAMPAIGN.replace("replicates = 4", "replicates = 24"), 3 * 24
LONG = CAMPAIGN.replace("n_citizens = 3_000", "n_citizens = 50_000").replace(
    "replicates = 4", "replicates = 200"
)
UNTIL = 'until = {{ variable = "efficiency", halfwidth = 0.07, max = 32{} }}\n'
CAMPAIGNS = {
    "small": CAMPAIGN,
    "many": MANY,
    "long": LONG,
    "all": UNTIL.format("") + CAMPAIGN,
    "each": UNTIL.format(', per = "scenario"') + CAMPAIGN,
}


def written(folder: Path) -> Path:
    """Write the files of campaigns into a folder."""
    for name, text in CAMPAIGNS.items():
        (folder / f"{name}.toml").write_text(text)
    return folder


needs_open_mpi = pytest.mark.skipif(
    not has_open_mpi(), reason="no Open MPI: apt-get install openmpi-bin"
)
mpich = pytest.param(MPICH, marks=needs_mpi, id="MPICH")
open_mpi = pytest.param(OPEN_MPI, marks=needs_open_mpi, id="Open MPI")


def command(ranks: int, *words, launcher: Launcher = MPICH) -> list[str]:
    """Return the command line of so many ranks of ``scsfast``."""
    before = [*launcher.words, str(ranks)] if ranks else []
    return [*before, sys.executable, "-m", "scsfast", *map(str, words)]


def start(ranks: int, *words, cwd, launcher: Launcher = MPICH, **environment):
    """Start ranks of ``scsfast`` in a session of their own."""
    return subprocess.Popen(
        command(ranks, *words, launcher=launcher),
        cwd=cwd,
        env={**os.environ, **launcher.environment, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process, seconds=SECONDS) -> tuple[int, str, str]:
    """Return exit code, stdout and stderr; a command that takes too long is ended and fails."""
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        pytest.fail(f"still running after {seconds} s:\n{out}\n{err}")
    return process.returncode, out, err


def scs(ranks: int, *words, cwd, **environment) -> tuple[int, str, str]:
    """Run ranks of ``scsfast``: exit code, stdout, stderr."""
    return finish(start(ranks, *words, cwd=cwd, **environment))


def ranks_of(folder) -> list[int]:
    """Return the processes of ``scsfast`` that work in a folder, but for launchers."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            is_here = (entry / "cwd").resolve() == folder
            if is_here and b"scsfast" in words and b"python" in words[0]:
                found.append(int(entry.name))
    return found


def wait_for(condition, seconds=60):
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def wait_for_commits(path):
    """Wait until a store has two blocks or more."""
    wait_for(lambda: len(list((path / "commits").glob("0*.json"))) > 1)


def workers(store) -> set[int]:
    """Return the ranks that committed blocks."""
    return {record["made_by"].get("rank") for record in store.journal.records.values()}
