"""Known answers about norms, consent, observers and awareness."""

import numpy as np
from scipy import stats

from scsfast.model.reference.world import Draws

from .lab import DEEDS_DONE, SEED, act, case, exact, measured, outputs, share
from .meetings import IMAGE, mixture

URBAN_HALF = {"urban": 0.5, "rural": 0.5, "migrant": 0.0, "official": 0.0}


def judged(lab, error: float, norm: str, group_norms=None, ticks=60, keys=None) -> dict:
    """Return the outputs of a world of discriminators under public errors.

    A word meant to be kept fails with chance `error`, one meant to be broken never is kept;
    a record is reversed with chance `error`.
    """
    rule = {"norm": norm, "seen": 1.0, "plus": 1, "minus": 1}
    return outputs(
        lab.run(
            {
                "world.n_ticks": ticks,
                "world.population.quality": {"kind": "constant", "value": 0.0},
                "world.population.strategies": mixture(0.0, 1.0),
                "world.population.groups": URBAN_HALF,
                "world.population.network": ["top"] * 8,
                "world.meetings.slip": error,
                "regime": {**IMAGE, "publicity": 1.0, "noise": error},
                "regime.meeting": {**rule, "group_norms": group_norms or {}},
                **(keys or {}),
            }
        )
    )


@case(
    "K2",
    30_000,
    200_000,
    {"regime.meeting.norm": "image"},
    {"world.meetings.slip": 0.03},
    {"regime.noise": 0.03},
)
def published_cooperation(lab):
    """All discriminate; execution error e (a word meant to be kept fails, never the other
    way round) and public assessment error a (the record is reversed). Cooperation is
    (1-e) g, with g = (1-a)/(1 + (1-2a) e) under stern and standing, and
    a/(1 - (1-2a)(1-e)) under shunning: .971 and .332 at errors .01/.01, .9423 and .3311
    at .02/.02 (Smit & Santos, IJCAI 2024, with the parameters of Radzvilavicius et al.
    2021). Bound: half a unit of the last published digit.
    """
    published = {
        0.01: {"stern": 0.971, "standing": 0.971, "shunning": 0.332},
        0.02: {"stern": 0.9423, "standing": 0.9423, "shunning": 0.3311},
    }
    for error, figures in published.items():
        for norm, figure in figures.items():
            # Under shunning standings fall from 1 by (1-2a)(1-e) a tick: 0.97^400 < 6e-6.
            found = outputs_after(lab, error, norm)
            kept = found["words_kept"][-1] / found["meetings"][-1]
            digit = 5e-4 if error == 0.01 else 5e-5
            what = f"{norm}, errors {error:g}/{error:g}"
            yield share(what, figure, kept, lab.n, bound=digit + 2**-14 / (2 * error))


def outputs_after(lab, error: float, norm: str) -> dict:
    """Return the outputs of `judged` after enough ticks to forget the start."""
    return judged(lab, error, norm, ticks=400 if norm == "shunning" else 40)


@case("K2", 60_000, 200_000, {"regime.meeting.group_norms.urban": "shunning"})
def norm_by_group(lab):
    """Half are judged by stern, half by shunning. With g the mean of both and
    k = (1-a)(1-e) + a e: stern g1 = k g + (1-a)(1-g), shunning g2 = k g + a (1-g), so
    g = (1/2)/(1 - k + 1/2) whatever a; words kept (1-e) g.
    """
    for error in (0.05, 0.1):
        norms = {"urban": "stern", "rural": "shunning"}
        found = judged(lab, error, "image", norms)
        good = (1 - error) ** 2 + error**2
        mean = 0.5 / (1.5 - good)
        low = found["group_low"][-1][:2] / found["group_citizens"][-1][:2]
        for group, (name, restored) in enumerate(
            (("stern", 1 - error), ("shunning", error))
        ):
            expected = 1 - (good * mean + restored * (1 - mean))
            n = found["group_citizens"][-1][group]
            what = f"in bad standing under {name}, errors {error:g}"
            yield share(what, expected, low[group], n, bound=2**-14)
        kept = found["words_kept"][-1] / found["meetings"][-1]
        what = f"words kept, errors {error:g}"
        yield share(what, (1 - error) * mean, kept, lab.n, bound=2**-14)


@case(
    "K16",
    100_000,
    400_000,
    {"regime.observers.error": 0.1},
    {"regime.acts.done.seen": 0.9},
)
def quorum_of_observers(lab):
    """An act counts if at least q of Q observers report it, each with chance p: a binomial
    tail. A majority of gatherers who are right with .6 is right with .648 (3), .7334 (9),
    .7535 (11), .979 (101); with .7: .784, .9012, .9218.
    """
    majorities = [(n, (n + 1) // 2, p) for n in (1, 3, 9, 11, 101) for p in (0.6, 0.7)]
    for n, quorum, p in [*majorities, (5, 2, 0.3), (10, 10, 0.9), (4, 1, 0.05)]:
        keys = {
            "world.n_ticks": 1,
            "world.acts": [act("done", 1.0, "positive", scale=0.01, seen=p)],
            "regime.acts": {"done": {"points": 1}},
            "regime.observers": {"number": n, "quorum": quorum},
        }
        found = outputs(lab.run({**keys, **DEEDS_DONE}))
        done, counted = (found[k].sum() for k in ("deeds", "deeds_observed"))
        expected = stats.binom.sf(quorum - 1, n, p)
        what = f"{quorum} of {n} at {p:g}"
        yield share(what, expected, counted / done, done, "deeds", bound=2**-16)


@case("K2, K16", 30_000, 200_000, {"regime.observers.number": 5})
def errors_of_observers(lab):
    """Three observers see every meeting, each errs with chance e, two decide: a share
    w = 3 e^2 (1-e) + e^3 is misjudged, and is the assessment error. All discriminate, and
    words fail for no other reason: 1 - w are kept under stern, 1/2 under shunning.
    """
    for error in (0.1, 0.25):
        wrong = 3 * error**2 * (1 - error) + error**3
        for norm, good in (("stern", 1 - wrong), ("shunning", 0.5)):
            keys = {"regime.observers": {"number": 3, "quorum": 2, "error": error}}
            found = judged(lab, 0.0, norm, ticks=200, keys=keys)
            n = found["meetings_recorded"][-1]
            rate = found["meetings_misjudged"][-1] / n
            what = f"misjudged under {norm}, each errs with {error:g}"
            yield share(what, wrong, rate, n, "meetings", bound=2**-16)
            kept = found["words_kept"][-1] / found["meetings"][-1]
            what = f"words kept under {norm}, each errs with {error:g}"
            yield share(what, good, kept, lab.n, bound=2**-12)


def mixed_pairs(n: int, aware: int) -> tuple[float, float]:
    """Return mean and variance of pairs of one aware and one unaware in a random matching."""
    other = n - aware
    mean = aware * other / (n - 1)
    spread = 2 * aware * (aware - 1) * other * (other - 1)
    return mean, spread / ((n - 1) ** 2 * (n - 3))


def first_use_of_slots(slots: int) -> int:
    """Return for how many ticks the case meets in a slot that it has not met in before."""
    draws, used = Draws(SEED, 0), set()
    while (slot := draws("slot", 0, len(used)) * slots >> 32) not in used:
        used.add(slot)
    return len(used)


@case(
    "logistic",
    100_000,
    400_000,
    {"regime.awareness.word": 0.9},
    {"regime.awareness.publicity_rate": 0.5},
)
def awareness_by_word(lab):
    """In random matching a share a of aware citizens, each telling its partner with
    chance w, grows by w a (1-a) per tick: the logistic map. Only ticks before a
    matching is used again count.
    """
    slots = 64
    for word in (1.0, 0.3):
        yield from spread_of_word(lab, word, slots, first_use_of_slots(slots))


def spread_of_word(lab, word: float, slots: int, ticks: int):
    """Yield checks of the share of aware citizens against the logistic map."""
    n = lab.n
    simulation = lab.start(
        {
            "world.n_ticks": ticks,
            "world.population.aware": 0.05,
            "world.population.network": ["top"] * slots,
            "regime.awareness.word": word,
        }
    )
    aware = int((simulation.arrays["traits"] & 16 > 0).sum())
    expected, spread = float(aware), 0.0
    simulation.run(ticks)
    found = outputs(simulation)
    for tick in range(ticks):
        mean, variance = mixed_pairs(n, expected)
        slope = 1 + word * (1 - 2 * expected / n)
        spread = slope**2 * spread + word**2 * variance + word * (1 - word) * mean
        expected += word * mean
        got, error = found["aware"][tick] / n, np.sqrt(spread) / n
        what = f"told with {word:g}: aware after tick {tick}"
        bound = (tick + 1) * (spread / n**2 + 2**-16)
        yield measured(what, expected / n, got, error, n, bound=bound)
    told = aware + found["told"].sum()
    yield exact(
        f"told with {word:g}: aware at first or told", told, found["aware"][-1], n
    )


@case("7.12", 100_000, 400_000, {"regime.awareness.publicity_rate": 1.3})
def awareness_by_publicity(lab):
    """Publicity reaches unaware citizens with chance p per tick: (1-p)^t of them are
    left.
    """
    found = outputs(
        lab.run(
            {
                "world.n_ticks": 24,
                "world.population.aware": 0.1,
                "regime.awareness.publicity_rate": 1.2,
            }
        )
    )
    for tick in (0, 5, 23):
        expected = 1 - 0.9 * 0.9 ** (tick + 1)
        what = f"aware after tick {tick}"
        yield share(what, expected, found["aware"][tick] / lab.n, lab.n, bound=2**-16)


@case(
    "7.12",
    100_000,
    400_000,
    {"regime.opt_in.cost": 0.02},
    {"regime.opt_in.scale": 0.11},
    {"world.population.aware": 0.5},
)
def consent_by_gain(lab):
    """With B given, citizens outside join with chance r (1 - exp(-G/s)) per tick, so
    that 1 - (1 - r (1 - exp(-G/s)))^t have joined: more, the larger the gain G; none at
    0 or below. If G is below 0, citizens inside leave at the rate of -G.
    """
    ticks, rate, scale = 12, 0.25, 0.125
    for gain in (0.0, 1 / 64, 1 / 16, 1 / 4, 1.0):
        for inside in (0.0, 1.0):
            sign = -1 if inside else 1
            keys = {
                "world.n_ticks": ticks,
                "world.conduct.horizon": 1.0,
                "world.population": {"aware": 1.0, "enrolled": inside},
                "regime.belief": {"kind": "table", "values": [sign * gain] * 128},
                "regime.opt_in": {"review_rate": 12 * rate, "scale": scale},
            }
            found = outputs(lab.run(keys))
            moves = rate * (1 - np.exp(-gain / scale))
            moved = 1 - (1 - moves) ** ticks
            got = abs(found["enrolled"][-1] / lab.n - inside)
            what = f"{'left' if inside else 'joined'} for {gain:g}"
            yield share(what, moved, got, lab.n, bound=ticks * 2**-15)
