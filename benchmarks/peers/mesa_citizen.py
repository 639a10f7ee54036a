"""A citizen as a Mesa agent: conduct, meetings, records, score, payoff and wealth."""

import mesa
from common import EXP, MAX_WEALTH, MOST_GAIN, REPLICATE, SEED

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
from scsfast.model.reference.world import clamp, philox, toward_zero

LOW = 0xFFFF
CHANCES = EXP.tolist()


def chance(x: int) -> int:
    """Return E(x), a 16-bit chance."""
    return CHANCES[min(x, 4096)]


class Citizen(mesa.Agent):
    """One citizen; it reads only what others published at the start of the tick."""

    def __init__(self, model, i, born, strategy, wealth, need):
        super().__init__(model)
        self.i, self.strategy, self.wealth, self.need = i, strategy, wealth, need
        self.quality, self.guile, self.means, self.group, self.dissenter = born[:5]
        self.aware, ties, manipulating = born[5:8]
        rules = self.rules = model.rules
        levels = range(rules.deciding + 1)
        self.ties, self.decided = ties, manipulating >> rules.deciding & 1
        acting = [level for level in levels if manipulating >> level & 1]
        self.patrons = [level for level in acting if ties >> level & 1]
        self.strangers = [level for level in acting if not ties >> level & 1]
        client = ties >> rules.deciding & 1
        self.kind = 1 if client else 2 if self.dissenter else 0
        self.score = self.fair_score = rules.base
        self.payoff = self.prizes = 0

    def draw(self, block: int) -> tuple[int, ...]:
        """Return the words of one of this tick's blocks that few agents need."""
        return philox((self.i, self.model.now, REPLICATE, block), SEED)

    def publish(self) -> None:
        """Show others the state at the start of the tick."""
        self.shown_strategy = self.strategy
        self.shown_payoff = clamp(self.payoff >> 6, -32768, 32767)
        self.good = self.score >= self.rules.good_from
        self.fair_good = self.fair_score >= self.rules.good_from

    def count(self, *where, by: int = 1) -> None:
        """Add to an output."""
        self.model.counts[where] += by

    def live(self) -> None:
        """Simulate one tick of this citizen."""
        rules, model, i = self.rules, self.model, self.i
        self.points = self.fair_points = self.gain = 0
        self.limit = self.fair_limit = NO_LIMIT
        word0, word1, word2, word3 = model.words[CITIZEN][i]
        strategy = self.strategy
        self.face_temptation(word0 & LOW)
        moved_by_points = self.use_free_time(word0 >> 16)
        if not moved_by_points and word1 & LOW < rules.help_rate * self.quality >> 8:
            self.count("informal_help")
            self.count("social_value", by=rules.help_value)
            self.count("welfare", by=rules.help_value)
        if model.other[i] != i:
            strategy = self.meet(model.citizens[model.other[i]], word1 >> 16)
        self.favour_or_frame()
        if (word2 & LOW) << 16 < rules.mutation:
            low = self.draw(MUTATION)[0]
            if (word2 & LOW) << 16 | low & LOW < rules.mutation:
                strategy = (low >> 16) * 3 >> 16
        self.settle(model.won[i])
        self.strategy = strategy
        self.need = int(rules.prizes[0].need_table[word3 & 255])

    def offered(self, acts, high: int, low: int):
        """Return the act that this citizen is offered, if any."""
        draw = high << 16 | low
        if draw >= acts[-1].until:
            return None
        act = next(act for act in acts if draw < act.until)
        return act if act.only >> self.group & 1 else None

    def worth(self, act) -> int:
        """Return the worth of a record of an act."""
        if not (act.scored and self.aware):
            return 0
        rules, moved = self.rules, min(self.score + act.points, act.limit)
        moved = clamp(moved, rules.floor, rules.ceiling)
        difference = self.value_of(moved) - self.value_of(self.score)
        size = rules.foresight * abs(difference) >> 24
        return size if difference >= 0 else -size

    def value_of(self, score: int) -> int:
        """Return the believed prize per tick at a score."""
        rules, belief = self.rules, self.model.belief
        position = ((score - rules.floor) * rules.bin_factor >> 24) - 128
        position = clamp(position, 0, 127 * 256)
        k, part = position >> 8, position & 255
        return belief[k] + ((belief[min(k + 1, 127)] - belief[k]) * part >> 8)

    def face_temptation(self, high: int) -> None:
        """Face at most one negative act; commit it with P = E(cost / gain scale)."""
        rules, words = self.rules, self.model.words[TEMPTED][self.i]
        act = self.offered(rules.offences, high, words[0] & LOW)
        if act is None:
            return
        self.count("temptations", act.domain)
        seen = (act.seen if self.good else act.seen_low)[self.group]
        cost = seen * max(0, -self.worth(act)) + seen * act.penalty >> 16
        cost += rules.moral * self.quality >> 8
        unable = self.wealth < act.due
        tempted = words[0] >> 16 < chance(cost * act.inverse_scale >> 16)
        if not (unable or tempted):
            return
        gain = cost + act.scale if tempted else 0
        self.count("violations", act.domain)
        self.count("violations_unable", act.domain, by=unable)
        self.count("group_violations", self.group)
        self.count("social_value", by=act.social_value)
        self.count("offender_gain", by=gain)
        self.count("welfare", by=act.social_value + gain)
        if words[1] & LOW < seen:
            self.count("violations_observed", act.domain)
            self.count("group_violations_observed", self.group)
            self.gain -= act.penalty
            if self.report(act, words[2] & LOW, words[1] >> 16):
                self.count("violations_suppressed", act.domain)
            if act.defies:
                self.meet_retaliation(words[2] >> 16)

    def use_free_time(self, high: int) -> bool:
        """Do, fake or leave at most one positive act; return whether points moved it."""
        rules, words = self.rules, self.model.words[FREE_TIME][self.i]
        act = self.offered(rules.deeds, high, words[0] & LOW)
        if act is None:
            return False
        self.count("occasions", act.domain)
        seen, draw = act.seen[self.group], words[0] >> 16
        gain = seen * max(0, self.worth(act)) >> 16
        for_itself = rules.intrinsic * self.quality >> 8
        felt = act.price * rules.price_weight // (max(1, self.means) << 12)
        cost = act.scale + felt
        inverse = ((1 << 24) + cost // 2) // cost if felt else act.inverse_scale
        willing = draw < ONE16 - chance((gain + for_itself) * inverse >> 16)
        moved = draw >= ONE16 - chance(for_itself * inverse >> 16)
        done = willing and self.wealth >= act.price
        forgery = act.price * rules.fake_cost >> 16
        net = max(0, gain - forgery)
        pretence = (self.guile * net >> 8) * rules.inverse_fake >> 16
        faked = not done and words[1] >> 16 < ONE16 - chance(pretence)
        faked = faked and self.wealth >= forgery
        if done:
            self.count("deeds_moved", act.domain, by=moved)
            self.count("deeds", act.domain)
            self.count("group_deeds", self.group)
            self.count("social_value", by=act.social_value)
            self.count("welfare", by=act.social_value)
            self.gain -= act.price
        if faked:
            self.count("deeds_faked", act.domain)
            self.gain -= forgery
        if (done or faked) and words[1] & LOW < seen:
            self.count("deeds_observed", act.domain)
            self.count("group_deeds_observed", self.group)
            self.report(act, words[2] & LOW)
        return done and moved

    def clerk(self, draw: int) -> int:
        """Return 0 for a lost record, -1 for a reversed one, else 1."""
        if draw < self.rules.lost:
            self.count("records_lost")
            return 0
        if draw < self.rules.reversed:
            self.count("records_reversed")
            return -1
        return 1

    def suppressed_at(self, human: int, draw: int) -> int | None:
        """Return the level that suppresses a negative record, or None."""
        kept = ONE16
        for level in self.patrons:
            if human or level == self.rules.deciding:
                kept = kept * (ONE16 - self.rules.favouritism[level]) >> 16
                if draw < ONE16 - kept:
                    return level
        return None

    def report(self, act, clerk_draw: int, suppress: int | None = None) -> bool:
        """Pass a record up; return whether a leader suppressed it."""
        if not act.scored:
            return False
        deciding = self.rules.deciding
        self.count("records_handled", by=deciding + 1 if act.human else 1)
        sign = self.clerk(clerk_draw) if act.human else 1
        self.fair_points += sign * act.points
        if sign > 0:
            self.fair_limit = min(self.fair_limit, act.limit)
        if suppress is not None:
            level = self.suppressed_at(act.human, suppress)
            if level is not None:
                self.count("suppressed", level)
                return True
        dealt = act.dealt
        if self.decided and dealt[3 + self.kind] != dealt[3]:
            self.count("bent", deciding)
        if self.decided and dealt[3] != dealt[0]:
            self.count("weighted", deciding)
        self.points += sign * dealt[3 * self.decided + self.kind]
        if sign > 0:
            self.limit = min(self.limit, act.limit)
        return False

    def meet_retaliation(self, draw: int) -> None:
        """Get an invented record for defiance, unless as a client."""
        kept = ONE16
        for level in self.strangers:
            kept = kept * (ONE16 - self.rules.retaliate[level]) >> 16
            if draw < ONE16 - kept:
                self.count("retaliated", level)
                self.points -= self.rules.retaliate_points[level]
                return

    def meet(self, other: "Citizen", seen_draw: int) -> int:
        """Meet a partner; return the strategy after learning."""
        rules, words = self.rules, self.model.words[PAIR][self.i]
        lower = self.i < other.i
        own, far = (0, 16) if lower else (16, 0)
        kept, returned = self.keeps(other, words, own), other.keeps(self, words, far)
        self.count("meetings")
        if kept:
            self.count("words_kept")
            self.count("social_value", by=rules.benefit - rules.cost)
        self.gain += rules.benefit * returned - rules.cost * kept
        if seen_draw < rules.meeting_seen:
            self.be_judged(other, kept, seen_draw)
        if (words[2] & 1 == 1) == lower:
            return self.strategy
        difference = other.shown_payoff - self.shown_payoff
        copies = (1 << 32) // (ONE16 + chance(abs(difference) * rules.selection >> 14))
        if difference < 0:
            copies = ONE16 - copies
        learns = words[2] >> 16 < rules.learning * copies >> 16
        return other.shown_strategy if learns else self.strategy

    def keeps(self, other: "Citizen", words, side: int) -> bool:
        """Return whether this citizen keeps its word to the other."""
        rules, strategy = self.rules, self.shown_strategy
        knows = words[1] >> side & LOW < rules.publicity
        means_to = strategy == 0 or (strategy == 2 and not (knows and not other.good))
        slips = rules.slip * (256 - self.quality) >> 8
        return means_to and words[0] >> side & LOW < ONE16 - slips

    def be_judged(self, other: "Citizen", kept: bool, draw: int) -> None:
        """Get a record of the conduct in a meeting as the norm judges it."""
        rules, word = self.rules, self.draw(JUDGED)[0]
        is_right = draw < rules.meeting_right
        self.count("meetings_recorded")
        self.count("meetings_misjudged", by=not is_right)
        self.count("records_handled", by=rules.deciding + 1)
        first = 4 * self.group + (0 if kept else 1)
        praised = (rules.norm[first + (0 if other.good else 2)] > 0) == is_right
        fairly = (rules.norm[first + (0 if other.fair_good else 2)] > 0) == is_right
        sign, honest = self.clerk(word >> 16), (rules.meeting_plus, rules.meeting_minus)
        self.fair_points += sign * (honest[0] if fairly else -honest[1])
        if not praised:
            level = self.suppressed_at(1, word & LOW)
            if level is not None:
                self.count("suppressed", level)
                return
        dealt = rules.meeting_dealt if self.decided else honest
        if dealt[not praised] != honest[not praised]:
            self.count("weighted", rules.deciding)
        self.points += sign * (dealt[0] if praised else -dealt[1])

    def favour_or_frame(self) -> None:
        """Get extra records: leaders credit their clients and frame dissenters."""
        rules, framing = self.rules, self.strangers if self.dissenter else []
        if not (self.patrons or framing):
            return
        credit, frame, *_ = self.draw(LEADERSHIP)
        level = first_below(credit, self.patrons, rules.credit_rate)
        if level is not None:
            self.count("credited", level)
            self.points += rules.credit_points[level]
        level = first_below(frame, framing, rules.frame_rate)
        if level is not None:
            self.count("framed", level)
            self.points -= rules.frame_points[level]

    def settle(self, won: bool) -> None:
        """Turn the tick into the new score, payoff and wealth."""
        rules, prize = self.rules, self.rules.prizes[0]
        self.count("dropped", by=self.limit < NO_LIMIT)
        self.score = self.moved(self.score, self.points, self.limit)
        self.fair_score = self.moved(self.fair_score, self.fair_points, self.fair_limit)
        if won and self.model.now >= rules.measured_from:
            self.prizes += 1
        self.count("welfare", by=self.gain)
        fine = clamp(self.gain + prize.value * won, -MOST_GAIN, MOST_GAIN) << 8
        self.payoff += toward_zero(fine - self.payoff, rules.payoff_rate)
        target = int(rules.wealth_target[self.means])
        wealth = self.wealth + toward_zero(target - self.wealth, rules.wealth_rate)
        wealth += self.gain + prize.wealth * won
        self.wealth = clamp(wealth, 0, MAX_WEALTH)

    def moved(self, score: int, points: int, limit: int) -> int:
        """Return a score after drift, points, grade rules and the clamp."""
        rules = self.rules
        drifted = score + toward_zero(rules.base - score, rules.drift)
        return clamp(min(drifted + points, limit), rules.floor, rules.ceiling)


def first_below(draw: int, levels: list[int], rates) -> int | None:
    """Return the first of some levels at which the added-up rates pass the draw."""
    total = 0
    for level in levels:
        total += rates[level]
        if draw < total:
            return level
    return None
