"""A store in a bucket of S3 or a compatible service; `place.Place` lists the operations.

Objects appear completely or not at all, so that nothing has to be flushed. Credentials,
region and endpoint come from the usual ``AWS_*`` variables.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from functools import cached_property
from typing import Any, BinaryIO

from ..atomic_files import explained
from ..errors import ConfigError, StoreError
from ..optional import optional
from .beneath import parts_of
from .checked_zarr import CheckedZarr
from .documents import owner_of
from .folder import COMMITS, LOCK
from .lock import in_words, is_dead, this_process
from .place import LARGEST_FILE, Fill, Write

CREATING = "scsfast_creating"  # attribute of a root whose creation is unfinished


class Bucket:
    """A prefix of a bucket.

    Parameters
    ----------
    url : str
        ``s3://bucket/prefix``.

    Raises
    ------
    ConfigError
        If obstore is not installed, or the URL has no bucket or no prefix.
    """

    is_local = False

    def __init__(self, url: str) -> None:
        bucket, _, prefix = url.removeprefix("s3://").strip("/").partition("/")
        if not bucket or not prefix:
            raise ConfigError(f"must be s3://BUCKET/NAME, got {url!r}")
        self.path = f"s3://{bucket}/{prefix}"

    def __str__(self) -> str:
        return self.path

    @property
    def resolved(self) -> str:
        """The same name for the same prefix, however it was given."""
        return self.path

    @cached_property
    def objects(self) -> Any:  # obstore is optional
        """The objects below the prefix, as obstore's store."""
        obstore = optional("obstore.store", "stores in S3", "s3", self.path)
        return obstore.from_url(self.path)

    @property
    def zarr(self) -> CheckedZarr:
        """The store that zarr opens, without checks."""
        return CheckedZarr(self)

    def holds(self, key: str = "") -> bool:
        """Return whether there is an object under a key or below it."""
        if not key:
            return bool(self.names())
        return any(path == key or _is_below(path, key) for path in self._all(key))

    def is_taken(self) -> bool:
        """Return whether anything but a lock exists where a store is to be created."""
        found = self.names()
        if found == [COMMITS]:
            return self.names(COMMITS) != [LOCK.rpartition("/")[2]]
        return bool(found) and not self._is_half()

    def names(self, key: str = "") -> list[str]:
        """Return the names directly below a key, in order."""
        found = self.objects.list_with_delimiter(key or None)
        paths = [entry["path"] for entry in found["objects"]]
        return sorted(p.rpartition("/")[2] for p in [*paths, *found["common_prefixes"]])

    def read(self, key: str, limit: int = LARGEST_FILE) -> bytes | None:
        """Return an object's bytes; None without one; StoreError beyond the limit."""
        parts_of(key)
        try:
            found = self.objects.get(key)
        except FileNotFoundError:
            return None
        size = found.meta["size"]
        if size > limit:
            raise StoreError(
                f"{self.path}/{key}: is damaged: it has {size} bytes, and may have at "
                f"most {limit}; verify the store"
            )
        return bytes(found.bytes())

    def open(self, key: str, limit: int = LARGEST_FILE) -> BinaryIO | None:
        """Return an object as a file, open for reading; None without one."""
        data = self.read(key, limit)
        return None if data is None else io.BytesIO(data)

    def publish(self, key: str, write: Write) -> None:
        """Put an object; `write` is called with a file that receives its bytes."""
        buffer = io.BytesIO()
        write(buffer)
        self.put(key, buffer.getvalue())

    def put(self, key: str, data: bytes) -> None:
        """Put an object."""
        parts_of(key)
        self.objects.put(key, data)

    def remove(self, key: str) -> None:
        """Remove an object and all objects below its key."""
        if not parts_of(key):
            raise StoreError(f"{self.path}: a store is never removed")
        paths = [path for path in self._all(key) if path == key or _is_below(path, key)]
        if paths:
            self.objects.delete(paths)

    discard = remove

    def settle(self, key: str, above: int = 1) -> None:
        """Do nothing: an object is durable once it is put."""

    def settle_all(self, keys: Iterable[str], above: int = 1) -> None:
        """Do nothing: an object is durable once it is put."""

    def sweep(self, keys: Iterable[str]) -> None:
        """Do nothing: an object is never half written."""

    def lock(self) -> Lease:
        """Return the lock of the store."""
        return Lease(self, LOCK)

    def create(self, fill: Fill) -> None:
        """Create a store under its lock; an unfinished one is created again."""
        lease = self.lock()
        lease.acquire()
        try:
            if self.is_taken():
                return  # by another process, meanwhile
            for name in self.names():
                below = [f"{name}/{key}" for key in self.names(name)] or [name]
                for key in below:
                    if key != LOCK:
                        self.remove(key)
            fill(self.zarr)
        finally:
            lease.release()

    def _is_half(self) -> bool:
        """Return whether the root is that of a store whose creation is unfinished."""
        try:
            root = json.loads(self.read("zarr.json") or b"{}")
            return CREATING in root["attributes"]
        except (ValueError, KeyError, TypeError):
            return False

    def _all(self, key: str) -> list[str]:
        """Return the keys of all objects whose keys begin with a key."""
        batches = self.objects.list(key or None)
        paths = [entry["path"] for batch in batches for entry in batch]
        if key and not paths:  # `list` takes a prefix as a folder
            try:
                return [self.objects.head(key)["path"]]
            except FileNotFoundError:
                return []
        return paths


def _is_below(path: str, key: str) -> bool:
    return not key or path.startswith(f"{key}/")


class Lease:
    """The lock of a store in a bucket: an object that only one process can create.

    It outlives a process that is killed. The next process on the same host, or of the
    same Slurm job, takes it over.
    """

    def __init__(self, bucket: Bucket, key: str) -> None:
        self.bucket, self.key = bucket, key
        self._is_held = False

    def acquire(self) -> None:
        """Take the lock; raise a StoreError that names its owner if it is taken."""
        with explained(self.bucket, "lock the store"):
            while not (self._create() or self._take_over()):
                pass
        self._is_held = True

    def release(self) -> None:
        """Release the lock if this process still holds it."""
        if (
            self._is_held
            and owner_of(self.bucket.read(self.key, 4096)) == this_process()
        ):
            self.bucket.remove(self.key)
        self._is_held = False

    def _put(self, mode: str | dict[str, str | None]) -> bool:
        """Put the object on the condition `mode` of obstore; return whether it held."""
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        try:
            self.bucket.objects.put(
                self.key, json.dumps(this_process()).encode(), mode=mode
            )
        except (AlreadyExistsError, PreconditionError, FileNotFoundError):
            return False
        return True

    def _create(self) -> bool:
        """Create the object; return whether it did not exist."""
        return self._put("create")

    def _take_over(self) -> bool:
        """Take the lock over from a dead process; return False if it changed meanwhile."""
        try:
            found = self.bucket.objects.get(self.key)
        except FileNotFoundError:
            return False
        owner = owner_of(bytes(found.bytes()))
        if is_dead(owner):
            return self._put({"e_tag": found.meta["e_tag"]})
        raise StoreError(
            f"{self.bucket}: is being written by {in_words(owner)}; wait until it ends, or "
            f"delete {self.bucket}/{self.key} if that process is dead"
        )
