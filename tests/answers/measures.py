"""Known answers about measures: ceilings, diversion and placebo, welfare, running costs."""

import numpy as np

from .lab import (
    DEEDS_DONE,
    OPEN,
    act,
    case,
    exact,
    measured,
    outputs,
    share,
    within,
)
from .prizes import chosen_by

NEED_FROM = (0.0, 0.25, 0.5, 0.75, 0.9)
PUBLISHED = {  # of the referee's runs: 100,000 citizens, capacity 0.005
    "quality alone": (0.30, 0.46, 0.62, 0.85, 0.98),
    "need alone": (0.51, 0.43, 0.33, 0.20, 0.09),
}
MARGIN = 0.02  # published figures are of one run, rounded


def mean_value(rank, value, chance, top):
    """Return (mean value, its variance among winners, marginal mean) of the top ranks."""
    mean, variance, margin = chosen_by(rank, value, chance, top)
    return mean, variance + (1 - top) * (margin - mean) ** 2


@case("7.8", 400_000, 1_000_000, {"world.population.quality.b": 1.0})
def ceilings(lab):
    """The best that any score can reach, and a queue: the efficiency of prizes by
    quality alone and by need alone, summed over the tables of need and quality, for
    five shares of citizens who apply; also within 0.02 of the results of another run of
    100,000 citizens.
    """
    capacity = 0.005
    for k, lowest in enumerate(NEED_FROM):
        loan = {"capacity": capacity, "need_from": lowest, "pool": "top"}
        loan["need"] = {"kind": "uniform"}
        quality = {"kind": "beta", "a": 3.0, "b": 2.0}
        keys = {"world.n_ticks": 1, "world.prize.loan": loan}
        simulation = lab.run({"world.population.quality": quality, **keys})
        found, prize = outputs(simulation), simulation.rules.prizes[0]
        needs = prize.need_table[prize.need_table >= prize.need_from].astype(float)
        qualities = _beta_quality().astype(float)
        need, quality = (x.ravel() for x in np.meshgrid(needs, qualities))
        value, top = need * quality, capacity * 256 / len(needs)
        chance, places = np.full(len(need), 1 / len(need)), int(found["places"].sum())
        ways = {"quality alone": quality, "need alone": need, "oracle": value}
        of = {way: mean_value(rank, value, chance, top) for way, rank in ways.items()}
        lottery, best = value.mean(), of["oracle"][0] - value.mean()
        n_applicants = int(found["applicants"].sum())
        got = {
            way: found[f"{name}_prize_value"].sum() / places
            for way, name in zip(ways, ("quality", "need", "oracle"), strict=True)
        }
        drawn = found["lottery_prize_value"].sum() / 65536 / places
        for way in PUBLISHED:
            expected = (of[way][0] - lottery) / best
            errors = [np.sqrt(of[w][1] / places) for w in (way, "oracle")]
            error = errors[0] + expected * errors[1]
            error += (1 - expected) * value.std() / np.sqrt(n_applicants)
            reached = (got[way] - drawn) / (got["oracle"] - drawn)
            label = f"need from {lowest:g}: {way}"
            yield measured(label, expected, reached, error / best, places, "prizes")
            yield measured(
                f"{label}, published",
                PUBLISHED[way][k],
                reached,
                error / best,
                places,
                "prizes",
                MARGIN,
            )


def _beta_quality():
    """Return the quantiles of the default quality."""
    from scsfast.model.population import UNIT_INTERVAL, Population, byte_table

    return byte_table(Population().quality, UNIT_INTERVAL)


FAVOURS = {  # credit lifts clients above everybody else
    "world.n_ticks": 2,
    "world.prize.loan": {**OPEN, "capacity": 0.02},
    "regime": {"deciding": "village", "discretion": 1.0, "allocation": "score"},
    "leaders.all": {"credit_rate": 12.0, "credit_points": 10.0},
}


@case("7.8", 50_000, 2_000_000, {"leaders.all.credit_rate": 0.0})
def diversion_by_credit(lab):
    """Where credit lifts every client above all others, clients win all prizes; fair
    scores are equal and would give them their share c by lot: diversion 1 - c, and 1 -
    c of the prizes move.
    """
    c = 0.1
    keys = {**FAVOURS, "world.population.ties": [c, 0.0, 0.0, 0.0]}
    found = outputs(lab.run(keys))
    prizes, won, fair, moved = (
        int(found[name][-1].sum())
        for name in (
            *("prizes", "favoured_prizes", "favoured_fair_prizes"),
            "prizes_moved",
        )
    )
    yield exact("prizes to the favoured", prizes, won, prizes, "prizes")
    yield share("their share by fair scores", c, fair / prizes, prizes, "prizes")
    error = np.sqrt(c * (1 - c) / prizes)
    yield measured("diversion", 1 - c, (won - fair) / prizes, error, prizes, "prizes")
    # winners by lot among clients are among the fair winners if the lot says so: the same
    # lots decide, so clients whom a fair lot would choose win here too
    yield exact("prizes moved", prizes - fair, moved, prizes, "prizes")


@case("7.8", 50_000, 2_000_000, {"leaders.placebo": False})
def placebo_diverts_nothing(lab):
    """Under a placebo the same credits fall on citizens drawn by lot each tick: prizes
    move, 1 - c of them, but clients win no more than their share c: diversion 0.
    """
    c = 0.1
    keys = {**FAVOURS, "world.population.ties": [c, 0.0, 0.0, 0.0]}
    found = outputs(lab.run({**keys, "leaders": {"placebo": True}}))
    names = ("prizes", "favoured_prizes", "favoured_fair_prizes", "prizes_moved")
    prizes, won, fair, moved = (int(found[name][-1].sum()) for name in names)
    yield share("clients' share of prizes", c, won / prizes, prizes, "prizes")
    yield share("their share by fair scores", c, fair / prizes, prizes, "prizes")
    yield share("prizes moved", 1 - c, moved / prizes, prizes, "prizes")
    credited, n_ticks = int(found["credited"].sum()), 2
    yield share("citizens credited", c, credited / n_ticks / lab.n, n_ticks * lab.n)


@case("7.8", 50_000, 2_000_000, {"leaders.all.frame_rate": 0.0})
def dissenters_lose_all(lab):
    """If every dissenter is framed and there are fewer places than other citizens,
    dissenters win nothing; fair scores would give them their share d by lot.
    """
    d = 0.2
    keys = {
        "world.n_ticks": 2,
        "world.prize.loan": {**OPEN, "capacity": 0.02},
        "world.population.dissenters": d,
        "regime": {"deciding": "village", "discretion": 1.0, "allocation": "score"},
        "leaders.all": {"frame_rate": 12.0, "frame_points": 10.0},
    }
    found = outputs(lab.run(keys))
    names = ("prizes", "opposed_prizes", "opposed_fair_prizes")
    prizes, won, fair = (int(found[name][-1].sum()) for name in names)
    yield exact("prizes to the opposed", 0, won, prizes, "prizes")
    yield share("their share by fair scores", d, fair / prizes, prizes, "prizes")


@case("7.8", 20_000, 500_000, {"world.prize.loan.capacity": 0.1})
def repeated_prizes(lab):
    """In a lottery with capacity p among all citizens in every tick, the share 1 - (1 -
    p)^t of the prizes of tick t goes to earlier winners.
    """
    p, ticks = 0.05, 12
    regime = {"scorer": "none", "allocation": "lottery"}
    loan = {**OPEN, "capacity": p}
    keys = {"world.n_ticks": ticks, "world.prize.loan": loan, "regime": regime}
    found = outputs(lab.run(keys))
    for tick in (0, 1, ticks - 1):
        prizes = int(found["prizes"][tick].sum())
        got = found["prizes_again"][tick].sum() / prizes
        expected = 1 - (1 - int(p * lab.n) / lab.n) ** tick
        yield share(f"after {tick} ticks", expected, got, prizes, "prizes")


@case("8", 20_000, 500_000, {"world.conduct.moral": 0.5})
def offenders_gain(lab):
    """An offender's gain is exponential with mean `scale` and larger than its expected
    cost: given that, its mean is scale + cost; here the cost is the penalty, as all
    offences are seen.
    """
    penalty, scale = 0.5, 1.5
    acts = [act("a", 1.0, penalty=penalty, scale=scale)]
    found = outputs(lab.run({"world.n_ticks": 4, "world.acts": acts}))
    violations = int(found["violations"].sum())
    expected = violations * (penalty + scale)
    what = "gain of offenders"
    yield exact(what, expected, found["offender_gain"].sum() / 256, violations, "acts")
    n = 4 * lab.n
    commits = np.exp(-penalty / scale)
    yield share("offences", commits, violations / n, n, "offers", 2**-9)
    welfare = found["welfare"].sum() / 256
    yield exact("welfare", violations * scale, welfare, violations, "acts")


@case("8", 20_000, 500_000, {"world.prize.loan.value": 3.0})
def worth_of_prizes(lab):
    """In welfare a prize counts value x need x quality of its winner. Bound: each is
    rounded down in 1/256.
    """
    value = 2.0
    loan = {"capacity": 0.05, "need_from": 0.5, "value": value, "pool": "top"}
    regime = {"scorer": "none", "allocation": "oracle"}
    keys = {"world.n_ticks": 3, "world.prize.loan": loan, "regime": regime}
    found = outputs(lab.run(keys))
    prizes = int(found["prizes"].sum())
    expected = value * found["prize_value"].sum() / 65536
    for name in ("prize_worth", "welfare"):
        got = found[name].sum() / 256
        yield within(name, expected, got, prizes / 256, prizes, "prizes")


@case("8", 5_000, 100_000, {"regime.deciding": "township"})
def handled_records(lab):
    """A human record is handled once at each level that it passes, an automatic one once:
    D and 1 per observed act.
    """
    for channel, levels in (("automatic", 1), ("human", 3)):
        keys = {
            **DEEDS_DONE,
            "world.n_ticks": 3,
            "world.acts": [act("deed", 0.5, "positive", seen=0.5)],
            "regime": {"deciding": "county"},
            "regime.acts": {"deed": {"points": 1, "channel": channel}},
        }
        found = outputs(lab.run(keys))
        observed = int(found["deeds_observed"].sum())
        got = int(found["records_handled"].sum())
        yield exact(f"{channel} records", levels * observed, got, observed, "records")


@case("7.7", 50_000, 2_000_000, {"leaders.village.audit_rate": 0.0})
def audits_of_all(lab):
    """Audits select honest and manipulating leaders with equal chance: rate x units per
    tick.
    """
    rate, ticks, span = 1.2, 20, 10
    keys = {
        "world.n_ticks": ticks,
        "world.spans": [span, 100, 1_000, 10_000],
        "leaders.all": {"share": 0.0},
        "leaders.village": {"share": 0.0, "audit_rate": rate},
    }
    found = outputs(lab.run(keys))
    n = ticks * lab.n // span
    audited = int(found["audited"][:, 0].sum())
    yield share("audits per leader", rate / 12, audited / n, n, "leader-ticks")
    yield exact("caught", 0, int(found["caught"].sum()), n, "leader-ticks")


@case("7.8", 20_000, 500_000, {"world.prize.loan.served": 0.3})
def share_served(lab):
    """`served` gives places for that share of the citizens who are expected to apply."""
    for served in (0.01, 0.2, 0.8):
        loan = {"served": served, "need_from": 0.75, "pool": "top"}
        keys = {"world.n_ticks": 3, "world.prize.loan": {"capacity": 0.0, **loan}}
        found = outputs(lab.run(keys))
        places = int(found["places"][0].sum())
        applies = int(found["applicants"].sum())
        expected = int(served * 0.25 * lab.n)
        yield within(f"places at {served:g}", expected, places, 1, lab.n)
        yield share(f"applicants at {served:g}", 0.25, applies / 3 / lab.n, 3 * lab.n)
