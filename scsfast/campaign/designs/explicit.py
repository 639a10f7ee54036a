"""Explicit points: one scenario per row of a table, in a CSV or Parquet file.

The columns are paths of parameters. Points that another program chose, such as an
optimiser, an emulator or a posterior sample, enter here. The identity of a campaign
depends on the file's values, not on its path.
"""

from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field, model_validator

from ...errors import ConfigError, Faults, located, refuse
from ...model.parameters import Parameters, Tree, param
from ...model.paths import shown
from ...model.schema import is_number, is_whole
from ..scenarios import checked
from .points import Base, Point, check_paths, written

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
    def _one_source(self) -> Self:
        if (self.file is None) == (self.rows is None):
            raise ValueError("must have either `file` or `rows`")
        return self

    @property
    def table(self) -> str:
        """Name of the design's table in a file."""
        return TABLE

    def count(self, base: Base) -> int:
        """Return the number of points."""
        return len(self._rows(base))

    def points(self, base: Base) -> tuple[Tree, list[Point]]:
        """Return the fields of the `Design`, and its points; raises ConfigError."""
        rows = self._rows(base)
        points = []
        for number, values in enumerate(rows):
            with located(f"`{TABLE}` row {number + 1}: "):
                entry = written(base, TABLE, values)
            points.append(Point(f"point {number}", entry, values, {}))
        columns = {path: _range([row[path] for row in rows]) for path in rows[0]}
        return {"kind": TABLE, "parameters": columns, "n": len(rows)}, points

    def _rows(self, base: Base) -> list[Tree]:
        """Return the values of each row; the file is read once for all scenarios."""
        known = base.common.tables
        if self.file not in known:
            known[self.file] = self._read(base.common.folder)
        return known[self.file]

    def _read(self, folder: Path) -> list[Tree]:
        if self.file is not None:
            return rows_of(folder / self.file)
        tables = self.rows or []
        columns = list(dict.fromkeys(path for row in tables for path in row))
        cells = [[row.get(path) for path in columns] for row in tables]
        return table_rows(columns, cells, f"`{TABLE}.rows`")


class Cells(NamedTuple):
    """A file as it was read: names of its columns, and rows of cells."""

    columns: list[str]
    rows: list[list[Any]]


def plan_of(tree: Tree, seed: int) -> Points:
    """Return the plan of a ``[points]``.

    Parameters
    ----------
    tree : dict
        As `tomllib` gives it.
    seed : int
        Seed of the campaign.

    Raises
    ------
    ConfigError
        With every fault of the table.
    """
    return checked(Points, tree, TABLE)


def rows_of(path: Path) -> list[Tree]:
    """Return the values of each row of a file by path.

    Parameters
    ----------
    path : Path
        A CSV file with a header, or a Parquet file.

    Raises
    ------
    ConfigError
        With a fault for each column that cannot be varied, and for each cell that is
        empty or of another kind. Rows are counted from 1, without the header.
    """
    cells = _read(path)
    return table_rows(cells.columns, cells.rows, f"`{TABLE}.file` {path}")


def table_rows(columns: list[str], rows: list[list[Any]], where: str) -> list[Tree]:
    """Return the values of each row by path, checked; see `rows_of`.

    Parameters
    ----------
    columns : list of str
        Paths of parameters.
    rows : list of list
        Cells of each row; a number may be written as text.
    where : str
        Origin of the rows, for messages.
    """
    faults = Faults()
    with faults.at(f"{where}: "):
        _check_columns(columns)
    with faults.at(f"{where}: "):
        refuse([] if rows else ["must have at least one row"])
    faults.raise_any()
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
        rest = [f"{where}: and {more} more cells"] if more > 0 else []
        raise ConfigError(odd[:MOST_FAULTS] + rest)
    return values


def _check_columns(columns: list[str]) -> None:
    """Refuse no columns, columns of one name, and those that no design may vary."""
    repeated = dict.fromkeys(c for c in columns if columns.count(c) > 1)
    faults = Faults()
    faults.sentences += [] if columns else ["must have at least one column"]
    faults.sentences += [
        f"column `{name}` occurs {columns.count(name)} times" for name in repeated
    ]
    with faults.at():
        check_paths(columns, TABLE)
    faults.raise_any()


def _value(path: str, cell: Any) -> tuple[Any, str]:
    """Return the value of a cell and "", or None and its fault."""
    if cell is None or cell == "" or cell != cell:  # NaN differs from itself
        return None, "must have a value, is empty"
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


def _plain(cell: Any) -> Any:
    """Return a cell as a plain value; the texts "true" and "false" become flags."""
    if isinstance(cell, str):
        return {"true": True, "false": False}.get(cell.lower(), cell)
    return cell.item() if hasattr(cell, "item") else cell


def _read(path: Path) -> Cells:
    """Return the cells of a file unchanged."""
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


def _range(values: list[Any]) -> list[Any]:
    """Return the least and the largest number of a column; of texts, the first few."""
    if all(type(value) in (int, float) for value in values):
        return [min(values), max(values)]
    return list(dict.fromkeys(values))[:MOST_VALUES]
