"""Kernel and reference agree on a user's citizens, and on extreme sizes and seeds."""

import numpy as np
import pytest
from support.busy_parts import BUSY
from support.busy_worlds import assert_equal
from support.small_scenarios import rules

from scsfast.engine import available_variants, load_kernel
from scsfast.engine.check import first_difference
from scsfast.engine.simulation import Simulation
from scsfast.model.reference.reference import Reference
from scsfast.model.user_data import Given


def test_given_people_and_partners_replace_drawn_ones():
    """A user's data enter kernel and reference in the same way."""
    asked = rules(world={"n_citizens": 200}, leaders={"all": BUSY})
    generator = np.random.default_rng(3)
    people = {
        name: generator.integers(0, high, 200).astype(np.uint8)
        for name, high in (
            *(("quality", 256), ("guile", 256), ("means", 256), ("group", 4)),
            *(("strategy", 3), ("dissenter", 2), ("aware", 2), ("enrolled", 2)),
        )
    }
    ring = np.arange(200) ^ 1
    far = np.roll(np.arange(200), 100)
    given = Given(people, [ring, far, np.arange(200)])
    kernels = {
        f"{variant} on {n}": Simulation(asked, 3, 1, n, load_kernel(variant), given)
        for variant in available_variants()
        for n in (1, 2)
    }
    assert first_difference(kernels, Reference(asked, 3, 1, given), 6) == ""


def test_own_ties_hold_until_a_leader_is_replaced():
    """Kernel and reference take a user's ties, and draw those of later leaders."""
    tied = {
        "tied_village": np.arange(200, dtype=np.uint8) % 3 == 0,
        "tied_county": np.arange(200, dtype=np.uint8) % 7 == 0,
    }
    given = Given({name: ties.astype(np.uint8) for name, ties in tied.items()})
    for leaders in ({"all": BUSY}, {"all": BUSY, "placebo": True}):
        asked = rules(world={"n_citizens": 200}, leaders=leaders, change=[(3, {})])
        kernel = Simulation(asked, 3, 1, given=given)
        ties = kernel.arrays["ties"]
        assert (ties >> 0 & 1).tolist() == tied["tied_village"].tolist()
        assert (ties >> 2 & 1).tolist() == tied["tied_county"].tolist()
        drawn = Simulation(asked, 3, 1).arrays["ties"]
        assert ((ties ^ drawn) >> 1 & 1).sum() == 0  # townships' are drawn as before
        assert first_difference({"": kernel}, Reference(asked, 3, 1, given), 6) == ""


def test_own_ties_last_as_long_as_the_first_leader():
    ties = np.arange(300, dtype=np.uint8) % 2
    given = Given({"tied_village": ties})
    for tenure, is_kept in ((1_000, True), (12, False)):
        stays = rules(leaders={"all": {"share": 1.0, "tenure": tenure}})
        simulation = Simulation(stays, 3, given=given)
        simulation.run(24)
        assert ((simulation.arrays["ties"] & 1) == ties).all() == is_kept


def test_a_placebo_has_as_many_clients_as_the_users_ties():
    asked = rules(leaders={"all": BUSY, "placebo": True}, change=[(2, {})])
    given = Given({"tied_village": np.arange(300) % 4 == 0})
    for each in (Simulation(asked, 3, given=given), Reference(asked, 3, 0, given)):
        for now in (each.rules, each.rules.later[0][1]):
            assert now.tie_share[0] == 2**30
            assert now.tie_share[1:] == asked.tie_share[1:]


def test_given_enrolment_outlives_a_change():
    asked = rules(change=[(2, {"enrolled": 0.1})])
    given = Given({"enrolled": np.arange(300, dtype=np.uint8) % 2})
    simulation = Simulation(asked, 3, given=given)
    assert first_difference({"": simulation}, Reference(asked, 3, 0, given), 4) == ""
    assert ((simulation.arrays["traits"] >> 3 & 1) == np.arange(300) % 2).all()


def test_extreme_seeds_and_replicates():
    """Keys and counters at the ends of their ranges."""
    assert_equal(
        rules(world={"n_citizens": 90}), 3, seed=2**64 - 1, replicate=2**32 - 1
    )
    assert_equal(rules(world={"n_citizens": 90}), 3, seed=0, replicate=0)


@pytest.mark.parametrize("n_ticks", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_kernel_equals_reference_above_65536_citizens(n_ticks):
    """Wide units: 32-bit partners, many tiles; all variants on 1 and 2 threads."""
    wide = rules(
        world={
            "n_citizens": 66_001,
            "n_ticks": n_ticks,
            "warmup": n_ticks,
            "distribution_every": n_ticks,
            "spans": [500, 66_000, 132_000],
            "population": {"network": ["top", "village"]},
        },
    )
    assert_equal(wide, n_ticks)
