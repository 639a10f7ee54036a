"""Files that must survive a crash: written whole and flushed to disk, or not at all.

Errors of the operating system, and of an object store, become `StoreError`s that name the
path and the remedy. Nothing here depends on the content of files.
"""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from .errors import StoreError

ADVICE = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some of your quota",
    errno.EFBIG: "lift the limit on file sizes",
    errno.EROFS: "make the file system writable",
    errno.EACCES: "make it writable for you",
    errno.EPERM: "make it writable for you",
    errno.EMFILE: "allow more open files (ulimit -n)",
    errno.EIO: "check the disk",
}
HOST = socket.gethostname()
INTACT = "What was committed is intact"
LONGEST_CAUSE = 300  # characters of the first line; object stores answer with pages


@contextmanager
def explained(place: object, doing: str, left: str = INTACT) -> Iterator[None]:
    """Turn an error of disk or bucket in the body into a StoreError about `place`.

    Parameters
    ----------
    place : object
        The store or file to name in the message.
    doing : str
        The action that failed, such as "write block 3".
    left : str
        Sentence on the state that is left.
    """
    try:
        yield
    except _storage_errors() as error:
        advice = ADVICE.get(getattr(error, "errno", 0), "mend this")
        told = str(error).strip().partition("\n")[0][:LONGEST_CAUSE].rstrip(". ")
        cause = getattr(error, "strerror", None) or told
        raise StoreError(
            f"{place}: cannot {doing}: {cause}. "
            f"{left}; {advice}, then give the same command again."
        ) from error


def is_elsewhere(error: Exception) -> bool:
    """Return whether an error is about the machine or the network, not about the data."""
    if isinstance(error, MemoryError | TimeoutError | ConnectionError):
        return True
    busy = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EACCES, errno.ESTALE)
    return isinstance(error, _bucket_errors()) or getattr(error, "errno", None) in busy


def _storage_errors() -> tuple[type[Exception], ...]:
    return (OSError, *_bucket_errors())


def _bucket_errors() -> tuple[type[Exception], ...]:
    """Return the exceptions of obstore, if it is in use."""
    found = sys.modules.get("obstore.exceptions")
    return (found.BaseError,) if found else ()


def fsync_path(path: str | PathLike[str]) -> None:
    """Flush a file or folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_tree(folder: str | PathLike[str]) -> None:
    """Flush a folder and everything in it to disk."""
    for parent, _, names in os.walk(folder):
        for name in names:
            fsync_path(Path(parent) / name)
        fsync_path(parent)


def publish(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file whole and flush it to disk, or leave the existing one unchanged.

    Parameters
    ----------
    path : Path
    write : callable
        Called with the file, open for writing bytes.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    fsync_path(path.parent)


def remove_tree(path: Path) -> None:
    """Remove a file, link or folder if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def is_alive(pid: int) -> bool:
    """Return whether a process of this host is running."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
