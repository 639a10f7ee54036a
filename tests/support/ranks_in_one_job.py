"""Several runs by the same ranks, one after the other, each with another fault.

``mpiexec -n 2 python -m support.ranks_in_one_job NAME ...`` runs, in the folder where it is
started, some of the commands of `RUNS`. Each rank writes exit code, stdout and stderr of each
to files, see `said`. The last of `RUNS` aborts the job.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import scsfast.engine.simulate as engine
from scsfast.cli.main import main
from scsfast.errors import ConfigError
from scsfast.execution import mpi_scheduler, threads
from scsfast.store.store import Store

RANK_VARIABLES = ("PMI_RANK", "OMPI_COMM_WORLD_RANK")
real_replicate, real_write = engine.run_replicate, Store.write


def rank() -> int:
    """Return the rank of this process, as its launcher says."""
    return next(int(os.environ[v]) for v in RANK_VARIABLES if v in os.environ)


@contextmanager
def nothing():
    """Break nothing."""
    yield


@contextmanager
def replicate_fails():
    """Let the same replicate of every scenario fail, whoever computes it."""

    def run_replicate(rules, *, replicate, **rest):
        if replicate == 2:
            raise ArithmeticError("no luck")
        return real_replicate(rules, replicate=replicate, **rest)

    with patch.object(engine, "run_replicate", run_replicate):
        yield


@contextmanager
def disk_of_rank_1_is_full():
    """Let rank 1 write nothing, and the other take its time."""

    def full(*_rest):
        raise OSError(28, "No space left on device")

    def write(self, block, *rest):
        if rank() == 1:
            self._write_chunks = full
        else:
            time.sleep(0.2)
        return real_write(self, block, *rest)

    with patch.object(Store, "write", write):
        yield


@contextmanager
def file_is_gone():
    """Let rank 0 find a fault of the question while the others compute."""

    def gone(*_rest):
        if rank() == 0:
            time.sleep(1)
            raise ConfigError("the file is gone")

    with patch.object(threads._Run, "bring", gone):
        yield


@contextmanager
def rank_1_errs():
    """Raise in rank 1 what nobody expects."""

    def strange(*_rest):
        raise KeyError("strange")

    if rank() == 1:
        mpi_scheduler._next_order = strange
    yield


RUNS: dict[str, tuple[Callable, tuple[str, ...]]] = {  # fault, campaign and options
    "all is well": (nothing, ("many.toml",)),
    "two threads": (nothing, ("small.toml", "-j", "2", "--set", "block_size=3")),
    "wrong input": (nothing, ("small.toml", "--set", "world.n_citizens=-1")),
    "until all": (nothing, ("all.toml",)),
    "until each": (nothing, ("each.toml",)),
    "failed replicates": (replicate_fails, ("small.toml", "-j", "1")),
    "full disk": (disk_of_rank_1_is_full, ("small.toml", "-j", "1")),
    "no file": (file_is_gone, ("small.toml", "-j", "1")),
    "error": (rank_1_errs, ("small.toml", "-j", "1")),
}


def store_of(folder: Path, name: str) -> Path:
    """Return the path of the store of a run."""
    return folder / f"{name.replace(' ', '-')}.zarr"


def said(folder: Path, name: str) -> tuple[int | None, str, str]:
    """Return the exit code of a run, None if it has none, and stdout and stderr of all ranks.

    It is the greatest of its ranks, as launchers return it.
    """
    files = sorted(folder.glob(f"{name.replace(' ', '-')}.rank-*.json"))
    ranks = [json.loads(file.read_text()) for file in files]
    out, err = ("".join(each[stream] for each in ranks) for stream in ("out", "err"))
    return max((each["code"] for each in ranks), default=None), out, err


def run(folder: Path, name: str) -> None:
    """Do one of the runs in this rank."""
    fault, words = RUNS[name]
    path = store_of(folder, name)
    streams = {s: path.with_suffix(f".rank-{rank()}.{s}") for s in ("out", "err")}
    with (
        streams["out"].open("w") as out,
        streams["err"].open("w") as err,
        fault(),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main(["run", *words, "-o", str(path)])
        except SystemExit as ended:
            code = ended.code or 0
    found = {stream: file.read_text() for stream, file in streams.items()}
    found["code"] = code
    path.with_suffix(f".rank-{rank()}.json").write_text(json.dumps(found))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        run(Path.cwd(), name)
