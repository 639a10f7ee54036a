"""The model for Numba: one compiled loop over citizens, scalar draws, few of them.

Of a tick's random blocks a citizen draws the two that everybody needs; others only where a
citizen needs them. What partners read is packed into one number per citizen and kept twice,
so that the loop can write the next tick's. Applicants are collected in the same loop.
"""

from common import (
    BY_DOMAIN,
    BY_GROUP,
    MAX_WEALTH,
    MOST_GAIN,
    SUMS,
)
from numba import njit
from numba_records import (
    FAIR_GOOD,
    FAIR_LIMIT,
    FAIR_POINTS,
    FAST,
    GAIN,
    GOOD,
    LIMIT,
    LOW,
    POINTS,
    chance,
    clamp,
    favour_or_frame,
    judge,
    philox,
    report,
    retaliate,
    toward_zero,
)

from scsfast.model.draws import (
    CITIZEN,
    FREE_TIME,
    MUTATION,
    PAIR,
    TEMPTED,
)
from scsfast.model.integers.fixed_point import NO_LIMIT, ONE16


@njit(**FAST)
def grade(r, score):
    """Return the number of the grade, the lowest is 0."""
    found = 0
    for cut in r.cuts:
        found += score >= cut
    return found


@njit(**FAST)
def pick(until, draw):
    """Return the first act with draw < until, or -1."""
    for k in range(len(until)):
        if draw < until[k]:
            return k
    return -1


@njit(**FAST)
def value_of(r, belief, score):
    """Return the believed prize per tick at a score, linear between bin centres."""
    position = ((score - r.floor) * r.bin_factor >> 24) - 128
    position = clamp(position, 0, 127 * 256)
    k, part = position >> 8, position & 255
    above = belief[min(k + 1, 127)]
    return belief[k] + ((above - belief[k]) * part >> 8)


@njit(**FAST)
def worth(r, w, s, belief, i, acts, k):
    """Return the worth of a record to citizen i."""
    if not (acts.scored[k] and w.aware[i]):
        return 0
    moved = min(s.score[i] + acts.points[k], acts.limit[k])
    moved = clamp(moved, r.floor, r.ceiling)
    difference = value_of(r, belief, moved) - value_of(r, belief, s.score[i])
    size = r.foresight * abs(difference) >> 24
    return size if difference >= 0 else -size


@njit(**FAST)
def face_temptation(r, w, s, out, belief, i, now, high, good, acts, month):
    """Offer at most one negative act; commit it with P = E(cost / gain scale)."""
    if high << 16 >= acts.until[-1]:
        return
    word0, word1, word2, _ = philox(i, now, TEMPTED)
    k = pick(acts.until, high << 16 | word0 & LOW)
    if k < 0 or not acts.only[k] >> w.group[i] & 1:
        return
    domain, group = out.by_domain[acts.domain[k]], w.group[i]
    domain[BY_DOMAIN.temptations] += 1
    seen = acts.seen[k, group] if good else acts.seen_low[k, group]
    loss = max(0, -worth(r, w, s, belief, i, acts, k))
    cost = seen * loss + seen * acts.penalty[k] >> 16
    cost += r.moral * w.quality[i] >> 8
    unable = s.wealth[i] < acts.due[k]
    tempted = word0 >> 16 < chance(cost * acts.inverse_scale[k] >> 16)
    if not (unable or tempted):
        return
    domain[BY_DOMAIN.violations] += 1
    domain[BY_DOMAIN.violations_unable] += unable
    out.by_group[group, BY_GROUP.group_violations] += 1
    gain = cost + acts.scale[k] if tempted else 0
    out.sums[SUMS.social_value] += acts.social_value[k]
    out.sums[SUMS.offender_gain] += gain
    out.sums[SUMS.welfare] += acts.social_value[k] + gain
    if word1 & LOW < seen:
        domain[BY_DOMAIN.violations_observed] += 1
        out.by_group[group, BY_GROUP.group_violations_observed] += 1
        month[GAIN] -= acts.penalty[k]
        if report(r, w, out, i, acts, k, word2 & LOW, word1 >> 16, month):
            domain[BY_DOMAIN.violations_suppressed] += 1
        if acts.defies[k]:
            retaliate(r, w, out, i, word2 >> 16, month)


@njit(**FAST)
def inverse_cost(r, w, i, acts, k):
    """Return 65536 x 256 / mean cost of a deed, its price felt by income included."""
    felt = acts.price[k] * r.price_weight // (max(1, w.means[i]) << 12)
    cost = acts.scale[k] + felt
    return ((1 << 24) + cost // 2) // cost if felt else acts.inverse_scale[k]


@njit(**FAST)
def use_free_time(r, w, s, out, belief, i, now, high, acts, month):
    """Offer at most one positive act; return whether points moved citizen i to do it."""
    if high << 16 >= acts.until[-1]:
        return False
    word0, word1, word2, _ = philox(i, now, FREE_TIME)
    k = pick(acts.until, high << 16 | word0 & LOW)
    if k < 0 or not acts.only[k] >> w.group[i] & 1:
        return False
    domain, group = out.by_domain[acts.domain[k]], w.group[i]
    domain[BY_DOMAIN.occasions] += 1
    seen, draw = acts.seen[k, group], word0 >> 16
    gain = seen * max(0, worth(r, w, s, belief, i, acts, k)) >> 16
    for_itself = r.intrinsic * w.quality[i] >> 8
    inverse = inverse_cost(r, w, i, acts, k)
    willing = draw < ONE16 - chance((gain + for_itself) * inverse >> 16)
    moved = draw >= ONE16 - chance(for_itself * inverse >> 16)
    done = willing and s.wealth[i] >= acts.price[k]
    forgery = acts.price[k] * r.fake_cost >> 16
    pretence = (w.guile[i] * max(0, gain - forgery) >> 8) * r.inverse_fake >> 16
    faked = not done and word1 >> 16 < ONE16 - chance(pretence)
    faked = faked and s.wealth[i] >= forgery
    if done:
        domain[BY_DOMAIN.deeds_moved] += moved
        domain[BY_DOMAIN.deeds] += 1
        out.by_group[group, BY_GROUP.group_deeds] += 1
        out.sums[SUMS.social_value] += acts.social_value[k]
        out.sums[SUMS.welfare] += acts.social_value[k]
        month[GAIN] -= acts.price[k]
    if faked:
        domain[BY_DOMAIN.deeds_faked] += 1
        month[GAIN] -= forgery
    if (done or faked) and word1 & LOW < seen:
        domain[BY_DOMAIN.deeds_observed] += 1
        out.by_group[group, BY_GROUP.group_deeds_observed] += 1
        report(r, w, out, i, acts, k, word2 & LOW, -1, month)
    return done and moved


@njit(**FAST)
def keeps(r, strategy, quality, knows, partner_good, able):
    """Return whether a citizen keeps its word: reliable, or a discriminator who may."""
    shuns = knows < r.publicity and not partner_good
    means_to = strategy == 0 or (strategy == 2 and not shuns)
    return means_to and able < ONE16 - (r.slip * (256 - quality) >> 8)


@njit(**FAST)
def meet(r, w, s, out, i, other, now, seen_draw, published, month):
    """Meet a partner; return the strategy that citizen i takes over, or its own."""
    word0, word1, word2, _ = philox(min(i, other), now, PAIR)
    mine, theirs = published[i], published[other]
    own, far = (0, 16) if i < other else (16, 0)
    kept = keeps(
        r, mine & 3, w.quality[i], word1 >> own & LOW, theirs & GOOD, word0 >> own & LOW
    )
    returned = keeps(
        r,
        theirs & 3,
        w.quality[other],
        word1 >> far & LOW,
        mine & GOOD,
        word0 >> far & LOW,
    )
    out.sums[SUMS.meetings] += 1
    out.sums[SUMS.words_kept] += kept
    out.sums[SUMS.social_value] += (r.benefit - r.cost) * kept
    month[GAIN] += r.benefit * returned - r.cost * kept
    if seen_draw < r.meeting_seen:
        judge(r, w, out, i, now, seen_draw, kept, theirs, month)
    if (word2 & 1) == (i < other):
        return mine & 3
    difference = (theirs >> 16) - (mine >> 16)
    x = min(abs(difference) * r.selection >> 14, 4096)
    copies = (1 << 32) // (ONE16 + chance(x))
    if difference < 0:
        copies = ONE16 - copies
    return theirs & 3 if word2 >> 16 < r.learning * copies >> 16 else mine & 3


@njit(**FAST)
def moved_score(r, score, points, limit):
    """Return a score after drift, points, grade rules and the clamp."""
    drifted = score + toward_zero(r.base - score, r.drift)
    return clamp(min(drifted + points, limit), r.floor, r.ceiling)


@njit(**FAST)
def settle(r, w, s, out, i, now, month):
    """Turn a citizen's tick into its new score, prizes, payoff and wealth."""
    out.sums[SUMS.dropped] += month[LIMIT] < NO_LIMIT
    s.score[i] = moved_score(r, s.score[i], month[POINTS], month[LIMIT])
    fair = moved_score(r, s.fair_score[i], month[FAIR_POINTS], month[FAIR_LIMIT])
    s.fair_score[i] = fair
    won = s.won[i]
    s.won[i] = 0
    if won and now >= r.measured_from:
        s.prizes[i] = min(s.prizes[i] + 1, 65535)
    gain = month[GAIN] + r.prize.value * won
    out.sums[SUMS.welfare] += month[GAIN]
    fine = clamp(gain, -MOST_GAIN, MOST_GAIN) << 8
    s.payoff[i] += toward_zero(fine - s.payoff[i], r.payoff_rate)
    wealth = s.wealth[i]
    wealth += toward_zero(r.wealth_target[w.means[i]] - wealth, r.wealth_rate)
    wealth += month[GAIN] + r.prize.wealth * won
    s.wealth[i] = clamp(wealth, 0, MAX_WEALTH)


@njit(**FAST)
def published_of(r, s, i):
    """Return what others read of a citizen: payoff, standing and strategy in one number."""
    payoff = clamp(s.payoff[i] >> 6, -32768, 32767)
    good = GOOD * (s.score[i] >= r.good_from)
    fair_good = FAIR_GOOD * (s.fair_score[i] >= r.good_from)
    return payoff << 16 | fair_good | good | s.strategy[i]


@njit(**FAST)
def live(r, w, s, out, belief, offences, deeds, at, now, other, old, new, ask, month):
    """Simulate the tick of the citizens of a village; list those who apply next."""
    (start, stop), n_asking = at, 0
    for i in range(start, stop):
        month[:3] = 0
        month[LIMIT] = month[FAIR_LIMIT] = NO_LIMIT
        k = (s.score[i] - r.floor) * r.bin_factor >> 32
        out.bins[k] += 1
        out.bin_wins[k] += s.won[i]
        word0, word1, word2, word3 = philox(i, now, CITIZEN)
        good, high = old[i] & GOOD, word0 & LOW
        face_temptation(r, w, s, out, belief, i, now, high, good, offences, month)
        moved = use_free_time(r, w, s, out, belief, i, now, word0 >> 16, deeds, month)
        if not moved and word1 & LOW < r.help_rate * w.quality[i] >> 8:
            out.sums[SUMS.informal_help] += 1
            out.sums[SUMS.social_value] += r.help_value
            out.sums[SUMS.welfare] += r.help_value
        strategy = s.strategy[i]
        if other[i] != i:
            strategy = meet(r, w, s, out, i, other[i], now, word1 >> 16, old, month)
        favour_or_frame(r, w, out, i, now, month)
        if (word2 & LOW) << 16 < r.mutation:
            low, _, _, _ = philox(i, now, MUTATION)
            if (word2 & LOW) << 16 | low & LOW < r.mutation:
                strategy = (low >> 16) * 3 >> 16
        settle(r, w, s, out, i, now, month)
        s.strategy[i] = strategy
        new[i] = published_of(r, s, i)
        need = r.need[word3 & 255]
        if need >= r.prize.need_from:
            ask.who[start + n_asking], ask.need[start + n_asking] = i, need
            n_asking += 1
    return n_asking
