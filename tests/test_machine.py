"""Limits of the machine are read from the operating system; the tightest counts."""

import os

import pytest

from scsfast.machine import (
    available_cores,
    disk_at,
    memory_available,
    memory_limits,
    resident_bytes,
    virtual_bytes,
)
from scsfast.text import size

GIB = 2**30


def machine(root, files: dict):
    """Write the files of the operating system below `root`."""
    common = {"proc/meminfo": f"MemTotal: 1 kB\nMemAvailable: {8 * 2**20} kB\n"}
    for name, text in (common | files).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


V2 = {
    "proc/self/cgroup": "0::/slurm/job_7/step_0\n",
    "sys/fs/cgroup/slurm/job_7/memory.max": f"{4 * GIB}\n",
    "sys/fs/cgroup/slurm/job_7/memory.current": f"{3 * GIB}\n",
    "sys/fs/cgroup/slurm/job_7/memory.stat": f"anon 5\ninactive_file {GIB}\n",
    "sys/fs/cgroup/slurm/job_7/cpu.max": "150000 100000\n",
    "sys/fs/cgroup/slurm/job_7/step_0/memory.max": "max\n",
    "sys/fs/cgroup/slurm/job_7/step_0/cpu.max": "max 100000\n",
}
V1 = {
    "proc/self/cgroup": "4:memory:/docker/a\n3:cpu,cpuacct:/docker/a\n1:name=systemd:/\n",
    "sys/fs/cgroup/memory/docker/a/memory.limit_in_bytes": f"{2 * GIB}\n",
    "sys/fs/cgroup/memory/docker/a/memory.usage_in_bytes": f"{GIB}\n",
    "sys/fs/cgroup/memory/docker/a/memory.stat": f"total_inactive_file {GIB // 2}\n",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    "sys/fs/cgroup/cpu/docker/a/cpu.cfs_quota_us": "100000\n",
    "sys/fs/cgroup/cpu/docker/a/cpu.cfs_period_us": "100000\n",
}


def test_available_memory_is_a_limit(tmp_path):
    assert memory_limits(machine(tmp_path, {})) == [("available memory", 8 * GIB)]


@pytest.mark.parametrize(
    ("files", "left"), [(V2, 2 * GIB), (V1, 3 * GIB // 2)], ids=["v2", "v1"]
)
def test_cgroups_limit_memory_less_what_they_hold(tmp_path, files, left):
    root = machine(tmp_path, files)
    assert memory_available(root) == ("the cgroup's memory", left)


@pytest.mark.parametrize(
    ("files", "cores"), [(V2, 2), (V1, 1)], ids=["v2: 1.5 cores", "v1: 1 core"]
)
def test_cgroups_limit_cores(tmp_path, monkeypatch, files, cores):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(8)))
    assert available_cores(machine(tmp_path / "free", {})) == 8
    assert available_cores(machine(tmp_path / "group", files)) == cores


def test_affinity_limits_cores(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {3})
    assert available_cores(machine(tmp_path, V2)) == 1


def test_disk_is_that_of_the_nearest_folder(tmp_path):
    room = os.statvfs(tmp_path)
    found = disk_at(tmp_path / "not" / "there.zarr")
    assert found.folder == tmp_path
    assert abs(found.n_bytes - room.f_bavail * room.f_frsize) < GIB


def test_resident_memory_is_less_than_virtual_memory():
    assert 0 < resident_bytes() < virtual_bytes()


@pytest.mark.parametrize(
    ("n_bytes", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1500, "1.5 kB"),
        (123_456_789, "123 MB"),
        (10**13, "10.0 TB"),
    ],
)
def test_bytes_in_words(n_bytes, words):
    assert size(n_bytes) == words


def test_limits_that_the_system_does_not_report_are_none(tmp_path, monkeypatch):
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    root = machine(tmp_path, {"proc/meminfo": "MemTotal: 1 kB\n"})
    assert memory_limits(root)[0] == ("available memory", whole)
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert available_cores(root) == 6
    assert resident_bytes(root) == virtual_bytes(root) == 0


def test_cgroup_without_the_cache_counts_all_use(tmp_path):
    name = "sys/fs/cgroup/slurm/job_7/memory.stat"
    assert memory_available(machine(tmp_path, {**V2, name: "anon 5\n"})).n_bytes == GIB


def test_address_space_is_a_limit(tmp_path, monkeypatch):
    root = machine(tmp_path, {"proc/self/statm": "1000 5 0 0 0 0 0\n"})
    used = 1000 * os.sysconf("SC_PAGE_SIZE")
    monkeypatch.setattr("resource.getrlimit", lambda _: (used + 7, used + 7))
    assert memory_available(root) == ("RLIMIT_AS (ulimit -v)", 7)
    monkeypatch.setattr("resource.getrlimit", lambda _: (used - 7, used - 7))
    assert memory_available(root).n_bytes == 0
