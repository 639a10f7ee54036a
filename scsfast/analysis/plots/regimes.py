"""Figures that compare regimes: efficiency or skill, capture, and ranks."""

import numpy as np
import pandas as pd
import xarray as xr

from ...model.measures import MEASURES
from .. import datasets
from ..labels import explained, head
from ..selection import chosen, regime_at, role
from .figure_data import mark, parts, set_data, tip
from .style import (
    GREY,
    PALE,
    ROLES,
    Line2D,
    axes_or_new,
    label_column,
    replicates_in_words,
    set_caption,
    short,
    styled,
)

ROW = 0.24  # inches per row of names
INTERVALS = "Mean and 95 % t-interval over replicates"


@styled
def efficiency_and_capture(
    dataset: xr.Dataset, scenarios=None, ax=None, *, measure: str = "efficiency"
):
    """Draw efficiency or skill against capture, one point per scenario, with intervals.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.
    scenarios : sequence of str, optional
        By default the main scenarios. Allocation by oracle is not drawn: its efficiency is
        1 by construction, and it would leave little room for the others.
    ax : matplotlib axes, optional
    measure : str
        The vertical axis: one of `MEASURES`, such as "skill", or any variable by
        scenario and replicate.

    Returns
    -------
    matplotlib axes
    """
    names = chosen(dataset, scenarios)
    drawn = [n for n in names if not is_oracle(dataset, n)] or names
    ax = axes_or_new(ax, max(4.2, ROW * len(drawn) + 1))
    table = _statistics(dataset, drawn, ("capture", measure))
    set_data(ax, statistics_table(table, drawn))
    points = {name: _cross(ax, dataset, table, name, measure) for name in drawn}
    ax.axhline(0, color=GREY, linewidth=0.8, linestyle="--", zorder=0)
    ax.axvline(1, color=GREY, linewidth=0.8, linestyle="--", zorder=0)
    ax.set_xlabel(explained("capture"))
    ax.set_ylabel(explained(measure))
    ax.margins(0.06)
    ax.set_xlim(*ax.get_xlim())
    ax.set_ylim(*ax.get_ylim())
    _role_legend(ax, {role(dataset, name) for name in drawn})
    there = {name: place for name, place in points.items() if np.isfinite(place).all()}
    label_column(ax, there, 0.9 / max(len(there), 16), _colours(dataset, there))
    missing = [name for name in names if name not in there]
    set_caption(
        ax,
        f"{head(measure)} against capture: top is better allocation, left is less for "
        f"leaders' own. Dashed: a lottery (0) and no capture (1). {INTERVALS}, "
        f"{replicates_in_words(dataset)}."
        + (f" Not drawn: {', '.join(missing)}." if missing else "")
        + (" An oracle's efficiency is 1." if len(drawn) < len(names) else ""),
    )
    return ax


def is_oracle(dataset, name: str) -> bool:
    """Return whether all prizes of a scenario are allocated by oracle."""
    kinds = regime_at(dataset, name, 0).get("allocation", "")
    kinds = set(kinds.values()) if isinstance(kinds, dict) else {kinds}
    return kinds == {"oracle"}


def _cross(ax, dataset, table, name: str, measure: str) -> tuple[float, float]:
    """Draw one scenario's point with both intervals; return its coordinates."""
    row = table.sel(scenario=name)
    bounds = ["mean", "low", "high"]
    x, y = (row[v].sel(statistic=bounds).values for v in ("capture", measure))
    colour, marker, _ = ROLES[role(dataset, name)]
    drawn = ax.errorbar(
        x[0],
        y[0],
        xerr=_arms(x),
        yerr=_arms(y),
        fmt=marker,
        color=colour,
        markersize=5,
        elinewidth=0.9,
        alpha=0.9,
    )
    if np.isfinite([x[0], y[0]]).all():
        words = tip(name, capture=tuple(x), **{measure: tuple(y)})
        mark(parts(drawn), name, [words])
    return float(x[0]), float(y[0])


def _arms(values) -> np.ndarray:
    """Return lengths of an error bar from (mean, low, high); 0 without an interval."""
    mean, low, high = values
    return np.nan_to_num([[mean - low], [high - mean]])


def _colours(dataset, names) -> dict[str, str]:
    return {name: ROLES[role(dataset, name)][0] for name in names}


def _role_legend(ax, roles) -> None:
    """Draw a legend of the roles' colours and markers above the axes."""
    handles = [
        Line2D([], [], color=colour, marker=marker, ls="", markersize=5, label=text)
        for key, (colour, marker, text) in ROLES.items()
        if key in roles
    ]
    ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=3,
        borderaxespad=0.2,
        handletextpad=0.2,
    )


@styled
def rank(dataset: xr.Dataset, measure: str = "efficiency", scenarios=None, ax=None):
    """Draw scenarios in order of a measure, with intervals.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.
    measure : str
        One of `MEASURES`, or any variable by scenario and replicate.
    scenarios : sequence of str, optional
        By default the main scenarios; scenarios without a value are omitted.
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib axes
    """
    names = chosen(dataset, scenarios)
    table = _statistics(dataset, names, (measure,))[measure]
    found = {n: table.sel(scenario=n).values[:3] for n in names}
    order = sorted(
        (n for n in found if np.isfinite(found[n][0])), key=lambda n: found[n][0]
    )
    ax = axes_or_new(ax, ROW * len(order) + 1.2)
    set_data(ax, statistics_table(table.to_dataset(name=measure), order[::-1]))
    for y, name in enumerate(order):
        colour, marker, _ = ROLES[role(dataset, name)]
        drawn = ax.errorbar(
            found[name][0],
            y,
            xerr=_arms(found[name]),
            fmt=marker,
            color=colour,
            markersize=5,
        )
        mark(parts(drawn), name, [tip(name, **{measure: tuple(found[name])})])
    name_rows(ax, order)
    ax.set_xlabel(explained(measure))
    _role_legend(ax, {role(dataset, name) for name in order})
    set_caption(
        ax,
        f"Scenarios in order of {explained(measure)}. {INTERVALS}, "
        f"{replicates_in_words(dataset)}.",
    )
    return ax


def _statistics(dataset, names, measures) -> xr.Dataset:
    """Return mean and interval of measures, or of other variables by replicate.

    Raises
    ------
    ConfigError
        If a variable is unknown.
    """
    known = [*MEASURES, *datasets.own_variables(dataset)]
    wanted = datasets.among(known, "measure", measures)
    part = datasets.with_variables(dataset, wanted).sel(scenario=names)
    return datasets.summary(part, wanted)


def statistics_table(table: xr.Dataset, names) -> pd.DataFrame:
    """Return statistics as rows: one per scenario and measure.

    Parameters
    ----------
    table : xarray.Dataset
        Measures by scenario and statistic.
    names : sequence of str
        Scenarios, in the order of the rows.
    """
    rows = [
        {
            "scenario": name,
            "measure": measure,
            **{
                str(kind): values.sel(scenario=name, statistic=kind).item()
                for kind in values["statistic"].values
            },
        }
        for name in names
        for measure, values in table.items()
    ]
    return pd.DataFrame(rows)


def name_rows(ax, names) -> None:
    """Label the rows of a figure with names, the first at the bottom."""
    ax.set_yticks(range(len(names)), [short(name) for name in names])
    ax.set_ylim(-0.6, len(names) - 0.4)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", color=PALE, linewidth=0.5)
