"""One citizen's months, told by the reference while the kernel advances everybody.

The reference is too slow for a million citizens, but not for one. Before each tick the
state of the citizen, of whom it will meet and of its leaders is taken from the kernel's
arrays; the reference then lives the month of that one citizen, and must come to the
kernel's new state. So a story is also a proof.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..errors import ConfigError, KernelError
from ..model import ridge
from ..model.given import Given
from ..model.integers import build_rules
from ..model.reference import Published, Reference
from ..model.reference_scores import grade
from ..model.reference_world import Draws
from ..model.rules import Rules
from ..model.scorers import FEATURES
from ..model.world import Scenario
from .simulation import Simulation
from .state import partner_indices

STATE = ("score", "fair_score", "wealth", "payoff", "strategy")
LIST_STATE = ("listed", "fair_listed")
PART_STATE = ("history", "fair_history", "circle", "fair_circle")


class Event(NamedTuple):
    """Something that the reference counted in the month of the citizen."""

    output: str  # name in the registry of outputs
    where: tuple[int, ...]  # indices of the table's dimensions after the tick
    act: str  # the act it is about, "" if none


class Chapter(NamedTuple):
    """One month of the citizen.

    Scores are in points, wealth in monthly incomes, as before and after the month.
    """

    tick: int
    events: list[Event]
    partner: int | None
    unit_points: float  # what the review gave to everyone in the village
    prizes: list[
        tuple[str, bool, bool]
    ]  # (kind, won, would have won fairly) if applied
    score: tuple[float, float]
    fair_score: tuple[float, float]
    wealth: tuple[float, float]
    grade: tuple[int, int]
    listed: tuple[int, int]  # ticks left on the list


class _Notebook:
    """Stands for the outputs: notes what is counted."""

    def __init__(self):
        self.events, self.act = [], ""

    def count(self, table, output, *where, by=1, row=None) -> None:
        if by:
            self.events.append(Event(output, where, self.act))


class _World:
    """What the reference asks of the world, for one citizen and whom it meets."""

    def __init__(self, rules: Rules, simulation: Simulation, who: list[int], partners):
        arrays = simulation.arrays
        for name in ("quality", "guile", "means"):
            setattr(self, name, _entries(arrays[name], who))
        traits = _entries(arrays["traits"], who)
        self.group = {i: bits & 3 for i, bits in traits.items()}
        self.dissenter = {i: bool(bits & 4) for i, bits in traits.items()}
        self.enrolled = {i: bool(bits & 8) for i, bits in traits.items()}
        self.aware = {i: bool(bits & 16) for i, bits in traits.items()}
        self.partners, self._rules, self._simulation = partners, rules, simulation

    def meet_leaders(self, i: int) -> None:
        """Look up ties and leaders after this tick's review."""
        rules, arrays = self._rules, self._simulation.arrays
        levels = range(rules.n_levels)
        self.tied = {i: [bool(arrays["ties"][i] >> level & 1) for level in levels]}
        units = [i // rules.spans[level] for level in levels]
        self._bends = [bool(arrays["bends"][k][unit]) for k, unit in enumerate(units)]

    def leader_bends(self, i: int, level: int) -> bool:
        return self._bends[level]


class Witness(Reference):
    """The reference for the month of one citizen, on the kernel's state."""

    def __init__(self, simulation: Simulation, i: int, other: int, slots, acts: dict):
        self.rules, self.now, self.i = simulation.rules, simulation.tick, i
        self.draws = Draws(simulation.seed, simulation.number)
        self._acts, arrays, who = acts, simulation.arrays, [i, other]
        self.world = _World(self.rules, simulation, who, [{i: slot} for slot in slots])
        self.outputs = _Notebook()
        for name in (*STATE, *LIST_STATE, *PART_STATE):
            setattr(self, name, _entries(arrays[name], who))
        self.cohorts = [_entries(c, who) for c in self._years(arrays["cohorts"])]
        self.fair_cohorts = [
            _entries(c, who) for c in self._years(arrays["fair_cohorts"])
        ]
        self.prizes = {i: 0}
        self.belief = arrays["belief"].tolist()
        self.fits = [(fit[0], fit[1:]) for fit in arrays["fits"].tolist()]
        self.sums = [ridge.no_sums(len(FEATURES)) for _ in range(2)]
        self.published = {k: Published(self, k) for k in dict.fromkeys(who)}

    def _years(self, cohorts: list) -> list:
        return cohorts[: self.rules.n_cohorts]

    def offered(self, purpose: str, i: int, acts):
        """Note the act's name, and offer it as the reference does."""
        act = super().offered(purpose, i, acts)
        names = self._acts[purpose]
        self.outputs.act = names[acts.index(act)] if act else ""
        return act

    def meet(self, i: int, month) -> None:
        """Meet as the reference does; what is counted is about no act."""
        self.outputs.act = ""
        super().meet(i, month)

    def tell(self, simulation: Simulation, winners: list[bool]) -> None:
        """Live the month that the kernel has just computed, and compare."""
        i, arrays = self.i, simulation.arrays
        village = i // self.rules.spans[0]
        self.world.meet_leaders(i)
        self.unit_points = {village: int(arrays["unit_points"][0][village])}
        self.winners = [{i: won} for won in winners]
        self.live(i)
        for name in (*STATE, *LIST_STATE, *PART_STATE):
            if len(arrays[name]) and int(arrays[name][i]) != getattr(self, name)[i]:
                raise KernelError(
                    f"tick {self.now}: the kernel's {name} of citizen {i} is "
                    f"{int(arrays[name][i])}, the reference's {getattr(self, name)[i]}"
                )


def explain(
    scenario: Scenario,
    citizen: int,
    *,
    seed: int,
    replicate: int = 0,
    n_threads: int = 1,
    given: Given | None = None,
    person: dict | None = None,
) -> Iterator[Chapter]:
    """Yield the months of one citizen, from the first tick to the last.

    Parameters
    ----------
    scenario : Scenario
    citizen : int
        Its number, from 0.
    seed, replicate : int
        Which draws.
    n_threads : int
        Threads of the kernel; changes nothing.
    given : Given, optional
        Citizens' traits and partners that a user brings.
    person : dict, optional
        Filled with the citizen's traits as stored, and the levels above it at which a
        leader manipulates.

    Raises
    ------
    ConfigError
        If there is no such citizen.
    KernelError
        If the kernel and the reference part.
    """
    n_citizens = scenario.world.n_citizens
    if not 0 <= citizen < n_citizens:
        raise ConfigError(
            f"`citizen` must be a number from 0 to {n_citizens - 1}, got {citizen}"
        )
    simulation = Simulation(
        build_rules(scenario), seed, replicate, n_threads, given=given
    )
    if person is not None:
        person |= _person(simulation, citizen)
    slots = [
        int(partner_indices(n_citizens, partner, span)[citizen])
        for partner, span in zip(
            simulation.partners, simulation.slot_spans, strict=True
        )
    ]
    acts = {
        purpose: [act.name for act in scenario.world.acts if act.sign == sign]
        for purpose, sign in (("temptation", "negative"), ("occasion", "positive"))
    }
    for _ in range(scenario.world.n_ticks):
        yield _month(simulation, citizen, slots, acts)


def _person(simulation: Simulation, i: int) -> dict:
    """Return the traits of a citizen as stored, and the levels of bent leaders."""
    arrays, spans = simulation.arrays, simulation.rules.spans
    names = ("quality", "guile", "means", "traits", "ties", "strategy")
    bends = [of[i // spans[level]] for level, of in enumerate(arrays["bends"])]
    bent = [level for level, is_bent in enumerate(bends) if is_bent]
    return {name: int(arrays[name][i]) for name in names} | {"bent_levels": bent}


def _month(simulation: Simulation, i: int, slots: list[int], acts: dict) -> Chapter:
    """Advance everybody by one tick and tell the citizen's part in it."""
    simulation.change_if_due()
    rules = simulation.rules
    draws = Draws(simulation.seed, simulation.number)
    slot = draws("slot", 0, simulation.tick) * len(slots) >> 32
    other = slots[slot] if slots else i
    witness = Witness(simulation, i, other, slots, acts)
    before = {name: getattr(witness, name)[i] for name in (*STATE, *LIST_STATE)}
    results = [_result(simulation, kind, i) for kind in range(len(rules.prizes))]
    simulation.run(1)
    witness.tell(simulation, [won for _, won, _ in results])

    def both(name: str, unit: int = 1):
        return before[name] / unit, getattr(witness, name)[i] / unit

    grades = tuple(grade(rules, s) for s in (before["score"], witness.score[i]))
    kinds = zip(rules.prizes, results, strict=True)
    return Chapter(
        tick=witness.now,
        events=witness.outputs.events,
        partner=None if other == i else other,
        unit_points=witness.unit_points[i // rules.spans[0]] / 256,
        prizes=[(kind.name, won, fair) for kind, (asked, won, fair) in kinds if asked],
        score=both("score", 256),
        fair_score=both("fair_score", 256),
        wealth=both("wealth", 256),
        grade=grades,
        listed=(before["listed"], witness.listed[i]),
    )


def _result(simulation: Simulation, number: int, i: int) -> tuple[bool, bool, bool]:
    """Say whether a citizen applies for a kind of prize, wins, would win fairly."""
    kind, arrays = simulation.rules.prizes[number], simulation.arrays
    start = i // kind.pool_span * kind.pool_span
    stop = min(start + kind.pool_span, simulation.rules.n_citizens)
    share = (kind.capacity * stop >> 32) - (kind.capacity * start >> 32)
    own, fair, _ = simulation.rank_arrays(number)
    lots = arrays[f"lot_{number}"][start:stop].astype(np.int64)
    wins = []
    for name in (own, fair):
        keys = (arrays[name][start:stop].astype(np.int64) << 16) | lots
        mine = keys[i - start]
        ahead = (keys > mine).sum() + (keys[: i - start] == mine).sum()
        wins.append(bool(arrays[name][i] and ahead < share))
    return bool(arrays[own][i]), *wins


def _entries(array, who: list[int]) -> dict[int, int]:
    """Return some entries of an array as plain numbers; 0 where it is not in use."""
    return {i: int(array[i]) if len(array) else 0 for i in who}
