"""PAWN and delta from any sample: known effects, a floor, and warnings on ranks."""

import inspect

import numpy as np
import pandas as pd
import pytest
from SALib.sample import sobol as sobol_sample
from support.sampled import NAMES, sampled
from threadpoolctl import threadpool_info, threadpool_limits

from scsfast.analysis import given_data
from scsfast.analysis.given_data import DUMMY
from scsfast.analysis.ranking import unclear_rank
from scsfast.analysis.sensitivity import NOT_A_NUMBER, sensitivity
from scsfast.errors import ConfigError

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    """Resample delta less often than users do, which widens its intervals."""
    monkeypatch.setattr(given_data, "DELTA_RESAMPLES", 20)
    monkeypatch.setattr(given_data, "DUMMY_RESAMPLES", 5)


@pytest.fixture(scope="module")
def cube():
    return np.random.default_rng(1).random((160, 3))


def spread_only(x):
    """Return a response of which a parameter moves the spread, never the mean."""
    noise = np.random.default_rng(2).normal(size=len(x))
    return 0.5 + 0.1 * (0.1 + 2 * x[:, 0]) * noise


def rows_of(table):
    return table.set_index("parameter")


@pytest.mark.parametrize("method", ["pawn", "delta"])
def test_effect_on_the_spread_alone_is_seen(cube, method):
    dataset = sampled(cube, spread_only(cube), kind="latin-hypercube")
    found = rows_of(sensitivity(dataset, measures="efficiency", method=method))
    assert set(found["method"]) == {method} and set(found["index"]) == {method}
    floor = found.loc[DUMMY]
    assert found.loc["world.a", "value"] > floor["high"]
    assert found.loc["world.a", "low"] > floor["value"]
    assert floor["low"] <= floor["value"] <= floor["high"]
    prcc = rows_of(sensitivity(dataset, measures="efficiency").query("index == 'prcc'"))
    assert prcc.loc["world.a", "low"] < 0 < prcc.loc["world.a", "high"]


@pytest.mark.parametrize("method", ["pawn", "delta"])
def test_without_any_effect_no_parameter_is_above_the_dummies(method):
    generator = np.random.default_rng(8)
    dataset = sampled(
        generator.random((120, 3)), generator.random(120), kind="latin-hypercube"
    )
    table = sensitivity(dataset, measures="efficiency", method=method)
    found = rows_of(table)
    assert (found.loc[NAMES, "value"] <= found.loc[DUMMY, "high"]).all()
    assert table["warning"].str.contains("no parameter is above the dummies").all()


@pytest.mark.parametrize("method", ["pawn", "delta"])
def test_clear_order_gives_no_warning_and_the_same_figures_again(cube, method):
    few = cube[:60]
    dataset = sampled(few, few[:, 1] * 0.5, kind="sobol")
    np.random.seed(3)  # noqa: NPY002
    table = sensitivity(dataset, measures="efficiency", method=method)
    after = np.random.random()  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    assert np.random.random() == after  # noqa: NPY002, SALib's seed stays its own
    assert (table["warning"] == "").all()
    again = sensitivity(dataset, measures="efficiency", method=method)
    pd.testing.assert_frame_equal(table, again)


def test_delta_uses_one_thread_and_leaves_the_number_as_it_was(cube, monkeypatch):
    during, by_salib = [], given_data.salib("delta")
    analyze = by_salib.analyze

    def counted(*arguments, **named):
        during.append(threads_of_blas())
        return analyze(*arguments, **named)

    counted.__signature__ = inspect.signature(analyze)
    monkeypatch.setattr(by_salib, "analyze", counted)
    dataset = sampled(cube[:60], cube[:60, 1], kind="sobol")
    with threadpool_limits(2, "blas"):
        before = threads_of_blas()
        sensitivity(dataset, measures="efficiency", method="delta")
        assert before == threads_of_blas() != during[0]
    assert set().union(*during) == {1}


def threads_of_blas() -> set[int]:
    """Return the numbers of threads of the libraries of linear algebra."""
    return {
        pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"
    }


def test_saltelli_counts_only_points_that_are_independent():
    problem = {"num_vars": 3, "names": NAMES, "bounds": [[0, 1]] * 3}
    rows = sobol_sample.sample(problem, 64, calc_second_order=False, seed=1)
    dataset = sampled(rows, rows[:, 0], kind="saltelli", second_order=False)
    dataset.attrs["designs"][0]["n"] = 64
    table = sensitivity(dataset, measures="efficiency", method="pawn")
    assert set(table["points"]) == {128}


def test_morris_and_few_points_are_refused(cube):
    morris = sampled(cube[:40], cube[:40, 0], kind="morris", levels=4)
    morris.attrs["designs"][0]["n"] = 10
    with pytest.raises(ConfigError, match="steps of trajectories"):
        sensitivity(morris, measures="efficiency", method="pawn")
    few = sampled(cube[:10], cube[:10, 0], kind="sobol")
    with pytest.raises(ConfigError, match="at least 30 points"):
        sensitivity(few, measures="efficiency", method="delta")


def test_unknown_method_is_refused(cube):
    dataset = sampled(cube, cube[:, 0], kind="sobol")
    with pytest.raises(ConfigError, match="`method` must be one of pawn, delta"):
        sensitivity(dataset, measures="efficiency", method="sobol")


def test_explicit_points_are_a_sample_and_texts_have_no_index(cube):
    texts = ["list" if x > 0.5 else "ledger" for x in cube[:, 2]]
    dataset = sampled(cube, cube[:, 0], "points", texts, kind="points")
    table = sensitivity(dataset, measures="efficiency")
    prcc = rows_of(table[table["index"] == "prcc"])
    assert prcc.loc["world.a", "value"] > 0.9
    assert prcc.loc["regime.scorer", "note"] == NOT_A_NUMBER


def ranked(*rows):
    return pd.DataFrame(rows, columns=["parameter", "value", "low", "high"])


def test_overlap_of_the_first_ranks_is_a_warning():
    wide = ranked(("a", 0.5, 0.3, 0.7), ("b", 0.4, 0.2, 0.6), ("c", 0.1, 0.0, 0.2))
    assert "intervals of a, b overlap" in unclear_rank(wide)
    clear = ranked(("a", 0.5, 0.45, 0.55), ("b", 0.4, 0.38, 0.42))
    assert unclear_rank(clear) == ""
    signs = ranked(("a", -0.5, -0.6, -0.4), ("b", 0.45, 0.35, 0.55))
    assert "intervals of a, b overlap" in unclear_rank(signs)
    assert unclear_rank(ranked(("a", 0.5, np.nan, np.nan))) == ""
    alone = ranked(("a", 0.5, 0.3, 0.7))
    assert unclear_rank(alone) == ""
