"""Known answers about meetings: image scoring, imitation, delayed impact."""

import numpy as np

from scsfast.model.population import STRATEGIES

from .lab import case, exact, in_points, measured, outputs, share, share_error

OPPORTUNIST = STRATEGIES.index("opportunist")
IMAGE = {"floor": 0, "base": 1, "ceiling": 1, "good_from": 1}  # a score is good or bad


def mixture(opportunists=0.0, discriminators=0.0) -> dict:
    """Return shares of strategies."""
    reliable = 1 - opportunists - discriminators
    return dict(zip(STRATEGIES, (reliable, opportunists, discriminators), strict=True))


@case(
    "K1",
    100_000,
    4_000_000,
    {"regime.meeting.norm": "image"},
    {"regime.publicity": 0.3},
)
def image_scoring(lab):
    """Refusal justified, publicity q: among a share x of opportunists one gains
    (1-x) b (1-q), a discriminator (1-x) b - c (1 - x q); the difference changes sign at
    q = c/b for x -> 0, at b/c = (2-q)/q for x = 1/2 (risk dominance), at (3-2q)/q for
    x = 2/3 (advantage).
    """
    b, n = 1.25, lab.n
    for cost, q in ((0.25, 0.5), (0.25, 0.125), (0.375, 0.5)):
        for x in (0.02, 0.5, 2 / 3):
            simulation = lab.run(
                {
                    "world.n_ticks": 8,
                    "world.population.network": ["top"] * 4,
                    "world.population.strategies": mixture(x, 1 - x),
                    "world.meetings": {"benefit": b, "cost": cost, "payoff_memory": 1},
                    "regime": {**IMAGE, "publicity": q},
                    "regime.meeting": {"norm": "standing", "seen": 1.0, "minus": 1},
                }
            )
            label = f"c/b={cost / b:g} q={q:g} x={x:.2g}"
            bad = simulation.arrays["strategy"] == OPPORTUNIST
            payoff, n_bad = in_points(simulation, "payoff"), int(bad.sum())
            n_good = n - n_bad
            mixed = n_bad * n_good / (n - 1)  # pairs, in a random matching
            spread = 2 * mixed * (n_bad - 1) * (n_good - 1) / ((n - 1) * (n - 3))
            each = (
                b / n_bad + cost / n_good
            )  # by which a kept word moves the difference
            slope = (1 - q) * each + (b - cost) / n_good
            error = np.sqrt(slope**2 * spread + mixed * q * (1 - q) * each**2)
            got = payoff[bad].mean() - payoff[~bad].mean()
            what = f"{label}: advantage of cheating"
            yield measured(what, slope * mixed - (b - cost), got, error, n)
            with_bad = payoff[bad].sum() / b  # words kept to opportunists
            met = n_good - outputs(simulation)["words_kept"][-1] + with_bad
            what, got = f"{label}: payoff of cheating", b * with_bad / met
            error = b * share_error(q, met)
            yield measured(what, b * (1 - q), got, error, met, "meetings")


@case(
    "K2",
    15_000,
    1_000_000,
    {"regime.publicity": 0.9},
    {"world.meetings.slip": 0.07},
)
def errors_of_image(lab):
    """All discriminate in public, execution error e, assessment error a: image scoring
    goes to g = a/(1 - (1-2a)(1-e)), standing and stern to (1-a)/(1 + (1-2a) e), from 1
    by the factor (1-2a)(1-e) or -(1-2a) e per tick; words kept: (1-e) g. Without a:
    (1-e)^t. Partners change places one to one, so standings stay independent and this
    is exact.
    """
    for e, a in ((0.05, 0.02), (0.1, 0.1), (0.05, 0.0)):
        for norm in ("image", "standing", "stern"):
            found = outputs(
                lab.run(
                    {
                        "world.n_ticks": 120,
                        "world.population.quality": {"kind": "constant", "value": 0.0},
                        "world.population.strategies": mixture(0.0, 1.0),
                        "world.population.network": ["top"] * 8,
                        "world.meetings.slip": e,
                        "regime": {**IMAGE, "publicity": 1.0, "noise": a},
                        "regime.meeting": {
                            "norm": norm,
                            "seen": 1.0,
                            "plus": 1,
                            "minus": 1,
                        },
                    }
                )
            )
            kept = found["words_kept"] / found["meetings"]
            factor = (1 - 2 * a) * (1 - e if norm == "image" else -e)
            limit = (a if norm == "image" else 1 - a) / (1 - factor)
            bound = 2**-14 / (1 - abs(factor))
            for tick in (9, 119 if a else 39):
                expected = (1 - e) * (limit + (1 - limit) * factor**tick)
                what = f"{norm}, e={e:g} a={a:g}, tick {tick}"
                yield share(what, expected, kept[tick], lab.n, bound=bound)


def imitation(size: int, slots: int, mutants: float, **meetings) -> dict:
    """Return the campaign of K18: villages apart, opportunists with an advantage of 1."""
    usual = {"benefit": 0.0, "cost": 1.0, "payoff_memory": 1}
    return {
        "world.spans": [size, 100 * size],
        "world.population.network": ["village"] * slots,
        "world.population.strategies": mixture(mutants),
        "world.meetings": {**usual, **meetings},
    }


def fixed(lab, size: int, ticks: int, keys: dict):
    """Return opportunists by village at the start and at the end."""
    simulation = lab.start({**keys, "world.n_ticks": ticks})
    of_village = simulation.arrays["strategy"].reshape(-1, size)
    before = (of_village == OPPORTUNIST).sum(axis=1)
    simulation.run(ticks)
    return before, (of_village == OPPORTUNIST).sum(axis=1)


def taken_over(lab, strength: float, **meetings) -> tuple:
    """Return how often the mutant of a mixed pair takes over, and pairs left undecided.

    Parameters
    ----------
    lab : Lab
    strength : float
        Selection x advantage of the mutant.
    meetings
        What makes up that strength.
    """
    learning = 0.5
    keys = imitation(2, 1, 0.5, learning=learning, **meetings)
    before, after = fixed(lab, 2, 80, keys)
    mixed = before == 1
    first = learning / 2  # chance of a copy, by either side, in the first tick
    takes_over = (1 - np.exp(-strength)) / (1 - np.exp(-2 * strength))
    expected, n = first / 2 + (1 - first) * takes_over, mixed.sum()
    got = (after[mixed] == 2).mean()
    found = share("mutant takes over", expected, got, n, "pairs", 2**-14)
    return found, int((after == 1).sum())


@case(
    "K18",
    50_000,
    2_000_000,
    {"world.meetings.selection": 0.8},
    {"world.meetings.mutation": 0.02},
)
def fixation_of_pairs(lab):
    """Fermi imitation, N = 2, constant advantage: the mutant takes over with chance
    (1 - e^-BD)/(1 - e^-2BD); payoffs are 0 in the first tick, which is neutral.
    """
    found, undecided = taken_over(lab, 1.0, selection=1.0)
    yield found
    yield exact("pairs not decided after 80 ticks", 0, undecided, found.n, "pairs")


@case("K18", 50_000, 2_000_000, {"world.meetings.cost": 0.04})
def fixation_by_small_costs(lab):
    """The same where keeping one's word costs 5/256 of a monthly income and selection
    is stronger by the same factor: only the product of the two matters.
    """
    cost = 5 / 256
    yield taken_over(lab, 1.0, cost=cost, selection=1 / cost)[0]


@case(
    "K18",
    6_000,
    600_000,
    {"world.meetings.selection": 0.5},
    {"world.meetings.selection": 0.0},
)
def fixation_in_villages(lab):
    """Fermi imitation, N = 6: from i mutants (1 - e^-iBD)/(1 - e^-NBD), on any network
    of matchings, as e^-BD to the number of mutants is a martingale; i is binomial here.
    Bound: payoffs of citizens who have just switched are those of the tick before;
    undecided villages.
    """
    size, learning, strength = 6, 0.04, 0.25
    keys = imitation(size, 16, 1 / size, learning=learning, selection=strength)
    before, after = fixed(lab, size, 1500, keys)
    ratio, n = np.exp(-strength), len(before)
    power, whole = ratio**before, 1 - ratio**size
    expected = ((1 - power) / whole).mean()
    # Each switch makes at most one pair compare a payoff of the strategy left behind,
    # which moves the martingale by this factor at most; so does the neutral first tick.
    switches = (size * expected - before.mean()) / np.tanh(strength / 2) + before.mean()
    stale = learning / 4 * (ratio + 1 / ratio - 2) * switches / whole
    bound = stale + ((after > 0) & (after < size)).mean()
    error = np.sqrt(((1 - power) * (power - ratio**size)).mean() / n) / whole
    got = (after == size).mean()
    yield measured("mutants take over", expected, got, error, n, "villages", bound)


@case(
    "K18",
    40_000,
    2_000_000,
    {"world.meetings.selection": 0.5},
    {"world.meetings.mutation": 0.2},
)
def neutral_imitation(lab):
    """Without selection a mutant takes over with chance 1/N, and shares stay on average.
    Bound: undecided villages.
    """
    size = 10
    before, after = fixed(
        lab, size, 400, imitation(size, 8, 0.3, learning=1.0, selection=0.0)
    )
    was, n = before / size, len(before)
    error = np.sqrt((was * (1 - was)).mean() / n)
    yield measured("mean share", was.mean(), after.mean() / size, error, n, "villages")
    undecided = (after > 0) & (after < size)
    for mutants in (1, 2):
        chosen = before == mutants
        got, m = (after[chosen] == size).mean(), chosen.sum()
        what, bound = f"{mutants} of {size} take over", undecided[chosen].mean()
        yield share(what, mutants / size, got, m, "villages", bound)


@case("7.9", 100_000, 4_000_000, {"world.meetings.mutation": 1.0})
def mutation(lab):
    """With chance u per tick a strategy is drawn anew: shares go to 1/3 as (1-u)^t."""
    u, ticks = 0.1, 10
    simulation = lab.start(
        {
            "world.n_ticks": ticks,
            "world.meetings.mutation": 12 * u,
            "world.population.strategies": mixture(0.1),
        }
    )
    before = np.bincount(simulation.arrays["strategy"], minlength=3) / lab.n
    simulation.run(ticks)
    after = np.bincount(simulation.arrays["strategy"], minlength=3) / lab.n
    for name, was, now in zip(STRATEGIES, before, after, strict=True):
        expected = 1 / 3 + (was - 1 / 3) * (1 - u) ** ticks
        yield share(name, expected, now, lab.n, bound=2**-16)


@case(
    "K13",
    100_000,
    4_000_000,
    {"regime.noise": 0.05},
    {"world.meetings.slip": 0.8},
)
def delayed_impact(lab):
    """+75 for a kept word, -150 for a broken one: the expected change is positive iff the
    chance of success is above 2/3; of the selected top share s it is 225 (1 - s/2) - 150,
    so a group gains most at s = 1/3, where the marginal one succeeds with 2/3.
    """
    simulation = lab.run(
        {
            "world.n_ticks": 1,
            "world.population.quality": {"kind": "uniform"},
            "world.population.network": ["top"],
            "world.population.strategies": mixture(),
            "world.meetings.slip": 1.0,
            "regime.meeting": {"norm": "image", "seen": 1.0, "plus": 75, "minus": 150},
        }
    )
    change, success = in_points(simulation), simulation.arrays["quality"] / 256
    spread = 225**2 * success * (1 - success)
    for low, high in ((0.3, 0.4), (0.6, 0.66), (0.67, 0.73), (0.9, 1.0)):
        here = (success >= low) & (success < high)
        expected, m = 225 * success[here].mean() - 150, here.sum()
        error = np.sqrt(spread[here].mean() / m)
        what = f"change, success {low:g}..{high:g}"
        yield measured(what, expected, change[here].mean(), error, m)
    best = np.argsort(-success, kind="stable")
    for top in (0.2, 1 / 3, 0.5):
        chosen = best[: round(top * lab.n)]
        expected, got = top * (225 * (1 - top / 2) - 150), change[chosen].sum() / lab.n
        # Quality is drawn: its sampling error comes on top, at most sd(225 success).
        error = np.sqrt(spread[chosen].sum() + 225**2 / 12 * lab.n) / lab.n
        what, step = f"change a head, top {top:.2g} chosen", 225 * top / 512
        yield measured(what, expected, got, error, lab.n, bound=step)
