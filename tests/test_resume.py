"""Killed at any moment, a run resumes and ends with the digest of an uninterrupted one."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from fakes import fake_replicate, small_campaign

from scsfast.campaign.store import Store
from scsfast.campaign.verify import verify
from scsfast.face import run_campaign

KILLED = Path(__file__).with_name("killed.py")
DISK_CALLS = (100, 450, 690)  # while creating, in a block, at the end


def start(path, kill_at=0):
    command = [sys.executable, KILLED, path, "5", str(kill_at)]
    return subprocess.Popen(command, cwd=KILLED.parent.parent)


def test_killed_again_and_again(tmp_path):
    path = tmp_path / "out" / "out.zarr"
    for kill_at in DISK_CALLS:
        assert start(path, kill_at).wait() == -signal.SIGKILL
    assert Store(path).derived and not Store(path).attributes["finished"]
    process = start(path)
    time.sleep(0.7 + random.random())
    process.kill()
    process.wait()
    assert start(path).wait() == 0
    whole = tmp_path / "whole.zarr"
    run_campaign(small_campaign(5), whole, run_replicate=fake_replicate)
    assert Store(path).digest() == Store(whole).digest()
    assert verify(Store(path)) == {}
    left = [f for f in path.parent.rglob("*") if f.suffix in (".partial", ".tmp")]
    assert left == [] and list(path.parent.iterdir()) == [path]
