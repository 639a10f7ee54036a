"""Coordinates of scenarios in every store, finished or not, for any reader."""

import numpy as np
import pytest
import xarray as xr
from support.fake_engine import campaign_tree, fake_replicate, small_campaign

import scsfast
from scsfast.campaign.config import campaign_from_dict
from scsfast.execution.run import run_campaign
from scsfast.model import outcomes
from scsfast.model.measures import summarise
from scsfast.store import layout
from scsfast.store.create import open_for_writing
from scsfast.store.dataset_attributes import nested_attribute
from scsfast.store.repair import repair
from scsfast.store.store import Store
from scsfast.store.verify import verify

DESIGNS = {
    "scenario": [
        {"pilot": "rongcheng", "world": {"n_citizens": 500}},
        {"pilot": "sesame"},
        {"pilot": "suining"},
        {"pilot": "lottery"},
    ],
    "sweep": {
        "of": ["rongcheng"],
        "regime.loss": [0.0, 0.05],
        "regime.meeting.norm": ["image", "stern"],
    },
    "sample": {
        "of": ["sesame"],
        "method": "sobol",
        "n": 2,
        "over": {"world": {"population": {"aware": "plausible"}}},
    },
    "factorial": {"of": ["suining"], "levels": ["village"]},
}
NAMES = ["base", "design", "point", "n_citizens", "scorer"]
VARIED = ["regime.loss", "regime.meeting.norm", "world.population.aware"]


@pytest.fixture
def campaign():
    return campaign_from_dict(campaign_tree(2, **DESIGNS))


@pytest.fixture
def created(tmp_path, campaign):
    with open_for_writing(tmp_path / "created.zarr", campaign):
        pass
    return tmp_path / "created.zarr"


@pytest.fixture
def finished(tmp_path, campaign):
    path = tmp_path / "finished.zarr"
    run_campaign(campaign, path, run_replicate=fake_replicate)
    return path


def of_scenarios(dataset) -> list[str]:
    return [
        name
        for name, values in dataset.coords.items()
        if values.dims == ("scenario",) and name != "scenario"
    ]


@pytest.mark.parametrize("consolidated", [None, False])
def test_any_reader_sees_them_as_coordinates(finished, created, consolidated):
    for path in (finished, created):
        if path == created and consolidated is None:
            continue
        dataset = xr.open_zarr(path, consolidated=consolidated, chunks=None)
        wanted = [*NAMES, *VARIED, "player_village"]
        assert sorted(of_scenarios(dataset)) == sorted(wanted)
        assert dataset["design"].values.tolist() == (
            ["sweep"] * 4 + ["sample"] * 2 + ["factorial"] * 2 + [""]
        )


def test_open_has_what_any_reader_sees(finished, created):
    for path in (finished, created):
        ours, plain = (
            scsfast.open(path),
            xr.open_zarr(path, consolidated=False, chunks=None),
        )
        for name in [*NAMES, *VARIED, "player_village"]:
            mine, theirs = ours[name], plain[name]
            assert mine.values.tolist() == theirs.values.tolist() or np.array_equal(
                mine.values, theirs.values, equal_nan=True
            )
            for key in ("long_name", "description"):
                assert mine.attrs[key] == theirs.attrs[key]
            assert mine.attrs["units"] == theirs.attrs.get("units", "1")
        assert "coordinates" not in ours.attrs
        assert [d["kind"] for d in nested_attribute(ours, "designs")] == [
            "sweep",
            "sobol",
            "factorial",
        ]


def test_types_of_coordinates(finished):
    dataset = scsfast.open(finished)
    assert dataset["point"].dtype == dataset["n_citizens"].dtype == np.int64
    assert dataset["regime.loss"].dtype == np.float64
    assert dataset["player_village"].dtype == np.int8
    assert dataset["regime.meeting.norm"].values.tolist()[:2] == ["image", "stern"]
    assert dataset["n_citizens"].values.tolist() == [500] * 4 + [600] * 5


def test_damaged_coordinates_are_found_and_repaired(finished):
    store = Store(finished)
    assert verify(store) == {}
    store.group["regime.loss"][1] = 0.25
    store.group["base"][0] = "x"
    store = Store(finished)
    assert set(verify(store)) == {"regime.loss", "base"}
    repair(store, verify(store))
    assert verify(Store(finished)) == {}


def test_names_are_no_outputs():
    own = {output.name for table in outcomes.TABLES for output in table.outputs}
    own |= {table.name for table in outcomes.TABLES} | layout.DIMENSIONS
    assert own.isdisjoint(NAMES)


def test_labels_of_dimensions_are_correct():
    assert layout.label_dim("tick") == "tick"
    assert layout.label_dim("sums_output") == "sums_output"
    assert layout.label_dim("regime.loss") == "scenario"


def test_displacement_is_a_mean_over_each_scenarios_own_citizens(tmp_path):
    entries = [
        {"pilot": "rongcheng"},
        {"pilot": "rongcheng", "name": "half", "world": {"n_citizens": 300}},
    ]
    campaign = small_campaign(1, scenario=entries)

    def same(rules, **asked):
        shape = outcomes.shape
        return {t.name: np.full(shape(t, rules), 256) for t in outcomes.TABLES}

    run_campaign(campaign, tmp_path / "s.zarr", run_replicate=same)
    dataset = scsfast.open(tmp_path / "s.zarr")
    moved = summarise(dataset)["mean_displacement"].values[:, 0]
    assert moved.tolist() == [1 / 600, 1 / 300]
    stored = xr.open_zarr(tmp_path / "s.zarr")["mean_displacement"].values[:, 0]
    assert stored.tolist() == moved.tolist()


def test_summary_keeps_what_was_varied(finished):
    summary = summarise(scsfast.open(finished))
    assert set(VARIED) <= set(summary.coords)
    assert not {"scorer", "n_citizens"} & set(summary.coords)


def written_out(campaign):
    """Return a campaign as if its scenarios were written one by one."""
    return campaign.model_copy(update={"origins": (), "designs": ()})


@pytest.mark.parametrize("first_by_hand", [True, False], ids=["by hand", "by a design"])
def test_a_store_grows_if_equal_scenarios_are_written_differently(
    tmp_path, first_by_hand
):
    sweep = {"scenario": DESIGNS["scenario"][:1], "sweep": DESIGNS["sweep"]}
    designed = [campaign_from_dict(campaign_tree(n, **sweep)) for n in (1, 2)]
    by_hand = [written_out(campaign) for campaign in designed]
    first, more = (by_hand, designed) if first_by_hand else (designed, by_hand)
    path = tmp_path / "out.zarr"
    run_campaign(first[0], path, run_replicate=fake_replicate)
    run_campaign(more[1], path, run_replicate=fake_replicate)
    assert verify(Store(path)) == {}
    assert Store(path).campaign.origins == first[0].origins
    grown = scsfast.open(path)
    assert grown.sizes["replicate"] == 2
    assert ("regime.loss" in grown.coords) == (not first_by_hand)
    assert len(nested_attribute(grown, "designs", [])) == (not first_by_hand)
