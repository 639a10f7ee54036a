"""The messages of the ranks of an MPI job: one class each, with who sends it to whom.

`Coordinator` (rank 0) sends `Order` and `Answer`, every `Worker` (all other ranks) sends
`Report`. All are small: results never travel, each rank writes its own blocks.
"""

from dataclasses import dataclass

from ..store.blocks import Block


@dataclass(frozen=True, slots=True)
class Round:
    """Coordinator to all: compute the pending replicates of [first, replicates)."""

    replicates: int
    first: int


@dataclass(frozen=True, slots=True)
class Over:
    """Coordinator to all: the run has ended; end with this exit code."""

    exit_code: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """Coordinator to the worker that asked: a block, and the threads to give it."""

    block: Block
    threads: int


@dataclass(frozen=True, slots=True)
class NoBlock:
    """Coordinator to the worker that asked: no block is left in this round."""


@dataclass(frozen=True, slots=True)
class Later:
    """Coordinator to the worker that asked ahead: ask again once cores are free."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Coordinator to all: stop for this signal, between two blocks of ticks."""

    signal: int


@dataclass(frozen=True, slots=True)
class Alive:
    """Coordinator to all, once a second: rank 0 is alive."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Worker to coordinator: so many cores are free for a block, or will be if it is ahead."""

    free: int
    is_ahead: bool = False


@dataclass(frozen=True, slots=True)
class Committed:
    """Worker to coordinator: a block is in the store, with this many replicates."""

    name: str
    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Worker to coordinator, once a second: citizen-ticks since its last `Progress`."""

    computed: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Worker to coordinator: it can no longer compute, for this reason."""

    text: str


@dataclass(frozen=True, slots=True)
class Signal:
    """Worker to coordinator: it received this signal; the coordinator stops the run."""

    number: int


@dataclass(frozen=True, slots=True)
class Idle:
    """Worker to coordinator: it is done with this round; its last progress."""

    progress: Progress


Order = Round | Over
Answer = Assignment | NoBlock | Later | Stop | Alive
Report = Ask | Committed | Progress | Fault | Signal | Idle
Message = Order | Answer | Report
