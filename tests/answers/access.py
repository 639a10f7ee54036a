"""Known answers about access: thresholds, weighted lotteries, knife's edges."""

import numpy as np
from scipy import stats

from .lab import (
    DEEDS_DONE,
    OPEN,
    act,
    case,
    exact,
    measured,
    outputs,
    points,
    share,
    within,
)

PAIRS = {"world.spans": [2, 4], "world.prize.loan": {**OPEN, "pool": "village"}}


@case("7.8", 40_000, 2_000_000, {"regime.serves_from": 3.0})
def threshold_access(lab):
    """Every applicant at or above the cut is served, whatever the capacity: exactly
    those whose points reach it at the end of the tick before, a binomial tail of all.
    """
    ticks, p, reach = 6, 0.3, 2
    keys = {
        "world.acts": [act("deed", p, "positive")],
        **DEEDS_DONE,
        "world.prize.loan": {**OPEN, "capacity": 0.001},
        "regime": {"allocation": "threshold", "serves_from": float(reach)},
        "regime.acts": points(deed=1),
        "world.n_ticks": ticks,
    }
    simulation = lab.start(keys)
    for _ in range(ticks - 1):
        simulation.run(1)
    reached = int((simulation.arrays["score"] >= 256 * reach).sum())
    simulation.run(1)
    found = outputs(simulation)
    yield exact("winners", reached, found["prizes"][-1, 0], lab.n)
    yield exact("places", reached, found["places"][-1, 0], lab.n)
    expected = stats.binom.sf(reach - 1, ticks - 1, p)
    bound = ticks * 2**-16
    yield share("served", expected, found["prizes"][-1, 0] / lab.n, lab.n, bound=bound)


@case("7.8", 20_000, 1_000_000, {"regime.floor": -1.0})
def proportional_access(lab):
    """Of n applicants for one place each wins with w/(sum of w), w its points above the
    floor. Bound: ranks are logarithms in 1/1024.
    """
    weights = np.array([0, 1, 2, 3, 4])
    simulation = lab.start(
        {
            "world.n_ticks": 1,
            "world.spans": [5, 10],
            "world.prize.loan": {**OPEN, "pool": "village", "capacity": 0.2},
            "regime": {"allocation": "proportional", "floor": 0.0},
        }
    )
    base = simulation.rules.base - simulation.rules.floor
    of_citizen = np.tile(weights, lab.n // 5)
    for name in ("score", "fair_score"):
        simulation.arrays[name][:] += 256 * of_citizen
    simulation.republish(0)
    simulation.run(1)
    n, won = lab.n // 5, simulation.arrays["prizes"] > 0
    total = weights.sum()
    places = int(outputs(simulation)["places"].sum())
    yield exact("places", places, won.sum(), n, "pools")
    for k, w in enumerate(weights):
        got = won[k::5].mean()
        if w == 0 and base == 0:
            yield exact("w = 0", 0, got, n, "pools")
        else:
            yield share(f"w = {w}", w / total, got, n, "pools", 2**-12)


@case("urn", 2_000, 100_000, {"regime.allocation": "lottery"})
def urn_of_two(lab):
    """Two citizens, one prize per tick by weight, and one point more for each prize: an
    urn. After 50 prizes the Gini coefficient of the two is beta-binomial, on average
    .2549, .1948, .1347 if both began with 1, 2, 5 points; printed as .255, .193, .133,
    from a simulation.
    """
    ticks = 50
    for start, printed in ((1, 0.255), (2, 0.193), (5, 0.133)):
        simulation = lab.start(
            {
                **PAIRS,
                "world.n_ticks": ticks,
                "world.prize.loan": {**OPEN, "pool": "village", "capacity": 0.5},
                "regime": {"floor": 0.0, "base": float(start)},
                "regime.allocation": "proportional",
            }
        )
        for tick in range(ticks):
            before = simulation.arrays["prizes"].copy()
            simulation.run(1)
            won = (simulation.arrays["prizes"] > before).astype(np.int32)
            for name in ("score", "fair_score"):
                simulation.arrays[name][:] += 256 * won
            simulation.republish(tick + 1)
        gini = np.abs(simulation.arrays["prizes"][::2] / ticks - 0.5)
        k = np.arange(ticks + 1)
        chance = stats.betabinom.pmf(k, ticks, start, start)
        values = np.abs(k / ticks - 0.5)
        expected = (chance * values).sum()
        error = np.sqrt(((chance * values**2).sum() - expected**2) / len(gini))
        n, of = len(gini), "pairs"
        yield within(f"w = {start}: Gini as printed", printed, expected, 2e-3, n, of)
        what = f"w = {start}: Gini"
        yield measured(what, expected, gini.mean(), error, n, of, 2**-10)


@case("S30, 7.7", 5_000, 100_000, {"leaders.all.recentring": 0.0})
def knife_edge(lab):
    """Base 500 + one award of 50 = the cut, 550, as in Fuzhou: a loss of 1/256 point
    costs the grade. Honest leaders who re-centre by 5 % move exactly the citizens with
    one award in villages above the mean; with the cut 5 points lower they move nobody.
    """
    rate = round(0.05 * 65536)
    for label, start in (("cut on the edge", 550.0), ("cut 5 points lower", 545.0)):
        simulation = lab.start(
            {
                "world.n_ticks": 2,
                "world.spans": [50, 1_000_000],
                "world.acts": [act("award", 0.2, "positive")],
                **DEEDS_DONE,
                "regime": {"floor": 0.0, "base": 500.0, "ceiling": 1000.0},
                "regime.discretion": 1.0,
                "regime.grades": [{"name": "low"}, {"name": "high", "from": start}],
                "regime.acts": points(award=50),
                "leaders.all": {"share": 0.0, "recentring": 0.05},
            }
        )
        simulation.run(1)
        villages = simulation.arrays["score"].astype(np.int64).reshape(-1, 50)
        gaps = villages.sum(axis=1) // 50 - villages.sum() // lab.n
        taken = np.sign(gaps) * (np.abs(gaps) * rate >> 16)
        simulation.run(1)
        once = simulation.arrays["fair_score"].reshape(-1, 50) == 550 * 256
        expected = int(once[taken > 0].sum()) if start == 550 else 0
        moved = int(outputs(simulation)["grades_moved"][-1])
        yield exact(f"{label}: grades moved", expected, moved, lab.n)
