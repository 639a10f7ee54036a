"""Files that must survive a crash: written whole, to the disk, or not at all.

Errors of the operating system become `StoreError`s that name the path and say what to
do. Nothing here knows what is written.
"""

import errno
import json
import os
import shutil
import socket
import zlib
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import StoreError

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


@contextmanager
def explained(path, doing: str, left: str = INTACT):
    """Turn an OSError in the body into a StoreError about `path` and what is left."""
    try:
        yield
    except OSError as error:
        advice = ADVICE.get(error.errno, "mend this")
        raise StoreError(
            f"{path}: cannot {doing}: {error.strerror or error}. "
            f"{left}; {advice}, then give the same command again."
        ) from error


def fsync_path(path) -> None:
    """Bring a file or folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_tree(folder) -> None:
    """Bring a folder and all in it to the disk."""
    for parent, _, names in os.walk(folder):
        for name in names:
            fsync_path(Path(parent) / name)
        fsync_path(parent)


def publish(path: Path, text: str) -> None:
    """Write a file whole and on the disk, or leave what was there."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    fsync_path(path.parent)


def publish_record(path: Path, record: dict) -> None:
    """Publish a JSON record with its checksum."""
    crc = zlib.crc32(_canonical(record))
    publish(path, json.dumps({"crc32": crc, "record": record}, indent=1) + "\n")


def read_record(path: Path) -> dict | None:
    """Return a record, or None if it is not what was published."""
    try:
        sealed = json.loads(path.read_bytes())
        whole = zlib.crc32(_canonical(sealed["record"])) == sealed["crc32"]
        return sealed["record"] if whole else None
    except (ValueError, KeyError, TypeError, FileNotFoundError):
        return None


def _canonical(record: dict) -> bytes:
    return json.dumps(record, sort_keys=True).encode()


def remove_tree(path: Path) -> None:
    """Remove a file or folder if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def is_alive(pid: int) -> bool:
    """Say whether a process of this host lives."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
