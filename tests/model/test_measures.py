"""Summaries: known answers on arrays small enough to do by hand."""

import json
import math

import numpy as np
import pytest
import xarray as xr

from scsfast.cli.tables import cell, for_json, summary_rows, summary_text
from scsfast.model.measures import MEASURES, summarise, summary_table, total

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
    }.items():
        values = _series(lead, (2, 3), 0)
        values[:, :, WARMUP:, 0], values[:, :, WARMUP:, 1] = tied, everyone
        variables[name] = ties, values
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
            "quality_class": range(16),
        },
        attrs={"first_measured_tick": WARMUP, "n_citizens": 10},
    )


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
}


@pytest.mark.parametrize("measure", MEASURES)
def test_known_answer(measure):
    np.testing.assert_allclose(summarise(results())[measure], [[KNOWN[measure]] * 2])


@pytest.mark.parametrize(
    ("measure", "zero"),
    [
        ("efficiency", {"oracle_prize_value": 20}),
        ("fair_efficiency", {"oracle_prize_value": 20}),
        ("prizes_moved_share", {"prizes": 0, "prizes_moved": 0}),
        ("violation_rate", {"temptations": 0, "violations": 0}),
    ],
)
def test_nothing_below_the_line_is_missing(measure, zero):
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


def test_table_has_a_row_a_scenario_and_json_knows_no_nan():
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
