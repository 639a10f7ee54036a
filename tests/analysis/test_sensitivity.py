"""Sensitivity: a function with known indices, and incomplete samples."""

import math

import numpy as np
import pytest
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample
from SALib.test_functions import Ishigami
from scipy.stats import qmc, spearmanr
from support.made_results import made, with_status

from scsfast.analysis import rank_correlation
from scsfast.analysis.sensitivity import CONSTANT, sensitivity
from scsfast.errors import ConfigError

pytestmark = pytest.mark.filterwarnings("error")
NAMES = ["world.a", "world.b", "regime.c"]
PROBLEM = {"num_vars": 3, "names": NAMES, "bounds": [[-np.pi, np.pi]] * 3}
SCALE = 0.01  # efficiency = .5 + SCALE x Ishigami

# Ishigami with a = 7, b = 0.1 (Saltelli et al., Global Sensitivity Analysis, 2008).
VARIANCE = 7**2 / 8 + 0.1 * np.pi**4 / 5 + 0.1**2 * np.pi**8 / 18 + 0.5
FIRST = [0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2 / VARIANCE, 7**2 / 8 / VARIANCE, 0.0]
BOTH = 8 * 0.1**2 * np.pi**8 / 225 / VARIANCE  # of a and c together
TOTAL = [FIRST[0] + BOTH, FIRST[1], BOTH]


def sampled(rows, response, replicates=1, **design):
    """Return a dataset of a sample with a given efficiency at each point."""
    n = len(rows)
    coords = {
        "base": ["r"] * n,
        "design": ["sample"] * n,
        "point": list(range(n)),
        **{name: rows[:, k] for k, name in enumerate(NAMES)},
    }
    about = {
        "of": ["r"],
        "parameters": dict(zip(NAMES, PROBLEM["bounds"], strict=True)),
        **design,
    }
    names = [f"r, point {k}" for k in range(n)]
    values = np.broadcast_to(np.asarray(response)[:, None], (n, replicates))
    return made(
        names, replicates, coords=coords, attrs={"designs": [about]}, efficiency=values
    )


def ishigami(kind, rows, **design):
    """Return a sample of the Ishigami function."""
    response = 0.5 + SCALE * Ishigami.evaluate(rows)
    return sampled(rows, response, kind=kind, **design)


def index(table, name):
    """Return the rows of one index, by parameter."""
    return table[table["index"] == name].set_index("parameter")


@pytest.fixture(scope="module")
def saltelli():
    rows = sobol_sample.sample(PROBLEM, 1024, calc_second_order=False, seed=35)
    return ishigami("saltelli", rows, n=1024, second_order=False)


def test_sobol_indices_of_a_known_function(saltelli):
    table = sensitivity(saltelli, measures=["efficiency"])
    for name, known in (("S1", FIRST), ("ST", TOTAL)):
        found = index(table, name)
        assert found["value"].tolist() == pytest.approx(known, abs=0.04)
        assert (found["low"] < known).all() and (found["high"] > known).all()
    assert set(table["method"]) == {"sobol"} and (table["points"] == 1024 * 5).all()


def test_pairs_of_parameters_if_planned():
    rows = sobol_sample.sample(PROBLEM, 512, calc_second_order=True, seed=35)
    dataset = ishigami("saltelli", rows, n=512, second_order=True)
    pairs = index(sensitivity(dataset, measures=["efficiency"]), "S2")["value"]
    assert pairs["world.a x regime.c"] == pytest.approx(BOTH, abs=0.05)
    assert pairs["world.a x world.b"] == pytest.approx(0, abs=0.05)


def test_morris_screens_a_linear_function_exactly():
    rows = morris_sample.sample(PROBLEM, 10, num_levels=6, seed=35)
    slopes = np.array([0.3, -0.1, 0.0])  # of the response, over each range
    response = 0.5 + (rows / (2 * np.pi) * slopes).sum(axis=1)
    table = sensitivity(
        sampled(rows, response, kind="morris", n=10, levels=6), measures=["efficiency"]
    )
    assert index(table, "mu_star")["value"].tolist() == pytest.approx(
        abs(slopes), abs=1e-5
    )
    assert index(table, "mu")["value"].tolist() == pytest.approx(slopes, abs=1e-5)
    assert index(table, "sigma")["value"].tolist() == pytest.approx([0] * 3, abs=1e-5)


def test_morris_sees_interactions_of_a_known_function():
    rows = morris_sample.sample(PROBLEM, 100, num_levels=8, seed=35)
    table = sensitivity(
        ishigami("morris", rows, n=100, levels=8), measures="efficiency"
    )
    spread = index(table, "sigma")["value"]
    assert spread["regime.c"] > 0.9 * index(table, "mu_star")["value"]["regime.c"]


@pytest.fixture(scope="module")
def cube():
    return qmc.scale(
        qmc.LatinHypercube(3, rng=35).random(64), [-np.pi] * 3, [np.pi] * 3
    )


def test_rank_correlations(cube):
    response = 0.5 + 0.1 * np.tanh(cube[:, 0]) - 0.01 * cube[:, 1]
    table = sensitivity(
        sampled(cube, response, kind="latin-hypercube", n=64), measures=["efficiency"]
    )
    partial, plain = index(table, "prcc"), index(table, "spearman")
    for k, name in enumerate(NAMES):
        known = spearmanr(cube[:, k], np.rint(1e6 * response)).statistic
        assert plain["value"][name] == pytest.approx(known)
    assert partial["value"]["world.a"] > plain["value"]["world.a"] > 0.8
    assert partial["value"]["world.b"] < plain["value"]["world.b"] < 0
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    assert partial["low"]["regime.c"] < 0 < partial["high"]["regime.c"]


def test_partial_correlation_removes_other_parameters():
    """The response is b; a is correlated with b only."""
    generator = np.random.default_rng(35)
    b = generator.normal(size=500)
    a = b + generator.normal(size=500)
    pair = np.column_stack([a, b])
    assert rank_correlation.spearman(pair, b)[0] > 0.6
    response = b + 0.3 * generator.normal(size=500)
    assert abs(rank_correlation.prcc(pair, response)[0]) < 0.1


def test_a_response_that_is_a_parameter_has_correlation_one(cube):
    assert rank_correlation.prcc(cube, cube[:, 1])[1] == pytest.approx(1)
    assert rank_correlation.spearman(cube, -cube[:, 1])[1] == pytest.approx(-1)


def test_too_few_points_have_no_partial_correlation(cube):
    assert np.isnan(rank_correlation.prcc(cube[:5], cube[:5, 0])).all()
    assert np.isnan(rank_correlation.spearman(np.ones((5, 1)), cube[:5, 0])).all()


def test_constant_output_is_reported(saltelli):
    table = sensitivity(saltelli, measures=["capture"])
    assert table["note"].tolist() == [CONSTANT] * 3
    assert table["value"].isna().all() and table["parameter"].tolist() == NAMES


def test_missing_output_is_reported(cube):
    dataset = sampled(cube, np.full(64, 0.5), kind="latin-hypercube", n=64)
    dataset["oracle_prize_value"][3] = 0
    (note,) = set(sensitivity(dataset, measures=["efficiency"])["note"])
    assert note == "missing at 1 points"


def test_order_of_scenarios_is_irrelevant(cube):
    response = np.linspace(0.2, 0.8, 64)
    dataset = sampled(cube, response, kind="sobol", n=64)
    turned = dataset.isel(scenario=np.random.default_rng(1).permutation(64))
    one, other = (sensitivity(d, measures=["efficiency"]) for d in (dataset, turned))
    assert one.equals(other)


def test_the_response_is_the_mean_over_common_replicates(cube):
    dataset = sampled(cube, np.linspace(0.2, 0.8, 64), 3, kind="sobol", n=64)
    whole = sensitivity(dataset, measures=["efficiency"])
    dataset["prize_value"][5, 2] = 0  # replicate 2 of point 5 would spoil it
    status = np.ones((64, 3), "u1")
    status[9, 2] = 0
    part = sensitivity(with_status(dataset, status), measures=["efficiency"])
    assert (part["replicates"] == 2).all() and (whole["replicates"] == 3).all()
    assert part["value"].tolist() == whole["value"].tolist()


def test_a_replicate_missing_at_one_point_is_left_out_of_all(cube):
    dataset = sampled(cube, np.linspace(0.2, 0.8, 64), 3, kind="sobol", n=64)
    whole = sensitivity(dataset, measures=["efficiency"])
    dataset["prize_value"][7] += 1000 * np.arange(3)[:, None]  # replicates differ
    dataset["oracle_prize_value"][5, 2] = 0
    part = sensitivity(dataset, measures=["efficiency"])
    two = sensitivity(dataset.isel(replicate=[0, 1]), measures=["efficiency"])
    assert (part["replicates"] == 2).all() and (whole["replicates"] == 3).all()
    assert part.equals(two)


def test_missing_points_are_named(cube):
    dataset = sampled(cube, np.full(64, 0.5), kind="sobol", n=64)
    rest = dataset.isel(scenario=[k for k in range(64) if k not in (3, 17)])
    message = "the sample of 'r' is not complete: no scenario of point 3, point 17$"
    with pytest.raises(ConfigError, match=message):
        sensitivity(rest)


def test_unfinished_points_are_named(cube):
    dataset = sampled(cube, np.full(64, 0.5), 2, kind="sobol", n=64)
    status = np.ones((64, 2), "u1")
    status[[4, 8], 0], status[4:, 1] = 0, 0
    message = "replicate 0 lacks 'r, point 4', 'r, point 8'$"
    with pytest.raises(ConfigError, match=message):
        sensitivity(with_status(dataset, status))


@pytest.mark.parametrize(
    ("kind", "design", "points"),
    [
        ("saltelli", {"n": 4, "second_order": True}, 32),
        ("saltelli", {"n": 4, "second_order": False}, 20),
        ("morris", {"n": 5}, 20),
        ("latin-hypercube", {"n": 7}, 7),
    ],
)
def test_number_of_points_is_known(cube, kind, design, points):
    dataset = sampled(cube[:points], np.full(points, 0.5), kind=kind, **design)
    assert sensitivity(dataset)["points"].unique().tolist() == [points]
    with pytest.raises(ConfigError, match=f"no scenario of point {points - 1}$"):
        sensitivity(dataset.isel(scenario=slice(points - 1)))


def test_wrong_questions_are_refused(cube):
    dataset = sampled(cube, np.full(64, 0.5), kind="sobol", n=64)
    with pytest.raises(ConfigError, match="`of` must be one of r, got 'q'"):
        sensitivity(dataset, bases=["q"])
    with pytest.raises(ConfigError, match="`variable` must be one of"):
        sensitivity(dataset, measures=["q"])
    with pytest.raises(ConfigError, match=r"needs a campaign with a \[sample\]"):
        sensitivity(made("ab"))


def test_missing_numbers_stay_missing():
    value, low, high = rank_correlation.with_interval(
        rank_correlation.spearman, np.ones((4, 1)), np.arange(4.0), 0.95
    )
    assert all(math.isnan(x[0]) for x in (value, low, high))


def test_a_parameter_that_others_determine_has_no_partial_correlation():
    one = np.random.default_rng(3).permutation(20).astype("f8")
    twice = np.column_stack([one, 2 * one + 1])
    assert np.isnan(rank_correlation.prcc(twice, one[::-1])).all()


@pytest.mark.parametrize(
    "statistic", [rank_correlation.spearman, rank_correlation.prcc]
)
def test_stacked_resamples_equal_single_ones(statistic):
    generator = np.random.default_rng(4)
    parameters, response = generator.random((5, 12, 3)), generator.random((5, 12))
    parameters[0, :, 1] = 7.0
    stacked = statistic(parameters, response)
    each = [statistic(p, r) for p, r in zip(parameters, response, strict=True)]
    np.testing.assert_allclose(stacked, each, rtol=0, atol=1e-14)
    assert np.isnan(stacked[0, 1]) and np.isfinite(stacked[1:]).all()
