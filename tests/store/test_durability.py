"""Writes reach the disk in order; a full disk or a killed writer leaves no wrong data."""

import errno
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from support.fake_engine import fake_replicate, small_campaign
from support.filled_store import fill, of_layout_3

from scsfast.atomic_files import HOST
from scsfast.errors import StoreError
from scsfast.execution.run import provenance
from scsfast.execution.threads import execute
from scsfast.store.checked_zarr import CheckedZarr
from scsfast.store.create import open_for_writing
from scsfast.store.store import Store


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_refused_write_is_named_and_resumed(path, monkeypatch, number):
    digest = fill(path.with_name("whole.zarr"), small_campaign()).digest()
    with open_for_writing(path, small_campaign()) as store:
        store.write(store.pending()[0], _results(store, store.pending()[0]))
    kept = Store(path).digest()

    def refuse(*_args, **_rest):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(CheckedZarr, "write", refuse)
        with pytest.raises(StoreError, match=f"{path}: cannot write block .*intact"):
            fill(path, small_campaign())
    assert Store(path).digest() == kept
    assert fill(path, small_campaign()).digest() == digest


@pytest.mark.parametrize(
    ("layout", "chunks"), [(nullcontext, "c.1.0.*"), (of_layout_3, "c/1/0/*")]
)
def test_folders_reach_the_disk_before_the_record(path, monkeypatch, layout, chunks):
    calls, fsync, replace = [], os.fsync, os.replace

    def synced(handle):
        calls.append(Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)

    def replaced(draft, target, **rest):
        folder = Path(f"/proc/self/fd/{rest['dst_dir_fd']}").readlink()
        calls.append(folder / target)
        replace(draft, target, **rest)

    with layout(), open_for_writing(path, small_campaign()) as store:
        block = store.pending()[1]
        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(os, "replace", replaced)
        store.write(block, _results(store, block))
    before = calls[: calls.index(path / "commits" / f"{block.name}.json")]
    for name in store.arrays:
        (chunk,) = (path / name).glob(chunks)
        files = [f for f in (chunk, *chunk.rglob("*")) if f.is_file()]
        for file in files:
            above = [f for f in file.parents if f.is_relative_to(path / name)]
            assert files and {file, *above} <= set(before)


def test_every_block_records_its_engine(path, blocks_of_two):
    def made_by(revision):
        return {"kernel": "base", "build": {"revision": revision}}

    with open_for_writing(path, small_campaign(2), made_by("old")) as store:
        execute(store, 2, jobs=1, run_replicate=fake_replicate)
    with open_for_writing(path, small_campaign(4), made_by("new")) as store:
        execute(store, 4, jobs=1, run_replicate=fake_replicate)
    for name, record in Store(path).journal.records.items():
        assert record["made_by"]["kernel"] == "base"
        revision = "old" if name.endswith("000000") else "new"
        assert record["made_by"]["build"]["revision"] == revision
        assert "scsfast" in record["made_by"]["versions"]
    assert Store(path).attributes["build"]["revision"] == "old"


def test_run_records_the_engine_of_each_block(finished):
    record = Store(finished).journal.records["0000-000000"]
    assert record["made_by"].items() >= provenance().items()
    assert record["made_by"]["build"]["revision"]


def _results(store, block) -> list:
    rules = store.rules[block.scenario]
    return [fake_replicate(rules, seed=7, replicate=r) for r in block.replicates]


def test_full_disk_is_named_and_resumed(tiny_disk, tmp_path):
    campaign = small_campaign(12, world={"n_ticks": 40, "distribution_every": 4})
    digest = fill(tmp_path / "whole.zarr", campaign).digest()
    with pytest.raises(StoreError, match="No space left on device.*free some space"):
        fill(tiny_disk / "out.zarr", campaign)
    subprocess.run(["mount", "-o", "remount,size=64m", str(tiny_disk)], check=True)
    assert fill(tiny_disk / "out.zarr", campaign).digest() == digest


def test_a_store_that_cannot_be_created_leaves_no_files(tmp_path, monkeypatch):
    def refuse(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(StoreError, match="create the store.*There is none yet; free"):
        fill(tmp_path / "out.zarr", small_campaign())
    assert list(tmp_path.iterdir()) == []


def test_drafts_of_dead_creators_are_removed(tmp_path):
    dead = (
        subprocess.run(
            [sys.executable, "-c", "import os; print(os.getpid())"],
            capture_output=True,
            check=True,
        )
        .stdout.decode()
        .strip()
    )
    draft = tmp_path / f".out.zarr.{HOST}.{dead}.creating"
    draft.mkdir()
    fill(tmp_path / "out.zarr", small_campaign(1))
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.zarr"]


def test_files_of_killed_writers_are_removed(path):
    fill(path, small_campaign(1))
    left = [
        path / "sums/.c.0.0.0.0.7.0123abcd.tmp",
        path / "commits/.0-0.json.7.0123abcd.tmp",
    ]
    for file in left:
        file.write_text("half")
    fill(path, small_campaign(1))
    assert not any(file.exists() for file in left)
