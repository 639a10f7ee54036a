"""The world of the reference: its draws, citizens, leaders and network.

Plain Python, one citizen at a time, sharing no code with the kernel. It is slow on purpose:
every line can be compared with docs/model.md.
"""

from __future__ import annotations

from decimal import Decimal, getcontext
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..draws import PLAN
from ..integers.own_ties import own_ties
from ..integers.rules import Rules
from ..integers.strata import first_manipulators

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..user_data import Given

MASK32 = 0xFFFFFFFF


def philox(counter: tuple[Any, int, int, int], seed: int) -> tuple[Any, Any, Any, Any]:
    """Return the four 32-bit words of a Philox 4x32-10 block, or of blocks of an array.

    Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
    """
    a, b, c, d = counter
    key0, key1 = seed & MASK32, seed >> 32
    for _ in range(10):
        left, right = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b = (right >> 32) ^ b ^ key0, right & MASK32
        c, d = (left >> 32) ^ d ^ key1, left & MASK32
        key0 = (key0 + 0x9E3779B9) & MASK32
        key1 = (key1 + 0xBB67AE85) & MASK32
    return a, b, c, d


@cache
def exponentials() -> tuple[int, ...]:
    """Return round(65536 exp(-k/256)) for k = 0..4095 and then 0: E in 16-bit chances."""
    getcontext().prec = 50
    one = Decimal(1 << 16)
    return (*(round(one * (Decimal(-k) / 256).exp()) for k in range(4096)), 0)


def chance(x: int) -> int:
    """Return E(x), a 16-bit chance, for x in steps of 1/256; 1 below 0."""
    return exponentials()[min(max(x, 0), 4096)]


class Draws:
    """Random bits by purpose (see draws.py) for one seed and replicate.

    Parameters
    ----------
    seed : int
    replicate : int
    together : int
        Number of neighbours whose blocks are drawn at once, which takes a fraction of the
        time if all of them are asked for.
    """

    def __init__(self, seed: int, replicate: int, together: int = 1) -> None:
        self.seed, self.replicate, self.together = seed, replicate, together
        self._blocks: dict[tuple[int, int, int], list[list[int]]] = {}

    def __call__(self, purpose: str, who: int, when: int = 0) -> int:
        """Return the bits that `purpose` owns in the block of (`who`, `when`)."""
        plan, place = PLAN[purpose], who % self.together
        at = (who - place, when, plan.block)
        if at not in self._blocks:
            self._blocks[at] = self._words(*at)
        return self._blocks[at][plan.word][place] >> plan.shift & ((1 << plan.bits) - 1)

    def _words(self, first: int, when: int, block: int) -> list[list[int]]:
        """Return the words of the blocks of neighbours: four lists by neighbour."""
        if self.together == 1:
            return [
                [w] for w in philox((first, when, self.replicate, block), self.seed)
            ]
        who = np.arange(first, first + self.together, dtype=np.uint64)
        words = philox((who, when, self.replicate, block), self.seed)
        return [word.tolist() for word in words]

    def of_campaign(self, purpose: str, who: int) -> int:
        """Return bits that are the same in every replicate and tick."""
        plan = PLAN[purpose]
        word: int = philox((who, 0, 0, plan.block), self.seed)[plan.word]
        return word >> plan.shift & ((1 << plan.bits) - 1)

    def forget(self) -> None:
        """Drop the blocks kept so far, at the end of a tick."""
        self._blocks.clear()


def toward_zero(amount: int, rate: int) -> int:
    """Return amount x rate / 65536, truncated toward zero."""
    product = amount * rate
    return product >> 16 if product >= 0 else -(-product >> 16)


def clamp(value: int, low: int, high: int) -> int:
    """Return value kept within [low, high]."""
    return min(max(value, low), high)


def wealth_bin(wealth: int) -> int:
    """Return the wealth bin: exact below 4, then four per octave."""
    if wealth < 4:
        return wealth
    octave = wealth.bit_length() - 1
    return 4 * (octave - 1) + (wealth >> (octave - 2) & 3)


def pick(draw: int, until: Iterable[int]) -> int | None:
    """Return the first k with draw < until[k], or None."""
    return next((k for k, bound in enumerate(until) if draw < bound), None)


def pick_any(draw: int, until: Iterable[int]) -> int:
    """Return the first k with draw < until[k]; the last bound is above every draw."""
    return next(k for k, bound in enumerate(until) if draw < bound)


class World:
    """Citizens, leaders and network as drawn for one replicate; lists by citizen.

    A user's own traits, first ties and partners (`given`) replace the drawn ones.
    """

    def __init__(self, rules: Rules, draws: Draws, given: Given | None = None) -> None:
        self.rules, self.draws = rules, draws
        self.given = given.people if given else {}
        self.first_ties = own_ties(self.given)
        citizens = range(rules.n_citizens)
        ranks = [self._ranks(i) for i in citizens]
        self.quality, self.guile, self.means = (
            self._own(trait) or [int(table[of[k]]) for of in ranks]
            for k, (trait, table) in enumerate(
                (
                    ("quality", rules.quality_table),
                    ("guile", rules.guile_table),
                    ("means", rules.means_table),
                )
            )
        )
        self.group = self._own("group") or [
            pick_any(draws("group", i), rules.group_until[self.means[i]])
            for i in citizens
        ]
        self.dissenter = self._flag("dissenter", rules.dissenter)
        self.aware = self._flag("aware", rules.aware)
        self.bought = [False] * rules.n_citizens
        self.enrol(rules)
        self.strategy = self._own("strategy") or [
            pick_any(draws("strategy", i), rules.strategy_until) for i in citizens
        ]
        self._appoint()
        self.tied = [[self._tie(i, k) for k in range(rules.n_levels)] for i in citizens]
        own = given.partners if given else None
        self.partners = (
            [self._matching(k) for k in range(len(rules.slot_levels))]
            if own is None
            else [[int(other) for other in matching] for matching in own]
        )
        self.below = self._below()
        draws.forget()

    def enrol(self, rules: Rules) -> None:
        """Set which citizens have a score under a regime."""
        self.rules = rules
        self.enrolled = self._flag("enrolled", rules.enrolled)

    def _own(self, trait: str) -> list[int] | None:
        """Return a trait given by the user."""
        return [int(x) for x in self.given[trait]] if trait in self.given else None

    def _ranks(self, i: int) -> tuple[int, int, int]:
        """Return the ranks of citizen i by quality, guile and means, each of 256."""
        draws, quality = self.draws, self.draws("quality", i)
        if not self.rules.ranks:
            return quality, draws("guile", i), draws("means", i)
        means_given, rest_given, guile_given = self.rules.ranks
        rank = draws("means_rank", i)
        means = pick_any(rank, means_given[quality])
        rest = pick_any(draws("guile_rank", i), rest_given[rank >> 8])
        fine = rest << 8 | draws("guile_rest", i)
        return quality, pick_any(fine, guile_given[quality]), means

    def _flag(self, trait: str, share: int) -> list[bool]:
        if trait in self.given:
            return [bool(x) for x in self.given[trait]]
        return [self.draws(trait, i) < share for i in range(self.rules.n_citizens)]

    # Leaders -------------------------------------------------------------------------

    def _appoint(self) -> None:
        """Draw the first leaders of every unit: whether they manipulate, until when."""
        rules, levels = self.rules, range(self.rules.n_levels)
        self.manipulating = [self._manipulating(level) for level in levels]
        self.serial = [[0] * n for n in rules.n_units]
        self.ends = [
            [self._first_end(level, unit) for unit in range(n)]
            for level, n in enumerate(rules.n_units)
        ]

    def _manipulating(self, level: int) -> list[bool]:
        """Return for each unit of a level whether its leader manipulates: lowest draws first.

        Their number is stratified over replicates.
        """
        units, shift = (
            range(self.rules.n_units[level]),
            self.draws.of_campaign("stratum", level),
        )
        n = first_manipulators(self.rules, level, self.draws.replicate, shift)
        order = sorted(
            units, key=lambda unit: (self.draws(f"leader_{level}", unit), unit)
        )
        chosen = set(order[:n])
        return [unit in chosen for unit in units]

    def _first_end(self, level: int, unit: int) -> int | None:
        """Return the tick at which a first leader, somewhere in its tenure, leaves."""
        tenure = self.rules.tenure[level]
        served = self.draws(f"clock_{level}", unit) * tenure >> 32
        return tenure - served if tenure else None

    def replace(self, level: int, unit: int, now: int, honest: bool) -> None:
        """Put a new leader in office, with other clients."""
        rules = self.rules
        self.serial[level][unit] += 1
        draw = self.draws(f"leader_{level}", unit, self.serial[level][unit])
        self.manipulating[level][unit] = (
            not honest and draw < rules.manipulator_share[level]
        )
        tenure = rules.tenure[level]
        self.ends[level][unit] = now + tenure if tenure else None
        for i in rules.citizens_of(level, unit):
            self.tied[i][level] = self._tie(i, level)

    def _tie(self, i: int, level: int) -> bool:
        """Return whether citizen i is tied to the leader in office of its unit at a level."""
        serial = self.serial[level][self.rules.units.of(level, i)]
        if level in self.first_ties and serial == 0:
            return bool(self.first_ties[level][i])
        chance_of_tie = self.rules.tie[level][self.means[i]]
        return bool(self.draws(f"tie_{level}", i, serial) < chance_of_tie)

    def leader_manipulates(self, i: int, level: int) -> bool:
        """Return whether the leader of citizen i's unit at a level manipulates."""
        return self.manipulating[level][self.rules.units.of(level, i)]

    # Network and quality ---------------------------------------------------------------

    def _matching(self, slot: int) -> list[int]:
        """Return each citizen's partner in a slot, itself if it has none."""
        level, units = self.rules.slot_levels[slot], self.rules.units
        partner = list(range(self.rules.n_citizens))
        for unit in range(units.count(level)):
            order = sorted(
                units.citizens(level, unit),
                key=lambda i: (self.draws(f"matching_{slot}", i), i),
            )
            for one, other in zip(order[::2], order[1::2], strict=False):
                partner[one], partner[other] = other, one
        return partner

    def _below(self) -> list[int]:
        """Return, for each quality, the number of citizens with less."""
        counts = [0] * 257
        for quality in self.quality:
            counts[quality + 1] += 1
        for quality in range(256):
            counts[quality + 1] += counts[quality]
        return counts

    def quality_class(self, i: int, n_classes: int) -> int:
        """Return the class of citizen i among `n_classes` of (nearly) equal size."""
        return min(
            n_classes - 1, n_classes * self.below[self.quality[i]] // len(self.quality)
        )
