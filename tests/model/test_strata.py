"""Stratified first leaders: a Sobol sequence, the same for replicate r alone."""

import numpy as np
import pytest
from scipy.stats import qmc
from support.small_scenarios import rules

from scsfast.engine.simulation import Simulation
from scsfast.model.integers import strata
from scsfast.model.integers.build import MAX_LEVELS


@pytest.mark.parametrize("dimension", range(MAX_LEVELS))
def test_points_are_those_of_sobol(dimension):
    """SciPy takes the same points in the order of the Gray code."""
    theirs = qmc.Sobol(MAX_LEVELS, scramble=False, bits=32).random(256)[:, dimension]
    ours = [strata.point(dimension, k ^ k >> 1) / 2**32 for k in range(256)]
    assert ours == theirs.tolist()


@pytest.mark.parametrize("dimension", range(MAX_LEVELS))
@pytest.mark.parametrize("first", [0, 64, 1 << 20])
def test_every_aligned_block_is_stratified(dimension, first):
    found = {strata.point(dimension, first + k) >> 26 for k in range(64)}
    assert found == set(range(64))


def test_levels_with_fewer_units_come_first():
    assert [strata.dimension_of((200, 10, 1, 1), level) for level in range(4)] == [
        3,
        2,
        0,
        1,
    ]


def manipulators(asked, replicate: int) -> list[int]:
    simulation = Simulation(asked, 35, replicate)
    return [int(of_level.sum()) for of_level in simulation.arrays["manipulates"]]


def test_mean_over_replicates_is_the_share_of_units():
    """8 villages, 4 townships, 2 counties, 1 city at share .3, over 32 replicates."""
    asked = rules(leaders={"all": {"share": 0.3}})
    found = np.array([manipulators(asked, replicate) for replicate in range(32)])
    expected = 0.3 * np.array(asked.n_units)
    assert (np.abs(found - expected) < 1).all()
    assert found.mean(axis=0) == pytest.approx(expected, abs=1 / 32)


@pytest.mark.parametrize(("share", "of_all"), [(0.0, 0), (1.0, 1)])
def test_nobody_and_everybody_are_exact(share, of_all):
    asked = rules(leaders={"all": {"share": share}})
    for replicate in (0, 1, 2**32 - 1):
        assert manipulators(asked, replicate) == [of_all * n for n in asked.n_units]
