"""A finished store: named variables, labels, measures, and few files."""

import numpy as np
import pytest
import xarray as xr
import zarr
from support.fake_engine import failing, fake_replicate, small_campaign
from support.filled_store import chunk_files, fill

import scsfast
from scsfast.errors import StoreError
from scsfast.execution.run import run_campaign
from scsfast.model import outcomes
from scsfast.model.measures import MEASURES, REGISTRY, summarise
from scsfast.planning.footprint import table_bytes
from scsfast.store import finalise
from scsfast.store.folder import Folder
from scsfast.store.store import Store
from scsfast.store.verify import verify


@pytest.mark.filterwarnings("error")
def test_any_reader_gets_named_and_labelled_variables(finished):
    dataset = xr.open_zarr(finished)
    assert dataset["prizes"].dims == ("scenario", "replicate", "tick", "prize_kind")
    assert list(dataset["scenario"].values) == ["rongcheng", "lossy", "lottery"]
    assert dataset["prizes"].attrs == {
        "units": "prize",
        "long_name": "prizes",
        "description": "winners",
    }
    assert dataset["efficiency"].dims == ("scenario", "replicate")
    assert int(dataset["status"].min()) == 1
    assert list(dataset["by_prize_output"].values[:2]) == ["places", "applicants"]


@pytest.mark.filterwarnings("error")
def test_open_returns_the_same_outputs_finished_or_not(finished, path):
    fill(path, small_campaign())
    unfinished, done = scsfast.open(path), scsfast.open(finished)
    xr.testing.assert_identical(
        unfinished.drop_attrs(deep=False),
        done.drop_vars(list(REGISTRY)).drop_attrs(deep=False),
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


def test_a_block_has_one_file_per_table(finished):
    store = Store(finished)
    chunks = sum(len(chunk_files(store.path, name)) for name in store.arrays)
    assert chunks == len(store.arrays) * len(store.blocks())


def test_a_failure_beyond_the_replicates_asked_for_is_not_reported(path):
    """It was another question's; the one that is asked has all its answers."""
    many, few = small_campaign(3), small_campaign(2)
    assert run_campaign(many, path, run_replicate=failing(2))
    assert run_campaign(few, path, run_replicate=failing(2)) == {}


@pytest.mark.parametrize(
    "room",
    [
        pytest.param(1, marks=pytest.mark.slow),
        2,
        pytest.param(4, marks=pytest.mark.slow),
        9,
    ],
    ids="{} replicates a chunk".format,
)
def test_named_variables_in_chunks_of_any_size(finished, path, monkeypatch, room):
    """As many scenarios as fit, or as many replicates of one; the numbers are the same."""
    rules = Store(finished).rules[0]
    table = next(table for table in outcomes.TABLES if table.name == "by_prize")
    each = table_bytes(table, rules)
    monkeypatch.setattr(finalise, "LARGEST_BATCH", room * each)
    run_campaign(small_campaign(3), path, run_replicate=fake_replicate)
    expected = {1: (1, 1), 2: (1, 2), 4: (1, 3), 9: (3, 3)}[room]
    assert zarr.open_array(path / "prizes").chunks[:2] == expected
    xr.testing.assert_identical(
        xr.open_zarr(path, chunks=None).drop_attrs(deep=False),
        xr.open_zarr(finished, chunks=None).drop_attrs(deep=False),
    )
    assert verify(Store(path)) == {}


def test_end_of_a_run_killed_before_the_metadata_is_done_again(path):
    run_campaign(small_campaign(1), path, run_replicate=fake_replicate)
    Store(path).update({"finished": True})  # drops consolidated metadata
    assert not Store(path).is_finished
    run_campaign(small_campaign(1), path, run_replicate=failing(0))
    assert Store(path).is_finished and verify(Store(path)) == {}


def test_derived_arrays_are_flushed_before_the_store_is_finished(path, monkeypatch):
    calls = []
    settle, update = Folder.settle_all, Store.update

    def settled(self, keys, above=1):
        calls.extend(keys)
        settle(self, keys, above)

    def updated(self, attributes, *rest):
        calls.append(attributes.get("finished"))
        return update(self, attributes, *rest)

    fill(path, small_campaign(1))
    monkeypatch.setattr(Folder, "settle_all", settled)
    monkeypatch.setattr(Store, "update", updated)
    run_campaign(small_campaign(1), path)
    before = calls[: calls.index(True)]
    assert {"status", *Store(path).derived} <= set(before)


def test_a_disk_error_is_not_reported_as_damage(finished, monkeypatch):
    def no_answer(*_args):
        raise TimeoutError("timed out")

    monkeypatch.setattr(Store, "read", no_answer)
    with pytest.raises(StoreError, match="cannot be read now: timed out; this is no"):
        verify(Store(finished))
