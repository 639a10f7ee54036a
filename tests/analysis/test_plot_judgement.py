"""Pictures of scores, grades and errors."""

import numpy as np
import pytest
from support.reported_store import HOSTILE

from scsfast.analysis import plots
from scsfast.analysis.plots.judgement import error_rates
from scsfast.analysis.selection import (
    regime_at,
)
from scsfast.errors import ConfigError


def test_scores_add_up_and_cuts_are_the_regimes(dataset):
    ax = plots.score_distribution(dataset, HOSTILE)
    heights = [patch.get_data().values.sum() for patch in ax.patches]
    np.testing.assert_allclose(heights, [100, 100])
    cuts = {line.get_xdata()[0] for line in ax.get_lines()}
    low, high = ax.get_xlim()
    grades = regime_at(dataset, HOSTILE, 23)["grades"][1:]
    assert cuts == {g["from"] for g in grades if low < g["from"] < high}
    assert cuts


def test_scores_of_a_tick_are_those_of_the_tick(dataset):
    ax = plots.score_distribution(dataset, HOSTILE, tick=5)
    counts = dataset["score_count"].sel(
        scenario=HOSTILE, distribution_tick=5, judge="actual"
    )
    counts = counts.sum(["replicate", "quality_class"]).values
    drawn = ax.patches[0].get_data().values
    np.testing.assert_allclose(drawn, 100 * counts / counts.sum())
    with pytest.raises(ConfigError, match="`tick` must be one with distributions"):
        plots.score_distribution(dataset, HOSTILE, tick=4)


def test_score_distributions_of_regimes_without_scores_are_refused(dataset):
    with pytest.raises(ConfigError, match="gives scores, got 'oracle'"):
        plots.score_distribution(dataset, "oracle")


def test_transitions_are_shares_of_rows(dataset):
    ax = plots.grade_transitions(dataset, HOSTILE)
    shares = ax.collections[0].get_array()
    counts = dataset["grade_transition_count"].sel(
        scenario=HOSTILE, distribution_tick=23
    )
    counts = counts.sum("replicate").transpose("first_grade", "grade").values[:6, :6]
    for row, people in zip(shares, counts, strict=True):
        if people.sum():
            np.testing.assert_allclose(row, 100 * people / people.sum())
    assert counts.sum() == 3 * 2000
    with pytest.raises(ConfigError, match="'lottery' has none"):
        plots.grade_transitions(dataset, "lottery")


def test_error_rates_have_the_right_denominators(dataset):
    rates = error_rates(dataset)
    part = dataset.sel(scenario=HOSTILE, group="rural")
    part = part.isel(tick=slice(dataset.attrs["first_measured_tick"], None))
    names = ("citizens", "bad", "low", "low_bad")
    people, bad, low, low_bad = (
        part[f"group_{name}"].sum("tick").values for name in names
    )
    own = rates.sel(scenario=HOSTILE, group="rural")
    np.testing.assert_array_equal(
        own["false_positives"].values, (low - low_bad) / (people - bad)
    )
    np.testing.assert_array_equal(own["false_negatives"].values, (bad - low_bad) / bad)


def test_group_errors_draw_the_error_rates(dataset):
    axes = plots.group_errors(dataset, [HOSTILE], kind="standing")
    found = [line.get_xdata()[0] for line in axes[0].get_lines()]
    rates = error_rates(dataset).sel(scenario=HOSTILE)["false_positives"]
    np.testing.assert_array_equal(found, 100 * rates.mean("replicate").values)
    with pytest.raises(ConfigError, match="`kind` must be"):
        plots.group_errors(dataset, kind="mood")
