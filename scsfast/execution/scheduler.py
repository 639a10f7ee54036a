"""Who hands out blocks: one process alone. `mpi` has the shares of several ranks.

A share is asked for blocks as cores get free and told what came of them. `turn` is
called often; all but `committed` are called by the main thread only.
"""


def threads_for(free: int, left: int) -> int:
    """Return the threads of one of `left` blocks where `free` cores wait for them."""
    return max(1, free // max(1, left))


class LocalScheduler:
    """All blocks for this process."""

    poll_seconds = 0.2

    def begin(self, run, waiting: list) -> None:
        """Take over what is to be done in a run."""
        self.run, self.waiting = run, waiting

    def turn(self) -> None:
        """Do what is due between two looks at the work."""

    def take(self, free: int):
        """Return (block, threads for it), None if there is none now."""
        if not self.waiting or self.run.is_stopped:
            return None
        threads = threads_for(free, len(self.waiting))
        return self.waiting.pop(0), threads

    def is_over(self) -> bool:
        """Say whether no more blocks will be handed out."""
        return not self.waiting or self.run.is_stopped

    def committed(self, block, done: int, failed: int) -> None:
        """Count a block that is in the store."""
        self.run.tally.committed(done, failed)

    def fault(self, error: Exception) -> None:
        """End the run for what is no replicate's failure."""
        raise error
