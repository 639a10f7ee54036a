"""Formulas of measures: sums, ratios, and positions between two reference values.

All formulas take a dataset of outputs with dimensions (scenario, replicate, ...), the
coordinate `n_citizens` and the attribute `first_measured_tick`. They return (scenario,
replicate) arrays; measures by group also have the dimension group. The dataset is one of
xarray or a `PlainDataset`, and so is what they return.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .inequality import gini, gini_of_counts
from .plain_arrays import PlainArray

if TYPE_CHECKING:
    import xarray as xr

Formula: TypeAlias = "Callable[[xr.Dataset], xr.DataArray]"

TRUE_HALF = 8  # quality classes from this one up are the better half
LOT = 65536


# Sums ---------------------------------------------------------------------------------


def total(dataset: xr.Dataset, name: str, *keep: str) -> xr.DataArray:
    """Sum an output over measured ticks and all dimensions but scenario and replicate.

    Labels of outputs by tie overlap, so of these only citizens tied to any leader count.
    Dimensions named in `keep` are not summed over.

    Parameters
    ----------
    dataset : xarray.Dataset
        As returned by `scsfast.open`.
    name : str
    *keep : str
        Dimensions that are not summed over.
    """
    variable = dataset[name] if "tie" in keep else once(dataset[name])
    if "tick" in variable.dims:
        variable = variable.isel(tick=measured(variable["tick"], dataset))
    kept = ("scenario", "replicate", *keep)
    return variable.sum([dim for dim in variable.dims if dim not in kept], dtype="f8")


def once(variable: xr.DataArray) -> xr.DataArray:
    """Return an output without double counts; labels of ties overlap."""
    return variable.sel(tie="any") if "tie" in variable.dims else variable


def measured(ticks: xr.DataArray, dataset: xr.Dataset) -> np.ndarray:
    """Return the indices of the ticks after warm-up."""
    return np.flatnonzero(ticks.values >= dataset.attrs["first_measured_tick"])


def ratio(above: xr.DataArray, below: xr.DataArray) -> xr.DataArray:
    """Return a quotient, missing where the denominator is 0."""
    return above / below.where(below != 0)


def citizen_ticks(dataset: xr.Dataset) -> xr.DataArray | int:
    """Return citizens times measured ticks."""
    n_citizens: xr.DataArray | int = dataset.coords.get(
        "n_citizens", dataset.attrs.get("n_citizens")
    )
    return n_citizens * len(measured(dataset["tick"], dataset))


def share_of(above: str, below: str, *keep: str, unit: float = 1.0) -> Formula:
    """Return the formula of a ratio of two outputs.

    Parameters
    ----------
    above : str
        Output in the numerator.
    below : str
        Output in the denominator.
    *keep : str
        Dimensions that are not summed over.
    unit : float
        Factor of the denominator.
    """
    return lambda d: ratio(total(d, above, *keep), unit * total(d, below, *keep))


def per_citizen(name: str, unit: float = 1.0) -> Formula:
    """Return the formula of an output per citizen and tick."""
    return lambda d: total(d, name) / (unit * citizen_ticks(d))


# Prizes -------------------------------------------------------------------------------


def between(value: str, best: str) -> Formula:
    """Return the formula of a value's position between a lottery (0) and a best (1)."""

    def formula(dataset: xr.Dataset) -> xr.DataArray:
        lottery = total(dataset, "lottery_prize_value") / LOT
        return ratio(total(dataset, value) - lottery, total(dataset, best) - lottery)

    return formula


def gain(winners: str) -> Formula:
    """Return the formula of (actual - fair) over all prizes, for a class of citizens."""

    def formula(dataset: xr.Dataset) -> xr.DataArray:
        names = (f"{winners}_prizes", f"{winners}_fair_prizes")
        won, fair = (total(dataset, name) for name in names)
        return ratio(won - fair, total(dataset, "prizes"))

    return formula


def capture(
    dataset: xr.Dataset,
    prizes: str = "connected_prizes",
    tie: str | Sequence[str] = "any",
) -> xr.DataArray:
    """Return the prize rate of citizens tied to a leader over that of all others.

    It is computed from the prizes won, or ("connected_fair_prizes") from those that fair
    scores would give, for ties to any leader or to that of one level.

    Parameters
    ----------
    dataset : xarray.Dataset
        As returned by `scsfast.open`.
    prizes : str
        Name of the output.
    tie : str or sequence of str
        Level of government, or "any"; several are a further dimension of the result.
    """
    won, citizens = (total(dataset, name, "tie") for name in (prizes, "connected"))
    all_won, all_citizens = (each.sel(tie="all", drop=True) for each in (won, citizens))
    rest = ratio(all_won - won, all_citizens - citizens)
    return ratio(ratio(won, citizens), rest).sel(tie=tie)


def fair_capture(dataset: xr.Dataset) -> xr.DataArray:
    """Return the capture that there would be if fair scores decided."""
    return capture(dataset, "connected_fair_prizes")


def auc(dataset: xr.Dataset) -> xr.DataArray:
    """Return the AUC of score against true quality, averaged over distributions."""
    ticks = measured(dataset["distribution_tick"], dataset)
    counts = dataset["score_count"].isel(distribution_tick=ticks)
    counts = counts.sel(judge="actual")
    is_better = counts["quality_class"].values >= TRUE_HALF
    better, worse = (
        counts.isel(quality_class=np.flatnonzero(half)).sum("quality_class", dtype="f8")
        for half in (is_better, ~is_better)
    )
    below = worse.cumsum("score_bin") - worse / 2
    pairs = better.sum("score_bin") * worse.sum("score_bin")
    found = ratio((better * below).sum("score_bin"), pairs).mean("distribution_tick")
    return found.drop_vars("judge")


# Groups and inequality ----------------------------------------------------------------


def group_capture(dataset: xr.Dataset) -> xr.DataArray:
    """Return, within each group, the prize rate of tied citizens over that of all others."""
    won = total(dataset, "stratum_prizes", "group", "tied")
    rate = ratio(won, total(dataset, "stratum_citizens", "group", "tied"))
    tied, rest = (rate.sel(tied=label, drop=True) for label in ("tied", "untied"))
    return ratio(tied, rest)


def group_skill(dataset: xr.Dataset) -> xr.DataArray:
    """Return skill within each group, per prize: see `GROUP_MEASURES`."""

    def mean(value: str, count: str) -> xr.DataArray:
        names = (f"stratum_{value}", f"stratum_{count}")
        return ratio(*(total(dataset, name, "group") for name in names))

    lottery = mean("applicant_value", "applicants")
    best = mean("quality_prize_value", "quality_prizes")
    return ratio(mean("prize_value", "prizes") - lottery, best - lottery)


def _at_the_end(dataset: xr.Dataset, name: str, *keep: str) -> xr.DataArray:
    """Return a histogram at the end of the run, summed over all but some dimensions."""
    counts = dataset[name].isel(distribution_tick=-1, drop=True)
    kept = ("scenario", "replicate", "bin", *keep)
    return counts.sum([dim for dim in counts.dims if dim not in kept], dtype="f8")


def wealth_gini(dataset: xr.Dataset, *keep: str) -> xr.DataArray:
    """Return the Gini coefficient of wealth at the end, from sums by bin."""
    names = ("stratum_wealth_count", "stratum_wealth")
    counts, sums = (_at_the_end(dataset, name, *keep) for name in names)
    found: xr.DataArray = _over_bins(gini, counts, sums)
    return found


def prize_gini(dataset: xr.Dataset, *keep: str) -> xr.DataArray:
    """Return the Gini coefficient of prizes won since warm-up, at the end."""
    counts = _at_the_end(dataset, "stratum_prize_count", *keep)
    found: xr.DataArray = _over_bins(gini_of_counts, counts)
    return found


def _over_bins(function: Callable[..., Any], *arrays: Any) -> Any:
    """Return a function of histograms, whose bins it takes on the last axis."""
    first = arrays[0]
    if isinstance(first, PlainArray):
        values = function(*(array.last("bin") for array in arrays))
        return PlainArray(values, [dim for dim in first.dims if dim != "bin"])
    import xarray as xr

    return xr.apply_ufunc(function, *arrays, input_core_dims=[["bin"]] * len(arrays))
