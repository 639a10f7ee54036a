"""Outputs split by a label: one value per group, level or grade.

A sum over all groups or all grades counts everyone, whatever the scenario: prizes summed
over groups are simply all the places handed out. Such sums are refused.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr

from ..errors import ConfigError
from ..model.measures import total
from . import datasets

SPLITS = ("group", "level", "grade")
PARTITIONS = ("group", "grade")  # of all citizens: sums over them carry no information


def refuse_sums(dataset: xr.Dataset, names, hint: str = "") -> None:
    """Refuse outputs by group or grade where they would be summed over all of them.

    Parameters
    ----------
    dataset : xarray.Dataset
    names : sequence of str
        Names as `datasets.variables` returns them.
    hint : str
        Advice for the user, with ``{dim}`` for the dimension.

    Raises
    ------
    ConfigError
        If there are such outputs: names all of them.
    """
    hint = hint or "ask `scsfast compare --by {dim}`"
    faults = [
        f"`variable` {name} must not be summed over every {dim}: the sum has no "
        f"information about any {dim}; {hint.format(dim=dim)}"
        for name in names
        for dim in PARTITIONS
        if name in dataset and dim in dataset[name].dims
    ]
    if faults:
        raise ConfigError(faults)


def checked_split(dataset: xr.Dataset, names, by: str) -> None:
    """Raise ConfigError if outputs cannot be split by a dimension.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.
    names : list of str
    by : str
        A dimension of labels, such as ``group``.

    Raises
    ------
    ConfigError
        If it is not in `SPLITS`, or an output does not have it (names those that do).
    """
    if by not in SPLITS:
        raise ConfigError(datasets.unknown("by", by, list(SPLITS)))
    known = [n for n in datasets.variables(dataset) if _has(dataset, n, by)]
    faults = [
        f"`variable` must be an output by {by} ({', '.join(known)}), got {name!r}"
        for name in names
        if name not in known
    ]
    if faults:
        raise ConfigError(faults)


def _has(dataset: xr.Dataset, name: str, by: str) -> bool:
    return name in dataset and by in dataset[name].dims


def split_values(dataset: xr.Dataset, names, by: str) -> dict:
    """Return outputs by replicate for each label, summed over measured ticks.

    Parameters
    ----------
    dataset : xarray.Dataset
    names : sequence of str
        Outputs that have the dimension `by`.
    by : str
        One of `SPLITS`.

    Returns
    -------
    dict of (str, str) to xarray.DataArray
        From (output, label) to float64 values, dimensions (scenario, replicate). Labels
        with 0 in all scenarios, such as grades that no regime has, are omitted.
    """
    found = {}
    for name in names:
        labels = list(dataset[by].values)
        formulas = {str(label): _formula(name, by, label) for label in labels}
        values = datasets.values(dataset, [], formulas)
        used = [label for label in formulas if np.nansum(np.abs(values[label])) > 0]
        for label in used or formulas:
            about = {"units": dataset[name].attrs.get("units", "1")}
            found[name, label] = values[label].assign_attrs(about).rename(name)
    return found


def _formula(name: str, by: str, label) -> Callable:
    """Return a function that computes an output of a dataset for one label."""
    return lambda dataset: total(dataset.sel({by: label}), name).drop_vars(by)
