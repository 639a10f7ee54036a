"""Reading results: lazily, in parts, and refused with the same messages."""

import json
import shutil

import numpy as np
import pytest
import xarray as xr
from support.fake_engine import fake_replicate, small_campaign
from support.filled_store import chunk_files
from support.made_results import made, with_status

import scsfast
from scsfast.analysis import datasets
from scsfast.errors import ConfigError, DifferentCampaignError, StoreError
from scsfast.execution.run import run_campaign
from scsfast.execution.threads import execute
from scsfast.model.measures import MEASURES, summarise
from scsfast.store.create import open_for_writing

ALL = [*MEASURES, "prizes"]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("questions") / "r.zarr"
    run_campaign(small_campaign(), path, run_replicate=fake_replicate)
    return path


def test_parts_give_the_same_as_the_whole(store, monkeypatch):
    dataset = datasets.results(store)
    whole = datasets.values(dataset, ALL)
    monkeypatch.setattr(datasets, "AT_ONCE", 1)
    assert len(datasets.batches(dataset)) == 3
    assert datasets.values(dataset, ALL).identical(whole)
    known = summarise(scsfast.open(store))
    for name in MEASURES:
        np.testing.assert_array_equal(whole[name], known[name])


def test_opening_reads_no_values(store):
    dataset = datasets.results(store)
    wide = [v for v in dataset.data_vars.values() if "tick" in v.dims]
    assert wide and not any(v.variable._in_memory for v in wide)


@pytest.mark.parametrize(
    ("spoil", "how"),
    [
        (lambda chunk: chunk.unlink(), "is missing"),
        (lambda chunk: chunk.write_bytes(chunk.read_bytes()[:-5]), "is damaged"),
        (lambda chunk: chunk.write_bytes(b""), "is damaged"),
    ],
    ids=["gone", "cut", "empty"],
)
def test_a_damaged_or_missing_chunk_is_an_error(store, tmp_path, spoil, how):
    path = shutil.copytree(store, tmp_path / "r.zarr")
    (chunk,) = chunk_files(path, "prize_value")
    spoil(chunk)
    results = datasets.results(path)
    with pytest.raises(StoreError, match=f"prize_value/c.*: {how}; `scsfast verify"):
        datasets.values(
            results, ["prize_value"]
        )  # a measure is read from its own array


def test_labels_have_units_and_descriptions(store):
    results = scsfast.open(store)
    assert results["tick"].attrs["units"] == "tick"
    assert all(
        results[dim].attrs["long_name"] for dim in results.dims if dim in results
    )


def test_unfinished_replicates_are_missing_and_not_read():
    dataset = with_status(made("ab", 3), [[1, 0, 1], [1, 1, 1]])
    read = []

    def spy(part):
        read.append(part.sizes["replicate"])
        return part["prizes"].isel(tick=-1)

    found = datasets.values(dataset, ["capture"], {"spied": spy})
    assert np.isnan(found["capture"].values).tolist() == [
        [False, True, False],
        [False] * 3,
    ]
    assert np.isnan(found["spied"].values).tolist() == [
        [False, True, False],
        [False] * 3,
    ]
    assert read == [2, 3]


def test_a_store_in_which_nothing_is_finished_is_refused(tmp_path):
    path = tmp_path / "r.zarr"
    with open_for_writing(path, small_campaign(), {}):
        pass
    with pytest.raises(ConfigError, match="r.zarr: nothing is finished yet") as caught:
        datasets.results(path)
    assert caught.value.exit_code == 2


def test_a_scenario_that_is_done_counts_before_the_others_are(tmp_path):
    path, campaign = tmp_path / "r.zarr", small_campaign()

    def stop(rules, **about):
        if rules.prizes[0].rule != 0:
            raise ArithmeticError("no luck")
        return fake_replicate(rules, **about)

    with open_for_writing(path, campaign, {}) as store:
        execute(store, campaign.replicates, run_replicate=stop, world=campaign.world)
    dataset = datasets.results(path)
    counts = datasets.is_finished(dataset).sum("replicate").values.tolist()
    assert counts == [3, 3, 0]
    assert scsfast.open(path).sizes["replicate"] == 0
    values = datasets.values(dataset, ["prizes"])["prizes"]
    assert np.isnan(values.values).sum(axis=1).tolist() == [0, 0, 3]


@pytest.mark.parametrize("made_path", [False, True], ids=["nothing there", "no store"])
def test_paths_without_a_store_are_refused_with_code_2(made_path, tmp_path):
    path = tmp_path / "r.zarr"
    if made_path:
        path.mkdir()
    with pytest.raises((ConfigError, DifferentCampaignError)) as caught:
        datasets.results(path)
    assert caught.value.exit_code == 2


def test_a_store_of_another_layout_is_refused_with_code_2(store, tmp_path):
    path = tmp_path / "old.zarr"
    shutil.copytree(store, path)
    root = path / "zarr.json"
    version = json.loads(root.read_text())["attributes"]["scsfast_layout"]
    old = root.read_text().replace(
        f'"scsfast_layout": {version}', '"scsfast_layout": 0', 1
    )
    root.write_text(old)
    with pytest.raises(DifferentCampaignError, match="store layout 0") as caught:
        datasets.results(path)
    assert caught.value.exit_code == 2


def test_messages_list_names_up_to_a_limit():
    names = [f"s{k}" for k in range(20)]
    fault = datasets.unknown("baseline", "s99", names)
    assert "s11 and 8 more, got 's99'" in fault and "s12" not in fault


def test_measures_are_the_default_variables():
    dataset = made("ab")
    assert datasets.asked_variables(dataset) == list(MEASURES)
    assert datasets.asked_variables(dataset, "prizes") == ["prizes"]
    with pytest.raises(ConfigError, match="got 'score_count'"):
        datasets.asked_variables(dataset, ["score_count"])


def test_results_without_designs_have_base_scenarios():
    dataset = made("ab")
    assert datasets.bases(dataset) == ["a", "b"] and datasets.kinds(dataset) == [
        "",
        "",
    ]
    assert datasets.designs(dataset, "sobol") == []
    assert isinstance(datasets.results(dataset), xr.Dataset)
