"""Files that all processes of a test run share, made by the first that asks for them."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path


def made_once(factory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a path of the test run; the first process that asks for it makes it.

    Parameters
    ----------
    factory : pytest.TempPathFactory
    name : str
        Name of the file or folder.
    make : callable
        Writes to the path that it is given; others wait meanwhile.
    """
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # each process has its own folder there
        folder = folder.parent
    path, unfinished = folder / name, folder / f"{name}.unfinished"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            make(unfinished)
            unfinished.rename(path)
    return path
