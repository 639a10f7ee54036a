"""Edge lists in text files: the columns of an edge are identified by name if possible."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..errors import ConfigError
from ..model.edge_columns import end_columns, is_row_count

if TYPE_CHECKING:
    import pandas as pd

COMMENT = "#"
WHOLE = re.compile(r"\s*[+-]?[0-9]+\s*")


class Layout(NamedTuple):
    """How an edge list is laid out.

    Attributes
    ----------
    sep : str
        Regular expression of the separator of columns.
    skipped : int
        Lines up to the end of the header.
    ends : tuple of int
        Positions of the columns that hold the ends of an edge.
    columns : int
        Number of columns of the first line of data; 0 for a file without edges.
    has_header : bool
        Whether the first line has the names of the columns.
    """

    sep: str = ","
    skipped: int = 0
    ends: tuple[int, int] = (0, 1)
    columns: int = 0
    has_header: bool = False


def text_graph(path: Path) -> np.ndarray:
    """Return the edges of a text file.

    Parameters
    ----------
    path : Path
        Columns separated by commas or white space; text after a # is a comment. With a
        header, the names of the columns decide which two are read, also if the header
        lacks the name of a first column of row names (R ``write.table``). Without a header,
        the first two are read unless they may be row numbers and an end.

    Returns
    -------
    ndarray of int64, shape (edges, 2)

    Raises
    ------
    ConfigError
        If the columns of an edge cannot be identified, or do not hold whole numbers.
    """
    layout = _layout(path)
    if not layout.columns:
        return np.empty((0, 2), np.int64)
    try:
        table = _read(path, layout, layout.ends, np.int64)
    except (ValueError, OverflowError):
        texts = _read(path, layout, layout.ends, str, keep_default_na=False)
        raise ConfigError(_odd_pair(texts), str(path)) from None
    if not layout.has_header and layout.columns > 2:
        _refuse_row_numbers(path, layout, table)
    edges: np.ndarray = table.to_numpy()
    return edges


def _read(
    path: Path, layout: Layout, columns: tuple[int, ...], dtype: type, **options: bool
) -> pd.DataFrame:
    """Return some columns of a text file, in the order of `columns`."""
    import pandas as pd

    table = pd.read_csv(
        path,
        dtype=dtype,
        sep=layout.sep,
        header=None,
        usecols=sorted(columns),
        skiprows=layout.skipped,
        comment=COMMENT,
        encoding="utf-8-sig",
        index_col=False,
        **options,
    )
    return table[list(columns)]


def _layout(path: Path) -> Layout:
    """Return the layout of a text file from its header and its first line of data."""
    with path.open(encoding="utf-8-sig") as lines:
        content = _content(lines)
        number, text = next(content, (0, ""))
        if not text:
            return Layout()
        sep = "," if "," in text else r"\s+"
        first = _fields(text, sep)
        _two_or_more(path, first, text)
        if any(map(_is_number, first[:2])):
            return Layout(sep, number, columns=len(first))
        _, text = next(content, (0, ""))
        data = _fields(text, sep) if text else first
    shift = len(data) - len(first)
    if shift not in (0, 1) or (shift and not data[-1]):
        fault = f"must have as many names in its header as columns ({len(data)})"
        raise ConfigError(f"{fault}, got {len(first)}", str(path))
    try:
        one, other = end_columns(first)
    except ValueError as error:
        raise ConfigError(str(error), str(path)) from None
    ends, n = (one + shift, other + shift), len(data) if text else 0
    return Layout(sep, number + 1, ends, n, has_header=True)


def _content(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of every line that holds more than a comment."""
    for number, line in enumerate(lines):
        text = line.partition(COMMENT)[0].strip()
        if text:
            yield number, text


def _fields(text: str, sep: str) -> list[str]:
    """Return the fields of a line, without the quotes around them."""
    if sep != ",":
        text, sep = " ".join(text.split()), " "
    return next(csv.reader([text], delimiter=sep, skipinitialspace=True))


def _two_or_more(path: Path, fields: list[str], text: str) -> None:
    """Refuse a line of one column."""
    if len(fields) < 2:
        fault = "must have two columns, separated by commas or white space"
        raise ConfigError(f"{fault}, got {text[:40]!r}", str(path))


def _refuse_row_numbers(path: Path, layout: Layout, table: pd.DataFrame) -> None:
    """Refuse a file without a header whose first columns may be row numbers and an end."""
    if not is_row_count(table[0].to_numpy()):
        return
    try:
        _read(path, layout, (2,), np.int64)
    except (ValueError, OverflowError):
        return  # a weight or an attribute: the first two are the edge
    raise ConfigError(
        f"must have a header that names source and target: of {layout.columns} columns of "
        "whole numbers the first counts the rows, so it may hold row numbers",
        str(path),
    )


def _is_number(text: str) -> bool:
    try:
        float(text.strip().strip('"'))
    except ValueError:
        return False
    return True


def _odd_pair(texts: pd.DataFrame) -> str:
    """Return the fault of the first edge that is not two whole numbers."""
    for row, pair in enumerate(texts.itertuples(index=False)):
        if not all(WHOLE.fullmatch(str(text)) for text in pair):
            shown = ", ".join(map(repr, pair))
            return (
                "must hold two whole numbers per line, got "
                f"{shown} in edge {row} (counted from 0)"
            )
    return "must hold numbers of citizens, got one that is far too large"
