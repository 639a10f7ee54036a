"""Robustness of verdicts over the points of a design."""

import math

import pandas as pd
import pytest
import xarray as xr
from support.claimed import entry, varied

from scsfast.analysis import verdict
from scsfast.analysis.claims import claims
from scsfast.analysis.robustness import CLAIMS, _robust

pytestmark = pytest.mark.filterwarnings("error")


def by_point(values, n=6, written=1.0, honest=1.0):
    """Return a measure of every scenario of `varied`."""
    return [[written], *[[value] for value in values], *[[honest]] * n]


def test_share_of_points_with_the_same_verdict():
    captures = [1.0, 1.05, 1.2, 2.0, 3.0, 4.0]
    found = claims(varied(capture=by_point(captures, written=2.0)))
    rows = found.robustness.set_index(["claim", "measure"])
    row = rows.loc["c1", "capture_excess"]
    assert (row["base"], row["points"], row["reference"]) == ("v", 6, "written")
    assert row["verdict"] == verdict.MANIPULABLE
    assert row["share_same"] == row["share_same_by_mean"] == 4 / 6
    bounds = row[["lowest", "median", "highest"]].tolist()
    assert bounds == pytest.approx([0.0, 0.6, 3.0])
    assert (row["parameter"], row["rho"]) == ("regime.x", 1)
    assert row["words"] == "4 manipulable, 2 not manipulable"


def test_points_are_compared_with_the_nearest_scenario():
    dataset = varied(capture=by_point([2.0] * 6, written=2.0))
    config = dataset.attrs["config"]
    other = entry("other", share=0.01)
    config["scenarios"].insert(0, other)  # of the same regime, with other leaders
    first = dataset.isel(scenario=[0]).assign_coords(scenario=["other"])
    both = xr.concat([first, dataset], "scenario").assign_attrs(dataset.attrs)
    row = claims(both).robustness.set_index("claim").loc["c1"].iloc[0]
    assert row["reference"] == "written"


def test_without_a_reference_points_are_compared_with_the_most_frequent_verdict():
    captures = [1.0, 1.05, 1.0, 1.0, 3.0, 4.0]
    dataset = varied(capture=by_point(captures)).isel(scenario=slice(1, None))
    row = claims(dataset).robustness.set_index("claim").loc["c1"].iloc[0]
    assert (row["reference"], row["verdict"]) == ("", verdict.NOT_MANIPULABLE)
    assert row["share_same"] == 4 / 6


def test_verdicts_by_mean_do_not_need_replicates():
    captures = [2.0, 3.0, 2.0, 3.0, 2.0, 3.0]
    found = claims(varied(replicates=1, capture=by_point(captures, written=2.0)))
    row = found.robustness.set_index(["claim", "measure"]).loc["c1", "capture_excess"]
    assert (row["reference"], row["verdict"]) == ("", verdict.MANIPULABLE)
    assert (row["share_same"], row["share_same_by_mean"]) == (0, 1)
    assert set(found.points["c1_by_mean"]) == {verdict.MANIPULABLE}


def test_an_undecided_reference_is_replaced_by_the_most_frequent_decided_verdict():
    undecided = [1.0, 1.0, 1.0, 1.6]  # rise of capture, by replicate: 0 .. 0.6
    points = [undecided, undecided, undecided, [1.0] * 4, [1.0] * 4, [3.0] * 4]
    captures = [undecided, *points, *[[1.0] * 4] * 6]
    row = (
        claims(varied(capture=captures)).robustness.set_index("claim").loc["c1"].iloc[0]
    )
    assert row["words"] == "3 undecided, 2 not manipulable, 1 manipulable"
    assert (row["reference"], row["verdict"]) == ("", verdict.NOT_MANIPULABLE)
    assert row["share_same"] == 2 / 6


def test_without_a_decided_verdict_no_share_is_given():
    claimed = dict.fromkeys(CLAIMS, verdict.UNDECIDED)
    by_mean = {f"{claim}_by_mean": verdict.NOT_MEASURED for claim in CLAIMS}
    measured = {name: 0.5 for names in CLAIMS.values() for name in names}
    columns = {"regime": "r", **measured, **claimed, **by_mean, "mass_in_bin": 0.5}
    part = pd.DataFrame(columns, index=range(3))
    reference = {"scenario": "s", "regime": "r", **claimed}
    rows = _robust("v", part, reference)
    assert len(rows) == 4
    for row in rows:
        assert (row["reference"], row["verdict"]) == ("", "")
        assert math.isnan(row["share_same"]) and math.isnan(row["share_same_by_mean"])


def test_points_are_paired_with_the_honest_scenario_at_the_same_point():
    honest = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    efficiencies = [[0.0], *[[0.0]] * 6, *[[value] for value in honest]]
    points = claims(varied(efficiency=efficiencies)).points
    assert points["counterpart"].tolist() == [f"h, point {k}" for k in range(6)]
    assert points["skill_honest"].tolist() == pytest.approx(honest)
    assert points["regime.x"].tolist() == list(range(6))


def test_correlation_of_mass_at_the_base_with_skill():
    dataset = varied(efficiency=by_point([0.6, 0.5, 0.4, 0.3, 0.2, 0.1]))
    for k in range(6):  # the actual judge, the bin from 10 up
        dataset["score_count"][1 + k, :, :, 0, 1] = 2 + k
    found = claims(dataset)
    masses = [(2 + k) / (3 + k) for k in range(6)]
    assert found.points["mass_in_bin"].tolist() == pytest.approx(masses)
    row = found.mass.set_index(["mass", "measure"]).loc["mass_in_bin", "skill"]
    assert (row["rho"], row["points"]) == (-1, 6)
    assert row["at_little_mass"] == pytest.approx(0.55)
    assert row["at_much_mass"] == pytest.approx(0.15)
    assert found.points["mass_in_grade"].isna().all()
