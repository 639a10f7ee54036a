"""Small worlds as the kernel computes them, recorded: the reference alone is run again.

Each world is a world of the grid (`busy_worlds.py`) with few citizens, of which the state
at birth and after each tick is kept.
"""

import copy
from dataclasses import dataclass, field

import numpy as np

from scsfast.engine.check import first_difference
from scsfast.engine.simulation import Simulation
from scsfast.model.integers.rules import Rules
from scsfast.model.reference.reference import Reference
from scsfast.model.user_data import Given
from support.busy_parts import BUSY
from support.busy_worlds import CASES, CHANGES
from support.dense_worlds import DENSE_CASES
from support.small_scenarios import merged, rules

SEED, REPLICATE = 35 << 32 | 4_026_531_841, 2  # both halves of the key
N_CITIZENS, MOST_CITIZENS = 60, 150  # the most but where a case gives units' sizes
DENSE_TICKS = 16
MANY_TICKS, N_TICKS, FEW_TICKS = 8, 4, 3  # of the first cases and changes, large worlds
NARROW = [7, 14, 28, 56]  # spans: a few units of each level
FIRST = (  # cases of many mechanisms and few citizens: they kill nearly all
    "busy leaders: index and list",
    "citizens: four kinds of prize",
    "appeals against busy leaders: black box and list",
    "leaders learn: ledger",
    "judged by mean: list",
    "busy leaders: cohorts",
    "records of namesakes: ledger and list",
    "placebo: ledger",
    "citizens: ledger",
    "narrow score",
)


@dataclass
class SmallWorld:
    """A world to compute: its integers, ticks, and what a user brings."""

    rules: Rules
    n_ticks: int = N_TICKS
    given: Given | None = None

    def reference(self) -> Reference:
        """Return the reference of this world before its first tick."""
        return Reference(self.rules, SEED, REPLICATE, self.given)


@dataclass
class Recorded:
    """A simulation's states, one after the other: `first_difference` takes it for one."""

    partners: list
    slot_levels: list
    states: list[tuple[Rules, dict, dict]] = field(default_factory=list)
    tick: int = 0

    @property
    def rules(self) -> Rules:
        """Rules in force."""
        return self.states[self.tick][0]

    @property
    def arrays(self) -> dict:
        """State by citizen and unit."""
        return self.states[self.tick][1]

    def outputs(self) -> dict:
        """Return the outputs so far."""
        return self.states[self.tick][2]

    def run(self, n_ticks: int) -> None:
        """Go to the state some ticks later."""
        self.tick += n_ticks


def recorded(world: SmallWorld) -> Recorded:
    """Run the kernel; return its states at birth and after each tick."""
    kernel = Simulation(world.rules, SEED, REPLICATE, given=world.given)
    found = Recorded(kernel.partners, kernel.slot_levels)
    for tick in range(world.n_ticks + 1):
        if tick:
            kernel.run(1)
        state = kernel.rules, kernel.arrays, kernel.outputs()
        found.states.append((state[0], *copy.deepcopy(state[1:])))
    return found


def difference(world: SmallWorld, kernel: Recorded) -> str:
    """Return the first difference of the reference to the recorded kernel, or ''."""
    return first_difference({"": copy.copy(kernel)}, world.reference(), world.n_ticks)


def small_worlds() -> dict[str, SmallWorld]:
    """Return the worlds of the grid in small and dense ones, the best first."""
    found = {name: _small_world(name) for name in FIRST}
    for name, case in DENSE_CASES.items():
        found[name] = SmallWorld(rules(**case), DENSE_TICKS)
    found |= {name: _small_world(name) for name in CASES if name not in FIRST}
    for name, change in CHANGES.items():
        case = {"change": change, "leaders": {"all": BUSY}}
        found[name] = SmallWorld(rules(**_small(case)), MANY_TICKS)
    return found | {"a user's citizens": _given_world()}


def _small_world(name: str) -> SmallWorld:
    found = rules(**_small(CASES[name]))
    ticks = MANY_TICKS if name in FIRST else N_TICKS
    return SmallWorld(found, ticks if found.n_citizens <= MOST_CITIZENS else FEW_TICKS)


def _small(case: dict) -> dict:
    """Return a case with few citizens and narrow units, where it does not set them."""
    own = case.get("world", {})
    narrow = {} if {"spans", "sizes"} & own.keys() else {"spans": NARROW}
    small = merged({"world": {"n_citizens": N_CITIZENS, **narrow}}, case)
    if "sizes" not in own:  # these must add up
        small["world"]["n_citizens"] = min(MOST_CITIZENS, small["world"]["n_citizens"])
    return small


def _given_world() -> SmallWorld:
    """Return a world whose traits, ties and partners a user brings."""
    drawn, citizens = np.random.default_rng(3), np.arange(N_CITIZENS)
    highs = {"quality": 256, "guile": 256, "means": 256, "group": 4, "strategy": 3}
    highs |= dict.fromkeys(("dissenter", "aware", "enrolled", "tied_village"), 2)
    people = {
        name: drawn.integers(0, high, N_CITIZENS).astype(np.uint8)
        for name, high in highs.items()
    }
    given = Given(people, [citizens ^ 1, np.roll(citizens, N_CITIZENS // 2), citizens])
    leaders = {"all": BUSY, "placebo": True}
    return SmallWorld(
        rules(**_small({"leaders": leaders, "change": [(3, {})]})), 5, given
    )
