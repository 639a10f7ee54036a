"""What zarr reads and writes through: every key goes to the place, checked.

Zarr's own stores open whatever a key leads to. This one knows the names that a store of
ours has, reaches them through the verbs of the place alone, and reads nothing that is
larger than, or other than, its layout says.
"""

import asyncio

from zarr.abc.store import (
    OffsetByteRequest,
    RangeByteRequest,
    Store,
    SuffixByteRequest,
)
from zarr.core.buffer import default_buffer_prototype

METADATA = "zarr.json"


class NoChecks:
    """Checks of a store that is being made: nothing of others is in it yet."""

    def limit(self, key: str) -> int | None:
        """Return the most bytes that a key may have; None: nothing is there for zarr."""
        return 2**31

    def check(self, key: str, data: bytes | None) -> bytes | None:
        """Return what is under a key, or raise StoreError."""
        return data

    def wrote(self, key: str, data: bytes) -> None:
        """Note what was written under a key."""

    def shows(self, name: str) -> bool:
        """Say whether zarr may see a member of the root."""
        return True


class Members(NoChecks):
    """Checks of a store of which zarr sees some members of the root alone."""

    def __init__(self, names):
        self.names = frozenset(names)

    def shows(self, name: str) -> bool:
        """Say whether zarr may see a member of the root."""
        return name in self.names


class CheckedZarr(Store):
    """A store of zarr's over a place.

    Parameters
    ----------
    place : Folder or Bucket
    checks : object
        With the methods of `NoChecks`.
    read_only : bool
    """

    supports_writes = supports_deletes = supports_listing = True

    def __init__(self, place, checks=None, *, read_only: bool = False):
        super().__init__(read_only=read_only)
        self.place, self.checks = place, checks or NoChecks()

    def __eq__(self, other) -> bool:
        return isinstance(other, CheckedZarr) and (
            (self.place.resolved, self.checks) == (other.place.resolved, other.checks)
        )

    def __str__(self) -> str:
        return str(self.place)

    def with_read_only(self, read_only: bool = False):
        """Return the same store, to read only or to write too."""
        return type(self)(self.place, self.checks, read_only=read_only)

    def read(self, key: str) -> bytes | None:
        """Return what is under a key, None if there is nothing for zarr."""
        limit = self.checks.limit(key)
        if limit is None:
            return None
        return self.checks.check(key, self.place.read(key, limit))

    async def get(self, key, prototype=None, byte_range=None):
        """Return what is under a key, or raise StoreError."""
        data = await asyncio.to_thread(self.read, key)
        if data is None:
            return None
        prototype = prototype or default_buffer_prototype()
        return prototype.buffer.from_bytes(_part(data, byte_range))

    async def get_partial_values(self, prototype, key_ranges):
        """Return parts of what is under some keys."""
        return [await self.get(key, prototype, part) for key, part in key_ranges]

    async def exists(self, key: str) -> bool:
        """Say whether there is a file under a key."""
        return await asyncio.to_thread(self.read, key) is not None

    async def set(self, key: str, value) -> None:
        """Write a file, whole."""
        self._check_writable()
        data = value.to_bytes()
        await asyncio.to_thread(self.place.put, key, data)
        self.checks.wrote(key, data)

    async def delete(self, key: str) -> None:
        """Remove a file."""
        self._check_writable()
        await asyncio.to_thread(self.place.discard, key)

    async def delete_dir(self, prefix: str) -> None:
        """Remove a folder and all in it."""
        await self.delete(prefix.rstrip("/"))

    async def list_dir(self, prefix: str):
        """Yield the names directly below a key."""
        for name in self._names(prefix.strip("/")):
            yield name

    async def list_prefix(self, prefix: str):
        """Yield every key below one."""
        for key in self._below(prefix.strip("/")):
            yield key

    async def list(self):
        """Yield every key."""
        for key in self._below(""):
            yield key

    def _names(self, key: str):
        names = self.place.names(key)
        return names if key else [n for n in names if self.checks.shows(n)]

    def _below(self, key: str):
        for name in self._names(key):
            inner = f"{key}/{name}" if key else name
            below = self.place.names(inner)
            if below:
                yield from self._below(inner)
            else:
                yield inner


def _part(data: bytes, byte_range) -> bytes:
    """Return the bytes that a request of zarr's is for."""
    if isinstance(byte_range, RangeByteRequest):
        return data[byte_range.start : byte_range.end]
    if isinstance(byte_range, OffsetByteRequest):
        return data[byte_range.offset :]
    if isinstance(byte_range, SuffixByteRequest):
        return data[-byte_range.suffix :]
    return data
