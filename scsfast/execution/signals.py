"""Hearing signals for a while: a handler is put in place, and what was there put back."""

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

WALLTIME = (signal.SIGTERM, signal.SIGUSR1)  # what schedulers send before the end
STOPPING = (signal.SIGINT, *WALLTIME)


@contextmanager
def heard_by(
    handler: Callable[[int, FrameType | None], object],
    numbers: Iterable[int] = STOPPING,
) -> Iterator[None]:
    """Let a handler hear some signals in the body; outside the main thread none can."""
    kept = {}
    if threading.current_thread() is threading.main_thread():
        for number in numbers:
            kept[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, before in kept.items():
            signal.signal(number, before)
