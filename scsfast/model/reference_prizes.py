"""Prizes in the reference twin: who wins them, and what citizens learn from that.

Plain Python, one citizen at a time; `twin` is the `Reference` whose tick it is.
"""

from .regime import ALLOCATIONS


def allocate(twin) -> tuple[list[bool], list[bool]]:
    """Hand out the places of every pool; return who won, and who would have fairly."""
    rules, n = twin.rules, twin.rules.n_citizens
    need = [int(rules.need_table[twin.draw("need", i)]) for i in range(n)]
    lot = [twin.draw("lot", i) for i in range(n)]
    won, fair, oracle = ([False] * n for _ in range(3))
    for start in range(0, n, rules.pool_span):
        pool = range(start, min(start + rules.pool_span, n))
        asking = [i for i in pool if need[i] >= rules.need_from]
        share = (rules.capacity * pool.stop >> 32) - (rules.capacity * start >> 32)
        places = min(share, len(asking))
        values = {i: need[i] * twin.world.quality[i] for i in asking}
        ranks = {i: rank(twin, i, need[i], values[i]) for i in asking}
        for chosen, key in ((won, 0), (fair, 1), (oracle, 2)):
            order = sorted(asking, key=lambda i: (-ranks[i][key], -lot[i], i))
            for i in order[:places]:
                chosen[i] = True
        twin.outputs.allotted(
            places, values, won, fair, oracle, tied_at_desk(twin, asking)
        )
    return won, fair


def rank(twin, i: int, need: int, value: int) -> tuple[int, int, int]:
    """Return the integer ranks of an applicant: actual, fair, oracle."""
    rules, rule = twin.rules, ALLOCATIONS[twin.rules.allocation]
    if rule == "score":
        if not (twin.world.enrolled[i] and rules.scored):
            return 0, 0, value
        bonus = rules.desk_bonus if lifted(twin, i) else 0
        points = (twin.score[i] - rules.floor >> 8) + 1 + bonus
        return points, (twin.fair_score[i] - rules.floor >> 8) + 1, value
    if rule == "market":
        bid = min(need * (twin.wealth[i] >> 8), 65000)
        return bid, bid, value
    return (value, value, value) if rule == "oracle" else (0, 0, value)


def lifted(twin, i: int) -> bool:
    """Say whether the leader at the desk puts citizen i forward."""
    level = twin.rules.desk_level
    return twin.world.tied[i][level] and twin.world.leader_bends(i, level)


def tied_at_desk(twin, asking: list[int]) -> int:
    """Return how many enrolled applicants the desk ranks higher."""
    if not twin.rules.desk_bonus:
        return 0
    return sum(lifted(twin, i) and twin.world.enrolled[i] for i in asking)


def learn_value(twin) -> None:
    """Update B from this tick's prizes by the score that citizens came with."""
    rules, bins = twin.rules, range(len(twin.belief))
    twin.bin_count = [c - c // rules.belief_memory for c in twin.bin_count]
    twin.bin_wins = [w - w // rules.belief_memory for w in twin.bin_wins]
    for i in range(rules.n_citizens):
        if twin.world.enrolled[i]:
            k = (twin.starting[i] - rules.floor) * rules.bin_factor >> 32
            twin.bin_count[k] += 16
            twin.bin_wins[k] += 16 * twin.winners[i]
    total = sum(twin.bin_count)
    mean = (sum(twin.bin_wins) << 20) // total if total else 0
    value = rules.prize_value << 8
    filled = [k for k in bins if twin.bin_count[k]]
    for k in filled:
        share = (twin.bin_wins[k] << 20) + rules.prior * mean
        twin.belief[k] = value * (share // (twin.bin_count[k] + rules.prior)) >> 20
    for k in bins:
        if filled and not twin.bin_count[k]:
            nearest = min(filled, key=lambda other: (abs(other - k), other))
            twin.belief[k] = twin.belief[nearest]
