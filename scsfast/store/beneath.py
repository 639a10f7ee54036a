"""Files below one folder, reached without following a link.

Everything that scsfast opens, writes or removes inside a store in a file system goes
through this module. Each folder on the way is opened by its own descriptor with
O_NOFOLLOW, so that no entry of a store can lead outside it, even while the store is being
changed. Links above the store are the user's and are followed.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO, NoReturn, TypeAlias

from ..errors import StoreError
from .place import LARGEST_FILE, Write

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
LONGEST_KEY, DEEPEST_KEY = 1024, 16
# Files flushed at a time. 64 files took 360 ms one by one and 20 ms in 32 threads; 32 take no
# less time than 12 for the 400 files of the end of a run, but more of the interpreter.
FLUSHERS = 16

IsLeft: TypeAlias = Callable[[str], bool]  # whether a file of that name is a leftover


def parts_of(key: str) -> list[str]:
    """Return the parts of a key; the key "" is the folder itself.

    Raises
    ------
    StoreError
        If the key could name anything outside the folder.
    """
    if not key:
        return []
    parts = key.split("/")
    is_odd = any(part in ("", ".", "..") or "\0" in part for part in parts)
    if is_odd or len(key) > LONGEST_KEY or len(parts) > DEEPEST_KEY:
        raise StoreError(f"{key[:80]!r} cannot be the name of anything in a store")
    return parts


class Beneath:
    """The files and folders below a root.

    Parameters
    ----------
    root : Path
        The folder.
    name : path-like, optional
        Name of the folder in messages; by default its path.
    """

    def __init__(self, root: Path, name: str | os.PathLike[str] | None = None) -> None:
        self.root, self.name = root, name or root
        self._durable: set[str] = set()  # keys whose entry in their folder was flushed

    def kind(self, key: str) -> str:
        """Return "file" or "folder", or "" if nothing exists.

        Raises
        ------
        StoreError
            If there is a link, a device, or anything else.
        """
        with suppress(FileNotFoundError), self._parent(key) as (folder, name):
            if not name:
                return "folder"
            mode = os.lstat(name, dir_fd=folder).st_mode
            if stat.S_ISDIR(mode):
                return "folder"
            if stat.S_ISREG(mode):
                return "file"
            raise self._refused(key, mode)
        return ""

    def names(self, key: str = "") -> list[str]:
        """Return the names directly below a folder, in order; [] without the folder."""
        with suppress(FileNotFoundError), self._folder(parts_of(key)) as folder:
            return sorted(os.listdir(folder))  # noqa: PTH208, a descriptor
        return []

    def read(self, key: str, limit: int = LARGEST_FILE) -> bytes | None:
        """Return the bytes of a file, None without one; raises as `open`."""
        file = self.open(key, limit)
        if file is None:
            return None
        with file:  # reading `limit` bytes would allocate that much memory at once
            return file.read(min(os.fstat(file.fileno()).st_size, limit))

    def open(self, key: str, limit: int = LARGEST_FILE) -> BinaryIO | None:
        """Return a file, open for reading, or None without one.

        Raises
        ------
        StoreError
            If it is not a plain file, or has more than `limit` bytes.
        """
        with suppress(FileNotFoundError), self._parent(key) as (folder, name):
            handle = self._open(key, name, folder, os.O_RDONLY | FILE)
            found = os.fstat(handle)
            if stat.S_ISREG(found.st_mode) and found.st_size <= limit:
                return os.fdopen(handle, "rb")
            os.close(handle)
            if stat.S_ISREG(found.st_mode):
                raise self._too_large(key, found.st_size, limit)
            raise self._refused(key, found.st_mode)
        return None

    def publish(self, key: str, write: Write, durable: bool = True) -> None:
        """Write a file completely, or leave the old one.

        Parameters
        ----------
        key : str
            Path of the file; its folders are created.
        write : callable
            Called with the file, open for writing.
        durable : bool
            Whether the file must be on the disk on return.
        """
        with self._parent(key, make=True) as (folder, name):
            self._refuse_odd(key, folder, name)
            draft = f".{name[:100]}.{os.getpid()}.{secrets.token_hex(4)}.tmp"
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | FILE
            handle = os.open(draft, flags, 0o666, dir_fd=folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    write(file)
                    file.flush()
                    if durable:
                        os.fsync(handle)
                os.replace(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with suppress(OSError):
                    os.unlink(draft, dir_fd=folder)
                raise
            if durable:
                os.fsync(folder)

    def remove(self, key: str, durable: bool = False) -> None:
        """Remove a file, or a folder with its contents; links in it are not followed.

        Raises
        ------
        StoreError
            If the key itself is a link, a device, or the root.
        """
        with suppress(FileNotFoundError), self._parent(key) as (folder, name):
            if not name:
                raise StoreError(f"{self.name}: a store is never removed")
            mode = os.lstat(name, dir_fd=folder).st_mode
            if stat.S_ISDIR(mode):
                shutil.rmtree(name, dir_fd=folder)
            elif stat.S_ISREG(mode):
                os.unlink(name, dir_fd=folder)
            else:
                raise self._refused(key, mode)
            if durable:
                os.fsync(folder)

    def settle(self, key: str, above: int = 1) -> None:
        """Flush everything under a key to the disk, and the folders `above` it."""
        self.settle_all([key], above)

    def settle_all(self, keys: Iterable[str], above: int = 1) -> None:
        """Flush everything under some keys to the disk, and the folders `above` each.

        A disk flushes many files at once in little more time than one, so keys are flushed
        in parallel. All are on the disk on return. A folder above is flushed again only if
        an entry on the way to a key is new: most blocks lie in folders that exist.
        """
        wanted = list(dict.fromkeys(keys))
        paths = {inner for key in wanted for inner in _upwards(key, above)}
        new = paths - self._durable
        folders = {inner.rpartition("/")[0] for inner in new}
        tasks = [*((key, True) for key in wanted), *((key, False) for key in folders)]
        for _ in _flushers().map(lambda task: self._sync(*task), tasks):
            pass
        self._durable.update(new - {*wanted})

    def _sync(self, key: str, whole: bool) -> None:
        """Flush a file, or the entries of a folder and with `whole` all below it."""
        with self._parent(key) as (folder, name):
            _sync_entry(name, folder, whole) if name else _sync_folder(folder, whole)

    def sweep(self, key: str, is_left: IsLeft) -> None:
        """Remove the plain files directly in a folder for whose name `is_left` is true."""
        with suppress(FileNotFoundError), self._folder(parts_of(key)) as folder:
            _sweep(folder, is_left)

    def sweep_tree(self, key: str, is_left: IsLeft) -> None:
        """Do the same in a folder and in all folders below it."""
        with suppress(FileNotFoundError), self._folder(parts_of(key)) as folder:
            for _, _, _, inner in os.fwalk(dir_fd=folder, onerror=_raise):
                _sweep(inner, is_left)

    def lock_file(self, key: str, flags: int) -> int:
        """Open a file that is written in place, and return its descriptor.

        Raises
        ------
        StoreError
            If it is not a plain file, or has a second name.
        """
        with self._parent(key) as (folder, name):
            handle = self._open(key, name, folder, flags | FILE, 0o644)
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            os.close(handle)
            raise self._refused(key, found.st_mode)
        if found.st_nlink > 1:
            os.close(handle)
            raise StoreError(
                f"{self.name}/{key}: has a second name (a hard link) and must not be "
                "written; remove it from the store"
            )
        return handle

    def is_current(self, key: str, handle: int) -> bool:
        """Return whether an open file is the one that a key names."""
        with suppress(FileNotFoundError), self._parent(key) as (folder, name):
            return os.path.samestat(os.fstat(handle), os.lstat(name, dir_fd=folder))
        return False

    @contextmanager
    def _folder(self, parts: list[str], make: bool = False) -> Iterator[int]:
        """Yield the descriptor of a folder below the root."""
        try:
            handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except NotADirectoryError:
            raise FileNotFoundError(self.root) from None  # nothing is below a file
        try:
            for k, part in enumerate(parts):
                inner = self._inner("/".join(parts[: k + 1]), part, handle, make)
                os.close(handle)
                handle = inner
            yield handle
        finally:
            os.close(handle)

    def _inner(self, key: str, name: str, folder: int, make: bool) -> int:
        """Return the descriptor of a folder in a folder."""
        try:
            try:
                return os.open(name, FOLDER, dir_fd=folder)
            except FileNotFoundError:
                if not make:
                    raise
                self._durable.discard(key)
                with suppress(FileExistsError):
                    os.mkdir(name, dir_fd=folder)
                return os.open(name, FOLDER, dir_fd=folder)
        except NotADirectoryError:
            mode = os.lstat(name, dir_fd=folder).st_mode
            if make or not stat.S_ISREG(mode):
                raise self._refused(key, mode) from None
            raise FileNotFoundError(key) from None  # nothing is below a plain file

    @contextmanager
    def _parent(self, key: str, make: bool = False) -> Iterator[tuple[int, str]]:
        """Yield the descriptor of the folder of a key, and its name in that folder."""
        parts = parts_of(key)
        with self._folder(parts[:-1], make) as folder:
            yield folder, parts[-1] if parts else ""

    def _open(
        self, key: str, name: str, folder: int, flags: int, mode: int = 0o666
    ) -> int:
        """Open a file and return its descriptor; anything but a plain file is refused."""
        try:
            return os.open(name, flags, mode, dir_fd=folder)
        except FileExistsError:
            raise
        except OSError:
            self._refuse_odd(key, folder, name)
            raise

    def _refuse_odd(self, key: str, folder: int, name: str) -> None:
        """Raise StoreError if anything but a plain file exists."""
        with suppress(FileNotFoundError):
            mode = os.lstat(name, dir_fd=folder).st_mode
            if not stat.S_ISREG(mode):
                raise self._refused(key, mode)

    def _refused(self, key: str, mode: int) -> StoreError:
        kinds = {stat.S_IFLNK: "a link", stat.S_IFDIR: "a folder"}
        found = kinds.get(stat.S_IFMT(mode), "a plain file")
        if stat.S_IFMT(mode) not in (*kinds, stat.S_IFREG):
            found = "a device, socket or pipe"
        return StoreError(
            f"{self.name}/{key}: is {found}, where scsfast keeps something else; nothing "
            "was changed, move it out of the store"
        )

    def _too_large(self, key: str, size: int, limit: int) -> StoreError:
        return StoreError(
            f"{self.name}/{key}: is damaged: it has {size} bytes or more, and may have at "
            f"most {limit}; verify the store"
        )


@cache
def _flushers() -> ThreadPoolExecutor:
    """Return the pool of threads that wait for the disk, one pool per process."""
    return ThreadPoolExecutor(FLUSHERS, thread_name_prefix="flush")


def _upwards(key: str, n: int) -> list[str]:
    """Return a key and the folders above it, `n` in all, without the root."""
    parts = parts_of(key)
    return ["/".join(parts[: len(parts) - k]) for k in range(min(n, len(parts)))]


def _sync_entry(name: str, folder: int, whole: bool) -> None:
    """Flush a plain file or a folder to the disk; anything else is left alone."""
    mode = os.lstat(name, dir_fd=folder).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        return
    flags = FOLDER if stat.S_ISDIR(mode) else os.O_RDONLY | FILE
    handle = os.open(name, flags, dir_fd=folder)
    try:
        _sync_folder(handle, whole) if stat.S_ISDIR(mode) else os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: int, whole: bool) -> None:
    """Flush the entries of a folder, and with `whole` all below it."""
    for name in os.listdir(folder) if whole else ():  # noqa: PTH208, a descriptor
        _sync_entry(name, folder, whole)
    os.fsync(folder)


def _sweep(folder: int, is_left: IsLeft) -> None:
    """Remove the plain files of a folder for whose name `is_left` is true."""
    for name in os.listdir(folder):  # noqa: PTH208, a descriptor
        if is_left(name) and stat.S_ISREG(os.lstat(name, dir_fd=folder).st_mode):
            os.unlink(name, dir_fd=folder)


def _raise(error: OSError) -> NoReturn:
    raise error
