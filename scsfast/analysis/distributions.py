"""Statistics from the histograms of a store: quantiles, spread, inequality, correlation.

All are floats derived from counts in bins, so their resolution is that of the bins: 128
over the range of scores, four per octave for wealth, 16 classes of quality.
"""

import numpy as np
import xarray as xr

from ..model.descriptions import described

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MEANINGS = {
    "score_quantile": "quantile of scores, linear inside a bin",
    "score_mean": "mean of scores, at the centres of bins",
    "score_sd": "standard deviation of scores, at the centres of bins",
    "score_quality_correlation": "Spearman's correlation of score and true quality",
    "wealth_quantile": "quantile of wealth, linear inside a bin",
    "wealth_gini": "Gini coefficient of wealth",
}


def distributions(dataset: xr.Dataset) -> xr.Dataset:
    """Return statistics of the distributions of scores and wealth.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.

    Returns
    -------
    xarray.Dataset
        float64, dimensions (scenario, replicate, distribution_tick, ...):
        ``score_quantile`` (judge, quantile), ``score_mean`` and ``score_sd`` (judge), in
        points; ``score_quality_correlation`` (judge), Spearman's on bins, missing where
        all citizens have the same score or quality; ``wealth_quantile`` (quantile), in
        monthly incomes; ``wealth_gini``.
    """
    scores, starts = dataset["score_count"], dataset["score_bin_start"]
    by_score = scores.sum("quality_class")
    wealth, wealth_starts = dataset["wealth_count"], dataset["wealth_bin_start"]
    mean, sd = _moments(by_score, _centres(starts, "score_bin"), "score_bin")
    found = {
        "score_quantile": quantiles(by_score, starts, "score_bin"),
        "score_mean": mean,
        "score_sd": sd,
        "score_quality_correlation": spearman(scores, "score_bin", "quality_class"),
        "wealth_quantile": quantiles(wealth, wealth_starts, "bin"),
        "wealth_gini": gini(wealth, _centres(wealth_starts, "bin"), "bin"),
    }
    units = {"score": "point", "wealth": "monthly income"}
    for name, values in found.items():
        plain = name.endswith(("gini", "correlation"))
        unit = "1" if plain else units[name.partition("_")[0]]
        values.attrs = described(name, unit, MEANINGS[name])
    return xr.Dataset(found)


def quantiles(counts, starts, dim: str, at=QUANTILES) -> xr.DataArray:
    """Return quantiles of binned counts, interpolated linearly inside a bin.

    Parameters
    ----------
    counts, starts : xarray.DataArray
        Counts, and the lowest value of each bin, along `dim`.
    dim : str
    at : sequence of float
        Levels of the quantiles, in 0..1.
    """
    shares = xr.DataArray(list(at), dims="quantile", coords={"quantile": list(at)})
    above = counts.cumsum(dim).astype("f8")
    wanted = shares * counts.sum(dim)
    k = (above < wanted).sum(dim).clip(0, counts.sizes[dim] - 1)
    inside = counts.isel({dim: k}).astype("f8")
    missing = wanted - (above.isel({dim: k}) - inside)
    part = (missing / inside.where(inside > 0)).clip(0, 1)
    width = _widths(starts, dim).isel({dim: k})
    return (starts.isel({dim: k}) + part * width).drop_vars(dim, errors="ignore")


def gini(counts, centres, dim: str) -> xr.DataArray:
    """Return the Gini coefficient of binned values; missing where all are 0.

    Parameters
    ----------
    counts : xarray.DataArray
        Citizens per bin.
    centres : xarray.DataArray
        Value of each bin.
    dim : str
        The dimension to sum over.
    """
    people, sums = counts.astype("f8"), counts * centres
    total, mass = people.sum(dim), sums.sum(dim)
    lorenz = (people * (2 * sums.cumsum(dim) - sums)).sum(dim)
    return 1 - lorenz / (total * mass.where(mass > 0))


def spearman(counts, one: str, other: str) -> xr.DataArray:
    """Return Spearman's rank correlation of two binned variables, ties at mid-rank.

    Parameters
    ----------
    counts : xarray.DataArray
        Citizens per bin.
    one, other : str
        The dimensions of the two variables.
    """
    total = counts.sum([one, other]).astype("f8")
    ranks = [
        _mid_ranks(counts.sum(b), a) - total / 2
        for a, b in ((one, other), (other, one))
    ]
    covariance = (counts * ranks[0] * ranks[1]).sum([one, other])
    spreads = [(counts * rank**2).sum([one, other]) for rank in ranks]
    product = spreads[0] * spreads[1]
    return covariance / np.sqrt(product.where(product > 0))


def _mid_ranks(counts, dim: str) -> xr.DataArray:
    return counts.cumsum(dim) - counts / 2


def _moments(counts, values, dim: str) -> tuple[xr.DataArray, xr.DataArray]:
    """Return mean and standard deviation of binned values."""
    total = counts.sum(dim)
    mean = (counts * values).sum(dim) / total
    return mean, np.sqrt((counts * (values - mean) ** 2).sum(dim) / total)


def _widths(starts, dim: str) -> xr.DataArray:
    """Return the width of each bin; the last is as wide as the one before."""
    width = starts.diff(dim, label="lower")
    last = width.isel({dim: [-1]}).assign_coords({dim: starts[dim][-1:]})
    return xr.concat([width, last], dim)


def _centres(starts, dim: str) -> xr.DataArray:
    return starts + _widths(starts, dim) / 2
