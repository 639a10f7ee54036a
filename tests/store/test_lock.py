"""Two processes never write one store."""

import errno
import fcntl
import json
import os
import subprocess
from pathlib import Path

import pytest
from support.fake_engine import small_campaign
from support.filled_store import fill

from scsfast.atomic_files import HOST
from scsfast.errors import StoreError
from scsfast.store.beneath import Beneath
from scsfast.store.create import open_for_writing
from scsfast.store.lock import Lock


def lock_in(folder: Path) -> Lock:
    """Return a lock whose file is in a folder."""
    return Lock(Beneath(folder), "lock")


def test_two_runs_never_write_one_store(path):
    with (
        open_for_writing(path, small_campaign()),
        pytest.raises(StoreError, match=f"being written by process {os.getpid()}"),
        open_for_writing(path, small_campaign()),
    ):
        pass
    with open_for_writing(path, small_campaign()):
        pass


def test_lock_of_a_dead_process_is_taken_over(path):
    fill(path, small_campaign(1))
    lock = path / "commits" / "lock"
    lock.write_text(json.dumps({"pid": os.getpid(), "host": HOST}))
    with open_for_writing(path, small_campaign(1)):
        assert lock.exists()
    assert not lock.exists()


def test_lock_of_another_host_is_respected(path):
    fill(path, small_campaign(1))
    lock = path / "commits" / "lock"
    lock.write_text(json.dumps({"pid": 1, "host": "elsewhere"}))
    with (
        pytest.raises(StoreError, match="process 1 on elsewhere.*or delete"),
        open_for_writing(path, small_campaign(1)),
    ):
        pass
    assert json.loads(lock.read_text())["host"] == "elsewhere"


@pytest.mark.parametrize(
    ("owner", "is_free"),
    [
        ({"job": "41", "restart": 0}, True),
        ({"job": "41", "restart": 1}, False),
        ({"job": "40", "restart": 0}, False),
        ({}, False),
    ],
    ids=["an earlier start", "this start", "another job", "no job"],
)
def test_lock_of_an_earlier_start_of_the_job_is_taken_over(
    tmp_path, monkeypatch, owner, is_free
):
    monkeypatch.setenv("SLURM_JOB_ID", "41")
    monkeypatch.setenv("SLURM_RESTART_COUNT", "1")
    lock = lock_in(tmp_path)
    lock.path.write_text(json.dumps({"pid": 1, "host": "elsewhere", **owner}))
    if not is_free:
        with pytest.raises(StoreError, match="process 1 on elsewhere.*or delete"):
            lock.acquire()
        return
    lock.acquire()
    found = json.loads(lock.path.read_text())
    assert (found["host"], found["job"], found["restart"]) == (HOST, "41", 1)
    lock.release()


@pytest.fixture
def no_flock(monkeypatch):
    """Take the locks of the file system away."""

    def refuse(*_args):
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)


def test_without_flock_an_empty_lock_file_counts_as_locked(tmp_path, no_flock):
    path = tmp_path / "lock"
    path.write_text("")
    with pytest.raises(StoreError, match="or delete .*lock if that process is dead"):
        lock_in(tmp_path).acquire()
    assert path.read_text() == ""


def test_without_flock_one_of_two_gets_the_lock(tmp_path, no_flock, monkeypatch):
    first, second = lock_in(tmp_path), lock_in(tmp_path)
    write = os.pwrite

    def late(*args):
        with pytest.raises(StoreError, match="being written by"):
            second.acquire()
        return write(*args)

    monkeypatch.setattr(os, "pwrite", late)
    first.acquire()
    with pytest.raises(StoreError, match=f"being written by process {os.getpid()}"):
        second.acquire()
    first.release()
    assert not first.path.exists()


def test_without_flock_the_lock_of_a_dead_process_is_taken_over(tmp_path, no_flock):
    dead = subprocess.Popen(["true"])
    dead.wait()
    (tmp_path / "lock").write_text(json.dumps({"pid": dead.pid, "host": HOST}))
    lock_in(tmp_path).acquire()
