"""Tables on narrow terminals: columns that do not fit go below, and figures stay whole."""

from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table

BESIDE = 3  # characters between two columns: their padding and the box
MOST_WORD = 20  # characters of a word in a text that is kept whole


def text_of(table: Table, width: int) -> str:
    """Return a table as text of at most `width` columns, in colour only on a terminal."""
    console = Console(width=width, highlight=False, markup=False, emoji=False)
    with console.capture() as capture:
        for part in folded(table, width):
            console.print(part)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def folded(table: Table, width: int) -> list[Table]:
    """Return a table as one or several, which have its first column and some others each.

    Parameters
    ----------
    table : rich.table.Table
        Columns that are set to the right, or may not wrap, hold figures.
    width : int
        Columns of the terminal.

    Returns
    -------
    list of rich.table.Table
        The table itself if it fits as it is.
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
    """Return a table of some of another's columns; only text may go over several lines."""
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
    """Return the least width at which a column can be read."""
    if _holds_figures(column):
        return _full(column)
    words = [word for text in _texts(column) for word in text.split()]
    return column.width or min(MOST_WORD, max(map(cell_len, words), default=1))


def _full(column: Column) -> int:
    """Return the width of a column whose lines are not wrapped."""
    lines = [line for text in _texts(column) for line in text.splitlines()]
    return column.width or max(map(cell_len, lines), default=1)


def _texts(column: Column) -> list[str]:
    return [str(column.header), *map(str, column.cells)]
