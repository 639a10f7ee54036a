"""The numbers behind a figure: as a table, and on the marks that a page can point at.

A figure function stores the table with its axes, where `data` finds it. It also names the
series of each line or point and describes its points in words, for the hover values and
the check boxes of a report.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from .style import Axis

TABLE, MARK = "_scsfast_table", "_scsfast_mark"  # attributes of axes and artists


class Mark(NamedTuple):
    """The series that an artist belongs to, and a description of each of its points."""

    series: str
    tips: tuple[str, ...] = ()


def set_data(ax, table: pd.DataFrame) -> None:
    """Store the table behind axes with them, where `data` finds it."""
    setattr(ax, TABLE, table)


def data(axes) -> pd.DataFrame:
    """Return the numbers behind a figure of this package, one row per drawn value.

    Parameters
    ----------
    axes : matplotlib axes, or a list of axes
        As a figure function returned them.

    Returns
    -------
    pandas.DataFrame
        Those of all axes of the figure, in the order in which they are drawn; empty for
        axes of other figures.
    """
    first = axes[0] if isinstance(axes, list) else axes
    found = [getattr(ax, TABLE, None) for ax in first.figure.axes]
    tables = [table for table in found if table is not None and len(table)]
    if not tables:
        return pd.DataFrame()
    return tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)


def mark(artists, series: str, tips=()) -> None:
    """Name the series of artists, and describe their points in the order of drawing.

    Parameters
    ----------
    artists : iterable of matplotlib artists
        The parts of one line or point; the first one has the points.
    series : str
        Name of the series; parts with the same name are shown and hidden together.
    tips : sequence of str
        One description per point that is drawn.
    """
    for k, artist in enumerate(artists):
        setattr(artist, MARK, Mark(str(series), () if k else tuple(tips)))


def parts(container) -> list:
    """Return the artists of an error bar: its line with the points first."""
    line, caps, bars = container.lines
    return [part for part in (line, *caps, *bars) if part is not None]


def with_ids(figure) -> dict[str, Mark]:
    """Give each named part of a figure an identifier; return the parts by identifier."""
    found = {}
    for k, artist in enumerate(_marked(figure)):
        artist.set_gid(f"mark-{k}")
        found[f"mark-{k}"] = getattr(artist, MARK)
    return found


def _marked(artist) -> Iterator:
    """Yield the named parts inside an artist, and itself; ticks, which are many, have none."""
    for inner in artist.get_children():
        if not isinstance(inner, Axis):
            yield from _marked(inner)
    if hasattr(artist, MARK):
        yield artist


def tip(series: str, **values) -> str:
    """Return a point in words, such as "market: skill 0.12 [0.11, 0.13]".

    Parameters
    ----------
    series : str
    **values
        A number, or (mean, low, high), per name; underscores are shown as spaces.
    """
    shown = (f"{name.replace('_', ' ')} {_shown(v)}" for name, v in values.items())
    return f"{series}: {', '.join(shown)}"


def _shown(value) -> str:
    if not isinstance(value, tuple):
        return f"{value:.4g}"
    mean, low, high = value
    return f"{mean:.4g}" + (f" [{low:.4g}, {high:.4g}]" if low == low else "")
