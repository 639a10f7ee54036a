"""Explicit points: one scenario per row of a table, in a CSV or Parquet file.

The columns are paths of parameters. It is the door for points that another program chose:
an optimiser, an emulator, a posterior sample. Where the file is does not decide a
campaign, its values do.
"""

from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import Field, model_validator

from ...errors import ConfigError
from ...model.parameters import Parameters, param
from ...model.paths import shown
from ...model.schema import is_number, is_whole
from ..scenarios import checked
from .points import Point, path_faults, written

TABLE = "points"
MOST_FAULTS = 20  # cells that a message names
MOST_VALUES = 20  # values of a column of text that a design lists


class Points(Parameters):
    """A ``[points]``."""

    file: str | None = param(
        None, "CSV or Parquet file: a row per scenario, columns are paths"
    )
    rows: Annotated[list[dict[str, Any]], Field(min_length=1)] | None = param(
        None, "the same in place: a table of values by path per scenario"
    )
    of: Annotated[list[str], Field(min_length=1)] | None = param(
        None, "scenarios to vary, by default all"
    )

    @model_validator(mode="after")
    def _one_source(self):
        if (self.file is None) == (self.rows is None):
            raise ValueError("must have `file` or `rows`, one of them")
        return self

    @property
    def table(self) -> str:
        """Name of the design's table in a file."""
        return TABLE

    def count(self, base) -> int:
        """Return the number of points."""
        return len(self._rows(base))

    def points(self, base) -> tuple[dict, list[Point]]:
        """Return what a `Design` says of this, and the points; raises ConfigError."""
        rows = self._rows(base)
        points = []
        for number, values in enumerate(rows):
            try:
                entry = written(base, TABLE, values)
            except ConfigError as error:
                faults = [f"`{TABLE}` row {number + 1}: {f}" for f in error.faults]
                raise ConfigError(faults) from None
            points.append(Point(f"point {number}", entry, values, {}))
        columns = {path: _range([row[path] for row in rows]) for path in rows[0]}
        return {"kind": TABLE, "parameters": columns, "n": len(rows)}, points

    def _rows(self, base) -> list[dict[str, Any]]:
        """Return the values of each row; the file is read once for all scenarios."""
        known = base.common.tables
        if self.file not in known:
            known[self.file] = self._read(base.common.folder)
        return known[self.file]

    def _read(self, folder: Path) -> list[dict[str, Any]]:
        if self.file is not None:
            return rows_of(folder / self.file)
        columns = list(dict.fromkeys(path for row in self.rows for path in row))
        cells = [[row.get(path) for path in columns] for row in self.rows]
        return table_rows(columns, cells, f"`{TABLE}.rows`")


class Cells(NamedTuple):
    """A file as it was read: names of its columns, and rows of cells."""

    columns: list[str]
    rows: list[list]


def plan_of(tree: dict, seed: int, faults: list) -> Points | None:
    """Return the plan of a ``[points]``, or None after adding its faults.

    Parameters
    ----------
    tree : dict
        As `tomllib` gives it.
    seed : int
        Seed of the campaign.
    faults : list of str
        Faults are added to it.
    """
    return checked(Points, tree, TABLE, faults)


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Return the values of each row of a file by path.

    Parameters
    ----------
    path : Path
        A CSV file with a header, or a Parquet file.

    Raises
    ------
    ConfigError
        With a fault for each column that cannot be varied and each cell without a value
        or with one of another kind; rows count from 1, the header aside.
    """
    cells = _read(path)
    return table_rows(cells.columns, cells.rows, f"`{TABLE}.file` {path}")


def table_rows(columns: list[str], rows: list[list], where: str) -> list[dict]:
    """Return the values of each row by path, checked; see `rows_of`.

    Parameters
    ----------
    columns : list of str
        Paths of parameters.
    rows : list of list
        Cells of each row; text of a number is taken for it.
    where : str
        Named in messages.
    """
    faults = [f"{where}: {fault}" for fault in _column_faults(columns)]
    if not rows:
        faults.append(f"{where}: must have one row or more")
    if faults:
        raise ConfigError(faults)
    values, odd = [], []
    for number, row in enumerate(rows, 1):
        found = {}
        for path, cell in zip(columns, row, strict=True):
            value, fault = _value(path, cell)
            found[path] = value
            odd += [f"{where}: row {number}, column `{path}`: {fault}"] if fault else []
        values.append(found)
    if odd:
        more = len(odd) - MOST_FAULTS
        rest = [f"{where}: and {more} cells more"] if more > 0 else []
        raise ConfigError(odd[:MOST_FAULTS] + rest)
    return values


def _column_faults(columns: list[str]) -> list[str]:
    repeated = dict.fromkeys(c for c in columns if columns.count(c) > 1)
    return [
        *([] if columns else ["must have one column or more"]),
        *(f"column `{name}` is there {columns.count(name)} times" for name in repeated),
        *path_faults(columns, TABLE),
    ]


def _value(path: str, cell):
    """Return the value of a cell and "", or None and what is wrong with it."""
    if cell is None or cell == "" or cell != cell:  # NaN differs from itself
        return None, "must have a value, it is empty"
    if not is_number(path):
        return _plain(cell), ""
    try:
        number = float(cell) if not isinstance(cell, bool) else float("nan")
    except (TypeError, ValueError):
        number = float("nan")
    if not abs(number) < float("inf"):
        return None, f"must be a number, got {shown(_plain(cell))}"
    if is_whole(path):
        if number != int(number):
            return None, f"must be a whole number, got {number:g}"
        return int(number), ""
    return number, ""


def _plain(cell):
    """Return a cell as a plain value; "true" and "false" are no text."""
    if isinstance(cell, str):
        return {"true": True, "false": False}.get(cell.lower(), cell)
    return cell.item() if hasattr(cell, "item") else cell


def _read(path: Path) -> Cells:
    """Return the cells of a file as they stand there."""
    import pandas as pd

    kind = path.suffix.lower()
    if kind not in (".csv", ".parquet"):
        raise ConfigError(
            f"`{TABLE}.file` must end with .csv or .parquet, got '{path}'"
        )
    try:
        if kind == ".parquet":
            frame = pd.read_parquet(path)
            return Cells(list(map(str, frame.columns)), frame.to_numpy(object).tolist())
        frame = pd.read_csv(path, header=None, dtype=str, keep_default_na=False)
    except ImportError:
        raise ConfigError(
            f"`{TABLE}.file` {path}: Parquet needs pyarrow: pip install scsfast[parquet]"
        ) from None
    except Exception as error:  # pandas and pyarrow raise many
        cause = str(error).partition("\n")[0]
        raise ConfigError(f"`{TABLE}.file` {path}: cannot be read: {cause}") from None
    head, *rows = frame.to_numpy(object).tolist()
    return Cells([str(name).strip() for name in head], rows)


def _range(values: list) -> list:
    """Return the least and the largest value of a column, or its texts."""
    if all(type(value) in (int, float) for value in values):
        return [min(values), max(values)]
    return list(dict.fromkeys(values))[:MOST_VALUES]
