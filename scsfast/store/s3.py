"""A store in a bucket: the same verbs as a folder's, over S3 or what speaks like it.

Objects appear whole or not at all, so there is nothing to bring to a disk. Credentials,
region and endpoint come from the usual ``AWS_*`` variables; `zarr` is a store of zarr's.
"""

import io
import json
from functools import cached_property

from ..atomic_files import explained
from ..errors import ConfigError, StoreError
from .beneath import LARGEST_FILE, parts_of
from .checked_zarr import CheckedZarr
from .documents import owner_of
from .folder import COMMITS, LOCK
from .lock import in_words, is_dead, this_process

CREATING = "scsfast_creating"  # attribute of a root whose creation was not finished


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

    def __init__(self, url: str):
        bucket, _, prefix = url.removeprefix("s3://").strip("/").partition("/")
        if not bucket or not prefix:
            raise ConfigError(f"must be s3://BUCKET/NAME, got {url!r}")
        self.path = f"s3://{bucket}/{prefix}"

    def __str__(self) -> str:
        return self.path

    @property
    def resolved(self) -> str:
        """The one name of the place, however it was given."""
        return self.path

    @cached_property
    def objects(self):
        """The objects below the prefix."""
        try:
            from obstore.store import from_url
        except ImportError:
            raise ConfigError(
                "stores in S3 need obstore: pip install 'scsfast[s3]'", self.path
            ) from None
        return from_url(self.path)

    @property
    def zarr(self):
        """What zarr opens."""
        return CheckedZarr(self)

    def holds(self, key: str = "") -> bool:
        """Say whether there is an object with a key, or any below it."""
        if not key:
            return bool(self.names())
        return any(path == key or _is_below(path, key) for path in self._all(key))

    def is_taken(self) -> bool:
        """Say whether there is anything where a store is to be created, but a lock."""
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
        """Return an object's bytes, None if there is none, StoreError beyond a limit."""
        parts_of(key)
        try:
            found = self.objects.get(key)
        except FileNotFoundError:
            return None
        size = found.meta["size"]
        if size > limit:
            raise StoreError(
                f"{self.path}/{key}: is damaged: it has {size} bytes, at most {limit} "
                "can be right; verify the store"
            )
        return bytes(found.bytes())

    def open(self, key: str, limit: int = LARGEST_FILE):
        """Return an object as a file, open for reading bytes, None if there is none."""
        data = self.read(key, limit)
        return None if data is None else io.BytesIO(data)

    def publish(self, key: str, write) -> None:
        """Put an object: `write` is called with a file to write it to."""
        buffer = io.BytesIO()
        write(buffer)
        self.put(key, buffer.getvalue())

    def put(self, key: str, data: bytes) -> None:
        """Put an object."""
        parts_of(key)
        self.objects.put(key, data)

    def remove(self, key: str) -> None:
        """Remove an object and all below its key."""
        if not parts_of(key):
            raise StoreError(f"{self.path}: a store is never removed")
        paths = [path for path in self._all(key) if path == key or _is_below(path, key)]
        if paths:
            self.objects.delete(paths)

    discard = remove

    def settle(self, key: str, above: int = 1) -> None:
        """Do nothing: what was put is there."""

    def settle_all(self, keys, above: int = 1) -> None:
        """Do nothing: what was put is there."""

    def sweep(self, keys) -> None:
        """Do nothing: an object is never there in part."""

    def lock(self) -> "Lease":
        """Return the lock of the store."""
        return Lease(self, LOCK)

    def create(self, fill) -> None:
        """Make a store, under its lock; one that was not finished is made anew."""
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
        """Say whether the root is one whose creation was not finished."""
        try:
            root = json.loads(self.read("zarr.json") or b"{}")
            return CREATING in root["attributes"]
        except (ValueError, KeyError, TypeError):
            return False

    def _all(self, key: str) -> list[str]:
        """Return the keys of all objects that begin as a key does."""
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

    It outlives a process that is killed; the next one on the same host, or of the same
    job of Slurm, takes it over.
    """

    def __init__(self, bucket: Bucket, key: str):
        self.bucket, self.key = bucket, key
        self._is_held = False

    def acquire(self) -> None:
        """Take the lock, or say in a StoreError who has it."""
        with explained(self.bucket, "lock the store"):
            if not self._create():
                self._take_over()
        self._is_held = True

    def release(self) -> None:
        """Give the lock back, if it is still ours."""
        if (
            self._is_held
            and owner_of(self.bucket.read(self.key, 4096)) == this_process()
        ):
            self.bucket.remove(self.key)
        self._is_held = False

    def _put(self, mode) -> bool:
        """Put the object if it is as `mode` says; say whether it was."""
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        try:
            self.bucket.objects.put(
                self.key, json.dumps(this_process()).encode(), mode=mode
            )
        except (AlreadyExistsError, PreconditionError, FileNotFoundError):
            return False
        return True

    def _create(self) -> bool:
        """Create the object; say whether it was not there."""
        return self._put("create")

    def _take_over(self) -> None:
        """Take the lock of a process that is dead."""
        owner, version = self._found()
        if is_dead(owner):
            if self._put({"e_tag": version}):
                return
            owner, _ = self._found()
        by = in_words(owner)
        raise StoreError(
            f"{self.bucket}: is being written by {by}; wait until it ends, or delete "
            f"{self.bucket}/{self.key} if that process is dead"
        )

    def _found(self) -> tuple[dict, str | None]:
        """Return who has the lock, and the version of the object that says so."""
        try:
            found = self.bucket.objects.get(self.key)
        except FileNotFoundError:
            return {}, None
        return owner_of(bytes(found.bytes())), found.meta["e_tag"]
