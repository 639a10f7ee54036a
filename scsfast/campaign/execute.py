"""Running the pending blocks of a store on threads of this process.

Replicates run side by side, as the kernel lets go of the interpreter; cores that no
block needs go to the threads inside replicates. Neither changes a bit. SIGINT and
SIGTERM stop the run between two blocks of ticks; what is not committed is dropped.
"""

import os
import signal
import threading
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress

from ..errors import Interrupted
from .own_data import load_given
from .plan import dearest_first
from .progress import Tally, silent

POLL_SECONDS = 0.2


class _Stopped(Exception):
    """Raised inside a replicate to end it."""


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def execute(
    store, replicates: int, *, jobs=None, report=silent, run_replicate=None, world=None
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

    Raises
    ------
    ConfigError
        If a file of the world is not, or no longer, the one it was made with.
    Interrupted
        After SIGINT or SIGTERM.
    StoreError
        If a block cannot be written.
    """
    if run_replicate is None:
        from ..engine.simulate import run_replicate
    run = _Run(store, replicates, run_replicate, jobs or available_cores())
    run.bring(world or store.campaign.world)
    with _signals(run):
        try:
            run.all_blocks(report)
        finally:
            run.tally.close()
            report(run.tally)
    if run.signal:
        raise Interrupted(run.signal)


class _Run:
    """One pass over the pending blocks."""

    def __init__(self, store, replicates: int, run_replicate, cores: int):
        self.store = store
        self.run_replicate = run_replicate
        self.cores = cores
        self.waiting = dearest_first(store.pending(replicates))
        self.tally = Tally.of(store, self.waiting, replicates)
        self.stopped = threading.Event()
        self.signal = 0
        self.own = {}

    def bring(self, world) -> None:
        """Load the files of the world, once for all blocks."""
        given = load_given(world) if self.waiting else None
        self.own = {} if given is None else {"given": given}

    def all_blocks(self, report) -> None:
        """Start blocks as cores get free, until none is left or the run is stopped."""
        free, running = self.cores, {}
        with ThreadPoolExecutor(self.cores) as pool:
            try:
                while running or (self.waiting and not self.stopped.is_set()):
                    while self.waiting and free and not self.stopped.is_set():
                        threads = max(1, free // len(self.waiting))
                        block = self.waiting.pop(0)
                        running[pool.submit(self.one_block, block, threads)] = threads
                        free -= threads
                    done, _ = wait(running, POLL_SECONDS, FIRST_COMPLETED)
                    free += sum(running.pop(future) for future in done)
                    for future in done:
                        _settle(future)
                    report(self.tally)
            finally:
                self.stopped.set()

    def one_block(self, block, n_threads: int) -> None:
        """Compute a block and commit it, failures of replicates included."""
        start = time.monotonic()
        results = [self.one_replicate(block, r, n_threads) for r in block.replicates]
        self.check()
        self.store.write(block, results, time.monotonic() - start)
        failed = sum(isinstance(result, Exception) for result in results)
        self.tally.committed(len(results) - failed, failed)

    def one_replicate(self, block, replicate: int, n_threads: int):
        """Return the arrays of a replicate, or the exception that ended it."""
        rules = self.store.rules[block.scenario]
        counter = self.tally.counter(rules, self.check)
        self.check()
        try:
            result = self.run_replicate(
                rules,
                seed=self.store.attributes["seed"],
                replicate=replicate,
                n_threads=n_threads,
                progress=counter,
                **self.own,
            )
        except _Stopped:
            raise
        except Exception as error:
            result = error
        counter.finish()
        return result

    def check(self) -> None:
        """End the calling replicate if the run is to stop."""
        if self.stopped.is_set():
            raise _Stopped


def _settle(future) -> None:
    """Raise what ended a block, unless it was only told to stop."""
    with suppress(_Stopped):
        future.result()


@contextmanager
def _signals(run: _Run):
    """Let the first SIGINT or SIGTERM stop the run, and the second end the process."""

    def stop(number, _frame):
        run.signal = number
        run.stopped.set()
        for each in kept:
            signal.signal(each, signal.SIG_DFL)

    kept = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            kept[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
