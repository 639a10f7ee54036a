"""Attributes of datasets in a form that xarray can write to files: numbers and text.

netCDF has neither tables nor flags. Nested values are JSON text in the attributes of a
dataset, and are read back with `nested_attribute`.
"""

import json
from functools import lru_cache
from typing import Any

import xarray as xr

from ..model.parameters import Tree


def plain_attributes(attributes: Tree) -> dict[str, str | int | float]:
    """Return attributes that `to_netcdf` and `to_zarr` accept.

    Parameters
    ----------
    attributes : dict of str to JSON values
        Attributes of a store.

    Returns
    -------
    dict of str to str, int or float
        Tables and lists as JSON text, flags as 0 and 1, missing values left out.
    """
    return {
        name: _plain(value) for name, value in attributes.items() if value is not None
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return int(value)
    is_wide = isinstance(value, int) and not -(2**63) <= value < 2**63
    return str(value) if is_wide else value


def nested_attribute(dataset: xr.Dataset, name: str, default: Any = None) -> Any:
    """Return an attribute of a dataset that is a table or a list.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it, or read back from a file of xarray.
    name : str
        Name of the attribute.
    default : object
        Value if the attribute is missing or empty.
    """
    value = dataset.attrs.get(name)
    value = _read(value) if isinstance(value, str) and value else value
    return value or default


@lru_cache(maxsize=8)
def _read(text: str) -> Any:
    """Return the value of JSON text; cached, as large ones are read once per scenario."""
    return json.loads(text)
