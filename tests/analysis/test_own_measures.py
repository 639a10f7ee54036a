"""Measures of the user's own: accepted by every analysis, and checked before use."""

import numpy as np
import pytest
import xarray as xr

import scsfast
from scsfast.errors import ConfigError
from scsfast.model.measures import total

NAME = "mean_prize_quality"


def quality(dataset):
    return total(dataset, "winners_quality") / total(dataset, "prizes")


OWN = {NAME: quality}


def test_compare_accepts_own_measures(dataset):
    table = scsfast.compare(dataset, "lottery", [NAME], measures=OWN)
    assert set(table["variable"]) == {NAME}
    means = quality(dataset).mean("replicate")
    row = table.set_index("scenario").loc["market"]
    np.testing.assert_allclose(row["value"], means.sel(scenario="market"))
    np.testing.assert_allclose(row["baseline"], means.sel(scenario="lottery"))


def test_a_variable_by_replicate_needs_no_function(dataset):
    table = scsfast.compare(dataset.assign({NAME: quality(dataset)}), "lottery", [NAME])
    assert table.equals(scsfast.compare(dataset, "lottery", [NAME], measures=OWN))


def test_summary_accepts_own_measures(dataset):
    table = scsfast.summary(dataset, measures=OWN).set_index(["variable", "scenario"])
    row = table.loc[(NAME, "market")]
    np.testing.assert_allclose(
        row["mean"], quality(dataset).sel(scenario="market").mean()
    )
    assert row["low"] < row["mean"] < row["high"] and row["n"] == 3
    (only,) = scsfast.summary(dataset, ["skill"], ["market"]).to_dict("records")
    assert only["variable"] == "skill" and only["unit"] == "1"


def test_attribute_accepts_own_measures(dataset):
    table = scsfast.attribute(dataset, measures=OWN).set_index("player")
    whole = quality(dataset.sel(scenario="by levels, village+township")).mean()
    nobody = quality(dataset.sel(scenario="by levels, nobody")).mean()
    np.testing.assert_allclose(table.loc["all together", "value"], whole - nobody)


def test_sensitivity_accepts_own_measures(dataset):
    table = scsfast.sensitivity(dataset, measures=OWN)
    assert set(table["measure"]) == {NAME}
    assert np.isfinite(table[table["index"] == "mu_star"]["value"]).all()


def test_figures_accept_own_measures(dataset):
    own = dataset.assign({NAME: quality(dataset)})
    ax = scsfast.plots.rank(own, NAME, ["lottery", "market"])
    assert ax.get_xlabel() == "mean prize quality"
    assert scsfast.plots.efficiency_and_capture(own, measure=NAME).get_ylabel()


@pytest.mark.usefixtures("sketched")
def test_report_and_export_accept_own_measures(store, tmp_path):
    assert "Mean prize quality" in scsfast.report(store, measures=OWN)
    scsfast.export(store, tmp_path / "t.csv", measures=OWN)
    assert NAME in (tmp_path / "t.csv").read_text().partition("\n")[0].split(",")


@pytest.mark.parametrize(
    ("measures", "fault"),
    [
        ({"skill": quality}, "`measures` skill: is the name of a variable"),
        ({"prizes": quality}, "`measures` prizes: is the name of a variable"),
        ({"mine": 3}, "`measures` mine: must be a function of a dataset, got 3"),
        (
            {"mine": lambda d: d["prizes"]},
            "must return an xarray.DataArray with the dim",
        ),
        ({"mine": lambda d: 3.0}, "must return an xarray.DataArray with the dim"),
    ],
)
def test_invalid_measures_are_refused(dataset, measures, fault):
    with pytest.raises(ConfigError, match=fault):
        scsfast.compare(dataset, "lottery", measures=measures)


def test_unfinished_replicates_are_not_passed_on(part):
    seen = []

    def measure(dataset: xr.Dataset):
        seen.append(dict(dataset.sizes))
        return total(dataset, "prizes")

    table = scsfast.summary(part, ["n_prizes"], measures={"n_prizes": measure})
    assert max(found["replicate"] for found in seen) < 3
    assert (table["n"] < 3).any() and (table["mean"].dropna() > 0).all()


def campaign(variable: str, halfwidth: float) -> dict:
    return {
        "replicates": 2,
        "world": {
            "n_citizens": 300,
            "n_ticks": 4,
            "spans": [10, 100, 300],
            "warmup": 1,
        },
        "scenario": [{"pilot": "rongcheng"}, {"pilot": "lottery"}],
        "until": {"variable": variable, "halfwidth": halfwidth, "max": 8},
    }


def number(dataset):
    """Return the number of each replicate: its mean is known to 6.4, then 2.05."""
    numbers = dataset["replicate"].astype("f8")
    return numbers.expand_dims(scenario=dataset["scenario"]).drop_vars("replicate")


def test_until_accepts_own_measures(tmp_path):
    asked, store = campaign("number", 2.1), tmp_path / "o.zarr"
    found = scsfast.run(asked, store, jobs=1, measures={"number": number})
    assert found.sizes["replicate"] == 4
    with pytest.raises(ConfigError, match=r"until.variable.*got 'number'"):
        scsfast.run(asked, store, jobs=1)
    again = scsfast.run(asked, store, jobs=1, measures={"number": number})
    assert again.equals(found) and "number" not in again


@pytest.mark.parametrize(("halfwidth", "replicates"), [(1e6, 2), (1e-6, 8)])
def test_until_accepts_outputs_by_tick(tmp_path, halfwidth, replicates):
    found = scsfast.run(campaign("words_kept", halfwidth), tmp_path / "o.zarr", jobs=1)
    assert found.sizes["replicate"] == replicates
