"""A store in a folder of a file system; `place.Place` lists the operations.

A new store is created beside its place and renamed into it, and files are written beside
their place and renamed, so that a killed writer leaves only drafts, which are swept.
"""

from __future__ import annotations

import errno
import glob
import os
import re
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from ..atomic_files import HOST, fsync_path, fsync_tree, is_alive, remove_tree
from ..errors import ConfigError, DifferentCampaignError
from .beneath import Beneath
from .checked_zarr import CheckedZarr
from .lock import Lock
from .place import LARGEST_FILE, Fill, Place, Write

CHOOSE = "; nothing was changed, choose another path"
COMMITS = "commits"  # the folder of all files that are not arrays
LOCK = f"{COMMITS}/lock"
# Names of the drafts of `Beneath.publish`.
DRAFT = re.compile(r"\..+\.\d+\.[0-9a-f]{8}\.tmp", re.DOTALL)


def place_of(path: str | PathLike[str]) -> Place:
    """Return the place that a path or an ``s3://`` URL names.

    Raises
    ------
    ConfigError
        If the URL is of another kind, or the path is empty.
    """
    text = str(path)
    scheme, is_url, rest = text.partition("://")
    if is_url and scheme.lower() == "s3":
        from .s3 import Bucket

        return Bucket(f"s3://{rest}")
    if is_url or not text:
        raise ConfigError(f"must be the path of a folder or an s3:// URL, got {text!r}")
    return Folder(Path(path))


class Folder:
    """A store in a folder of a file system.

    Parameters
    ----------
    path : Path
        It may be a link or lead through links; links inside the store are refused.
    """

    is_local = True

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = Path(os.path.realpath(path))
        self.beneath = Beneath(self.root, path)

    def __str__(self) -> str:
        return str(self.path)

    @property
    def resolved(self) -> str:
        """The same name for the same folder, however it was given."""
        return str(self.root)

    @property
    def zarr(self) -> CheckedZarr:
        """The store that zarr opens, without checks."""
        return CheckedZarr(self)

    def holds(self, key: str = "") -> bool:
        """Return whether anything exists under a key."""
        return self.root.exists() and (not key or self.beneath.kind(key) != "")

    def is_taken(self) -> bool:
        """Return whether anything exists where a store is to be created."""
        if not self.root.exists():
            return False
        return not self.root.is_dir() or any(self.root.iterdir())

    def names(self, key: str = "") -> list[str]:
        """Return the names directly below a key, in order."""
        return self.beneath.names(key)

    def read(self, key: str, limit: int = LARGEST_FILE) -> bytes | None:
        """Return a file's bytes; None without one; StoreError beyond the limit."""
        return self.beneath.read(key, limit)

    def open(self, key: str, limit: int = LARGEST_FILE) -> BinaryIO | None:
        """Return a file, open for reading; None without one."""
        return self.beneath.open(key, limit)

    def publish(self, key: str, write: Write) -> None:
        """Write a file completely and flush it; `write` is called with the open file."""
        self.beneath.publish(key, write)

    def put(self, key: str, data: bytes) -> None:
        """Write a file completely; `settle` flushes it to the disk."""
        self.beneath.publish(key, lambda file: file.write(data), durable=False)

    def remove(self, key: str) -> None:
        """Remove a file, or a folder with its contents, durably."""
        self.beneath.remove(key, durable=True)

    def discard(self, key: str) -> None:
        """Remove what is about to be written again."""
        self.beneath.remove(key)

    def settle(self, key: str, above: int = 1) -> None:
        """Flush everything under a key to the disk, and the folders `above` it."""
        self.beneath.settle(key, above)

    def settle_all(self, keys: Iterable[str], above: int = 1) -> None:
        """Flush everything under some keys together, and the folders `above` each."""
        self.beneath.settle_all(keys, above)

    def sweep(self, keys: Iterable[str]) -> None:
        """Remove files that killed writers left half written, at the root and under keys."""
        self.beneath.sweep("", _is_half)
        for key in keys:
            self.beneath.sweep_tree(key, _is_half)

    def lock(self) -> Lock:
        """Return the lock of the store."""
        return Lock(self.beneath, LOCK)

    def create(self, fill: Fill) -> None:
        """Create a store completely or not at all; `fill` writes it."""
        self._refuse_inside()
        self._refuse_current()
        self._refuse_mount()
        root = self.root
        root.parent.mkdir(parents=True, exist_ok=True)
        self._sweep_drafts()
        draft = root.with_name(f".{root.name}.{HOST}.{os.getpid()}.creating")
        remove_tree(draft)  # removing an earlier one may have failed
        try:
            draft.mkdir()
            fill(Folder(draft).zarr)
            fsync_tree(draft)
            self._take(draft)
        finally:
            remove_tree(draft)

    def _take(self, draft: Path) -> None:
        """Rename the draft into place, unless another process was faster."""
        try:
            draft.rename(self.root)
        except OSError as error:
            if error.errno in (errno.EBUSY, errno.EXDEV):
                raise self._mounted() from error
            if not self.holds("zarr.json"):
                raise
        fsync_path(self.root.parent)

    def _refuse_mount(self) -> None:
        """Raise ConfigError for a mount point, over which nothing can be renamed."""
        if self.root.is_mount():
            raise self._mounted()

    def _mounted(self) -> ConfigError:
        inside = self.path / "out.zarr"
        return ConfigError(
            f"must not be a mount point, got '{self.path}': a store is made beside its "
            f"place and renamed into it; give a folder inside, such as {inside}"
        )

    def _refuse_inside(self) -> None:
        """Raise DifferentCampaignError if the path lies inside another store."""
        for folder in self.root.parents:
            if (folder / "zarr.json").exists():
                raise DifferentCampaignError(
                    f"{self.path}: is inside the store {folder}{CHOOSE}"
                )

    def _refuse_current(self) -> None:
        """Raise ConfigError for the current folder, which a new store would replace."""
        if self.root == Path.cwd():
            raise ConfigError(
                f"must not be the current folder, got '{self.path}'; give a name, such "
                "as out.zarr"
            )

    def _sweep_drafts(self) -> None:
        """Remove drafts of stores whose creators on this host are dead."""
        name = glob.escape(self.root.name)
        for draft in self.root.parent.glob(f".{name}.{HOST}.*.creating"):
            pid = draft.name.split(".")[-2]
            if pid.isdigit() and not is_alive(int(pid)):
                remove_tree(draft)


def _is_half(name: str) -> bool:
    """Return whether a file is the draft of a killed writer, by its name."""
    return DRAFT.fullmatch(name) is not None
