"""Figures of designs: a measure over the parameters that a sweep or a sample varied."""

import numpy as np
import xarray as xr

from ...errors import ConfigError
from ...intervals import statistics
from ...model.measures import MEASURES
from .. import datasets
from ..labels import explained
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
)

MOST_LINES = 12


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
    found = datasets.values(part, names).map(statistics)[measure]
    x = dict(zip(rows, part[parameter].values, strict=True))
    y = dict(zip(rows, found.values, strict=True))
    ax = axes_or_new(ax)
    for k, (name, places) in enumerate(lines.items()):
        look = {
            "color": colours()[k % len(colours())],
            "fmt": MARKERS[k % len(MARKERS)],
        }
        mean, low, high, _ = np.array([y[place] for place in places]).T
        ax.errorbar(
            [x[place] for place in places],
            mean,
            yerr=np.nan_to_num([mean - low, high - mean]),
            ls=DASHES[k % len(DASHES)],
            label=short(name),
            markersize=4.5,
            **look,
        )
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
