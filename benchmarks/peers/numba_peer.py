"""The model for Numba: selection, measurement and the tick around `numba_citizens.live`."""

from collections import namedtuple

import numpy as np
from common import (
    ALL,
    ANY,
    BY_GRADE,
    BY_GROUP,
    BY_LEVEL,
    BY_PRIZE,
    BY_STRATUM,
    BY_TIE,
    N_BINS,
    SUMS,
    acts,
    count_constants,
    distribute,
    drawn_world,
    first_memory,
    learn_values,
    tables,
)
from numba import njit
from numba_citizens import grade, live, published_of
from numba_records import FAST, LOW, philox

from scsfast.model.draws import CITIZEN, LOTS, SLOT

NUMBERS = (
    *("n_citizens", "n_levels", "deciding", "moral", "intrinsic", "inverse_fake"),
    *("price_weight", "fake_cost", "foresight", "help_rate", "help_value", "benefit"),
    *("cost", "slip", "publicity", "learning", "selection", "mutation", "payoff_rate"),
    *("meeting_seen", "meeting_right", "meeting_plus", "meeting_minus", "lost"),
    *("reversed", "base", "floor", "ceiling", "drift", "good_from", "bin_factor"),
    *("wealth_rate", "bad_quality", "norm", "meeting_dealt", "favouritism", "cuts"),
    *("credit_rate", "credit_points", "frame_rate", "frame_points", "retaliate"),
    *("retaliate_points", "favours", "opposes", "measured_from", "mean_span"),
)
Numbers = namedtuple("Numbers", (*NUMBERS, "wealth_target", "need", "prize"))
Prize = namedtuple(
    "Prize", "capacity pool_span desk_level desk_bonus value wealth need_from"
)
State = namedtuple("State", "score fair_score wealth payoff strategy prizes won")
Asking = namedtuple("Asking", "who need count")  # the next selection's, by village
OF_TICK = ("sums", "by_domain", "by_level", "by_group", "by_grade")
OF_TICK += ("by_prize", "by_tie", "by_stratum")
Tick = namedtuple("Tick", (*OF_TICK, "bins", "bin_wins"))


@njit(cache=True)
def best(keys, ties, places):
    """Return which applicants are among the first `places` by key, ties by lot."""
    if places == 0:
        return np.zeros(len(keys), np.bool_)
    order = keys << 47 | ties
    return order >= np.partition(order, len(order) - places)[len(order) - places]


@njit(cache=True)
def allot(r, w, s, out, who, need, first, stop, now):
    """Hand out the places of one pool."""
    n, prize = len(who), r.prize
    keys, ties = np.zeros((5, n), np.int64), np.zeros(n, np.int64)
    total = 0
    for j in range(n):
        i = who[j]
        lot = philox(i, now, LOTS)[0] & LOW
        ties[j] = lot << 31 | 0x7FFFFFFF - i
        level, both = prize.desk_level, w.ties[i] & w.manipulating[i]
        lifted = int(prize.desk_bonus > 0) * (both >> level & 1)
        out.by_level[level, BY_LEVEL.desk_lifted] += lifted
        value = need[j] * w.quality[i]
        total += value
        keys[0, j] = (s.score[i] - r.floor >> 8) + 1 + prize.desk_bonus * lifted
        keys[1, j] = (s.fair_score[i] - r.floor >> 8) + 1
        keys[2, j], keys[3, j], keys[4, j] = value, w.quality[i], need[j]
    share = (prize.capacity * stop >> 32) - (prize.capacity * first >> 32)
    places = min(share, n)
    out.by_prize[BY_PRIZE.places] += places
    if n:
        out.by_prize[BY_PRIZE.lottery_prize_value] += places * ((total << 16) // n)
    chosen = np.zeros((5, n), np.bool_)
    for k in range(5):
        chosen[k] = best(keys[k], ties, places)
    for j in range(n):
        count_applicant(r, w, s, out, who[j], need[j], chosen[:, j])


@njit(**FAST)
def standing(r, w, i):
    """Return whether a leader favours citizen i, and whether one opposes it."""
    favoured = opposed = False
    for level in range(r.n_levels):
        if not w.manipulating[i] >> level & 1:
            continue
        tied = w.ties[i] >> level & 1
        at_desk = r.prize.desk_bonus and level == r.prize.desk_level
        favoured |= tied and (r.favours[level] or at_desk)
        opposed |= w.dissenter[i] and not tied and r.opposes[level]
    return favoured, opposed and not favoured


@njit(**FAST)
def count_applicant(r, w, s, out, i, need, chosen):
    """Record an applicant by yardsticks, group, ties and favour."""
    won, fair, oracle = chosen[0], chosen[1], chosen[2]
    by_quality, by_need = chosen[3], chosen[4]
    quality, group = w.quality[i], w.group[i]
    value, moved = need * quality, won and not fair
    favoured, opposed = standing(r, w, i)
    s.won[i] = won
    of = out.by_prize
    of[BY_PRIZE.applicants] += 1
    of[BY_PRIZE.prizes] += won
    of[BY_PRIZE.prize_value] += value * won
    of[BY_PRIZE.fair_prize_value] += value * fair
    of[BY_PRIZE.oracle_prize_value] += value * oracle
    of[BY_PRIZE.prizes_moved] += moved
    of[BY_PRIZE.quality_prize_value] += value * by_quality
    of[BY_PRIZE.need_prize_value] += value * by_need
    of[BY_PRIZE.winners_quality] += quality * won
    of[BY_PRIZE.winners_need] += need * won
    of[BY_PRIZE.prizes_again] += won and s.prizes[i] > 0
    of[BY_PRIZE.favoured_prizes] += won and favoured
    of[BY_PRIZE.favoured_fair_prizes] += fair and favoured
    of[BY_PRIZE.opposed_prizes] += won and opposed
    of[BY_PRIZE.opposed_fair_prizes] += fair and opposed
    worth = (r.prize.value * value >> 16) * won
    out.sums[SUMS.prize_worth] += worth
    out.sums[SUMS.welfare] += worth
    out.by_group[group, BY_GROUP.group_prizes] += won
    out.by_group[group, BY_GROUP.group_fair_prizes] += fair
    count_ties(r, w, out, i, won, fair)
    stratum = out.by_stratum[group, int(w.ties[i] > 0)]
    stratum[BY_STRATUM.stratum_applicants] += 1
    stratum[BY_STRATUM.stratum_applicant_value] += value
    stratum[BY_STRATUM.stratum_prizes] += won
    stratum[BY_STRATUM.stratum_fair_prizes] += fair
    stratum[BY_STRATUM.stratum_prizes_moved] += moved
    stratum[BY_STRATUM.stratum_prize_value] += value * won
    stratum[BY_STRATUM.stratum_quality_prizes] += by_quality
    stratum[BY_STRATUM.stratum_quality_prize_value] += value * by_quality
    stratum[BY_STRATUM.stratum_winners_quality] += quality * won
    stratum[BY_STRATUM.stratum_winners_need] += need * won


@njit(**FAST)
def count_ties(r, w, out, i, won, fair):
    """Record a prize by the ties of its winner."""
    for tie in range(8):
        is_member = tie == ALL or (tie == ANY and w.ties[i]) or w.ties[i] >> tie & 1
        if is_member:
            row = out.by_tie[tie, w.tercile[i]]
            row[BY_TIE.connected_prizes] += won
            row[BY_TIE.connected_fair_prizes] += fair


@njit(**FAST)
def measure(r, w, s, out, start, stop):
    """Add the citizens of a village to the sums of the tick."""
    score = fair = moved = regraded = wealth = payoff = 0
    for i in range(start, stop):
        own, just, group = s.score[i], s.fair_score[i], w.group[i]
        here, fairly = grade(r, own), grade(r, just)
        bad = w.quality[i] < r.bad_quality
        low, fair_low = own < r.good_from, just < r.good_from
        score, fair, moved = score + own, fair + just, moved + abs(own - just)
        wealth, payoff = wealth + s.wealth[i], payoff + s.payoff[i]
        regraded += here != fairly
        out.sums[SUMS.reliable + s.strategy[i]] += 1
        out.by_grade[here, BY_GRADE.grade_citizens] += 1
        out.by_grade[fairly, BY_GRADE.grade_fair_citizens] += 1
        out.by_grade[here, BY_GRADE.grade_bad] += bad
        out.by_grade[fairly, BY_GRADE.grade_fair_bad] += bad
        row = out.by_group[group]
        row[BY_GROUP.group_score] += own
        row[BY_GROUP.group_fair_score] += just
        row[BY_GROUP.group_low] += low
        row[BY_GROUP.group_low_bad] += low and bad
        row[BY_GROUP.group_fair_low] += fair_low
        row[BY_GROUP.group_fair_low_bad] += fair_low and bad
    out.sums[SUMS.score] += score
    out.sums[SUMS.fair_score] += fair
    out.sums[SUMS.displacement] += moved
    out.sums[SUMS.grades_moved] += regraded
    out.sums[SUMS.wealth] += wealth
    out.sums[SUMS.payoff] += payoff


@njit(**FAST)
def publish_all(r, s, new):
    """Publish the first state of all citizens."""
    for i in range(len(new)):
        new[i] = published_of(r, s, i)


@njit(**FAST)
def apply_first(r, asking, span):
    """List the applicants of the first selection, whose needs belong to tick -1."""
    for i in range(r.n_citizens):
        need = r.need[philox(i, 0xFFFFFFFF, CITIZEN)[3] & 255]
        if need >= r.prize.need_from:
            village = i // span
            at = village * span + asking.count[village]
            asking.who[at], asking.need[at] = i, need
            asking.count[village] += 1


@njit(cache=True)
def select(r, w, s, out, asking, span, now):
    """Hand out the prizes of every pool."""
    for first in range(0, r.n_citizens, r.prize.pool_span):
        stop = min(first + r.prize.pool_span, r.n_citizens)
        villages = range(first // span, -(-stop // span))
        n = 0
        for village in villages:
            n += asking.count[village]
        who, need, n = np.zeros(n, np.int64), np.zeros(n, np.int64), 0
        for village in villages:
            for k in range(village * span, village * span + asking.count[village]):
                who[n], need[n] = asking.who[k], asking.need[k]
                n += 1
        allot(r, w, s, out, who, need, first, stop, now)


@njit(cache=True)
def live_all(r, w, s, out, belief, offences, deeds, now, other, old, new, asking, span):
    """Simulate and measure all citizens, village by village."""
    month = np.zeros(5, np.int64)
    for start in range(0, r.n_citizens, span):
        at = start, min(start + span, r.n_citizens)
        asking.count[start // span] = live(
            *(r, w, s, out, belief, offences, deeds, at, now, other, old, new),
            *(asking, month),
        )
        measure(r, w, s, out, at[0], at[1])


class NumbaModel:
    """One replicate.

    Parameters
    ----------
    rules : Rules
        As `common.rules` returns them.
    """

    def __init__(self, rules):
        n, self.rules, self.now = rules.n_citizens, rules, 0
        self.span = rules.spans[0]
        self.world, strategy, self.partners = drawn_world(rules)
        self.outputs, self.memory = tables(rules), first_memory(rules)
        count_constants(rules, self.world, self.outputs)
        self.offences, self.deeds = acts(rules.offences), acts(rules.deeds)
        prize = rules.prizes[0]
        self.numbers = Numbers(
            *(getattr(rules, name) for name in NUMBERS),
            wealth_target=rules.wealth_target.astype(np.int64),
            need=prize.need_table.astype(np.int64),
            prize=Prize(*(getattr(prize, name) for name in Prize._fields)),
        )
        self.state = State(
            score=np.full(n, rules.base, np.int32),
            fair_score=np.full(n, rules.base, np.int32),
            wealth=rules.wealth_target[self.world.means].astype(np.int32),
            payoff=np.zeros(n, np.int32),
            strategy=strategy,
            prizes=np.zeros(n, np.uint16),
            won=np.zeros(n, np.uint8),
        )
        self.first_grade = np.zeros(n, np.int64)
        self.published, self.next = np.zeros(n, np.int32), np.zeros(n, np.int32)
        publish_all(self.numbers, self.state, self.published)
        self.asking = Asking(
            who=np.zeros(n, np.int32),
            need=np.zeros(n, np.uint8),
            count=np.zeros(rules.n_units[0], np.int64),
        )
        apply_first(self.numbers, self.asking, self.span)

    def run(self, n_ticks: int) -> None:
        """Simulate the next ticks."""
        for _ in range(n_ticks):
            self.tick()

    def tick(self) -> None:
        """Simulate one tick."""
        r, w, s, now = self.numbers, self.world, self.state, self.now
        if now == self.rules.measured_from:
            self.first_grade = np.digitize(s.score, self.rules.cuts)
        of_tick = {name: self.outputs[name][now] for name in OF_TICK}
        of_tick["by_prize"] = of_tick["by_prize"][0]
        bins, bin_wins = np.zeros(N_BINS, np.int64), np.zeros(N_BINS, np.int64)
        out = Tick(*of_tick.values(), bins, bin_wins)
        slot = philox(0, now, SLOT)[0] * len(self.partners) >> 32
        select(r, w, s, out, self.asking, self.span, now)
        live_all(
            *(r, w, s, out, self.memory["belief"], self.offences, self.deeds, now),
            *(self.partners[slot], self.published, self.next, self.asking, self.span),
        )
        self.published, self.next = self.next, self.published
        learn_values(self.rules, self.memory, bins, bin_wins)
        if now in self.rules.distribution_ticks:
            distribute(self.rules, w, s, self.first_grade, now, self.outputs)
        self.now += 1
