"""Explain one citizen's months by the reference while the kernel advances all citizens.

The reference is too slow for a million citizens, but not for one. Before each tick the
state of the citizen, its partner and its leaders is taken from the kernel's arrays. The
reference then computes the month of that one citizen and must arrive at the kernel's new
state. So each explanation also verifies the kernel.
"""

from collections.abc import Iterator

import numpy as np

from ..errors import ConfigError, KernelError
from ..model import traits
from ..model.integers import ridge
from ..model.integers.build import build_rules
from ..model.integers.own_ties import own_ties
from ..model.integers.rules import Rules
from ..model.reference import careers
from ..model.reference.favouritism import is_favoured, is_opposed
from ..model.reference.prizes import lifted, need_of, rank
from ..model.reference.reference import Published, Reference
from ..model.reference.scores import grade
from ..model.reference.world import Draws, World
from ..model.regime import ALLOCATIONS
from ..model.scorers import FEATURES
from ..model.user_data import Given
from ..model.world import Scenario
from .chapter import Chapter, Event, NewLeader, NewWay
from .partners import partner_indices
from .simulation import Simulation

STATE = ("score", "fair_score", "wealth", "payoff", "strategy", "prizes")
LIST_STATE = ("listed", "fair_listed")
PART_STATE = ("history", "fair_history", "circle", "fair_circle")
COHORTS = ("cohorts", "fair_cohorts")
REMEDIES = ("remedy_points", "remedy_marks")


def _waiting(arrays: dict, judge: str, slot: int, i: int) -> dict[int, tuple[int, int]]:
    """Return a namesake's records that wait for citizen i, as the reference keeps them."""
    points = arrays[f"{judge}misfiled_points"][slot]
    marks = arrays[f"{judge}misfiled_marks"][slot]
    return {i: (int(points[i]), int(marks[i]))} if len(points) else {}


class _Notebook:
    """Replaces the reference's outputs: notes each event that is counted."""

    def __init__(self):
        self.events, self.act, self.channel = [], "", ""

    def turn_to(self, act: str = "", channel: str = "") -> None:
        """Set the act to which events counted from now on belong; None for no act."""
        self.act, self.channel = act, channel

    def count(self, table, output, *where, by=1, row=None) -> None:
        """Note an event that the reference counts."""
        if by:
            self.events.append(Event(output, where, self.act, self.channel))


class _World(World):
    """The world as the reference reads it, for one citizen and its partners.

    Ties are drawn anew by the reference, from the serial numbers of the leaders.
    """

    def __init__(
        self, rules: Rules, draws: Draws, simulation, who: list[int], partners
    ):
        self.rules, self.draws, self.partners = rules, draws, partners
        self.first_ties = own_ties(simulation.given.people)
        arrays = simulation.arrays
        for name in ("quality", "guile", "means"):
            setattr(self, name, _entries(arrays[name], who))
        kept = _entries(arrays["traits"], who)
        self.group = {i: traits.group(bits) for i, bits in kept.items()}
        self.dissenter = {i: traits.has(bits, "dissenter") for i, bits in kept.items()}
        self.enrolled = {i: traits.has(bits, "enrolled") for i, bits in kept.items()}
        self.aware = {i: traits.has(bits, "aware") for i, bits in kept.items()}
        self.bought = {i: traits.bought(bits) for i, bits in kept.items()}

    def meet_leaders(self, arrays: dict, i: int) -> None:
        """Look up the leaders in office, and those to whom citizen i is tied."""
        self.serial = [of_level.tolist() for of_level in arrays["serial"]]
        self.manipulating = [of_level.tolist() for of_level in arrays["manipulates"]]
        self.tied = {i: [self._tie(i, k) for k in range(self.rules.n_levels)]}

    def ways_of(self, i: int) -> list[tuple[int, bool]]:
        """Return serial number and manipulation of the leaders above citizen i, by level."""
        return [
            (self.serial[k][u], bool(self.manipulating[k][u]))
            for k, u in enumerate(_units_of(self.rules, i))
        ]

    def leaders_of(self, i: int) -> list[tuple[int, bool]]:
        """Return serial number and tie of the leaders above citizen i, by level."""
        units = _units_of(self.rules, i)
        return [(self.serial[k][u], self.tied[i][k]) for k, u in enumerate(units)]


class Witness(Reference):
    """The reference for the month of one citizen, on the kernel's state."""

    def __init__(self, simulation: Simulation, i: int, other: int, slots, acts: dict):
        self.rules, self.now, self.i = simulation.rules, simulation.tick, i
        self.draws = Draws(simulation.seed, simulation.number)
        self._acts, arrays, who = acts, simulation.arrays, [i, other]
        partners = [{i: slot} for slot in slots]
        self.world = _World(self.rules, self.draws, simulation, who, partners)
        self.world.meet_leaders(arrays, i)
        self.before = self.world.leaders_of(i)
        self.ways_before = self.world.ways_of(i)
        self.outputs = _Notebook()
        for name in (*STATE, *LIST_STATE, *PART_STATE):
            setattr(self, name, _entries(arrays[name], who))
        for name in COHORTS:
            years = arrays[name][: self.rules.n_cohorts]
            setattr(self, name, [_entries(year, who) for year in years])
        for name in REMEDIES:
            slots_of = arrays[name][: self.rules.appeal_delay]
            setattr(self, name, [_entries(slot, who) for slot in slots_of])
        self.misfiled, self.fair_misfiled = (
            [_waiting(arrays, judge, slot, i) for slot in range(2)]
            for judge in ("", "fair_")
        )
        units = _units_of(self.rules, i)
        has_body = bool(arrays["bodies"][units[0]])
        self.bodies = {units[self.rules.appeal_level]: has_body}
        self.word_from = {}
        self.belief = arrays["belief"].tolist()
        self.outside = arrays["outside"].tolist()
        self.fits = [(fit[0], fit[1:]) for fit in arrays["fits"].tolist()]
        self.sums = [ridge.no_sums(len(FEATURES)) for _ in range(2)]
        self.published = {k: Published(self, k) for k in dict.fromkeys(who)}

    def offered(self, purpose: str, i: int, acts):
        """Offer an act as the reference does; its consequences are noted under it."""
        act = super().offered(purpose, i, acts)
        if act is None:
            self.outputs.turn_to()
            return None
        channel = "human" if act.human else "automatic"
        is_recorded = act.scored and self.world.enrolled[i]
        name = self._acts[purpose][acts.index(act)]
        self.outputs.turn_to(name, channel if is_recorded else "")
        return act

    def help_informally(self, i: int) -> None:
        """Help as the reference does; events from here on belong to no act."""
        self.outputs.turn_to()
        super().help_informally(i)

    def meet(self, i: int, month) -> None:
        """Meet as the reference does; events from here on belong to no act."""
        self.outputs.turn_to()
        super().meet(i, month)

    def apply(self, simulation: Simulation) -> list[tuple[bool, bool, bool, str]]:
        """Return whether the citizen applies, wins, would win fairly, and how it is treated.

        One entry per kind of prize; the treatment is "favoured", "opposed" or "".

        Call before the kernel's tick. The kernel's rank and lot of the citizen must be
        those of the reference; those of all others in its pool are the kernel's.
        """
        results, i = [], self.i
        for number, kind in enumerate(self.rules.prizes):
            need = need_of(self, number, kind, i)
            asks = need >= kind.need_from
            if asks and lifted(self, kind, i):
                self.outputs.count("by_level", "desk_lifted", kind.desk_level)
            ranks = rank(self, number, i, need, need * self.world.quality[i])
            lot, names = f"lot_{number}", simulation.rank_arrays(number)
            kernels = [int(simulation.by_citizen(name)[i]) for name in (lot, *names)]
            ours = [asks * self.draw(lot, i), *(asks * (1 + of) for of in ranks)]
            self._compare(f"lot and ranks for {kind.name}", kernels, ours)
            wins = [_wins(simulation, kind, lot, name, i) for name in names[:2]]
            results.append((asks, *wins, self._treatment(kind)))
        return results

    def _treatment(self, kind) -> str:
        """Return how leaders treat the citizen where a kind of prize is handed out."""
        if is_favoured(self, self.i, kind):
            return "favoured"
        return "opposed" if is_opposed(self, self.i) else ""

    def tell(self, simulation: Simulation, winners: list[bool]) -> None:
        """Compute the month that the kernel has just computed, and compare."""
        i, arrays = self.i, simulation.arrays
        village = self.rules.units.of(0, i)
        self.world.meet_leaders(arrays, i)
        ties = sum(tied << k for k, tied in enumerate(self.world.tied[i]))
        self._compare("ties", int(arrays["ties"][i]), ties)
        self.hush = arrays["hush"]
        careers.begin(self)
        self.violated = {}
        self.unit_points = {village: int(arrays["unit_points"][0][village])}
        self.winners = [{i: won} for won in winners]
        self.live(i)
        for name in (*STATE, *LIST_STATE, *PART_STATE):
            if len(arrays[name]):
                self._compare(name, int(arrays[name][i]), getattr(self, name)[i])
        flags = (self.world.enrolled[i], self.world.aware[i])
        bits = int(arrays["traits"][i])
        kernels = (traits.has(bits, "enrolled"), traits.has(bits, "aware"))
        self._compare("enrolled and aware", kernels, flags)
        for name in (*COHORTS, *REMEDIES):
            ours = [year[i] for year in getattr(self, name)]
            self._compare(
                name, [int(year[i]) for year in arrays[name]][: len(ours)], ours
            )

    def _compare(self, name: str, kernels, ours) -> None:
        """Raise an error if the kernel and the reference differ."""
        if kernels != ours:
            raise KernelError(
                f"tick {self.now}: the kernel's {name} of citizen {self.i} is "
                f"{kernels}, the reference's {ours}"
            )

    def new_leaders(self) -> list[NewLeader]:
        """Return the leaders who came into office above the citizen; call after `tell`."""
        pairs = zip(self.before, self.world.leaders_of(self.i), strict=True)
        return [
            NewLeader(
                k, bool(self.world.leader_manipulates(self.i, k)), before[1], after[1]
            )
            for k, (before, after) in enumerate(pairs)
            if before[0] != after[0]
        ]

    def new_ways(self) -> list[NewWay]:
        """Return leaders in office who began or stopped to manipulate; call after `tell`."""
        pairs = zip(self.ways_before, self.world.ways_of(self.i), strict=True)
        return [
            NewWay(k, way)
            for k, ((before, old), (after, way)) in enumerate(pairs)
            if before == after and old != way
        ]


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
        They select the draws.
    n_threads : int
        Threads of the kernel; results do not depend on it.
    given : Given, optional
        Citizens' traits and partners given by a user.
    person : dict, optional
        Filled with the citizen's traits as stored, and the levels above it at which a
        leader manipulates.

    Raises
    ------
    ConfigError
        If there is no such citizen.
    KernelError
        If the kernel and the reference differ.
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
        int(partner_indices(simulation.rules.units, partner, level)[citizen])
        for partner, level in zip(
            simulation.partners, simulation.slot_levels, strict=True
        )
    ]
    acts = {
        purpose: [act.name for act in scenario.world.acts if act.sign == sign]
        for purpose, sign in (("temptation", "negative"), ("occasion", "positive"))
    }
    for _ in range(scenario.world.n_ticks):
        yield _month(simulation, citizen, slots, acts)


def _person(simulation: Simulation, i: int) -> dict:
    """Return a citizen's traits as stored, and the levels of its manipulating leaders."""
    arrays, units = simulation.arrays, _units_of(simulation.rules, i)
    names = ("quality", "guile", "means", "traits", "ties", "strategy")
    manipulates = [of[units[level]] for level, of in enumerate(arrays["manipulates"])]
    bent = [level for level, is_bent in enumerate(manipulates) if is_bent]
    return {name: int(arrays[name][i]) for name in names} | {
        "manipulating_levels": bent
    }


def _month(simulation: Simulation, i: int, slots: list[int], acts: dict) -> Chapter:
    """Advance all citizens by one tick and return the citizen's month."""
    simulation.change_if_due()
    rules = simulation.rules
    draws = Draws(simulation.seed, simulation.number)
    slot = draws("slot", 0, simulation.tick) * len(slots) >> 32
    other = slots[slot] if slots else i
    witness = Witness(simulation, i, other, slots, acts)
    before = {name: getattr(witness, name)[i] for name in (*STATE, *LIST_STATE)}
    results = witness.apply(simulation)
    simulation.run(1)
    witness.tell(simulation, [won for _, won, *_ in results])

    def both(name: str, unit: int = 1):
        return before[name] / unit, getattr(witness, name)[i] / unit

    has_score = bool(rules.scored and witness.world.enrolled[i])
    grades = tuple(grade(rules, s) for s in (before["score"], witness.score[i]))
    kinds = zip(rules.prizes, results, strict=True)
    return Chapter(
        tick=witness.now,
        events=witness.outputs.events,
        partner=None if other == i else other,
        unit_points=has_score * witness.unit_points[rules.units.of(0, i)] / 256,
        prizes=[(kind.name, *rest) for kind, (asked, *rest) in kinds if asked],
        score=both("score", 256),
        fair_score=both("fair_score", 256),
        wealth=both("wealth", 256),
        grade=grades,
        listed=(before["listed"], witness.listed[i]),
        strategy=(before["strategy"], witness.strategy[i]),
        new_leaders=witness.new_leaders(),
        new_ways=witness.new_ways(),
        has_score=has_score,
    )


def _wins(simulation: Simulation, kind, lot: str, ranks: str, i: int) -> bool:
    """Return whether a citizen wins a place of its pool by the kernel's ranks."""
    units = simulation.rules.units
    pool = units.citizens(kind.pool_level, units.of(kind.pool_level, i))
    start, stop = pool.start, pool.stop
    share = (kind.capacity * stop >> 32) - (kind.capacity * start >> 32)
    rank, lots = (simulation.by_citizen(name)[start:stop] for name in (ranks, lot))
    mine, own_lot = rank[i - start], lots[i - start]
    if ALLOCATIONS[kind.rule] == "threshold":
        return bool(mine > 1)
    level = np.flatnonzero(rank == mine)
    ahead = np.count_nonzero(rank > mine) + np.count_nonzero(lots[level] > own_lot)
    ahead += np.count_nonzero(lots[level[level < i - start]] == own_lot)
    return bool(mine and ahead < share)


def _units_of(rules: Rules, i: int) -> list[int]:
    """Return the unit of a citizen at each level."""
    return [rules.units.of(level, i) for level in range(rules.n_levels)]


def _entries(array, who: list[int]) -> dict[int, int]:
    """Return some entries of an array as plain numbers; 0 where it is not in use."""
    return {i: int(array[i]) if len(array) else 0 for i in who}
