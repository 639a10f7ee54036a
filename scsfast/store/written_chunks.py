"""The SHA-256 of each chunk that a process has written, found quickly by replicate.

A store of many small replicates needs the snapshots of each. Nested keys are therefore
grouped by the folder of their replicate; every other key is a group of its own.
"""

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import TypeAlias

DEPTH = 4  # parts of "snapshot_score/c/scenario/replicate"

Chunks: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]


class WrittenChunks:
    """SHA-256 by key, grouped by folder; safe to use from several threads."""

    def __init__(self) -> None:
        self._by_folder: dict[str, dict[str, str]] = {}
        self._lock = Lock()

    def add(self, key: str, sha256: str) -> None:
        """Record the digest of what was written under a key."""
        with self._lock:
            self._by_folder.setdefault(_folder(key), {})[key] = sha256

    def update(self, found: "WrittenChunks | Chunks") -> None:
        """Record the digests of a mapping, or of another object of this class."""
        items = found.all() if isinstance(found, WrittenChunks) else dict(found)
        for key, sha256 in items.items():
            self.add(key, sha256)

    def get(self, key: str) -> str | None:
        """Return the SHA-256 of a key, None if this process has not written it."""
        return self._by_folder.get(_folder(key), {}).get(key)

    def sha256(self, key: str) -> str:
        """Return the SHA-256 of a key that this process has written, or raise KeyError."""
        return self._by_folder[_folder(key)][key]

    def all(self) -> dict[str, str]:
        """Return the SHA-256 of all keys."""
        with self._lock:
            return {
                k: sha for part in self._by_folder.values() for k, sha in part.items()
            }

    def below(self, folders: tuple[str, ...]) -> dict[str, str]:
        """Return the SHA-256 of the keys below some folders, each given with a final "/"."""
        if all(folder.count("/") == DEPTH for folder in folders):
            with self._lock:
                parts = [
                    self._by_folder.get(f[:-1], {}) for f in dict.fromkeys(folders)
                ]
                return {key: sha for part in parts for key, sha in part.items()}
        return {k: sha for k, sha in self.all().items() if k.startswith(folders)}


def _folder(key: str) -> str:
    return "/".join(key.split("/", DEPTH)[:DEPTH])
