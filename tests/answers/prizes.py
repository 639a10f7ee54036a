"""Known answers about prizes and money: allocation, capacity, the worth of scores."""

from collections.abc import Iterator

import numpy as np
from scipy import stats

from .lab import (
    DEEDS_DONE,
    OPEN,
    Check,
    act,
    case,
    exact,
    in_points,
    measured,
    outputs,
    points,
    within,
)


def chosen_by(score, quality, chance, top):
    """Return (mean, variance, marginal mean) of quality in the top share by score.

    Cells (score, quality) come with their chances; ties at the margin are drawn.
    """
    level = (score - score.min()).astype(np.int64)  # scores are whole
    sums = np.stack([np.bincount(level, chance * quality**k)[::-1] for k in range(3)])
    mass, first, second = sums[:, sums[0] > 0]
    taken = np.clip((top - (np.cumsum(mass) - mass)) / mass, 0, 1)
    mean, square = (taken * first).sum() / top, (taken * second).sum() / top
    margin = np.flatnonzero(taken)[-1]
    return mean, square - mean**2, first[margin] / mass[margin]


def correlation(score, quality, chance) -> float:
    """Return the correlation of score and quality over cells with their chances."""
    covariance = np.cov(score, quality, aweights=chance)
    return covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])


def efficiency(label, cells, quality, top, values, places, n) -> Iterator[Check]:
    """Yield checks of the efficiency and gain of prizes by a score.

    `cells` are score, quality and chance; `values` the mean quality of winners, of the
    oracle's winners and of applicants.
    """
    won, oracle, lottery = values
    middle, sd = quality.mean(), quality.std()
    mean, within_top, margin = chosen_by(*cells, top)
    best, within_best, edge = chosen_by(quality, quality, np.full(256, 1 / 256), top)
    expected, r = (mean - middle) / (best - middle), correlation(*cells)
    # A selected mean varies by who is selected and by where the margin falls. The errors
    # of winners, oracle and applicants are added: nothing is assumed of how they go along.
    errors = [
        np.sqrt((of + (1 - top) * (at - mu) ** 2) / places)
        for of, at, mu in ((within_top, margin, mean), (within_best, edge, best))
    ]
    error = errors[0] + expected * errors[1] + (1 - expected) * sd / np.sqrt(n)
    got, error, of = (
        (won - lottery) / (oracle - lottery),
        error / (best - middle),
        "prizes",
    )
    yield measured(f"{label}: efficiency", expected, got, error, places, of)
    off = abs(expected - r)
    yield measured(f"{label}: efficiency = r", r, got, error, places, of, off)
    factor, scale = stats.norm.pdf(stats.norm.isf(top)) / top, (best - middle) / sd
    gain, off = (won - lottery) / sd, abs((mean - middle) / sd - r * factor)
    what = f"{label}: gain = r phi(z)/p"
    yield measured(what, r * factor, gain, scale * error, places, of, off)


@case(
    "K6",
    30_000,
    2_000_000,
    {"leaders.all.credit_points": 0.5},
    {"world.conduct.moral": 0.75},
)
def allocation_by_score(lab):
    """Prizes by a noisy score with correlation r to quality: efficiency r and mean gain
    r phi(z)/p standard deviations, r = s/sqrt(s^2 + e^2 + b^2) with favours b
    independent of quality. Offences are binomial given quality: the expectation is
    summed over that distribution; r is its normal limit, and its deviation is a bound.
    """
    ticks, levels, credited, worth = 230, 4, 0.25, 0.125
    kinds = {"loan": {**OPEN, "capacity": 0.05}, "many": {**OPEN, "capacity": 0.2}}
    simulation = lab.run(
        {
            "world.n_ticks": ticks,
            "world.acts": [act("a", 1.0, penalty=113 / 256)],
            "world.conduct.moral": 0.5,
            "world.population.quality": {"kind": "normal", "mean": 0.5, "sd": 0.15},
            "world.population.ties": [0.5] * levels,
            "world.prize": kinds,
            "regime": {"deciding": "city", "discretion": 1.0},
            "regime.acts": points(a=-1),
            "leaders.all": {"credit_rate": 12 * credited, "credit_points": worth},
        }
    )
    quality, records = simulation.rules.quality_table.astype(float), ticks - 1
    commits = np.exp(-(113 + np.floor(quality / 2)) / 256)  # about one half
    score, favours = -np.arange(records + 1)[:, None], np.arange(records + 1)
    honest = stats.binom.pmf(-score, records, commits) / 256  # [offences, quality]
    tied = np.arange(levels + 1)
    chances = stats.binom.pmf(favours, records, credited * tied[:, None])
    lifted = stats.binom.pmf(tied, levels, 0.5) @ chances
    lifted = np.bincount(np.floor(worth * favours).astype(int), lifted)
    shifts = np.arange(len(lifted))[:, None, None]
    judges = {
        "fair": (score, quality, honest),
        "actual": (score + shifts, quality, lifted[:, None, None] * honest),
    }
    found = outputs(simulation)
    for judge, cells in judges.items():
        cells = [x.ravel() for x in np.broadcast_arrays(*cells)]
        name = "fair_prize_value" if judge == "fair" else "prize_value"
        for kind, top in enumerate((0.05, 0.2)):
            places = int(found["places"][-1, kind])
            needs = places * int(simulation.rules.prizes[kind].need_table[0])
            values = [found[key][-1, kind] for key in (name, "oracle_prize_value")]
            values.append(found["lottery_prize_value"][-1, kind] / 65536)
            means, label = (
                [value / needs for value in values],
                f"{judge} score, p={top:g}",
            )
            yield from efficiency(label, cells, quality, top, means, places, lab.n)


@case("K6, 7.8", 20_000, 500_000, {"regime.allocation": "market"})
def allocation_by_lot(lab):
    """A lottery has efficiency 0 on average, the oracle exactly 1."""
    world = {
        "world.n_ticks": 24,
        "world.prize.loan": {"capacity": 0.02, "need_from": 0.5},
    }
    for allocation, expected in (("lottery", 0.0), ("oracle", 1.0)):
        regime = {"scorer": "none", "allocation": allocation}
        simulation = lab.run({**world, "regime": regime})
        found = outputs(simulation)
        value, oracle = found["prize_value"].sum(), found["oracle_prize_value"].sum()
        lottery, places = (
            found["lottery_prize_value"].sum() / 65536,
            found["places"].sum(),
        )
        need = simulation.rules.prizes[0].need_table.astype(float)
        need, quality = need[need >= 128], simulation.rules.quality_table.astype(float)
        spread = (need**2).mean() * (quality**2).mean() - (
            need.mean() * quality.mean()
        ) ** 2
        error = np.sqrt(places * spread) / (oracle - lottery) if not expected else 0.0
        got = (value - lottery) / (oracle - lottery)
        yield measured(
            f"{allocation}: efficiency", expected, got, error, places, "prizes"
        )


@case("7.8", 5_003, 200_003, {"world.prize.loan.need_from": 0.999})
def capacity(lab):
    """Pools [s, e) hand out floor(c e) - floor(c s) places each, floor(c n) in total,
    under every rule; where there are enough places every applicant gets one.
    """
    world, share = {"world.n_ticks": 3, "world.spans": [50, 500, 2500]}, 0.037
    for allocation in ("score", "lottery", "market", "oracle"):
        for pool in ("village", "county", "top"):
            loan = {"capacity": share, "need_from": 0.0, "pool": pool}
            keys = {**world, "world.prize.loan": loan, "regime.allocation": allocation}
            got = int(outputs(lab.run(keys))["prizes"].sum())
            what = f"prizes by {allocation} in pools of {pool}"
            yield exact(what, 3 * int(share * lab.n), got, lab.n)
    wide = {"world.prize.loan": {"capacity": 1.0, "need_from": 0.5}}
    found = outputs(lab.run({**world, **wide}))
    asked, won = (int(found[name].sum()) for name in ("applicants", "prizes"))
    yield exact("prizes without scarcity", asked, won, lab.n)


@case(
    "7.2",
    20_000,
    1_000_000,
    {"regime.belief.prior": 1000.0},
    {"regime.index.identity.rural": 0.8},
)
def belief_is_experience(lab):
    """B, the value that citizens attribute to a score, is the mean prize of citizens
    with this score: the places per head if all go to the best group, and 0 for the
    others. Bound: B is kept in 1/65536.
    """
    places, value = 0.01, 3.0
    weights = {"history": 0.0, "capacity": 0.0, "behaviour": 0.0, "network": 0.0}
    identity = {"urban": 0.6, "rural": 0.4, "migrant": 0.2, "official": 0.8}
    bins = {"grade": (1, 0), "score": (102, 76)}  # of 800 and 600 points
    for allocation, (best, other) in bins.items():
        simulation = lab.run(
            {
                "world.n_ticks": 3,
                "world.prize.loan": {**OPEN, "capacity": places, "value": value},
                "regime": {"scorer": "index", "floor": 0, "base": 0, "ceiling": 1000},
                "regime.grades": [{"name": "low"}, {"name": "high", "from": 700}],
                "regime.index": {"rate": 1.0, "weights": {**weights, "identity": 1.0}},
                "regime.index.identity": identity,
                "regime.belief": {"kind": "experience", "prior": 0.0, "memory": 1.0},
                "regime.allocation": allocation,
            }
        )
        officials = (simulation.arrays["traits"] & 3 == 3).sum()
        expected, belief = (
            value * int(places * lab.n) / officials,
            simulation.arrays["belief"],
        )
        got, bound = belief[0] / 65536, value * 2**-20 + 2**-16
        yield within(
            f"by {allocation}: the best", expected, got[best], bound, officials
        )
        yield exact(f"by {allocation}: the others", 0, got[other], lab.n - officials)


@case(
    "7.9",
    20_000,
    1_000_000,
    {"world.wealth_memory": 40.0},
    {"world.meetings.payoff_memory": 10},
)
def money(lab):
    """Wealth approaches the level that income sustains, less price/r, by the factor 1 -
    r per tick, and a prize adds to it; the payoff is the moving average of gains.
    Bound: truncation.
    """
    ticks, price, places, memory, r = 24, 0.5, 0.02, 8, 1 / 32
    simulation = lab.run(
        {
            **DEEDS_DONE,
            "world.n_ticks": ticks,
            "world.wealth_memory": 1 / r,
            "world.meetings.payoff_memory": memory,
            "world.acts": [act("deed", 1.0, "positive", price=price)],
            "world.prize.loan": {
                **OPEN,
                "capacity": places,
                "value": 2.0,
                "wealth": 4.0,
            },
            "regime.allocation": "lottery",
        }
    )
    won = int(places * lab.n) / lab.n
    wealth = 12 + (4 * won - price) * (1 - (1 - r) ** ticks) / r
    payoff = (2 * won - price) * (1 - (1 - 1 / memory) ** ticks)
    bounds = {"wealth": 1 / 256 / r, "payoff": memory / 65536}
    for name, expected in (("wealth", wealth), ("payoff", payoff)):
        got = in_points(simulation, name).mean()
        yield within(f"mean {name}", expected, got, bounds[name], lab.n)


@case("7.9", 20_000, 1_000_000, {"world.meetings.payoff_memory": 90})
def small_gains(lab):
    """A payoff takes in gains far below a monthly income, however long its memory: here
    a price of 5/256 per tick, the cost of keeping one's word. Bound: truncation.
    """
    ticks, price, memory = 120, 5 / 256, 36
    simulation = lab.run(
        {
            **DEEDS_DONE,
            "world.n_ticks": ticks,
            "world.meetings.payoff_memory": memory,
            "world.acts": [act("deed", 1.0, "positive", price=price)],
        }
    )
    expected = -price * (1 - (1 - 1 / memory) ** ticks)
    got = in_points(simulation, "payoff").mean()
    yield within("mean payoff", expected, got, memory / 65536, lab.n)
