"""Handle signals for a while: install a handler, and restore the previous ones."""

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

WALLTIME = (signal.SIGTERM, signal.SIGUSR1)  # sent by schedulers before the walltime
STOPPING = (signal.SIGINT, *WALLTIME)


@contextmanager
def heard_by(
    handler: Callable[[int, FrameType | None], object],
    numbers: Iterable[int] = STOPPING,
) -> Iterator[None]:
    """Handle some signals in the body; outside the main thread this is impossible."""
    kept = {}
    if threading.current_thread() is threading.main_thread():
        for number in numbers:
            kept[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, before in kept.items():
            signal.signal(number, before)
