"""Kernel and reference agree where much happens, over years, at bounds, and at edges."""

import pytest
from support.dense_worlds import DENSE_CASES
from support.edges import edge_world, edges
from support.recorded_worlds import SmallWorld, difference, recorded
from support.small_scenarios import rules


@pytest.mark.parametrize("case", DENSE_CASES)
def test_kernel_equals_reference_where_much_happens(case):
    world = SmallWorld(rules(**DENSE_CASES[case]), 16)
    assert difference(world, recorded(world)) == ""


@pytest.mark.parametrize("name", edges())
def test_kernel_equals_reference_where_a_draw_equals_a_chance(name):
    world = edge_world(*edges()[name])
    assert difference(world, recorded(world)) == ""
