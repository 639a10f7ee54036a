"""Run the pending blocks of a store on threads of this process.

Replicates run side by side, since the kernel releases the interpreter lock; cores that no
block needs become threads inside replicates. Neither changes a bit. The scheduler hands out
the blocks: `scheduler` for this process alone, `mpi_scheduler` for ranks. A signal stops the
run between two blocks of ticks: finished blocks are committed, blocks that took long leave a
checkpoint, all others are dropped.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, closing, suppress
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np

from ..atomic_files import explained
from ..campaign.user_data import load_given
from ..engine.thread_pools import ThreadPools, kept_in
from ..errors import Interrupted, StoreError
from ..machine import available_cores
from ..planning.footprint import SMALL_RESULTS
from ..store import checkpoint
from ..store.blocks import dearest_first
from ..store.results import Failure, Result, in_words
from ..store.snapshots import Snapshots
from ..text import many
from .policy_functions import policed
from .progress import Tally, silent
from .scheduler import LocalScheduler, Scheduler, StopFlag
from .signals import heard_by

if TYPE_CHECKING:
    from ..engine.policies import Policed
    from ..model.world import Scenario, World
    from ..store.blocks import Block
    from ..store.store import Store

logger = logging.getLogger("scsfast.execution")

SAME_SIGNAL_SECONDS = 1.0


class _Stopped(Exception):
    """Raised inside a replicate to end it."""


def execute(
    store: Store,
    replicates: int,
    *,
    jobs: int | None = None,
    report: Callable[[Tally], None] = silent,
    run_replicate: Callable[..., Any] | None = None,
    world: World | None = None,
    scenarios: Iterable[Scenario] | None = None,
    scheduler: Scheduler | None = None,
    first: int = 0,
    blocks: list[Block] | None = None,
) -> None:
    """Compute and commit the pending blocks of a store.

    Parameters
    ----------
    store : Store
        The store, open for writing.
    replicates : int
        Number of replicates of each scenario to reach.
    jobs : int or None
        Number of cores; by default all that the process may use.
    report : callable
        Called with a `Tally` several times a second, and once with it closed.
    run_replicate : callable or None
        The engine, by default `scsfast.engine.simulate.run_replicate`; it gets ``given``
        only if the world has files of the user, ``policed`` only under a policy.
    world : World or None
        World with the present paths of these files, by default that of the store.
    scenarios : sequence of Scenario or None
        Scenarios with the present paths of their policies; those of a store have none.
    scheduler : Scheduler, optional
        Hands out the blocks; by default all pending blocks go to this process.
    first : int
        First replicate; other runs compute those before it.
    blocks : list of Block, optional
        By default all that are pending.

    Raises
    ------
    ConfigError
        If a file of the world or of a policy is missing or has changed.
    Interrupted
        After SIGINT, SIGTERM or SIGUSR1.
    StoreError
        If a block cannot be written.
    """
    from ..engine import simulate

    engine = run_replicate or simulate.run_replicate
    asked = store.pending(replicates, first) if blocks is None else blocks
    waiting = dearest_first(asked)
    tally = Tally.of(store, waiting, replicates, first)
    run = _Run(store, engine, jobs or available_cores(), tally, scheduler)
    run.scheduler.begin(run.tally, run.stop, waiting)
    what = f"{many(len(waiting), 'block')} of replicates {first} to {replicates - 1}"
    logger.info("computing %s on %s", what, many(run.cores, "core"))
    run.bring(world, scenarios, bool(waiting))
    run.through(report)


class _Run:
    """One pass over the pending blocks.

    Attributes
    ----------
    stop : StopFlag
        Whether the run is to stop, and for which signal.
    is_broken : bool
        Whether a block could not be written.
    trouble : StoreError or None
        Why a checkpoint could not be written.
    """

    def __init__(
        self,
        store: Store,
        run_replicate: Callable[..., Any],
        cores: int,
        tally: Tally,
        scheduler: Scheduler | None,
    ) -> None:
        self.store, self.run_replicate, self.cores = store, run_replicate, cores
        self.tally, self.scheduler = tally, scheduler or LocalScheduler()
        self.stop, self.is_broken = StopFlag(), False
        self.trouble: StoreError | None = None
        self.snapshots, self.threads = Snapshots(store), ThreadPools()
        self.own: dict[str, Any] = {}
        self.policed: dict[str, Policed] = {}  # by name of the scenario

    def bring(
        self,
        world: World | None,
        scenarios: Iterable[Scenario] | None,
        is_needed: bool,
    ) -> None:
        """Load the files of the world and of policies, once for all blocks."""
        if not is_needed:
            return
        asked = self.store.campaign
        given = load_given(world or asked.world)
        self.policed = policed(scenarios or asked.scenarios)
        self.own = {} if given is None else {"given": given}

    def through(self, report: Callable[[Tally], None]) -> None:
        """Run from the first block to the last, or to a signal; raise what ended the run."""
        with _signals(self):
            try:
                self.all_blocks(report)
            finally:
                self.snapshots.close()
                self.tally.close()
                report(self.tally)
        if self.trouble:
            raise self.trouble
        if self.stop.signal:
            logger.info("stopped by %s", signal.Signals(self.stop.signal).name)
            raise Interrupted(self.stop.signal)

    def all_blocks(self, report: Callable[[Tally], None]) -> None:
        """Start blocks as cores get free, until none is left or the run is stopped."""
        scheduler, free = self.scheduler, self.cores
        running: dict[Future[_Work | None], int] = {}
        writing: set[Future[None]] = set()
        pools = [ThreadPoolExecutor(self.cores) for _ in range(2)]
        with pools[0] as pool, pools[1] as writers, closing(self.threads):
            try:
                while running or writing or not scheduler.is_over():
                    scheduler.turn()
                    while free and len(running) + len(writing) < 2 * self.cores:
                        if not (taken := scheduler.take(free)):
                            break
                        block, threads = taken
                        running[pool.submit(self.compute, block, threads)] = threads
                        free -= threads
                    done = _wait({*running, *writing}, scheduler.poll_seconds)
                    free += sum(running.pop(f) for f in done if f in running)
                    works = [work for f in done if (work := self._settle(f))]
                    writing -= done
                    writing |= {writers.submit(self.commit, work) for work in works}
                    report(self.tally)
            finally:
                self.stop.set()

    def _settle(self, future: Future[Any]) -> _Work | None:
        """Return the block to commit; report an error that ended it to the scheduler."""
        try:
            with suppress(_Stopped):
                work: _Work | None = future.result()
                return work
        except Exception as error:
            self.scheduler.fault(error)
        return None

    def compute(self, block: Block, n_threads: int) -> _Work | None:
        """Compute a block; return it if it is to be committed while the next is computed.

        Large results are committed at once: two sets of them may not fit in memory.
        """
        with explained(self.store.path, f"prepare block {block.name}"):
            work = _Work(self, block)
        with kept_in(self.threads):
            self._replicates(work, n_threads)
        if work.result_bytes <= SMALL_RESULTS:
            return work
        self.commit(work)
        return None

    def _replicates(self, work: _Work, n_threads: int) -> None:
        """Compute the replicates of a block that it does not have yet."""
        block = work.block
        for k, replicate in list(enumerate(block.replicates))[len(work.results) :]:
            if self.stop.is_set:
                work.keep({})
            self.check()
            if k in work.later:
                work.results.append(work.later.pop(k))
                continue
            work.results.append(self.one_replicate(work, replicate, n_threads))

    def commit(self, work: _Work) -> None:
        """Write a computed block and commit it, failures of replicates included.

        If a block cannot be written, no other is started.
        """
        if self.is_broken:
            return
        try:
            self._write(work)
        except BaseException:
            self.is_broken = True
            raise

    def _write(self, work: _Work) -> None:
        block = work.block
        with explained(self.store.path, f"write block {block.name}"):
            snapshots, seconds = work.snapshots.settle(), work.seconds
            self.store.write(block, work.results, seconds, snapshots)
            checkpoint.remove(self.store, block)
        failed = sum(isinstance(result, Exception) for result in work.results)
        logger.debug("block %s: committed, %d failed", block.name, failed)
        self.scheduler.committed(block, len(work.results) - failed, failed)

    def one_replicate(
        self, work: _Work, replicate: int, n_threads: int
    ) -> dict[str, np.ndarray] | Exception:
        """Return the arrays of a replicate, or the exception that ended it."""
        rules = self.store.rules[work.block.scenario]
        counter = self.tally.counter(rules, self.check)
        own = dict(self.own)
        if self.snapshots.ticks:
            own["snapshots"] = work.snapshots.takers(replicate)
        keep: Callable[..., None] | None = work.keep
        name = self.store.campaign.scenarios[work.block.scenario].name
        if name in self.policed:
            own["policed"], keep = self.policed[name], None
        if work.state is not None:
            own["kept"], work.state = work.state, None
            counter.skip(int(own["kept"]["tick"]))
        try:
            result: dict[str, np.ndarray] | Exception = self.run_replicate(
                rules,
                seed=self.store.attributes["seed"],
                replicate=replicate,
                n_threads=n_threads,
                progress=counter,
                keep=keep,
                **own,
            )
        except _Stopped:
            raise
        except Exception as error:
            result = Failure(in_words(error))
        counter.finish()
        return result

    def check(self) -> None:
        """End the calling replicate if the run is to stop."""
        if self.stop.is_set:
            raise _Stopped


class _Work:
    """One block being computed: from its checkpoint, if it has one, to its results."""

    def __init__(self, run: _Run, block: Block) -> None:
        self.run, self.block = run, block
        before = checkpoint.load(run.store, block)
        self.results: list[Result] = list(before.results)
        self.later = dict(before.later)
        self.state = before.state
        self.before = before
        self.snapshots = run.snapshots.of_block(block, before.snapshots)
        self.start = time.monotonic()
        rules = run.store.rules[block.scenario]
        run.tally.skip(len(before.finished) * rules.n_citizens * rules.n_ticks)

    @property
    def result_bytes(self) -> int:
        """Bytes of the results so far."""
        arrays = [r.values() for r in self.results if isinstance(r, dict)]
        return sum(array.nbytes for values in arrays for array in values)

    @property
    def seconds(self) -> float:
        """Seconds spent on the block, including those before a stop."""
        return self.before.seconds + time.monotonic() - self.start

    def keep(self, state: dict[str, Any]) -> None:
        """Write a checkpoint if the run was stopped and the block took long."""
        is_cheap = self.seconds < checkpoint.AFTER_SECONDS
        finished = [r for r in self.results if not isinstance(r, Exception)]
        has_failed = len(finished) < len(self.results)
        if not self.run.stop.is_set or is_cheap or has_failed:
            return
        try:
            with explained(self.run.store.path, f"keep block {self.block.name}"):
                written = self.snapshots.settle()
                reached = checkpoint.Progress(
                    finished, state, written, self.seconds, self.later
                )
                checkpoint.save(self.run.store, self.block, reached)
            logger.info("block %s: checkpoint written", self.block.name)
        except StoreError as error:
            self.run.trouble = error


def _wait(running: set[Future[Any]], seconds: float) -> set[Future[Any]]:
    """Return the futures that are done, after waiting for at most some seconds."""
    if not running:
        time.sleep(min(seconds, 0.01))
        return set()
    return wait(running, seconds, FIRST_COMPLETED).done


def _signals(run: _Run) -> AbstractContextManager[None]:
    """Let the first signal stop the run, and a later one end the process.

    Launchers may send one signal twice within a moment; that is still the first.
    """
    first: list[float] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if first and now - first[0] > SAME_SIGNAL_SECONDS:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        first.append(now)
        run.stop.set(number)

    return heard_by(stop)
