"""Exports for R, pandas and DuckDB, and refused exports."""

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from support.made_results import made, with_status

import scsfast
from scsfast.analysis import export as exports
from scsfast.analysis.export import export, tidy
from scsfast.errors import ConfigError, StoreError
from scsfast.model.measures import MEASURES, summarise
from scsfast.model.outcomes import TABLE

TREE = {
    "replicates": 2,
    "world": {"n_citizens": 600, "n_ticks": 6, "distribution_every": 3, "warmup": 2},
    "scenario": [{"pilot": "rongcheng"}, {"pilot": "lottery"}],
    "sweep": {"of": ["rongcheng"], "regime": {"loss": [0.0, 0.2]}},
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "r.zarr"
    scsfast.run(TREE, path)
    return path


@pytest.fixture(scope="module")
def opened(store):
    return scsfast.open(store)


def test_summary_has_one_row_per_replicate_and_columns_of_varied_parameters(
    store, opened
):
    table = tidy(store)
    assert len(table) == 3 * 2
    about = [
        "scenario",
        "base",
        "design",
        "point",
        "n_citizens",
        "scorer",
        "regime.loss",
    ]
    assert list(table)[: len(about)] == about
    assert list(table)[-len(MEASURES) :] == list(MEASURES)
    assert table["regime.loss"].tolist()[:4] == [0.0, 0.0, 0.2, 0.2]
    assert table["replicate"].tolist() == [0, 1] * 3
    known = summarise(opened)
    for name in MEASURES:
        np.testing.assert_array_equal(table[name], known[name].values.ravel())


@pytest.mark.parametrize("name", [n for n in TABLE if n != "by_unit"])
def test_rows_are_those_of_the_dataset(name, store, opened):
    table = tidy(store, name)
    dims = ["scenario", "replicate", *TABLE[name].dims]
    for output in TABLE[name].outputs:
        values = opened[output.name].transpose(*dims).values
        assert table[output.name].dtype == "int64"
        np.testing.assert_array_equal(table[output.name], values.ravel())
    row = table.iloc[-2]
    at = {dim: row[dim] for dim in dims}
    output = TABLE[name].outputs[0].name
    assert opened[output].sel(at).item() == row[output]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_files_read_back_the_same(suffix, store, tmp_path):
    path = export(store, tmp_path / f"t{suffix}", "by_group")
    read = (pd.read_csv if suffix == ".csv" else pd.read_parquet)(path)
    read["design"] = read["design"].fillna("")  # CSV cannot tell it from missing
    pd.testing.assert_frame_equal(read, tidy(store, "by_group"), check_dtype=False)


def test_netcdf_has_everything(store, opened, tmp_path):
    path = export(store, tmp_path / "t.nc")
    with xr.open_dataset(path, engine="h5netcdf") as read:
        for name, variable in opened.data_vars.items():
            assert read[name].dtype == variable.dtype
            np.testing.assert_array_equal(read[name].values, variable.values)
        np.testing.assert_array_equal(read["capture"], summarise(opened)["capture"])
        assert read["words_kept"].attrs["units"] == "side"
        assert json.loads(read.attrs["designs"])[0]["kind"] == "sweep"
        assert read.attrs["identity"] == opened.attrs["identity"]


def test_unfinished_replicates_are_no_rows():
    dataset = with_status(made("ab", 2), [[1, 0], [1, 1]])
    table = tidy(dataset)
    assert list(zip(table["scenario"], table["replicate"], strict=True)) == [
        ("a", 0),
        ("b", 0),
        ("b", 1),
    ]


def test_netcdf_needs_a_replicate_of_every_scenario(tmp_path):
    dataset = with_status(made("ab", 2), [[1, 0], [0, 1]])
    with pytest.raises(ConfigError, match="no replicate is finished in every scenario"):
        export(dataset, tmp_path / "t.nc")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "table", "message"),
    [
        ("t.xls", "summary", r"`output` must end with one of .parquet, .csv, .nc, got"),
        ("t.csv", "by_grop", r"`table` must be one of .*did you mean 'by_group'\?"),
        ("t.nc", "sums", "`table` must not be given for .nc"),
        ("no/t.csv", "sums", "`output` must be in a folder that exists, got .*no"),
    ],
)
def test_wrong_questions_are_refused(name, table, message, tmp_path):
    with pytest.raises(ConfigError, match=message):
        export(made("ab"), tmp_path / name, table)


def test_all_faults_are_reported_at_once(tmp_path):
    with pytest.raises(ConfigError) as caught:
        export(made("ab"), tmp_path / "no" / "t.xls", "what")
    assert len(caught.value.faults) == 3


def test_an_existing_file_is_refused_before_any_work(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("mine")
    with pytest.raises(ConfigError) as caught:
        export(made("ab"), path, "what")
    assert len(caught.value.faults) == 2


def test_a_folder_is_never_replaced(tmp_path):
    (tmp_path / "r.csv").mkdir()
    with pytest.raises(ConfigError, match="`output` must be a file, got the folder"):
        export(made("ab"), tmp_path / "r.csv", force=True)


def test_a_path_that_cannot_hold_a_file_is_named():
    with pytest.raises(StoreError, match="/proc/r.csv: cannot write the results"):
        export(made("ab"), "/proc/r.csv")


def test_an_empty_table_is_refused():
    with pytest.raises(ConfigError, match="by_unit: this store has no outputs in it"):
        tidy(made("ab"), "by_unit")


def test_too_long_a_table_is_refused(monkeypatch):
    monkeypatch.setattr(exports, "MOST_ROWS", 10)
    with pytest.raises(ConfigError, match=r"would have 24 rows, more than 10"):
        tidy(made("ab"), "by_prize")


def test_nothing_is_overwritten_unless_forced(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("mine")
    with pytest.raises(ConfigError, match="exists; --force replaces it"):
        export(made("ab"), path)
    assert path.read_text() == "mine"
    export(made("ab"), path, force=True)
    assert len(pd.read_csv(path)) == 8


def test_a_file_that_appears_meanwhile_is_kept(tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    real = pd.DataFrame.to_csv

    def slow(frame, *arguments, **options):
        real(frame, *arguments, **options)
        path.write_text("mine")

    monkeypatch.setattr(pd.DataFrame, "to_csv", slow)
    with pytest.raises(ConfigError, match="exists; --force replaces it"):
        export(made("ab"), path)
    assert path.read_text() == "mine" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("force", [False, True])
def test_a_write_that_fails_leaves_nothing_behind(force, tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    if force:
        path.write_text("mine")

    def full(_frame, target, **_options):
        target.write_text("half of i")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(StoreError, match="No space left"):
        export(made("ab"), path, force=force)
    assert [p.read_text() for p in tmp_path.iterdir()] == ["mine"] * force


@pytest.mark.parametrize(
    ("suffix", "module", "extra"),
    [(".parquet", "pyarrow", "parquet"), (".nc", "h5netcdf", "netcdf")],
)
def test_missing_libraries_are_named(suffix, module, extra, tmp_path, monkeypatch):
    find = exports.importlib.util.find_spec
    monkeypatch.setattr(
        exports.importlib.util, "find_spec", lambda n: None if n == module else find(n)
    )
    message = rf"need {module}; install it with `pip install 'scsfast\[{extra}\]'`"
    with pytest.raises(ConfigError, match=message):
        export(made("ab"), tmp_path / f"t{suffix}")
