"""Schedulers, which hand out blocks: the protocol, and the one for a single process.

A scheduler is asked for blocks as cores become free and is told their results. It gets the
tally in which to count and the flag that stops the run. `turn` is called often. Only the
main thread calls its methods, except `committed`. `mpi_scheduler` has the schedulers of
several ranks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ..store.blocks import Block
    from .progress import Tally


class StopFlag:
    """Whether a run is to stop, and the signal that asked for it, 0 if there was none."""

    def __init__(self) -> None:
        self.is_set, self.signal = False, 0

    def set(self, signal: int = 0) -> None:
        """Ask the run to stop; of several signals the first is kept."""
        self.signal = self.signal or signal
        self.is_set = True


class Scheduler(Protocol):
    """The interface that `threads.execute` needs of a scheduler."""

    poll_seconds: float

    def begin(self, tally: Tally, stop: StopFlag, waiting: list[Block]) -> None:
        """Begin a pass over the pending blocks."""

    def turn(self) -> None:
        """Do the tasks that are due between two checks of the work."""

    def take(self, free: int) -> tuple[Block, int] | None:
        """Return (block, threads for it), None if there is none now."""

    def is_over(self) -> bool:
        """Return whether no more blocks will be handed out."""

    def committed(self, block: Block, done: int, failed: int) -> None:
        """Count a block that is in the store."""

    def fault(self, error: Exception) -> None:
        """Handle an error that ended a block and is no failure of a replicate."""


def threads_for(free: int, left: int) -> int:
    """Return the number of threads for one of `left` blocks if `free` cores are waiting."""
    return max(1, free // max(1, left))


class LocalScheduler:
    """All blocks for this process."""

    poll_seconds = 0.2

    def begin(self, tally: Tally, stop: StopFlag, waiting: list[Block]) -> None:
        """Begin a pass over the pending blocks."""
        self.tally, self.stop, self.waiting = tally, stop, waiting

    def turn(self) -> None:
        """Do nothing between two checks of the work."""

    def take(self, free: int) -> tuple[Block, int] | None:
        """Return (block, threads for it), None if there is none now."""
        if not self.waiting or self.stop.is_set:
            return None
        threads = threads_for(free, len(self.waiting))
        return self.waiting.pop(0), threads

    def is_over(self) -> bool:
        """Return whether no more blocks will be handed out."""
        return not self.waiting or self.stop.is_set

    def committed(self, block: Block, done: int, failed: int) -> None:
        """Count a block that is in the store."""
        self.tally.committed(done, failed)

    def fault(self, error: Exception) -> None:
        """End the run for an error that is no failure of a replicate."""
        raise error
