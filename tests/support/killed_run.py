"""Runs the small campaign with the fake engine, and kills itself during the run.

In a process of its own: SIGKILL at the N-th call (0: never) of a stage that brings
something to the disk, leaving a torn chunk or record where a whole one was to go.
"""

import itertools
import os
import signal
from pathlib import Path

from scsfast.execution.run import run_campaign
from scsfast.store import blocks, finalise
from support.fake_engine import fake_replicate, small_campaign

STAGES = ("creation", "blocks", "end")
reached = STAGES[0]


def enters(stage: str, function):
    """Return a function whose first call begins a stage."""

    def call(*args, **rest):
        global reached
        reached = max(stage, reached, key=STAGES.index)
        return function(*args, **rest)

    return call


def kill_at(stage: str, n: int) -> None:
    """Make the n-th of these calls in a stage the last thing this process does."""
    calls = itertools.count(1)

    def watched(function):
        def call(*args, **rest):
            if reached == stage and next(calls) == n:
                if function is replace and "zarr.json" not in str(args[1]):
                    tear(*args, **rest)
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **rest)

        return call

    replace = os.replace
    os.replace, os.rename, os.fsync = map(watched, (os.replace, os.rename, os.fsync))


def tear(draft, target, src_dir_fd, dst_dir_fd) -> None:
    """Write half of a file where the whole was to go, as weaker file systems do."""
    data = Path(f"/proc/self/fd/{src_dir_fd}/{draft}").read_bytes()
    target = Path(f"/proc/self/fd/{dst_dir_fd}/{target}")
    target.write_bytes(data[: len(data) // 2])


def run(path: Path, replicates: int, stage: str, n: int) -> None:
    """Run the small campaign, killed at the n-th call of a stage if n is not 0."""
    blocks.LARGEST_BLOCK = 2
    if n:
        kill_at(stage, n)
    finalise.finalise = enters("end", finalise.finalise)
    engine = enters("blocks", fake_replicate)
    run_campaign(small_campaign(replicates), path, jobs=2, run_replicate=engine)
