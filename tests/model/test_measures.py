"""Summaries: known answers on arrays small enough to do by hand."""

import json
import math

import numpy as np
import pytest
import xarray as xr

from scsfast.cli.tables import cell, for_json, summary_rows, summary_text
from scsfast.model.inequality import gini, gini_of_counts
from scsfast.model.measures import (
    GROUP_MEASURES,
    MEASURES,
    REGISTRY,
    measures,
    plain_measures,
    summarise,
    summary_table,
    total,
)
from scsfast.model.outcomes import TABLES
from scsfast.model.plain_arrays import PlainArray, PlainDataset

pytestmark = pytest.mark.filterwarnings("error")
TICKS, WARMUP = 4, 2


def results(replicates=2, scorers=("ledger",), **changes) -> xr.Dataset:
    """Return a dataset whose ticks before warm-up would spoil every ratio."""
    lead = (len(scorers), replicates)
    per_tick = {
        "prize_value": 30,
        "fair_prize_value": 40,
        "oracle_prize_value": 60,
        "lottery_prize_value": 20 * 65536,
        "quality_prize_value": 50,
        "need_prize_value": 35,
        "winners_quality": 512,
        "winners_need": 768,
        "prizes_again": 1,
        "favoured_prizes": 3,
        "favoured_fair_prizes": 1,
        "opposed_prizes": 0,
        "opposed_fair_prizes": 1,
        "words_kept": 6,
        "meetings": 8,
        "informal_help": 5,
        "welfare": 5 * 256,
        "records_handled": 20,
        "prizes_moved": 1,
        "prizes": 4,
        "displacement": 5 * 256,
        **{name: value for name, value in changes.items() if np.ndim(value) == 0},
    }
    variables = {}
    for name, value in per_tick.items():
        variables[name] = ("scenario", "replicate", "tick"), _series(lead, (), value)
    for name, value in {"violations": 3, "temptations": 12}.items():
        value = changes.get(name, value)
        variables[name] = (
            ("scenario", "replicate", "tick", "domain"),
            _series(lead, (4,), value),
        )
    ties = ("scenario", "replicate", "tick", "tie", "tercile")
    for name, (tied, everyone) in {
        "connected": (2, 10),
        "connected_prizes": (1, 3),
        "connected_fair_prizes": (1, 5),
    }.items():
        values = _series(lead, (2, 3), 0)
        values[:, :, WARMUP:, 0], values[:, :, WARMUP:, 1] = tied, everyone
        variables[name] = ties, values
    variables |= _strata(lead)
    variables["score_count"] = (
        (
            "scenario",
            "replicate",
            "distribution_tick",
            "judge",
            "score_bin",
            "quality_class",
        ),
        _histogram(lead),
    )
    return xr.Dataset(
        variables,
        coords={
            "scenario": [f"s{k}" for k in range(len(scorers))],
            "scorer": ("scenario", list(scorers)),
            "replicate": range(replicates),
            "tick": range(TICKS),
            "distribution_tick": [1, 3],
            "judge": ["actual", "fair"],
            "tie": ["any", "all"],
            "group": ["urban", "rural"],
            "tied": ["untied", "tied"],
            "quality_class": range(16),
        },
        attrs={"first_measured_tick": WARMUP, "n_citizens": 10},
    )


def _strata(lead) -> dict:
    """Two groups, untied and tied; rural citizens have neither prizes nor wealth."""
    by_stratum = {  # of the urban: untied, tied
        "stratum_citizens": (4, 4),
        "stratum_applicants": (3, 1),
        "stratum_applicant_value": (10, 10),
        "stratum_prizes": (1, 3),
        "stratum_prizes_moved": (0, 1),
        "stratum_prize_value": (6, 26),
        "stratum_quality_prizes": (2, 0),
        "stratum_quality_prize_value": (22, 0),
    }
    dims = ("scenario", "replicate", "tick", "group", "tied")
    found = {}
    for name, urban in by_stratum.items():
        values = _series(lead, (2, 2), 0)
        values[:, :, WARMUP:, 0] = urban
        found[name] = dims, values
    dims = ("scenario", "replicate", "distribution_tick", "group", "tied", "bin")
    at_the_end = {
        "stratum_wealth_count": (1, 1, 0),
        "stratum_wealth": (0, 10, 0),
        "stratum_prize_count": (3, 1, 0),
    }
    for name, bins in at_the_end.items():
        values = np.zeros((*lead, 2, 2, 2, 3), "i8")
        values[:, :, 0] = 999
        values[:, :, 1, 0, 1] = bins
        found[name] = dims, values
    return found


def _series(lead, shape, value) -> np.ndarray:
    values = np.full((*lead, TICKS, *shape), 999, "i8")
    values[:, :, WARMUP:] = value
    return values


def _histogram(lead) -> np.ndarray:
    """Worse half in bins 0 and 1 (2, 1), better half in bins 1 and 2 (1, 3)."""
    counts = np.zeros((*lead, 2, 2, 3, 16), "i8")
    counts[:, :, 0] = 7  # before warm-up
    counts[:, :, 1, 1] = 5  # the fair judge
    for score_bin, quality, count in [(0, 0, 2), (1, 7, 1), (1, 8, 1), (2, 15, 3)]:
        counts[:, :, 1, 0, score_bin, quality] = count
    return counts


KNOWN = {
    "efficiency": 0.25,
    "fair_efficiency": 0.5,
    "prizes_moved_share": 0.25,
    "capture": (1 / 2) / (2 / 8),
    "mean_displacement": 0.5,
    "auc": (2 * 4 + 1 * 3 + 0.5) / 12,
    "violation_rate": 0.25,
    "skill": 1 / 3,
    "fair_skill": 2 / 3,
    "queue_skill": 0.5,
    "attainable": 0.75,
    "winners_mean_quality": 0.5,
    "winners_mean_need": 0.75,
    "repeat_share": 0.25,
    "diversion": 0.5,
    "dissenters_loss": 0.25,
    "capture_excess": 2 - (1 / 2) / (4 / 8),
    "words_kept_share": 0.75,
    "help_rate": 0.5,
    "mean_welfare": 0.5,
    "wealth_gini": 0.5,
    "prize_gini": 0.75,
    "handling_rate": 2.0,
}
KNOWN_BY_GROUP = {  # urban; rural people have nothing to divide by
    "group_capture": 3.0,
    "group_moved_share": 0.25,
    "group_skill": (32 / 4 - 20 / 4) / (22 / 2 - 20 / 4),
    "group_wealth_gini": 0.5,
    "group_prize_gini": 0.75,
}


@pytest.mark.parametrize("measure", MEASURES)
def test_known_answer(measure):
    np.testing.assert_allclose(summarise(results())[measure], [[KNOWN[measure]] * 2])


@pytest.mark.parametrize("name", GROUP_MEASURES)
def test_known_answer_by_group(name):
    found = measures(results(), [name])[name]
    assert found.dims == ("scenario", "replicate", "group")
    expected = [[[KNOWN_BY_GROUP[name], math.nan]] * 2]
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("name", ["skill", "diversion", "group_skill", "wealth_gini"])
def test_measures_without_their_outputs_are_missing(name):
    old = results().drop_vars(
        ["quality_prize_value", "favoured_prizes", "stratum_prizes", "stratum_wealth"]
    )
    assert np.isnan(measures(old, [name])[name]).all()


@pytest.mark.parametrize("scorers", [("ledger",), ("none", "ledger", "index")])
@pytest.mark.parametrize("dropped", [(), ("prizes", "stratum_prizes", "score_count")])
def test_measures_of_plain_arrays_are_those_of_xarray(scorers, dropped):
    dataset = results(scorers=scorers, displacement=7).drop_vars(dropped)
    n_citizens = [10 * (1 + k) for k in range(len(scorers))]
    dataset = dataset.assign_coords(n_citizens=("scenario", n_citizens))
    labels = {name: each.values for name, each in dataset.coords.items()}

    def plain(each):
        return PlainArray(each.values, each.dims, labels)

    outputs = {name: plain(each) for name, each in dataset.data_vars.items()}
    coords = {name: plain(each) for name, each in dataset.coords.items()}
    found = plain_measures(PlainDataset(outputs, coords, dataset.attrs))
    expected = measures(dataset)
    assert list(found) == list(expected)
    for name, each in found.items():
        assert each.dims == expected[name].dims
        np.testing.assert_array_equal(each.values, expected[name].values, name)


@pytest.mark.parametrize("name", REGISTRY)
def test_outputs_of_a_measure_are_of_one_table(name):
    """So the end of a run needs one table in memory at a time."""
    tables = [
        table.name
        for table in TABLES
        if {output.name for output in table.outputs} & {*REGISTRY[name].outputs}
    ]
    assert len(tables) == 1


def test_gini_of_equals_is_0_and_of_one_owner_is_near_1():
    assert gini([5, 0, 0], [50, 0, 0]) == pytest.approx(0)
    assert gini([99, 0, 1], [0, 0, 70]) == pytest.approx(0.99)
    assert gini([[1, 1], [2, 2]], [[1, 3], [2, 6]]) == pytest.approx([0.25, 0.25])
    assert np.isnan(gini([0, 0], [0, 0])) and np.isnan(gini_of_counts([4, 0]))


def test_gini_of_counts_is_that_of_all_pairs():
    people = np.array([0, 0, 1, 1, 1, 2, 5])
    pairs = np.abs(people[:, None] - people).mean() / (2 * people.mean())
    assert gini_of_counts(np.bincount(people)) == pytest.approx(pairs)


@pytest.mark.parametrize(
    ("measure", "zero"),
    [
        ("efficiency", {"oracle_prize_value": 20}),
        ("fair_efficiency", {"oracle_prize_value": 20}),
        ("prizes_moved_share", {"prizes": 0, "prizes_moved": 0}),
        ("violation_rate", {"temptations": 0, "violations": 0}),
    ],
)
def test_a_zero_denominator_gives_a_missing_value(measure, zero):
    assert np.isnan(summarise(results(**zero))[measure]).all()


def test_regimes_without_scores_have_no_displacement_and_no_auc():
    summary = summarise(results(scorers=("ledger", "none")))
    for measure in ("mean_displacement", "auc"):
        assert np.isnan(summary[measure]).all("replicate").values.tolist() == [
            False,
            True,
        ]
    assert not np.isnan(summary["efficiency"]).any()


def test_interval_is_students(replicates=3):
    dataset = results(replicates)
    dataset["prize_value"][0, 1, WARMUP:] = 34  # efficiency 0.35
    row = summary_rows(summary_table(dataset))["s0"]["efficiency"]
    half = 4.302652729911275 * math.sqrt(0.01 / 3) / math.sqrt(3)  # t(0.975, 2)
    mean = 0.25 + 0.1 / 3
    assert row["mean"] == pytest.approx(mean)
    assert row["high"] - mean == pytest.approx(half)
    assert mean - row["low"] == pytest.approx(half)
    assert row["n"] == 3


def test_one_replicate_has_no_interval():
    row = summary_rows(summary_table(results(1)))["s0"]["efficiency"]
    assert row["mean"] == pytest.approx(0.25)
    assert math.isnan(row["low"]) and math.isnan(row["high"])
    assert cell(row) == "0.250"


def test_no_replicate_is_missing_everywhere():
    row = summary_rows(summary_table(results(2).isel(replicate=[])))["s0"]["efficiency"]
    assert cell(row) == "-" and row["n"] == 0


def test_every_measure_has_unit_and_meaning():
    for variable in summarise(results()).data_vars.values():
        assert variable.attrs["units"] and variable.attrs["long_name"]


def test_table_has_one_row_per_scenario_and_json_has_no_nan():
    rows = summary_rows(summary_table(results(scorers=("ledger", "none"))))
    lines = summary_text(rows, 160).splitlines()
    assert [line.split()[0] for line in lines if line.strip().startswith("s")][1:3] == [
        "s0",
        "s1",
    ]
    json.dumps(for_json(rows), allow_nan=False)


def test_totals_beyond_64_bits_do_not_wrap():
    dataset = results(lottery_prize_value=2**62)
    n_ticks = TICKS - WARMUP
    assert (total(dataset, "lottery_prize_value") == n_ticks * 2.0**62).all()
