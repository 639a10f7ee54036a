"""The report of a campaign whose scenarios are all points of designs names no single one."""

import warnings

import numpy as np
import pytest
from support.read_report import Reader, downloads

import scsfast
from scsfast.analysis.report import document
from scsfast.analysis.time_series import over_time
from scsfast.model.measures import summary_table
from scsfast.store.layout import PENDING


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    tree = {
        "replicates": 2,
        "world": {"n_citizens": 2000, "n_ticks": 12},
        "scenario": [
            {"name": "swept", "pilot": "rongcheng"},
            {"name": "other", "pilot": "sesame"},
        ],
        "sweep": {"leaders": {"all": {"share": [0.0, 0.25, 0.5, 0.75, 1.0]}}},
    }
    path = tmp_path_factory.mktemp("points") / "swept.zarr"
    scsfast.run(tree, path)
    return path


@pytest.fixture(scope="module")
def dataset(store):
    return scsfast.open(store)


@pytest.fixture(scope="module")
def page(store):
    return Reader(scsfast.report(store))


def of_swept(dataset):
    return dataset.isel(scenario=np.flatnonzero(dataset["base"].values == "swept"))


def test_findings_name_no_single_point(page):
    said = " ".join(page.texts["findings"].split())
    assert "Over 5 points of swept" in said and "regimes whose leaders" not in said
    assert "If fair scores" not in said
    assert len(downloads(page)["findings-0.csv"]) == 10


def test_what_varies_comes_first_and_single_points_have_no_section(page):
    shown = [attrs["id"] for attrs in page.all("section")]
    assert shown.index("sweeps") < shown.index("measures") < shown.index("question")
    assert {"capture", "scores", "errors"}.isdisjoint(shown)


def test_tables_have_the_scenarios_that_are_varied(page):
    tables = {
        rows[0][0]: rows for name, rows in page.tables if name in ("measures", "design")
    }
    assert tables["Measure"][0] == ["Measure", "swept", "other"]
    assert [row[-1] for row in tables["Scenario"]] == ["Points", "5", "5"]


def test_measures_are_quantiles_over_points_of_means_over_replicates(page, dataset):
    rows = {
        row[0]: row[1]
        for name, table in page.tables
        if name == "measures"
        for row in table
    }
    means = summary_table(of_swept(dataset))["mean_displacement"].sel(statistic="mean")
    low, middle, high = np.quantile(means, [0.05, 0.5, 0.95])
    assert rows["Displacement"] == f"{middle:.3f} ({low:.3f} .. {high:.3f})"


def test_lines_over_time_are_medians_over_points(page, dataset):
    drawn = downloads(page)["time-efficiency-0.csv"]
    assert set(drawn["scenario"]) == {"swept", "other"} and set(drawn["n"]) == {5}
    values = over_time(of_swept(dataset), "efficiency", 3)
    expected = values.mean("replicate").median("scenario").values
    found = drawn[drawn["scenario"] == "swept"]["median"]
    assert found.to_numpy() == pytest.approx(expected, rel=1e-6, nan_ok=True)


def test_varied_rules_are_named_and_fewer_points_of_one_scenario_are_drawn(tmp_path):
    tree = {
        "world": {"n_citizens": 500, "n_ticks": 12},
        "scenario": [
            {"name": "rules", "pilot": "rongcheng"},
            {"name": "few", "pilot": "sesame"},
        ],
        "sweep": {"of": ["rules"], "regime": {"allocation": ["lottery", "score"]}},
        "sample": {
            "of": ["few"],
            "method": "latin-hypercube",
            "n": 3,
            "over": {"leaders.all.share": [0.0, 1.0]},
        },
    }
    scsfast.run(tree, tmp_path / "rules.zarr")
    with warnings.catch_warnings():
        warnings.simplefilter("error", FutureWarning)
        page = Reader(scsfast.report(tmp_path / "rules.zarr"))
    rows = {
        row[0]: row for name, rows in page.tables if name == "design" for row in rows
    }
    assert rows["rules"][3:] == ["lottery or score", "2"]
    assert rows["few"][-1] == "3"


@pytest.mark.usefixtures("sketched")
def test_units_that_scenarios_vary_are_not_given_for_all(tmp_path):
    tree = {
        "world": {"n_citizens": 500, "n_ticks": 3},
        "scenario": [{"name": "led", "pilot": "rongcheng"}],
        "sweep": {"world": {"sizes": {"village": [[200, 300], [400, 100]]}}},
    }
    scsfast.run(tree, tmp_path / "sizes.zarr")
    page = Reader(scsfast.report(tmp_path / "sizes.zarr"))
    assert "Scenarios differ in the number of their citizens" in page.texts["design"]
    assert "From the lowest level up" not in page.texts["design"]


@pytest.mark.usefixtures("sketched")
def test_factorial_without_its_full_coalition_yet_is_not_about_points(
    tmp_path, monkeypatch
):
    tree = {
        "world": {"n_citizens": 500, "n_ticks": 3},
        "scenario": [{"name": "led", "pilot": "rongcheng"}],
        "factorial": {"levels": ["village", "township"]},
    }
    scsfast.run(tree, tmp_path / "led.zarr")
    found = document.datasets.results(tmp_path / "led.zarr")
    full = [str(name) for name in found["scenario"].values][-1]
    found["status"].loc[{"scenario": full}] = PENDING
    monkeypatch.setattr(document.datasets, "results", lambda *_: found)
    page = Reader(scsfast.report(tmp_path / "led.zarr"))
    rows = [rows for name, rows in page.tables if name == "measures"]
    assert [len(table) for table in rows] == [4, 4, 4]  # a head and three coalitions
    assert "over points of designs" not in page.texts["measures"]
