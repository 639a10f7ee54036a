"""How pictures look: colours that colour-blind readers tell apart, sizes, labels.

Every picture is drawn on a matplotlib Figure of its own, never through pyplot, so that
nothing is left open and a user's settings stay as they are.
"""

from functools import wraps

import numpy as np

from ...errors import ConfigError

try:
    import matplotlib as mpl
    import matplotlib.style
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D  # noqa: F401, for the pictures
except ModuleNotFoundError as error:
    raise ConfigError(
        "pictures need matplotlib: pip install 'scsfast[report]'"
    ) from error
except ValueError as error:  # of a setting in the environment or in matplotlibrc
    raise ConfigError(
        f"matplotlib does not start with its settings (MPLBACKEND, matplotlibrc): {error}"
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
WIDTH = 7.5  # inches
LONGEST_NAME = 32  # characters of a name in a picture
STYLE = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Noto Sans CJK SC"],
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "lines.linewidth": 1.6,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "svg.fonttype": "none",  # text stays text: small files, any script, to be searched
    "text.parse_math": False,  # a scenario's name may have a dollar
    "svg.hashsalt": "scsfast",
    "figure.facecolor": "white",
}


def styled(function):
    """Make a function draw in the project's style, whatever the settings around it."""

    @wraps(function)
    def draw(*arguments, **named):
        with mpl.style.context(["default", STYLE]):
            return function(*arguments, **named)

    return draw


def new_figure(height: float = 4.0, width: float = WIDTH) -> Figure:
    """Return an empty figure, in inches, that pyplot does not know."""
    return Figure(figsize=(width, height), layout="constrained")


def axes_or_new(ax, height: float = 4.0, width: float = WIDTH):
    """Return the axes given, or those of a new figure."""
    if ax is None:
        ax = new_figure(height, width).add_subplot()
    ax.tick_params(labelsize=8.5)  # ticks are made when drawn, out of the style's reach
    return ax


def grid_of_axes(n: int, columns: int, height: float, **sharing):
    """Return n axes of a new figure in rows; `height` is of a row, in inches."""
    rows = -(-n // columns)
    figure = new_figure(height * rows + (0.7 if rows == 1 else 0.3))
    figure.get_layout_engine().set(wspace=0.04, hspace=0.04)
    axes = figure.subplots(rows, columns, squeeze=False, **sharing).ravel()
    for ax in axes[n:]:
        ax.remove()
    for k, ax in enumerate(axes[:n]):
        ax.tick_params(labelsize=8, labelbottom=k + columns >= n or None)
    return axes[:n]


def spread_out(places, gap: float, low: float = 0.0, high: float = 1.0) -> list[float]:
    """Return places at least a gap apart, in the same order and near where they were.

    Parameters
    ----------
    places : sequence of float
    gap : float
        Made smaller if there is no room for it.
    low, high : float
        Bounds of the places.
    """
    n = len(places)
    gap = min(gap, (high - low) / max(n - 1, 1))
    order = sorted(range(n), key=lambda k: places[k])
    groups: list[list] = []  # neighbours that touch: [sum of wishes, size]
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


def label_column(ax, points, gap: float, colours=None, size: float = 8.5) -> None:
    """Name points in a column on the right of the axes, each with a thin line to it.

    Parameters
    ----------
    ax : matplotlib axes
        Its limits must be final.
    points : dict of str to (float, float)
        From the name to the place, in data coordinates.
    gap : float
        Between the middles of two names, as a share of the axes' height.
    """
    names = list(points)
    to_axes = ax.transData + ax.transAxes.inverted()
    heights = [to_axes.transform(points[name])[1] for name in names]
    for name, y in zip(names, spread_out(heights, gap), strict=True):
        ax.annotate(
            short(name),
            points[name],
            xytext=(1.03, y),
            textcoords="axes fraction",
            va="center",
            fontsize=size,
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
    """Return a name, its middle left out if it is too long for a picture."""
    name = " ".join(name.split())
    if len(name) <= width:
        return name
    half = (width - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def set_caption(ax, text: str) -> None:
    """Keep a caption with the axes, where `caption` finds it."""
    ax.set_label(text)


def caption(ax) -> str:
    """Return in words what is drawn on axes that a function of this package made."""
    return str(ax.get_label())


def replicates_in_words(dataset) -> str:
    """Return how much a picture rests on, such as "N = 4 replicates of 20,000 citizens"."""
    n = dataset.sizes["replicate"]
    sizes = np.ravel(dataset.coords.get("n_citizens", dataset.attrs["n_citizens"]))
    low, high = int(sizes.min()), int(sizes.max())
    people = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    return f"N = {n} replicate{'s' if n != 1 else ''} of {people} citizens"
