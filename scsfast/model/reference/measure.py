"""Measurement in the reference: the registry's integer sums, one citizen at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..outcomes import BINS, DIMENSIONS, SCORE_BINS, TABLES, shape
from ..population import STRATEGIES
from .scores import good_standing
from .world import wealth_bin

if TYPE_CHECKING:
    from .prizes import Allotment
    from .reference import Reference
    from .world import World

ANY, ALL = DIMENSIONS["tie"].index("any"), DIMENSIONS["tie"].index("all")


class Outputs:
    """All tables of one replicate, filled tick by tick.

    Attributes
    ----------
    arrays : dict of str to ndarray of int64
        By table name, shaped as `outcomes.shape` says.
    """

    def __init__(self, world: World) -> None:
        self.world, self.rules, self.tick = world, world.rules, 0
        self.arrays = {
            table.name: np.zeros(shape(table, world.rules), np.int64)
            for table in TABLES
        }
        self.columns = {
            (table.name, output.name): k
            for table in TABLES
            for k, output in enumerate(table.outputs)
        }

    def count(
        self, table: str, output: str, *where: int, by: int = 1, row: int | None = None
    ) -> None:
        """Add `by` to one output of the current tick (or distribution row)."""
        if by:  # most are 0, and adding to an element of an array takes long
            row = self.tick if row is None else row
            self.arrays[table][(row, *where, self.columns[table, output])] += by

    def allotted(self, twin: Reference, number: int, of: Allotment) -> None:
        """Record one kind of prize; `of` is the `Allotment`."""
        count = self.count
        count("by_prize", "places", number, by=of.places)
        count("by_prize", "applicants", number, by=len(of.values))
        count("by_prize", "lottery_prize_value", number, by=of.lottery_value)
        for i, value in of.values.items():
            won, fair = of.won[i], of.fair[i]
            count("by_prize", "prizes", number, by=won)
            count("by_prize", "prize_value", number, by=value * won)
            count("by_prize", "fair_prize_value", number, by=value * fair)
            count("by_prize", "oracle_prize_value", number, by=value * of.oracle[i])
            count("by_prize", "prizes_moved", number, by=won and not fair)
            self.compare(twin, number, of, i)
            self.stratify(of, i)
            count("by_group", "group_prizes", self.world.group[i], by=won)
            count("by_group", "group_fair_prizes", self.world.group[i], by=fair)
            for tie in self.ties(i):
                tercile = self.world.quality_class(i, 3)
                count("by_tie", "connected_prizes", tie, tercile, by=won)
                count("by_tie", "connected_fair_prizes", tie, tercile, by=fair)

    def compare(self, twin: Reference, number: int, of: Allotment, i: int) -> None:
        """Record an applicant by yardsticks, fair scores, and the favour of leaders."""
        kind, count = self.rules.prizes[number], self.count
        won, fair, value, need = of.won[i], of.fair[i], of.values[i], of.needs[i]
        again = twin.prizes[i] > 0
        if twin.now >= self.rules.measured_from:
            again |= any(winners[i] for winners in twin.winners[:number])
        found = {
            "quality_prize_value": value * of.by_quality[i],
            "need_prize_value": value * of.by_need[i],
            "winners_quality": self.world.quality[i] * won,
            "winners_need": need * won,
            "prizes_again": won and again,
            "favoured_prizes": won and i in of.favoured,
            "favoured_fair_prizes": fair and i in of.favoured,
            "opposed_prizes": won and i in of.opposed,
            "opposed_fair_prizes": fair and i in of.opposed,
        }
        for name, by in found.items():
            count("by_prize", name, number, by=by)
        worth = (kind.value * value >> 16) * won
        count("sums", "prize_worth", by=worth)
        count("sums", "welfare", by=worth)

    def stratify(self, of: Allotment, i: int) -> None:
        """Record an applicant of a group, tied to a leader in office or not."""
        won, fair, value = of.won[i], of.fair[i], of.values[i]
        found = {
            "applicants": 1,
            "applicant_value": value,
            "prizes": won,
            "fair_prizes": fair,
            "prizes_moved": won and not fair,
            "prize_value": value * won,
            "quality_prizes": of.by_quality[i],
            "quality_prize_value": value * of.by_quality[i],
            "winners_quality": self.world.quality[i] * won,
            "winners_need": of.needs[i] * won,
        }
        for name, by in found.items():
            self.count("by_stratum", f"stratum_{name}", *self.stratum(i), by=by)

    def stratum(self, i: int) -> tuple[int, int]:
        """Return the group of citizen i and whether it is tied to any leader."""
        return self.world.group[i], int(any(self.world.tied[i]))

    def ties(self, i: int) -> list[int]:
        """Return the tie classes citizen i belongs to: its levels, any, all."""
        levels = [level for level, tied in enumerate(self.world.tied[i]) if tied]
        return [*levels, ANY, ALL] if levels else [ALL]

    def close(self, twin: Reference) -> None:
        """Measure the state at the end of a tick."""
        for i in range(self.rules.n_citizens):
            self.measure_citizen(twin, i)
        if self.tick in self.rules.distribution_ticks:
            row = self.rules.distribution_ticks.index(self.tick)
            for i in range(self.rules.n_citizens):
                self.distribute(twin, i, row)
        self.tick += 1

    def measure_citizen(self, twin: Reference, i: int) -> None:
        """Add one citizen to the sums of a tick."""
        count, world = self.count, self.world
        score, fair = twin.score[i], twin.fair_score[i]
        grade, fair_grade = self.grade(score), self.grade(fair)
        count("sums", "score", by=score)
        count("sums", "fair_score", by=fair)
        count("sums", "displacement", by=abs(score - fair))
        count("sums", "grades_moved", by=grade != fair_grade)
        count("sums", "wealth", by=twin.wealth[i])
        count("sums", "payoff", by=twin.payoff[i])
        count("sums", STRATEGIES[twin.strategy[i]])
        count("sums", "enrolled", by=bool(world.enrolled[i]))
        count("sums", "enrolled_quality", by=world.quality[i] * world.enrolled[i])
        count("sums", "aware", by=bool(world.aware[i]))
        bad = world.quality[i] < self.rules.bad_quality
        count("by_grade", "grade_citizens", grade)
        count("by_grade", "grade_fair_citizens", fair_grade)
        count("by_grade", "grade_bad", grade, by=bad)
        count("by_grade", "grade_fair_bad", fair_grade, by=bad)
        self.measure_group(twin, i, bad)
        count("by_stratum", "stratum_citizens", *self.stratum(i))
        for tie in self.ties(i):
            count("by_tie", "connected", tie, world.quality_class(i, 3))

    def measure_group(self, twin: Reference, i: int, bad: bool) -> None:
        """Add one citizen to the sums of its group: scores, and errors of judgement."""
        rules, group = self.rules, self.world.group[i]
        score, fair = twin.score[i], twin.fair_score[i]
        listed, fair_listed = twin.listed[i] > 0, twin.fair_listed[i] > 0
        low = not good_standing(rules, score, listed)
        fair_low = not good_standing(rules, fair, fair_listed)
        found = {
            "group_citizens": 1,
            "group_score": score,
            "group_fair_score": fair,
            "group_bad": bad,
            "group_low": low,
            "group_low_bad": low and bad,
            "group_fair_low": fair_low,
            "group_fair_low_bad": fair_low and bad,
            "group_listed": listed,
            "group_listed_bad": listed and bad,
            "group_fair_listed": fair_listed,
            "group_fair_listed_bad": fair_listed and bad,
        }
        for name, value in found.items():
            self.count("by_group", name, group, by=value)

    def grade(self, score: int) -> int:
        """Return the number of the grade, the lowest is 0."""
        return sum(score >= cut for cut in self.rules.cuts)

    def distribute(self, twin: Reference, i: int, row: int) -> None:
        """Add one citizen to the histograms and unit sums."""
        rules, quality_class = self.rules, self.world.quality_class(i, 16)
        for judge, score in enumerate((twin.score[i], twin.fair_score[i])):
            k = min((score - rules.floor) * rules.bin_factor >> 32, SCORE_BINS - 1)
            self.count(
                "score_histogram", "score_count", judge, k, quality_class, row=row
            )
        self.count("histograms", "wealth_count", wealth_bin(twin.wealth[i]), row=row)
        prizes = min(twin.prizes[i], BINS - 1)
        self.count("histograms", "prize_count", prizes, row=row)
        table, stratum, wealth = "stratum_histograms", self.stratum(i), twin.wealth[i]
        where = (*stratum, wealth_bin(wealth))
        self.count(table, "stratum_wealth_count", *where, row=row)
        self.count(table, "stratum_wealth", *where, by=wealth, row=row)
        self.count(table, "stratum_prize_count", *stratum, prizes, row=row)
        if twin.now >= rules.measured_from:
            change = twin.first_grade[i], self.grade(twin.score[i])
            self.count("grade_transitions", "grade_transition_count", *change, row=row)
        if rules.mean_level >= 0:
            unit = rules.units.of(rules.mean_level, i)
            self.count("by_unit", "unit_citizens", unit, row=row)
            self.count("by_unit", "unit_score", unit, by=twin.score[i], row=row)
            self.count(
                "by_unit", "unit_fair_score", unit, by=twin.fair_score[i], row=row
            )
