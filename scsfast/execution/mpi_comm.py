"""The ranks of an MPI job: connecting, sharing cores, messages, the end.

mpi4py is imported only here, and only if a launcher has started several processes. No rank
ever blocks inside MPI: messages are polled between checks of the work, so signals are
handled at once and no core spins. If a rank is silent for too long, the job ends with a
message; the same command then resumes. The messages are in `mpi_messages`.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ..atomic_files import HOST
from ..errors import ConfigError, LauncherError, ScsError
from ..machine import available_cores
from .mpi_messages import Message, Over

POLL_SECONDS = 0.01
BEAT_SECONDS = 1.0
FLUSH_SECONDS = 10.0
ASLEEP_SECONDS = 10.0  # between two checks: this rank itself was suspended
FORWARD_SECONDS = 0.5  # MPICH drops what is on its way when a rank ends the job
DEAD_SECONDS = 120.0  # SCSFAST_DEAD_SECONDS sets another
LAUNCHERS = {  # variables that launchers set, with the number of processes
    "PMI_SIZE": "mpiexec (MPICH)",
    "OMPI_COMM_WORLD_SIZE": "mpiexec (Open MPI)",
    "MPI_LOCALNRANKS": "mpiexec (Intel MPI)",
    "SLURM_STEP_NUM_TASKS": "srun",
}
ADVICE = """\
several processes were started, but MPI does not connect them: each would run all alone
({found})
Start them with the launcher of the MPI library that mpi4py loads ({library}):
  mpiexec -n {n} scsfast run FILE -o STORE
  srun -n {n} --mpi=pmi2 scsfast run FILE -o STORE   (or --mpi=pmix, see `srun --mpi=list`)
`pip install 'scsfast[mpi]'` brings an MPICH with its mpiexec."""

SOME_ONLY = """\
scsfast: error: rank {} of {} waited {:g} s for the others: a run was asked for by some ranks
only. Call scsfast.run on every rank of the job, or pass comm=None to run alone in one rank."""


def find_communicator() -> Communicator | None:
    """Return the communicator of which this process is a rank, None if it is alone.

    Raises
    ------
    LauncherError
        If several processes were started and MPI does not connect them.
    """
    found = {
        name: int(os.environ[name])
        for name in LAUNCHERS
        if os.environ.get(name, "").isdigit() and int(os.environ[name]) > 1
    }
    if "SLURM_PTY_PORT" in os.environ:  # a shell inside a step, not one of its tasks
        found.pop("SLURM_STEP_NUM_TASKS", None)
    if not found:
        return None
    try:
        from mpi4py import MPI
    except (ImportError, RuntimeError) as error:
        library = f"none: {error}".splitlines()[0]
        raise LauncherError(_advice(found, library)) from None
    if MPI.COMM_WORLD.Get_size() == 1:
        library = MPI.Get_library_version().splitlines()[0]
        raise LauncherError(_advice(found, library))
    _wait_for_all(MPI.COMM_WORLD)
    return Communicator(MPI)


def _wait_for_all(world: Any) -> None:
    """Wait until every rank has arrived; end the job with a message if some do not.

    Nothing before this is collective, so a run that only some ranks start cannot hang.
    """
    request, end = world.Ibarrier(), time.monotonic() + patience()
    while not request.Test():
        if time.monotonic() > end:
            rank, n = world.Get_rank(), world.Get_size()
            _end_job(world, SOME_ONLY.format(rank, n, patience()))
        time.sleep(POLL_SECONDS)


def _end_job(world: Any, text: str) -> None:
    """Print a message, and end the job when the launcher has had time to pass it on."""
    print(text, file=sys.__stderr__, flush=True)
    time.sleep(FORWARD_SECONDS)
    world.Abort(1)


def patience() -> float:
    """Return the seconds after which a silent rank counts as dead.

    Raises
    ------
    ConfigError
        If SCSFAST_DEAD_SECONDS is not a finite number above 0.
    """
    text = os.environ.get("SCSFAST_DEAD_SECONDS", str(DEAD_SECONDS))
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ConfigError(
            f"SCSFAST_DEAD_SECONDS must be a number of seconds above 0, got {text!r}"
        )
    return seconds


def _advice(found: dict[str, int], library: str) -> str:
    says = ", ".join(f"{LAUNCHERS[name]} says {n}" for name, n in found.items())
    text = f"{says}; this is process {os.getpid()} on {HOST}"
    return ADVICE.format(found=text, library=library, n=max(found.values()))


class Communicator:
    """The ranks of an MPI job.

    Attributes
    ----------
    rank, size : int
    ranks_here, cores_here : int
    """

    def __init__(self, MPI: Any) -> None:
        self.MPI = MPI
        self.world = MPI.COMM_WORLD.Dup()
        self.rank, self.size = self.world.Get_rank(), self.world.Get_size()
        node = self.world.Split_type(MPI.COMM_TYPE_SHARED)
        self._masks = node.allgather(_affinity())
        node.Free()
        self.patience = patience()
        self._sent: deque[Any] = deque()
        self._beaten, self._looked = 0.0, time.monotonic()
        self.heard = dict.fromkeys(range(self.size), time.monotonic())

    @property
    def ranks_here(self) -> int:
        """Number of ranks on this node."""
        return len(self._masks)

    @property
    def cores_here(self) -> int:
        """Number of cores of this node that any of its ranks may use."""
        known = {core for mask in self._masks for core in mask}
        return len(known) or available_cores()

    def cores(self) -> int:
        """Return the number of cores of this rank: its share of those of its affinity.

        Ranks of one node that may use the same cores divide them, so that threads times
        ranks do not exceed the cores; each has one at least.
        """
        mine, masks = _affinity(), self._masks
        if not mine:
            return max(1, available_cores() // len(masks))
        share = sum(1 / sum(core in mask for mask in masks) for core in mine)
        allowed = available_cores() / len(mine)  # less than 1 where a cgroup says so
        return max(1, int(share * allowed + 1e-9))

    def agree(self, question: str, error: str = "") -> None:
        """Raise a ConfigError on every rank unless all have the same campaign and no error."""
        told = self.world.allgather((HOST, question, error))
        errors: dict[str, str] = {}
        for rank, (host, _, text) in enumerate(told):
            if text:
                errors.setdefault(text, f"rank {rank} on {host}: ")
        if len(errors) == 1 and all(text for *_, text in told):
            raise ConfigError(list(errors))
        if errors:
            raise ConfigError([where + text for text, where in errors.items()])
        if len({question for _, question, _ in told}) > 1:
            raise ConfigError("ranks read different campaigns: is it one file for all?")

    def send(self, rank: int, message: Message) -> None:
        """Send a message without waiting for it to arrive."""
        self._sent.append(self.world.isend(message, dest=rank))
        while self._sent and self._sent[0].Test():
            self._sent.popleft()

    def tell_all(self, message: Message) -> None:
        """Send a message to every other rank."""
        for rank in range(self.size):
            if rank != self.rank:
                self.send(rank, message)

    def messages(self) -> Iterator[tuple[int, Message]]:
        """Yield (rank, message) for all messages that have arrived."""
        status = self.MPI.Status()
        while self.world.Iprobe(status=status):
            rank = status.Get_source()
            message = self.world.recv(source=rank, tag=status.Get_tag())
            self.heard[rank] = time.monotonic()
            yield rank, message

    def is_time_to_beat(self) -> bool:
        """Return whether a sign of life is due, once per second."""
        now = time.monotonic()
        if now - self._beaten < BEAT_SECONDS:
            return False
        self._beaten = now
        return True

    def abort_if_dead(self, ranks: Iterable[int]) -> None:
        """End the whole job if one of the given ranks was silent for too long."""
        now = time.monotonic()
        slept, self._looked = now - self._looked, now
        if (
            slept > ASLEEP_SECONDS
        ):  # this rank was suspended; the others may have been too
            self.hear()
        dead = [k for k in ranks if now - self.heard[k] > self.patience]
        if dead:
            self.abort(
                f"rank {', '.join(map(str, dead))} was not heard of for "
                f"{self.patience:g} s and is taken for dead; the same command resumes"
            )

    def flush(self) -> None:
        """Wait briefly until all messages sent have been received."""
        end = time.monotonic() + FLUSH_SECONDS
        while self._sent and time.monotonic() < end:
            if self._sent[0].Test():
                self._sent.popleft()
            else:
                time.sleep(POLL_SECONDS)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Abort the MPI job, printing a traceback, on any unexpected exception."""
        try:
            yield
        except (ScsError, SystemExit, KeyboardInterrupt):
            raise
        except Exception as error:
            traceback.print_exc(file=sys.__stderr__)
            self.abort(f"rank {self.rank} on {HOST}: {error}")

    @contextmanager
    def dismissal(self) -> Iterator[None]:
        """Send the exit code to the other ranks at the end of the body."""
        code = 1
        try:
            yield
            code = 0
        except ScsError as error:
            code = error.exit_code
            raise
        finally:
            self.tell_all(Over(code))
            self.flush()

    def hear(self) -> None:
        """Count every rank as alive now, at the start of a round."""
        self.heard = dict.fromkeys(self.heard, time.monotonic())

    def abort(self, text: str) -> None:
        """End the whole job with a message, which launchers get half a second to pass on."""
        _end_job(self.world, f"scsfast: error: {text}")


def _affinity() -> list[int]:
    """Return the cores that this process may use; [] if the system does not report them."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
