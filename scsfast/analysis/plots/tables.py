"""Figures of tables of the analysis: differences, contributions, sensitivities."""

import numpy as np
import pandas as pd

from ...errors import ConfigError
from ..labels import WORDS, explained
from .figure_data import mark, parts, set_data, tip
from .style import GREY, MARKERS, PALE, axes_or_new, colours, set_caption, short, styled

ROW = 0.3  # inches
BOUNDS = ["value", "low", "high"]
DUST = 1e-12  # sums of shares that cancel leave smaller values
AROUND_NOTHING = 0.05  # limits on either side if every contribution is 0
INDICES = {
    "S1": "first order (Sobol)",
    "ST": "total (Sobol)",
    "mu_star": "mean |effect| (Morris)",
    "spearman": "rank correlation",
    "prcc": "partial rank correlation",
    "pawn": "PAWN",
    "delta": "delta",
}  # indices drawn; the last one present decides the order


def named(variable: str, unit: str = "1") -> str:
    """Return the label of a variable on axes."""
    plain = explained(variable)
    return plain if variable in WORDS or unit == "1" else f"{plain}, {unit}"


@styled
def paired_differences(table: pd.DataFrame, variable: str, ax=None):
    """Draw the differences of scenarios to a baseline, with paired intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        As `compare` returns it.
    variable : str
        One of its variables.
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib axes
    """
    rows = _rows(table, "variable", variable)
    ax = axes_or_new(ax, ROW * len(rows) + 1)
    set_data(ax, rows)
    places = np.arange(len(rows))
    _dots(ax, places, rows, "difference", colours()[0], "scenario")
    _name_rows(ax, rows["scenario"])
    ax.axvline(0, color=GREY, linewidth=0.8, linestyle="--")
    unit = "" if rows.empty else rows["unit"].iloc[0]
    ax.set_xlabel(f"difference in {named(variable, unit or '1')}")
    n = rows["n"].max() if len(rows) else 0
    set_caption(
        ax,
        f"Differences in {named(variable)} to the baseline, replicate by replicate under "
        f"the same draws: mean and 95 % paired t-interval. N = {n:g} pairs.",
    )
    return ax


@styled
def attribution(table: pd.DataFrame, measure: str, base: str, ax=None):
    """Draw the contribution of each level and channel, as bars with intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        As `attribute` returns it.
    measure : str
        One of its measures.
    base : str
        One of its base scenarios.
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib axes
    """
    rows = _without_dust(_rows(_rows(table, "base", base), "measure", measure))
    ax = axes_or_new(ax, ROW * len(rows) + 1)
    set_data(ax, rows)
    places = np.arange(len(rows))
    last = [colours()[0]] * (len(rows) - 1) + [GREY]
    ax.barh(places, rows["value"], color=last, height=0.65, alpha=0.85)
    ax.errorbar(
        rows["value"],
        places,
        xerr=_arms(rows, "value"),
        fmt="none",
        ecolor="black",
        elinewidth=1,
        capsize=2.5,
    )
    _name_rows(ax, rows["player"])
    ax.axvline(0, color="black", linewidth=0.8)
    if not np.nan_to_num(rows[BOUNDS]).any():
        ax.set_xlim(-AROUND_NOTHING, AROUND_NOTHING)
    ax.set_xlabel(f"contribution to {named(measure)}")
    ax.set_title(short(base), loc="left", fontweight="bold")
    n = rows["n"].max() if len(rows) else 0
    set_caption(
        ax,
        f"Shapley values of {named(measure)} under {base}: what each player adds, "
        "averaged over all orders; the grey bar is their sum. Mean and 95 % t-interval, "
        f"N = {n:g} replicates of every coalition.",
    )
    return ax


@styled
def sensitivity(table: pd.DataFrame, measure: str, base: str, ax=None):
    """Draw how much each sampled parameter moves a measure, with intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        As `sensitivity` of the analysis returns it.
    measure : str
        One of its measures.
    base : str
        One of its base scenarios.
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib axes
    """
    rows = _rows(_rows(table, "base", base), "measure", measure)
    shown = [index for index in INDICES if index in set(rows["index"])]
    rows = rows[rows["index"].isin(shown)]
    order = rows[rows["index"] == shown[-1]].copy()
    order["size"] = order["value"].abs()
    names = list(order.sort_values("size", ascending=False)["parameter"])
    ax = axes_or_new(ax, ROW * len(names) + 1.2)
    set_data(ax, rows)
    for k, index in enumerate(shown):
        part = (
            rows[rows["index"] == index].set_index("parameter").loc[names].reset_index()
        )
        places = np.arange(len(names)) + 0.2 * (k - (len(shown) - 1) / 2)
        look = {"label": INDICES[index], "fmt": MARKERS[k]}
        colour = colours()[k % len(colours())]
        _dots(ax, places, part, "value", colour, "parameter", **look)
    _name_rows(ax, names)
    ax.axvline(0, color=GREY, linewidth=0.8, linestyle="--")
    ax.set_xlabel(f"{base}: what moves {named(measure)}")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2)
    n, points = rows["replicates"].max(), rows["points"].max()
    set_caption(
        ax,
        f"Sensitivity of {named(measure)} under {base} to the sampled parameters, over "
        f"their ranges. Intervals (95 %) are of the sample of points. N = {points:g} "
        f"points, each the mean of {n:g} replicates.",
    )
    return ax


def _rows(table: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    """Return the rows with a value in a column; raise ConfigError if there are none."""
    known = list(dict.fromkeys(table[column]))
    if value not in known:
        raise ConfigError(
            f"`{column}` must be one of {', '.join(map(str, known))}, got {value!r}"
        )
    return table[table[column] == value]


def _without_dust(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with values that differ from 0 only by rounding set to 0."""
    values = rows[BOUNDS].astype("f8")
    return rows.assign(**values.mask(values.abs() < DUST, 0.0))


def _arms(rows, middle: str, low: str = "low", high: str = "high") -> np.ndarray:
    """Return lengths of error bars; 0 without an interval."""
    below, above = rows[middle] - rows[low], rows[high] - rows[middle]
    return np.clip(np.nan_to_num([below, above]), 0, None)


def _dots(ax, places, rows, middle: str, colour: str, named: str, **look) -> None:
    """Draw dots with intervals, described by a column of names."""
    arms = _arms(rows, middle)
    drawn = {"fmt": "o", "color": colour, "markersize": 4.5, "elinewidth": 1.1, **look}
    bars = ax.errorbar(rows[middle], places, xerr=arms, **drawn)
    there = rows[rows[middle].notna()].to_dict("records")
    value = look.get("label", middle)
    tips = [
        tip(row[named], **{value: (row[middle], row["low"], row["high"])})
        for row in there
    ]
    mark(parts(bars), value, tips)


def _name_rows(ax, names) -> None:
    ax.set_yticks(range(len(names)), [short(str(name)) for name in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", color=PALE, linewidth=0.5)
