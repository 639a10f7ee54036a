"""What to measure next: known values of information, a floor, and nothing to learn."""

import numpy as np
import pytest
from support.sampled import NAMES, sampled

from scsfast.analysis.given_data import DUMMY
from scsfast.cli.tables_inference import measure_next_text
from scsfast.errors import ConfigError
from scsfast.inference.constrain import Constrained
from scsfast.inference.measure_next import evppi, measure_next

pytestmark = pytest.mark.filterwarnings("error")
WHERE = "efficiency > 0.5"


@pytest.fixture(scope="module")
def cube():
    return np.random.default_rng(3).random((600, 3))


def asked(x, holds, **more):
    dataset = sampled(x, np.where(holds, 0.8, 0.2), kind="sobol")
    table = measure_next(dataset, where=WHERE, **more)
    return table.set_index("parameter")


def test_parameter_that_decides_alone_is_worth_the_ceiling(cube):
    found = asked(cube, cube[:, 1] > 0.7)
    row = found.loc["world.b"]
    assert row["ceiling"] == pytest.approx((cube[:, 1] > 0.7).mean())
    assert row["share_of_ceiling"] > 0.9 and row["is_above_placebo"]
    assert row["low"] <= row["evppi"] <= row["high"] <= row["ceiling"]
    assert not found.loc[["world.a", "regime.c"], "is_above_placebo"].any()
    assert (row["word"], row["warning"]) == ("does not hold", "")


def test_value_of_a_parameter_that_decides_in_part_is_known(cube):
    """Holds if a > 0.5 and b > 0.2: "no" is right at 0.6; knowing a, at 0.5 + 0.4."""
    holds = (cube[:, 0] > 0.5) & (cube[:, 1] > 0.2)
    found = asked(cube, holds)
    known = (cube[:, 0] <= 0.5).mean() + holds.mean() - (1 - holds.mean())
    assert found.loc["world.a", "evppi"] == pytest.approx(known, abs=0.02)
    assert found.loc["world.b", "evppi"] < 0.02  # no word changes: worth nothing


def test_noise_is_worth_no_more_than_a_placebo_and_is_said(cube):
    holds = np.random.default_rng(4).random(600) < 0.5
    found = asked(cube, holds)
    assert not found["is_above_placebo"].any()
    assert found.loc[NAMES, "evppi"].max() <= found.loc[DUMMY, "high"] < 0.15
    assert found["warning"].str.contains("no parameter is above the dummies").all()


def test_word_that_never_changes_leaves_nothing_to_learn(cube):
    found = asked(cube, np.ones(600, bool))
    assert found["evppi"].isna().all()
    assert found["note"].str.contains("nothing to learn").all()
    few = asked(cube[:20], cube[:20, 0] > 0.5)
    assert few["note"].str.contains("only 20 points").all()


def test_only_points_that_are_left_count(cube):
    left = [f"r, point {k}" for k in np.flatnonzero(cube[:, 0] < 0.5)]
    nothing = Constrained(None, None, None, left, 3.0)
    found = asked(cube, cube[:, 0] > 0.25, constrained=nothing)
    assert set(found["points"]) == {len(left)}


def test_information_of_whole_numbers_and_constants_is_between_0_and_the_ceiling():
    holds = np.repeat([[1.0, 0.0], [0.0, 1.0]], 50, axis=0)
    whole = np.repeat([1.0, 2.0], 50)
    assert evppi(whole, holds) == pytest.approx(0.5)
    assert evppi(np.ones(100), holds) == 0


def test_table_says_ceiling_floor_and_points(cube):
    dataset = sampled(cube, np.where(cube[:, 1] > 0.7, 0.8, 0.2), kind="sobol")
    text = measure_next_text(measure_next(dataset, where=WHERE))
    assert "600 points" in text and "ceiling" in text and DUMMY in text
    assert max(map(len, text.splitlines())) <= 100


def test_question_must_be_one(cube):
    dataset = sampled(cube, cube[:, 0], kind="sobol")
    with pytest.raises(ConfigError, match="exactly one of"):
        measure_next(dataset)
    with pytest.raises(ConfigError, match="`verdict` must be one of"):
        measure_next(dataset, "c9")
