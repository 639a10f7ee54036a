"""Kernel and reference agree on a user's citizens, and on extreme sizes and seeds."""

import numpy as np
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


def test_kernel_equals_reference_above_65536_citizens():
    """Wide units: 32-bit partners, many tiles; all variants on 1 and 2 threads."""
    wide = rules(
        world={
            "n_citizens": 66_001,
            "n_ticks": 2,
            "distribution_every": 2,
            "spans": [500, 66_000, 132_000],
            "population": {"network": ["top", "village"]},
        },
    )
    assert_equal(wide, 2)
