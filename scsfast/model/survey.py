"""A survey or a register as citizens: weighted respondents, and units made equal in size."""

import warnings
from collections.abc import Mapping
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import ConfigError
from .government import LEVELS

WHERE = "people_from_survey"


def people_from_survey(
    table: Mapping[str, ArrayLike],
    n_citizens: int,
    weights: str | None = None,
    seed: int = 35,
) -> dict[str, np.ndarray]:
    """Return citizens that represent a weighted survey, for `simulate(people=...)`.

    Every respondent is repeated in proportion to its weight, by systematic sampling: the
    number of its copies differs from the exact share by less than one. Copies are then
    put in random order, so that villages differ only by chance.

    Parameters
    ----------
    table : mapping of str to array_like, or pandas.DataFrame
        One row per respondent; columns as docs/own-data.md lists them. Rows with a
        missing value are left out, with a warning on their number and share of weight.
    n_citizens : int
    weights : str, optional
        Column of the weights, positive numbers; it is not kept. By default all weights
        are equal.
    seed : int
        Seed of the start of sampling and of the order of citizens.

    Returns
    -------
    dict of str to ndarray, shape (n_citizens,)

    Raises
    ------
    ConfigError
        If columns differ in length, a weight is not a positive number, or no row is
        complete: all faults at once.
    """
    columns = {str(name): np.asarray(table[name]) for name in table}
    own = _weights(columns, weights)
    complete = np.logical_and.reduce([~_missing(v) for v in columns.values()])
    if not complete.any():
        raise ConfigError("no row is complete", WHERE)
    if not complete.all():
        share = own[~complete].sum() / own.sum()
        warnings.warn(
            f"{WHERE}: {int((~complete).sum())} of {len(complete)} rows have a missing "
            f"value and are left out: {100 * share:.1f} % of the weight",
            stacklevel=2,
        )
    generator = np.random.default_rng(seed)
    rows = np.flatnonzero(complete)
    ends = np.cumsum(own[rows]) / own[rows].sum()
    at = (np.arange(n_citizens) + generator.random()) / n_citizens
    chosen = rows[np.minimum(np.searchsorted(ends, at, side="right"), len(rows) - 1)]
    chosen = generator.permutation(chosen)
    return {name: values[chosen] for name, values in columns.items()}


def people_in_equal_units(
    table: Mapping[str, ArrayLike], span: int, unit: str = "unit", seed: int = 35
) -> dict[str, np.ndarray]:
    """Return citizens in units of one size, cut or filled, for `simulate(people=...)`.

    Of a unit with more than `span` citizens, `span` are drawn; a unit with fewer keeps all,
    and citizens drawn from it are repeated, each as often as any other to within one. A
    warning says how many were left out and how many are copies.

    Parameters
    ----------
    table : mapping of str to array_like, or pandas.DataFrame
        One row per citizen; columns as docs/own-data.md lists them, and that of units.
    span : int
        Citizens of a unit: ``spans[0]`` of the world.
    unit : str
        Column of the units; it is returned as ``unit``.
    seed : int
        Seed of the draws.

    Returns
    -------
    dict of str to ndarray, shape (span x number of units,)
        In the order of the units' values, without columns of units of other levels
        (``township``, ...). Row numbers are not those of the table, so a
        network of the table's rows does not fit.

    Raises
    ------
    ConfigError
        If there is no such column, a value of it is missing, columns differ in length or
        have no rows, or `span` is not a whole number of at least 1.
    """
    where = "people_in_equal_units"
    columns = {str(name): np.asarray(table[name]) for name in table}
    if faults := _unit_faults(columns, span, unit):
        raise ConfigError(faults, where)
    generator = np.random.default_rng(seed)
    numbers, first = np.unique(columns[unit], return_inverse=True)
    order = generator.permutation(len(first))
    order = order[
        np.argsort(first[order], kind="stable")
    ]  # by unit, within it at random
    ends = np.searchsorted(first[order], np.arange(len(numbers)), side="right")
    sizes = np.diff(ends, prepend=0)
    seats = np.arange(span) % sizes[:, None] + (ends - sizes)[:, None]
    rows = order[np.sort(seats, axis=1).ravel()]
    cut, filled = np.maximum(sizes - span, 0), np.maximum(span - sizes, 0)
    if cut.any() or filled.any():
        warnings.warn(
            f"{where}: {int(cut.sum())} of {len(first)} citizens are left out, of "
            f"{int((cut > 0).sum())} units; {int(filled.sum())} of {len(rows)} are copies, "
            f"in {int((filled > 0).sum())} units; {int((cut + filled == 0).sum())} units "
            f"had {span} citizens",
            stacklevel=2,
        )
    by_unit = {unit, *LEVELS}  # units are in another order now, and all of one size
    found = {n: values[rows] for n, values in columns.items() if n not in by_unit}
    return {"unit": np.repeat(np.arange(len(numbers)), span), **found}


def _unit_faults(columns: dict[str, np.ndarray], span: int, unit: str) -> list[str]:
    """Return what is wrong with a table whose units are to be made equal."""
    faults = []
    if isinstance(span, bool) or not isinstance(span, Integral) or span < 1:
        faults.append(f"`span` must be a whole number of at least 1, got {span!r}")
    lengths = {len(values) for values in columns.values()}
    if len(lengths) != 1 or 0 in lengths:
        faults.append(
            f"columns must have one length of at least 1, got {sorted(lengths)}"
        )
    if unit not in columns:
        faults.append(f"`unit` must be a column of the table, got {unit!r}")
    elif _missing(columns[unit]).any():
        row = int(np.flatnonzero(_missing(columns[unit]))[0])
        faults.append(f"`{unit}` must have no missing value, got one in row {row}")
    return faults


def _weights(columns: dict[str, np.ndarray], name: str | None) -> NDArray[np.float64]:
    """Remove the column of weights from a table and return it; ones if there is none."""
    faults = []
    lengths = {len(values) for values in columns.values()}
    if len(lengths) != 1:
        faults.append(f"columns must have one length, got {sorted(lengths)}")
    if name is not None and name not in columns:
        faults.append(f"`weights` must be a column of the table, got {name!r}")
    if faults:
        raise ConfigError(faults, WHERE)
    if name is None:
        return np.ones(lengths.pop())
    found = columns.pop(name)
    is_number = found.dtype.kind in "fiu"
    if not is_number or not (np.isfinite(found) & (found > 0)).all():
        raise ConfigError(f"`weights` {name}: must be positive numbers", WHERE)
    return found.astype(np.float64)


def _missing(values: np.ndarray) -> NDArray[np.bool_]:
    """Return where values are missing: NaN or None."""
    if values.dtype.kind == "f":
        return np.asarray(np.isnan(values), np.bool_)
    if values.dtype.kind == "O":
        return np.array([v is None or v != v for v in values], bool)
    return np.zeros(len(values), bool)
