"""Arrays with named dimensions: what the formulas of measures need of xarray, without it.

A run writes its measures once, at its end. Importing xarray, pandas and, where it is
installed, dask for that took a second of CPU time, as long as 3,000 ticks of 10,000 citizens.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np


class PlainArray:
    """A numpy array with a name for each dimension.

    Methods have the meaning of those of `xarray.DataArray`; values are never missing (NaN)
    where they are summed.

    Parameters
    ----------
    values : ndarray
    dims : sequence of str
        One per axis.
    labels : mapping of str to ndarray
        Labels by dimension, as far as it has some.
    """

    __array_ufunc__ = None  # numpy leaves the operation to this class

    def __init__(
        self,
        values: np.ndarray,
        dims: Sequence[str],
        labels: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        self.values, self.dims, self.labels = values, tuple(dims), labels or {}

    def __getitem__(self, dim: str) -> PlainArray:
        """Return the labels of a dimension."""
        return PlainArray(self.labels[dim], (dim,), {dim: self.labels[dim]})

    def isel(self, *, drop: bool = False, **at: Any) -> PlainArray:
        """Return the entries at a position, or at several, of some dimensions."""
        values, dims, labels = self.values, list(self.dims), dict(self.labels)
        for dim, index in at.items():
            entries = _as_slice(index)
            values = values[(*[slice(None)] * dims.index(dim), entries)]
            if dim in labels:
                labels[dim] = labels[dim][entries]
            if np.ndim(index) == 0:
                dims.remove(dim)
        return PlainArray(values, dims, labels)

    def sel(self, *, drop: bool = False, **at: Any) -> PlainArray:
        """Return the entries with a label, or with several, of some dimensions."""
        found: dict[str, Any] = {}
        for dim, wanted in at.items():
            own = self.labels[dim].tolist()
            is_one = isinstance(wanted, str)
            found[dim] = own.index(wanted) if is_one else [own.index(w) for w in wanted]
        return self.isel(**found)

    def drop_vars(self, name: str) -> PlainArray:
        """Return this array: labels of dropped dimensions are not kept."""
        return self

    def astype(self, dtype: str) -> PlainArray:
        """Return the values as another type."""
        return self._with(self.values.astype(dtype))

    def isin(self, wanted: Iterable[Any]) -> PlainArray:
        """Return whether each value is one of those given."""
        return self._with(np.isin(self.values, list(wanted)))

    def where(self, condition: PlainArray, other: float = np.nan) -> PlainArray:
        """Return the values where a condition holds, and another elsewhere."""
        return _aligned(lambda a, c: np.where(c, a, other), self, condition)

    def sum(self, dims: str | Iterable[str], *, dtype: str | None = None) -> PlainArray:
        """Return sums over some dimensions."""
        gone = [dims] if isinstance(dims, str) else list(dims)
        axes = tuple(self.dims.index(dim) for dim in gone)
        left = [dim for dim in self.dims if dim not in gone]
        values = np.sum(self.values, axis=axes, dtype=dtype)
        return PlainArray(values, left, self.labels)

    def mean(self, dim: str) -> PlainArray:
        """Return means over a dimension, without missing values."""
        is_known = ~np.isnan(self.values)
        known = self._with(np.where(is_known, self.values, 0)).sum(dim)
        n = self._with(is_known).sum(dim)
        with np.errstate(invalid="ignore"):
            return known / n

    def cumsum(self, dim: str) -> PlainArray:
        """Return running sums along a dimension."""
        return self._with(np.cumsum(self.values, self.dims.index(dim)))

    def last(self, dim: str) -> np.ndarray:
        """Return the values with a dimension moved to the last axis."""
        return np.moveaxis(self.values, self.dims.index(dim), -1)

    def _with(self, values: np.ndarray) -> PlainArray:
        return PlainArray(values, self.dims, self.labels)

    def __neg__(self) -> PlainArray:
        return self._with(-self.values)

    def __ne__(self, other: Any) -> PlainArray:  # type: ignore[override]
        return _aligned(operator.ne, self, other)

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Any) -> PlainArray:
        return _aligned(operator.add, self, other)

    def __sub__(self, other: Any) -> PlainArray:
        return _aligned(operator.sub, self, other)

    def __mul__(self, other: Any) -> PlainArray:
        return _aligned(operator.mul, self, other)

    def __truediv__(self, other: Any) -> PlainArray:
        return _aligned(operator.truediv, self, other)

    __rmul__ = __mul__


class PlainDataset(NamedTuple):
    """Outputs by name and their coordinates, as measures need them.

    Attributes
    ----------
    variables, coords : mapping of str to PlainArray
    attrs : mapping
        With `first_measured_tick`.
    """

    variables: Mapping[str, PlainArray]
    coords: Mapping[str, PlainArray]
    attrs: Mapping[str, Any]

    def __contains__(self, name: object) -> bool:
        return name in self.variables or name in self.coords

    def __getitem__(self, name: str) -> PlainArray:  # type: ignore[override]
        found = self.variables.get(name)
        return self.coords[name] if found is None else found

    @property
    def sizes(self) -> dict[str, int]:
        """Length of each dimension with labels."""
        return {dim: len(self.coords[dim].values) for dim in self.coords}


def _as_slice(index: Any) -> Any:
    """Return an index as a slice if its positions follow each other: no copy is made."""
    positions = np.asarray(index)
    if positions.ndim == 1 and len(positions) and (np.diff(positions) == 1).all():
        return slice(positions[0], positions[-1] + 1)
    return index


def _aligned(
    operation: Callable[[Any, Any], Any], first: PlainArray, second: Any
) -> PlainArray:
    """Return an operation on two arrays whose dimensions are matched by name."""
    if not isinstance(second, PlainArray):
        return first._with(operation(first.values, second))
    dims = list(dict.fromkeys([*first.dims, *second.dims]))
    values = operation(_spread(first, dims), _spread(second, dims))
    return PlainArray(values, dims, {**second.labels, **first.labels})


def _spread(array: PlainArray, dims: list[str]) -> np.ndarray:
    """Return the values with an axis per dimension, of length 1 where there is none."""
    order = [array.dims.index(dim) for dim in dims if dim in array.dims]
    shape = [
        array.values.shape[array.dims.index(dim)] if dim in array.dims else 1
        for dim in dims
    ]
    return array.values.transpose(order).reshape(shape)
