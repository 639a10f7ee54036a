"""Comparisons: pairs of replicates, corrected, and questions that cannot be answered."""

import math

import numpy as np
import pandas as pd
import pytest
from support.made_results import made, with_status

import scsfast
from scsfast.analysis.compare import compare
from scsfast.errors import ConfigError
from scsfast.intervals import estimate, holm
from scsfast.model.measures import MEASURES

pytestmark = pytest.mark.filterwarnings("error")
A, B = [0.1, 0.2, 0.3, 0.4], [0.15, 0.22, 0.36, 0.41]


def row(table, scenario, variable="efficiency"):
    """Return one row of a comparison."""
    found = table[(table["scenario"] == scenario) & (table["variable"] == variable)]
    assert len(found) == 1
    return found.iloc[0]


def test_differences_are_paired():
    found = row(compare(made("ab", efficiency=[A, B]), "a"), "b")
    wanted = estimate(np.array(B) - np.array(A))
    got = found[["difference", "low", "high", "n"]]
    assert tuple(got) == pytest.approx(tuple(wanted))
    assert (found["baseline"], found["value"]) == pytest.approx((0.25, 0.285))
    assert found["correlation"] == pytest.approx(np.corrcoef(A, B)[0, 1])
    assert found["n_independent"] > 4


def test_fewer_than_eight_pairs_are_not_resampled():
    seven, eight = (
        row(compare(made("ab", n, efficiency=[(A * 2)[:n], (B * 2)[:n]]), "a"), "b")
        for n in (7, 8)
    )
    assert math.isnan(seven["boot_low"]) and math.isnan(seven["boot_high"])
    assert eight["low"] < eight["boot_low"] < 0.035 < eight["boot_high"] < eight["high"]


@pytest.mark.parametrize(
    ("scenarios", "why"),
    [(["a"], "only the baseline was asked for"), (None, "only the baseline is in")],
)
def test_a_baseline_alone_is_refused(scenarios, why):
    dataset = made("ab" if scenarios else "a")
    with pytest.raises(ConfigError, match=f"nothing to compare: {why}"):
        compare(dataset, "a", scenarios=scenarios)


def test_order_of_replicates_matters_to_pairs_only():
    straight = row(compare(made("ab", efficiency=[A, B]), "a"), "b")
    mixed = row(compare(made("ab", efficiency=[A, B[::-1]]), "a"), "b")
    assert mixed["difference"] == pytest.approx(straight["difference"])
    assert mixed["high"] - mixed["low"] > 5 * (straight["high"] - straight["low"])


def test_equal_scenarios_differ_by_exactly_0():
    found = row(compare(made("ab", 8, efficiency=[A * 2, A * 2]), "a"), "b")
    bounds = found[["difference", "low", "high", "boot_low", "boot_high"]]
    assert bounds.tolist() == [0.0] * 5 and found["p"] == 1


def test_p_values_are_corrected_for_all_rows_shown():
    dataset = made("abc", efficiency=[A, B, A[::-1]], capture=[A, B, B])
    table = compare(dataset, "a", ["efficiency", "capture"])
    assert table["p_holm"].tolist() == holm(table["p"]).tolist()
    alone = compare(dataset.sel(scenario=["a", "b"]), "a", ["efficiency"])
    assert row(alone, "b")["p_holm"] < row(table, "b")["p_holm"]


def test_only_the_scenarios_asked_for_are_compared():
    dataset = made("abc", efficiency=[A, B, A[::-1]])
    table = compare(dataset, "a", ["efficiency"], scenarios=["c"])
    assert table["scenario"].tolist() == ["c"]
    whole = compare(dataset, "a", ["efficiency"])
    assert row(table, "c")["difference"] == row(whole, "c")["difference"]
    with pytest.raises(ConfigError, match="`scenario` must be one of a, b, c, got 'd'"):
        compare(dataset, "a", scenarios=["d"])


def test_one_replicate_has_no_interval():
    found = row(compare(made("ab", 1, efficiency=[[0.1], [0.3]]), "a"), "b")
    assert found["difference"] == pytest.approx(0.2) and found["n"] == 1
    missing = ["low", "high", "boot_low", "boot_high", "p", "p_holm", "n_independent"]
    assert all(math.isnan(found[name]) for name in missing)


def test_missing_values_are_left_out_variable_by_variable():
    dataset = made("ab", scorers=["ledger", "none"], efficiency=[A, B])
    table = compare(dataset, "a")
    assert row(table, "b")["n"] == 4
    assert row(table, "b", "mean_displacement")["n"] == 0
    assert math.isnan(row(table, "b", "mean_displacement")["difference"])


def test_only_pairs_that_are_finished_count():
    dataset = made("abc", efficiency=[A, B, B])
    status = [[1, 1, 1, 0], [1, 0, 1, 1], [1, 1, 1, 1]]
    table = compare(with_status(dataset, status), "a")
    assert [row(table, name)["n"] for name in "bc"] == [2, 3]
    assert row(table, "b")["difference"] == pytest.approx((0.05 + 0.06) / 2)
    assert row(table, "b")["value"] == pytest.approx((0.15 + 0.36) / 2)


def test_outputs_are_summed_over_measured_ticks():
    found = row(compare(made("ab"), "a", ["violations"]), "b", "violations")
    assert (found["baseline"], found["value"], found["difference"]) == (2, 2, 0)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"baseline": "rongchen"}, r"`baseline` must be one of rongcheng, lottery, "
         r"got 'rongchen'; did you mean 'rongcheng'\?"),
        ({"variables": ["efficency"]}, r"`variable` must be one of efficiency, .*"
         r"connected, got 'efficency'; did you mean 'efficiency'\?"),
        ({"variables": ["a", "b"]}, r"got 'a'.*\n.*got 'b'"),
        ({"confidence": 1.0}, r"`confidence` must be a number in \(0, 1\), got 1"),
    ],
)  # fmt: skip
def test_wrong_questions_are_refused(question, message):
    dataset = made(["rongcheng", "lottery"])
    with pytest.raises(ConfigError, match=message):
        compare(dataset, **{"baseline": "rongcheng", **question})


def test_a_baseline_of_which_nothing_is_finished_is_refused():
    dataset = with_status(made("ab", 2), [[1, 1], [0, 0]])
    with pytest.raises(ConfigError, match="nothing of 'b' is finished yet"):
        compare(dataset, "b")


def test_names_given_twice_count_once():
    dataset = made("ab", efficiency=[A, B])
    once = compare(dataset, "a", ["efficiency"], scenarios=["b"])
    twice = compare(dataset, "a", ["efficiency"] * 2, scenarios=["b", "b"])
    pd.testing.assert_frame_equal(once, twice)


def test_citizens_tied_to_several_leaders_are_counted_once():
    found = row(compare(made("ab"), "a", ["connected"]), "b", "connected")
    assert found["value"] == 2 * 1000  # ticks x tied to any


def test_scenarios_with_other_citizens_are_marked():
    scenarios = [{"name": "a"}, {"name": "b", "world": {"n_citizens": 50}}]
    dataset = made("abc", attrs={"config": {"scenarios": [*scenarios, {"name": "c"}]}})
    table = compare(dataset, "a", ["efficiency"]).set_index("scenario")
    assert table["same_world"].to_dict() == {"b": False, "c": True}


def test_nothing_finished_is_refused():
    dataset = with_status(made("ab", 2), np.zeros((2, 2)))
    with pytest.raises(ConfigError, match="nothing is finished yet"):
        compare(dataset, "a")


def test_null_regime_differs_by_0_in_a_real_run(tmp_path):
    world = {"n_citizens": 600, "n_ticks": 12}
    entries = [
        {"pilot": "fair-rongcheng"},
        {
            "pilot": "fair-rongcheng",
            "name": "honest",
            "leaders": {"all": {"share": 0.0}},
        },
    ]
    store = tmp_path / "r.zarr"
    tree = {"replicates": 3, "world": world, "scenario": entries}
    scsfast.run(tree, store)
    table = scsfast.compare(store, "honest")
    measured = table[table["n"] > 0]
    assert len(measured) == len(MEASURES)
    assert (measured[["difference", "low", "high"]] == 0).all(axis=None)
