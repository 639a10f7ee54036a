"""Verdicts: the side of a threshold on which a whole interval is."""

import re

import pytest

from scsfast.analysis import verdict
from scsfast.analysis.verdict import Thresholds, against, manipulable, serving
from scsfast.errors import ConfigError
from scsfast.intervals import Estimate
from scsfast.model.parameters import basis

NAN = float("nan")
LIMITS = Thresholds()
MISSING = Estimate(NAN, NAN, NAN, 0)
NOTHING = Estimate(0.0, 0.0, 0.0, 4)
ALONE = Estimate(0.5, NAN, NAN, 1)  # one replicate


def found(low, high):
    """Return an estimate with these bounds."""
    return Estimate((low + high) / 2, low, high, 4)


@pytest.mark.parametrize(
    ("diverted", "excess", "word"),
    [
        (found(0.01, 0.02), NOTHING, verdict.MANIPULABLE),
        (NOTHING, found(0.1, 0.2), verdict.MANIPULABLE),
        (found(0.01, 0.02), MISSING, verdict.MANIPULABLE),
        (NOTHING, NOTHING, verdict.NOT_MANIPULABLE),
        (found(0.0, 0.0099), found(-1.0, 0.099), verdict.NOT_MANIPULABLE),
        (NOTHING, MISSING, verdict.NOT_MANIPULABLE),
        (found(0.0099, 0.02), NOTHING, verdict.UNDECIDED),
        (NOTHING, found(0.0, 0.2), verdict.UNDECIDED),
        (ALONE, ALONE, verdict.UNDECIDED),
        (MISSING, MISSING, verdict.NOT_MEASURED),
    ],
)
def test_verdict_on_c1(diverted, excess, word):
    assert manipulable(diverted, excess, NOTHING, LIMITS) == word


@pytest.mark.parametrize(
    ("moved", "word"),
    [
        (found(0.01, 0.5), verdict.CHURN),
        (found(0.0099, 0.5), verdict.NOT_MANIPULABLE),
        (MISSING, verdict.NOT_MANIPULABLE),
    ],
)
def test_prizes_moved_to_nobody_in_particular_are_churn(moved, word):
    assert manipulable(NOTHING, NOTHING, moved, LIMITS) == word
    assert manipulable(found(0.1, 0.2), NOTHING, moved, LIMITS) == verdict.MANIPULABLE


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (-0.9, -0.01, verdict.WORSE),
        (-0.9, 0.0, verdict.NO_BETTER),
        (0.0, 0.049, verdict.NO_BETTER),
        (-0.1, 0.05, verdict.AT_MOST_HARDLY),
        (-0.1, 0.25, verdict.UNDECIDED),
        (0.001, 0.049, verdict.HARDLY_BETTER),
        (0.03, 0.034, verdict.HARDLY_BETTER),
        (0.05, 0.249, verdict.HARDLY_BETTER),
        (0.2, 0.3, verdict.UNDECIDED),
        (0.25, 0.9, verdict.BETTER),
        (0.75, 0.9, verdict.NEAR_BEST),
    ],
)
def test_verdict_on_c2(low, high, word):
    assert serving(found(low, high), LIMITS) == word


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (-0.009, 0.009, verdict.EQUAL),
        (-0.06, -0.02, verdict.LESS),
        (0.005, 0.02, verdict.MORE),
        (-0.02, 0.02, verdict.UNDECIDED),
    ],
)
def test_verdict_on_a_side_effect(low, high, word):
    assert verdict.effect(found(low, high), LIMITS) == word


def test_side_effects_without_a_number_are_not_measured():
    assert verdict.effect(MISSING, LIMITS) == verdict.NOT_MEASURED


def test_changed_thresholds_stay_in_order():
    for name in Thresholds.model_fields:
        for factor in (*verdict.FACTORS, 0.01, 100):
            other = LIMITS.changed(name, factor)
            assert other.no_better <= other.hardly_better <= other.near_best
            same = {k for k in Thresholds.model_fields if k != name}
            assert all(getattr(other, k) == getattr(LIMITS, k) for k in same)
    assert LIMITS.changed("diversion", 2).diversion == 0.02


def test_verdicts_on_c2_without_interval_or_number():
    assert serving(ALONE, LIMITS) == verdict.UNDECIDED
    assert serving(MISSING, LIMITS) == verdict.NOT_MEASURED


@pytest.mark.parametrize(
    ("difference", "word"),
    [
        (found(0.01, 0.1), verdict.MORE),
        (found(-0.2, -0.1), verdict.LESS),
        (found(-0.1, 0.1), verdict.UNDECIDED),
        (NOTHING, verdict.UNDECIDED),
        (MISSING, verdict.NOT_MEASURED),
    ],
)
def test_verdict_against_another_scenario(difference, word):
    assert against(difference) == word


def test_thresholds_decide():
    strict = verdict.thresholds_of(["diversion=0.03", "no_better=0.2"])
    word = manipulable(found(0.01, 0.02), NOTHING, NOTHING, strict)
    assert word == verdict.NOT_MANIPULABLE
    assert serving(found(-0.1, 0.19), strict) == verdict.NO_BETTER
    assert strict.capture_excess == LIMITS.capture_excess


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("mved=1", "--threshold: `mved`: unknown key; did you mean `moved`"),
        ("moved=-1", "--threshold: `moved` must be a number of at least 0"),
        ("moved=x", "--threshold: `moved` must be set as NAME=NUMBER, got 'moved=x'"),
        ("moved", "--threshold: `moved` must be set as NAME=NUMBER, got 'moved'"),
        ("no_better=0.9", "no_better, hardly_better and near_best must not fall"),
    ],
)
def test_wrong_thresholds_are_refused(setting, message):
    with pytest.raises(ConfigError, match=message):
        verdict.thresholds_of([setting])


def test_every_threshold_has_a_source():
    for field in Thresholds.model_fields.values():
        assert re.match(
            r"modelling choice.*; plausible [\d.]+\.\.[\d.]+$", basis(field)
        )


def test_certain_estimates_have_no_width():
    assert verdict.certain(found(0.1, 0.3)) == (0.2, 0.2, 0.2, 4)
