"""Known answers about records: ledger, clerks, grade rules, the list."""

import numpy as np

from .lab import (
    DEEDS_DONE,
    LEVELS,
    act,
    case,
    exact,
    in_points,
    measured,
    moments,
    one_tick,
    outputs,
    points,
    share,
    share_error,
)


@case("K3", 100_000, 4_000_000, {"regime.memory_years": 50})
def ledger(lab):
    """Without drift a score has mean S0 + T sum(p a) and variance T (sum p a^2 - (sum p
    a)^2), summed over offences and deeds; a citizen has no record of kind i with chance
    (1 - p_i)^T.
    """
    ticks, chances, deed = 60, {"a": 0.05, "b": 0.025}, 0.1
    acts = [act(name, p) for name, p in chances.items()] + [act("c", deed, "positive")]
    world = {**DEEDS_DONE, "world.n_ticks": ticks, "world.acts": acts}
    scored = points(a=-5.0, b=-20.0, c=10.0)
    simulation = lab.run({**world, "regime.acts": scored})
    bad, good = one_tick([0.05, 0.025], [-5.0, -20.0]), one_tick([deed], [10.0])
    expected = [ticks * (b + g) for b, g in zip(bad, good, strict=True)]
    yield from moments(in_points(simulation), *expected)
    for name, p in chances.items():
        alone = lab.run({**world, "regime.acts": {name: scored[name]}})
        none = (alone.arrays["score"] == 0).mean()
        yield share(f"share without record {name}", (1 - p) ** ticks, none, lab.n)


@case("K3", 50_000, 4_000_000, {"regime.memory_years": 1.1})
def ledger_with_drift(lab):
    """With k = exp(-1/memory) per tick the mean after t ticks is m (1 - k^t)/(1 - k)
    and the variance v (1 - k^2t)/(1 - k^2). Bound: the drift is truncated to 1/256
    point, its rate rounded to 16 bits.
    """
    p, a, keep = 0.25, -8.0, np.exp(-1 / 12)
    simulation = lab.start(
        {
            "world.n_ticks": 240,
            "world.acts": [act("a", p)],
            "regime.memory_years": 1,
            "regime.acts": points(a=a),
        }
    )
    mean, variance, fourth = one_tick([p], [a])
    for ticks in (12, 240):
        simulation.run(ticks - simulation.tick)
        sums = [(1 - keep ** (k * ticks)) / (1 - keep**k) for k in (1, 2, 4)]
        expected = mean * sums[0], variance * sums[1], fourth * sums[2]
        off = (1 / 256 + abs(mean) * 2**-17 / (1 - keep)) / (1 - keep)
        bounds = off, 2 * np.sqrt(expected[1]) * off + off**2
        yield from moments(
            in_points(simulation), *expected, bounds, f" after {ticks} ticks"
        )


@case("K3", 100_000, 4_000_000, {"regime.valid_years": 3})
def calendar_years(lab):
    """Records count for their own calendar year and the next: depending on the month, a
    score holds the records of the last 13 to 24 ticks.
    """
    p, a = 0.1, -8.0
    simulation = lab.start(
        {
            "world.n_ticks": 48,
            "world.acts": [act("a", p)],
            "regime.valid_years": 2,
            "regime.acts": points(a=a),
        }
    )
    for ticks, valid in ((37, 13), (42, 18), (48, 24)):
        simulation.run(ticks - simulation.tick)
        score, expected = in_points(simulation), [valid * x for x in one_tick([p], [a])]
        yield from moments(score, *expected, when=f", {valid} ticks valid")
    yield share("share without valid record", (1 - p) ** 24, (score == 0).mean(), lab.n)


@case("K3, 7.10", 100_000, 2_000_000, {"world.n_ticks": 51})
def ledger_after_a_change(lab):
    """A ledger that begins at tick k has the moments of T - k ticks."""
    p, a = 0.1, -10.0
    ledger = {"scorer": "ledger", "acts": points(a=a)}
    simulation = lab.run(
        {
            "world.n_ticks": 48,
            "world.acts": [act("a", p)],
            "regime": {"scorer": "none", "allocation": "lottery"},
        },
        change=[{"tick": 12, "regime": ledger}],
    )
    yield from moments(in_points(simulation), *(36 * x for x in one_tick([p], [a])))


@case(
    "D3 (S48), 7.4",
    40_000,
    1_000_000,
    {"regime.noise": 0.06},
    {"regime.loss": 0.12},
)
def clerks(lab):
    """Over d levels a record is lost with 1 - (1 - loss)^d, else reversed with
    (1 - (1 - 2 noise)^d)/2, so the mean shrinks to (1 - loss)^d (1 - 2 noise)^d;
    automation of one level that loses 26 % raises reports by 35 %. Bound: 16-bit chances.
    """
    loss, noise, by_hand = 0.1, 0.05, {"a": {"points": -1}}
    world = {
        "world.n_ticks": 4,
        "world.spans": [100, 200, 400, 800, 1600, 3200],
        "world.acts": [act("a", 1.0)],
    }
    for d in (1, 3, 6):
        own = {"deciding": LEVELS[d - 1], "loss": loss, "noise": noise, "acts": by_hand}
        simulation = lab.run({**world, "regime": own})
        found = outputs(simulation)
        n = int(found["violations_observed"].sum())
        kept = (1 - loss) ** d
        turned, mean = (
            kept * (1 - (1 - 2 * noise) ** d) / 2,
            kept * (1 - 2 * noise) ** d,
        )
        for what, p in (("lost", 1 - kept), ("reversed", turned)):
            got = found[f"records_{what}"].sum() / n
            yield share(f"{what}, {d} of 6 levels", p, got, n, "records", 2**-15)
        got, error = -in_points(simulation).sum() / n, np.sqrt((kept - mean**2) / n)
        yield measured(f"mean, {d} of 6 levels", mean, got, error, n, "records", 2**-14)
    hand, machine = (
        in_points(lab.run({**world, "regime": {"loss": 0.26, "acts": acts}})).sum()
        for acts in (by_hand, points(a=-1))
    )
    yield share(
        "by hand / automatic: 1/1.35", 0.74, hand / machine, n, "records", 2**-15
    )


@case(
    "7.5",
    100_000,
    4_000_000,
    {"regime.acts": {"a": {"drops_to": "C", "seen": 0.9}, "b": {"points": -1}}},
)
def grade_rule(lab):
    """A record that drops to a grade does so at once: without drift the share that has
    fallen is 1 - (1-p)^t, at most just below the cut.
    """
    p, ticks = 0.01, 40
    grades = [{"name": "D"}, {"name": "C", "from": -1000}, {"name": "B", "from": 0}]
    simulation = lab.run(
        {
            "world.n_ticks": ticks,
            "world.acts": [act("a", p), act("b", 0.1)],
            "regime": {"base": 100, "grades": grades},
            "regime.acts": {"a": {"drops_to": "C"}, "b": {"points": -1}},
        }
    )
    score = simulation.arrays["score"]
    fallen, in_grade = score < 0, outputs(simulation)["grade_citizens"][-1, 1]
    yield share("share fallen", 1 - (1 - p) ** ticks, fallen.mean(), lab.n)
    yield exact("in the grade", int(fallen.sum()), int(in_grade), lab.n)
    highest = score[fallen].max() / 256 if fallen.any() else np.nan
    yield exact("highest score of the fallen", -1 / 256, highest, lab.n)


def listing(p: float, ticks: int, **rule) -> dict:
    """Return the campaign of a list that an act with chance `p` a tick puts one on."""
    return {
        "world.n_ticks": ticks,
        "world.acts": [act("a", p)],
        "regime": {"scorer": "list", "listing": rule},
        "regime.acts": {"a": {"lists": True, "channel": "automatic"}},
    }


@case(
    "K4",
    100_000,
    4_000_000,
    {"regime.listing.extension": 6},
    {"regime.listing.exit_rate": 0.5},
)
def listed(lab):
    """A term and no extension: the share listed is 1 - (1-p)^term, entries are p
    (1-p)^(term-1) per tick, and their quotient is the mean stay (Little).
    """
    p, term = 0.02, 24
    found = outputs(lab.run(listing(p, 48, term=term)))
    stock = found["group_listed"].sum(axis=1) / lab.n
    for tick in (11, 47):
        expected = 1 - (1 - p) ** min(tick + 1, term)
        yield share(f"share listed at tick {tick}", expected, stock[tick], lab.n)
    # Entries of one citizen are at least `term` ticks apart: at most one in 24 ticks.
    entries, once = found["listings"][24:].sum() / lab.n, 24 * p * (1 - p) ** (term - 1)
    yield share("entries in 24 ticks", once, entries, lab.n)
    errors = share_error(expected, lab.n) / expected + share_error(once, lab.n) / once
    stay, got = 24 * expected / once, 24 * stock[47] / entries
    yield measured("mean stay: stock / entries", stay, got, stay * errors, lab.n)


@case("K4", 100_000, 4_000_000, {"regime.listing.extension": 0})
def list_with_extension(lab):
    """With an extension the share listed follows the Markov chain of the ticks left."""
    p, term, extension, ticks = 0.05, 12, 9, 60
    simulation = lab.run(listing(p, ticks, term=term, extension=extension))
    chain = np.zeros((term + extension + 1,) * 2)
    for left in range(len(chain)):
        rest = max(0, left - 1)
        chain[left, rest] += 1 - p
        chain[left, term + (extension if rest else 0)] += p
    expected, left = (
        np.linalg.matrix_power(chain, ticks)[0],
        simulation.arrays["listed"],
    )
    yield share("share listed", 1 - expected[0], (left > 0).mean(), lab.n)
    beyond = expected[term + 1 :].sum()
    yield share("share beyond the term", beyond, (left > term).mean(), lab.n)


@case(
    "K4, C1",
    400_000,
    4_000_000,
    {"regime.listing.exit_rate": 0.7},
    {"regime.listing.term": 20},
)
def list_with_performance(lab):
    """Exit by performance: with e = exit rate x quality the share listed is p (1 -
    r^term) /(1 - r), r = (1-p)(1-e), here averaged over quality; 3.3 M entries per year
    and a stay of 1.7 years give a stock of 5.6 M of 1 bn, Poisson over units. Bound:
    16-bit chances.
    """
    p, term, rate, unit = 3.3e6 / 12 / 1e9, 24, 0.35, 500
    keys = listing(p, 36, term=term, exit_rate=rate)
    simulation = lab.run({**keys, "world.population.quality": {"kind": "uniform"}})
    stay = (1 - p) * (1 - rate / 12 * np.arange(256) / 256)
    expected = (p * (1 - stay**term) / (1 - stay)).mean()
    is_listed, bound = simulation.arrays["listed"] > 0, p * term**2 / 2 * 2**-15
    yield share("share listed", expected, is_listed.mean(), lab.n, bound=bound)
    counts = is_listed.reshape(-1, unit).sum(axis=1)
    _, variance, fourth = one_tick([expected], [1.0])
    error = np.sqrt((fourth / unit / variance**2 + 2) / len(counts))
    what, ratio = (
        "variance / mean of a village's count",
        counts.var() / (unit * expected),
    )
    yield measured(what, 1 - expected, ratio, error, len(counts), "villages")
