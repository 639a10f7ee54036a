"""The zarr store through which zarr reads and writes: every access is checked.

Zarr's own stores open whatever a key leads to. This one knows the names of a store of
scsfast, reaches them only through the operations of the place, and refuses data that
is larger or other than the layout allows.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from zarr.abc.store import (
    ByteRequest,
    OffsetByteRequest,
    RangeByteRequest,
    Store,
    SuffixByteRequest,
)
from zarr.core.buffer import Buffer, BufferPrototype, default_buffer_prototype

from ..campaign.identity import LAYOUT_VERSION
from .place import LARGEST_FILE, Place

T = TypeVar("T")
SHORT = 2**16  # bytes; less is written in a folder sooner than given to a thread


class KeyChecks(Protocol):
    """What is checked when zarr reads or writes a key."""

    def limit(self, key: str) -> int | None:
        """Return the largest size of a key, in bytes; None hides the key from zarr."""

    def check(self, key: str, data: bytes | None) -> bytes | None:
        """Return the bytes under a key if they are right; raise StoreError otherwise."""

    def wrote(self, key: str, data: bytes) -> None:
        """Record what was written under a key."""

    def shows(self, name: str) -> bool:
        """Return whether zarr may see a member of the root."""


class NoChecks:
    """Checks of a store that is being created, which has no data from elsewhere yet."""

    def limit(self, key: str) -> int | None:
        """Return the largest size of a key, in bytes."""
        return LARGEST_FILE

    def check(self, key: str, data: bytes | None) -> bytes | None:
        """Return the bytes under a key, unchecked."""
        return data

    def wrote(self, key: str, data: bytes) -> None:
        """Do nothing: no digests are kept."""

    def shows(self, name: str) -> bool:
        """Return whether zarr may see a member of the root."""
        return True


class CheckedZarr(Store):
    """A zarr store over a place.

    Parameters
    ----------
    place : Folder or Bucket
        Where the data are.
    checks : object, optional
        With the methods of `KeyChecks`; by default nothing is checked.
    read_only : bool
        Whether writing is refused.
    version : int
        Version of the layout, for the arrays that are created.
    """

    supports_writes = supports_deletes = supports_listing = True

    def __init__(
        self,
        place: Place,
        checks: KeyChecks | None = None,
        *,
        read_only: bool = False,
        version: int = LAYOUT_VERSION,
    ) -> None:
        super().__init__(read_only=read_only)
        self.place = place
        self.checks: KeyChecks = checks or NoChecks()
        self.version = version

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CheckedZarr) and (
            (self.place.resolved, self.checks) == (other.place.resolved, other.checks)
        )

    def __str__(self) -> str:
        return str(self.place)

    def with_read_only(self, read_only: bool = False) -> CheckedZarr:
        """Return the same store, for reading only or for writing too."""
        return type(self)(
            self.place, self.checks, read_only=read_only, version=self.version
        )

    def read(self, key: str) -> bytes | None:
        """Return the bytes under a key, None if there are none for zarr."""
        limit = self.checks.limit(key)
        if limit is None:
            return None
        return self.checks.check(key, self.place.read(key, limit))

    async def get(
        self,
        key: str,
        prototype: BufferPrototype | None = None,
        byte_range: ByteRequest | None = None,
    ) -> Buffer | None:
        """Return the bytes under a key, or raise StoreError."""
        data = await self._call(_is_document(key), lambda: self.read(key))
        if data is None:
            return None
        prototype = prototype or default_buffer_prototype()
        return prototype.buffer.from_bytes(_part(data, byte_range))

    async def get_partial_values(
        self,
        prototype: BufferPrototype,
        key_ranges: Iterable[tuple[str, ByteRequest | None]],
    ) -> list[Buffer | None]:
        """Return parts of the bytes under some keys."""
        return [await self.get(key, prototype, part) for key, part in key_ranges]

    async def exists(self, key: str) -> bool:
        """Return whether there is a file under a key."""
        return await self._call(_is_document(key), lambda: self.read(key)) is not None

    def write(self, key: str, data: bytes) -> None:
        """Write a file completely."""
        self._check_writable()
        self.place.put(key, data)
        self.checks.wrote(key, data)

    def discard(self, key: str) -> None:
        """Remove a file, or a folder with its contents."""
        self._check_writable()
        self.place.discard(key)

    async def set(self, key: str, value: Buffer) -> None:
        """Write a file completely."""
        data = value.to_bytes()
        await self._call(len(data) <= SHORT, lambda: self.write(key, data))

    async def delete(self, key: str) -> None:
        """Remove a file."""
        await self._call(True, lambda: self.discard(key))

    async def delete_dir(self, prefix: str) -> None:
        """Remove a folder with its contents."""
        await self.delete(prefix.rstrip("/"))

    async def list_dir(self, prefix: str) -> AsyncIterator[str]:
        """Yield the names directly below a key."""
        for name in self._names(prefix.strip("/")):
            yield name

    async def list_prefix(self, prefix: str) -> AsyncIterator[str]:
        """Yield every key below another."""
        for key in self._below(prefix.strip("/")):
            yield key

    async def list(self) -> AsyncIterator[str]:
        """Yield every key."""
        for key in self._below(""):
            yield key

    async def _call(self, is_short: bool, work: Callable[[], T]) -> T:
        """Do what a folder does in a short time here, and all else in a thread."""
        if is_short and self.place.is_local:
            return work()
        return await asyncio.to_thread(work)

    def _names(self, key: str) -> Iterator[str]:
        names = self.place.names(key)
        return (name for name in names if key or self.checks.shows(name))

    def _below(self, key: str) -> Iterator[str]:
        for name in self._names(key):
            inner = f"{key}/{name}" if key else name
            below = self.place.names(inner)
            if below:
                yield from self._below(inner)
            else:
                yield inner


def _is_document(key: str) -> bool:
    """Return whether a key is metadata, which zarr requests one at a time."""
    return key.endswith("zarr.json")


def _part(data: bytes, byte_range: ByteRequest | None) -> bytes:
    """Return the part of some bytes that zarr requests."""
    if isinstance(byte_range, RangeByteRequest):
        return data[byte_range.start : byte_range.end]
    if isinstance(byte_range, OffsetByteRequest):
        return data[byte_range.offset :]
    if isinstance(byte_range, SuffixByteRequest):
        return data[-byte_range.suffix :]
    return data
