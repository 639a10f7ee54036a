"""Questions of inference that cannot be answered, each with the sentence that says why."""

import numpy as np
import pytest
from support.sampled import sampled

from scsfast.errors import ConfigError
from scsfast.inference.constrain import constrain
from scsfast.inference.discover import discover
from scsfast.inference.evaluator import Evaluator
from scsfast.inference.search_question import search_table
from scsfast.inference.targets import from_file
from scsfast.inference.wave import next_wave

TARGET = '[[target]]\nname = "a"\npilot = "p"\nmeasure = "m"\nvalue = 1.0\n'


def points(response=0.5):
    x = np.random.default_rng(1).random((40, 3))
    return sampled(x, np.full(40, response), "points", kind="points")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "must have `tolerance`, or `observation` or `discrepancy` above 0"),
        ("observation = 0.0", "or `observation` or `discrepancy` above 0"),
        (
            "tolerance = [0.9, 1.1]\ndiscrepancy = 0.1",
            "`tolerance` replaces `observation` and `discrepancy`; give either it or them",
        ),
        ("tolerance = [1.1, 1.2]", "`tolerance` must contain `value`"),
        ("tolerance = [", "t.toml: is not TOML: "),
    ],
)
def test_faults_of_a_target_are_named(tmp_path, line, message):
    (tmp_path / "t.toml").write_text(TARGET + line)
    with pytest.raises(ConfigError) as caught:
        from_file(tmp_path / "t.toml")
    assert message in str(caught.value)


def test_missing_targets_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="t.toml: cannot be read: No such file"):
        from_file(tmp_path / "t.toml")


def test_measure_that_no_point_has_is_named():
    dataset = points()
    dataset = dataset.assign(oracle_prize_value=dataset["lottery_prize_value"])
    with pytest.raises(
        ConfigError, match="`efficiency` is missing at every point of 'r'"
    ):
        discover(dataset, "efficiency > 0.5")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda: constrain(points(), limit=0),
            "`limit` must be a number above 0, got 0",
        ),
        (
            lambda: discover(points(), "efficiency > 0.5", enough=2),
            r"`density` must be a number in \(0, 1\], got 2",
        ),
        (lambda: next_wave(points()), r"needs a campaign file with a \[sample\]"),
    ],
    ids=["limit", "density", "wave"],
)
def test_questions_that_make_no_sense_are_named(ask, message):
    with pytest.raises(ConfigError, match=message):
        ask()


def test_file_without_a_search_is_named(tmp_path):
    (tmp_path / "c.toml").write_text('[[scenario]]\npilot = "lottery"\n')
    with pytest.raises(ConfigError, match=r"c.toml: must have a \[search\] table"):
        search_table(tmp_path / "c.toml")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"measures": []}, "`measures` must name one measure or more"),
        (
            {"replicates": 0},
            "`replicates` must be at least 1 and `first` at least 0, got 0",
        ),
        ({"first": -1}, "and `first` at least 0, got 1, -1"),
    ],
)
def test_evaluations_of_nothing_are_refused(tmp_path, asked, message):
    tree = {"world": {"n_citizens": 600}, "scenario": [{"pilot": "lottery"}]}
    evaluator = Evaluator(tree, tmp_path / "evaluated")
    with pytest.raises(ConfigError, match=message):
        evaluator.evaluate({}, **asked)
