"""Traits of users: plain values become stored integers, every fault is named."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scsfast.errors import ConfigError
from scsfast.model.population import GROUPS, STRATEGIES
from scsfast.model.units import make_units
from scsfast.model.user_data import TRAITS, Given, people_from

SPANS = [3, 6]


def stored(n_citizens=None, **columns) -> dict:
    """Return the traits of columns as lists."""
    n = n_citizens or len(next(iter(columns.values())))
    people = people_from(columns, make_units(n, SPANS), "mine")
    assert all(v.dtype == np.uint8 and v.flags.c_contiguous for v in people.values())
    assert all(v.shape == (n,) for v in people.values())
    return {name: values.tolist() for name, values in people.items()}


def faults(n_citizens=4, **columns) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        people_from(columns, make_units(n_citizens, SPANS), "mine")
    assert caught.value.where == "mine"
    return caught.value.faults


@pytest.mark.parametrize("name", ["quality", "guile"])
def test_fractions_are_stored_in_256ths(name):
    values = [0, 1 / 256, 0.5, 0.999, 1]
    assert stored(**{name: values}) == {name: [0, 1, 128, 255, 255]}
    below = np.nextafter(0.5, 0)
    assert stored(**{name: [below]}) == {name: [127]}


def test_incomes_are_stored_in_16ths():
    values = [0, 0.06, 1 / 16, 1.0, 15.99, 16, 1e300]
    assert stored(means=values) == {"means": [0, 0, 1, 16, 255, 255, 255]}


@given(st.floats(0, 1), st.floats(0, 1e6))
def test_values_are_rounded_down_when_stored(x, income):
    found = stored(quality=[x], means=[income])
    assert found["quality"] == [min(255, int(256 * x // 1))]
    assert found["means"] == [min(255, int(16 * income // 1))]


@pytest.mark.parametrize("name", ["group", "strategy"])
def test_kinds_are_names_or_numbers(name):
    names = GROUPS if name == "group" else STRATEGIES
    numbers = list(range(len(names)))
    forms = [
        names,
        numbers,
        np.array(names, "S"),
        np.array(names, object),
        pd.Categorical(names),
        pd.Series(names),
        np.array(numbers, np.float32),
    ]
    for form in forms:
        assert stored(**{name: form}) == {name: numbers}


@pytest.mark.parametrize("name", ["dissenter", "aware", "enrolled"])
def test_flags_are_true_or_one(name):
    for form in ([True, False], [1, 0], np.array([1.0, 0.0]), pd.array([True, False])):
        assert stored(**{name: form}) == {name: [1, 0]}


def test_tables_of_every_kind_are_columns():
    columns = {"quality": np.array([0.25, 0.75]), "aware": np.array([True, False])}
    table = pd.DataFrame(columns)
    structured = table.to_records(index=False).view(np.ndarray)
    for form in (columns, table, structured):
        people = people_from(form, make_units(2, SPANS), "mine")
        assert {k: v.tolist() for k, v in people.items()} == {
            "quality": [64, 192],
            "aware": [1, 0],
        }


def test_strided_values_become_contiguous():
    assert stored(quality=np.linspace(0, 1, 9)[::2]) == {
        "quality": [0, 64, 128, 192, 255]
    }


def test_no_columns_give_no_traits():
    assert people_from({}, make_units(4, SPANS), "mine") == {}
    assert Given() == ({}, None)


def test_ties_are_flags_of_the_levels_that_a_world_has():
    assert stored(tied_village=[True, False]) == {"tied_village": [1, 0]}
    assert stored(tied_township=[0, 1]) == {"tied_township": [0, 1]}
    assert faults(tied_village=[0, 1, 2, 0]) == [
        "`tied_village` must be true or false, or 1 or 0, got 2 in row 2 (counted from 0)"
    ]
    assert faults(tied_county=[0, 1, 1, 0]) == [
        "`tied_county`: the world has no such level, it has village, township"
    ]
    assert "did you mean `tied_village`?" in faults(tied_vilage=[0, 1, 1, 0])[0]


@pytest.mark.parametrize("units", [[7, 7, 7, 2, 2, 2, 5], [0, 0, 0, 1, 1, 1], [4, 4]])
def test_units_are_checked_and_not_kept(units):
    forms = (units, np.array(units, np.uint8), np.array(units, float), -np.array(units))
    for form in forms:
        assert stored(unit=form) == {}


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        (
            [1, 1, 1, 2, 2, 2, 1],
            "got unit 1 again in row 6 (counted from 0); sort by unit",
        ),
        (
            [1, 1, 2, 2, 2],
            "got 2 in unit 1 from row 0 (counted from 0); set world.spans",
        ),
        (
            [1, 1, 1, 2, 2, 2, 2],
            "must have 3 citizens in every unit, fewer only in the",
        ),
        ([1, 1, 1, 2, 2, 3], "got 2 in unit 2 from row 3"),
        ([1, 1, 1.5], "must be whole numbers, got 1.5 in row 2"),
        ([1, np.nan, np.nan], "must be whole numbers, got nan in row 1"),
        ([1, np.inf, 1], "must be whole numbers, got inf in row 1"),
        (["a", "a", "a"], "must be whole numbers, got 'a' in row 0"),
        ([2**53, 2**53, 2**53 + 1], "got 2 in unit 9007199254740992"),
    ],
    ids=str,
)
def test_units_that_are_not_the_worlds_are_named(units, expected):
    (fault,) = faults(len(units), unit=units)
    assert fault.startswith("`unit` must ")
    assert expected in fault


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (
            {"quality": [0, 1.2, 3, 1]},
            "in [0, 1], got 1.2 in row 1 (counted from 0), and 1",
        ),
        ({"quality": [0, 0, 0, -0.01]}, "got -0.01 in row 3 (counted from 0)"),
        ({"guile": [0, 0, np.nan, 1]}, "got nan in row 2"),
        (
            {"guile": [0, 0, None, 1]},
            "must have a value for every citizen, all of one type",
        ),
        ({"guile": np.ma.array([0.0] * 4, mask=[0, 0, 0, 1])}, "got None in row 3"),
        ({"guile": pd.array([1, None, 0, 1], "Int64")}, "in row 1 (counted"),
        ({"means": [1, 2**70, 0, 1]}, "no whole number beyond 64 bits, got 11805916"),
        (
            {"group": [0, -(2**64), 0, 1]},
            "beyond 64 bits, got -18446744073709551616 in",
        ),
        ({"quality": [True] * 4}, "must be numbers in [0, 1], got True in row 0"),
        ({"quality": ["0.5"] * 4}, "must be numbers in [0, 1], got '0.5' in row 0"),
        ({"quality": [1j] * 4}, "must be numbers in [0, 1], got 1j in row 0"),
        ({"means": [1, 1, -1, 1]}, "of at least 0, in mean incomes, got -1 in row 2"),
        ({"means": [1, np.inf, 1, 1]}, "must be finite numbers"),
        ({"group": [0, 1, 4, 0]}, "or its number in 0..3, got 4 in row 2"),
        ({"group": [0, 1, 0.5, 0]}, "got 0.5 in row 2"),
        ({"group": ["urban", "Rural", "x", "rural"]}, "got 'Rural' in row 1"),
        ({"group": ["urban", np.nan, "rural", "rural"]}, "got 'nan' in row 1"),
        ({"group": np.array([b"\xff"] * 4)}, "got '\ufffd' in row 0"),
        ({"group": [True] * 4}, "got True in row 0"),
        ({"strategy": [0, 1, 2, 3]}, "reliable, opportunist, discriminator, or its"),
        ({"strategy": [0, 1, 2, -1]}, "in 0..2, got -1 in row 3"),
        ({"aware": [0, 1, 2, 1]}, "must be true or false, or 1 or 0, got 2 in row 2"),
        ({"aware": [0, 1, np.nan, 1]}, "got nan in row 2"),
        ({"aware": ["yes"] * 4}, "got 'yes' in row 0"),
        ({"aware": np.array(["2020-01-01"] * 4, "M8[D]")}, "must be true or false"),
        ({"aware": [True] * 3}, "must have 4 values, one per citizen, got 3"),
        ({"aware": [[True]] * 4}, "one per citizen, got shape (4, 1)"),
        ({"aware": [[1], [1, 2], [1], [1]]}, "got rows of different lengths"),
        ({"aware": 1}, "got shape ()"),
        ({"qualty": [0] * 4}, ": unknown column; did you mean `quality`?"),
        ({"zzz": [0] * 4}, ": unknown column; there are: quality, guile, means, group"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_wrong_column_is_named(column, expected):
    (fault,) = faults(**column)
    assert fault.startswith(f"`{next(iter(column))}`")
    assert expected in fault


def test_all_faults_are_reported_at_once():
    wrong = {name: ["?"] * 4 for name in (*TRAITS, "unit", "more")}
    found = faults(**wrong, n_citizens=4)
    assert [fault.split("`")[1] for fault in found] == [*TRAITS, "unit", "more"]


@pytest.mark.parametrize("columns", [3, [1, 2], np.zeros(4), "quality"], ids=str)
def test_data_without_columns_are_refused(columns):
    with pytest.raises(ConfigError, match="mine: must be columns by their names, got"):
        people_from(columns, make_units(4, SPANS), "mine")
