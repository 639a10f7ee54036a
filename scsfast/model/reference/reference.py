"""The reference: the model in plain Python, one citizen at a time. Read this first.

The kernel must give the same bits for every state and output after every tick; it shares
no code with this file. All numbers are integers: chances are thresholds against 16 or 32
random bits, money is in 1/256 monthly income, points in 1/256 point. ``a >> 16`` rounds
down; where the model says "truncated" it is `toward_zero`.

This module has a tick, conduct and meetings. Other modules are ``records.py`` (records, and
how leaders change them), ``scores.py`` (scores, the list, the worth of points),
``review.py`` (leaders' careers), ``prizes.py`` and ``measure.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..integers.fixed_point import FINE, ONE16
from ..integers.own_ties import with_own_ties
from ..integers.rules import Rules
from . import (
    appeals,
    consent,
    measure,
    misfiling,
    orders,
    prizes,
    records,
    review,
    scores,
)
from .world import Draws, World, chance, clamp, pick, toward_zero

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..integers.rules import ActRule
    from ..user_data import Given

RELIABLE, OPPORTUNIST, DISCRIMINATOR = range(3)
MAX_WEALTH = 1 << 30
TOGETHER = 256  # neighbours for whom a block is drawn at once
MOST_GAIN = (1 << 22) - 1  # of a tick, that a payoff takes in


class Month:
    """Counts of one citizen in one tick, before its state is updated."""

    def __init__(self) -> None:
        self.points, self.fair_points = 0, 0
        self.gain = 0
        self.strategy: int | None = None
        self.other: int | None = None  # whom it met
        self.severe, self.fair_severe = False, False  # records that list
        self.violated, self.fair_violated = False, False  # recorded violations
        self.limits: list[int] = []  # by grade rules
        self.fair_limits: list[int] = []
        self.taken_off = False  # a leader, or an appeal, takes it off the list
        self.repaired = False  # a recorded deed shortens its term on the list
        self.learns = False  # it becomes aware of the regime


class Published:
    """State of a citizen that others read, as at the start of the tick."""

    def __init__(self, twin: Reference, i: int) -> None:
        rules = twin.rules
        self.strategy = twin.strategy[i]
        self.payoff = clamp(twin.payoff[i] >> 6, -32768, 32767)  # 1/1024, 16 bits
        self.good = scores.good_standing(rules, twin.score[i], twin.listed[i])
        self.fair_good = scores.good_standing(
            rules, twin.fair_score[i], twin.fair_listed[i]
        )
        self.aware = twin.world.aware[i]
        self.level = scores.level(rules, twin.score[i])
        self.fair_level = scores.level(rules, twin.fair_score[i])


class Reference:
    """One replicate: a world, its state, and its outputs so far.

    Parameters
    ----------
    rules : Rules
    seed : int
        64-bit key of all draws.
    replicate : int
        Part of every counter; scenarios are not.
    given : Given, optional
        Citizens' traits and partners that a user brings.
    """

    # State that other files of the room begin and change.
    history: list[int]  # scores.py, by citizen
    fair_history: list[int]
    circle: list[int]
    fair_circle: list[int]
    cohorts: list[list[int]]  # by year, then citizen
    fair_cohorts: list[list[int]]
    fits: list[tuple[int, list[int]]]  # the black box's, actual and fair
    sums: list[list[int]]
    features: list[list[int]]
    belief: list[list[int]]  # by kind of prize, then bin
    bin_count: list[list[int]]
    bin_wins: list[list[int]]
    outside: list[list[int]]  # consent.py, by kind of prize
    misfiled: list[misfiling.Waiting]  # misfiling.py, by parity of the tick
    fair_misfiled: list[misfiling.Waiting]
    remedy_points: list[list[int]]  # appeals.py, by slot, then citizen
    remedy_marks: list[list[int]]
    bodies: list[bool]
    favours_done: list[list[int]]  # careers.py, by level, then unit
    bribes: list[list[int]]
    unit_points: list[int]  # review.py, by village
    hush: list[list[int]]

    def __init__(
        self, rules: Rules, seed: int, replicate: int = 0, given: Given | None = None
    ) -> None:
        rules = with_own_ties(rules, given.people) if given else rules
        self.rules, self.draws, self.now = rules, Draws(seed, replicate, TOGETHER), 0
        self.world = World(rules, self.draws, given)
        n = rules.n_citizens
        self.strategy = list(self.world.strategy)
        self.score, self.fair_score = [rules.base] * n, [rules.base] * n
        self.listed, self.fair_listed = [0] * n, [0] * n
        self.wealth = [int(rules.wealth_target[means]) for means in self.world.means]
        self.payoff = [0] * n
        self.prizes = [0] * n
        self.first_grade = [0] * n
        self.violated = [False] * n  # a violation was recorded in the last tick
        self.word_from: dict[
            int, int
        ] = {}  # by citizen: level whose word the deciding one obeys
        scores.begin(self)
        consent.begin(self)
        self.outputs = measure.Outputs(self.world)

    def run(self, n_ticks: int) -> None:
        """Simulate the next `n_ticks` ticks."""
        for _ in range(n_ticks):
            self.tick()

    def tick(self) -> None:
        """Simulate one tick: winners, leaders' careers, every citizen, then learning."""
        for first, rules in self.rules.later:
            if first == self.now:
                self.change(rules)
        citizens = range(self.rules.n_citizens)
        self.published = [Published(self, i) for i in citizens]
        self.starting = list(
            zip(self.score, self.listed, self.world.enrolled, strict=True)
        )
        if self.now == self.rules.measured_from:
            self.first_grade = [self.outputs.grade(score) for score in self.score]
        winners = prizes.allocate(self)
        review.review(self)
        self.winners = [kind.won for kind in winners]
        prizes.count(self, winners)
        for i in citizens:
            self.live(i)
        scores.learn(self)
        consent.learn(self)
        self.outputs.close(self)
        self.draws.forget()
        self.now += 1

    def change(self, rules: Rules) -> None:
        """Put another regime in force; citizens keep their scores within its range."""
        later = [
            (first, other) for first, other in self.rules.later if first > self.now
        ]
        self.rules = rules.followed_by(later)
        self.world.enrol(self.rules)
        self.outputs.rules = self.rules
        scores.change(self)
        consent.begin(self)

    def draw(self, purpose: str, who: int) -> int:
        """Return this tick's random bits for a purpose."""
        return self.draws(purpose, who, self.now)

    def draw_wide(self, purpose: str, who: int) -> int:
        """Return the 32 random bits of a purpose that is drawn in two halves."""
        high, low = (self.draw(f"{purpose}_{half}", who) for half in ("high", "low"))
        return high << 16 | low

    # 1 Conduct -----------------------------------------------------------------------

    def live(self, i: int) -> None:
        """Simulate citizen i's tick; writes only its own state."""
        month = Month()
        scores.note_features(self, i)
        month.points += self.unit_points[self.rules.units.of(0, i)]
        orders.obey(self, i)
        appeals.decide(self, i, month)
        misfiling.land(self, i, month)
        self.face_temptation(i, month)
        moved_by_points = self.use_free_time(i, month)
        if not moved_by_points:
            self.help_informally(i)
        self.meet(i, month)
        consent.hear(self, i, month)
        records.favour_or_frame(self, i, month)
        records.sell(self, i, month)
        self.mutate(i, month)
        self.settle(i, month)
        self.violated[i] = month.violated

    def face_temptation(self, i: int, month: Month) -> None:
        """Offer at most one negative act; commit it with P = E(cost / gain scale).

        Citizens who cannot pay what is due commit it whatever it costs them.
        """
        rules, world, count = self.rules, self.world, self.outputs.count
        act = self.offered("temptation", i, rules.offences)
        if act is None:
            return
        count("by_domain", "temptations", act.domain)
        watched = act.seen if self.published[i].good else act.seen_low
        seen = watched[world.group[i]]
        loss = max(0, -scores.worth(self, i, act)) if act.scored else 0
        recorded = seen
        if rules.clients_know and act.scored and world.enrolled[i]:
            recorded = seen * records.kept_on_record(self, i, act.human) >> 16
        cost = recorded * loss + seen * act.penalty >> 16
        cost += rules.moral * world.quality[i] >> 8
        unable = self.wealth[i] < act.due
        tempted = self.draw("commit", i) < chance(cost * act.inverse_scale >> 16)
        if not (unable or tempted):
            return
        count("by_domain", "violations", act.domain)
        count("by_domain", "violations_unable", act.domain, by=unable)
        count("by_group", "group_violations", world.group[i])
        count("sums", "social_value", by=act.social_value)
        gain = cost + act.scale if tempted else 0  # its mean, given that it pays
        count("sums", "offender_gain", by=gain)
        count("sums", "welfare", by=act.social_value + gain)
        if self.draw("offence_seen", i) < seen:
            count("by_domain", "violations_observed", act.domain)
            count("by_group", "group_violations_observed", world.group[i])
            month.gain -= act.penalty
            if records.report(self, i, month, act, "offence_clerk", "suppress"):
                count("by_domain", "violations_suppressed", act.domain)
            if act.defies:
                records.retaliate(self, i, month)

    def offered(self, purpose: str, i: int, acts: Sequence[ActRule]) -> ActRule | None:
        """Return the act that citizen i is offered, if any."""
        kind = pick(self.draw_wide(purpose, i), [act.until for act in acts])
        if kind is None or not acts[kind].only >> self.world.group[i] & 1:
            return None
        return acts[kind]

    def use_free_time(self, i: int, month: Month) -> bool:
        """Offer at most one positive act; return whether points moved citizen i to do it."""
        rules, world, count = self.rules, self.world, self.outputs.count
        act = self.offered("occasion", i, rules.deeds)
        if act is None:
            return False
        count("by_domain", "occasions", act.domain)
        seen = act.seen[world.group[i]]
        gain = seen * max(0, scores.worth(self, i, act)) >> 16 if act.scored else 0
        for_itself = rules.intrinsic * world.quality[i] >> 8
        inverse, draw = self.inverse_cost(i, act), self.draw("do", i)
        willing = draw < ONE16 - chance((gain + for_itself) * inverse >> 16)
        moved = draw >= ONE16 - chance(for_itself * inverse >> 16)
        done = willing and self.wealth[i] >= act.price
        forgery = act.price * rules.fake_cost >> 16
        net = max(0, gain - forgery)
        pretence = (world.guile[i] * net >> 8) * rules.inverse_fake >> 16
        faked = not done and self.draw("fake", i) < ONE16 - chance(pretence)
        faked = faked and self.wealth[i] >= forgery
        if done:
            count("by_domain", "deeds_moved", act.domain, by=moved)
            count("by_domain", "deeds", act.domain)
            count("by_group", "group_deeds", world.group[i])
            count("sums", "social_value", by=act.social_value)
            count("sums", "welfare", by=act.social_value)
            month.gain -= act.price
        if faked:
            count("by_domain", "deeds_faked", act.domain)
            month.gain -= forgery
        if (done or faked) and self.draw("deed_seen", i) < seen:
            count("by_domain", "deeds_observed", act.domain)
            count("by_group", "group_deeds_observed", world.group[i])
            records.report(self, i, month, act, "deed_clerk")
        return done and moved

    def inverse_cost(self, i: int, act: ActRule) -> int:
        """Return 65536 x 256 / mean cost of a deed to citizen i, its price included.

        The price counts as price x price_weight / income.
        """
        means = max(1, self.world.means[i])
        felt = act.price * self.rules.price_weight // (means << 12)
        cost = act.scale + felt
        return ((1 << 24) + cost // 2) // cost if felt else act.inverse_scale

    def help_informally(self, i: int) -> None:
        """Help unscored, with a chance that rises with quality."""
        rules, count = self.rules, self.outputs.count
        if self.draw("help", i) < rules.help_rate * self.world.quality[i] >> 8:
            count("sums", "informal_help")
            count("sums", "social_value", by=rules.help_value)
            count("sums", "welfare", by=rules.help_value)

    # 2 Meeting -----------------------------------------------------------------------

    def meet(self, i: int, month: Month) -> None:
        """Meet the partner of this tick's slot; both moves follow from the pair's draws."""
        rules, count, partners = self.rules, self.outputs.count, self.world.partners
        if not partners:
            return
        slot = self.draw("slot", 0) * len(partners) >> 32
        other = partners[slot][i]
        if other == i:
            return
        month.other = other
        kept, returned = self.keeps(i, other), self.keeps(other, i)
        count("sums", "meetings")
        if kept:
            count("sums", "words_kept")
            count("sums", "social_value", by=rules.benefit - rules.cost)
        month.gain += rules.benefit * returned - rules.cost * kept
        records.judge(self, i, other, kept, month)
        self.learn(i, other, month)

    def keeps(self, i: int, other: int) -> bool:
        """Return whether citizen i keeps its word to the other."""
        pair, side = min(i, other), "lower" if i < other else "upper"
        strategy = self.published[i].strategy
        knows = self.draw(f"{side}_knows", pair) < self.rules.publicity
        means_to = strategy == RELIABLE or (
            strategy == DISCRIMINATOR and not (knows and not self.published[other].good)
        )
        slips = self.rules.slip * (256 - self.world.quality[i]) >> 8
        able = self.draw(f"{side}_keeps", pair) < ONE16 - slips
        return means_to and able

    # 4 Score, 6 prizes, 7 learning and means -------------------------------------------

    def settle(self, i: int, month: Month) -> None:
        """Turn the month into the new state: scores, list, prizes, payoff, wealth."""
        rules, count = self.rules, self.outputs.count
        scores.settle(self, i, month)
        scores.update_list(self, i, month)
        won = [
            kind for kind, of in zip(rules.prizes, self.winners, strict=True) if of[i]
        ]
        if self.now >= rules.measured_from:
            self.prizes[i] = min(self.prizes[i] + len(won), 65535)
        gain = month.gain + sum(kind.value for kind in won)
        count("sums", "welfare", by=month.gain)
        fine = clamp(gain, -MOST_GAIN, MOST_GAIN) << FINE
        self.payoff[i] += toward_zero(fine - self.payoff[i], rules.payoff_rate)
        target = int(rules.wealth_target[self.world.means[i]])
        wealth = self.wealth[i] + toward_zero(
            target - self.wealth[i], rules.wealth_rate
        )
        wealth += month.gain + sum(kind.wealth for kind in won)
        self.wealth[i] = clamp(wealth, 0, MAX_WEALTH)
        if month.strategy is not None:
            self.strategy[i] = month.strategy
        consent.reconsider(self, i)
        self.world.aware[i] |= month.learns

    def learn(self, i: int, other: int, month: Month) -> None:
        """Let one side of a meeting copy the other's strategy, by the Fermi rule."""
        pair = min(i, other)
        learner = other if (self.draw("learner", pair) == 1) == (i < other) else i
        if learner != i:
            return
        difference = self.published[other].payoff - self.published[i].payoff
        x = min(abs(difference) * self.rules.selection >> 14, 4096)
        copies = (1 << 32) // (ONE16 + chance(x))
        if difference < 0:
            copies = ONE16 - copies
        if self.draw("learn", pair) < self.rules.learning * copies >> 16:
            month.strategy = self.published[other].strategy

    def mutate(self, i: int, month: Month) -> None:
        """Take a random strategy, rarely."""
        if self.draw_wide("mutate", i) < self.rules.mutation:
            month.strategy = self.draw("mutant", i) * 3 >> 16
