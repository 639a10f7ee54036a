"""The reference twin: the model in plain Python, one citizen at a time. Read this first.

The kernel must give the same bits for every state and output after every tick; it shares
no code with this file. All numbers are integers: chances are thresholds against 16 or 32
random bits, money is in 1/256 monthly income, points in 1/256 point. ``a >> 16`` rounds
down; where the model says "truncated" it is `toward_zero`.
"""

from . import reference_measure as measure
from . import reference_prizes as prizes
from .reference_world import Draws, World, chance, pick
from .rules import Rules

RELIABLE, OPPORTUNIST, DISCRIMINATOR = range(3)
MAX_WEALTH = 1 << 30


def toward_zero(amount: int, rate: int) -> int:
    """Return amount x rate / 65536, truncated toward zero."""
    product = amount * rate
    return product >> 16 if product >= 0 else -(-product >> 16)


def clamp(value: int, low: int, high: int) -> int:
    """Return value kept within [low, high]."""
    return min(max(value, low), high)


class Month:
    """What one tick brings one citizen before its state is updated."""

    def __init__(self):
        self.points = self.fair_points = 0
        self.gain = 0
        self.strategy = None


class Reference:
    """One replicate: a world, its state, and its outputs so far.

    Parameters
    ----------
    rules : Rules
    seed : int
        64-bit key of all draws.
    replicate : int
        Part of every counter; scenarios are not.
    """

    def __init__(self, rules: Rules, seed: int, replicate: int = 0):
        self.rules, self.draws, self.now = rules, Draws(seed, replicate), 0
        self.world = World(rules, self.draws)
        n = rules.n_citizens
        self.strategy = list(self.world.strategy)
        self.score = [rules.base] * n
        self.fair_score = [rules.base] * n
        self.wealth = [int(rules.wealth_target[means]) for means in self.world.means]
        self.payoff = [0] * n
        self.prizes = [0] * n
        self.first_grade = [0] * n
        self.belief = [int(value) for value in rules.belief]
        self.bin_count = [0] * len(self.belief)
        self.bin_wins = [0] * len(self.belief)
        self.outputs = measure.Outputs(self.world)

    def run(self, n_ticks: int) -> None:
        """Simulate the next `n_ticks` ticks."""
        for _ in range(n_ticks):
            self.tick()

    def tick(self) -> None:
        """One tick: winners first, then every citizen, then what was learnt of prizes."""
        citizens = range(self.rules.n_citizens)
        self.published = [self.publish(i) for i in citizens]
        self.starting = list(self.score)
        if self.now == self.rules.measured_from:
            self.first_grade = [self.outputs.grade(score) for score in self.score]
        self.winners, self.fair_winners = prizes.allocate(self)
        for i in citizens:
            self.live(i)
        if self.rules.learns_value:
            prizes.learn_value(self)
        self.outputs.close(self)
        self.draws.forget()
        self.now += 1

    def draw(self, purpose: str, who: int) -> int:
        """Return this tick's random bits for a purpose."""
        return self.draws(purpose, who, self.now)

    def publish(self, i: int) -> tuple:
        """Return what others read of citizen i: as at the start of the tick.

        (strategy, payoff in 1/16 in 16 bits, good standing, fair good standing)
        """
        good_from = self.rules.good_from
        payoff = clamp(self.payoff[i] >> 4, -32768, 32767)
        standing = self.score[i] >= good_from, self.fair_score[i] >= good_from
        return self.strategy[i], payoff, *standing

    # 1 Conduct -----------------------------------------------------------------------

    def live(self, i: int) -> None:
        """All that happens to citizen i in a tick; writes only its own state."""
        month = Month()
        self.face_temptation(i, month)
        helped_by_the_book = self.use_free_time(i, month)
        if not helped_by_the_book:
            self.help_informally(i)
        self.meet(i, month)
        self.be_favoured_or_framed(i, month)
        self.mutate(i, month)
        self.settle(i, month)

    def face_temptation(self, i: int, month: Month) -> None:
        """Offer at most one negative act; commit it with P = E(cost / gain scale)."""
        rules, world, count = self.rules, self.world, self.outputs.count
        kind = pick(self.draw("temptation", i), [act.until for act in rules.offences])
        if kind is None:
            return
        act = rules.offences[kind]
        count("by_domain", "temptations", act.domain)
        seen = act.seen[world.group[i]]
        loss = max(0, -self.worth(i, act.points)) if act.scored else 0
        feared = seen
        if rules.clients_know and act.scored:
            feared = seen * self.kept_on_record(i, act.human) >> 16
        cost = feared * (loss + act.penalty) >> 16
        cost += rules.moral * world.quality[i] >> 8
        if self.draw("commit", i) >= chance(cost * act.inverse_scale >> 16):
            return
        count("by_domain", "violations", act.domain)
        count("by_group", "group_violations", world.group[i])
        count("sums", "social_value", by=act.social_value)
        if self.draw("offence_seen", i) < seen:
            count("by_domain", "violations_observed", act.domain)
            count("by_group", "group_violations_observed", world.group[i])
            month.gain -= act.penalty
            if self.report(i, month, act, "offence_clerk", "suppress"):
                count("by_domain", "violations_suppressed", act.domain)

    def use_free_time(self, i: int, month: Month) -> bool:
        """Offer at most one positive act; say whether a scored deed was really done."""
        rules, world, count = self.rules, self.world, self.outputs.count
        kind = pick(self.draw("occasion", i), [act.until for act in rules.deeds])
        if kind is None:
            return False
        act = rules.deeds[kind]
        count("by_domain", "occasions", act.domain)
        seen = act.seen[world.group[i]]
        gain = seen * max(0, self.worth(i, act.points)) >> 16 if act.scored else 0
        want = gain + (rules.intrinsic * world.quality[i] >> 8)
        willing = self.draw("do", i) < 65536 - chance(want * act.inverse_scale >> 16)
        done = willing and self.wealth[i] >= act.price
        pretence = (world.guile[i] * gain >> 8) * rules.inverse_fake >> 16
        faked = not done and self.draw("fake", i) < 65536 - chance(pretence)
        if done:
            count("by_domain", "deeds", act.domain)
            count("sums", "social_value", by=act.social_value)
            month.gain -= act.price
        if faked:
            count("by_domain", "deeds_faked", act.domain)
        if (done or faked) and self.draw("deed_seen", i) < seen:
            count("by_domain", "deeds_observed", act.domain)
            self.report(i, month, act, "deed_clerk")
        return done and bool(act.scored)

    def help_informally(self, i: int) -> None:
        """Unscored help, with a chance that rises in quality."""
        rules = self.rules
        if self.draw("help", i) < rules.help_rate * self.world.quality[i] >> 8:
            self.outputs.count("sums", "informal_help")
            self.outputs.count("sums", "social_value", by=rules.help_value)

    def worth(self, i: int, points: int) -> int:
        """Return what gaining `points` is worth to citizen i: money, signed."""
        if not (self.world.aware[i] and self.world.enrolled[i]):
            return 0
        if self.rules.sloped:
            difference = self.rules.slope * points >> 16
        else:
            score = self.score[i]
            moved = clamp(score + points, self.rules.floor, self.rules.ceiling)
            difference = self.value_of(moved) - self.value_of(score)
        size = self.rules.foresight * abs(difference) >> 24
        return size if difference >= 0 else -size

    def value_of(self, score: int) -> int:
        """Return B(score): the mean prize a tick, linear between bin centres."""
        position = ((score - self.rules.floor) * self.rules.bin_factor >> 24) - 128
        position = clamp(position, 0, 127 * 256)
        k, part = position >> 8, position & 255
        here, above = self.belief[k], self.belief[min(k + 1, 127)]
        return here + ((above - here) * part >> 8)

    # 2 Meeting -----------------------------------------------------------------------

    def meet(self, i: int, month: Month) -> None:
        """Meet the partner of this tick's slot; both moves follow from the pair's draws."""
        rules, count = self.rules, self.outputs.count
        if not rules.slot_spans:
            return
        slot = self.draw("slot", 0) * len(rules.slot_spans) >> 32
        other = self.world.partners[slot][i]
        if other == i:
            return
        kept, returned = self.keeps(i, other), self.keeps(other, i)
        count("sums", "meetings")
        if kept:
            count("sums", "words_kept")
            count("sums", "social_value", by=rules.benefit - rules.cost)
        month.gain += rules.benefit * returned - rules.cost * kept
        self.judge(i, other, kept, month)
        self.learn(i, other, month)

    def keeps(self, i: int, other: int) -> bool:
        """Say whether citizen i keeps its word to the other."""
        pair, side = min(i, other), "lower" if i < other else "upper"
        strategy, _, _, _ = self.published[i]
        _, _, other_is_good, _ = self.published[other]
        knows = self.draw(f"{side}_knows", pair) < self.rules.publicity
        means_to = strategy == RELIABLE or (
            strategy == DISCRIMINATOR and not (knows and not other_is_good)
        )
        slips = self.rules.slip * (256 - self.world.quality[i]) >> 8
        able = self.draw(f"{side}_keeps", pair) < 65536 - slips
        return means_to and able

    def judge(self, i: int, other: int, kept: bool, month: Month) -> None:
        """Record the conduct in a meeting, if observed, as the norm judges it."""
        rules, count = self.rules, self.outputs.count
        if not self.world.enrolled[i]:
            return
        if self.draw("meeting_seen", i) >= rules.meeting_seen:
            return
        count("sums", "meetings_recorded")
        _, _, good, fair_good = self.published[other]
        praised = rules.norm[(0 if good else 2) + (0 if kept else 1)] > 0
        fairly = rules.norm[(0 if fair_good else 2) + (0 if kept else 1)] > 0
        sign = self.clerk(self.draw("meeting_clerk", i))
        month.fair_points += sign * (
            rules.meeting_plus if fairly else -rules.meeting_minus
        )
        if not praised:
            level = self.suppressed_at(i, True, self.draw("meeting_suppress", i))
            if level is not None:
                count("by_level", "suppressed", level)
                return
        honest = rules.meeting_plus, rules.meeting_minus
        dealt = (
            rules.meeting_dealt
            if self.world.leader_bends(i, rules.deciding)
            else honest
        )
        if dealt[not praised] != honest[not praised]:
            count("by_level", "weighted", rules.deciding)
        month.points += sign * (dealt[0] if praised else -dealt[1])

    # 3 Record and report ---------------------------------------------------------------

    def clerk(self, draw: int) -> int:
        """Return 0 for a record lost on the way up, -1 for one reversed, else 1."""
        if draw < self.rules.lost:
            self.outputs.count("sums", "records_lost")
            return 0
        if draw < self.rules.reversed:
            self.outputs.count("sums", "records_reversed")
            return -1
        return 1

    def report(self, i, month, act, clerk: str, suppress: str | None = None) -> bool:
        """Pass the record of an observed act up; say whether a leader suppressed it."""
        rules, world, count = self.rules, self.world, self.outputs.count
        if not (act.scored and world.enrolled[i]):
            return False
        sign = self.clerk(self.draw(clerk, i)) if act.human else 1
        month.fair_points += sign * act.points
        if suppress:
            level = self.suppressed_at(i, act.human, self.draw(suppress, i))
            if level is not None:
                count("by_level", "suppressed", level)
                return True
        bends = world.leader_bends(i, rules.deciding)
        kind = 1 if world.tied[i][rules.deciding] else 2 if world.dissenter[i] else 0
        if bends and act.dealt[3 + kind] != act.dealt[3]:
            count("by_level", "bent", rules.deciding)
        if bends and act.dealt[3] != act.dealt[0]:
            count("by_level", "weighted", rules.deciding)
        month.points += sign * act.dealt[3 * bends + kind]
        return False

    def patrons(self, i: int, human: bool) -> list[int]:
        """Return the levels at which a leader would cover for citizen i, lowest first."""
        deciding = self.rules.deciding
        levels = range(deciding + 1) if human else [deciding]
        world = self.world
        return [
            level
            for level in levels
            if world.tied[i][level] and world.leader_bends(i, level)
        ]

    def suppressed_at(self, i: int, human: bool, draw: int) -> int | None:
        """Return the level that suppresses a negative record, or None."""
        kept = 65536
        for level in self.patrons(i, human):
            kept = kept * (65536 - self.rules.favour[level]) >> 16
            if draw < 65536 - kept:
                return level
        return None

    def kept_on_record(self, i: int, human: bool) -> int:
        """Return the chance (16 bit) that no leader suppresses a record of citizen i."""
        kept = 65536
        for level in self.patrons(i, human):
            kept = kept * (65536 - self.rules.favour[level]) >> 16
        return kept

    def be_favoured_or_framed(self, i: int, month: Month) -> None:
        """Extra records: leaders credit their clients and frame dissenters."""
        rules, world, count = self.rules, self.world, self.outputs.count
        if not (rules.scored and world.enrolled[i]):
            return
        credit, frame = self.draw("credit", i), self.draw("frame", i)
        levels = [
            level for level in range(rules.deciding + 1) if world.leader_bends(i, level)
        ]
        crediting = [level for level in levels if world.tied[i][level]]
        framing = [
            level for level in levels if not world.tied[i][level] and world.dissenter[i]
        ]
        level = first_below(credit, crediting, rules.credit_rate)
        if level is not None:
            count("by_level", "credited", level)
            month.points += rules.credit_points[level]
        level = first_below(frame, framing, rules.frame_rate)
        if level is not None:
            count("by_level", "framed", level)
            month.points -= rules.frame_points[level]

    # 4 Score, 6 prizes, 7 learning and means -------------------------------------------

    def settle(self, i: int, month: Month) -> None:
        """Turn the month into the new state: drift, add, clamp; prizes; payoff; wealth."""
        rules = self.rules
        if rules.scored and self.world.enrolled[i]:
            self.score[i] = self.ledger(self.score[i], month.points)
            self.fair_score[i] = self.ledger(self.fair_score[i], month.fair_points)
        won = self.winners[i]
        if won and self.now >= rules.measured_from:
            self.prizes[i] = min(self.prizes[i] + 1, 65535)
        gain = month.gain + rules.prize_value * won
        self.payoff[i] += toward_zero(gain - self.payoff[i], rules.payoff_rate)
        target = int(rules.wealth_target[self.world.means[i]])
        wealth = self.wealth[i] + toward_zero(
            target - self.wealth[i], rules.wealth_rate
        )
        wealth += month.gain + rules.prize_wealth * won
        self.wealth[i] = clamp(wealth, 0, MAX_WEALTH)
        if month.strategy is not None:
            self.strategy[i] = month.strategy

    def ledger(self, score: int, points: int) -> int:
        """Return the score after drift to base, the points, and the clamp."""
        rules = self.rules
        drifted = score + toward_zero(rules.base - score, rules.drift)
        return clamp(drifted + points, rules.floor, rules.ceiling)

    def learn(self, i: int, other: int, month: Month) -> None:
        """One side of a meeting may copy the other's strategy, by the Fermi rule."""
        pair = min(i, other)
        learner = other if (self.draw("learner", pair) == 1) == (i < other) else i
        if learner != i:
            return
        difference = self.published[other][1] - self.published[i][1]
        x = min(abs(difference) * self.rules.selection >> 8, 4096)
        copies = (1 << 32) // (65536 + chance(x))
        if difference < 0:
            copies = 65536 - copies
        if self.draw("learn", pair) < self.rules.learning * copies >> 16:
            month.strategy = self.published[other][0]

    def mutate(self, i: int, month: Month) -> None:
        """Rarely, take a random strategy."""
        if self.draw("mutate", i) < self.rules.mutation:
            month.strategy = self.draw("mutant", i) * 3 >> 16


def first_below(draw: int, levels: list[int], rates) -> int | None:
    """Return the first of `levels` at which the added-up rates pass the draw, or None."""
    total = 0
    for level in levels:
        total += rates[level]
        if draw < total:
            return level
    return None
