"""Calls and tests that end after some processor time, with what they tell."""

import os
import signal
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pytest

SECONDS = 5  # of processor time for one call or test: an endless loop ends


def limited(call: Callable[[], str], seconds: float = SECONDS) -> str:
    """Return the words of a call, of the error that it raises, or of running out of time."""

    def end(*_) -> None:
        raise TimeoutError(f"more than {seconds} s of processor time")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds, SECONDS)
    try:
        return call()
    except Exception as error:
        return f": {type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


class FirstFailure:
    """A plugin of pytest that keeps the first test that fails, and ends endless tests."""

    name = ""

    def pytest_runtest_logstart(self) -> None:
        """Give each test the same time."""
        signal.setitimer(signal.ITIMER_PROF, SECONDS, SECONDS)

    def pytest_runtest_logreport(self, report) -> None:
        """Keep the name of a test that fails."""
        if report.failed and not self.name:
            self.name = report.nodeid.rpartition("/")[2]


def tests_fail(paths: Iterable[Path]) -> str:
    """Run tests, or files of them, here; return the first that fails."""
    sink, first = os.open(os.devnull, os.O_WRONLY), FirstFailure()
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    quiet = ["-x", "-q", "-n0", "-p", "no:cacheprovider"]
    code = pytest.main([*quiet, *map(str, paths)], plugins=[first])
    return (first.name or "the tests fail") if code else ""


def tests_find(paths: Iterable[Path]) -> str:
    """Return the first test that fails, "tests" and why if they do not end."""
    said = limited(partial(tests_fail, paths), 4 * SECONDS)
    return f"tests{said}" if said.startswith(":") else said
