"""How figures look: colours that colour-blind readers can distinguish, sizes, labels.

Settings that the user has changed (`matplotlib.rcParams`, style sheets) take precedence
over those of the project. Figures are never drawn through pyplot, so that none stays open.
Jupyter shows them without a magic command.
"""

import inspect
import io
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from textwrap import fill
from typing import NamedTuple

import numpy as np

from ...errors import ConfigError

try:
    import matplotlib as mpl
    import matplotlib.style
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis  # noqa: F401, for the marks
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D  # noqa: F401, for the pictures
except ModuleNotFoundError as error:
    raise ConfigError(
        "figures need matplotlib: pip install 'scsfast[report]'"
    ) from error
except ValueError as error:  # of a setting in the environment or in matplotlibrc
    raise ConfigError(
        f"matplotlib cannot start with its settings (MPLBACKEND, matplotlibrc): {error}"
    ) from error

# Okabe and Ito 2008, "Color universal design"; their yellow is too pale on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 3)), (0, (1, 3)))
GREY = "#6b6b6b"
PALE = "#d0d0d0"
ROLES = {
    "manipulated": ("#D55E00", "o", "leaders manipulate"),
    "honest": ("#0072B2", "s", "honest leaders, or none has discretion"),
    "yardstick": ("#000000", "D", "no score"),
}
WIDTH, NARROW = 7.5, 4.2  # inches, of a figure on a page and on a phone
NARROW_WORDS = 30  # letters per line on a phone
LONGEST_NAME = 32  # characters of a name in a figure
FONT_SIZE = 9  # points; all other sizes are relative to it
STYLE = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Noto Sans CJK SC"],
    "font.size": FONT_SIZE,
    "axes.titlesize": "medium",
    "axes.labelsize": "medium",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "lines.linewidth": 1.6,
    "legend.frameon": False,
    "legend.fontsize": "medium",
    "svg.fonttype": "none",  # text stays text: small files, any script, searchable
    "text.parse_math": False,  # a scenario's name may contain a dollar sign
    "svg.hashsalt": "scsfast",
    "figure.facecolor": "white",
}
ADDED = """\
legend : bool, optional
    Whether to name scenarios or series, in a legend or beside lines and points.
labels : mapping of str to str, optional
    Labels to print instead of names of scenarios, players or parameters."""


class Look(NamedTuple):
    """The caller's choices for a figure."""

    legend: bool = True
    labels: dict | None = None


AS_DRAWN = Look()
LOOK: ContextVar[Look] = ContextVar("look", default=AS_DRAWN)


class ShownAxes(Axes):
    """Axes that Jupyter shows as their figure."""

    def _repr_png_(self) -> bytes:
        return png(self.figure)


class Panels(list):
    """Axes of one figure, which Jupyter shows as the figure."""

    def _repr_png_(self) -> bytes:
        return png(self[0].figure)


def png(figure) -> bytes:
    """Return a figure as the bytes of a PNG file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=mpl.rcParams["figure.dpi"])
    return buffer.getvalue()


def styled(function):
    """Make a function draw in the project's style; the user's settings take precedence.

    The function also takes `legend` and `labels`.
    """

    @wraps(function)
    def draw(*arguments, legend: bool = True, labels=None, **named):
        token = LOOK.set(Look(legend, labels))
        try:
            with mpl.rc_context(_unchanged(STYLE)):
                drawn = function(*arguments, **named)
        finally:
            LOOK.reset(token)
        if not legend:
            _remove_legends(drawn)
        return drawn

    signature = inspect.signature(function)
    kind = inspect.Parameter.KEYWORD_ONLY
    added = [
        inspect.Parameter("legend", kind, default=True, annotation=bool),
        inspect.Parameter("labels", kind, default=None),
    ]
    draw.__signature__ = signature.replace(
        parameters=[*signature.parameters.values(), *added]
    )
    text = inspect.cleandoc(function.__doc__ or "")  # as Python 3.13 keeps it already
    head, parted, tail = text.partition("\n\nReturns\n")
    draw.__doc__ = f"{head}\n{ADDED}{parted}{tail}" if parted else head
    return draw


def _unchanged(style: dict) -> dict:
    """Return the settings of a style that the user has not changed."""
    now, default = mpl.rcParams, mpl.rcParamsDefault
    return {key: value for key, value in style.items() if now[key] == default[key]}


@contextmanager
def own_style():
    """Draw with matplotlib's default settings: the same figures for every user."""
    with mpl.style.context("default"):
        yield


def _remove_legends(drawn) -> None:
    for ax in np.ravel(drawn):
        if ax.get_legend():
            ax.get_legend().remove()


def colours() -> list[str]:
    """Return the colours of lines: the user's cycle if it was changed, or `COLOURS`."""
    cycle = mpl.rcParams["axes.prop_cycle"]
    if cycle == mpl.rcParamsDefault["axes.prop_cycle"] or "color" not in cycle.keys:
        return list(COLOURS)
    return cycle.by_key()["color"]


def scaled(size: float) -> float:
    """Return a font size in points, in proportion to the font in use."""
    return size * mpl.rcParams["font.size"] / FONT_SIZE


def write_cells(ax, cells: np.ndarray, words, is_dark) -> None:
    """Write words into each cell of a heat map, in white on dark cells.

    Parameters
    ----------
    ax : matplotlib axes
    cells : ndarray, shape (rows, columns)
    words, is_dark : callable
        From the value of a cell to its words, none if empty, and to whether it is dark.
    """
    for (row, column), value in np.ndenumerate(cells):
        if said := words(value):
            ax.text(
                column, row, said, ha="center", va="center", fontsize=scaled(7.5),
                color="white" if is_dark(value) else "black",
            )  # fmt: skip


def new_figure(height: float = 4.0, width: float = WIDTH) -> Figure:
    """Return an empty figure, sized in inches, outside pyplot."""
    if mpl.rcParams["figure.figsize"] != mpl.rcParamsDefault["figure.figsize"]:
        width, height = mpl.rcParams["figure.figsize"]
    return Figure(figsize=(width, height), layout="constrained")


def axes_or_new(ax, height: float = 4.0, width: float = WIDTH):
    """Return the axes given, or those of a new figure.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        The axes to draw on; None makes new ones.
    height : float
        Inches.
    width : float
        Inches.
    """
    if ax is None:
        ax = new_figure(height, width).add_subplot(axes_class=ShownAxes)
    # Ticks are made when the figure is drawn, after the style has been reset.
    ax.tick_params(labelsize=scaled(8.5))
    return ax


def grid_of_axes(n: int, columns: int, height: float, **sharing):
    """Return n axes of a new figure, arranged in rows.

    Parameters
    ----------
    n : int
        Number of axes.
    columns : int
        Axes per row.
    height : float
        Of a row, inches.
    **sharing
        Arguments of `matplotlib.figure.Figure.subplots`.
    """
    rows = -(-n // columns)
    figure = new_figure(height * rows + (0.7 if rows == 1 else 0.3))
    figure.get_layout_engine().set(wspace=0.04, hspace=0.04)
    kind = {"axes_class": ShownAxes}
    axes = figure.subplots(rows, columns, squeeze=False, subplot_kw=kind, **sharing)
    axes = axes.ravel()
    for ax in axes[n:]:
        ax.remove()
    for k, ax in enumerate(axes[:n]):
        ax.tick_params(labelsize=scaled(8), labelbottom=k + columns >= n or None)
    return axes[:n]


def narrowed(figure: Figure, width: float = NARROW) -> Figure:
    """Return a figure narrowed to a phone's width, with its panels in one column.

    The figure is changed in place: save it at its full width first.
    """
    axes = [ax for ax in figure.axes if ax.get_subplotspec() is not None]
    height = figure.get_size_inches()[1]
    rows, columns = axes[0].get_gridspec().get_geometry() if axes else (1, 1)
    if columns > 1:
        grid = figure.add_gridspec(len(axes), 1)
        for place, ax in enumerate(axes):
            ax.set_subplotspec(grid[place])
            ax.tick_params(labelleft=True, labelbottom=True)
        height = len(axes) * max(height / rows, 1.8)
    for ax in axes:
        _stack_legend(ax)
        _wrap_words(ax)
    figure.set_size_inches(width, height)
    return figure


def _wrap_words(ax) -> None:
    """Break the label of the horizontal axis and the legend into lines that fit a phone."""
    ax.set_xlabel(fill(ax.get_xlabel(), NARROW_WORDS))
    legend = ax.get_legend()
    for entry in legend.get_texts() if legend else ():
        entry.set_text(fill(entry.get_text(), NARROW_WORDS))


def _stack_legend(ax) -> None:
    """Stack the entries of a legend above the axes in one column."""
    legend = ax.get_legend()
    if legend is None or len(legend.get_texts()) < 2:
        return
    is_outside = legend.get_bbox_to_anchor().bounds != ax.bbox.bounds
    if is_outside:
        ax.legend(
            legend.legend_handles,
            [entry.get_text() for entry in legend.get_texts()],
            loc="lower left",
            bbox_to_anchor=(0, 1.0),
            fontsize=legend.get_texts()[0].get_size(),
            frameon=False,
            borderaxespad=0.2,
            handletextpad=0.2,
        )


def spread_out(places, gap: float, low: float = 0.0, high: float = 1.0) -> list[float]:
    """Return places at least a gap apart, in the same order and close to the originals.

    Parameters
    ----------
    places : sequence of float
    gap : float
        Smaller if there is not enough room.
    low, high : float
        Bounds of the places.
    """
    n = len(places)
    gap = min(gap, (high - low) / max(n - 1, 1))
    order = sorted(range(n), key=lambda k: places[k])
    groups: list[list] = []  # touching neighbours: [sum of desired starts, size]
    for rank, k in enumerate(order):
        groups.append([min(max(places[k], low), high) - rank * gap, 1])
        while len(groups) > 1 and _mean(groups[-2]) > _mean(groups[-1]):
            last = groups.pop()
            groups[-1] = [groups[-1][0] + last[0], groups[-1][1] + last[1]]
    starts = [_mean(group) for group in groups for _ in range(group[1])]
    room = high - gap * (n - 1)
    found = [0.0] * n
    for rank, k in enumerate(order):
        found[k] = min(max(starts[rank], low), room) + rank * gap
    return found


def _mean(group) -> float:
    return group[0] / group[1]


def label_column(ax, places, gap: float, colours=None, size: float = 8.5) -> None:
    """Name points in a column on the right of the axes, each with a thin line to it.

    Parameters
    ----------
    ax : matplotlib axes
        Its limits must be final.
    places : dict of str to (float, float)
        From names to points in data coordinates.
    gap : float
        Between the middles of two names, as a share of the axes' height.
    colours : dict of str to color, optional
        Of the names; black by default.
    size : float
        Of the text, points.
    """
    if not LOOK.get().legend:
        return
    names = list(places)
    to_axes = ax.transData + ax.transAxes.inverted()
    heights = [to_axes.transform(places[name])[1] for name in names]
    for name, y in zip(names, spread_out(heights, gap), strict=True):
        ax.annotate(
            short(name),
            places[name],
            xytext=(1.03, y),
            textcoords="axes fraction",
            va="center",
            fontsize=scaled(size),
            color=(colours or {}).get(name, "black"),
            arrowprops={
                "arrowstyle": "-",
                "color": PALE,
                "linewidth": 0.7,
                "shrinkA": 1,
                "shrinkB": 4,
            },
            annotation_clip=False,
            zorder=1.5,
        )


def short(name: str, width: int = LONGEST_NAME) -> str:
    """Return the caller's label for a name, else the name shortened to fit a figure."""
    labels = LOOK.get().labels or {}
    if name in labels:
        return str(labels[name])
    name = " ".join(name.split())
    if len(name) <= width:
        return name
    half = (width - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def set_caption(ax, text: str) -> None:
    """Store a caption with the axes, where `caption` finds it."""
    ax.set_label(text)


def caption(ax) -> str:
    """Return the caption of axes that a figure function of this package returned."""
    return str(ax.get_label())


def replicates_in_words(dataset) -> str:
    """Return the data behind a figure, such as "N = 4 replicates of 20,000 citizens"."""
    n = dataset.sizes["replicate"]
    sizes = np.ravel(dataset.coords.get("n_citizens", dataset.attrs["n_citizens"]))
    low, high = int(sizes.min()), int(sizes.max())
    people = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    return f"N = {n} replicate{'s' if n != 1 else ''} of {people} citizens"
