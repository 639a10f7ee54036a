"""The lock of a store: only one process writes it at a time.

A file in the store names the process. The operating system's lock on it ends with the
process, so that a killed run leaves nothing to clean up. A lock of another host is not
taken over, because it is unknown here whether its process is alive. Slurm runs a job only
once at a time, so that after a restart no process of an earlier start is alive.
"""

import fcntl
import json
import os
from contextlib import suppress
from pathlib import Path

from ..atomic_files import HOST, explained, is_alive
from ..errors import StoreError
from ..model.parameters import Tree
from .beneath import Beneath
from .documents import owner_of


class Lock:
    """An exclusive lock, held from `acquire` to `release`.

    Parameters
    ----------
    beneath : Beneath
        The folder of the store.
    key : str
        Path of the lock's file in it.
    """

    def __init__(self, beneath: Beneath, key: str):
        self.beneath, self.key = beneath, key
        self._handle: int | None = None

    @property
    def path(self) -> Path:
        """Path of the file, for messages."""
        return Path(self.beneath.name) / self.key

    def acquire(self) -> None:
        """Take the lock; raise a StoreError that names its owner if it is taken."""
        with explained(self.path, "lock the store"):
            while self._handle is None:
                self._try()

    def release(self) -> None:
        """Release the lock."""
        if self._handle is not None:
            with suppress(OSError):
                self.beneath.remove(self.key)
            os.close(self._handle)
            self._handle = None

    def _try(self) -> None:
        """Try to take the lock; do nothing if the file was replaced meanwhile."""
        handle, is_ours = self._open()
        try:
            free = self._is_free(handle, is_ours)
            if self._is_current(handle):
                if not free:
                    raise StoreError(self._taken(handle))
                os.ftruncate(handle, 0)
                os.pwrite(handle, json.dumps(this_process()).encode(), 0)
                self._handle = handle
        finally:
            if self._handle is None:
                os.close(handle)

    def _open(self) -> tuple[int, bool]:
        """Return the descriptor of the lock file, and whether this call created it."""
        flags, new = os.O_RDWR, os.O_RDWR | os.O_CREAT | os.O_EXCL
        while True:
            with suppress(FileExistsError):
                return self.beneath.lock_file(self.key, new), True
            with suppress(FileNotFoundError):
                return self.beneath.lock_file(self.key, flags), False

    def _is_free(self, handle: int, is_ours: bool) -> bool:
        """Lock the file and return whether no other process can be writing."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            known_dead = True
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks: the owner's name decides
            known_dead = False
        owner = _owner(handle)
        if not owner:  # without locks: the creator of the file is about to write it
            return known_dead or is_ours
        at_home = owner.get("host") == HOST
        return is_dead(owner) or (at_home and known_dead)

    def _is_current(self, handle: int) -> bool:
        """Return whether the open file is still the one with the lock's name."""
        return self.beneath.is_current(self.key, handle)

    def _taken(self, handle: int) -> str:
        owner = _owner(handle)
        text = f"{self.beneath.name}: is being written by {in_words(owner)}"
        text += "; wait until it ends"
        if owner.get("host") != HOST:
            text += f", or delete {self.path} if that process is dead"
        return text


def this_process() -> Tree:
    """Return the description of this process that its locks have."""
    found: Tree = {"pid": os.getpid(), "host": HOST}
    if "SLURM_JOB_ID" in os.environ:
        restart = int(os.environ.get("SLURM_RESTART_COUNT", 0))
        found |= {"job": os.environ["SLURM_JOB_ID"], "restart": restart}
    return found


def in_words(owner: Tree) -> str:
    """Return the owner of a lock as text for messages."""
    return f"process {owner.get('pid', '?')} on {owner.get('host', '?')}"


def is_dead(owner: Tree) -> bool:
    """Return whether the owner of a lock is known to be dead."""
    me = this_process()
    is_same_job = "job" in me and me["job"] == owner.get("job")
    if is_same_job and owner.get("restart", 0) < me["restart"]:
        return True
    return owner.get("host") == HOST and not is_alive(owner.get("pid") or 0)


def _owner(handle: int) -> Tree:
    """Return the owner that a lock file names, {} if it names none."""
    return owner_of(os.pread(handle, 4096, 0))
