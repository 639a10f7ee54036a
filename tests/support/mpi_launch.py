"""Starts ``scsfast`` under a launcher of MPI, from tests, with a hard limit of time."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

MPIEXEC = shutil.which("mpiexec", path=str(Path(sys.executable).parent))
needs_mpi = pytest.mark.skipif(
    MPIEXEC is None, reason="no mpiexec beside this Python: pip install mpich"
)
SECONDS = 120
ONE_NODE = {
    "UCX_TLS": "self,sm"
}  # network devices of virtual machines confuse MPICH's UCX

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


def command(ranks: int, *words) -> list[str]:
    """Return the command line of so many ranks of ``scsfast``."""
    launcher = [MPIEXEC, "-n", str(ranks)] if ranks else []
    return [*launcher, sys.executable, "-m", "scsfast", *map(str, words)]


def start(ranks: int, *words, cwd, **environment) -> subprocess.Popen:
    """Start ranks of ``scsfast`` in a session of their own."""
    return subprocess.Popen(
        command(ranks, *words),
        cwd=cwd,
        env={**os.environ, **ONE_NODE, **environment},
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
