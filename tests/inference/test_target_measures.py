"""Measures that only targets have, on made outputs whose answers are known."""

import numpy as np
import pytest
import xarray as xr

from scsfast.inference import calibrate
from scsfast.inference.targets import Place, Target, simulated

TICKS, CITIZENS = 10, 50
WHERE = ("replicate", "tick")


def place(enrolled=None) -> Place:
    """Return a scenario of two replicates; its list is full from tick 4 of 10 on."""
    ticks = np.arange(TICKS)
    by_group = np.zeros((2, TICKS, 2))
    by_group[:, 4:] = 3.0, 2.0  # 5 of 50 listed, before that none
    grades = np.zeros((2, TICKS, 3))
    grades[:, 2:] = 6.0, 30.0, 14.0
    dataset = xr.Dataset(
        {
            "group_listed": ((*WHERE, "group"), by_group),
            "listings": (WHERE, np.where(ticks < 4, 9.0, [[0.5], [0.0]])),
            "performed": (WHERE, np.where(ticks < 4, 9.0, [[0.1], [0.0]])),
            "grade_citizens": ((*WHERE, "grade"), grades),
        },
        coords={"tick": ticks},
        attrs={"n_citizens": CITIZENS, "first_measured_tick": 2},
    )
    starts = [{"name": "D"}, {"name": "A", "from": 800}, {"name": "AA", "from": 1_300}]
    return Place(dataset, {"grades": starts, "base": 1_000, "enrolled": enrolled})


def target(measure: str, unit: str) -> Target:
    own = {"name": "x", "pilot": "p", "unit": unit, "value": 1.0, "observation": 1.0}
    return Target(measure=measure, **own)


@pytest.mark.parametrize(
    ("measure", "unit", "expected"),
    [
        ("list_stock", "%", [10.0, 10.0]),
        ("list_stay", "year", [30 / calibrate.YEAR / 3.0, np.nan]),
        ("list_performed", "%", [20.0, np.nan]),
        ("outside_base_grade", "%", [40.0, 40.0]),
        ("good_per_bad", "1", [14 / 6, 14 / 6]),
    ],
)
def test_measure_of_a_target_has_its_known_answer(measure, unit, expected):
    got = simulated(target(measure, unit), place())
    np.testing.assert_allclose(got, expected)


def test_citizens_who_are_not_enrolled_do_not_count_at_the_base():
    got = simulated(target("outside_base_grade", "%"), place(enrolled=0.8))
    np.testing.assert_allclose(got, 50.0)  # 20 of 40 enrolled
