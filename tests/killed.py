"""Runs the small campaign with the fake engine, and kills itself on the way.

``python killed.py STORE REPLICATES N``: SIGKILL at the N-th call that brings something to
the disk (0: never), leaving a torn chunk or record where a whole one was to go.
"""

import os
import signal
import sys
from pathlib import Path

from fakes import fake_replicate, small_campaign

from scsfast.campaign import plan
from scsfast.face import run_campaign


def kill_at(n: int) -> None:
    """Make the n-th of these calls the last thing this process does."""
    calls = 0

    def watched(function):
        def call(*args, **rest):
            nonlocal calls
            calls += 1
            if calls == n:
                if function is replace and "zarr.json" not in str(args[1]):
                    tear(*args)
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **rest)

        return call

    replace = os.replace
    os.replace, os.rename, os.fsync = map(watched, (os.replace, os.rename, os.fsync))


def tear(draft, target) -> None:
    """Write half of a file where the whole was to go, as weaker file systems do."""
    data = Path(draft).read_bytes()
    Path(target).write_bytes(data[: len(data) // 2])


if __name__ == "__main__":
    plan.LARGEST_BLOCK = 2
    calls = int(sys.argv[3])
    if calls:
        kill_at(calls)
    campaign = small_campaign(int(sys.argv[2]))
    run_campaign(campaign, sys.argv[1], jobs=2, run_replicate=fake_replicate)
