"""Two ranks that run several campaigns, with a fault each, under MPICH and under Open MPI.

What depends on the launcher is tried with both. Of the rest the quick form tries each with one
of them, the slow form with the other.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from support import ranks_in_one_job
from support.mpi_launch import (
    ALL,
    MPICH,
    OPEN_MPI,
    Launcher,
    finish,
    needs_mpi,
    needs_open_mpi,
    workers,
    written,
)
from support.ranks_in_one_job import store_of

from scsfast.machine import available_cores
from scsfast.store.store import Store
from scsfast.store.verify import verify

pytestmark = pytest.mark.timeout(600)
OF_BOTH = ("all is well", "error")
OF_MPICH = ("two threads", "until each", "full disk")
OF_OPEN_MPI = ("wrong input", "until all", "failed replicates", "no file")


class Runs(NamedTuple):
    """Runs that two ranks of a launcher do in one job, in this order."""

    launcher: Launcher
    names: tuple[str, ...]


def of_both_launchers(name: str):
    """Give a test the job of each launcher that has a run; mark slow what one has alone."""
    return pytest.mark.parametrize("job", [*_jobs(name)], indirect=True)


def _jobs(name: str):
    """Yield the jobs that have a run."""
    for launcher, own, others, needs in (
        (MPICH, OF_MPICH, OF_OPEN_MPI, needs_mpi),
        (OPEN_MPI, OF_OPEN_MPI, OF_MPICH, needs_open_mpi),
    ):
        is_slow = name in others
        names = others if is_slow else (OF_BOTH[0], *own, OF_BOTH[1])
        marks = [needs, pytest.mark.slow] if is_slow else needs
        label = "MPICH" if launcher is MPICH else "Open MPI"
        yield pytest.param(Runs(launcher, names), marks=marks, id=label)


def test_every_run_is_done():
    assert {*OF_BOTH, *OF_MPICH, *OF_OPEN_MPI} == {*ranks_in_one_job.RUNS}
    assert OF_BOTH[1] == [*ranks_in_one_job.RUNS][-1]


class Job(NamedTuple):
    """What is left of several runs by the same two ranks: see `ranks_in_one_job`."""

    folder: Path
    code: int
    err: str

    def store(self, name: str) -> Store:
        """Return the store of a run."""
        return Store(store_of(self.folder, name))

    def said(self, name: str) -> tuple[int | None, str, str]:
        """Return the exit code of a run, and stdout and stderr of all its ranks."""
        return ranks_in_one_job.said(self.folder, name)


@pytest.fixture(scope="module")
def job(request, tmp_path_factory):
    """Run several campaigns by two ranks of a launcher, with a fault each."""
    launcher, names = request.param
    folder = written(tmp_path_factory.mktemp("job"))
    module = [sys.executable, "-m", "support.ranks_in_one_job", *names]
    process = subprocess.Popen(
        [*launcher.words, "2", *module],
        cwd=folder,
        env={
            **os.environ,
            **launcher.environment,
            "PYTHONPATH": str(Path(__file__).parent.parent),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    code, _, err = finish(process)
    return Job(folder, code, err)


@of_both_launchers("all is well")
def test_two_ranks_give_one_digest_and_both_compute(job, alone):
    code, out, err = job.said("all is well")
    store = job.store("all is well")
    assert code == 0, err
    assert store.digest() == alone("many").digest() and store.attributes["finished"]
    assert verify(store) == {} and workers(store) == {0, 1}
    assert out.count("Efficiency: 0 lottery") == 1 and f"{ALL}/{ALL} replicates" in err
    assert ("ranks on this node have" in err) == (available_cores() < 2)


@of_both_launchers("two threads")
def test_ranks_of_two_threads_give_one_digest(job, alone):
    code, _, err = job.said("two threads")
    store = job.store("two threads")
    assert code == 0, err
    assert store.digest() == alone("small").digest() and verify(store) == {}


@of_both_launchers("wrong input")
def test_wrong_input_is_reported_once(job):
    code, out, err = job.said("wrong input")
    assert (code, out) == (2, "")
    assert err.count("`world.n_citizens` must be") == 1 and "Traceback" not in err
    assert not store_of(job.folder, "wrong input").exists()


@of_both_launchers("until all")
def test_until_adds_the_same_replicates_on_any_number_of_ranks(job, alone):
    until_is_as_alone(job, alone, "all")


@of_both_launchers("until each")
def test_until_of_each_scenario_adds_the_same_replicates(job, alone):
    until_is_as_alone(job, alone, "each")


def until_is_as_alone(job, alone, per: str) -> None:
    """Fail if ranks did not add the replicates that one process adds."""
    code, _, err = job.said(f"until {per}")
    assert code == 0, err
    assert "enough" in err
    one, ranks = alone(per), job.store(f"until {per}")
    assert ranks.digest() == one.digest() and ranks.replicates > 8
    assert (ranks.status() == one.status()).all()


@of_both_launchers("failed replicates")
def test_failed_replicates_are_recorded_and_others_continue(job):
    code, _, err = job.said("failed replicates")
    assert code == 1
    assert "3 replicates failed" in err and "ArithmeticError: no luck" in err
    assert (job.store("failed replicates").status() == 1).sum() == 9


@of_both_launchers("full disk")
def test_rank_whose_disk_fails_leaves_the_work_to_others(job):
    code, _, err = job.said("full disk")
    assert code == 1
    assert re.search(r"rank 1: .*cannot write block .*No space left", err)
    store = job.store("full disk")
    # lost are the block that could not be written, and one that was computed meanwhile
    assert (store.status() == 1).sum() in (10, 11) and workers(store) == {0}
    assert verify(store) == {}


@of_both_launchers("no file")
def test_error_of_rank_0_in_a_round_ends_all(job):
    code, _, err = job.said("no file")
    assert code == 2
    assert "the file is gone" in err


@of_both_launchers("error")
def test_error_of_one_rank_ends_all_with_its_traceback(job):
    """The last run of the job, which it aborts."""
    assert job.code != 0 and job.said("error")[0] != 0
    assert "rank 1 on" in job.err and "KeyError: 'strange'" in job.err
