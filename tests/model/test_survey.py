"""Survey weights: respondents are repeated in proportion, rows left out are reported."""

import numpy as np
import pandas as pd
import pytest

import scsfast
from scsfast.errors import ConfigError
from scsfast.model.units import make_units
from scsfast.model.user_data import people_from

TABLE = pd.DataFrame(
    {
        "quality": [0.1, 0.5, 0.9, 0.7],
        "group": ["urban", "rural", "rural", "migrant"],
        "weight": [1.0, 2.0, 4.0, 1.5],
    }
)


def test_copies_are_in_proportion_to_weights():
    people = scsfast.people_from_survey(TABLE, 1_000, weights="weight")
    assert set(people) == {"quality", "group"}
    values, counts = np.unique(people["quality"], return_counts=True)
    expected = dict(zip(TABLE["quality"], 1000 * TABLE["weight"] / 8.5, strict=True))
    for value, count in zip(values, counts, strict=True):
        assert abs(count - expected[value]) < 1
    rural = people["group"] == "rural"
    assert set(people["quality"][rural]) == {0.5, 0.9}


def test_without_weights_all_count_the_same_and_the_seed_decides_the_order():
    one, same, other = (
        scsfast.people_from_survey(TABLE[["quality"]], 400, seed=seed)["quality"]
        for seed in (1, 1, 2)
    )
    assert np.unique(one, return_counts=True)[1].tolist() == [100] * 4
    assert (one == same).all() and (one != other).any()


def test_incomplete_rows_are_left_out_with_a_warning():
    table = TABLE.assign(quality=[0.1, np.nan, 0.9, 0.7])
    with pytest.warns(
        UserWarning, match=r"1 of 4 rows .* left out: 23.5 % of the weight"
    ):
        people = scsfast.people_from_survey(table, 100, weights="weight")
    assert not np.isnan(people["quality"]).any()


def test_simulate_accepts_people_from_a_survey():
    people = scsfast.people_from_survey(TABLE, 600, weights="weight")
    assert people_from(people, make_units(600, [500, 600]), "here")[
        "quality"
    ].shape == (600,)
    run = scsfast.simulate("lottery", n_citizens=600, n_ticks=1, people=people)
    assert run["group_citizens"][0].sum() == 600 and run["group_citizens"][0][3] == 0


@pytest.mark.parametrize(
    ("table", "weights", "fault"),
    [
        (TABLE, "wait", "`weights` must be a column of the table, got 'wait'"),
        (TABLE.assign(weight=[1, 0, 1, 1]), "weight", "must be positive numbers"),
        (TABLE.assign(weight=list("abcd")), "weight", "must be positive numbers"),
        ({"quality": [0.1], "guile": [0.1, 0.2]}, None, "columns must have one length"),
        ({"quality": [np.nan]}, None, "no row is complete"),
    ],
)
def test_invalid_tables_and_weights_are_refused(table, weights, fault):
    with pytest.raises(ConfigError, match=fault):
        scsfast.people_from_survey(table, 10, weights=weights)


def test_units_of_different_sizes_are_cut_and_filled_to_one():
    unit = np.array(["c"] * 5 + ["a"] * 2 + ["b"] * 3)
    table = {"village": unit, "quality": np.arange(10) / 10, "aware": np.arange(10) % 2}
    told = "2 of 10 citizens are left out, of 1 units; 1 of 9 are copies, in 1 units"
    with pytest.warns(UserWarning, match=f"{told}; 1 units had 3 citizens"):
        people = scsfast.people_in_equal_units(table, 3, unit="village")
    assert people["unit"].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    rows = np.rint(10 * people["quality"]).astype(int)
    assert unit[rows].tolist() == ["a"] * 3 + ["b"] * 3 + ["c"] * 3
    assert (people["aware"] == rows % 2).all()
    assert set(rows[:3]) == {5, 6} and set(rows[3:6]) == {7, 8, 9}
    assert len(set(rows[6:])) == 3
    world = {"spans": [3, 9, 18]}
    scsfast.simulate("lottery", n_citizens=9, n_ticks=2, world=world, people=people)


def test_columns_of_units_above_are_left_out_with_those_of_the_table():
    table = {
        "village": [1, 1, 2, 2],
        "township": [7, 7, 8, 8],
        "quality": [0, 0.2, 0.4, 1],
    }
    people = scsfast.people_in_equal_units(table, 2, unit="village")
    assert list(people) == ["unit", "quality"]
    world = {"spans": [2, 4, 8]}
    scsfast.simulate("lottery", n_citizens=4, n_ticks=2, world=world, people=people)


def test_units_that_fit_are_kept_without_a_warning(recwarn):
    table = {"unit": [1, 1, 0, 0], "quality": [0.1, 0.2, 0.3, 0.4]}
    people = scsfast.people_in_equal_units(table, 2)
    assert sorted(people["quality"][:2]) == [0.3, 0.4] and not recwarn.list


def test_every_citizen_of_a_large_unit_may_be_drawn():
    table = {"unit": np.zeros(10, int), "quality": np.arange(10) / 10}
    with pytest.warns(UserWarning):
        drawn = [
            scsfast.people_in_equal_units(table, 2, seed=seed)["quality"]
            for seed in range(100)
        ]
    counts = np.bincount(np.rint(10 * np.ravel(drawn)).astype(int), minlength=10)
    assert counts.sum() == 200 and counts.min() > 5  # 20 on average


@pytest.mark.parametrize(
    ("table", "span", "told"),
    [
        ({"unit": [0, 1]}, 0, "`span` must be a whole number of at least 1, got 0"),
        ({"unit": [0, 1]}, 2.0, "`span` must be a whole number of at least 1, got 2.0"),
        ({"quality": [0, 1]}, 2, "`unit` must be a column of the table, got 'unit'"),
        (
            {"unit": [0, np.nan]},
            2,
            "`unit` must have no missing value, got one in row 1",
        ),
        ({"unit": [0, 1], "quality": [0]}, 2, "one length of at least 1, got [1, 2]"),
        ({"unit": []}, 2, "one length of at least 1, got [0]"),
    ],
)
def test_tables_without_units_of_one_size_are_refused(table, span, told):
    with pytest.raises(ConfigError) as caught:
        scsfast.people_in_equal_units(table, span)
    assert told in str(caught.value)
