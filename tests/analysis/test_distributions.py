"""Statistics of binned counts, compared with numpy and scipy on the citizens themselves."""

import numpy as np
import pytest
import xarray as xr
from scipy import stats

import scsfast
from scsfast.analysis.distributions import distributions, gini, quantiles, spearman
from scsfast.model.outcomes import score_bin_starts, wealth_bin_starts
from scsfast.model.reference.measure import wealth_bin


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    path = tmp_path_factory.mktemp("store") / "a.zarr"
    campaign = {
        "replicates": 1,
        "world": {"n_citizens": 20_000, "n_ticks": 24},
        "scenario": [{"pilot": "rongcheng"}, {"pilot": "lottery"}],
    }
    return scsfast.run(campaign, path), path


@pytest.fixture(scope="module")
def citizens():
    run = scsfast.simulate("rongcheng", n_citizens=20_000, n_ticks=24)
    return run.citizens


def last(values, **where):
    return float(
        values.isel(replicate=0, distribution_tick=-1).sel(
            scenario="rongcheng", **where
        )
    )


def test_score_statistics_are_those_of_the_citizens(results, citizens):
    found = distributions(results[0])
    score, width = citizens["score"] / 256, 1000 / 128
    where = {"judge": "actual"}
    assert abs(last(found["score_mean"], **where) - score.mean()) < width / 2
    assert abs(last(found["score_sd"], **where) - score.std()) < width / 2
    for q in (0.05, 0.5, 0.95):
        got = last(found["score_quantile"], quantile=q, **where)
        assert abs(got - np.quantile(score, q)) <= width
    k = ((citizens["score"] - 500 * 256).astype(np.int64) * 128) // (1000 * 256 + 1)
    exact = stats.spearmanr(k, citizens["quality"]).statistic
    assert abs(last(found["score_quality_correlation"], **where) - exact) < 0.01


def test_wealth_statistics_are_those_of_the_citizens(results, citizens):
    found = distributions(results[0])
    wealth = np.sort(citizens["wealth"] / 256)
    n = len(wealth)
    exact = (2 * np.arange(1, n + 1) - n - 1) @ wealth / (n * wealth.sum())
    assert abs(last(found["wealth_gini"]) - exact) < 0.005
    median = last(found["wealth_quantile"], quantile=0.5)
    assert abs(median / np.median(wealth) - 1) < 0.02


def test_all_have_units_and_meanings(results):
    found = distributions(results[0])
    assert [
        n for n, v in found.items() if not (v.attrs["units"] and v.attrs["long_name"])
    ] == []
    assert found["wealth_gini"].attrs["long_name"] == "Gini coefficient of wealth"


def test_without_scores_there_is_no_correlation(results):
    found = distributions(results[0]).sel(scenario="lottery")
    assert found["score_quality_correlation"].isnull().all()


def test_gini_of_one_owner_and_of_equals():
    counts = xr.DataArray([[9, 0, 1], [0, 10, 0]], dims=("case", "bin"))
    centres = xr.DataArray([0.0, 1.0, 2.0], dims="bin")
    assert np.allclose(gini(counts, centres, "bin"), [0.9, 0.0])


def test_quantiles_lie_inside_their_bins():
    counts = xr.DataArray([0, 4, 0, 4], dims="bin", coords={"bin": range(4)})
    starts = xr.DataArray([0.0, 1.0, 2.0, 3.0], dims="bin", coords={"bin": range(4)})
    got = quantiles(counts, starts, "bin", at=(0.0, 0.25, 0.5, 0.75, 1.0))
    assert got.values.tolist()[1:] == [1.5, 2.0, 3.5, 4.0]


def test_spearman_of_a_diagonal_is_one():
    counts = xr.DataArray(np.diag([1, 5, 2]), dims=("a", "b"))
    assert np.isclose(spearman(counts, "a", "b"), 1)
    assert np.isclose(spearman(counts[::-1], "a", "b"), -1)


def test_wealth_bins_start_where_values_are_counted(results):
    starts = [start * 256 for start in wealth_bin_starts()]
    for k in range(1, 120):
        assert (wealth_bin(int(starts[k])), wealth_bin(int(starts[k]) - 1)) == (
            k,
            k - 1,
        )
    scores = results[0]["score_bin_start"].sel(scenario="rongcheng").values
    assert scores[0] == 500
    assert np.allclose(np.diff(scores), 1000 / 128, atol=1 / 256)


def test_score_bins_start_where_values_are_counted():
    from support.small_scenarios import rules

    integers = rules()
    for k, start in enumerate(score_bin_starts(integers)):
        step = round(start * 256) - integers.floor
        assert step * integers.bin_factor >> 32 == k
        assert k == 0 or (step - 1) * integers.bin_factor >> 32 == k - 1


def test_a_finished_store_has_its_bins_without_scsfast(results):
    plain = xr.open_zarr(results[1])
    assert plain["score_bin_start"].attrs["units"] == "point"
    assert plain["wealth_bin_start"].sizes == {"bin": 128}
