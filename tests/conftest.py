"""Long checks run only when asked for: ``pytest -m slow``.

Random searches try the same examples every time, unless HYPOTHESIS_PROFILE=default: a
change fails for what it changes, not for a new draw, nor for a machine that is busy.
Temporary files lie in memory where there is room, as waiting for the disk would be most of
the time of many tests.

What collecting has made is kept from the garbage collector, which would look through half a
million objects again and again.

Libraries of linear algebra compute on one thread: arrays here are small, and threads that
wait for each other would take most of the time of some tests, and that of other processes.

Under ``-n`` the tests of a file run in one process, so that a store that they share is made
once (what files share: `support.made_once`), and the longest files start first, so that no
process is left with one at the end.
"""

import gc
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

MEMORY, ROOM = Path("/dev/shm"), 2 * 2**30
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("TMPDIR", str(MEMORY))  # of pytest, tests and their processes
    tempfile.tempdir = None  # it may have been asked for already

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported

# Files that take longest, by seconds of one core: the first of those that are handed out.
# Ranks of MPI also wait for each other on busy cores: the files with them are kept apart.
LONGEST = (
    "test_reference",
    "test_mpi",
    "test_verification",
    "test_ranks_in_one_job",
    "test_surroundings",
    "test_estimate",
    "test_report",
    "test_reuse",
    "test_store_mutated",
    "test_findings_page",
    "test_until",
    "test_snapshots",
    "test_commands",
    "test_damage",
    "test_s3",
    "test_report_files",
    "test_digests",
    "test_other_programs",
    "test_inputs",
)

settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_collection_modifyitems(config, items):
    places = {name: k for k, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))
    if config.option.markexpr:
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    config.hook.pytest_deselected(items=slow)
    chosen = set(slow)
    items[:] = [item for item in items if item not in chosen]


def pytest_collection_finish():
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Keep the tests of a file together, unless another ``--dist`` is asked for."""
    if config.getvalue("dist") != "load":
        return None
    from xdist.scheduler import LoadFileScheduling

    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)


@pytest.fixture
def scs(capsys):
    """Give a function that runs a command here: (exit code, stdout, stderr)."""

    def run(*arguments):
        from scsfast.cli.main import main

        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        return caught.value.code or 0, *capsys.readouterr()

    return run


@pytest.fixture
def tiny_disk(tmp_path):
    """Give a file system of 1.5 MB, where root may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(mount, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("may not mount a tmpfs here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def sketched(monkeypatch):
    """Let a report that is read for its words build its figures, and not lay them out."""
    name = "scsfast.analysis.plots.svg._write_svg"
    monkeypatch.setattr(name, lambda _, text: text.write("<svg ></svg>"))
