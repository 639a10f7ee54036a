"""Several MPI ranks: the same digest, no idle rank, and no hang, whatever happens."""

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
    CAMPAIGN,
    MPIEXEC,
    ONE_NODE,
    finish,
    needs_mpi,
    ranks_of,
    scs,
    start,
    wait_for,
    wait_for_commits,
)

import scsfast
from scsfast.machine import available_cores
from scsfast.store.store import Store
from scsfast.store.verify import verify

pytestmark = [needs_mpi, pytest.mark.timeout(600)]
LONG = CAMPAIGN.replace("n_citizens = 3_000", "n_citizens = 50_000").replace(
    "replicates = 4", "replicates = 200"
)


ONE_BLOCK = """
replicates = 1
[world]
n_citizens = 400_000
n_ticks = 2_000
[[scenario]]
pilot = "rongcheng"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "small.toml").write_text(CAMPAIGN)
    (tmp_path / "long.toml").write_text(LONG)
    return tmp_path


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """Give the digest of one process on one core."""
    path = tmp_path_factory.mktemp("alone") / "out.zarr"
    scsfast.run(tomllib.loads(CAMPAIGN), path, jobs=1)
    return Store(path).digest()


def workers(store) -> set[int]:
    """Return the ranks that committed blocks."""
    return {record["made_by"].get("rank") for record in store.journal.records.values()}


@pytest.mark.parametrize(
    ("ranks", "words"),
    [
        (1, ("-j", 2, "--set", "block_size=8")),
        (2, ()),
        (2, ("-j", 2, "--set", "block_size=3")),
        (3, ()),
    ],
    ids=["1 rank of 2 threads", "2 ranks", "2 ranks of 2 threads", "3 ranks"],
)
def test_any_number_of_ranks_gives_one_digest(folder, alone, ranks, words):
    code, out, err = scs(ranks, "run", "small.toml", "-o", "o.zarr", *words, cwd=folder)
    store = Store(folder / "o.zarr")
    assert code == 0, err
    assert store.digest() == alone and store.attributes["finished"]
    assert verify(store) == {}
    assert out.count("rongcheng") == 1 and "12/12 replicates" in err
    assert ("ranks on this node have" in err) == (ranks > available_cores())


def test_all_ranks_compute(folder):
    words = ("run", "small.toml", "-o", "o.zarr", "--set", "replicates=20")
    assert scs(2, *words, cwd=folder)[0] == 0
    assert workers(Store(folder / "o.zarr")) == {0, 1}


@pytest.mark.parametrize(
    "number",
    [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1],
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


def test_signal_to_one_rank_stops_all(folder):
    process = start(2, "run", "long.toml", "-o", "o.zarr", cwd=folder)
    wait_for_commits(folder / "o.zarr")
    os.kill(max(ranks_of(folder)), signal.SIGUSR1)
    code, _, err = finish(process)
    assert code == 128 + signal.SIGUSR1
    assert "stopped by SIGUSR1" in err
    resumable(folder)


@pytest.mark.parametrize("which", [min, max], ids=["one", "other"])
def test_killed_rank_ends_the_job(folder, which):
    process = start(2, "run", "long.toml", "-o", "o.zarr", cwd=folder)
    wait_for_commits(folder / "o.zarr")
    os.kill(which(ranks_of(folder)), signal.SIGKILL)
    code, _, err = finish(process, 60)
    assert code != 0
    resumable(folder)


@pytest.mark.parametrize("which", [min, max], ids=["one", "other"])
def test_rank_that_falls_silent_ends_the_job_with_a_message(folder, which):
    silence = {"SCSFAST_DEAD_SECONDS": "3"}
    process = start(2, "run", "long.toml", "-o", "o.zarr", cwd=folder, **silence)
    wait_for_commits(folder / "o.zarr")
    stopped = which(ranks_of(folder))
    os.kill(stopped, signal.SIGSTOP)
    try:
        wait_for(lambda: len(ranks_of(folder)) < 2 or process.poll() is not None, 60)
    finally:
        wake(stopped)
    code, _, err = finish(process, 60)
    assert code != 0
    assert re.search(r"rank [01] was not heard of for 3 s .* resumes", err)
    resumable(folder)


def test_failed_replicates_are_recorded_and_others_continue(folder):
    (folder / "broken.py").write_text(BROKEN.format(fault="ArithmeticError('no luck')"))
    code, _, err = run_module(folder)
    assert code == 1
    assert "3 replicates failed" in err and "ArithmeticError: no luck" in err
    assert (Store(folder / "o.zarr").status() == 1).sum() == 9


def test_rank_whose_disk_fails_leaves_the_work_to_others(folder):
    (folder / "broken.py").write_text(BROKEN_DISK)
    code, _, err = run_module(folder)
    assert code == 1
    assert re.search(r"rank 1: .*cannot write block .*No space left", err)
    store = Store(folder / "o.zarr")
    # lost are the block that could not be written, and one that was computed meanwhile
    assert (store.status() == 1).sum() in (10, 11) and workers(store) == {0}
    assert verify(store) == {}


def test_error_of_one_rank_ends_all_with_its_traceback(folder):
    (folder / "broken.py").write_text(BROKEN_RANK)
    code, _, err = run_module(folder)
    assert code != 0
    assert "rank 1 on" in err and "KeyError: 'strange'" in err


def test_signal_reaches_idle_ranks(folder):
    """One block for two ranks: the idle one does not die of the signal."""
    (folder / "one.toml").write_text(ONE_BLOCK)
    process = start(2, "run", "one.toml", "-o", "o.zarr", "-j", "1", cwd=folder)
    wait_for(lambda: (folder / "o.zarr/commits/lock").exists())
    time.sleep(4)
    for pid in ranks_of(folder):
        os.kill(pid, signal.SIGUSR1)
    code, _, err = finish(process)
    assert code == 128 + signal.SIGUSR1
    assert "stopped by SIGUSR1" in err


def test_error_of_rank_0_in_a_round_ends_all(folder):
    (folder / "broken.py").write_text(BROKEN_FOREMAN)
    code, _, err = run_module(folder)
    assert code == 2
    assert "the file is gone" in err


def test_wrong_input_is_reported_once(folder):
    words = ("run", "small.toml", "-o", "o.zarr", "--set", "world.n_citizens=-1")
    code, out, err = scs(2, *words, cwd=folder)
    assert (code, out) == (2, "")
    assert err.count("`world.n_citizens` must be") == 1 and "Traceback" not in err
    assert not (folder / "o.zarr").exists()


@pytest.mark.parametrize("name", ["SLURM_STEP_NUM_TASKS", "OMPI_COMM_WORLD_SIZE"])
def test_unconnected_processes_are_refused(folder, name):
    code, out, err = scs(
        0, "run", "small.toml", "-o", "o.zarr", cwd=folder, **{name: "4"}
    )
    assert (code, out) == (2, "")
    assert "says 4" in err and "mpiexec -n 4 scsfast run" in err and "--mpi=pmi2" in err
    assert not (folder / "o.zarr").exists()


@pytest.mark.parametrize("per", ["", ', per = "scenario"'], ids=["all", "each"])
def test_until_adds_the_same_replicates_on_any_number_of_ranks(folder, per):
    rule = f'until = {{ variable = "efficiency", halfwidth = 0.05, max = 32{per} }}\n'
    (folder / "until.toml").write_text(rule + CAMPAIGN)
    scsfast.run(folder / "until.toml", folder / "alone.zarr")
    code, _, err = scs(2, "run", "until.toml", "-o", "ranks.zarr", cwd=folder)
    assert code == 0, err
    assert "enough" in err
    alone, ranks = (Store(folder / name) for name in ("alone.zarr", "ranks.zarr"))
    assert ranks.digest() == alone.digest() and ranks.replicates > 4
    assert (ranks.status() == alone.status()).all()


def test_scenarios_of_very_different_cost_finish_together(folder):
    """The makespan is within a tenth of the best possible; work is slept, not computed."""
    (folder / "broken.py").write_text(SLEEPING)
    assert run_module(folder)[0] == 0
    spans = [float(f.read_text()) for f in folder.glob("span.*")]
    records = Store(folder / "o.zarr").journal.records.values()
    seconds = [record["seconds"] for record in records]
    best = max(sum(seconds) / 2, max(seconds))
    assert len(spans) == 2 and len(seconds) == 12
    assert max(spans) < 1.1 * best


def resumable(folder) -> None:
    """Assert that the store is intact, and that one rank alone can resume it."""
    store = Store(folder / "o.zarr")
    assert 0 < (store.status() == 1).sum() < 600
    assert verify(store) == {}
    one = {**tomllib.loads(LONG), "replicates": 1}
    assert not np.isnan(scsfast.run(one, folder / "o.zarr")["skill"]).all()


def wake(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


def run_module(folder):
    """Run ranks whose main module is ``broken``, in the folder."""
    words = [MPIEXEC, "-n", "2", sys.executable, "broken.py"]
    process = subprocess.Popen(
        words,
        cwd=folder,
        env={**os.environ, **ONE_NODE},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    return finish(process)


RUN = """
import scsfast.engine.simulate as engine
import scsfast
from scsfast.machine import available_cores
from scsfast.store.store import Store
import os
import time

rank = int(os.environ["PMI_RANK"])
real_run, real_write = engine.run_replicate, Store.write
"""
CALL = """
from scsfast.cli.main import main

main(["run", "small.toml", "-o", "o.zarr", "-j", "1"])
"""
BROKEN = (
    RUN
    + """
def run_replicate(rules, *, replicate, **rest):
    if replicate == 2:
        raise {fault}
    return real_run(rules, replicate=replicate, **rest)

engine.run_replicate = run_replicate
"""
    + CALL
)
BROKEN_DISK = (
    RUN
    + """
def write(self, block, *rest):
    if rank == 1:
        self._write_chunks = full
    else:
        time.sleep(0.2)
    return real_write(self, block, *rest)

def full(*_rest):
    raise OSError(28, "No space left on device")

Store.write = write
"""
    + CALL
)
BROKEN_RANK = (
    RUN
    + """
import scsfast.execution.mpi_scheduler as ranks

def strange(*_rest):
    raise KeyError("strange")

if rank == 1:
    ranks._next_order = strange
"""
    + CALL
)
SLEEPING = (
    RUN
    + """
from scsfast.execution import threads as campaign
import scsfast.execution.run

def sleep_instead(rules, **rest):
    time.sleep(rules.n_citizens / 800)
    return real_run(rules, **rest)

def timed(store, *args, **rest):
    began = time.monotonic()
    real_execute(store, *args, **rest)
    with open(f"span.{rank}", "w") as file:
        file.write(str(time.monotonic() - began))

real_execute, campaign.execute = campaign.execute, timed
engine.run_replicate = sleep_instead
"""
    + """
from scsfast.cli.main import main

words = ["run", "small.toml", "-o", "o.zarr", "-j", "1"]
for k, n in enumerate((3_200, 800, 200)):
    words += ["--set", f"scenario.{k}.world.n_citizens={n}"]
main(words)
"""
)
BROKEN_FOREMAN = (
    RUN
    + """
from scsfast.errors import ConfigError
from scsfast.execution import threads as execute

def gone(self, *_rest):
    if rank == 0:
        time.sleep(1)
        raise ConfigError("the file is gone")

execute._Run.bring = gone
"""
    + CALL
)
