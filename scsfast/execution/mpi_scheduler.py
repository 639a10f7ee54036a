"""Several ranks on one store: rank 0 hands out the blocks, and computes too.

Each rank writes the blocks that it computed; what ranks tell each other is small. Each
round, rank 0 has a `Coordinator` for a share and every other rank a `Worker`: asked for blocks
as cores get free, told what came of them. The methods named after a message are called
when it comes.
"""

import time
from collections import deque
from contextlib import suppress

from ..atomic_files import HOST
from ..errors import EndedElsewhere, Interrupted, ScsError, StoreError
from .mpi_comm import POLL_SECONDS, Communicator
from .scheduler import threads_for
from .signals import heard_by

OPEN_SECONDS = 60.0  # until what rank 0 wrote is seen by all nodes of a file system


class Coordinator:
    """The share of rank 0: it hands out the blocks of a round, its own among them."""

    poll_seconds = POLL_SECONDS

    def __init__(self, communicator: Communicator):
        self.communicator = communicator
        self.others = [k for k in range(communicator.size) if k != communicator.rank]
        self.busy, self.faults, self.told_stop = set(self.others), [], False
        self.names, self.unseen = set(), set()  # of the blocks that are committed

    def begin(self, run, waiting: list) -> None:
        """Take over what is to be done in a run."""
        self.run, self.waiting = run, waiting
        self.communicator.hear()

    def turn(self) -> None:
        """Answer the others, count what they did, tell them to stop if it is time to."""
        for rank, (kind, *rest) in self.communicator.messages():
            getattr(self, f"_{kind}")(rank, *rest)
        if self.run.is_stopped and not self.told_stop:
            self.communicator.tell_all("stop", self.run.signal)
            self.told_stop = True
        if self.communicator.is_time_to_beat():
            self.communicator.tell_all("beat")
        self.communicator.abort_if_dead(self.busy)

    def take(self, free: int):
        """Return (block, threads for it), None if there is none now."""
        if self.faults_of(0) or self.run.is_stopped:
            return None
        return self._next(free)

    def is_over(self) -> bool:
        """Say whether no more blocks will be handed out and no rank is at work."""
        nothing = not self.waiting or self.faults_of(0) or self.run.is_stopped
        return bool(nothing) and not self.busy

    def committed(self, block, done: int, failed: int) -> None:
        """Count a block of one's own that is in the store."""
        self.run.tally.committed(done, failed)
        self.names.add(block.name)

    def fault(self, error: Exception) -> None:
        """Note that this rank can compute no more; the others go on."""
        self.faults.append((0, str(error)))

    def faults_of(self, rank: int) -> list[str]:
        """Return why a rank computes no more."""
        return [text for k, text in self.faults if k == rank]

    def read_journal(self, store) -> None:
        """Read what all ranks have committed, once this node sees it."""
        end = time.monotonic() + OPEN_SECONDS
        store.journal.reload()
        while self.names - store.journal.records.keys() and time.monotonic() < end:
            time.sleep(1.0)
            store.journal.reload()
        self.unseen = self.names - store.journal.records.keys()

    def raise_faults(self) -> None:
        """Raise a StoreError if ranks could not go on, or what they did is not seen."""
        faults = [f"rank {rank}: {text}" for rank, text in self.faults]
        if self.unseen:
            faults.append(
                f"{len(self.unseen)} blocks that other ranks have committed are not seen "
                "here: is the store on a file system that all nodes see? The same "
                "command goes on"
            )
        if faults:
            raise StoreError("\n".join(faults))

    def _next(self, free: int):
        """Return the next block, and the threads for it if cores are to spare."""
        if not self.waiting:
            return None
        left = -(-len(self.waiting) // self.communicator.size)
        return self.waiting.pop(0), threads_for(free, left)

    def _ask(self, rank: int, free: int) -> None:
        handed = None if self.run.is_stopped else self._next(free)
        self.communicator.send(rank, *(("block", *handed) if handed else ("none",)))

    def _done(self, _rank: int, name: str, done: int, failed: int) -> None:
        self.run.tally.committed(done, failed)
        self.names.add(name)

    def _beat(self, _rank: int, computed: int, skipped: int) -> None:
        self.run.tally.compute(computed)
        self.run.tally.skip(skipped)

    def _fault(self, rank: int, text: str) -> None:
        self.faults.append((rank, text))

    def _signal(self, _rank: int, number: int) -> None:
        self.run.stop(number)

    def _idle(self, rank: int, computed: int, skipped: int) -> None:
        self._beat(rank, computed, skipped)
        self.busy.discard(rank)


class Worker:
    """The share of any other rank: it asks rank 0 for blocks."""

    poll_seconds = POLL_SECONDS

    def __init__(self, communicator: Communicator):
        self.communicator, self.handed = communicator, deque()
        self.has_asked = self.is_dry = self.is_idle = False
        self.told_signal = self.is_broken = False
        self.told, self.receipts = (0, 0), deque()

    def begin(self, run, _waiting: list) -> None:
        """Take over what is to be done in a run."""
        self.run = run
        self.communicator.hear()

    def turn(self) -> None:
        """Hear rank 0, tell it what was done, and that this rank lives."""
        for _, (kind, *rest) in self.communicator.messages():
            getattr(self, f"_{kind}")(*rest)
        while self.receipts:
            self.communicator.send(0, "done", *self.receipts.popleft())
        if self.run.signal and not self.told_signal:
            self.communicator.send(0, "signal", self.run.signal)
            self.told_signal = True
        if self.communicator.is_time_to_beat():
            self.communicator.send(0, "beat", *self._news())
        self.communicator.abort_if_dead([0])

    def take(self, free: int):
        """Return (block, threads for it) as rank 0 has handed it, None if not yet."""
        if self.run.is_stopped or self.is_broken:
            return None
        if self.handed:
            return self.handed.popleft()
        if not (self.has_asked or self.is_dry):
            self.communicator.send(0, "ask", free)
            self.has_asked = True
        return None

    def is_over(self) -> bool:
        """Say whether this rank is done; rank 0 is told so once."""
        will_stop = self.run.is_stopped or self.is_broken
        is_done = will_stop or (self.is_dry and not self.handed)
        over = is_done and not self.has_asked  # an answer may be under way
        if over and not self.is_idle:
            self.turn()
            self.communicator.send(0, "idle", *self._news())
            self.is_idle = True
        return over

    def committed(self, block, done: int, failed: int) -> None:
        """Count a block that is in the store; called by the thread that wrote it."""
        self.run.tally.committed(done, failed)
        self.receipts.append((block.name, done, failed))

    def fault(self, error: Exception) -> None:
        """Tell rank 0 why this rank computes no more."""
        self.communicator.send(0, "fault", str(error))
        self.is_broken = True

    def _news(self) -> tuple[int, int]:
        """Return the citizen-ticks computed and skipped since this was last asked."""
        tally, told = self.run.tally, self.told
        self.told = tally.computed, tally.skipped
        return self.told[0] - told[0], self.told[1] - told[1]

    def _block(self, block, threads: int) -> None:
        self.has_asked = False
        self.handed.append((block, threads))

    def _none(self) -> None:
        self.has_asked, self.is_dry = False, True

    def _stop(self, number: int) -> None:
        self.run.stop(number)
        self.told_signal = True

    def _over(self, code: int) -> None:
        raise EndedElsewhere(code)

    def _beat(self) -> None:
        """Do nothing: that rank 0 lives is noted already."""


def follow(communicator: Communicator, campaign, open_store, execute) -> int:
    """Do what rank 0 orders, round after round; return the exit code that it tells.

    Parameters
    ----------
    communicator : Communicator
    campaign : Campaign
    open_store : callable
        Returns the store as it is on the disk now.
    execute : callable
        Called with the store, the replicates, the first of them, and a `Worker`.
    """
    identity, heard = (
        campaign.identity(),
        [],
    )  # signals: it is rank 0 that stops the run
    with heard_by(lambda number, _frame: heard.append(number)):
        while True:
            kind, *order = _next_order(communicator, heard)
            if kind == "over":
                return order[0]
            hand = Worker(communicator)
            try:
                execute(_patiently(open_store, identity, order[0]), *order, hand)
            except EndedElsewhere as error:
                return error.exit_code
            except Interrupted:
                pass
            except Exception as error:
                if not hand.is_idle:
                    communicator.send(0, "fault", str(error))
                    communicator.send(0, "idle", 0, 0)


def _next_order(communicator: Communicator, heard: list):
    """Return the next order of rank 0, who is told of signals meanwhile."""
    while True:
        for _, message in communicator.messages():
            if message[0] in ("round", "over"):
                return message
        while heard:
            communicator.send(0, "signal", heard.pop())
        time.sleep(POLL_SECONDS)


def _patiently(open_store, identity: str, replicates: int):
    """Return the store once this node sees it as rank 0 has left it.

    Raises
    ------
    StoreError
        If it does not within a minute.
    """
    end = time.monotonic() + OPEN_SECONDS
    while True:
        with suppress(ScsError, OSError):
            store = open_store()
            is_same = store.attributes["identity"] == identity
            if is_same and store.replicates >= replicates:
                return store
        if time.monotonic() > end:
            raise StoreError(
                f"the store as rank 0 has made it was not seen on {HOST} within "
                f"{OPEN_SECONDS:g} s: is it on a file system that all nodes share?"
            )
        time.sleep(1.0)
