"""Data of users: traits of citizens, and their network.

Columns of plain numbers, names and flags are checked here, all faults at once, and become
the integers that the model stores. Missing traits and ties are drawn. No file is read here.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import ConfigError
from .government import LEVELS
from .population import GROUPS, MEANS_UNIT, STRATEGIES, UNIT_INTERVAL
from .units import Units
from .user_columns import TIES, Wrong, column, named_columns, numbers, refuse_rows
from .user_units import check_level, check_unit

LARGEST = 255  # of a stored trait

Check: TypeAlias = Callable[[np.ndarray], np.ndarray]  # a column to stored integers


class Given(NamedTuple):
    """Data of a user that replace draws.

    Attributes
    ----------
    people : dict of str to ndarray of uint8, shape (n_citizens,)
        The traits and first ties that are not drawn, as returned by `people_from`.
    partners : list of ndarray of int64, shape (n_citizens,), or None
        The network, one matching per entry, as returned by `graph.matchings`: the partner
        of each citizen, itself if it has none. None: the network is drawn.
    """

    people: dict[str, np.ndarray] = {}
    partners: list[np.ndarray] | None = None


def people_from(
    columns: Mapping[str, ArrayLike], units: Units, where: str
) -> dict[str, np.ndarray]:
    """Return the stored traits of citizens from columns of plain values.

    Parameters
    ----------
    columns : Mapping of str to array_like, pandas.DataFrame or structured ndarray
        One value per citizen, in the order of their numbers. ``quality``, ``guile``:
        numbers in [0, 1]. ``means``: incomes in mean incomes, at least 0. ``group``,
        ``strategy``: names, or their numbers in `GROUPS` and `STRATEGIES`.
        ``dissenter``, ``aware``, ``enrolled``: true or false, or 1 or 0. ``unit``: the
        number of the citizen's village, a whole number; ``village``, ``township`` and so
        on: the unit of the citizen at a level of the world, a name or a whole number. They
        are checked and not kept.
        ``tied_village`` and so on, for each level of the world: true or false, or 1 or 0.
    units : Units
        Those of the world.
    where : str
        Name of the columns in error messages.

    Returns
    -------
    dict of str to ndarray of uint8, shape (n_citizens,)
        Quality and guile as floor(256 x), means as floor(16 x), all at most 255; group
        and strategy as numbers; flags as 0 and 1. Contiguous.

    Raises
    ------
    ConfigError
        With a sentence for every invalid column.
    """
    columns = named_columns(columns, where)
    stored, faults = {}, []
    levels = LEVELS[: units.n_levels]
    checks = TRAITS | dict.fromkeys(list(TIES)[: units.n_levels], _flag)
    for name in columns:
        try:
            known = [*checks, "unit", *levels]
            values = column(name, columns[name], units.n_citizens, known)
            if name == "unit":
                check_unit(values, units)
            elif name in levels:
                check_level(values, units, levels.index(name))
            else:
                stored[name] = np.ascontiguousarray(checks[name](values), np.uint8)
        except Wrong as wrong:
            faults.append(f"`{name}`{wrong}")
    if faults:
        raise ConfigError(faults, where)
    return stored


def _fraction(values: np.ndarray) -> NDArray[np.float64]:
    """Return numbers in [0, 1] as floor(256 x), 255 at most."""
    must = "be numbers in [0, 1]"
    x = numbers(values, must).astype(np.float64)
    refuse_rows(must, values, ~((x >= 0) & (x <= 1)))
    return np.asarray(np.minimum(np.floor(UNIT_INTERVAL * x), LARGEST), np.float64)


def _income(values: np.ndarray) -> NDArray[np.float64]:
    """Return incomes as floor(16 x), 255 at most."""
    must = "be finite numbers of at least 0, in mean incomes"
    x = numbers(values, must).astype(np.float64)
    refuse_rows(must, values, ~((x >= 0) & (x < np.inf)))
    steps = MEANS_UNIT * np.minimum(x, (LARGEST + 0.5) / MEANS_UNIT)
    return np.asarray(np.floor(steps), np.float64)


def _kind(names: tuple[str, ...]) -> Check:
    """Return the function that turns names, or their numbers, into numbers."""
    must = f"be one of {', '.join(names)}, or its number in 0..{len(names) - 1}"
    number = {name: k for k, name in enumerate(names)}

    def numbers_of(values: np.ndarray) -> np.ndarray:
        if values.dtype.kind == "U":
            found = np.array([number.get(v, -1) for v in values.tolist()], np.int64)
        else:
            found = numbers(values, must)
        refuse_rows(must, values, ~np.isin(found, range(len(names))))
        return found

    return numbers_of


def _flag(values: np.ndarray) -> np.ndarray:
    """Return flags as 0 and 1."""
    must = "be true or false, or 1 or 0"
    flags = values if values.dtype.kind == "b" else numbers(values, must)
    refuse_rows(must, values, ~np.isin(flags, (0, 1)))
    return flags


TRAITS: dict[str, Check] = {
    "quality": _fraction,
    "guile": _fraction,
    "means": _income,
    "group": _kind(GROUPS),
    "strategy": _kind(STRATEGIES),
    "dissenter": _flag,
    "aware": _flag,
    "enrolled": _flag,
}
