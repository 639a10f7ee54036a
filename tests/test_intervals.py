"""Statistics over replicates: known answers, and too few replicates."""

import math

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scsfast import intervals

pytestmark = pytest.mark.filterwarnings("error")
NAN = float("nan")
SOME = st.lists(st.integers(-1000, 1000), min_size=2, max_size=12)


def test_interval_is_students():
    mean, half = intervals.interval([1.0, 2.0, 3.0])
    assert (mean, half) == (2.0, pytest.approx(4.302652729911275 / 3**0.5))


@given(SOME)
def test_interval_equals_that_of_scipy(values):
    found = intervals.estimate(values, 0.9)
    if np.ptp(values) == 0:
        assert found == (values[0], values[0], values[0], len(values))
        return
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    assert found[:3] == pytest.approx((np.mean(values), low, high))


def test_missing_values_are_left_out():
    assert intervals.estimate([1.0, NAN, 3.0]) == intervals.estimate([1.0, 3.0])


@pytest.mark.parametrize(("values", "mean", "n"), [([], NAN, 0), ([5.0], 5.0, 1)])
def test_too_few_have_no_interval(values, mean, n):
    found = intervals.estimate(values)
    assert found.n == n and math.isnan(found.low) and math.isnan(found.high)
    assert found.mean == mean or math.isnan(mean)


def test_statistics_keep_other_dimensions_and_coordinates():
    values = xr.DataArray(
        [[1.0, 2.0, 3.0], [4.0, NAN, NAN]],
        dims=("scenario", "replicate"),
        coords={"scenario": ["a", "b"], "base": ("scenario", ["x", "y"])},
        attrs={"units": "point"},
    )
    found = intervals.statistics(values)
    assert found.dims == ("scenario", "statistic") and found.attrs["units"] == "point"
    assert list(found["base"].values) == ["x", "y"]
    assert found.sel(scenario="a").values.tolist() == list(
        intervals.estimate([1, 2, 3])
    )
    assert found.sel(scenario="b", statistic="n") == 1


def test_bootstrap_is_that_of_scipy_and_the_same_each_time():
    values = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    found = stats.bootstrap(
        (values,), np.mean, method="BCa", n_resamples=intervals.RESAMPLES,
        random_state=np.random.default_rng(intervals.BOOTSTRAP_SEED),
    ).confidence_interval  # fmt: skip
    assert intervals.bootstrap(values) == tuple(found) == intervals.bootstrap(values)


@pytest.mark.parametrize(
    ("values", "bounds"),
    [([], NAN), ([1.0], NAN), ([2.0, 2.0], 2.0), ([0.0] * 5, 0.0), ([NAN, 1.0], NAN)],
)
def test_bootstrap_of_too_few_or_equal_values(values, bounds):
    assert intervals.bootstrap(values) == pytest.approx((bounds, bounds), nan_ok=True)


def test_p_is_that_of_the_paired_test():
    one, other = np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.25, 5.0])
    assert intervals.paired_p(one - other) == stats.ttest_rel(one, other).pvalue


@pytest.mark.parametrize(
    ("differences", "p"),
    [([0.0, 0.0], 1.0), ([0.1, 0.1], 0.0), ([0.3], NAN), ([NAN, NAN, 1.0], NAN)],
)
def test_p_of_too_few_or_equal_differences(differences, p):
    assert intervals.paired_p(differences) == pytest.approx(p, nan_ok=True)


def test_holm_by_hand():
    # sorted .01 .02 .03 .5: 4 x .01, 3 x .02, max(.06, 2 x .03), 1 x .5
    found = intervals.holm([0.03, 0.5, 0.01, NAN, 0.02])
    assert found == pytest.approx([0.06, 0.5, 0.04, NAN, 0.06], nan_ok=True)


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_keeps_order_and_lies_between_none_and_bonferroni(p_values):
    found, p_values = intervals.holm(p_values), np.array(p_values)
    assert (found >= p_values).all()
    assert (found <= np.minimum(1, p_values * len(p_values)) + 1e-15).all()
    order = np.argsort(p_values, kind="stable")
    assert (np.diff(found[order]) >= 0).all()


def test_independent_design_by_its_own_formula():
    one = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    other = one + np.array([0.1, -0.1, 0.1, 0.0, 0.2])
    m = int(intervals.independent_replicates(one, other))
    _, half = intervals.interval(one - other)
    variance = one.var(ddof=1) + other.var(ddof=1)

    def unpaired(size):
        return stats.t.ppf(0.975, 2 * size - 2) * math.sqrt(variance / size)

    assert unpaired(m) <= half < unpaired(m - 1)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([1.0, 2.0], [1.0, 2.0], math.inf),
        ([1.0, 2.0], [2.0, 3.0], math.inf),
        ([1.0, 1.0], [3.0, 3.0], 2.0),
        ([1.0], [2.0], NAN),
    ],
    ids=["equal", "shifted", "constant", "too few"],
)
def test_independent_design_at_the_edges(one, other, expected):
    found = intervals.independent_replicates(one, other)
    assert found == pytest.approx(expected, nan_ok=True)


def test_correlation_with_a_constant_is_missing():
    assert math.isnan(intervals.correlation([1.0, 1.0], [1.0, 2.0]))
    assert intervals.correlation([1.0, 2.0], [4.0, 8.0]) == pytest.approx(1)


def test_interval_of_a_standard_error_is_that_of_the_values():
    values = [1.0, 2.0, 3.0, 5.0]
    error = float(np.std(values, ddof=1)) / 2
    found = intervals.estimate_of_error(2.75, error, 4, 0.9)
    assert found == pytest.approx(intervals.estimate(values, 0.9))
    assert math.isnan(intervals.estimate_of_error(2.75, error, 1).low)


def test_half_of_a_normal_interval_is_196_standard_deviations_in_100():
    resampled = np.array([[0.0, 1.0], [2.0, 1.0], [4.0, 1.0]])
    found = intervals.normal_half(resampled)
    assert found == pytest.approx([2 * 1.959963984540054, 0.0])


def test_interval_of_a_share_is_wilsons():
    assert intervals.share_interval(5, 10) == pytest.approx(
        (0.23659, 0.76341), abs=1e-5
    )
    low, high = intervals.share_interval(20, 20)
    assert 0.8 < low < 0.85 and high == 1
