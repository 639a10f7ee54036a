"""Figures of designs: a measure over the parameters that a sweep or a sample varied."""

import numpy as np
import pandas as pd
import xarray as xr

from ...errors import ConfigError
from ...model.measures import MEASURES
from .. import datasets
from ..labels import explained
from ..selection import points_by_base
from .figure_data import mark, parts, set_data, tip
from .regimes import INTERVALS
from .style import (
    DASHES,
    MARKERS,
    axes_or_new,
    colours,
    replicates_in_words,
    set_caption,
    short,
    styled,
    write_cells,
)

MOST_LINES = 12
MOST_CELLS = 120  # of a heat map with its numbers


def varied_parameters(dataset: xr.Dataset) -> list[str]:
    """Return the paths of the parameters that designs varied."""
    known = ("regime.", "leaders.", "world.", "change.")
    return [str(c) for c in dataset.coords if str(c).startswith(known)]


@styled
def over_parameter(
    dataset: xr.Dataset, parameter: str, measure: str = "efficiency", of=None, ax=None
):
    """Draw a measure over a swept parameter, one line per scenario that was varied.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it, of a campaign with a ``[sweep]``.
    parameter : str
        Path of a parameter that was varied, such as "leaders.village.share".
    measure : str
        One of `MEASURES`, or any variable by scenario and replicate.
    of : sequence of str, optional
        Scenarios of the campaign file, by default all that vary the parameter. If a sweep
        varied further parameters, each combination of their values has its own line.
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib axes
    """
    lines = _lines(dataset, parameter, of)
    names = datasets.among(
        [*MEASURES, *datasets.own_variables(dataset)], "measure", measure
    )
    rows = [row for places in lines.values() for row in places]
    part = dataset.isel(scenario=rows)
    found = datasets.summary(part, names)[measure]
    x = dict(zip(rows, part[parameter].values, strict=True))
    y = dict(zip(rows, found.values, strict=True))
    ax, table = axes_or_new(ax), []
    for k, (name, places) in enumerate(lines.items()):
        colour, marker = colours()[k % len(colours())], MARKERS[k % len(MARKERS)]
        mean, low, high, _ = np.array([y[place] for place in places]).T
        bars = ax.errorbar(
            [x[place] for place in places],
            mean,
            yerr=np.nan_to_num([mean - low, high - mean]),
            ls=DASHES[k % len(DASHES)],
            label=short(name),
            markersize=4.5,
            color=colour,
            fmt=marker,
        )
        points = _points_of(parameter, measure, [x[p] for p in places], mean, low, high)
        table += [{"line": name, **point} for point in points]
        mark(parts(bars), name, _tips(name, parameter, points))
    set_data(ax, pd.DataFrame(table))
    ax.set_xlabel(parameter)
    ax.set_ylabel(explained(measure))
    if len(lines) > 1:
        ax.legend()
    set_caption(
        ax,
        f"{explained(measure).capitalize()} over {parameter}. {INTERVALS}, "
        f"{replicates_in_words(dataset)}.",
    )
    return ax


@styled
def heat_map(dataset: xr.Dataset, x: str, y: str, measure: str = "efficiency", ax=None):
    """Draw the mean of a measure over two swept parameters, as coloured cells.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it, with the points of one ``[sweep]`` of one scenario.
    x, y : str
        Paths of two parameters that were varied; all other varied parameters must have a
        single value.
    measure : str
        One of `MEASURES`, or any variable by scenario and replicate.
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib axes
    """
    varied = varied_parameters(dataset)
    faults = [
        datasets.unknown("parameter", p, varied) for p in (x, y) if p not in varied
    ]
    if faults:
        raise ConfigError(faults)
    known = [*MEASURES, *datasets.own_variables(dataset)]
    (name,) = datasets.among(known, "measure", measure)
    part = dataset.isel(scenario=np.flatnonzero([v == v for v in dataset[x].values]))
    across, up = ([*dict.fromkeys(part[p].values.tolist())] for p in (x, y))
    cells = np.full((len(up), len(across)), np.nan)
    means = datasets.values(part, [name])[name].mean("replicate").values
    for place, mean in enumerate(means):
        at = up.index(part[y].values[place]), across.index(part[x].values[place])
        if not np.isnan(cells[at]):
            raise ConfigError(
                f"`dataset` must have one scenario per pair of values, has several of {x}="
                f"{across[at[1]]:g}, {y}={up[at[0]]:g}; select the points of one scenario"
            )
        cells[at] = mean
    ax = axes_or_new(ax, 0.45 * len(up) + 1.4)
    rows = [
        {y: v, x: h, "measure": name, "mean": cells[row, column]}
        for row, v in enumerate(up)
        for column, h in enumerate(across)
    ]
    set_data(ax, pd.DataFrame(rows))
    if cells.size <= MOST_CELLS:
        _write_cells(ax, cells)
    drawn = ax.imshow(cells, origin="lower", aspect="auto", cmap="viridis")
    ax.figure.colorbar(drawn, ax=ax, label=explained(name))
    ax.set_xticks(range(len(across)), [f"{value:g}" for value in across])
    ax.set_yticks(range(len(up)), [f"{value:g}" for value in up])
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    ax.spines[:].set_visible(False)
    set_caption(
        ax,
        f"Mean {explained(name)} over {x} and {y}. {replicates_in_words(dataset)}.",
    )
    return ax


def _points_of(parameter: str, measure: str, *columns) -> list[dict]:
    """Return the points of a line as rows."""
    heads = (parameter, "mean", "low", "high")
    rows = zip(*columns, strict=True)
    return [{"measure": measure, **dict(zip(heads, r, strict=True))} for r in rows]


def _tips(name: str, parameter: str, points: list[dict]) -> list[str]:
    """Return the points of a line in words, without those that are missing."""
    there = [point for point in points if point["mean"] == point["mean"]]
    found = []
    for point in there:
        values = {parameter: point[parameter]}
        values[point["measure"]] = tuple(point[key] for key in ("mean", "low", "high"))
        found.append(tip(name, **values))
    return found


def _write_cells(ax, cells: np.ndarray) -> None:
    """Write each number into its cell; missing ones stay empty."""
    low, high = np.nanmin(cells), np.nanmax(cells)
    write_cells(
        ax,
        cells,
        lambda value: f"{value:.3g}" if value == value else "",
        lambda value: value < (low + high) / 2 or low == high,
    )


@styled
def points(
    dataset: xr.Dataset, x: str = "diversion", y: str = "skill", of=None, ax=None
):
    """Draw two measures of the points of designs, one colour per scenario varied.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it, of a campaign with a sweep or a sample.
    x, y : str
        Each one of `MEASURES`, or any variable by scenario and replicate.
    of : sequence of str, optional
        Scenarios of the campaign file, by default all that have points.
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib axes
    """
    known = [*MEASURES, *datasets.own_variables(dataset)]
    x, y = datasets.among(known, "measure", [x, y])
    there = points_by_base(dataset)
    means = datasets.values(dataset, list(dict.fromkeys([x, y]))).mean("replicate")
    ax, tables, drawn = axes_or_new(ax), [], []
    for k, base in enumerate(datasets.among(list(there), "of", of) or there):
        part = means.sel(scenario=there[base])
        table = pd.DataFrame({"of": base, x: part[x].values, y: part[y].values})
        for path in varied_parameters(dataset):
            table[path] = dataset[path].sel(scenario=part["scenario"]).values
        table.insert(1, "point", [str(name) for name in part["scenario"].values])
        table = table.dropna(subset=[x, y])
        look = {"color": colours()[k % len(colours())], "ms": 4.5, "alpha": 0.7}
        line = ax.plot(
            table[x], table[y], MARKERS[k % len(MARKERS)], label=short(base), **look
        )
        rows = table.to_dict("records")
        mark(line, base, [tip(row["point"], **{x: row[x], y: row[y]}) for row in rows])
        tables.append(table)
        drawn.append(f"{len(table)} of {base}")
    set_data(ax, pd.concat(tables, ignore_index=True))
    ax.set_xlabel(explained(x))
    ax.set_ylabel(explained(y))
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2)
    set_caption(
        ax,
        f"Points of designs: {', '.join(drawn)}. Means over replicates, "
        f"{replicates_in_words(dataset)}.",
    )
    return ax


def _lines(dataset, parameter: str, of=None) -> dict[str, list[int]]:
    """Return the positions of each line's scenarios, in the order of the parameter."""
    varied = varied_parameters(dataset)
    if parameter not in varied:
        raise ConfigError(datasets.unknown("parameter", parameter, varied))
    values = dataset[parameter].values
    if values.dtype.kind not in "fiu":
        raise ConfigError(f"`parameter` {parameter}: its values must be numbers")
    bases = datasets.bases(dataset)
    wanted = datasets.among(list(dict.fromkeys(bases)), "of", of) or bases
    others = [name for name in varied if name != parameter]
    lines: dict[str, list[int]] = {}
    for place, base in enumerate(bases):
        if base in wanted and values[place] == values[place]:
            own = {name: dataset[name].values[place] for name in others}
            label = ", ".join([base, *_shown(own)])
            lines.setdefault(label, []).append(place)
    if len(lines) > MOST_LINES:
        raise ConfigError(
            f"`parameter` {parameter}: needs {len(lines)} lines, at most {MOST_LINES}; "
            "name scenarios with `of`, or draw a heat map"
        )
    return {k: sorted(v, key=lambda place: values[place]) for k, v in lines.items()}


def _shown(values: dict) -> list[str]:
    """Return a point's further parameters as "name=value", where they apply."""
    there = {name: v for name, v in values.items() if v == v and v not in ("", -1)}
    return [
        f"{name.rpartition('.')[2]}={v if isinstance(v, str) else format(v, 'g')}"
        for name, v in there.items()
    ]
