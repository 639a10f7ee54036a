"""Measures over time: each computed over periods of ticks instead of a whole run.

A period is treated as a run of its own, so a measure has the same meaning as in a summary.
Nothing is smoothed: periods do not overlap.
"""

import numpy as np
import xarray as xr

from ..errors import ConfigError
from ..intervals import statistics
from ..model.measures import MEASURES, POINT, REGISTRY, about, measure, once
from .datasets import data_variables

NEEDS = {name: REGISTRY[name].outputs for name in MEASURES}
AT_DISTRIBUTIONS = ("auc", "wealth_gini", "prize_gini")  # available at some ticks only


def over_time(dataset: xr.Dataset, variable: str, every: int = 1) -> xr.DataArray:
    """Return a measure, or an output with dimension tick, by period.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.
    variable : str
        One of `MEASURES`, "mean_score", or an output by tick, which is summed over all
        other dimensions and averaged over the ticks of a period.
    every : int
        Ticks per period; an incomplete period at the end is omitted.

    Returns
    -------
    xarray.DataArray
        float64, dimensions (scenario, replicate, tick): the last tick of each period;
        measures in `AT_DISTRIBUTIONS` have the ticks of distributions.

    Raises
    ------
    ConfigError
        If the variable is unknown.
    """
    if variable in NEEDS and all(output in dataset for output in NEEDS[variable]):
        return _measured(dataset, variable, every)
    if variable == "mean_score":
        return _mean_score(dataset, every)
    if variable not in dataset or "tick" not in dataset[variable].dims:
        known = [*MEASURES, "mean_score", *_by_tick(dataset)]
        raise ConfigError(
            f"`variable` must be a measure or an output by tick, got {variable!r}; "
            f"there are: {', '.join(known)}"
        )
    return _averaged(dataset[variable], every)


def needed(variable: str) -> tuple[str, ...]:
    """Return the outputs from which `over_time` makes a variable."""
    return NEEDS.get(variable, ("score" if variable == "mean_score" else variable,))


def _by_tick(dataset) -> list[str]:
    return [name for name, v in data_variables(dataset) if "tick" in v.dims]


def _averaged(values: xr.DataArray, every: int) -> xr.DataArray:
    """Return an output summed over other dimensions and averaged over periods."""
    values = once(values)
    rest = [d for d in values.dims if d not in ("scenario", "replicate", "tick")]
    summed = values.astype("f8").sum(rest)
    means = summed.coarsen(tick=every, boundary="trim", coord_func="max").mean()
    return means.assign_attrs(values.attrs)


def _mean_score(dataset, every: int) -> xr.DataArray:
    people = dataset.coords.get("n_citizens", dataset.attrs["n_citizens"])
    found = _averaged(dataset["score"], every) / (POINT * people)
    return found.assign_attrs(units="point", long_name="mean score")


def _measured(dataset, name: str, every: int) -> xr.DataArray:
    """Return a measure of each period, computed by treating periods as replicates."""
    is_state = name in AT_DISTRIBUTIONS
    dim, every = ("distribution_tick", 1) if is_state else ("tick", every)
    keep = [c for c in ("scorer", "n_citizens") if c in dataset.coords]
    parts = dataset[list(NEEDS[name])].reset_coords()[[*NEEDS[name], *keep]]
    parts = parts.set_coords(keep)
    ends = parts[dim].values[every - 1 :: every]
    folded = parts.coarsen({dim: every}, boundary="trim").construct(
        {dim: ("period", "within")}
    )
    folded = folded.drop_vars(dim).rename(within=dim)
    folded = folded.assign_coords({dim: np.arange(every), "tick": np.arange(every)})
    stacked = folded.rename(replicate="run").stack(
        replicate=("run", "period"), create_index=False
    )
    stacked.attrs = {**dataset.attrs, "first_measured_tick": 0}
    n = dataset.sizes["replicate"], len(ends)
    values = measure(stacked, name).transpose("scenario", "replicate").values
    return xr.DataArray(
        values.reshape(dataset.sizes["scenario"], *n),
        dims=("scenario", "replicate", "tick"),
        coords={
            "scenario": dataset["scenario"].values,
            "replicate": dataset["replicate"].values,
            "tick": ends,
        },
        attrs=about(name),
    )


def bands(values: xr.DataArray, kind: str = "interval") -> list[xr.DataArray]:
    """Return the middle of replicates and the bands around it, widest first.

    Parameters
    ----------
    values : xarray.DataArray
        With dimension replicate.
    kind : {"interval", "quantiles"}
        "interval": the mean and its 95 % t-interval. "quantiles": the median, the middle
        90 % and the middle 50 % of replicates.

    Returns
    -------
    list of xarray.DataArray
        The middle, then the low and high edge of each band; only the middle with fewer than
        two replicates.
    """
    if kind not in ("interval", "quantiles"):
        raise ConfigError(f"`band` must be 'interval' or 'quantiles', got {kind!r}")
    single = values.sizes["replicate"] < 2
    if kind == "quantiles":
        shares = (0.5, 0.05, 0.95, 0.25, 0.75)
        found = [values.quantile(share, "replicate") for share in shares]
    else:
        table = statistics(values)
        found = [table.sel(statistic=name) for name in ("mean", "low", "high")]
    return found[:1] if single else found
