"""Data of users: traits of citizens, and their network.

Columns of plain numbers, names and flags are checked here, all faults at once, and become
the integers that the model stores. Missing traits and ties are drawn. No file is read here.
"""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import ConfigError
from .government import LEVELS
from .population import GROUPS, MEANS_UNIT, STRATEGIES, UNIT_INTERVAL

LARGEST = 255  # of a stored trait
TIES = {f"tied_{level}": k for k, level in enumerate(LEVELS)}  # column: its level
MAX_SHOWN = 40  # characters of a wrong value that a message repeats


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


class _Wrong(ValueError):
    """The fault of a column, in one sentence without its name."""


def people_from(
    columns: Mapping[str, ArrayLike], n_citizens: int, spans: Sequence[int], where: str
) -> dict[str, np.ndarray]:
    """Return the stored traits of citizens from columns of plain values.

    Parameters
    ----------
    columns : Mapping of str to array_like, pandas.DataFrame or structured ndarray
        One value per citizen, in the order of their numbers. ``quality``, ``guile``:
        numbers in [0, 1]. ``means``: incomes in mean incomes, at least 0. ``group``,
        ``strategy``: names, or their numbers in `GROUPS` and `STRATEGIES`.
        ``dissenter``, ``aware``, ``enrolled``: true or false, or 1 or 0. ``unit``: the
        number of the citizen's village, a whole number; it is checked and not kept.
        ``tied_village`` and so on, for each level of the world: true or false, or 1 or 0.
    n_citizens : int
    spans : sequence of int
        Citizens of a unit by level, the village first.
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
    if isinstance(columns, np.ndarray) and columns.dtype.names:
        columns = {name: columns[name] for name in columns.dtype.names}
    if not (hasattr(columns, "keys") and hasattr(columns, "__getitem__")):
        kind = type(columns).__name__
        raise ConfigError(f"must be columns by their names, got {kind}", where)
    stored, faults = {}, []
    checks = TRAITS | dict.fromkeys(list(TIES)[: len(spans)], _flag)
    for name in columns:
        try:
            values = _column(name, columns[name], n_citizens, [*checks, "unit"])
            if name == "unit":
                _check_units(values, spans[0])
            else:
                stored[name] = np.ascontiguousarray(checks[name](values), np.uint8)
        except _Wrong as wrong:
            faults.append(f"`{name}`{wrong}")
    if faults:
        raise ConfigError(faults, where)
    return stored


def _column(
    name: object, given: ArrayLike, n_citizens: int, known: Sequence[str]
) -> np.ndarray:
    """Return a known column of the right length as numbers, text or flags."""
    if name not in known:
        if name in TIES:
            levels = ", ".join(LEVELS[: len(TIES.keys() & set(known))])
            raise _Wrong(f": the world has no such level, it has {levels}")
        near = get_close_matches(str(name), known, n=1)
        guess = (
            f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}"
        )
        raise _Wrong(f": unknown column; {guess}")
    try:
        values = _plain(given)
    except ValueError:
        raise _Wrong(
            " must be one value per citizen, got rows of different lengths"
        ) from None
    if values.shape != (n_citizens,):
        got = len(values) if values.ndim == 1 else f"shape {values.shape}"
        raise _Wrong(f" must have {n_citizens} values, one per citizen, got {got}")
    if values.dtype.kind == "O":
        odd = [not isinstance(v, bool | int | float | str) for v in values]
        _refuse("have a value for every citizen, all of one type", values, odd)
        wide = [isinstance(v, int) and not -(2**63) <= v < 2**64 for v in values]
        _refuse("have no whole number beyond 64 bits", values, wide)
        raise _Wrong(" must have values all of one type, got a mixture")
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


def _refuse(must: str, values: np.ndarray, wrong: ArrayLike) -> None:
    """Raise an error with the first wrong value of a column, unless all are right."""
    rows = np.flatnonzero(wrong)
    if not len(rows):
        return
    value = values[rows[0]]
    value = value.item() if isinstance(value, np.generic) else value
    shown = repr(value) if len(repr(value)) <= MAX_SHOWN else repr(value)[:MAX_SHOWN]
    more = f", and {len(rows) - 1} more" if len(rows) > 1 else ""
    raise _Wrong(f" must {must}, got {shown} in row {rows[0]} (counted from 0){more}")


def _numbers(values: np.ndarray, must: str) -> np.ndarray:
    """Return a column of numbers unchanged; refuse all other types."""
    _refuse(must, values, [values.dtype.kind not in "iuf"])
    return values


def _fraction(values: np.ndarray) -> NDArray[np.float64]:
    """Return numbers in [0, 1] as floor(256 x), 255 at most."""
    must = "be numbers in [0, 1]"
    x = _numbers(values, must).astype(np.float64)
    _refuse(must, values, ~((x >= 0) & (x <= 1)))
    return np.asarray(np.minimum(np.floor(UNIT_INTERVAL * x), LARGEST), np.float64)


def _income(values: np.ndarray) -> NDArray[np.float64]:
    """Return incomes as floor(16 x), 255 at most."""
    must = "be finite numbers of at least 0, in mean incomes"
    x = _numbers(values, must).astype(np.float64)
    _refuse(must, values, ~((x >= 0) & (x < np.inf)))
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
            found = _numbers(values, must)
        _refuse(must, values, ~np.isin(found, range(len(names))))
        return found

    return numbers_of


def _flag(values: np.ndarray) -> np.ndarray:
    """Return flags as 0 and 1."""
    must = "be true or false, or 1 or 0"
    numbers = values if values.dtype.kind == "b" else _numbers(values, must)
    _refuse(must, values, ~np.isin(numbers, (0, 1)))
    return numbers


def _check_units(values: np.ndarray, span: int) -> None:
    """Refuse villages other than those of the world: i // span for citizen i."""
    must = "be whole numbers"
    if _numbers(values, must).dtype.kind == "f":
        _refuse(must, values, ~(np.isfinite(values) & (values == np.floor(values))))
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1]))
    is_first = np.zeros(len(starts), bool)
    is_first[np.unique(values[starts], return_index=True)[1]] = True
    if not is_first.all():
        row = starts[~is_first][0]
        raise _Wrong(
            " must have the citizens of a unit one after the other, got unit "
            f"{int(values[row])} again in row {row} (counted from 0); sort by unit"
        )
    sizes = np.diff(starts, append=len(values))
    wrong = sizes != span
    wrong[-1] = sizes[-1] > span
    if wrong.any():
        k = np.flatnonzero(wrong)[0]
        raise _Wrong(
            f" must have {span} citizens in every unit, fewer only in the last, got "
            f"{sizes[k]} in unit {int(values[starts[k]])} from row {starts[k]} (counted "
            "from 0); set world.spans to the size of your units"
        )


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
