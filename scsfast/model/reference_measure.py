"""Measurement by the reference twin: the registry's integer sums, one citizen at a time."""

import numpy as np

from .outcomes import BINS, DIMENSIONS, SCORE_BINS, TABLES, shape
from .population import STRATEGIES

ANY, ALL = DIMENSIONS["tie"].index("any"), DIMENSIONS["tie"].index("all")


def wealth_bin(wealth: int) -> int:
    """Return the wealth bin: exact below 4, then four an octave."""
    if wealth < 4:
        return wealth
    octave = wealth.bit_length() - 1
    return 4 * (octave - 1) + (wealth >> (octave - 2) & 3)


class Outputs:
    """All tables of one replicate, filled tick by tick.

    Attributes
    ----------
    arrays : dict of str to ndarray of int64
        By table name, shaped as `outcomes.shape` says.
    """

    def __init__(self, world):
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
        self, table: str, output: str, *where: int, by: int = 1, row=None
    ) -> None:
        """Add `by` to one output of the current tick (or distribution row)."""
        row = self.tick if row is None else row
        self.arrays[table][(row, *where, self.columns[table, output])] += by

    def allotted(self, places, values, won, fair, oracle, lifted) -> None:
        """Record the prizes of one pool; `values` is need x quality by applicant."""
        count = self.count
        count("sums", "places", by=places)
        count("sums", "applicants", by=len(values))
        if values:
            mean = (sum(values.values()) << 16) // len(values)
            count("sums", "lottery_prize_value", by=places * mean)
        count("by_level", "desk_lifted", self.rules.desk_level, by=lifted)
        for i, value in values.items():
            count("sums", "prizes", by=won[i])
            count("sums", "prize_value", by=value * won[i])
            count("sums", "fair_prize_value", by=value * fair[i])
            count("sums", "oracle_prize_value", by=value * oracle[i])
            count("sums", "prizes_moved", by=won[i] and not fair[i])
            count("by_group", "group_prizes", self.world.group[i], by=won[i])
            count("by_group", "group_fair_prizes", self.world.group[i], by=fair[i])
            for tie in self.ties(i):
                tercile = self.world.quality_class(i, 3)
                count("by_tie", "connected_prizes", tie, tercile, by=won[i])
                count("by_tie", "connected_fair_prizes", tie, tercile, by=fair[i])

    def ties(self, i: int) -> list[int]:
        """Return the tie classes citizen i belongs to: its levels, any, all."""
        levels = [level for level, tied in enumerate(self.world.tied[i]) if tied]
        return [*levels, ANY, ALL] if levels else [ALL]

    def close(self, twin) -> None:
        """Measure the state at the end of a tick."""
        for i in range(self.rules.n_citizens):
            self.measure_citizen(twin, i)
        if self.tick in self.rules.distribution_ticks:
            row = self.rules.distribution_ticks.index(self.tick)
            for i in range(self.rules.n_citizens):
                self.distribute(twin, i, row)
        self.tick += 1

    def measure_citizen(self, twin, i: int) -> None:
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
        bad = world.quality[i] < self.rules.bad_quality
        count("by_grade", "grade_citizens", grade)
        count("by_grade", "grade_fair_citizens", fair_grade)
        count("by_grade", "grade_bad", grade, by=bad)
        count("by_grade", "grade_fair_bad", fair_grade, by=bad)
        count("by_group", "group_citizens", world.group[i])
        for tie in self.ties(i):
            count("by_tie", "connected", tie, world.quality_class(i, 3))

    def grade(self, score: int) -> int:
        """Return the number of the grade, the lowest is 0."""
        return sum(score >= cut for cut in self.rules.cuts)

    def distribute(self, twin, i: int, row: int) -> None:
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
        if twin.now >= rules.measured_from:
            change = twin.first_grade[i], self.grade(twin.score[i])
            self.count("grade_transitions", "grade_transition_count", *change, row=row)
        if rules.mean_span:
            unit = i // rules.mean_span
            self.count("by_unit", "unit_citizens", unit, row=row)
            self.count("by_unit", "unit_score", unit, by=twin.score[i], row=row)
            self.count(
                "by_unit", "unit_fair_score", unit, by=twin.fair_score[i], row=row
            )
