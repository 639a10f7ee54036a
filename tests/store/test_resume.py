"""Killed at any moment, a run resumes and ends with the digest of an uninterrupted one."""

import multiprocessing
import random
import shutil
import signal

import pytest
from support import killed_run
from support.fake_engine import fake_replicate, small_campaign

from scsfast.execution.run import run_campaign
from scsfast.store.store import Store
from scsfast.store.verify import verify

CALLS = {"creation": 250, "blocks": 850, "end": 900}  # to the disk, about
# New processes are forks of one that has imported the package, and has no threads.
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["support.killed_run"])


def start(path, stage="end", kill_at=0):
    process = SERVER.Process(target=killed_run.run, args=(path, 5, stage, kill_at))
    process.start()
    return process


def ended(process):
    """Wait for a process; return its exit code, or minus the signal that ended it."""
    process.join()
    return process.exitcode


@pytest.fixture(scope="module")
def digest(tmp_path_factory):
    """Give the digest of an uninterrupted run."""
    path = tmp_path_factory.mktemp("whole") / "whole.zarr"
    run_campaign(small_campaign(5), path, run_replicate=fake_replicate)
    return Store(path).digest()


def test_killed_while_creating_in_a_block_and_at_the_end(tmp_path, digest):
    path = tmp_path / "out" / "out.zarr"
    for stage in CALLS:
        assert ended(start(path, stage, 100)) == -signal.SIGKILL
    assert Store(path).derived and not Store(path).attributes["finished"]
    assert ended(start(path)) == 0
    assert Store(path).digest() == digest
    assert verify(Store(path)) == {}
    left = [f for f in path.parent.rglob("*") if f.suffix in (".partial", ".tmp")]
    assert left == [] and list(path.parent.iterdir()) == [path]


def test_killed_while_the_status_is_written(tmp_path, digest):
    path = tmp_path / "out.zarr"
    for call in range(1, 6):
        assert ended(start(path, "end", call)) == -signal.SIGKILL
        assert verify(Store(path)) == {}
    assert ended(start(path)) == 0
    assert Store(path).digest() == digest


def kill_once(path, chance) -> None:
    """Kill a run at a random call that brings something to the disk, or moment."""
    if chance.random() < 0.7:
        stage = chance.choice([*CALLS])
        ended(start(path, stage, chance.randint(1, CALLS[stage])))
        return
    process = start(path)
    process.join(2 * chance.random())
    process.kill()
    process.join()


def kill_again_and_again(path, times: int, digest: str) -> None:
    """Kill runs at random; nothing committed may be damaged, and the end is the same."""
    chance = random.Random(35)
    for _ in range(times):
        if path.exists() and Store(path).attributes["finished"]:
            assert Store(path).digest() == digest
            shutil.rmtree(path)
        kill_once(path, chance)
        if path.exists():
            assert verify(Store(path)) == {}
    assert ended(start(path)) == 0
    assert Store(path).digest() == digest
    assert verify(Store(path)) == {}
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("times", [5, pytest.param(10, marks=pytest.mark.slow)])
def test_killed_some_times_at_random(tmp_path, digest, times):
    kill_again_and_again(tmp_path / "out" / "out.zarr", times, digest)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_a_hundred_times_at_random(tmp_path, digest):
    kill_again_and_again(tmp_path / "out" / "out.zarr", 100, digest)
