"""The ranks of both MPIs, where their launcher is: one digest, and no hang at faults."""

import os
import signal
import subprocess
from contextlib import suppress

import pytest
from support.mpi_launch import (
    CAMPAIGN,
    MPICH,
    MPIEXEC,
    OPEN_MPI,
    finish,
    has_open_mpi,
    ranks_of,
    scs,
    start,
    wait_for,
    wait_for_commits,
)

from scsfast.store.store import Store
from scsfast.store.verify import verify

pytestmark = pytest.mark.timeout(600)
MANY, ALL = CAMPAIGN.replace("replicates = 4", "replicates = 24"), 3 * 24
NO_OPEN_MPI = "no Open MPI: apt-get install openmpi-bin"
open_mpi = pytest.param(
    OPEN_MPI,
    marks=pytest.mark.skipif(not has_open_mpi(), reason=NO_OPEN_MPI),
    id="Open MPI",
)
mpich = pytest.param(
    MPICH,
    marks=pytest.mark.skipif(MPIEXEC is None, reason="no mpiexec: pip install mpich"),
    id="MPICH",
)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """Give the digest of one process on one core."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "many.toml").write_text(MANY)
    assert scs(0, "run", "many.toml", "-o", "o.zarr", "-j", 1, cwd=folder)[0] == 0
    return Store(folder / "o.zarr").digest()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "many.toml").write_text(MANY)
    return tmp_path


def resumed(folder, path, alone) -> None:
    """Assert that a store lost nothing, and that one process completes it to one digest."""
    before = Store(path)
    assert (before.status() == 1).any()
    assert verify(before) == {}
    assert scs(0, "run", "many.toml", "-o", path, cwd=folder)[0] == 0
    assert Store(path).digest() == alone


@pytest.mark.parametrize("launcher", [open_mpi])
@pytest.mark.parametrize("ranks", [2, 3])
def test_any_number_of_ranks_gives_one_digest(folder, alone, launcher, ranks):
    words = ("run", "many.toml", "-o", "o.zarr")
    code, out, err = scs(ranks, *words, cwd=folder, launcher=launcher)
    assert code == 0, err
    store = Store(folder / "o.zarr")
    assert store.digest() == alone and verify(store) == {}
    assert out.count("Efficiency: 0 lottery") == 1 and f"{ALL}/{ALL} replicates" in err
    made_by = {record["made_by"]["rank"] for record in store.journal.records.values()}
    assert len(made_by) > 1


@pytest.mark.parametrize("launcher", [open_mpi])
@pytest.mark.parametrize("which", [min, max], ids=["one", "other"])
def test_killed_rank_ends_the_job(folder, alone, launcher, which):
    words = ("run", "many.toml", "-o", "o.zarr")
    process = start(2, *words, cwd=folder, launcher=launcher)
    wait_for_commits(folder / "o.zarr")
    os.kill(which(ranks_of(folder)), signal.SIGKILL)
    assert finish(process, 60)[0] != 0
    resumed(folder, folder / "o.zarr", alone)


@pytest.mark.parametrize("launcher", [open_mpi])
@pytest.mark.parametrize("which", [min, max], ids=["one", "other"])
def test_stopped_rank_ends_the_job(folder, alone, launcher, which):
    words = ("run", "many.toml", "-o", "o.zarr")
    silence = {"SCSFAST_DEAD_SECONDS": "3"}
    process = start(2, *words, cwd=folder, launcher=launcher, **silence)
    wait_for_commits(folder / "o.zarr")
    stopped = which(ranks_of(folder))
    os.kill(stopped, signal.SIGSTOP)
    try:
        wait_for(lambda: len(ranks_of(folder)) < 2 or process.poll() is not None)
    finally:
        with suppress(ProcessLookupError):
            os.kill(stopped, signal.SIGCONT)
    code, _, err = finish(process, 60)
    assert code != 0 and "was not heard of for 3 s" in err
    resumed(folder, folder / "o.zarr", alone)


@pytest.mark.parametrize("launcher", [mpich, open_mpi])
def test_full_disk_under_two_ranks_is_named_and_resumed(
    folder, alone, tiny_disk, launcher
):
    words = ("run", "many.toml", "-o", tiny_disk / "o.zarr")
    code, _, err = scs(2, *words, cwd=folder, launcher=launcher)
    assert code == 1
    assert "No space left on device" in err and "Traceback" not in err
    subprocess.run(["mount", "-o", "remount,size=64m", str(tiny_disk)], check=True)
    resumed(folder, tiny_disk / "o.zarr", alone)
