"""The limits of this machine for a process: cores, memory, room on a disk.

Each limit is read from the operating system; one that cannot be read does not limit.
Nothing is set here.
"""

from __future__ import annotations

import math
import os
import resource
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import NamedTuple

ADDRESS_SPACE = "RLIMIT_AS (ulimit -v)"
UNLIMITED = 1 << 60  # cgroups of version 1 write "no limit" as a number about 2^63
CGROUP_FILES = {  # limit, use, and what of the use the kernel can take back at once
    2: ("memory.max", "memory.current", "inactive_file"),
    1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}


class Limit(NamedTuple):
    """Bytes that this process can still allocate, and the name of the limit."""

    name: str
    n_bytes: int


class Disk(NamedTuple):
    """Free room at a path: bytes, and files (None if the file system does not report them)."""

    folder: Path
    n_bytes: int
    n_files: int | None


def available_cores(root: Path = Path("/")) -> int:
    """Return the cores that this process may use: its affinity, or fewer by its cgroup.

    Parameters
    ----------
    root : Path
        Where ``proc`` and ``sys`` are.
    """
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    return max(1, min([cores, *map(math.ceil, _quotas(root))]))


def memory_available(root: Path = Path("/")) -> Limit:
    """Return the tightest of the limits on what this process can still allocate.

    The limits are the machine's available memory, those of the process's cgroup and of
    all above it, and RLIMIT_AS.
    """
    return min(memory_limits(root), key=lambda limit: limit.n_bytes)


def memory_limits(root: Path = Path("/")) -> list[Limit]:
    """Return every limit on memory that is set, in bytes still free under it."""
    found = [Limit("available memory", _machine(root)), *_cgroups(root)]
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    if most != resource.RLIM_INFINITY:
        left = max(0, most - virtual_bytes(root))
        found.append(Limit(ADDRESS_SPACE, left))
    return found


def resident_bytes(root: Path = Path("/")) -> int:
    """Return the resident memory of this process."""
    return _pages(root, 1)


def virtual_bytes(root: Path = Path("/")) -> int:
    """Return the address space of this process, which RLIMIT_AS limits."""
    return _pages(root, 0)


def disk_at(path: str | PathLike[str]) -> Disk:
    """Return the room at the nearest folder above a path that exists."""
    folder = Path(path).absolute()
    while not folder.exists():
        folder = folder.parent
    room = os.statvfs(folder)
    files = room.f_favail if room.f_files else None
    return Disk(folder, room.f_bavail * room.f_frsize, files)


def _pages(root: Path, column: int) -> int:
    """Return a column of ``/proc/self/statm`` in bytes, 0 if it does not exist."""
    words = _text(root / "proc/self/statm").split()
    return int(words[column]) * os.sysconf("SC_PAGE_SIZE") if words else 0


def _machine(root: Path) -> int:
    """Return the memory that the machine can provide without swapping."""
    for line in _text(root / "proc/meminfo").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _cgroups(root: Path) -> list[Limit]:
    """Return the free memory under each cgroup that limits this process."""
    found = []
    for version, folder in _folders(root, "memory"):
        most, used, cache = CGROUP_FILES[version]
        limit = _number(folder / most)
        if limit is not None and limit < UNLIMITED:
            held = (_number(folder / used) or 0) - _stat(folder, cache)
            found.append(Limit("the cgroup's memory", max(0, limit - max(0, held))))
    return found


def _quotas(root: Path) -> list[float]:
    """Return the cores that each cgroup of this process grants, if it sets a quota."""
    found = []
    for version, folder in _folders(root, "cpu"):
        if version == 2:
            words = _text(folder / "cpu.max").split()
        else:
            names = ("cpu.cfs_quota_us", "cpu.cfs_period_us")
            words = [_text(folder / name).strip() for name in names]
        if len(words) == 2 and words[0].isdigit() and words[1].isdigit():
            found.append(int(words[0]) / int(words[1]))
    return found


def _folders(root: Path, controller: str) -> list[tuple[int, Path]]:
    """Return (cgroup version, folder) of this process's cgroup and all above it."""
    found = []
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, names, own = line.split(":", 2)
        if number != "0" and controller not in names.split(","):
            continue
        version = 2 if number == "0" else 1
        top = root / "sys/fs/cgroup" / ("" if version == 2 else controller)
        inner = top / own.lstrip("/")
        between = [inner, *inner.parents]
        kept = between[: between.index(top) + 1] if top in between else [top]
        found += [(version, folder) for folder in kept if folder.is_dir()]
    return found


def _stat(folder: Path, key: str) -> int:
    """Return an entry of a cgroup's ``memory.stat``, 0 if it does not exist."""
    for line in _text(folder / "memory.stat").splitlines():
        name, _, value = line.partition(" ")
        if name == key:
            return int(value)
    return 0


def _number(path: Path) -> int | None:
    """Return the whole number in a file, None if there is none."""
    text = _text(path).strip()
    return int(text) if text.isdigit() else None


def _text(path: Path) -> str:
    """Return a small file of the operating system, "" if it cannot be read."""
    with suppress(OSError):
        return path.read_text(encoding="ascii", errors="replace")
    return ""
