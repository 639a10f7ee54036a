"""A store grows: more replicates do not change the first, interrupted or not."""

import shutil

import pytest
import zarr
from support.fake_engine import failing, fake_replicate, small_campaign
from support.filled_store import _fail_after, contents, fill

import scsfast
from scsfast.execution.run import run_campaign
from scsfast.store import layout
from scsfast.store.store import Store
from scsfast.store.verify import verify


def test_more_replicates_do_not_change_the_first(path, tmp_path, blocks_of_two):
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
def test_an_interrupted_end_of_a_run_is_undone(path, monkeypatch, after):
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


def test_interrupted_growth_can_be_repeated(path, monkeypatch):
    digest = fill(path, small_campaign(5)).digest()
    other = path.with_name("other.zarr")
    fill(other, small_campaign(2))
    resize = zarr.Array.resize
    monkeypatch.setattr(zarr.Array, "resize", _fail_after(2, resize))
    with pytest.raises(KeyboardInterrupt):
        fill(other, small_campaign(5))
    monkeypatch.setattr(zarr.Array, "resize", resize)
    assert fill(other, small_campaign(5)).digest() == digest
