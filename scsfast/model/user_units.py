"""Units of a user's own citizens: columns that say in which unit of each level one lives."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import ConfigError
from .government import LEVELS
from .sizes import Sizes
from .units import Units
from .user_columns import Wrong, column, named_columns, numbers, refuse_rows
from .world import World


def sizes_of(
    columns: Mapping[str, ArrayLike],
    n_citizens: int,
    n_levels: int,
    where: str,
) -> Sizes:
    """Return the sizes of units from columns that name the unit of each citizen.

    Parameters
    ----------
    columns : Mapping of str to array_like, pandas.DataFrame or structured ndarray
        As of `user_data.people_from`; ``village``, ``township``, ... are read, each by its
        names or whole numbers. All other columns are left alone.
    n_citizens, n_levels : int
        Of the world.
    where : str
        Name of the columns in error messages.

    Returns
    -------
    Sizes
        None of a level without a column.

    Raises
    ------
    ConfigError
        If citizens of a unit do not follow one another, if a unit is not made of whole
        units of the level below, or if that level has no column.
    """
    columns = named_columns(columns, where)
    sizes: dict[str, list[int]] = {}
    below, faults = np.arange(n_citizens), []
    given = [level for level in LEVELS[:n_levels] if level in columns]
    for k, level in enumerate(given):
        if level != LEVELS[k]:
            faults.append(f"`{level}` must come with a column `{LEVELS[k]}`")
            break
        try:
            values = column(level, columns[level], n_citizens, given)
            starts = _starts(values)
            _check_whole(starts, below, LEVELS[k - 1])
        except Wrong as wrong:
            faults.append(f"`{level}`{wrong}")
            break
        within = np.searchsorted(below, starts)
        sizes[level] = np.diff(within, append=len(below)).tolist()
        below = starts
    if faults:
        raise ConfigError(faults, where)
    return Sizes(**sizes)


def with_sizes(world: World, sizes: Sizes) -> World:
    """Return a world with sizes of units that columns give, unless it has sizes itself."""
    if world.sizes.by_level or not sizes.by_level:
        return world
    return world.model_copy(update={"sizes": sizes})


def check_level(values: np.ndarray, units: Units, level: int) -> None:
    """Refuse a column that puts citizens into other units than the world's.

    Parameters
    ----------
    values : ndarray, shape (n_citizens,)
        The unit of each citizen, by its name or number.
    units : Units
        Those of the world.
    level : int
        Of the column.

    Raises
    ------
    Wrong
        With the first row at which a unit begins in one but not in the other.
    """
    starts, expected = _starts(values), units.bounds(level)[:-1]
    if np.array_equal(starts, expected):
        return
    row = int(np.setxor1d(starts, expected)[0])
    is_new = "begin" if row in expected else "not begin"
    raise Wrong(
        f" must divide the citizens as the world does: a unit must {is_new} in row {row} "
        "(counted from 0)"
    )


def check_unit(values: np.ndarray, units: Units) -> None:
    """Refuse a column ``unit`` with villages other than those of the world."""
    must = "be whole numbers"
    if numbers(values, must).dtype.kind == "f":
        refuse_rows(must, values, ~(np.isfinite(values) & (values == np.floor(values))))
    starts = _starts(values)
    if units.starts:
        check_level(values, units, 0)
    sizes, span = np.diff(starts, append=len(values)), units.spans[0]
    wrong = sizes != span
    wrong[-1] = sizes[-1] > span
    if wrong.any() and not units.starts:
        k = np.flatnonzero(wrong)[0]
        raise Wrong(
            f" must have {span} citizens in every unit, fewer only in the last, got "
            f"{sizes[k]} in unit {int(values[starts[k]])} from row {starts[k]} (counted "
            "from 0); set world.spans to the size of your units, or name the column "
            "`village` if their sizes differ"
        )


def _starts(values: np.ndarray) -> NDArray[np.int64]:
    """Return the first citizen of each unit; refuse a unit that is in two places."""
    if values.dtype.kind != "U":
        must = "be names or whole numbers"
        whole = np.isfinite(numbers(values, must)) & (values == np.floor(values))
        refuse_rows(must, values, ~whole)
    else:
        refuse_rows("be names or whole numbers, none empty", values, values == "")
    is_first = np.append(True, values[1:] != values[:-1])
    starts = np.flatnonzero(is_first)
    again = np.ones(len(starts), bool)
    again[np.unique(values[starts], return_index=True)[1]] = False
    if again.any():
        row = starts[again][0]
        raise Wrong(
            " must have the citizens of a unit one after the other, got unit "
            f"{_shown(values[row])} again in row {row} (counted from 0); sort by unit"
        )
    return np.asarray(starts, np.int64)


def _check_whole(starts: np.ndarray, below: np.ndarray, level: str) -> None:
    """Refuse units that begin within a unit of the level below."""
    inside = starts[~np.isin(starts, below)]
    if len(inside):
        raise Wrong(
            f" must hold whole {level} units, got a new one within a {level} in row "
            f"{inside[0]} (counted from 0)"
        )


def _shown(value: np.generic) -> str:
    """Return a name as it is, and a whole number without decimals."""
    return str(value) if isinstance(value, np.str_) else str(int(value))
