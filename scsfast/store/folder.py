"""Where a store lies: a folder, or a prefix of an S3 bucket, behind one set of verbs.

Keys are paths inside the store, such as "commits/0000-000000.json". Zarr writes its chunks
itself, through `zarr`; all else goes through here. `bucket` holds the other kind.
"""

import errno
import glob
import os
import re
from os import PathLike
from pathlib import Path
from typing import Any

from ..atomic_files import HOST, fsync_path, fsync_tree, is_alive, remove_tree
from ..errors import ConfigError, DifferentCampaignError
from .beneath import LARGEST_FILE, Beneath
from .checked_zarr import CheckedZarr
from .lock import Lock

CHOOSE = "; nothing was touched, choose another path"
COMMITS = "commits"  # the folder of all that is no array
LOCK = f"{COMMITS}/lock"
DRAFT = re.compile(
    r"\..+\.\d+\.[0-9a-f]{8}\.tmp", re.DOTALL
)  # as `Beneath.publish` has them


def place_of(path: str | PathLike[str]) -> Any:
    """Return the place that a path or an ``s3://`` URL names.

    Raises
    ------
    ConfigError
        If the URL is of another kind, or there is none.
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
        It may itself be a link, or lead through links; nothing inside may.
    """

    def __init__(self, path: Path):
        self.path = path
        self.root = Path(os.path.realpath(path))
        self.beneath = Beneath(self.root, path)

    def __str__(self) -> str:
        return str(self.path)

    @property
    def resolved(self) -> str:
        """The one name of the place, however it was given."""
        return str(self.root)

    @property
    def zarr(self) -> CheckedZarr:
        """What zarr opens."""
        return CheckedZarr(self)

    def holds(self, key: str = "") -> bool:
        """Say whether there is anything under a key."""
        return self.root.exists() and (not key or self.beneath.kind(key) != "")

    def is_taken(self) -> bool:
        """Say whether there is anything where a store is to be created."""
        if not self.root.exists():
            return False
        return not self.root.is_dir() or any(self.root.iterdir())

    def names(self, key: str = "") -> list[str]:
        """Return the names directly below a key, in order."""
        return self.beneath.names(key)

    def read(self, key: str, limit: int = LARGEST_FILE) -> bytes | None:
        """Return a file's bytes, None if there is none, StoreError beyond a limit."""
        return self.beneath.read(key, limit)

    def open(self, key: str, limit: int = LARGEST_FILE):
        """Return a file, open for reading bytes, None if there is none."""
        return self.beneath.open(key, limit)

    def publish(self, key: str, write) -> None:
        """Write a file whole and on the disk: `write` is called with it, open."""
        self.beneath.publish(key, write)

    def put(self, key: str, data: bytes) -> None:
        """Write a file whole; `settle` brings it to the disk."""
        self.beneath.publish(key, lambda file: file.write(data), durable=False)

    def remove(self, key: str) -> None:
        """Remove a file, or a folder and all in it, for good."""
        self.beneath.remove(key, durable=True)

    def discard(self, key: str) -> None:
        """Remove what is about to be written anew."""
        self.beneath.remove(key)

    def settle(self, key: str, above: int = 1) -> None:
        """Bring all under a key to the disk, and the folders `above` it."""
        self.beneath.settle(key, above)

    def settle_all(self, keys, above: int = 1) -> None:
        """Bring all under some keys to the disk at once, and the folders `above` each."""
        self.beneath.settle_all(keys, above)

    def sweep(self, keys) -> None:
        """Remove what killed writers left half written at the root and under keys."""
        self.beneath.sweep("", _is_half)
        for key in keys:
            self.beneath.sweep_tree(key, _is_half)

    def lock(self) -> Lock:
        """Return the lock of the store."""
        return Lock(self.beneath, LOCK)

    def create(self, fill) -> None:
        """Make a store, whole or not at all: `fill` is called with where zarr writes."""
        self._refuse_inside()
        self._refuse_current()
        self._refuse_mount()
        root = self.root
        root.parent.mkdir(parents=True, exist_ok=True)
        self._sweep_drafts()
        draft = root.with_name(f".{root.name}.{HOST}.{os.getpid()}.creating")
        remove_tree(draft)  # a disk may have refused to remove an earlier one
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
        """Raise ConfigError for the top of a file system: nothing is renamed over it."""
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
        """Raise ConfigError for the current folder: a store would be renamed over it."""
        if self.root == Path.cwd():
            raise ConfigError(
                "must be another folder than the one this is run in, got "
                f"'{self.path}'; give a name, such as out.zarr"
            )

    def _sweep_drafts(self) -> None:
        """Remove drafts of stores whose creators on this host are dead."""
        name = glob.escape(self.root.name)
        for draft in self.root.parent.glob(f".{name}.{HOST}.*.creating"):
            pid = draft.name.split(".")[-2]
            if pid.isdigit() and not is_alive(int(pid)):
                remove_tree(draft)


def _is_half(name: str) -> bool:
    """Say whether a file is one that a killed writer left half written."""
    return DRAFT.fullmatch(name) is not None
