"""Stores: committed blocks are kept, runs are reproducible, damage is found."""

import json
from pathlib import Path

import numpy as np
import pytest
from support.fake_engine import failing, fake_replicate, small_campaign
from support.filled_store import _fail_after, chunk_files, contents, fill

import scsfast
from scsfast.campaign.config import campaign_from_dict
from scsfast.execution.run import run_campaign
from scsfast.model import outcomes
from scsfast.store import blocks
from scsfast.store import store as store_module
from scsfast.store.create import open_for_writing
from scsfast.store.digest import replicate_digest
from scsfast.store.repair import repair
from scsfast.store.store import Store
from scsfast.store.verify import in_words, verify


def chunk_file(store: Store, table: str, scenario=0, block=0) -> Path:
    """Return a chunk's file."""
    (file,) = (store.path / table).glob(f"c.{scenario}.{block}.*")
    return file


def test_stored_numbers_are_those_computed(finished):
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
    assert all(b.first % size == 0 and b.number == b.first // size for b in found)
    assert blocks.dearest_first(found)[0].cost == max(b.cost for b in found)


@pytest.mark.parametrize(
    ("replicates", "n_citizens", "size"),
    [(288, 10_000, 16), (144, 10_000, 9), (32, 10_000, 8), (288, 100_000, 1)],
)
def test_blocks_are_larger_where_replicates_are_cheap_and_many(
    replicates, n_citizens, size
):
    world = {"n_citizens": n_citizens, "n_ticks": 120}
    tree = {"replicates": replicates, "world": world}
    campaign = campaign_from_dict({**tree, "scenario": [{"pilot": "rongcheng"}]})
    assert blocks.choose_block_size(campaign) == size


def test_a_second_run_computes_nothing(finished):
    before = contents(finished)
    run_campaign(small_campaign(), finished, run_replicate=failing(0, 1, 2))
    assert contents(finished) == before


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


def test_block_is_withdrawn_before_it_is_overwritten(path, blocks_of_two, monkeypatch):
    fill(path, small_campaign(3))
    monkeypatch.setattr(
        Store, "_write_chunks", lambda self, block, _: self.clear(block)
    )
    monkeypatch.setattr(store_module, "record_of", _fail_after(0, None))
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
def test_damage_is_found_and_repaired(path, blocks_of_two, damage):
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


def test_missing_record_is_named_by_its_block(path, blocks_of_two):
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
def test_damage_outside_the_tables_is_found_and_repaired(path, name):
    run_campaign(small_campaign(), path, run_replicate=fake_replicate)
    chunk_files(path, name)[0].unlink()
    damaged = verify(Store(path))
    assert list(damaged) == [name]
    repair(Store(path), damaged)
    run_campaign(small_campaign(), path, run_replicate=failing(0, 1, 2))
    assert verify(Store(path)) == {}
