"""Several ranks on one store: rank 0 hands out the blocks, and computes too.

Each rank writes the blocks that it computed; `mpi_messages` defines the messages between
ranks. In each round the scheduler of rank 0 is a `Coordinator`, that of every other rank a
`Worker`. A worker asks for its next block when it begins one, so that its cores need not
wait for the answer. The last blocks are assigned to free cores alone.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from ..atomic_files import HOST
from ..errors import EndedElsewhere, Interrupted, ScsError, StoreError
from .mpi_comm import POLL_SECONDS, Communicator
from .mpi_messages import (
    Alive,
    Ask,
    Assignment,
    Committed,
    Fault,
    Idle,
    Later,
    Message,
    NoBlock,
    Over,
    Progress,
    Round,
    Signal,
    Stop,
)
from .scheduler import StopFlag, threads_for
from .signals import heard_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..campaign.campaign import Campaign
    from ..store.blocks import Block
    from ..store.store import Store
    from .progress import Tally

TURN_SECONDS = 2 * POLL_SECONDS  # between two looks at messages during a round
AHEAD_BLOCKS = 2  # per rank that must be waiting for one to be assigned ahead
OPEN_SECONDS = 60.0  # for files of rank 0 to appear on all nodes of a file system


class Coordinator:
    """The scheduler of rank 0: it hands out the blocks of a round, its own among them."""

    poll_seconds = TURN_SECONDS

    def __init__(self, communicator: Communicator) -> None:
        self.communicator = communicator
        self.ahead: dict[int, Block] = {}  # assigned by rank, and not begun
        self.others = [k for k in range(communicator.size) if k != communicator.rank]
        self.busy, self.told_stop = set(self.others), False
        self.faults: list[tuple[int, str]] = []
        self.names: set[str] = set()  # of the blocks that are committed
        self.unseen: set[str] = set()

    def begin(self, tally: Tally, stop: StopFlag, waiting: list[Block]) -> None:
        """Begin a pass over the pending blocks."""
        self.tally, self.stop, self.waiting = tally, stop, waiting
        self.communicator.hear()

    def turn(self) -> None:
        """Answer the workers, count their work, and order them to stop when it is time."""
        for rank, message in self.communicator.messages():
            self._receive(rank, message)
        if self.stop.is_set and not self.told_stop:
            self.communicator.tell_all(Stop(self.stop.signal))
            self.told_stop = True
        if self.communicator.is_time_to_beat():
            self.communicator.tell_all(Alive())
        self.communicator.abort_if_dead(self.busy)

    def take(self, free: int) -> tuple[Block, int] | None:
        """Return (block, threads for it), None if there is none now."""
        if self.faults_of(0) or self.stop.is_set:
            return None
        return self._next(free)

    def is_over(self) -> bool:
        """Return whether no more blocks will be handed out and no rank is computing."""
        nothing = not self.waiting or self.faults_of(0) or self.stop.is_set
        return bool(nothing) and not self.busy

    def committed(self, block: Block, done: int, failed: int) -> None:
        """Count a block of this rank that is in the store."""
        self.tally.committed(done, failed)
        self.names.add(block.name)

    def fault(self, error: Exception) -> None:
        """Note that this rank can no longer compute; the others continue."""
        self.faults.append((0, str(error)))

    def faults_of(self, rank: int) -> list[str]:
        """Return why a rank no longer computes."""
        return [text for k, text in self.faults if k == rank]

    def read_journal(self, store: Store) -> None:
        """Read the records that all ranks have committed, once this node sees them."""
        end = time.monotonic() + OPEN_SECONDS
        store.journal.reload()
        while self.names - store.journal.records.keys() and time.monotonic() < end:
            time.sleep(1.0)
            store.journal.reload()
        self.unseen = self.names - store.journal.records.keys()

    def raise_faults(self) -> None:
        """Raise a StoreError if ranks could not continue, or their blocks are not seen."""
        faults = [f"rank {rank}: {text}" for rank, text in self.faults]
        if self.unseen:
            faults.append(
                f"{len(self.unseen)} blocks that other ranks have committed are not seen "
                "here: is the store on a file system that all nodes see? The same "
                "command resumes"
            )
        if faults:
            raise StoreError("\n".join(faults))

    def _next(self, free: int) -> tuple[Block, int] | None:
        """Return the next block, and the threads for it if cores are to spare."""
        if not self.waiting:
            return None
        left = -(-len(self.waiting) // self.communicator.size)
        return self.waiting.pop(0), threads_for(free, left)

    def _receive(self, rank: int, message: Message) -> None:
        """Handle a worker's message."""
        match message:
            case Ask():
                self.communicator.send(rank, self._answer(rank, message))
            case Committed(name, done, failed):
                self.tally.committed(done, failed)
                self.names.add(name)
            case Progress():
                self._count(message)
            case Fault(text):
                self.faults.append((rank, text))
                if block := self.ahead.pop(rank, None):
                    self.waiting.insert(0, block)
            case Signal(number):
                self.stop.set(number)
            case Idle(progress):
                self._count(progress)
                self.busy.discard(rank)

    def _answer(self, rank: int, ask: Ask) -> Assignment | NoBlock | Later:
        """Return what a worker gets that asks, now that it has begun all it got before."""
        self.ahead.pop(rank, None)
        few = len(self.waiting) < AHEAD_BLOCKS * self.communicator.size
        if ask.is_ahead and few:
            return Later()
        taken = None if self.stop.is_set else self._next(ask.free)
        if taken is None:
            return NoBlock()
        if ask.is_ahead:
            self.ahead[rank] = taken[0]
        return Assignment(*taken)

    def _count(self, progress: Progress) -> None:
        self.tally.compute(progress.computed)
        self.tally.skip(progress.skipped)


class Worker:
    """The scheduler of any other rank: it asks rank 0 for blocks."""

    poll_seconds = TURN_SECONDS

    def __init__(self, communicator: Communicator) -> None:
        self.communicator = communicator
        self.assigned: deque[tuple[Block, int]] = deque()
        self.has_asked = self.is_dry = self.is_idle = self.is_late = False
        self.told_signal = self.is_broken = False
        self.told = (0, 0)  # citizen-ticks computed and skipped, as reported
        self.receipts: deque[Committed] = deque()

    def begin(self, tally: Tally, stop: StopFlag, waiting: list[Block]) -> None:
        """Begin a pass; rank 0 knows which blocks are waiting."""
        self.tally, self.stop = tally, stop
        self.communicator.hear()

    def turn(self) -> None:
        """Read messages of rank 0; report committed blocks, a signal, a sign of life."""
        for _, message in self.communicator.messages():
            self._receive(message)
        while self.receipts:
            self.communicator.send(0, self.receipts.popleft())
        if self.stop.signal and not self.told_signal:
            self.communicator.send(0, Signal(self.stop.signal))
            self.told_signal = True
        if self.communicator.is_time_to_beat():
            self.communicator.send(0, self._progress())
        self.communicator.abort_if_dead([0])

    def take(self, free: int) -> tuple[Block, int] | None:
        """Return (block, threads for it) as rank 0 assigned it, None if not yet."""
        if self.stop.is_set or self.is_broken:
            return None
        if not self.assigned:
            self._ask(Ask(free))
            return None
        block, threads = self.assigned[0]
        if threads > free:
            return None
        self.assigned.popleft()
        if threads == free and not self.is_late:  # else those left are asked for next
            self._ask(Ask(threads, is_ahead=True))
        return block, threads

    def _ask(self, ask: Ask) -> None:
        """Ask for a block unless an answer is on its way, or none is left."""
        if not (self.has_asked or self.is_dry):
            self.communicator.send(0, ask)
            self.has_asked = True

    def is_over(self) -> bool:
        """Return whether this rank is done; report it to rank 0 once."""
        will_stop = self.stop.is_set or self.is_broken
        is_done = will_stop or (self.is_dry and not self.assigned)
        over = is_done and not self.has_asked  # an answer may be on its way
        if over and not self.is_idle:
            self.turn()
            self.communicator.send(0, Idle(self._progress()))
            self.is_idle = True
        return over

    def committed(self, block: Block, done: int, failed: int) -> None:
        """Count a block that is in the store; called by the thread that wrote it."""
        self.tally.committed(done, failed)
        self.receipts.append(Committed(block.name, done, failed))

    def fault(self, error: Exception) -> None:
        """Report to rank 0 why this rank no longer computes."""
        self.communicator.send(0, Fault(str(error)))
        self.is_broken = True

    def _progress(self) -> Progress:
        """Return the citizen-ticks computed and skipped since the last report."""
        tally, told = self.tally, self.told
        self.told = tally.computed, tally.skipped
        return Progress(self.told[0] - told[0], self.told[1] - told[1])

    def _receive(self, message: Message) -> None:
        """Handle a message of rank 0; `Alive` is noted by the communicator."""
        match message:
            case Assignment(block, threads):
                self.has_asked = False
                self.assigned.append((block, threads))
            case NoBlock():
                self.has_asked, self.is_dry = False, True
            case Later():
                self.has_asked, self.is_late = False, True
            case Stop(number):
                self.stop.set(number)
                self.told_signal = True
            case Over(code):
                raise EndedElsewhere(code)


def follow(
    communicator: Communicator,
    campaign: Campaign,
    open_store: Callable[[], Store],
    execute: Callable[[Store, int, int, Worker], None],
) -> int:
    """Follow the orders of rank 0, round after round; return the exit code that it sends.

    Parameters
    ----------
    communicator : Communicator
    campaign : Campaign
    open_store : callable
        Returns the store as it is on the disk now.
    execute : callable
        Called with the store, the replicates, the first of them, and a `Worker`.
    """
    identity = campaign.identity()
    heard: list[int] = []  # signals; only rank 0 stops the run
    with heard_by(lambda number, _frame: heard.append(number)):
        while True:
            order = _next_order(communicator, heard)
            if isinstance(order, Over):
                return order.exit_code
            worker = Worker(communicator)
            try:
                store = _patiently(open_store, identity, order.replicates)
                execute(store, order.replicates, order.first, worker)
            except EndedElsewhere as error:
                return error.exit_code
            except Interrupted:
                pass
            except Exception as error:
                if not worker.is_idle:
                    communicator.send(0, Fault(str(error)))
                    communicator.send(0, Idle(Progress(0, 0)))


def _next_order(communicator: Communicator, heard: list[int]) -> Round | Over:
    """Return the next order of rank 0, reporting signals to it meanwhile."""
    while True:
        for _, message in communicator.messages():
            if isinstance(message, Round | Over):
                return message
        while heard:
            communicator.send(0, Signal(heard.pop()))
        time.sleep(POLL_SECONDS)


def _patiently(
    open_store: Callable[[], Store], identity: str, replicates: int
) -> Store:
    """Return the store once this node sees the state that rank 0 has written.

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
