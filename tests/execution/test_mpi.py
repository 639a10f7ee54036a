"""The ranks of MPICH and of Open MPI: one digest, and no hang at signals and full disks.

Of the harms that both launchers pass on, the quick form does each to one of them, the slow
form to both.
"""

import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from contextlib import suppress

import numpy as np
import pytest
from support.mpi_launch import (
    ALL,
    LONG,
    MANY,
    MPICH,
    OPEN_MPI,
    SOME,
    finish,
    mpich,
    needs_mpi,
    needs_open_mpi,
    open_mpi,
    ranks_of,
    scs,
    start,
    wait_for,
    wait_for_commits,
    workers,
)

import scsfast
from scsfast.machine import available_cores
from scsfast.store.store import Store
from scsfast.store.verify import verify

pytestmark = pytest.mark.timeout(600)
ONE_BLOCK = """
replicates = 1
[world]
n_citizens = 400_000
n_ticks = 2_000
[[scenario]]
pilot = "rongcheng"
"""
SILENCE = {"SCSFAST_DEAD_SECONDS": "3"}


@pytest.mark.parametrize(
    ("launcher", "name", "n"),
    [
        pytest.param(MPICH, "small", SOME, marks=needs_mpi, id="MPICH"),
        pytest.param(
            MPICH, "many", ALL, marks=[needs_mpi, pytest.mark.slow], id="MPICH, more"
        ),
        pytest.param(
            OPEN_MPI,
            "many",
            ALL,
            marks=[needs_open_mpi, pytest.mark.slow],
            id="Open MPI, more",
        ),
    ],
)
def test_three_ranks_give_one_digest(folder, alone, launcher, name, n):
    words = ("run", f"{name}.toml", "-o", "o.zarr")
    code, out, err = scs(3, *words, cwd=folder, launcher=launcher)
    store = Store(folder / "o.zarr")
    assert code == 0, err
    assert store.digest() == alone(name).digest() and store.attributes["finished"]
    assert verify(store) == {} and len(workers(store)) > 1
    assert out.count("Efficiency: 0 lottery") == 1 and f"{n}/{n} replicates" in err
    assert ("ranks on this node have" in err) == (available_cores() < 3)


@needs_mpi
@pytest.mark.slow
def test_one_rank_of_two_threads_gives_one_digest(folder, alone):
    words = ("run", "small.toml", "-o", "o.zarr", "-j", 2, "--set", "block_size=8")
    assert scs(1, *words, cwd=folder)[0] == 0
    assert Store(folder / "o.zarr").digest() == alone("small").digest()


@needs_mpi
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param(signal.SIGUSR1, marks=pytest.mark.slow),
    ],
    ids=["INT", "TERM", "USR1"],
)
def test_signal_to_the_launcher_stops_all_ranks(folder, number):
    process = start(2, "run", "long.toml", "-o", "o.zarr", cwd=folder)
    wait_for_commits(folder / "o.zarr")
    process.send_signal(number)
    began = time.monotonic()
    code, _, err = finish(process)
    assert time.monotonic() - began < 20
    assert code == 128 + number
    assert "the same command resumes" in err and "Traceback" not in err
    resumable(folder)


@needs_mpi
def test_signal_to_one_rank_stops_all(folder):
    process = start(2, "run", "long.toml", "-o", "o.zarr", cwd=folder)
    wait_for_commits(folder / "o.zarr")
    os.kill(max(ranks_of(folder)), signal.SIGUSR1)
    code, _, err = finish(process)
    assert code == 128 + signal.SIGUSR1
    assert "stopped by SIGUSR1" in err
    resumable(folder)


@needs_mpi
def test_signal_reaches_idle_ranks(folder):
    """One block for two ranks: the idle one does not die of the signal."""
    (folder / "one.toml").write_text(ONE_BLOCK)
    process = start(2, "run", "one.toml", "-o", "o.zarr", "-j", "1", cwd=folder)
    wait_for(lambda: (folder / "o.zarr/commits/lock").exists())
    time.sleep(2)
    for pid in ranks_of(folder):
        os.kill(pid, signal.SIGUSR1)
    code, _, err = finish(process)
    assert code == 128 + signal.SIGUSR1
    assert "stopped by SIGUSR1" in err


@pytest.mark.parametrize(
    ("launcher", "which"),
    [
        pytest.param(MPICH, min, marks=[needs_mpi, pytest.mark.slow], id="MPICH-one"),
        pytest.param(MPICH, max, marks=needs_mpi, id="MPICH-other"),
        pytest.param(OPEN_MPI, min, marks=needs_open_mpi, id="Open MPI-one"),
        pytest.param(
            OPEN_MPI,
            max,
            marks=[needs_open_mpi, pytest.mark.slow],
            id="Open MPI-other",
        ),
    ],
)
def test_killed_rank_ends_the_job(folder, alone, launcher, which):
    process, name = begun(folder, launcher)
    os.kill(which(ranks_of(folder)), signal.SIGKILL)
    assert finish(process, 60)[0] != 0
    goes_on(folder, name, alone)


@pytest.mark.parametrize(
    ("launcher", "which"),
    [
        pytest.param(MPICH, min, marks=needs_mpi, id="MPICH-one"),
        pytest.param(MPICH, max, marks=[needs_mpi, pytest.mark.slow], id="MPICH-other"),
        pytest.param(
            OPEN_MPI, min, marks=[needs_open_mpi, pytest.mark.slow], id="Open MPI-one"
        ),
        pytest.param(OPEN_MPI, max, marks=needs_open_mpi, id="Open MPI-other"),
    ],
)
def test_rank_that_falls_silent_ends_the_job_with_a_message(
    folder, alone, launcher, which
):
    process, name = begun(folder, launcher, **SILENCE)
    stopped = which(ranks_of(folder))
    os.kill(stopped, signal.SIGSTOP)
    try:
        wait_for(lambda: len(ranks_of(folder)) < 2 or process.poll() is not None)
    finally:
        with suppress(ProcessLookupError):
            os.kill(stopped, signal.SIGCONT)
    code, _, err = finish(process, 60)
    assert code != 0
    assert re.search(r"rank [01] was not heard of for 3 s .* resumes", err)
    goes_on(folder, name, alone)


@pytest.mark.parametrize("launcher", [mpich, open_mpi])
def test_full_disk_under_two_ranks_is_named_and_resumed(
    folder, alone, tiny_disk, launcher
):
    words = ("run", "many.toml", "-o", tiny_disk / "o.zarr")
    code, _, err = scs(2, *words, cwd=folder, launcher=launcher)
    assert code == 1
    assert "No space left on device" in err and "Traceback" not in err
    subprocess.run(["mount", "-o", "remount,size=64m", str(tiny_disk)], check=True)
    resumed(tiny_disk / "o.zarr", alone)


@pytest.mark.parametrize("name", ["SLURM_STEP_NUM_TASKS", "OMPI_COMM_WORLD_SIZE"])
@needs_mpi
def test_unconnected_processes_are_refused(folder, name):
    code, out, err = scs(
        0, "run", "small.toml", "-o", "o.zarr", cwd=folder, **{name: "4"}
    )
    assert (code, out) == (2, "")
    assert "says 4" in err and "mpiexec -n 4 scsfast run" in err and "--mpi=pmi2" in err
    assert not (folder / "o.zarr").exists()


@needs_mpi
def test_scenarios_of_very_different_cost_finish_together(folder):
    """The makespan is within a tenth of the best possible; work is slept, not computed."""
    (folder / "sleeping.py").write_text(SLEEPING)
    words = [*MPICH.words, "2", sys.executable, "sleeping.py"]
    environment = {**os.environ, **MPICH.environment}
    subprocess.run(words, cwd=folder, env=environment, check=True, timeout=120)
    spans = [float(f.read_text()) for f in folder.glob("span.*")]
    records = Store(folder / "o.zarr").journal.records.values()
    seconds = [record["seconds"] for record in records]
    best = max(sum(seconds) / 2, max(seconds))
    assert len(spans) == 2 and len(seconds) == 12
    assert max(spans) < 1.1 * best


def begun(folder, launcher, **environment):
    """Start two ranks that will be harmed; return the process and the campaign's name."""
    name = "long" if launcher is MPICH else "many"
    words = ("run", f"{name}.toml", "-o", "o.zarr")
    process = start(2, *words, cwd=folder, launcher=launcher, **environment)
    wait_for_commits(folder / "o.zarr")
    return process, name


def goes_on(folder, name: str, alone) -> None:
    """Assert that nothing is lost of a store whose ranks were harmed."""
    if name == "long":
        resumable(folder)
    else:
        resumed(folder / "o.zarr", alone)


def resumable(folder) -> None:
    """Assert that the store is intact, and that one rank alone can resume it."""
    store = Store(folder / "o.zarr")
    assert 0 < (store.status() == 1).sum() < 600
    assert verify(store) == {}
    one = {**tomllib.loads(LONG), "replicates": 1}
    assert not np.isnan(scsfast.run(one, folder / "o.zarr")["skill"]).all()


def resumed(path, alone) -> None:
    """Assert that a store lost nothing, and that one process completes it to one digest."""
    before = Store(path)
    assert (before.status() == 1).any()
    assert verify(before) == {}
    scsfast.run(tomllib.loads(MANY), path)
    assert Store(path).digest() == alone("many").digest()


SLEEPING = """
import os
import time

import scsfast.engine.simulate as engine
from scsfast.cli.main import main
from scsfast.execution import threads

def sleep_instead(rules, **rest):
    time.sleep(rules.n_citizens / 2_400)
    return real_run(rules, **rest)

def timed(store, *args, **rest):
    began = time.monotonic()
    real_execute(store, *args, **rest)
    with open(f"span.{os.environ['PMI_RANK']}", "w") as file:
        file.write(str(time.monotonic() - began))

real_run, engine.run_replicate = engine.run_replicate, sleep_instead
real_execute, threads.execute = threads.execute, timed
words = ["run", "small.toml", "-o", "o.zarr", "-j", "1"]
for k, n in enumerate((3_200, 800, 200)):
    words += ["--set", f"scenario.{k}.world.n_citizens={n}"]
main(words)
"""
