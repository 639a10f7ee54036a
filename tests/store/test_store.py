"""Stores: what is committed stays, what is asked twice is the same, damage is seen."""

import errno
import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
import zarr
from support.fake_engine import failing, fake_replicate, small_campaign

import scsfast
from scsfast.atomic_files import HOST
from scsfast.cli.tables import status_rows
from scsfast.errors import ConfigError, DifferentCampaignError, StoreError
from scsfast.execution.run import provenance, run_campaign
from scsfast.execution.threads import execute
from scsfast.model import outcomes
from scsfast.model.measures import MEASURES, summarise
from scsfast.store import blocks, finalise, layout
from scsfast.store.beneath import Beneath
from scsfast.store.checked_zarr import CheckedZarr
from scsfast.store.create import open_for_writing
from scsfast.store.digest import replicate_digest
from scsfast.store.folder import Folder
from scsfast.store.lock import Lock
from scsfast.store.repair import repair
from scsfast.store.store import Store
from scsfast.store.verify import in_words, verify


def fill(path, campaign, engine=fake_replicate, jobs=2) -> Store:
    """Compute the pending blocks of a store, without the end of a run."""
    with open_for_writing(path, campaign) as store:
        execute(store, campaign.replicates, jobs=jobs, run_replicate=engine)
    return Store(path)


def lock_in(folder: Path) -> Lock:
    """Return a lock whose file is in a folder."""
    return Lock(Beneath(folder), "lock")


def contents(path: Path) -> dict[str, bytes]:
    """Return every file below a path."""
    return {str(f): f.read_bytes() for f in sorted(path.rglob("*")) if f.is_file()}


def chunk_file(store: Store, table: str, scenario=0, block=0) -> Path:
    """Return a chunk's file."""
    folder = store.path / table / "c" / str(scenario) / str(block)
    return next(file for file in folder.rglob("*") if file.is_file())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out.zarr"


@pytest.fixture
def blocks_of_two(monkeypatch):
    monkeypatch.setattr(blocks, "LARGEST_BLOCK", 2)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    path = tmp_path_factory.mktemp("finished") / "out.zarr"
    run_campaign(small_campaign(), path, run_replicate=fake_replicate)
    return path


def test_stored_is_what_was_computed(finished):
    store = Store(finished)
    for block in store.blocks():
        for replicate, arrays in zip(block.replicates, store.read(block), strict=True):
            rules = store.rules[block.scenario]
            expected = fake_replicate(rules, seed=7, replicate=replicate)
            for table in outcomes.TABLES:
                np.testing.assert_array_equal(arrays[table.name], expected[table.name])
            digest = store.journal.digests()[block.scenario, replicate]
            assert digest == replicate_digest(expected)


def test_digest_does_not_depend_on_blocks_jobs_or_order(path, tmp_path, monkeypatch):
    digest = fill(path, small_campaign(5), jobs=1).digest()
    monkeypatch.setattr(blocks, "LARGEST_BLOCK", 2)
    other = fill(tmp_path / "other.zarr", small_campaign(5), jobs=3)
    assert other.attributes["block_size"] == 2
    assert other.digest() == digest


@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_blocks_cover_every_replicate_once(size):
    found = blocks.blocks([10, 10], 7, size)
    covered = [(b.scenario, r) for b in found for r in b.replicates]
    assert sorted(covered) == [(s, r) for s in range(2) for r in range(7)]
    assert all(b.first % size == 0 and b.index == b.first // size for b in found)
    assert blocks.dearest_first(found)[0].cost == max(b.cost for b in found)


def test_a_second_run_computes_nothing(finished):
    before = contents(finished)
    run_campaign(small_campaign(), finished, run_replicate=failing(0, 1, 2))
    assert contents(finished) == before


def test_more_replicates_leave_the_first_as_they_were(path, tmp_path, blocks_of_two):
    run_campaign(small_campaign(3), path, run_replicate=fake_replicate)
    before = Store(path).journal.digests()
    run_campaign(small_campaign(5), path, run_replicate=fake_replicate)
    after = Store(path).journal.digests()
    assert after.items() >= before.items() and len(after) == 15
    at_once = fill(tmp_path / "at_once.zarr", small_campaign(5))
    assert Store(path).digest() == at_once.digest()
    assert Store(path).attributes["digest"] == at_once.digest()
    assert scsfast.open(path).sizes["replicate"] == 5
    assert verify(Store(path)) == {}


def test_only_the_ragged_block_is_computed_again(path, blocks_of_two):
    fill(path, small_campaign(3))
    asked = []

    def engine(rules, *, replicate, **rest):
        asked.append(replicate)
        return fake_replicate(rules, replicate=replicate, **rest)

    fill(path, small_campaign(4), engine)
    assert sorted(asked) == [2, 2, 2, 3, 3, 3]


def test_fewer_replicates_leave_the_store_as_it_is(path):
    digest = fill(path, small_campaign(3)).digest()
    fill(path, small_campaign(2), failing(0, 1, 2))
    assert Store(path).digest() == digest
    assert Store(path).replicates == 3


def test_growing_removes_only_what_the_end_of_a_run_wrote(path):
    run_campaign(small_campaign(2), path, run_replicate=fake_replicate)
    mine = [path / name for name in ("figures/a.svg", "figures/b.partial", "notes.txt")]
    (path / "figures").mkdir()
    for file in mine:
        file.write_text("mine")
    shutil.copytree(path, path / "other.zarr")
    other = contents(path / "other.zarr")
    fill(path, small_campaign(3))
    assert not (path / "prizes").exists() and not (path / "efficiency").exists()
    run_campaign(small_campaign(3), path, run_replicate=fake_replicate)
    assert [file.read_text() for file in mine] == ["mine"] * 3
    assert contents(path / "other.zarr") == other
    assert verify(Store(path)) == {}


@pytest.mark.parametrize("after", [1, 5, 60])
def test_end_of_a_run_cut_short_is_taken_back(path, monkeypatch, after):
    fill(path, small_campaign(2))
    before = {entry.name for entry in path.iterdir()}
    with monkeypatch.context() as patch:
        patch.setattr(layout, "create", _fail_after(after, layout.create))
        with pytest.raises(KeyboardInterrupt):
            run_campaign(small_campaign(2), path)
    written = {entry.name for entry in path.iterdir()} - before
    assert written <= set(Store(path).derived) and len(written) >= after - 1
    fill(path, small_campaign(3))
    assert {entry.name for entry in path.iterdir()} == before


def test_nothing_of_others_is_written_over(path):
    fill(path, small_campaign(2))
    (path / "prizes").mkdir()
    (path / "prizes" / "photo.jpg").write_text("mine")
    with pytest.raises(StoreError, match="holds prizes, where .* move them out"):
        run_campaign(small_campaign(2), path)
    assert (path / "prizes" / "photo.jpg").read_text() == "mine"


def test_no_store_is_made_inside_another(finished):
    before = contents(finished)
    for inside in ("more.zarr", "deeper/more.zarr", "sums/more.zarr"):
        with pytest.raises(
            DifferentCampaignError, match="is inside the store .*choose"
        ):
            fill(finished / inside, small_campaign())
    assert contents(finished) == before
    assert not (finished / "deeper").exists()


def test_grown_store_has_the_new_text(path):
    fill(path, small_campaign(2, title="two"))
    longer = small_campaign(3, title="three").model_copy(update={"text": "new"})
    fill(path, longer)
    attributes = Store(path).attributes
    assert attributes["replicates"] == attributes["config"]["replicates"] == 3
    assert attributes["title"] == attributes["config"]["title"] == "three"
    assert attributes["config_text"] == "new"
    fill(path, small_campaign(2))
    assert Store(path).attributes == attributes


def test_growing_may_be_cut_short_and_done_again(path, monkeypatch):
    digest = fill(path, small_campaign(5)).digest()
    other = path.with_name("other.zarr")
    fill(other, small_campaign(2))
    resize = zarr.Array.resize
    monkeypatch.setattr(zarr.Array, "resize", _fail_after(2, resize))
    with pytest.raises(KeyboardInterrupt):
        fill(other, small_campaign(5))
    monkeypatch.setattr(zarr.Array, "resize", resize)
    assert fill(other, small_campaign(5)).digest() == digest


def _fail_after(n, function):
    calls = []

    def failing_function(*args, **rest):
        calls.append(args)
        if len(calls) > n:
            raise KeyboardInterrupt
        return function(*args, **rest)

    return failing_function


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 8}, "seed is 7 there, 8 here"),
        ({"world": {"n_citizens": 700}}, "world.n_citizens is 600 there, 700 here"),
        ({"leaders": {"city": {"share": 0}}}, "scenario.0.leaders.city.share is 0.5"),
        ({"scenario": [{"pilot": "oracle"}]}, "scenario.0.name is 'rongcheng' there"),
    ],
    ids=["seed", "world", "leaders", "scenario"],
)
def test_another_campaign_is_refused_and_nothing_touched(finished, change, named):
    before = contents(finished)
    with pytest.raises(DifferentCampaignError, match=named):
        run_campaign(small_campaign(**change), finished, run_replicate=fake_replicate)
    assert contents(finished) == before


def test_something_else_at_the_path_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    for path in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(DifferentCampaignError, match="is no scsfast store"):
            run_campaign(small_campaign(), path, run_replicate=fake_replicate)
    assert contents(tmp_path) == {str(tmp_path / "notes.txt"): b"mine"}


def test_another_layout_is_refused(path):
    fill(path, small_campaign(1))
    root = json.loads((path / "zarr.json").read_text())
    root["attributes"]["scsfast_layout"] = 99
    (path / "zarr.json").write_text(json.dumps(root))
    with pytest.raises(DifferentCampaignError, match="layout 99"):
        Store(path)


def edit(path: Path, change) -> None:
    """Change the root attributes of a store by hand."""
    root = json.loads((path / "zarr.json").read_text())
    change(root["attributes"])
    (path / "zarr.json").write_text(json.dumps(root))


STRANGE = {
    "key": lambda attributes: attributes["config"]["world"].update(moons=2),
    "scenarios": lambda attributes: attributes["config"].pop("scenarios"),
    "limit": lambda attributes: attributes["config"]["world"].update(n_citizens=0),
    "table": lambda attributes: attributes["deciding"]["outputs"].pop("sums"),
    "output": lambda attributes: attributes["deciding"]["outputs"]["sums"].append("x"),
}


@pytest.mark.parametrize("change", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize("run", [run_campaign, None], ids=["finished", "not"])
@pytest.mark.parametrize(
    "read", [lambda p: status_rows(Store(p)), lambda p: verify(Store(p)), scsfast.open]
)
def test_store_of_another_version_is_named(path, change, run, read):
    fill(path, small_campaign(1))
    if run:
        run(small_campaign(1), path)
    edit(path, change)
    edit(
        path, lambda a: a.update(versions={"scsfast": "7.5"}, build={"revision": "ab"})
    )
    said = (
        r"made by scsfast 7.5 \(revision ab\); this is scsfast .* and cannot read its"
    )
    with pytest.raises(DifferentCampaignError, match=said) as caught:
        read(path)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["sums", "prizes"])
def test_missing_array_is_named(path, name):
    fill(path, small_campaign(1))
    if name == "prizes":
        run_campaign(small_campaign(1), path)
    shutil.rmtree(path / name)
    assert verify(Store(path)) == {name: "its zarr.json is missing"}
    with pytest.raises(StoreError, match=f"{path / name}: its zarr.json is missing"):
        scsfast.open(path)


def test_readers_are_not_told_to_write_elsewhere(tmp_path):
    with pytest.raises(DifferentCampaignError, match="is no scsfast store$"):
        Store(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(
        DifferentCampaignError, match="store; nothing was touched, choo"
    ):
        fill(tmp_path, small_campaign())


def test_nothing_at_the_path_is_named(path):
    with pytest.raises(ConfigError, match="must be the path of a store"):
        Store(path)


def test_failed_replicate_is_recorded_and_tried_again(path):
    failures = run_campaign(small_campaign(), path, run_replicate=failing(1))
    assert failures == {(s, 1): "ArithmeticError: no luck in 1" for s in range(3)}
    assert (Store(path).status() == [[1, 2, 1]] * 3).all()
    assert list(scsfast.open(path)["replicate"]) == [0, 2]
    fill(path, small_campaign())
    assert (Store(path).status() == 1).all()
    assert verify(Store(path)) == {}


def test_replicates_unfinished_anywhere_are_not_opened(path):
    def engine(rules, *, replicate, **rest):
        if replicate == 1 and not rules.scored:
            raise ArithmeticError
        return fake_replicate(rules, replicate=replicate, **rest)

    fill(path, small_campaign(), engine)
    assert scsfast.open(path)["replicate"].values.tolist() == [0, 2]


def test_block_is_withdrawn_before_it_is_written_over(path, blocks_of_two, monkeypatch):
    fill(path, small_campaign(3))
    monkeypatch.setattr(
        Store, "_write_chunks", lambda self, block, _: self.clear(block)
    )
    monkeypatch.setattr(Store, "_record", _fail_after(0, None))
    with pytest.raises(KeyboardInterrupt):
        fill(path, small_campaign(4), jobs=1)
    assert verify(Store(path)) == {}
    assert len(Store(path).journal.digests()) == 8


def test_every_chunk_has_a_checksum(finished):
    for metadata in finished.glob("*/zarr.json"):
        codecs = json.loads(metadata.read_text()).get("codecs", [{"name": "crc32c"}])
        last = codecs[-1]
        assert last["name"] == "crc32c" or last["configuration"]["checksum"], metadata


DAMAGES = {
    "flipped": lambda data: data[:40] + bytes([data[40] ^ 4]) + data[41:],
    "cut": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "gone": None,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damage_is_found_and_mended(path, blocks_of_two, damage):
    digest = fill(path, small_campaign()).digest()
    chunk = chunk_file(Store(path), "by_tie", 1, 1)
    data = chunk.read_bytes()
    chunk.unlink()
    if damage:
        chunk.write_bytes(damage(data))
    damaged = verify(Store(path))
    assert list(damaged) == ["0001-000001"]
    repair(Store(path), damaged)
    assert [b.name for b in Store(path).pending()] == ["0001-000001"]
    assert fill(path, small_campaign()).digest() == digest
    assert verify(Store(path)) == {}


def test_damaged_record_does_not_count(path):
    fill(path, small_campaign())
    record = path / "commits" / "0001-000000.json"
    record.write_text(record.read_text().replace('"first": 0', '"first": 1'))
    assert [b.name for b in Store(path).pending()] == ["0001-000000"]
    assert "0001-000000" in verify(Store(path))
    fill(path, small_campaign())
    assert verify(Store(path)) == {}


def test_record_that_is_gone_is_named_by_its_block(path, blocks_of_two):
    run_campaign(small_campaign(3), path, run_replicate=fake_replicate)
    (path / "commits" / "0001-000001.json").unlink()
    damaged = verify(Store(path))
    assert damaged == {"0001-000001": "its commit record is missing"}
    repair(Store(path), damaged)
    run_campaign(small_campaign(3), path, run_replicate=failing(0, 1))
    assert verify(Store(path)) == {}


def test_a_ragged_block_is_named_as_it_is_recorded(path):
    fill(path, small_campaign(2))
    with open_for_writing(path, small_campaign(5)):
        pass
    named = "scenario 'rongcheng', replicates 0-1 (0000-000000)"
    assert in_words(Store(path), "0000-000000") == named


@pytest.mark.parametrize("name", ["prizes", "scenario"])
def test_damage_beside_the_tables_is_found_and_mended(path, name):
    run_campaign(small_campaign(), path, run_replicate=fake_replicate)
    next(f for f in (path / name / "c").rglob("*") if f.is_file()).unlink()
    damaged = verify(Store(path))
    assert list(damaged) == [name]
    repair(Store(path), damaged)
    run_campaign(small_campaign(), path, run_replicate=failing(0, 1, 2))
    assert verify(Store(path)) == {}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_refused_write_is_named_and_resumed(path, monkeypatch, number):
    digest = fill(path.with_name("whole.zarr"), small_campaign()).digest()
    with open_for_writing(path, small_campaign()) as store:
        store.write(store.pending()[0], _results(store, store.pending()[0]))
    kept = Store(path).digest()

    async def refuse(*_args, **_rest):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(CheckedZarr, "set", refuse)
        with pytest.raises(StoreError, match=f"{path}: cannot write block .*intact"):
            fill(path, small_campaign())
    assert Store(path).digest() == kept
    assert fill(path, small_campaign()).digest() == digest


def test_folders_reach_the_disk_before_the_record(path, monkeypatch):
    calls, fsync, replace = [], os.fsync, os.replace

    def synced(handle):
        calls.append(Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)

    def replaced(draft, target, **rest):
        folder = Path(f"/proc/self/fd/{rest['dst_dir_fd']}").readlink()
        calls.append(folder / target)
        replace(draft, target, **rest)

    with open_for_writing(path, small_campaign()) as store:
        block = store.pending()[1]
        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(os, "replace", replaced)
        store.write(block, _results(store, block))
    before = calls[: calls.index(path / "commits" / f"{block.name}.json")]
    for name in store.arrays:
        for folder in ("c/1/0", "c/1", "c", ""):
            assert path / name / folder in before


def test_every_block_says_what_made_it(path, blocks_of_two):
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


def test_run_says_what_made_each_block(finished):
    record = Store(finished).journal.records["0000-000000"]
    assert record["made_by"].items() >= provenance().items()
    assert record["made_by"]["build"]["revision"]


def _results(store, block) -> list:
    rules = store.rules[block.scenario]
    return [fake_replicate(rules, seed=7, replicate=r) for r in block.replicates]


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


def test_full_disk_is_named_and_resumed(tiny_disk, tmp_path):
    campaign = small_campaign(12, world={"n_ticks": 40, "distribution_every": 4})
    digest = fill(tmp_path / "whole.zarr", campaign).digest()
    with pytest.raises(StoreError, match="No space left on device.*free some space"):
        fill(tiny_disk / "out.zarr", campaign)
    subprocess.run(["mount", "-o", "remount,size=64m", str(tiny_disk)], check=True)
    assert fill(tiny_disk / "out.zarr", campaign).digest() == digest


def test_unmakable_store_leaves_nothing(tmp_path, monkeypatch):
    def refuse(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(StoreError, match="create the store.*There is none yet; free"):
        fill(tmp_path / "out.zarr", small_campaign())
    assert list(tmp_path.iterdir()) == []


def test_drafts_of_dead_creators_are_swept(tmp_path):
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


def test_what_killed_writers_left_is_swept(path):
    fill(path, small_campaign(1))
    left = [
        path / "sums/c/0/0/0/.0.7.0123abcd.tmp",
        path / "commits/.0-0.json.7.0123abcd.tmp",
    ]
    for file in left:
        file.write_text("half")
    fill(path, small_campaign(1))
    assert not any(file.exists() for file in left)


def test_two_runs_never_write_one_store(path):
    with (
        open_for_writing(path, small_campaign()),
        pytest.raises(StoreError, match=f"being written by process {os.getpid()}"),
        open_for_writing(path, small_campaign()),
    ):
        pass
    with open_for_writing(path, small_campaign()):
        pass


def test_lock_of_a_dead_process_is_taken_over(path):
    fill(path, small_campaign(1))
    lock = path / "commits" / "lock"
    lock.write_text(json.dumps({"pid": os.getpid(), "host": HOST}))
    with open_for_writing(path, small_campaign(1)):
        assert lock.exists()
    assert not lock.exists()


def test_lock_of_another_host_is_respected(path):
    fill(path, small_campaign(1))
    lock = path / "commits" / "lock"
    lock.write_text(json.dumps({"pid": 1, "host": "elsewhere"}))
    with (
        pytest.raises(StoreError, match="process 1 on elsewhere.*or delete"),
        open_for_writing(path, small_campaign(1)),
    ):
        pass
    assert json.loads(lock.read_text())["host"] == "elsewhere"


@pytest.mark.parametrize(
    ("owner", "is_free"),
    [
        ({"job": "41", "restart": 0}, True),
        ({"job": "41", "restart": 1}, False),
        ({"job": "40", "restart": 0}, False),
        ({}, False),
    ],
    ids=["an earlier start", "this start", "another job", "no job"],
)
def test_lock_of_an_earlier_start_of_the_job_is_taken_over(
    tmp_path, monkeypatch, owner, is_free
):
    monkeypatch.setenv("SLURM_JOB_ID", "41")
    monkeypatch.setenv("SLURM_RESTART_COUNT", "1")
    lock = lock_in(tmp_path)
    lock.path.write_text(json.dumps({"pid": 1, "host": "elsewhere", **owner}))
    if not is_free:
        with pytest.raises(StoreError, match="process 1 on elsewhere.*or delete"):
            lock.acquire()
        return
    lock.acquire()
    found = json.loads(lock.path.read_text())
    assert (found["host"], found["job"], found["restart"]) == (HOST, "41", 1)
    lock.release()


@pytest.fixture
def no_flock(monkeypatch):
    """Take the locks of the file system away."""

    def refuse(*_args):
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)


def test_without_flock_an_empty_lock_file_is_anothers(tmp_path, no_flock):
    path = tmp_path / "lock"
    path.write_text("")
    with pytest.raises(StoreError, match="or delete .*lock if that process is dead"):
        lock_in(tmp_path).acquire()
    assert path.read_text() == ""


def test_without_flock_one_of_two_gets_the_lock(tmp_path, no_flock, monkeypatch):
    first, second = lock_in(tmp_path), lock_in(tmp_path)
    write = os.pwrite

    def late(*args):
        with pytest.raises(StoreError, match="being written by"):
            second.acquire()
        return write(*args)

    monkeypatch.setattr(os, "pwrite", late)
    first.acquire()
    with pytest.raises(StoreError, match=f"being written by process {os.getpid()}"):
        second.acquire()
    first.release()
    assert not first.path.exists()


def test_without_flock_a_dead_process_is_still_followed(tmp_path, no_flock):
    dead = subprocess.Popen(["true"])
    dead.wait()
    (tmp_path / "lock").write_text(json.dumps({"pid": dead.pid, "host": HOST}))
    lock_in(tmp_path).acquire()


@pytest.mark.filterwarnings("error")
def test_any_reader_gets_named_and_labelled_variables(finished):
    dataset = xr.open_zarr(finished)
    assert dataset["prizes"].dims == ("scenario", "replicate", "tick", "prize_kind")
    assert list(dataset["scenario"].values) == ["rongcheng", "lossy", "lottery"]
    assert dataset["prizes"].attrs == {"units": "prize", "long_name": "winners"}
    assert dataset["efficiency"].dims == ("scenario", "replicate")
    assert int(dataset["status"].min()) == 1
    assert list(dataset["by_prize_output"].values[:2]) == ["places", "applicants"]


@pytest.mark.filterwarnings("error")
def test_open_gives_the_same_finished_or_not(finished, path):
    fill(path, small_campaign())
    unfinished, done = scsfast.open(path), scsfast.open(finished)
    xr.testing.assert_identical(
        unfinished.drop_attrs(deep=False),
        done.drop_vars(list(MEASURES)).drop_attrs(deep=False),
    )
    expected = fake_replicate(Store(path).rules[1], seed=7, replicate=2)
    for output, array in outcomes.named(expected).items():
        stored = done[output].sel(scenario="lossy", replicate=2)
        np.testing.assert_array_equal(stored, array)


def test_open_gives_the_measures_of_a_finished_store(finished, path):
    done = scsfast.open(finished)
    wanted = summarise(done.drop_vars(list(MEASURES)))
    for name in MEASURES:
        assert not done[name].variable._in_memory
        xr.testing.assert_equal(done[name].variable, wanted[name].variable)
        assert done[name].attrs == wanted[name].attrs
        assert done[name].dtype == "f8"
    fill(path, small_campaign())
    assert not set(MEASURES) & set(scsfast.open(path).data_vars)


def test_world_without_unit_means(path):
    campaign = small_campaign(world={"unit_means": None})
    run_campaign(campaign, path, run_replicate=fake_replicate)
    assert "unit_score" not in scsfast.open(path)
    assert verify(Store(path)) == {}


def test_attributes_are_enough_to_run_again(finished):
    store = Store(finished)
    assert store.campaign.identity() == store.attributes["identity"]
    assert store.attributes["seed"] == 7
    assert {"python", "numpy", "zarr", "scsfast"} <= store.attributes["versions"].keys()
    assert {"kernel", "build", "created", "config_text"} <= store.attributes.keys()


def test_at_most_eleven_files_a_block(finished):
    store = Store(finished)
    chunks = sum(
        1
        for name in store.arrays
        for f in (store.path / name / "c").rglob("*")
        if f.is_file()
    )
    assert chunks <= 11 * len(store.blocks())


def test_a_failure_beyond_the_replicates_asked_for_is_not_reported(path):
    """It was another question's; the one that is asked has all its answers."""
    many, few = small_campaign(3), small_campaign(2)
    assert run_campaign(many, path, run_replicate=failing(2))
    assert run_campaign(few, path, run_replicate=failing(2)) == {}


@pytest.mark.parametrize("room", [1, 2, 4, 9], ids="{} replicates a chunk".format)
def test_named_variables_in_chunks_of_any_size(path, tmp_path, monkeypatch, room):
    """As many scenarios as fit, or as many replicates of one; the numbers are the same."""
    campaign = small_campaign(3)
    run_campaign(campaign, path, run_replicate=fake_replicate)
    rules = Store(path).rules[0]
    largest = max(
        8 * int(np.prod(outcomes.shape(table, rules)[:-1])) for table in outcomes.TABLES
    )
    monkeypatch.setattr(finalise, "LARGEST_VARIABLE_CHUNK", room * largest)
    other = tmp_path / "other.zarr"
    run_campaign(campaign, other, run_replicate=fake_replicate)
    expected = {1: (1, 1), 2: (1, 2), 4: (1, 3), 9: (3, 3)}[room]
    assert zarr.open_array(other / "prizes").chunks[:2] == expected
    xr.testing.assert_identical(
        xr.open_zarr(other).drop_attrs(deep=False),
        xr.open_zarr(path).drop_attrs(deep=False),
    )
    assert verify(Store(other)) == {}


def test_end_of_a_run_killed_before_the_metadata_is_done_again(path):
    run_campaign(small_campaign(1), path, run_replicate=fake_replicate)
    Store(path).update({"finished": True})  # drops consolidated metadata
    assert not Store(path).is_finished
    run_campaign(small_campaign(1), path, run_replicate=failing(0))
    assert Store(path).is_finished and verify(Store(path)) == {}


def test_what_a_run_derives_is_on_the_disk_before_it_is_finished(path, monkeypatch):
    calls = []
    settle, update = Folder.settle, zarr.Group.update_attributes

    def settled(self, key, above=1):
        calls.append(key)
        settle(self, key, above)

    def updated(self, attributes):
        calls.append(attributes.get("finished"))
        return update(self, attributes)

    fill(path, small_campaign(1))
    monkeypatch.setattr(Folder, "settle", settled)
    monkeypatch.setattr(zarr.Group, "update_attributes", updated)
    run_campaign(small_campaign(1), path)
    before = calls[: calls.index(True)]
    assert {"status", *Store(path).derived} <= set(before)


def test_a_disk_that_does_not_answer_is_no_damage(finished, monkeypatch):
    def no_answer(*_args):
        raise TimeoutError("timed out")

    monkeypatch.setattr(Store, "read", no_answer)
    with pytest.raises(StoreError, match="cannot be read now: timed out; this is no"):
        verify(Store(finished))
