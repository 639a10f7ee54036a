"""Long checks run only when asked for: ``pytest -m slow``.

Random searches try the same examples every time, unless HYPOTHESIS_PROFILE=default: a
change fails for what it changes, not for a new draw. Temporary files lie in memory where
there is room, as waiting for the disk would be most of the time of many tests.
"""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

MEMORY, ROOM = Path("/dev/shm"), 2 * 2**30
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

settings.register_profile("same", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_collection_modifyitems(config, items):
    if config.option.markexpr:
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if item not in slow]


@pytest.fixture
def scs(capsys):
    """Give a function that runs a command here: (exit code, stdout, stderr)."""

    def run(*arguments):
        from scsfast.cli.main import main

        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        return caught.value.code or 0, *capsys.readouterr()

    return run
