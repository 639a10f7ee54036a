"""Known answers about conduct: deterrence, deeds, a black box refitted on its own effects."""

import numpy as np

from .lab import act, case, measured, outputs, points, share

HALF = {"kind": "constant", "value": 0.5}
PRICE = 24 * 0.016 * 20  # of 20 points that last 24 ticks at a slope of 0.016
PRICED = {
    "world.conduct.horizon": 24,
    "regime.belief": {"kind": "slope", "slope": 0.016},
}


def cut(p: float, scale: float) -> float:
    """Return by how much a chance exp(-x) may be off.

    x is cut to 1/256; so is the money in it, twice, in units of the scale.
    """
    return p * np.expm1((1 + 2 / scale) / 256) + 2**-17


@case(
    "K9",
    100_000,
    4_000_000,
    {"world.conduct.moral": 10.0},
    {"regime.transparency": 0.9},
)
def deterrence(lab):
    """A violation brings an exponential gain, so it is committed with chance
    exp(-(seen (penalty + value of the points) + moral quality)/scale). Bound: the exponent
    is cut to 1/256, money to 1/256 twice on the way.
    """
    penalties = {
        "commercial": 4.0,
        "social": 8.0,
        "judicial": 16.0,
        "administrative": 32.0,
    }
    scale, seen = 16.0, 0.5
    acts = [
        act(domain, 0.25, seen=seen, scale=scale, penalty=penalty, domain=domain)
        for domain, penalty in penalties.items()
    ]
    for label, aware, moral in (
        ("alone", 0.0, 0.0),
        ("with points", 1.0, 0.0),
        ("with points and moral", 1.0, 8.0),
    ):
        found = outputs(
            lab.run(
                {
                    **PRICED,
                    "world.n_ticks": 4,
                    "world.acts": acts,
                    "world.conduct.moral": moral,
                    "world.population": {"aware": aware, "quality": HALF},
                    "regime.acts": points(**dict.fromkeys(penalties, -20)),
                }
            )
        )
        offered, committed = (
            found[name].sum(axis=0) for name in ("temptations", "violations")
        )
        for domain, penalty in enumerate(penalties.values()):
            p = np.exp(-(seen * (penalty + aware * PRICE) + moral / 2) / scale)
            n, got = offered[domain], committed[domain] / offered[domain]
            what = f"penalty {penalty:g}, {label}"
            yield share(what, p, got, n, "temptations", cut(p, scale))


@case(
    "7.1",
    100_000,
    4_000_000,
    {"regime.transparency": 0.9},
    {"world.conduct.intrinsic": 6.0},
)
def free_time(lab):
    """A deed costs an exponential effort, so it is done with chance 1 -
    exp(-want/scale), want = seen x value of the points + intrinsic x quality; citizens
    who do not do it fake it with 1 - exp(-guile x seen x value/fake scale). Bound as in
    `deterrence`.
    """
    scale, fake_scale, seen, guile, intrinsic = 16.0, 8.0, 0.5, 0.25, 4.0
    found = outputs(
        lab.run(
            {
                **PRICED,
                "world.n_ticks": 4,
                "world.acts": [act("deed", 0.25, "positive", seen=seen, scale=scale)],
                "world.conduct.intrinsic": intrinsic,
                "world.conduct.fake_scale": fake_scale,
                "world.population": {"aware": 1.0, "quality": HALF},
                "world.population.guile": {"kind": "constant", "value": guile},
                "regime.acts": points(deed=20),
            }
        )
    )
    names = ("occasions", "deeds", "deeds_faked")
    offered, done, faked = (int(found[name].sum()) for name in names)
    for what, x, unit, got, n in (
        ("done", seen * PRICE + intrinsic / 2, scale, done, offered),
        ("faked", guile * seen * PRICE, fake_scale, faked, offered - done),
    ):
        left = np.exp(-x / unit)
        yield share(what, 1 - left, got / n, n, "occasions", cut(left, unit))


REFIT, GAIN, WATCHED = 24, 12 * 90.0, np.array([0.5, 1.0])  # of `retraining`


def retrained(steepness: float, shares, refits: int) -> np.ndarray:
    """Return what K12 expects: rates of recorded violations, (refit, group).

    Who was recorded in the last tick stands ten points lower. A fit moves scores in the
    tick after it, so one tick of each period still answers to the fit before.
    """
    before = goal = np.full(2, 640.0)
    low, path = np.zeros(2), []
    for _ in range(refits):
        rates = np.zeros(2)
        for tick in range(REFIT):
            here = goal if tick else before
            # The exponent is cut to 1/256: half of that in the mean.
            chances = [
                WATCHED * np.exp(1 / 512 - WATCHED * (1 + steepness * (score - 640)))
                for score in (here, here - 10)
            ]
            low = chances[0] * (1 - low) + chances[1] * low
            rates += low / REFIT
        path.append(rates)
        before, goal = goal, 640 + GAIN * ((shares * rates).sum() - rates)
    return np.array(path)


def retraining(lab, steepness: float, refits: int):
    """Run a black box that is refitted on conduct which answers to its last fit.

    Urban and rural citizens are watched unlike, which the box takes for character. B is
    such that ten points lost at a score s cost 1 + steepness (s - 640), times the scale.
    Return rates of recorded violations and citizen-ticks, (refit, group).
    """
    scale, centres = 64.0, 10 * (np.arange(128) + 0.5)
    values = np.cumsum(1 + steepness * (centres - 640)) - 64
    groups = {"urban": 0.5, "rural": 0.5, "migrant": 0.0, "official": 0.0}
    simulation = lab.run(
        {
            "world.n_ticks": REFIT * refits,
            "world.acts": [act("a", 1.0, scale=scale)],
            "world.conduct.horizon": scale,
            "world.population": {"aware": 1.0, "groups": groups},
            "regime": {"scorer": "model", "floor": 0, "base": 640, "ceiling": 1280},
            "regime.good_from": 0,
            "regime.scrutiny": {"urban": WATCHED[0], "rural": WATCHED[1]},
            "regime.belief": {"kind": "table", "values": values.tolist()},
            "regime.index": {"rate": 1.0, "record_weight": 0.0, "circle_weight": 0.0},
            "regime.model": {"refit": REFIT, "ridge": 0.0},
            "regime.model.points_per_violation": GAIN / 12,
            "regime.acts": points(a=-10),
        }
    )
    found = outputs(simulation)
    seen, people = (
        found[name][:, :2].reshape(refits, REFIT, 2).sum(axis=1)
        for name in ("group_violations_observed", "group_citizens")
    )
    return seen / people, people


@case(
    "K12",
    10_000,
    500_000,
    {"regime.model.ridge": 1.0},
    {"world.population.aware": 0.9},
)
def retraining_feeds_back(lab):
    """A black box is refitted on conduct that answers to its last fit: the recorded gap
    of two groups follows x' = f(x), near mu + e x. It settles, by the factor e per fit,
    if |e| < 1, and keeps swinging if e < -1. Bound: the exponent of conduct is cut to
    1/256.
    """
    refits, slopes = 12, {"e > 0": 0.0016, "-1 < e < 0": -0.0016, "e < -1": -0.005}
    for label, steepness in slopes.items():
        rates, people = retraining(lab, steepness, refits)
        path = retrained(steepness, people[0] / people[0].sum(), refits)
        gaps, expected = np.diff(rates)[:, 0], np.diff(path)[:, 0]
        moves = np.abs(np.diff(expected))
        factor = (moves[1:5] / moves[:4]).max()  # by which a fit carries an error on
        noise = np.sqrt((path * (1 - path) / people).sum(axis=1).max())
        off = path.sum(axis=1).max() * np.expm1(1.1 / 512)
        for k in (0, 1, 2, 5 if factor > 1 else 11):
            carried = factor ** np.arange(k + 1)
            error, bound = noise * np.sqrt((carried**2).sum()), off * carried.sum()
            what, n = f"{label}, fit {k}: gap", people[0].sum()
            yield measured(what, expected[k], gaps[k], error, n, "citizen-ticks", bound)
