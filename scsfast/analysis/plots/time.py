"""Figures over time: a measure or an output of each scenario, with bands."""

import numpy as np
import pandas as pd
import xarray as xr

from ...errors import ConfigError
from .. import datasets
from ..labels import WORDS, explained
from ..selection import chosen, families, points_by_base
from ..time_series import bands, needed, over_time
from .figure_data import mark, set_data, tip
from .style import (
    COLOURS,
    DASHES,
    PALE,
    Panels,
    axes_or_new,
    colours,
    grid_of_axes,
    label_column,
    replicates_in_words,
    scaled,
    set_caption,
    short,
    styled,
)

MOST_LINES = len(COLOURS)
FEWEST_FOR_BANDS = 4  # replicates; with fewer, each replicate is drawn
BAND_ROOM = 0.4  # beyond the lines, as a share of their range; wider bands are clipped
BANDS = {
    "interval": "mean with 95 % t-interval over replicates",
    "quantiles": "median with the middle 50 % and 90 % of replicates",
}
MIDDLES = {"interval": "mean", "quantiles": "median"}
EDGES = {
    "interval": ("low", "high"),
    "quantiles": ("quantile_05", "quantile_95", "quantile_25", "quantile_75"),
}
SINGLE = "_single replicate"  # label of lines of single replicates; legends omit it
NAMES = {name: explained(name) for name in WORDS}


@styled
def trajectories(
    dataset: xr.Dataset,
    variable: str = "efficiency",
    scenarios=None,
    ax=None,
    *,
    every: int = 1,
    band: str = "interval",
):
    """Draw a measure or an output over time, one line per scenario.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.
    variable : str
        As for `over_time`: a measure, "mean_score", or an output by tick.
    scenarios : sequence of str, optional
        By default the main scenarios.
    ax : matplotlib axes, optional
        By default those of a new figure.
    every : int
        Ticks per period; measures are ratios of sums over a period.
    band : {"interval", "quantiles"}
        Mean and 95 % t-interval, or median and the middle 50 % and 90 %.

    Returns
    -------
    matplotlib axes
    """
    names = chosen(dataset, scenarios)
    ax = axes_or_new(ax)
    values = over_time(dataset.sel(scenario=names), variable, every)
    ends = _draw(ax, values, names, band)
    set_data(ax, _table(values, names, band, variable))
    _limit(ax, [_range(ax)])
    _finish(ax, dataset, variable, every, values)
    ax.set_xlim(0, None)
    cycle = colours()
    label_column(ax, ends, 0.06, dict(zip(names, cycle * len(names), strict=False)))
    _describe(ax, dataset, variable, every, band)
    return ax


@styled
def trajectory_grid(
    dataset: xr.Dataset,
    variable: str = "efficiency",
    scenarios=None,
    *,
    every: int = 1,
    band: str = "interval",
    columns: int = 3,
    same_scale: bool = True,
):
    """Draw a measure over time, one panel per regime.

    Parameters
    ----------
    dataset, variable, scenarios, every, band
        As for `trajectories`.
    columns : int
        Panels per row.
    same_scale : bool
        Whether all panels have the same vertical axis.

    Returns
    -------
    list of matplotlib axes
        The first has the caption.
    """
    panels = _panels(families(dataset, scenarios))
    axes = grid_of_axes(
        len(panels), min(columns, len(panels)), 1.9, sharex=True, sharey=same_scale
    )
    ranges = []
    shown = [name for _, names in panels for name in names]
    part = datasets.with_variables(dataset, needed(variable)).sel(scenario=shown)
    everything = over_time(part, variable, every)
    for ax, (title, names) in zip(axes, panels, strict=True):
        values = everything.sel(scenario=names)
        _draw(ax, values, names, band)
        set_data(ax, _table(values, names, band, variable))
        ranges.append(_range(ax))
        shade_warmup(ax, dataset)
        ax.set_title(short(title), loc="left", fontweight="bold")
        ax.set_xlim(0, None)
        if names != [title]:
            lines = [line for line in ax.get_lines() if line.get_label() != SINGLE]
            words = [short(name) for name in names]
            ax.legend(
                lines, words, fontsize=scaled(7), handlelength=1.6, labelspacing=0.2
            )
    for ax, own in zip(axes, ranges, strict=True):
        _limit(ax, ranges if same_scale else [own])
    axes[0].figure.supxlabel("tick", fontsize=scaled(9))
    axes[0].figure.supylabel(NAMES.get(variable, variable), fontsize=scaled(9))
    _describe(axes[0], dataset, variable, every, band)
    return Panels(axes)


@styled
def points_over_time(
    dataset: xr.Dataset,
    variable: str = "efficiency",
    of=None,
    ax=None,
    *,
    every: int = 1,
):
    """Draw a measure over time at the points of designs, one line per scenario varied.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it, of a campaign with a sweep or a sample.
    variable : str
        As for `trajectories`.
    of : sequence of str, optional
        Scenarios of the campaign file, by default all that have points.
    ax : matplotlib axes, optional
    every : int
        Ticks per period.

    Returns
    -------
    matplotlib axes
        The median over points of means over replicates, and the middle 50 % and 90 %.
    """
    there = points_by_base(dataset)
    bases = datasets.among(list(there), "of", of) or list(there)
    if not bases:
        raise ConfigError("no scenario is a point of a sweep or a sample")
    ax = axes_or_new(ax)
    values = xr.concat(
        [
            over_time(dataset.sel(scenario=there[base]), variable, every)
            .mean("replicate")
            .rename(scenario="replicate")
            .assign_coords(replicate=range(len(there[base])))
            for base in bases
        ],
        pd.Index(bases, name="scenario"),
        join="outer",
    )
    _draw(ax, values, bases, "quantiles")
    set_data(ax, _table(values, bases, "quantiles", variable))
    _finish(ax, dataset, variable, every, values)
    ax.set_xlim(0, None)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2)
    counts = ", ".join(f"{len(there[base])} of {base}" for base in bases)
    set_caption(
        ax,
        f"{_subject(variable, every)}: median with the middle 50 % and 90 % of "
        f"points ({counts}), each a mean over replicates. Shaded: warm-up. "
        f"{replicates_in_words(dataset)}.",
    )
    return ax


def _panels(found: dict) -> list[tuple[str, list[str]]]:
    """Return (title, scenarios) of each panel, with at most one line per colour."""
    return [
        (title if k == 0 else f"{title}, continued", names[k : k + MOST_LINES])
        for title, names in found.items()
        for k in range(0, len(names), MOST_LINES)
    ]


def _draw(ax, values: xr.DataArray, names, band: str) -> dict:
    """Draw lines and bands; return the last point of each line that has one."""
    middle, *edges = bands(values, band)
    ticks, ends, cycle = values["tick"].values, {}, colours()
    if values.sizes["replicate"] < FEWEST_FOR_BANDS:
        edges = []
    for k, name in enumerate(names):
        look = {"color": cycle[k % len(cycle)]}
        line = middle.sel(scenario=name).values
        if not edges:
            own = values.sel(scenario=name).transpose("tick", "replicate").values
            mark(
                ax.plot(
                    ticks, own, linewidth=0.6, alpha=0.5, zorder=1, label=SINGLE, **look
                ),
                name,
            )
        is_there = line == line
        drawn = ax.plot(
            ticks, line, ls=DASHES[k % len(DASHES)], label=short(name), **look
        )
        mark(drawn, name, _tips(name, band, ticks[is_there], line[is_there]))
        for low, high in zip(edges[::2], edges[1::2], strict=True):
            edge = (bound.sel(scenario=name).values for bound in (low, high))
            mark([ax.fill_between(ticks, *edge, alpha=0.18, linewidth=0, **look)], name)
        if is_there.any():
            last = is_there.nonzero()[0][-1]
            ends[name] = float(ticks[last]), float(line[last])
    return ends


def _tips(name: str, band: str, ticks, line) -> list[str]:
    middle = MIDDLES[band]
    return [tip(name, tick=t, **{middle: v}) for t, v in zip(ticks, line, strict=True)]


def _table(values: xr.DataArray, names, band: str, variable: str) -> pd.DataFrame:
    """Return the lines and edges of bands, one row per scenario and tick."""
    middle, *edges = bands(values, band)
    heads = EDGES[band][: len(edges)]
    columns = {
        MIDDLES[band]: middle,
        **dict(zip(heads, edges, strict=True)),
        "n": values.notnull().sum("replicate"),
    }
    ticks = values["tick"].values.tolist()
    return pd.DataFrame(
        {
            "scenario": [name for name in names for _ in ticks],
            "variable": variable,
            "tick": ticks * len(names),
            **{
                head: column.sel(scenario=names)
                .transpose("scenario", "tick")
                .values.ravel()
                for head, column in columns.items()
            },
        }
    )


def _range(ax) -> tuple[float, float]:
    """Return the lowest and highest value of the lines of axes."""
    lines = np.concatenate([line.get_ydata() for line in ax.get_lines()] or [[]])
    there = lines[np.isfinite(lines)]
    return (there.min(), there.max()) if there.size else (np.inf, -np.inf)


def _limit(ax, ranges) -> None:
    """Set the vertical limits by the range of the lines, not by the widest band."""
    low, high = min(r[0] for r in ranges), max(r[1] for r in ranges)
    if low > high:
        return
    ax.ticklabel_format(axis="y", useOffset=False)
    room = BAND_ROOM * (high - low) or 0.1 * abs(high) or 0.01
    bottom, top = ax.get_ylim()
    ax.set_ylim(max(bottom, low - room), min(top, high + room))


def _finish(ax, dataset, variable: str, every: int, values) -> None:
    """Label the axes and mark the warm-up."""
    unit = values.attrs.get("units", "1")
    plain = values.attrs.get("long_name", variable)
    ax.set_xlabel("tick")
    ax.set_ylabel(NAMES.get(variable) or (plain if unit == "1" else f"{plain}, {unit}"))
    shade_warmup(ax, dataset)


def shade_warmup(ax, dataset) -> None:
    """Shade the warm-up: ticks that summaries do not count."""
    warm = dataset.attrs.get("first_measured_tick", 0)
    if 0 < warm < dataset.sizes["tick"]:
        ax.axvspan(0, warm, color=PALE, alpha=0.35, linewidth=0, zorder=0)


def _subject(variable: str, every: int) -> str:
    """Return the beginning of a caption: what is drawn, over which periods."""
    name = NAMES.get(variable, variable)
    taken = f", over each {every} ticks" if every > 1 else ""
    return f"{name[:1].upper()}{name[1:]}{taken}"


def _describe(ax, dataset, variable: str, every: int, band: str) -> None:
    warm = dataset.attrs.get("first_measured_tick", 0)
    n = dataset.sizes["replicate"]
    middle = BANDS[band].partition(" with")[0]
    kind = BANDS[band] if n >= FEWEST_FOR_BANDS else f"{middle}, and each replicate"
    cut = " Bands that leave the axes are clipped." if n >= FEWEST_FOR_BANDS else ""
    set_caption(
        ax,
        f"{_subject(variable, every)}: {kind}. Shaded: warm-up; "
        f"summaries count ticks from {warm} on.{cut} {replicates_in_words(dataset)}.",
    )
