"""Respondents of a survey as citizens: repeated in proportion to their weights."""

import warnings
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import ConfigError

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
