"""Survey weights: respondents are repeated in proportion, rows left out are reported."""

import numpy as np
import pandas as pd
import pytest

import scsfast
from scsfast.errors import ConfigError
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
    assert people_from(people, 600, [500, 600], "here")["quality"].shape == (600,)
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
