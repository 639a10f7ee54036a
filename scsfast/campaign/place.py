"""Where a store lies: a folder, or a prefix of an S3 bucket, behind one set of verbs.

Keys are paths inside the store, such as "commits/0000-000000.json". Zarr writes its chunks
itself, through `zarr`; all else goes through here. `bucket` holds the other kind.
"""

import glob
import os
from contextlib import suppress
from pathlib import Path

from ..errors import ConfigError, DifferentCampaignError
from .files import HOST, fsync_path, fsync_tree, is_alive, publish, remove_tree
from .lock import Lock

CHOOSE = "; nothing was touched, choose another path"
COMMITS = "commits"  # the folder of all that is no array
LOCK = f"{COMMITS}/lock"


def place_of(path):
    """Return the place that a path or an ``s3://`` URL names.

    Raises
    ------
    ConfigError
        If the URL is of another kind, or there is none.
    """
    text = str(path)
    scheme, is_url, rest = text.partition("://")
    if is_url and scheme.lower() == "s3":
        from .bucket import Bucket

        return Bucket(f"s3://{rest}")
    if is_url or not text:
        raise ConfigError(f"must be the path of a folder or an s3:// URL, got {text!r}")
    return Folder(Path(path))


class Folder:
    """A store in a folder of a file system.

    Attributes
    ----------
    path : Path
    zarr : Path
        What zarr opens.
    """

    def __init__(self, path: Path):
        self.path = self.zarr = path

    def __str__(self) -> str:
        return str(self.path)

    @property
    def resolved(self) -> str:
        """The one name of the place, however it was given."""
        return str(self.path.resolve())

    def holds(self, key: str = "") -> bool:
        """Say whether there is anything under a key."""
        return (self.path / key).exists()

    def is_taken(self) -> bool:
        """Say whether there is anything where a store is to be created."""
        if not self.path.exists():
            return False
        return not self.path.is_dir() or any(self.path.iterdir())

    def names(self, key: str = "") -> list[str]:
        """Return the names directly below a key, in order."""
        folder = self.path / key
        return (
            sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
        )

    def read(self, key: str) -> bytes | None:
        """Return a file's bytes, None if there is none."""
        with suppress(FileNotFoundError, NotADirectoryError):
            return (self.path / key).read_bytes()
        return None

    def open(self, key: str):
        """Return a file, open for reading bytes."""
        return (self.path / key).open("rb")

    def publish(self, key: str, write) -> None:
        """Write a file whole and on the disk: `write` is called with it, open."""
        publish(self.path / key, write)

    def remove(self, key: str) -> None:
        """Remove a file, or a folder and all in it, for good."""
        if self.holds(key):
            remove_tree(self.path / key)
            fsync_path((self.path / key).parent)

    def discard(self, key: str) -> None:
        """Remove what is about to be written anew."""
        remove_tree(self.path / key)

    def settle(self, key: str, above: int = 1) -> None:
        """Bring all under a key to the disk, and the folders `above` it."""
        folder = self.path / key
        if folder.is_dir():
            fsync_tree(folder)
        else:
            fsync_path(folder)
        for parent in folder.parents[:above]:
            fsync_path(parent)

    def sweep(self, keys) -> None:
        """Remove what killed writers left half written at the root and under keys."""
        left = [*self.path.glob("zarr.*.partial"), *self.path.glob(f"{COMMITS}/.*.tmp")]
        for key in keys:
            left += (self.path / key).rglob("*.partial")
        for partial in left:
            partial.unlink(missing_ok=True)

    def lock(self) -> Lock:
        """Return the lock of the store."""
        return Lock(self.path / LOCK)

    def create(self, fill) -> None:
        """Make a store, whole or not at all: `fill` is called with where zarr writes."""
        self._refuse_inside()
        self._refuse_current()
        path = self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._sweep_drafts()
        draft = path.with_name(f".{path.name}.{HOST}.{os.getpid()}.creating")
        remove_tree(draft)  # a disk may have refused to remove an earlier one
        try:
            fill(draft)
            fsync_tree(draft)
            self._take(draft)
        finally:
            remove_tree(draft)

    def _take(self, draft: Path) -> None:
        """Rename the draft into place, unless another process was faster."""
        try:
            draft.rename(self.path)
        except OSError:
            if not self.holds("zarr.json"):
                raise
        fsync_path(self.path.parent)

    def _refuse_inside(self) -> None:
        """Raise DifferentCampaignError if the path lies inside another store."""
        for folder in self.path.resolve().parents:
            if (folder / "zarr.json").exists():
                raise DifferentCampaignError(
                    f"{self.path}: is inside the store {folder}{CHOOSE}"
                )

    def _refuse_current(self) -> None:
        """Raise ConfigError for the current folder: a store would be renamed over it."""
        if self.path.resolve() == Path.cwd():
            raise ConfigError(
                "must be another folder than the one this is run in, got "
                f"'{self.path}'; give a name, such as out.zarr"
            )

    def _sweep_drafts(self) -> None:
        """Remove drafts of stores whose creators on this host are dead."""
        name = glob.escape(self.path.name)
        for draft in self.path.parent.glob(f".{name}.{HOST}.*.creating"):
            pid = draft.name.split(".")[-2]
            if pid.isdigit() and not is_alive(int(pid)):
                remove_tree(draft)
