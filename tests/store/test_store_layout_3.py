"""Stores of layout 3, whose chunks lie in nested folders, are read and go on as they are."""

import json

import numpy as np
import pytest
import xarray as xr
from support.fake_engine import fake_replicate, small_campaign
from support.filled_store import (
    DATA,
    check_frozen_figures,
    chunk_files,
    contents,
    fill,
    frozen_store,
    of_layout_3,
)

import scsfast
from scsfast.campaign.config import load_campaign
from scsfast.execution.run import run_campaign
from scsfast.store.repair import repair
from scsfast.store.reuse import sources_of
from scsfast.store.store import Store
from scsfast.store.verify import verify


@pytest.fixture
def frozen(tmp_path):
    """Give the frozen store of layout 3."""
    return frozen_store(tmp_path, 3)


def test_figures_are_those_of_the_version_that_wrote_it(frozen):
    check_frozen_figures(frozen, 3)


def test_a_run_goes_on_with_what_that_version_wrote(frozen, tmp_path):
    campaign = load_campaign(DATA / "store-layout-3.toml", ["replicates=3"])
    for store in (frozen, tmp_path / "new.zarr"):
        run_campaign(campaign, store)
    assert Store(frozen).digest() == Store(tmp_path / "new.zarr").digest()
    assert verify(Store(frozen)) == {} and Store(frozen).version == 3
    assert list(frozen.glob("*/c.*")) == []


@pytest.fixture
def old(path):
    """Give a store of layout 3 that has two of five replicates, and blocks of two."""
    with of_layout_3():
        fill(path, small_campaign(2, block_size=2))
    assert Store(path).version == 3
    return path


def separators(path) -> set[str]:
    """Return what separates the numbers in the keys of chunks, of all arrays."""
    trees = [json.loads(f.read_text()) for f in path.glob("*/zarr.json")]
    keys = [
        tree["chunk_key_encoding"] for tree in trees if "chunk_key_encoding" in tree
    ]
    return {key["configuration"]["separator"] for key in keys}


def test_a_run_goes_on_with_such_a_store_as_it_is(old, tmp_path):
    digest = fill(tmp_path / "new.zarr", small_campaign(5)).digest()
    for _ in range(2):
        run_campaign(small_campaign(5), old, run_replicate=fake_replicate)
        assert Store(old).digest() == digest
        assert Store(old).is_finished and verify(Store(old)) == {}
        assert (Store(old).version, separators(old)) == (3, {"/"})
    assert list(old.glob("*/c.*")) == []


def test_new_stores_have_no_folders_of_chunks(path, tmp_path):
    run_campaign(small_campaign(), path, run_replicate=fake_replicate)
    assert (Store(path).version, separators(path)) == (4, {"."})
    assert [f for f in path.rglob("*") if f.is_dir() and f.parent != path] == []


def test_both_layouts_have_the_same_figures_for_every_reader(path, tmp_path):
    for_old = tmp_path / "old.zarr"
    with of_layout_3():
        run_campaign(small_campaign(), for_old, run_replicate=fake_replicate)
    run_campaign(small_campaign(), path, run_replicate=fake_replicate)
    for reader in (scsfast.open, lambda p: xr.open_zarr(p, chunks=None)):
        one, two = reader(for_old), reader(path)
        assert one.keys() == two.keys() and len(one) > 100
        for name in one:
            np.testing.assert_array_equal(one[name].values, two[name].values)
    assert Store(path).attributes["identity"] == Store(for_old).attributes["identity"]


def test_damage_is_found_and_repaired(old):
    run_campaign(small_campaign(2), old, run_replicate=fake_replicate)
    before = {f.relative_to(old) for f in chunk_files(old)}
    chunk = old / "by_tie/c/1/0/0/0/0/0"
    chunk.write_bytes(chunk.read_bytes()[:-3])
    damaged = verify(Store(old))
    assert list(damaged) == ["0001-000000"]
    repair(Store(old), damaged)
    run_campaign(small_campaign(2), old, run_replicate=fake_replicate)
    assert verify(Store(old)) == {}
    assert {f.relative_to(old) for f in chunk_files(old)} == before


def test_what_lies_in_the_place_of_a_block_is_cleared(old):
    run_campaign(small_campaign(2), old, run_replicate=fake_replicate)
    folder = old / "by_tie/c/1/0"
    (folder / "stray").mkdir()
    chunk = next(f for f in folder.rglob("*") if f.is_file())
    chunk.unlink()
    chunk.symlink_to(old.parent)
    repair(Store(old), verify(Store(old)))
    run_campaign(small_campaign(2), old, run_replicate=fake_replicate)
    assert verify(Store(old)) == {}
    assert chunk.is_file() and not (folder / "stray").exists()


def test_replicates_are_reused_and_merged(old, tmp_path):
    before = contents(old)
    assert len(sources_of([old])[0].records) == 6
    run_campaign(
        small_campaign(2),
        tmp_path / "new.zarr",
        run_replicate=None,
        reuse=[old],
        say=lambda _: None,
    )
    assert contents(old) == before
    assert Store(tmp_path / "new.zarr").digest() == Store(old).digest()
    run_campaign(small_campaign(3), old, run_replicate=fake_replicate)
    scsfast.merge([old, tmp_path / "new.zarr"], tmp_path / "all.zarr")
    assert Store(tmp_path / "all.zarr").version == 4
    assert verify(Store(tmp_path / "all.zarr")) == {}
