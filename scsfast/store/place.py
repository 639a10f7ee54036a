"""Where a store is: the operations that folders and buckets have in common.

Keys are paths inside the store, such as "commits/0000-000000.json". Zarr writes its chunks
through `Place.zarr`; all other files are read and written with these operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeAlias

if TYPE_CHECKING:
    from .checked_zarr import CheckedZarr

LARGEST_FILE = 2**31  # bytes, where no smaller limit is known

Write: TypeAlias = Callable[[BinaryIO], object]  # writes to a file that is open
Fill: TypeAlias = Callable[["CheckedZarr"], object]  # writes a new store


class StoreLock(Protocol):
    """The lock of a store: only one process writes it at a time."""

    def acquire(self) -> None:
        """Take the lock; raise a StoreError that names its owner if it is taken."""

    def release(self) -> None:
        """Release the lock."""


class Place(Protocol):
    """A folder, or a prefix of an S3 bucket, that holds a store or may come to hold one."""

    @property
    def path(self) -> Path | str:
        """Path or URL, as the user gave it."""

    @property
    def resolved(self) -> str:
        """The same name for the same place, however it was given."""

    @property
    def is_local(self) -> bool:
        """Whether it is a folder, where small files take less time than a thread."""

    @property
    def zarr(self) -> CheckedZarr:
        """The store that zarr opens, without checks."""

    def holds(self, key: str = "") -> bool:
        """Return whether anything exists under a key."""

    def is_taken(self) -> bool:
        """Return whether anything exists where a store is to be created."""

    def names(self, key: str = "") -> list[str]:
        """Return the names directly below a key, in order."""

    def read(self, key: str, limit: int = LARGEST_FILE) -> bytes | None:
        """Return a file's bytes; None without one; StoreError beyond the limit."""

    def open(self, key: str, limit: int = LARGEST_FILE) -> BinaryIO | None:
        """Return a file, open for reading; None without one."""

    def publish(self, key: str, write: Write) -> None:
        """Write a file completely and durably, or leave the old one."""

    def put(self, key: str, data: bytes) -> None:
        """Write a file completely; `settle` makes it durable."""

    def remove(self, key: str) -> None:
        """Remove a file, or a folder with its contents, durably."""

    def discard(self, key: str) -> None:
        """Remove what is about to be written again."""

    def settle(self, key: str, above: int = 1) -> None:
        """Make everything under a key durable, and the folders `above` it."""

    def settle_all(self, keys: Iterable[str], above: int = 1) -> None:
        """Make everything under some keys durable, and the folders `above` each."""

    def sweep(self, keys: Iterable[str]) -> None:
        """Remove files that killed writers left half written, at the root and under keys."""

    def lock(self) -> StoreLock:
        """Return the lock of the store."""

    def create(self, fill: Fill) -> None:
        """Create a store completely or not at all; `fill` writes it."""
