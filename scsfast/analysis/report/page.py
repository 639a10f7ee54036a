"""A page of sections with texts, tables and figures, as one HTML file.

This module is independent of the meaning of the numbers. The file is self-contained: style
and script are embedded, and figures are inline SVG. Every text is escaped.
"""

import math
import re
from typing import NamedTuple
from urllib.parse import quote

from ...errors import ConfigError
from ..plots.figure_data import data
from ..plots.style import narrowed
from ..plots.svg import inline_svg

try:
    import jinja2
    import markupsafe
except ModuleNotFoundError as error:
    raise ConfigError("a report needs jinja2: pip install 'scsfast[report]'") from error

INSIDE = re.compile(r"(?<=[^\W\d]\.)(?=[^\W\d])")  # after a dot between letters
LONG = 25  # rows from which a table starts folded


class Cell(NamedTuple):
    """One cell: its text and, for a number, the value by which it is sorted."""

    text: str
    value: float | None = None

    @property
    def key(self) -> str:
        """The key by which the script sorts; empty if a number is missing."""
        if self.value is None:
            return self.text
        return "" if math.isnan(self.value) else repr(float(self.value))

    @property
    def is_number(self) -> bool:
        """Whether the cell is aligned and sorted as a number."""
        return self.value is not None


class Table(NamedTuple):
    """A table: column heads, and rows whose first cell names the row."""

    caption: str
    heads: list[str]
    rows: list[list[Cell]]
    sortable: bool = True
    kind: str = "table"

    @property
    def folded(self) -> bool:
        """Whether the table is long enough to start folded."""
        return len(self.rows) > LONG


class Picture(NamedTuple):
    """A figure: an SVG drawing for a wide page and one for a phone, with a caption.

    `csv` is the link to the numbers behind it, inside the page; "" if there are none.
    """

    svg: str
    narrow: str
    caption: str
    csv: str = ""
    file: str = ""
    kind: str = "picture"


class Text(NamedTuple):
    """A paragraph, a list of points, or text to be shown as it is."""

    text: str | list[str]
    kind: str = "paragraph"  # or "points", "verbatim", "to copy"
    title: str = ""


class Section(NamedTuple):
    """A section of a page; `name` is unique in it and made of letters and hyphens."""

    name: str
    title: str
    blocks: list


class Page(NamedTuple):
    """The content of a page."""

    title: str
    about: list[str]
    sections: list[Section]
    foot: str


def text(value) -> Cell:
    """Return a cell of text."""
    return Cell(str(value))


def number(value: float, decimals: int = 3) -> Cell:
    """Return a cell of a number; "-" if it is missing."""
    value = float(value)
    if math.isnan(value):
        return Cell("-", value)
    if math.isinf(value):
        return Cell("∞" if value > 0 else "-∞", value)
    return Cell(f"{round(value, decimals) + 0.0:,.{decimals}f}", value)


def estimate(mean: float, low: float, high: float, decimals: int = 3) -> Cell:
    """Return a cell of a mean and half its interval, such as "0.312 ±0.007".

    Parameters
    ----------
    mean : float
    low : float
    high : float
    decimals : int
        Decimal places.
    """
    half = (float(high) - float(low)) / 2
    tail = "" if math.isnan(half) else f" ±{half:.{decimals}f}"
    return Cell(number(mean, decimals).text + tail, float(mean))


def picture(ax, name: str, title: str, said: str = "") -> Picture:
    """Return the figure of axes as a picture.

    Parameters
    ----------
    ax : matplotlib axes
        Axes with a caption.
    name : str
        Identifier, unique in the page.
    title : str
        Short title of the drawing.
    said : str
        Text alternative of the drawing, for screen readers.
    """
    caption = str(ax.get_label())
    said = f"{said} {caption}".strip()
    svg = inline_svg(ax.figure, name, title, said)
    narrow = inline_svg(narrowed(ax.figure), f"{name}-narrow", title, said)
    return Picture(svg, narrow, caption, csv_link(data(ax)), f"{name}.csv")


def csv_link(table) -> str:
    """Return a table as a link that contains it, as CSV; "" if it is empty."""
    if table.empty:
        return ""
    written = table.to_csv(index=False, float_format="%.9g", lineterminator="\n")
    return "data:text/csv;charset=utf-8," + quote(written, safe=" ,:;()[]=/+-\t")


def at_dots(words: str):
    """Return text as HTML that may be wrapped after a dot inside a name or path."""
    parts = INSIDE.split(words)
    return markupsafe.Markup("<wbr>").join(parts)


def rendered(page: Page) -> str:
    """Return a page as HTML."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("scsfast.analysis.report.document", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["at_dots"] = at_dots
    return environment.get_template("report.html").render(page=page)
