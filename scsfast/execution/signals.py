"""Hearing signals for a while: a handler is put in place, and what was there put back."""

import signal
import threading
from contextlib import contextmanager

WALLTIME = (signal.SIGTERM, signal.SIGUSR1)  # what schedulers send before the end
STOPPING = (signal.SIGINT, *WALLTIME)


@contextmanager
def heard_by(handler, numbers=STOPPING):
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
