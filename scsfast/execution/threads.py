"""Running the pending blocks of a store on threads of this process.

Replicates run side by side, as the kernel lets go of the interpreter; cores that no
block needs go to the threads inside replicates. Neither changes a bit. Who hands out the
blocks is `share`'s: this process alone, or a communicator of MPI ranks (`mpi`). A signal stops
the run between two blocks of ticks: what is finished is committed, blocks that took long
leave a checkpoint, the rest is dropped.
"""

import logging
import os
import signal
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress

from ..atomic_files import explained
from ..campaign.user_data import load_given
from ..errors import Interrupted, StoreError
from ..machine import available_cores
from ..planning.footprint import SMALL_RESULTS
from ..store import checkpoint
from ..store.blocks import dearest_first
from ..store.snapshots import Snapshots
from ..store.store import Failure, in_words
from ..text import many
from .progress import Tally, silent
from .scheduler import LocalScheduler
from .signals import heard_by

logger = logging.getLogger("scsfast.execution")

SAME_SIGNAL_SECONDS = 1.0


class _Stopped(Exception):
    """Raised inside a replicate to end it."""


def execute(
    store,
    replicates: int,
    *,
    jobs=None,
    report=silent,
    run_replicate=None,
    world=None,
    share=None,
    first: int = 0,
):
    """Compute and commit the pending blocks of a store.

    Parameters
    ----------
    store : Store
        Open for writing.
    replicates : int
        How many of each scenario are wanted.
    jobs : int or None
        Cores to use; by default all that the process may use.
    report : callable
        Called with a `Tally` several times a second, and once with it closed.
    run_replicate : callable or None
        The engine, by default `scsfast.engine.simulate.run_replicate`; it gets ``given``
        only where the world has files of its own.
    world : World or None
        Says where those files are now, by default the world that the store keeps.
    share : LocalScheduler, Coordinator or Worker, optional
        Who hands out the blocks; by default this process, all that are pending.
    first : int
        Replicates below this one are left to others.

    Raises
    ------
    ConfigError
        If a file of the world is not, or no longer, the one it was made with.
    Interrupted
        After SIGINT, SIGTERM or SIGUSR1.
    StoreError
        If a block cannot be written.
    """
    if run_replicate is None:
        from ..engine.simulate import run_replicate
    waiting = dearest_first(store.pending(replicates, first))
    run = _Run(store, run_replicate, jobs or available_cores())
    run.tally = Tally.of(store, waiting, replicates, first)
    run.share = share or LocalScheduler()
    run.share.begin(run, waiting)
    logger.info(
        "computing %s of replicates %d to %d on %s",
        many(len(waiting), "block"),
        first,
        replicates - 1,
        many(run.cores, "core"),
    )
    run.bring(world or store.campaign.world, bool(waiting))
    run.through(report)


class _Run:
    """One pass over the pending blocks.

    Attributes
    ----------
    is_stopped : bool
        Whether the run is to stop.
    is_broken : bool
        Whether a block could not be written.
    signal : int
        The signal that stopped it, 0 if none did.
    trouble : StoreError or None
        Why a checkpoint could not be written.
    """

    def __init__(self, store, run_replicate, cores: int):
        self.store, self.run_replicate, self.cores = store, run_replicate, cores
        self.is_stopped, self.signal, self.trouble = False, 0, None
        self.is_broken = False
        self.snapshots = Snapshots(store)
        self.own = {}

    def bring(self, world, is_needed: bool) -> None:
        """Load the files of the world, once for all blocks."""
        given = load_given(world) if is_needed else None
        self.own = {} if given is None else {"given": given}

    def stop(self, number: int) -> None:
        """Stop between two blocks of ticks, for a signal."""
        self.signal = self.signal or number
        self.is_stopped = True

    def through(self, report) -> None:
        """Run from the first block to the last, or to a signal; say what went wrong."""
        with _signals(self):
            try:
                self.all_blocks(report)
            finally:
                self.snapshots.close()
                self.tally.close()
                report(self.tally)
        if self.trouble:
            raise self.trouble
        if self.signal:
            logger.info("stopped by %s", signal.Signals(self.signal).name)
            raise Interrupted(self.signal)

    def all_blocks(self, report) -> None:
        """Start blocks as cores get free, until none is left or the run is stopped."""
        share, free, running, writing = self.share, self.cores, {}, set()
        pools = [ThreadPoolExecutor(self.cores) for _ in range(2)]
        with pools[0] as pool, pools[1] as writers:
            try:
                while running or writing or not share.is_over():
                    share.turn()
                    while free and len(running) + len(writing) < 2 * self.cores:
                        if not (handed := share.take(free)):
                            break
                        block, threads = handed
                        running[pool.submit(self.compute, block, threads)] = threads
                        free -= threads
                    done = _wait({*running, *writing}, share.poll_seconds)
                    free += sum(running.pop(f) for f in done if f in running)
                    works = [work for f in done if (work := self._settle(f))]
                    writing -= done
                    writing |= {writers.submit(self.commit, work) for work in works}
                    report(self.tally)
            finally:
                self.is_stopped = True

    def _settle(self, future):
        """Return what is to be committed; tell the share what ended a block badly."""
        try:
            with suppress(_Stopped):
                return future.result()
        except Exception as error:
            self.share.fault(error)
        return None

    def compute(self, block, n_threads: int):
        """Compute a block; return what is to be committed beside the next, if anything.

        Large results are committed at once: two sets of them may not fit in memory.
        """
        with explained(self.store.path, f"prepare block {block.name}"):
            work = _Work(self, block)
        for replicate in block.replicates[len(work.results) :]:
            if self.is_stopped:
                work.keep({})
            self.check()
            work.results.append(self.one_replicate(work, replicate, n_threads))
        if work.result_bytes <= SMALL_RESULTS:
            return work
        self.commit(work)
        return None

    def commit(self, work) -> None:
        """Write a computed block and commit it, failures of replicates included.

        Once a block could not be written no other is begun.
        """
        if self.is_broken:
            return
        try:
            self._write(work)
        except BaseException:
            self.is_broken = True
            raise

    def _write(self, work) -> None:
        block = work.block
        with explained(self.store.path, f"write block {block.name}"):
            snapshots, seconds = work.snapshots.settle(), work.seconds
            self.store.write(block, work.results, seconds, snapshots)
            checkpoint.remove(self.store, block)
        failed = sum(isinstance(result, Exception) for result in work.results)
        logger.debug("block %s: committed, %d failed", block.name, failed)
        self.share.committed(block, len(work.results) - failed, failed)

    def one_replicate(self, work, replicate: int, n_threads: int):
        """Return the arrays of a replicate, or the exception that ended it."""
        rules = self.store.rules[work.block.scenario]
        counter = self.tally.counter(rules, self.check)
        own = dict(self.own)
        if self.snapshots.ticks:
            own["snapshots"] = work.snapshots.takers(replicate)
        if work.state is not None:
            own["kept"], work.state = work.state, None
            counter.skip(int(own["kept"]["tick"]))
        try:
            result = self.run_replicate(
                rules,
                seed=self.store.attributes["seed"],
                replicate=replicate,
                n_threads=n_threads,
                progress=counter,
                keep=work.keep,
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
        if self.is_stopped:
            raise _Stopped


class _Work:
    """One block on its way: from its checkpoint, if it has one, to its results."""

    def __init__(self, run: _Run, block):
        self.run, self.block = run, block
        before = checkpoint.load(run.store, block)
        self.results, self.state = list(before.results), before.state
        self.before = before
        self.snapshots = run.snapshots.of_block(block, before.snapshots)
        self.start = time.monotonic()
        rules = run.store.rules[block.scenario]
        run.tally.skip(len(self.results) * rules.n_citizens * rules.n_ticks)

    @property
    def result_bytes(self) -> int:
        """Bytes of the results so far."""
        arrays = [r.values() for r in self.results if isinstance(r, dict)]
        return sum(array.nbytes for values in arrays for array in values)

    @property
    def seconds(self) -> float:
        """Seconds spent on the block, those before a stop included."""
        return self.before.seconds + time.monotonic() - self.start

    def keep(self, state: dict) -> None:
        """Write a checkpoint if the run was stopped and the block took long."""
        is_cheap = self.seconds < checkpoint.AFTER_SECONDS
        failed = any(isinstance(result, Exception) for result in self.results)
        if not self.run.is_stopped or is_cheap or failed:
            return
        try:
            with explained(self.run.store.path, f"keep block {self.block.name}"):
                written = self.snapshots.settle()
                reached = checkpoint.Progress(
                    self.results, state, written, self.seconds
                )
                checkpoint.save(self.run.store, self.block, reached)
            logger.info("block %s: checkpoint written", self.block.name)
        except StoreError as error:
            self.run.trouble = error


def _wait(running: dict, seconds: float) -> set:
    """Return the futures that are done, after at most some seconds."""
    if not running:
        time.sleep(min(seconds, 0.01))
        return set()
    return wait(running, seconds, FIRST_COMPLETED).done


def _signals(run: _Run):
    """Let the first signal stop the run, and a later one end the process.

    Launchers may send one signal twice within a moment; that is still the first.
    """
    first = []

    def stop(number, _frame):
        now = time.monotonic()
        if first and now - first[0] > SAME_SIGNAL_SECONDS:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        first.append(now)
        run.stop(number)

    return heard_by(stop)
