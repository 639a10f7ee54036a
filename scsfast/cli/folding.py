"""Tables on narrow terminals: columns that do not fit go below, figures are not wrapped."""

from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table

BESIDE = 3  # characters between two columns: their padding and the box
MOST_WORD = 20  # words of at most this many characters are not broken


def text_of(table: Table, width: int) -> str:
    """Return a table as text of at most `width` columns, in colour only on a terminal."""
    console = Console(width=width, highlight=False, markup=False, emoji=False)
    with console.capture() as capture:
        for part in folded(table, width):
            console.print(part)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def folded(table: Table, width: int) -> list[Table]:
    """Split a table that is too wide into several, each with its first column.

    Parameters
    ----------
    table : rich.table.Table
        Columns that are right-aligned, or may not wrap, are taken to hold figures.
    width : int
        Width of the terminal, in characters.

    Returns
    -------
    list of rich.table.Table
        The table itself if it fits.
    """
    if sum(_full(column) + BESIDE for column in table.columns) <= width:
        return [table]
    first, *others = table.columns
    groups, room = [], 0
    for column in others:
        needed = _least(column) + BESIDE
        if needed > room:
            groups.append([])
            room = width - _least(first) - BESIDE
        groups[-1].append(column)
        room -= needed
    return [_part(table, [first, *group]) for group in groups]


def _part(table: Table, columns: list[Column]) -> Table:
    """Return a table of some columns of another; only text may wrap."""
    part = Table(box=table.box, pad_edge=table.pad_edge, show_header=table.show_header)
    for column in columns:
        part.add_column(
            column.header,
            justify=column.justify,
            no_wrap=column is not columns[0] and _holds_figures(column),
            overflow="fold",
            width=column.width,
        )
    for row in zip(*(column.cells for column in columns), strict=True):
        part.add_row(*row)
    return part


def _holds_figures(column: Column) -> bool:
    return column.justify == "right" or column.no_wrap


def _least(column: Column) -> int:
    """Return the least width at which a column is readable."""
    if _holds_figures(column):
        return _full(column)
    words = [word for text in _texts(column) for word in text.split()]
    return column.width or min(MOST_WORD, max(map(cell_len, words), default=1))


def _full(column: Column) -> int:
    """Return the width that a column needs without wrapping."""
    lines = [line for text in _texts(column) for line in text.splitlines()]
    return column.width or max(map(cell_len, lines), default=1)


def _texts(column: Column) -> list[str]:
    return [str(column.header), *map(str, column.cells)]
