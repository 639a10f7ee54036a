"""Measures and outputs over periods of a run."""

import numpy as np
import pytest
import xarray as xr

from scsfast.analysis import plots
from scsfast.analysis.time_series import AT_DISTRIBUTIONS, NEEDS, bands, over_time
from scsfast.errors import ConfigError
from scsfast.model.measures import MEASURES, summarise


@pytest.mark.parametrize("name", [n for n in NEEDS if n not in AT_DISTRIBUTIONS])
def test_one_period_of_all_measured_ticks_is_the_summary(dataset, name):
    first = dataset.attrs["first_measured_tick"]
    n = dataset.sizes["tick"] - first
    part = dataset.isel(tick=slice(first, None))
    found = over_time(part, name, n)
    assert found["tick"].values.tolist() == [dataset.sizes["tick"] - 1]
    expected = summarise(dataset)[name].values
    np.testing.assert_array_equal(found.values[..., 0], expected)


def test_auc_over_time_averages_to_the_summary(dataset):
    first = dataset.attrs["first_measured_tick"]
    found = over_time(dataset, "auc")
    measured = found.isel(tick=np.flatnonzero(found["tick"] >= first)).mean("tick")
    np.testing.assert_allclose(
        measured.values, summarise(dataset)["auc"].values, rtol=1e-12
    )


def test_every_measure_can_be_had_over_time():
    assert set(NEEDS) == set(MEASURES)


def test_mean_score_is_in_points_per_citizen(dataset):
    found = over_time(dataset, "mean_score", 2).values
    expected = dataset["score"].values / (256 * 2000)
    np.testing.assert_allclose(found[..., 0], expected[..., :2].mean(-1), rtol=1e-12)


def test_outputs_are_summed_and_averaged(dataset):
    found = over_time(dataset, "violations", 6)
    sums = dataset["violations"].sum("domain").values
    np.testing.assert_array_equal(
        found.values[..., -1], sums[..., -6:].mean(-1, dtype="f8")
    )


def test_an_unknown_variable_is_refused(dataset):
    with pytest.raises(ConfigError, match="`variable` must be .*, got 'efficency'"):
        plots.trajectories(dataset, "efficency")


def test_bands_are_intervals_or_quantiles():
    values = xr.DataArray([1.0, 2.0, 3.0], dims="replicate")
    mean, low, high = (float(edge) for edge in bands(values))
    assert (mean, round(high - mean, 6), round(mean - low, 6)) == (
        2,
        2.484138,
        2.484138,
    )
    assert [float(e) for e in bands(values, "quantiles")] == [2, 1.1, 2.9, 1.5, 2.5]
    assert len(bands(values[:1])) == len(bands(values[:1], "quantiles")) == 1
    with pytest.raises(ConfigError, match="`band` must be"):
        bands(values, "sd")
