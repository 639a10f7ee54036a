"""Columns of a user's citizens: values of one type, one per citizen, or a sentence why not."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import numpy as np
from numpy.typing import ArrayLike

from ..errors import ConfigError
from .government import LEVELS

TIES = {f"tied_{level}": k for k, level in enumerate(LEVELS)}  # column: its level
MAX_SHOWN = 40  # characters of a wrong value that a message repeats


class Wrong(ValueError):
    """The fault of a column, in one sentence without its name."""


def named_columns(
    columns: Mapping[str, ArrayLike], where: str
) -> Mapping[str, ArrayLike]:
    """Return columns by their names, those of a structured array too; raises ConfigError."""
    if isinstance(columns, np.ndarray) and columns.dtype.names:
        return {name: columns[name] for name in columns.dtype.names}
    if not (hasattr(columns, "keys") and hasattr(columns, "__getitem__")):
        kind = type(columns).__name__
        raise ConfigError(f"must be columns by their names, got {kind}", where)
    return columns


def column(
    name: object, given: ArrayLike, n_citizens: int, known: Sequence[str]
) -> np.ndarray:
    """Return a known column of the right length as numbers, text or flags.

    Parameters
    ----------
    name : object
        Of the column.
    given : array_like
        Its values.
    n_citizens : int
        Length that is right.
    known : sequence of str
        Names of the columns that there may be.

    Raises
    ------
    Wrong
        If the name is unknown, or the values are not of one type and the right length.
    """
    if name not in known:
        if name in TIES or name in LEVELS:
            levels = ", ".join(LEVELS[: len(TIES.keys() & set(known))])
            raise Wrong(f": the world has no such level, it has {levels}")
        near = get_close_matches(str(name), known, n=1)
        guess = (
            f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}"
        )
        raise Wrong(f": unknown column; {guess}")
    try:
        values = _plain(given)
    except ValueError:
        raise Wrong(
            " must be one value per citizen, got rows of different lengths"
        ) from None
    if values.shape != (n_citizens,):
        got = len(values) if values.ndim == 1 else f"shape {values.shape}"
        raise Wrong(f" must have {n_citizens} values, one per citizen, got {got}")
    if values.dtype.kind == "O":
        odd = [not isinstance(v, bool | int | float | str) for v in values]
        refuse_rows("have a value for every citizen, all of one type", values, odd)
        wide = [isinstance(v, int) and not -(2**63) <= v < 2**64 for v in values]
        refuse_rows("have no whole number beyond 64 bits", values, wide)
    return values


def _plain(given: ArrayLike) -> np.ndarray:
    """Return values as an array; lists and objects of one type get a plain dtype."""
    if isinstance(given, np.ma.MaskedArray):
        values = given.data.astype(object)
        values[np.ma.getmaskarray(given)] = None
    else:
        values = np.asarray(given)
    if values.dtype.kind == "S":
        return np.char.decode(values, "utf-8", "replace")
    return np.array(values.tolist()) if values.dtype.kind in "OT" else values


def refuse_rows(must: str, values: np.ndarray, wrong: ArrayLike) -> None:
    """Raise an error with the first wrong value of a column, unless all are right.

    Parameters
    ----------
    must : str
        What values must be, for the message.
    values : ndarray, shape (n_citizens,)
        The column.
    wrong : array_like of bool, shape (n_citizens,)
        Which of them are not.

    Raises
    ------
    Wrong
        With the value and its row.
    """
    rows = np.flatnonzero(wrong)
    if not len(rows):
        return
    value = values[rows[0]]
    value = value.item() if isinstance(value, np.generic) else value
    shown = repr(value) if len(repr(value)) <= MAX_SHOWN else repr(value)[:MAX_SHOWN]
    more = f", and {len(rows) - 1} more" if len(rows) > 1 else ""
    raise Wrong(f" must {must}, got {shown} in row {rows[0]} (counted from 0){more}")


def numbers(values: np.ndarray, must: str) -> np.ndarray:
    """Return a column of numbers unchanged; refuse all other types."""
    refuse_rows(must, values, [values.dtype.kind not in "iuf"])
    return values
