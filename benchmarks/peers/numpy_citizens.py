"""What citizens do in a tick, for NumPy: operations on a chunk of them.

The few who are offered an act, are judged or have a leader's favour are found by
`flatnonzero`, and only their blocks are drawn.
"""

import numpy as np
from common import (
    BY_DOMAIN,
    BY_GROUP,
    BY_LEVEL,
    EXP,
    MAX_WEALTH,
    MOST_GAIN,
    SUMS,
)
from philox import philox

from scsfast.model.draws import (
    CITIZEN,
    FREE_TIME,
    JUDGED,
    LEADERSHIP,
    MUTATION,
    PAIR,
    TEMPTED,
)
from scsfast.model.integers.fixed_point import NO_LIMIT, ONE16

LOW = 0xFFFF


def toward_zero(amount: np.ndarray, rate: int) -> np.ndarray:
    """Return amount x rate / 65536, truncated toward zero."""
    product = amount * rate
    return product + (LOW & (product >> 63)) >> 16


def chance(x: np.ndarray) -> np.ndarray:
    """Return E(x), 16-bit chances, for x of at least 0."""
    return EXP[np.minimum(x, 4096)]


def offered(until: np.ndarray, high: np.ndarray, start: int, now: int, block: int):
    """Return who is offered which act, and the words of their block."""
    i = np.flatnonzero(high << 16 < until[-1])
    words = philox(i + start, now, block)
    k = np.searchsorted(until, high[i] << 16 | words[0] & LOW, side="right")
    is_offered = k < len(until)
    return i[is_offered], k[is_offered], [word[is_offered] for word in words]


def count(table: np.ndarray, column: int, rows: np.ndarray) -> None:
    """Count the entries of each row in one column of a table."""
    table[:, column] += np.bincount(rows, minlength=len(table))


def limit_to(limit: np.ndarray, i: np.ndarray, most: np.ndarray) -> None:
    """Lower the limits of some citizens; one that is lower already stays."""
    limit[i] = np.minimum(limit[i], most)


class Citizens:
    """The methods of the model that simulate a chunk; `live` calls the others."""

    def live(self, start: int, stop: int, partners: np.ndarray) -> None:
        """Simulate the tick of the citizens [start, stop)."""
        here, w, n = slice(start, stop), self.world, stop - start
        self.w = type(w)(*(trait[here] for trait in w))
        self.start, self.here = start, here
        self.points, self.fair_points, self.gain = np.zeros((3, n), np.int64)
        self.limit, self.fair_limit = np.full((2, n), NO_LIMIT)
        words = philox(np.arange(start, stop), self.now, CITIZEN)
        self.face_temptation(words[0] & LOW)
        moved = self.use_free_time(words[0] >> 16)
        helps = words[1] & LOW < self.rules.help_rate * self.w.quality >> 8
        n_helping = np.count_nonzero(helps & ~moved)
        sums, value = self.of.sums, n_helping * self.rules.help_value
        sums[SUMS.informal_help] += n_helping
        sums[SUMS.social_value] += value
        sums[SUMS.welfare] += value
        strategy = self.meet(partners[here], words[1] >> 16)
        self.favour_or_frame()
        self.mutate(words[2] & LOW, strategy)
        self.settle()
        self.strategy[here] = strategy
        self.need[here] = self.rules.prizes[0].need_table[words[3] & 255]

    def worth(self, i, acts, k) -> np.ndarray:
        """Return the worth of a record of act k to citizen i."""
        rules, score = self.rules, self.score[self.here][i]
        moved = np.minimum(score + acts.points[k], acts.limit[k])
        moved = np.clip(moved, rules.floor, rules.ceiling)
        difference = self.value_of(moved) - self.value_of(score)
        size = rules.foresight * np.abs(difference) >> 24
        is_worth = (acts.scored[k] > 0) & self.w.aware[i]
        return np.where(difference >= 0, size, -size) * is_worth

    def value_of(self, score) -> np.ndarray:
        """Return the believed prize per tick at a score."""
        rules, belief = self.rules, self.memory["belief"]
        position = ((score - rules.floor) * rules.bin_factor >> 24) - 128
        position = np.clip(position, 0, 127 * 256)
        k, part = position >> 8, position & 255
        rise = belief[np.minimum(k + 1, 127)] - belief[k]
        return belief[k] + (rise * part >> 8)

    def face_temptation(self, high) -> None:
        """Offer negative acts; they are committed with P = E(cost / gain scale)."""
        rules, w, acts, of = self.rules, self.w, self.offences, self.of
        i, k, words = offered(acts.until, high, self.start, self.now, TEMPTED)
        able = acts.only[k] >> w.group[i] & 1 > 0
        i, k, words = i[able], k[able], [word[able] for word in words]
        count(of.by_domain, BY_DOMAIN.temptations, acts.domain[k])
        good, group = self.published[2][self.here][i], w.group[i]
        seen = np.where(good, acts.seen[k, group], acts.seen_low[k, group])
        cost = seen * np.maximum(0, -self.worth(i, acts, k)) + seen * acts.penalty[k]
        cost = (cost >> 16) + (rules.moral * w.quality[i] >> 8)
        unable = self.wealth[self.here][i] < acts.due[k]
        tempted = words[0] >> 16 < chance(cost * acts.inverse_scale[k] >> 16)
        gain = np.where(tempted, cost + acts.scale[k], 0)
        done = unable | tempted
        count(of.by_domain, BY_DOMAIN.violations_unable, acts.domain[k][unable])
        i, k, seen, words = i[done], k[done], seen[done], [x[done] for x in words]
        count(of.by_domain, BY_DOMAIN.violations, acts.domain[k])
        count(of.by_group, BY_GROUP.group_violations, w.group[i])
        value, gained = acts.social_value[k].sum(), gain[done].sum()
        of.sums[SUMS.social_value] += value
        of.sums[SUMS.offender_gain] += gained
        of.sums[SUMS.welfare] += value + gained
        observed = words[1] & LOW < seen
        i, k, words = i[observed], k[observed], [word[observed] for word in words]
        count(of.by_domain, BY_DOMAIN.violations_observed, acts.domain[k])
        count(of.by_group, BY_GROUP.group_violations_observed, w.group[i])
        self.gain[i] -= acts.penalty[k]
        hidden = self.report(i, acts, k, words[2] & LOW, words[1] >> 16)
        count(of.by_domain, BY_DOMAIN.violations_suppressed, acts.domain[k][hidden])
        defies = acts.defies[k] > 0
        self.retaliate(i[defies], words[2][defies] >> 16)

    def use_free_time(self, high) -> np.ndarray:
        """Offer positive acts; return which citizens points moved to do one."""
        rules, w, acts, of = self.rules, self.w, self.deeds, self.of
        i, k, words = offered(acts.until, high, self.start, self.now, FREE_TIME)
        able = acts.only[k] >> w.group[i] & 1 > 0
        i, k, words = i[able], k[able], [word[able] for word in words]
        domain, group, price = acts.domain[k], w.group[i], acts.price[k]
        count(of.by_domain, BY_DOMAIN.occasions, domain)
        seen, draw, wealth = acts.seen[k, group], words[0] >> 16, self.wealth[self.here]
        gain = seen * np.maximum(0, self.worth(i, acts, k)) >> 16
        for_itself = rules.intrinsic * w.quality[i] >> 8
        felt = price * rules.price_weight // (np.maximum(1, w.means[i]) * 4096)
        cost = acts.scale[k] + felt
        inverse = ((1 << 24) + cost // 2) // cost
        inverse = np.where(felt > 0, inverse, acts.inverse_scale[k])
        willing = draw < ONE16 - chance((gain + for_itself) * inverse >> 16)
        moved = draw >= ONE16 - chance(for_itself * inverse >> 16)
        done = willing & (wealth[i] >= price)
        forgery = price * rules.fake_cost >> 16
        pretence = w.guile[i] * np.maximum(0, gain - forgery) >> 8
        fakes = words[1] >> 16 < ONE16 - chance(pretence * rules.inverse_fake >> 16)
        faked = ~done & fakes & (wealth[i] >= forgery)
        count(of.by_domain, BY_DOMAIN.deeds_moved, domain[done & moved])
        count(of.by_domain, BY_DOMAIN.deeds, domain[done])
        count(of.by_domain, BY_DOMAIN.deeds_faked, domain[faked])
        count(of.by_group, BY_GROUP.group_deeds, group[done])
        value = acts.social_value[k][done].sum()
        of.sums[SUMS.social_value] += value
        of.sums[SUMS.welfare] += value
        self.gain[i] -= np.where(done, price, np.where(faked, forgery, 0))
        by_points = np.zeros(len(high), bool)
        by_points[i] = done & moved
        observed = (done | faked) & (words[1] & LOW < seen)
        i, k = i[observed], k[observed]
        count(of.by_domain, BY_DOMAIN.deeds_observed, acts.domain[k])
        count(of.by_group, BY_GROUP.group_deeds_observed, w.group[i])
        self.report(i, acts, k, words[2][observed] & LOW)
        return by_points

    def report(self, i, acts, k, clerk_draw, suppress=None) -> np.ndarray:
        """Pass records up; return which of them leaders suppressed."""
        rules, w, of = self.rules, self.w, self.of
        hidden, scored = np.zeros(len(i), bool), acts.scored[k] > 0
        human = acts.human[k] > 0
        handled = np.where(human, rules.deciding + 1, 1)
        of.sums[SUMS.records_handled] += handled[scored].sum()
        sign = np.where(human, self.clerk(clerk_draw, human & scored), 1)
        sign[~scored] = 0
        entered = sign > 0
        self.fair_points[i] += sign * acts.points[k]
        limit_to(self.fair_limit, i[entered], acts.limit[k[entered]])
        patrons = w.ties[i] & w.manipulating[i]
        if suppress is not None:
            level = self.suppressed(patrons, human, suppress)
            hidden = scored & (level >= 0)
            count(of.by_level, BY_LEVEL.suppressed, level[hidden])
        passed = scored & ~hidden
        i, k, sign, entered = i[passed], k[passed], sign[passed], entered[passed]
        tied = w.ties[i] >> rules.deciding & 1
        manipulated = w.manipulating[i] >> rules.deciding & 1
        kind = np.where(tied, 1, 2 * w.dissenter[i])
        points, dealt = acts.dealt[k, 3 * manipulated + kind], acts.dealt[k]
        is_bent = (points != dealt[:, 3]) & (manipulated > 0)
        is_weighted = (dealt[:, 3] != dealt[:, 0]) & (manipulated > 0)
        of.by_level[rules.deciding, BY_LEVEL.bent] += is_bent.sum()
        of.by_level[rules.deciding, BY_LEVEL.weighted] += is_weighted.sum()
        self.points[i] += sign * points
        limit_to(self.limit, i[entered], acts.limit[k[entered]])
        return hidden

    def clerk(self, draw, human) -> np.ndarray:
        """Return 0 for a lost record, -1 for a reversed one, else 1; count among `human`."""
        rules, sums = self.rules, self.of.sums
        lost, turned = draw < rules.lost, draw < rules.reversed
        sums[SUMS.records_lost] += np.count_nonzero(lost & human)
        sums[SUMS.records_reversed] += np.count_nonzero(turned & ~lost & human)
        return np.where(lost, 0, np.where(turned, -1, 1))

    def suppressed(self, patrons, human, draw) -> np.ndarray:
        """Return the level that suppresses each negative record, or -1."""
        found, kept = np.full(len(patrons), -1), np.full(len(patrons), ONE16)
        for level in range(self.rules.deciding + 1):
            acts = (patrons >> level & 1 > 0) & (human | (level == self.rules.deciding))
            kept[acts] = kept[acts] * (ONE16 - self.rules.favouritism[level]) >> 16
            found[acts & (draw < ONE16 - kept) & (found < 0)] = level
        return found

    def retaliate(self, i, draw) -> None:
        """Answer defiance with invented records, unless by a client."""
        rules, w = self.rules, self.w
        found, kept = np.full(len(i), -1), np.full(len(i), ONE16)
        for level in range(rules.deciding + 1):
            acts = (w.manipulating[i] & ~w.ties[i]) >> level & 1 > 0
            kept[acts] = kept[acts] * (ONE16 - rules.retaliate[level]) >> 16
            found[acts & (draw < ONE16 - kept) & (found < 0)] = level
        hit = found >= 0
        count(self.of.by_level, BY_LEVEL.retaliated, found[hit])
        self.points[i[hit]] -= np.array(rules.retaliate_points)[found[hit]]

    def meet(self, other, seen_draw) -> np.ndarray:
        """Meet partners; return the strategies after learning."""
        rules, sums, (strategy, payoff, good, _) = (
            self.rules,
            self.of.sums,
            self.published,
        )
        every = np.arange(self.start, self.start + len(other))
        met, lower = other != every, every < other
        words = philox(np.minimum(every, other), self.now, PAIR)
        own, far = np.where(lower, 0, 16), np.where(lower, 16, 0)
        mine, quality = strategy[self.here], self.world.quality
        kept = self.keeps(mine, self.w.quality, good[other], words, own) & met
        back = self.keeps(strategy[other], quality[other], good[self.here], words, far)
        n_kept = np.count_nonzero(kept)
        sums[SUMS.meetings] += np.count_nonzero(met)
        sums[SUMS.words_kept] += n_kept
        sums[SUMS.social_value] += (rules.benefit - rules.cost) * n_kept
        self.gain += rules.benefit * (back & met) - rules.cost * kept
        i = np.flatnonzero(met & (seen_draw < rules.meeting_seen))
        self.judge(i, other[i], kept[i], seen_draw[i])
        i = np.flatnonzero(met & ((words[2] & 1 > 0) != lower))
        difference = payoff[other[i]] - payoff[self.here][i]
        x = np.abs(difference) * rules.selection >> 14
        copies = (1 << 32) // (ONE16 + chance(x))
        copies = np.where(difference < 0, ONE16 - copies, copies)
        learns = i[words[2][i] >> 16 < rules.learning * copies >> 16]
        after = mine.copy()
        after[learns] = strategy[other[learns]]
        return after

    def keeps(self, strategy, quality, partner_good, words, side) -> np.ndarray:
        """Return which citizens keep their word."""
        rules = self.rules
        shuns = (words[1] >> side & LOW < rules.publicity) & ~partner_good
        means_to = (strategy == 0) | ((strategy == 2) & ~shuns)
        return means_to & (
            words[0] >> side & LOW < ONE16 - (rules.slip * (256 - quality) >> 8)
        )

    def judge(self, i, other, kept, draw) -> None:
        """Record the conduct in observed meetings as the norm judges it."""
        rules, w, of = self.rules, self.w, self.of
        is_right = draw < rules.meeting_right
        of.sums[SUMS.meetings_recorded] += len(i)
        of.sums[SUMS.meetings_misjudged] += np.count_nonzero(~is_right)
        of.sums[SUMS.records_handled] += (rules.deciding + 1) * len(i)
        _, _, good, fair_good = self.published
        praised, fairly = (
            self.norm[w.group[i], 1 - standing[other], 1 - kept] == is_right
            for standing in (good.view(np.int8), fair_good.view(np.int8))
        )
        word = philox(i + self.start, self.now, JUDGED)[0]
        sign = self.clerk(word >> 16, True)
        self.fair_points[i] += sign * np.where(
            fairly, rules.meeting_plus, -rules.meeting_minus
        )
        patrons = w.ties[i] & w.manipulating[i]
        level = self.suppressed(patrons, True, word & LOW)
        hidden = ~praised & (level >= 0)
        count(of.by_level, BY_LEVEL.suppressed, level[hidden])
        manipulated = w.manipulating[i] >> rules.deciding & 1 > 0
        honest = np.where(praised, rules.meeting_plus, rules.meeting_minus)
        plus, minus = rules.meeting_dealt
        dealt = np.where(manipulated, np.where(praised, plus, minus), honest)
        changed = np.count_nonzero((dealt != honest) & ~hidden)
        of.by_level[rules.deciding, BY_LEVEL.weighted] += changed
        self.points[i] += np.where(hidden, 0, sign * np.where(praised, dealt, -dealt))

    def favour_or_frame(self) -> None:
        """Enter extra records: leaders credit their clients and frame dissenters."""
        rules, w, by_level = self.rules, self.w, self.of.by_level
        manipulating = w.manipulating & ((2 << rules.deciding) - 1)
        crediting = manipulating & w.ties
        framing = manipulating & ~w.ties & -w.dissenter.astype(np.int64)
        i = np.flatnonzero(crediting | framing)
        credit, frame, *_ = philox(i + self.start, self.now, LEADERSHIP)
        for draw, levels, rates, points, column in (
            (credit, crediting[i], rules.credit_rate, rules.credit_points, "credited"),
            (frame, framing[i], rules.frame_rate, rules.frame_points, "framed"),
        ):
            found, total = np.full(len(i), -1), np.zeros(len(i), np.int64)
            for level in range(rules.deciding + 1):
                acts = levels >> level & 1 > 0
                total += rates[level] * acts
                found[acts & (draw < total) & (found < 0)] = level
            hit = found >= 0
            count(by_level, getattr(BY_LEVEL, column), found[hit])
            size = np.array(points)[found[hit]]
            self.points[i[hit]] += size if column == "credited" else -size

    def mutate(self, high, strategy) -> None:
        """Take a random strategy, rarely."""
        i = np.flatnonzero(high << 16 < self.rules.mutation)
        low = philox(i + self.start, self.now, MUTATION)[0]
        mutates = high[i] << 16 | low & LOW
        mutates = mutates < self.rules.mutation
        strategy[i[mutates]] = (low[mutates] >> 16) * 3 >> 16

    def settle(self) -> None:
        """Turn the tick into new scores, prizes, payoffs and wealth."""
        rules, here, sums, prize = (
            self.rules,
            self.here,
            self.of.sums,
            self.rules.prizes[0],
        )
        sums[SUMS.dropped] += np.count_nonzero(self.limit < NO_LIMIT)
        for scores, points, limit in (
            (self.score[here], self.points, self.limit),
            (self.fair_score[here], self.fair_points, self.fair_limit),
        ):
            drifted = scores + toward_zero(rules.base - scores, rules.drift)
            moved = np.minimum(drifted + points, limit)
            np.clip(moved, rules.floor, rules.ceiling, out=scores)
        won = self.won[here]
        if self.now >= rules.measured_from:
            self.prizes[here] += won
        sums[SUMS.welfare] += self.gain.sum()
        fine = np.clip(self.gain + prize.value * won, -MOST_GAIN, MOST_GAIN) << 8
        self.payoff[here] += toward_zero(fine - self.payoff[here], rules.payoff_rate)
        wealth, target = self.wealth[here], rules.wealth_target[self.w.means]
        moved = wealth + toward_zero(target - wealth, rules.wealth_rate)
        moved += self.gain + prize.wealth * won
        np.clip(moved, 0, MAX_WEALTH, out=wealth)
