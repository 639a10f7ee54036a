"""Known answers that this release can express, each built by switching mechanisms off.

Every statistical check names its sample and its false-alarm rate; tolerances are 4.5
standard errors (two-sided false alarm 7e-6) unless said otherwise. Sources: domain
literature K2, K6; the ledger as a sum of independent records (compound binomial).
"""

import numpy as np
import pytest
from scenarios import scenario
from scipy import stats

import scsfast
from scsfast.engine.simulate import Simulation
from scsfast.model.integers import build_rules
from scsfast.model.outcomes import named

ERRORS = 4.5  # standard errors
QUIET = {  # nothing but what a test switches on
    "world": {
        "n_citizens": 200_000,
        "spans": [500, 10_000, 100_000, 1_000_000],
        "unit_means": None,
        "conduct": {"moral": 0.0, "intrinsic": 0.0, "help_rate": 0.0},
        "meetings": {"learning": 0.0, "mutation": 0.0, "slip": 0.0},
        "population": {"enrolled": 1.0, "aware": 0.0, "dissenters": 0.0, "network": []},
        "prize": {"loan": {"capacity": 0.0, "pool": "top"}},
        "acts": [],
    },
    "regime": {
        "floor": -30_000, "base": 0, "ceiling": 30_000, "grades": [], "acts": {},
        "discretion": 0.0, "loss": 0.0, "noise": 0.0, "publicity": 0.0,
        "memory_years": None, "scrutiny": {"rural": 1.0, "official": 1.0},
        "meeting": {"seen": 0.0},
    },
}  # fmt: skip


def quiet(world=None, regime=None, leaders=None):
    """Return the integers of the quiet scenario with changes."""
    from scenarios import merged

    return build_rules(
        scenario(
            world=merged(QUIET["world"], world or {}),
            regime=merged(QUIET["regime"], regime or {}),
            leaders=leaders,
        )
    )


def run(rules, replicate=0):
    """Return the simulation after its last tick."""
    simulation = Simulation(rules, 20181227, replicate, 2)
    simulation.run(rules.n_ticks)
    return simulation


def offence(rate, seen, name="a"):
    """Return a negative act that is always committed when offered (cost 0)."""
    return {"name": name, "domain": "social", "sign": "negative", "rate": rate,
            "scale": 1.0, "seen": seen}  # fmt: skip


def test_ledger_mean_and_variance_without_drift():
    """Mean S0 + T sum(p a), variance T (sum p a^2 - (sum p a)^2); 200,000 citizens."""
    rates, seen, points = (3.0, 1.2), (0.5, 0.25), (-5.0, -20.0)
    ticks = 60
    rules = quiet(
        world={
            "n_ticks": ticks,
            "acts": [offence(r, q, n) for r, q, n in zip(rates, seen, "ab", strict=True)],
        },
        regime={"acts": {n: {"points": a, "channel": "automatic"}
                         for n, a in zip("ab", points, strict=True)}},
    )  # fmt: skip
    score = run(rules).arrays["score"] / 256
    p = np.array(rates) / 12 * np.array(seen)
    a = np.array(points)
    mean = ticks * (p * a).sum()
    variance = ticks * ((p * a**2).sum() - (p * a).sum() ** 2)
    n = len(score)
    assert abs(score.mean() - mean) < ERRORS * np.sqrt(variance / n)
    kurtosis = stats.kurtosis(score) + 3  # of the sample, for the error of its variance
    error = variance * np.sqrt((kurtosis - 1) / n)
    assert abs(score.var() - variance) < ERRORS * error


def test_ledger_settles_where_drift_meets_points():
    """With drift d a tick the mean is S0 + sum(p a)/d and stays; 200,000 citizens."""
    rules = quiet(
        world={"n_ticks": 240, "acts": [offence(6.0, 0.5)]},
        regime={
            "memory_years": 1,
            "acts": {"a": {"points": -8, "channel": "automatic"}},
        },
    )
    score = run(rules).arrays["score"] / 256
    keep = 1 - rules.drift / 65536
    p = 6 / 12 * 0.5
    mean, variance = -8 * p / (1 - keep), 64 * p * (1 - p) / (1 - keep**2)
    truncation = 1 / 256 / (1 - keep)  # toward zero by less than 1/256 point a tick
    tolerance = ERRORS * np.sqrt(variance / len(score)) + truncation
    assert abs(score.mean() - mean) < tolerance


@pytest.mark.parametrize(
    ("norm", "slip", "flip", "expected"),
    [
        ("image", 0.05, 0.02, 0.2273),
        ("standing", 0.05, 0.02, 0.9351),
        ("stern", 0.05, 0.02, 0.9351),
        ("image", 0.1, 0.1, 0.3571),
        ("standing", 0.1, 0.1, 0.8333),
        ("stern", 0.1, 0.1, 0.8333),
    ],
)
def test_image_erodes_and_standing_survives_errors(norm, slip, flip, expected):
    """K2: cooperation (1-e) g* (g* given), all discriminate, public image, errors e, a.

    200,000 citizens, mean over the last 20 of 80 ticks; citizens meet at random in eight
    world-wide slots, so neighbours are correlated a little: tolerance 0.004 in all.
    """
    rules = quiet(
        world={
            "n_ticks": 80,
            "population": {
                "quality": {"kind": "constant", "value": 0},
                "strategies": {"reliable": 0.0, "opportunist": 0.0, "discriminator": 1.0},
                "network": ["top"] * 8,
            },
            "meetings": {"slip": slip},
        },
        regime={
            "floor": 0, "base": 1, "ceiling": 1, "good_from": 1, "publicity": 1.0,
            "deciding": "village", "noise": flip,
            "meeting": {"norm": norm, "seen": 1.0, "plus": 1, "minus": 1},
        },
    )  # fmt: skip
    outputs = named(run(rules).outputs())
    cooperation = outputs["words_kept"][-20:].sum() / outputs["meetings"][-20:].sum()
    assert abs(cooperation - (1 - slip) * expected) < 0.004


@pytest.mark.parametrize("r", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("p", [0.05, 0.2])
def test_allocation_gain_by_a_noisy_score(r, p):
    """K6: efficiency r and mean gain r phi(z)/p for a score with correlation r.

    The score is built by hand from quality and noise on the allocation's own arrays;
    quality is normal (in 256 steps), need constant, 200,000 citizens, one tick.
    """
    rules = quiet(
        world={
            "n_ticks": 1,
            "population": {"quality": {"kind": "normal", "mean": 0.5, "sd": 0.12}},
            "prize": {"loan": {"capacity": p, "need": {"kind": "constant", "value": 0.9},
                      "need_from": 0.0}},
        },
    )  # fmt: skip
    simulation = Simulation(rules, 5, 0, 1)
    theta = (simulation.arrays["quality"].astype(float) - 128) / (0.12 * 256)
    noise = np.random.default_rng(6).standard_normal(len(theta))
    wanted = r * theta + np.sqrt(1 - r * r) * noise
    points = np.round(5000 * wanted).astype(np.int64)
    simulation.arrays["score"][:] = points * 256
    simulation.arrays["rank_0"][:] = points + 30_000 + 2
    simulation.run(1)
    outputs = named(simulation.outputs())
    lottery = outputs["lottery_prize_value"][0] / 65536
    oracle = outputs["oracle_prize_value"][0]
    efficiency = (outputs["prize_value"][0] - lottery) / (oracle - lottery)
    factor = stats.norm.pdf(stats.norm.isf(p)) / p
    need = int(0.9 * 256)
    winners = outputs["prizes"][0]
    gain = ((outputs["prize_value"][0] - lottery) / need / winners) / (0.12 * 256)
    error = ERRORS / np.sqrt(winners)  # winners' quality varies by at most 1 sd
    assert abs(efficiency - r) < error / factor + 0.01  # 0.01: quality has 256 steps
    assert abs(gain - r * factor) < error + 0.01


@pytest.mark.parametrize("pool", ["village", "county", "top"])
@pytest.mark.parametrize("allocation", ["score", "lottery", "market", "oracle"])
def test_capacity_is_met_exactly(pool, allocation):
    """Each pool [s, e) hands out floor(c e) - floor(c s), at most its applicants."""
    from scenarios import rules as scenario_rules

    capacity = 0.037
    rules = scenario_rules(
        world={
            "n_citizens": 5_003,
            "prize": {"loan": {"capacity": capacity, "pool": pool}},
        },
        regime={"allocation": allocation},
    )
    simulation = Simulation(rules, 3)
    applies = simulation.arrays["oracle_rank_0"] > 0
    expected = 0
    loan = rules.prizes[0]
    for start in range(0, rules.n_citizens, loan.pool_span):
        stop = min(start + loan.pool_span, rules.n_citizens)
        share = (loan.capacity * stop >> 32) - (loan.capacity * start >> 32)
        expected += min(share, int(applies[start:stop].sum()))
    simulation.run(1)
    outputs = named(simulation.outputs())
    assert outputs["places"][0] == outputs["prizes"][0] == expected > 0


def test_null_of_no_discretion():
    """Discretion 0 leaves no trace: score equals fair score for everyone, always."""
    rules = build_rules(scenario(world={"n_citizens": 20_000, "n_ticks": 24},
                                 regime={"discretion": 0.0}))  # fmt: skip
    simulation = Simulation(rules, 1)
    for _ in range(24):
        simulation.run(1)
        assert (simulation.arrays["score"] == simulation.arrays["fair_score"]).all()
    outputs = named(simulation.outputs())
    for name in ("suppressed", "credited", "framed", "weighted", "bent", "desk_lifted"):
        assert outputs[name].sum() == 0
    assert outputs["prizes_moved"].sum() == outputs["displacement"].sum() == 0


def test_null_of_given_belief_and_inert_prizes():
    """Manipulation that citizens cannot respond to leaves their fair scores alone."""
    inert = {
        "world": {
            "n_citizens": 20_000,
            "n_ticks": 36,
            "prize": {"loan": {"value": 0, "wealth": 0}},
        },
        "regime": {
            "belief": {"kind": "slope", "slope": 0.001},
            "publicity": 0.0,
        },
    }
    bent = run(build_rules(scenario(**inert)))
    honest = run(build_rules(scenario(**inert, leaders={"all": {"share": 0.0}})))
    assert (bent.arrays["fair_score"] == honest.arrays["score"]).all()
    assert (honest.arrays["fair_score"] == honest.arrays["score"]).all()
    assert (bent.arrays["score"] != honest.arrays["score"]).any()


def test_null_of_two_names(tmp_path):
    """A scenario under two names gives identical bits; another replicate does not."""
    campaign = {
        "replicates": 2,
        "world": {"n_citizens": 2_000, "n_ticks": 24},
        "scenario": [{"pilot": "rongcheng", "name": name} for name in ("one", "other")],
    }
    results = scsfast.run(campaign, tmp_path / "a.zarr")
    one, other = (results.sel(scenario=name) for name in ("one", "other"))
    for name in results.data_vars:
        assert (one[name].values == other[name].values).all(), name
    assert (one["score"].values[0] != one["score"].values[1]).any()


def test_all_regimes_meet_the_same_luck():
    """World draws do not know the regime: people, needs, lots, offers are equal."""
    lottery = {"scorer": "none", "allocation": "lottery"}
    bent, drawn = (
        run(build_rules(scenario(regime=regime))) for regime in ({}, lottery)
    )
    for name in ("quality", "guile", "means", "ties", "traits", "lot_0"):
        assert (bent.arrays[name] == drawn.arrays[name]).all()
    ours, theirs = named(bent.outputs()), named(drawn.outputs())
    for name in ("applicants", "temptations", "occasions", "meetings", "places"):
        assert (ours[name] == theirs[name]).all()
