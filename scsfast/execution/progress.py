"""The progress of a run: counts, rate, time left, and ways to show them on stderr.

A `Tally` is updated by the threads of a run and read by its main thread. The time left comes
from collections.abc import Callable
from typing import Any, TextIO
from the whole run's rate, not from the last seconds'.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TextIO

from ..text import duration

if TYPE_CHECKING:
    from rich.progress import TaskID

    from ..model.integers.rules import Rules
    from ..store.blocks import Block
    from ..store.store import Store

LINE_SECONDS = 10.0


class Tally:
    """Replicates and citizen-ticks done, out of how many."""

    def __init__(self, planned: int, done: int, citizen_ticks: int) -> None:
        self.planned, self.done, self.failed = planned, done, 0
        self.citizen_ticks, self.computed, self.skipped = citizen_ticks, 0, 0
        self.started = time.monotonic()
        self.is_closed = False
        self._lock = threading.Lock()

    @classmethod
    def of(
        cls, store: Store, pending: list[Block], replicates: int, first: int = 0
    ) -> Tally:
        """Return the tally of a run for replicates [first, replicates).

        Scenarios that a stopping rule has closed count with what they have.
        """
        left = {(b.scenario, r) for b in pending for r in b.replicates}
        there = {key for key in store.journal.digests() if first <= key[1] < replicates}
        done = len(there - left)
        cost = sum(block.cost for block in pending)
        return cls(done + len(left), done, cost)

    def counter(self, rules: Rules, check: Callable[[], None]) -> Counter:
        """Return a function that a replicate calls with its ticks, to count and check."""
        return Counter(self, rules, check)

    def compute(self, citizen_ticks: int) -> None:
        """Count work done."""
        with self._lock:
            self.computed += citizen_ticks

    def skip(self, citizen_ticks: int) -> None:
        """Leave out work done before this run."""
        with self._lock:
            self.citizen_ticks -= citizen_ticks
            self.skipped += citizen_ticks

    def committed(self, done: int, failed: int) -> None:
        """Count the replicates of a committed block."""
        with self._lock:
            self.done += done
            self.failed += failed

    def close(self) -> None:
        """Mark the run as over."""
        self.is_closed = True

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return max(1e-9, time.monotonic() - self.started)

    @property
    def share(self) -> float:
        """Share of the work of this run that is done."""
        return self.computed / self.citizen_ticks if self.citizen_ticks else 1.0

    @property
    def rate(self) -> float:
        """Citizen-ticks per second."""
        return self.computed / self.seconds

    @property
    def seconds_left(self) -> float | None:
        """Seconds to the end at the rate so far; None while it is unknown."""
        if not self.computed:
            return None
        return (self.citizen_ticks - self.computed) / self.rate

    def line(self) -> str:
        """Return the progress in one line."""
        parts = [f"{self.done}/{self.planned} replicates"]
        if self.failed:
            parts.append(f"{self.failed} failed")
        parts.append(f"{100 * self.share:.0f} %")
        parts.append(f"{self.rate / 1e6:.1f} M citizen-ticks/s")
        if self.is_closed:
            parts.append(f"took {duration(self.seconds)}")
        elif self.seconds_left is not None:
            parts.append(f"{duration(self.seconds_left)} left")
        return ", ".join(parts)


class Counter:
    """Ticks of one replicate: called with those done since the last call."""

    def __init__(self, tally: Tally, rules: Rules, check: Callable[[], None]) -> None:
        self.tally, self.check = tally, check
        self.n_citizens, self.ticks_left = rules.n_citizens, rules.n_ticks

    def __call__(self, n_ticks: int) -> None:
        """Count ticks, then let the run stop the replicate."""
        self.ticks_left -= n_ticks
        self.tally.compute(n_ticks * self.n_citizens)
        self.check()

    def skip(self, n_ticks: int) -> None:
        """Leave out ticks that a checkpoint holds."""
        self.ticks_left -= n_ticks
        self.tally.skip(n_ticks * self.n_citizens)

    def finish(self) -> None:
        """Count the ticks that a replicate did not reach."""
        self.tally.compute(self.ticks_left * self.n_citizens)
        self.ticks_left = 0


def silent(tally: Tally) -> None:
    """Show nothing."""


class Lines:
    """Plain lines on a stream, every few seconds and at the end."""

    def __init__(
        self, stream: TextIO | None = None, every: float = LINE_SECONDS
    ) -> None:
        self.stream, self.every = stream or sys.stderr, every
        self.last = time.monotonic()

    def __call__(self, tally: Tally) -> None:
        """Write a line if it is time to."""
        if tally.is_closed or time.monotonic() - self.last >= self.every:
            self.last = time.monotonic()
            print(tally.line(), file=self.stream, flush=True)


class Bar:
    """A progress bar on a terminal's stderr."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (BarColumn(), TextColumn("{task.description}"))
        self.bar = Progress(*columns, console=Console(stderr=True))
        self.task: TaskID | None = None

    def __call__(self, tally: Tally) -> None:
        """Show the progress; the last state stays on the terminal."""
        if self.task is None:
            self.task = self.bar.add_task("", total=1.0)
            self.bar.start()
        self.bar.update(self.task, completed=tally.share, description=tally.line())
        if tally.is_closed:
            self.bar.stop()


class NotebookBar:
    """A progress bar in Jupyter, which needs no widgets."""

    def __init__(self, display: Callable[..., Any]) -> None:
        self.handle = display(self._shown(0.0, "begins"), raw=True, display_id=True)

    def __call__(self, tally: Tally) -> None:
        """Show the progress in place of the previous one."""
        self.handle.update(self._shown(tally.share, tally.line()), raw=True)

    @staticmethod
    def _shown(share: float, line: str) -> dict[str, str]:
        bar = f"<progress value='{share:.4f}' max='1'></progress> {line}"
        return {"text/plain": line, "text/html": bar}


def notebook_display() -> Callable[..., Any] | None:
    """Return the function that displays in the Jupyter kernel of this process, or None."""
    python = sys.modules.get("IPython")
    shell = python.get_ipython() if python else None
    if shell is None or type(shell).__name__ != "ZMQInteractiveShell":
        return None
    display: Callable[..., Any] = import_module("IPython.display").display
    return display


def for_stderr() -> Callable[[Tally], None]:
    """Return a bar in Jupyter and on a terminal, else plain lines."""
    display = notebook_display()
    if display:
        return NotebookBar(display)
    return Bar() if sys.stderr.isatty() else Lines()
