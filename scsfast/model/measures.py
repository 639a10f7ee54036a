"""Summaries: one number a replicate, and their mean with a 95 % interval a scenario.

All are ratios of sums over the measured ticks (those after warm-up), missing (NaN) where
the denominator is 0 or where the regime has no scores to speak of.
"""

import numpy as np
import xarray as xr

from ..intervals import statistics

MEASURES = {
    "efficiency": "value of prizes between lottery (0) and oracle (1)",
    "fair_efficiency": "the same had fair scores decided",
    "prizes_moved_share": "share of winners who would not have won by fair score",
    "capture": "prize rate of those tied to any leader over the rest's",
    "mean_displacement": "mean |score - fair score|",
    "auc": "chance that a citizen of the better half outscores one of the worse",
    "violation_rate": "violations a temptation",
}
UNITS = {"mean_displacement": "point"}
TRUE_HALF = 8  # quality classes from this one up are the better half
POINT = 256
LOT = 65536
SCORED = ("ledger", "index", "model")  # scorers that give scores


def summarise(dataset: xr.Dataset) -> xr.Dataset:
    """Return the measures of every replicate.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` gives it.

    Returns
    -------
    xarray.Dataset
        One float64 variable a measure, dimensions (scenario, replicate).
    """
    values = {name: measure(dataset, name) for name in MEASURES}
    summary = xr.Dataset(values).drop_vars(["scorer", "n_citizens"], errors="ignore")
    for name, meaning in MEASURES.items():
        attributes = {"long_name": meaning, "units": UNITS.get(name, "1")}
        summary[name].attrs = attributes
    return summary


def measure(dataset: xr.Dataset, name: str) -> xr.DataArray:
    """Return one of `MEASURES`, float64, dimensions (scenario, replicate)."""
    return _FORMULAS[name](dataset)


def total(dataset: xr.Dataset, name: str) -> xr.DataArray:
    """Return an output summed over measured ticks and all but scenario and replicate.

    Of outputs by tie, whose labels overlap, those tied to any leader.
    """
    variable = once(dataset[name])
    if "tick" in variable.dims:
        variable = variable.isel(tick=measured(variable["tick"], dataset))
    rest = [dim for dim in variable.dims if dim not in ("scenario", "replicate")]
    return variable.astype("f8").sum(rest)


def once(variable: xr.DataArray) -> xr.DataArray:
    """Return an output in which nobody is counted twice, as labels of ties overlap."""
    return variable.sel(tie="any") if "tie" in variable.dims else variable


def measured(ticks: xr.DataArray, dataset: xr.Dataset) -> np.ndarray:
    """Return the places of the ticks after warm-up."""
    return np.flatnonzero(ticks.values >= dataset.attrs["first_measured_tick"])


def _ratio(above, below) -> xr.DataArray:
    return above / below.where(below != 0)


def _efficiency(dataset, achieved: str) -> xr.DataArray:
    """Return where a value of prizes lies between lottery and oracle."""
    lottery = total(dataset, "lottery_prize_value") / LOT
    gain = total(dataset, achieved) - lottery
    return _ratio(gain, total(dataset, "oracle_prize_value") - lottery)


def capture(
    dataset, prizes: str = "connected_prizes", tie: str = "any"
) -> xr.DataArray:
    """Return the prize rate of those tied to a leader over the prize rate of the rest.

    Of the prizes that they won, or ("connected_fair_prizes") would have by fair score;
    tied to any leader, or to that of a level.
    """
    tied, everyone = ({"tie": label} for label in (tie, "all"))
    names = (prizes, "connected")
    won, citizens = (total(dataset.sel(tied), name) for name in names)
    all_won, all_citizens = (total(dataset.sel(everyone), name) for name in names)
    rest = _ratio(all_won - won, all_citizens - citizens)
    return _ratio(_ratio(won, citizens), rest)


def _displacement(dataset) -> xr.DataArray:
    """Return the mean |score - fair score| of a citizen, in points."""
    n_ticks = len(measured(dataset["tick"], dataset))
    n_citizens = dataset.coords.get("n_citizens", dataset.attrs.get("n_citizens"))
    citizen_ticks = n_citizens * n_ticks
    return total(dataset, "displacement") / (POINT * citizen_ticks)


def _auc(dataset) -> xr.DataArray:
    """Return the AUC of score against true quality, averaged over distributions."""
    ticks = measured(dataset["distribution_tick"], dataset)
    counts = dataset["score_count"].isel(distribution_tick=ticks)
    counts = counts.sel(judge="actual").astype("f8")
    is_better = counts["quality_class"] >= TRUE_HALF
    better = counts.where(is_better, 0).sum("quality_class")
    worse = counts.where(~is_better, 0).sum("quality_class")
    below = worse.cumsum("score_bin") - worse / 2
    pairs = better.sum("score_bin") * worse.sum("score_bin")
    auc = _ratio((better * below).sum("score_bin"), pairs).mean("distribution_tick")
    return auc.drop_vars("judge")


def _where_scored(dataset, values: xr.DataArray) -> xr.DataArray:
    """Return values, missing in scenarios whose regime gives no scores."""
    return values.where(dataset["scorer"].isin(SCORED))


_FORMULAS = {
    "efficiency": lambda d: _efficiency(d, "prize_value"),
    "fair_efficiency": lambda d: _efficiency(d, "fair_prize_value"),
    "prizes_moved_share": lambda d: _ratio(
        total(d, "prizes_moved"), total(d, "prizes")
    ),
    "capture": lambda d: capture(d),
    "mean_displacement": lambda d: _where_scored(d, _displacement(d)),
    "auc": lambda d: _where_scored(d, _auc(d)),
    "violation_rate": lambda d: _ratio(total(d, "violations"), total(d, "temptations")),
}


def summary_table(dataset: xr.Dataset) -> xr.Dataset:
    """Return mean and 95 % t-interval of every measure in every scenario.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` gives it.

    Returns
    -------
    xarray.Dataset
        Dimensions (scenario, statistic), statistics "mean", "low", "high", "n"; the
        bounds are missing with fewer than two replicates.
    """
    return summarise(dataset).map(statistics)
