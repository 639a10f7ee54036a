"""Known answers about the index and the black box."""

import numpy as np

from scsfast.model.outcomes import wealth_bin_starts
from scsfast.model.population import GROUPS

from .lab import DEEDS_DONE, act, case, exact, in_points, measured, points, within

IDENTITY = np.array([0.8, 0.5, 0.4, 1.0])
BY_GROUP = dict(zip(GROUPS, IDENTITY.tolist(), strict=True))
ALONE = {
    "history": 0.0,
    "capacity": 0.0,
    "behaviour": 0.0,
    "identity": 1.0,
    "network": 0.0,
}


@case(
    "7.5",
    20_000,
    1_000_000,
    {"regime.index.rate": 0.25},
    {"leaders.all.parts.capacity": 3.0},
)
def index(lab):
    """Constant parts give a target, floor + range x sum(w part), and a score approaches
    it by the factor 1 - rate per tick; leaders who weight parts and tilt targets move
    it by the same amount for every citizen, and the fair score not at all. Bound: five
    weights and parts to 1/65536 of the range, target and drift to 1/256.
    """
    ticks, rate, tilt, free = 12, 0.2, 40.0, 0.5
    weights = np.array([0.35, 0.25, 0.2, 0.15, 0.05])  # as Sesame, S41
    simulation = lab.run(
        {
            "world.n_ticks": ticks,
            "world.population": {"ties": [0.3] * 4, "dissenters": 0.2},
            "regime": {"scorer": "index", "floor": 350, "base": 600, "ceiling": 950},
            "regime.discretion": free,
            "regime.index": {"rate": rate, "start": 0.7, "full_capacity": 12.0},
            "regime.index.identity": BY_GROUP,
            "leaders.all": {"tilt": tilt, "parts": {"history": 2.0}},
        }
    )
    traits = simulation.arrays["traits"]
    own, half = IDENTITY[traits & 3], np.full(lab.n, 0.5)
    parts = np.stack([half + 0.2, half, half, own, half + 0.2])
    bent = weights * np.array([1 + free * (2 - 1), 1, 1, 1, 1])
    client, dissenter = simulation.arrays["ties"] & 1, (traits >> 2 & 1).astype(int)
    lift = tilt * free * np.where(client, 1, -dissenter)
    bound = 600 * (5 * 2**-17 + 2**-16 + 2**-15) + 2 / 256 + 1 / 256 / rate
    for name, w, by in (("fair_score", weights, 0), ("score", bent / bent.sum(), lift)):
        goal = 350 + 600 * (w @ parts) + by
        expected = goal + (600 - goal) * (1 - rate) ** ticks
        off = np.abs(in_points(simulation, name) - expected).max()
        yield within(f"{name.replace('_', ' ')}: largest error", 0, off, bound, lab.n)


@case(
    "7.5",
    40_000,
    1_000_000,
    {"regime.index.record_weight": 0.4},
    {"regime.noise": 0.1, "regime.acts": {"a": {}, "c": {}}},
)
def history(lab):
    """The history of recorded commitments settles at the share of kept ones; with a
    violation (chance p) before a deed (chance d) in a tick, at d/(p + d - w p d).
    Bound: the remainder of the initial value, truncation to 1/65536.
    """
    p, d, w, ticks = 0.2, 0.4, 0.25, 120
    simulation = lab.run(
        {
            **DEEDS_DONE,
            "world.n_ticks": ticks,
            "world.acts": [act("a", p), act("c", d, "positive")],
            "regime": {"scorer": "index", "index": {"record_weight": w}},
            "regime.acts": points(a=0, c=0),
        }
    )
    kept, mean = simulation.arrays["history"] / 65535, d / (p + d - w * p * d)
    # The second moment settles likewise: x -> (1-w) x, then x -> (1-w) x + w.
    factor = (1 - p * (1 - (1 - w) ** 2)) * (1 - d * (1 - (1 - w) ** 2))
    square = d * (w**2 + 2 * w * (1 - w) * (1 - w * p) * mean) / (1 - factor)
    left = ((1 - w * p) * (1 - w * d)) ** ticks
    error, bound = np.sqrt((square - mean**2) / lab.n), left + 2 / 65535 / w
    yield measured("mean", mean, kept.mean(), error, lab.n, bound=bound)


@case("7.5", 20_000, 1_000_000, {"regime.index.circle_weight": 0.3})
def network_part(lab):
    """The network part approaches the levels of partners; as every citizen is the
    partner of another, its mean approaches the mean level, by the factor 1 - w per
    meeting. Bound: levels have 8 bits.
    """
    w, ticks = 0.2, 20
    simulation = lab.run(
        {
            "world.n_ticks": ticks,
            "world.population.network": ["top"] * 4,
            "regime": {"scorer": "index", "floor": 0, "base": 0, "ceiling": 1000},
            "regime.index": {"rate": 1.0, "start": 0.1, "circle_weight": w},
            "regime.index.weights": ALONE,
            "regime.index.identity": BY_GROUP,
        }
    )
    level = IDENTITY[simulation.arrays["traits"] & 3].mean()  # 0 in the first tick
    left = (1 - w) ** ticks
    expected = 0.1 * left + level * (1 - left - w * (1 - w) ** (ticks - 1))
    got, bound = (
        simulation.arrays["circle"].mean() / 65535,
        1 / 255 + 2**-15 + 2**-16 / w,
    )
    yield within("mean", expected, got, bound, lab.n)


REFIT, PRICE, HALF_FULL = 6, 500.0, 12.0  # of the black box below


def observed(simulation) -> tuple[np.ndarray, np.ndarray]:
    """Run a tick; return what the black box knew of citizens as it began, and who violated.

    Features have one row per citizen. Only violations move the history here, so it shows
    whose was recorded.
    """
    arrays, starts = simulation.arrays, np.array(wealth_bin_starts())
    wealth = starts[
        np.searchsorted(starts, in_points(simulation, "wealth"), "right") - 1
    ]
    capacity = np.rint(65535 * wealth / (wealth + HALF_FULL)).astype(np.int64)
    payoff = arrays["payoff"].astype(np.int64)
    behaviour = np.clip(32768 + (payoff * round(32768 / 0.5) >> 16), 0, 65535)
    group, history = arrays["traits"] & 3, arrays["history"].copy()
    parts = (history, capacity, behaviour, arrays["circle"])
    flags = (group == 1, group == 2, arrays["score"] < 0)
    rows = [
        np.ones(len(group)),
        *(part >> 8 for part in parts),
        *(255 * f for f in flags),
    ]
    simulation.run(1)
    return np.stack(rows, axis=1).astype(float), arrays["history"] < history


def black_box(lab, ridge: float) -> tuple[np.ndarray, np.ndarray]:
    """Return scores after the first fit, and those that floating-point algebra gives."""
    incomes = [k / 100 for k in range(256)]
    simulation = lab.start(
        {
            "world.n_ticks": REFIT + 1,
            "world.spans": [50, 500, 5000],
            "world.acts": [act("a", 0.2, scale=0.5), act("b", 0.1, only="rural")],
            "world.conduct.moral": 1.0,
            "world.meetings": {"slip": 0.2, "payoff_memory": 3},
            "world.population.network": ["village", "top"],
            "world.population.means.values": incomes,
            "regime": {"scorer": "model", "good_from": 0, "suspicion": 1.5},
            "regime.index": {"rate": 1.0, "record_weight": 0.3},
            "regime.index.full_capacity": HALF_FULL,
            "regime.model": {
                "refit": REFIT,
                "ridge": ridge,
                "points_per_violation": PRICE,
            },
            "regime.acts": points(a=0, b=0),
        }
    )
    seen = [observed(simulation) for _ in range(REFIT + 1)]
    x, y = (np.concatenate(part) for part in zip(*seen[:-1], strict=True))
    if ridge:
        centred = x - x.mean(axis=0)
        square = centred.T @ centred
        right = centred.T @ (y - y.mean())
        weights = np.linalg.pinv(square + ridge * np.diag(np.diag(square))) @ right
    else:
        weights = np.linalg.lstsq(x, y.astype(float), rcond=None)[0]
    expected = -12 * PRICE * ((seen[-1][0] - x.mean(axis=0)) @ weights)
    return in_points(simulation), expected


@case(
    "7.5",
    10_000,
    200_000,
    {"regime.model.ridge": 0.01},
    {"regime.model.refit": 3},
)
def black_box_is_ridge_regression(lab):
    """The black box is the ridge regression of recorded violations on its features,
    equal to floating-point least squares on the same records; a feature that alone
    determines violations gets all of the points. Bound: eight weights to 1/65536 on
    features up to 255, the result to 1/256.
    """
    bound, n = (8 * 255 / 131072 + 1) / 256 + 1e-6, REFIT * lab.n
    for ridge in (0.0, 0.5):
        got, expected = black_box(lab, ridge)
        off, spread = np.abs(got - expected).max(), int(got.std() > 10)
        yield within(f"ridge {ridge:g}: largest error", 0, off, bound, n, "records")
        yield exact(f"ridge {ridge:g}: scores are spread", 1, spread, lab.n)
    simulation = lab.run(
        {
            "world.n_ticks": REFIT + 1,
            "world.acts": [act("a", 1.0, only="rural")],
            "regime": {"scorer": "model", "index": {"rate": 1.0, "record_weight": 0.0}},
            "regime.model": {
                "refit": REFIT,
                "ridge": 0.0,
                "points_per_violation": PRICE,
            },
            "regime.acts": points(a=0),
        }
    )
    rural, score = (simulation.arrays["traits"] & 3) == 1, in_points(simulation)
    for who, here, violates in (("rural", rural, 1), ("others", ~rural, 0)):
        expected = 12 * PRICE * (rural.mean() - violates)
        off = np.abs(score[here] - expected).max()
        yield within(
            f"decided by group, {who}: largest error", 0, off, bound, here.sum()
        )
