"""Outputs by group and grade are compared label by label, never summed over all of them."""

import json

import numpy as np
import pytest
from support.made_results import made
from typer.testing import CliRunner

import scsfast
from scsfast.analysis.compare import compare
from scsfast.analysis.sensitivity import sensitivity
from scsfast.cli.main import app
from scsfast.errors import ConfigError
from scsfast.model.measures import MEASURES
from scsfast.model.population import GROUPS

SMALL = {
    "world": {"n_citizens": 600, "n_ticks": 6},
    "replicates": 2,
    "scenario": [{"pilot": "rongcheng"}, {"pilot": "lottery"}],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("store") / "small.zarr"
    scsfast.run(SMALL, path)
    return path


@pytest.mark.parametrize("name", ["group_prizes", "grade_citizens"])
def test_sums_over_all_groups_or_grades_are_refused(store, name):
    dim = name.partition("_")[0]
    with pytest.raises(
        ConfigError, match=f"{name} must not be summed over every {dim}"
    ):
        compare(store, "lottery", [name])
    with pytest.raises(ConfigError, match=f"must not be summed over every {dim}"):
        sensitivity(store, measures=[name])


@pytest.mark.parametrize(
    ("name", "by"),
    [("group_prizes", "group"), ("grade_citizens", "grade"), ("suppressed", "level")],
)
def test_rows_of_a_split_are_the_outputs_of_each_label(store, name, by):
    table = compare(store, "lottery", [name], by=by)
    dataset = scsfast.open(store)
    ticks = dataset["tick"] >= dataset.attrs["first_measured_tick"]
    sums = dataset[name].isel(tick=np.flatnonzero(ticks)).sum("tick").mean("replicate")
    assert table["unit"].eq(dataset[name].attrs["units"]).all()
    for row in table.itertuples():
        label = int(getattr(row, by)) if by == "grade" else getattr(row, by)
        found = sums.sel({by: label, "scenario": row.scenario})
        assert row.value == pytest.approx(float(found))
    used = sums.isel({by: np.flatnonzero(sums.sum("scenario"))})[by].values
    assert table[by].tolist() == list(map(str, used)) or not sums.any()


@pytest.mark.parametrize(
    ("by", "names", "message"),
    [
        ("group", ["violations"], "must be an output by group"),
        ("group", ["efficiency"], "must be an output by group"),
        ("groop", ["group_prizes"], "`by` must be one of group, level, grade"),
        ("group", None, "needs a variable"),
    ],
)
def test_splits_that_an_output_does_not_have_are_refused(store, by, names, message):
    with pytest.raises(ConfigError, match=message):
        compare(store, "lottery", names, by=by)


def test_the_command_line_splits_by_group(store):
    words = ["compare", str(store), "-b", "lottery", "-v", "group_prizes"]
    done = CliRunner().invoke(app, [*words, "--by", "group"])
    assert done.exit_code == 0, done.output
    assert all(f"group {group}" in done.output for group in GROUPS[:2])
    done = CliRunner().invoke(app, [*words, "--by", "group", "--json"])
    assert {row["group"] for row in json.loads(done.output)["differences"]} <= {*GROUPS}


def test_results_without_groups_are_compared_as_before():
    assert len(compare(made("ab", efficiency=[[0.1] * 4, [0.2] * 4]), "a")) == len(
        MEASURES
    )
