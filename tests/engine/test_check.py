"""The check of the kernel names every difference that is planted in the reference."""

import numpy as np
import pytest
from support.busy_parts import BUSY
from support.small_scenarios import rules

from scsfast.engine.check import check_kernel, first_difference
from scsfast.engine.simulation import Simulation
from scsfast.model.reference.reference import Reference


@pytest.fixture(scope="module")
def asked():
    namesakes = {"misfiled": 0.3}
    return rules(world={"n_citizens": 90}, regime=namesakes, leaders={"all": BUSY})


def found(asked, plant, ticks=1) -> str:
    """Return the first difference to a reference in which something was planted."""
    twin = Reference(asked, 35, 1)
    plant(twin)
    return first_difference({"this": Simulation(asked, 35, 1)}, twin, ticks)


def partner(twin):
    twin.world.partners[1][0] += 1


def tie(twin):
    twin.world.tied[0][3] ^= True


def office(twin):
    twin.world.manipulating[2][0] ^= True


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (partner, "this: at birth: partners of slot 1"),
        (tie, "this: at birth: ties"),
        (office, "this: at birth: manipulates of level 2"),
        (lambda twin: twin.world.quality.__setitem__(0, 999), "at birth: quality"),
    ],
    ids=["partners", "ties", "leaders", "citizens"],
)
def test_difference_at_birth_is_named(asked, plant, said):
    assert said in found(asked, plant)


class Wrong(Reference):
    """A reference that makes an error at the end of its second tick."""

    def __init__(self, rules, plant):
        super().__init__(rules, 35, 1)
        self.plant, self.n_run = plant, 0

    def run(self, n_ticks):
        super().run(n_ticks)
        self.n_run += n_ticks
        if self.n_run == 2:
            self.plant(self)


def add_to(array, at=0):
    array[at] += 1


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (lambda twin: add_to(twin.score), "score"),
        (lambda twin: add_to(twin.hush[1]), "hush of level 1"),
        (lambda twin: add_to(twin.outputs.arrays["sums"], (1, 0)), "sums: "),
        (lambda twin: twin.misfiled[0].update({5: (99, 0)}), "misfiled_points"),
        (lambda twin: add_to(twin.world.bought), "traits"),
    ],
    ids=["score", "hush", "output", "misfiled", "traits"],
)
def test_difference_after_a_tick_is_named(asked, plant, said):
    simulation = Simulation(asked, 35, 1)
    told = first_difference({"this": simulation}, Wrong(asked, plant), 4)
    assert told.startswith("this: after tick 1: ") and said in told


def test_every_pilot_is_checked():
    rows = list(check_kernel(120, 2))
    assert [(detail, name) for name, is_same, detail in rows if not is_same] == []
    assert len({name for name, *_ in rows}) == len(rows) > 10
    assert all(detail.startswith("120 citizens, 2 ticks, ") for *_, detail in rows)


def test_state_is_compared_as_numbers(asked):
    assert found(asked, lambda twin: None, 2) == ""
    same = found(asked, lambda twin: setattr(twin, "belief", np.array(twin.belief)))
    assert same == ""
