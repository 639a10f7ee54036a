"""Figures of judgement: distributions of scores, changes of grade, errors by group."""

import numpy as np
import pandas as pd
import xarray as xr

from ...errors import ConfigError
from ...model.measures import SCORED, total
from ..selection import chosen, regime_at, role
from .figure_data import mark, set_data, tip
from .regimes import ROW, name_rows
from .style import (
    GREY,
    MARKERS,
    Panels,
    ShownAxes,
    axes_or_new,
    colours,
    replicates_in_words,
    scaled,
    set_caption,
    styled,
    write_cells,
)

KINDS = {"standing": "low", "list": "listed"}  # of judgement, and outputs' names
COLUMNS = ["scenario", "group", "error", "percent"]
ERRORS = {
    "false_positives": "false positives,\n% of those not bad",
    "false_negatives": "false negatives,\n% of the truly bad",
}


@styled
def score_distribution(dataset: xr.Dataset, scenario: str, ax=None, *, tick=None):
    """Draw the distributions of scores and fair scores, with the cuts of grades.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.
    scenario : str
        A scenario whose regime gives scores.
    ax : matplotlib axes, optional
    tick : int, optional
        A tick at which distributions are stored, by default the last.

    Returns
    -------
    matplotlib axes
    """
    (name,) = chosen(dataset, [scenario])
    _refuse_unscored(dataset, name)
    tick = _distribution_tick(dataset, tick)
    counts = dataset["score_count"].sel(scenario=name, distribution_tick=tick)
    shares = counts.sum(["quality_class", "replicate"]).astype("f8")
    shares = 100 * shares / shares.sum("score_bin")
    starts = dataset["score_bin_start"].sel(scenario=name).values
    edges = np.append(starts, 2 * starts[-1] - starts[-2])
    ax = axes_or_new(ax, 3.2)
    actual, fair = (shares.sel(judge=judge).values for judge in ("actual", "fair"))
    ax.stairs(
        actual,
        edges,
        fill=True,
        color=colours()[5 % len(colours())],
        alpha=0.5,
        label="score",
    )
    ax.stairs(
        fair,
        edges,
        color=colours()[1 % len(colours())],
        linewidth=1.3,
        label="fair score",
    )
    _set_scores(ax, name, tick, starts, {"score": actual, "fair_score": fair})
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter("{x:g}")
    used = np.flatnonzero(actual + fair)
    ax.set_xlim(edges[max(used[0] - 1, 0)], edges[min(used[-1] + 2, len(edges) - 1)])
    _mark_grades(ax, regime_at(dataset, name, tick))
    ax.set_xlabel(f"score, points (bins of {edges[1] - edges[0]:.3g})")
    ax.set_ylabel("citizens, % per bin (log)")
    ax.legend(loc="upper left", fontsize=scaled(7.5))
    set_caption(
        ax,
        f"Scores and fair scores of {name} at the end of tick {tick}, pooled over "
        f"replicates; vertical lines: cuts of grades. {replicates_in_words(dataset)}.",
    )
    return ax


def _set_scores(ax, name: str, tick: int, starts, shares: dict) -> None:
    """Store the percentages of citizens by bin of score with the axes."""
    about = {"scenario": name, "tick": tick, "bin_start": starts}
    columns = {f"{judge}_percent": values for judge, values in shares.items()}
    set_data(ax, pd.DataFrame(about | columns))


def _refuse_unscored(dataset, name: str) -> None:
    scorer = str(dataset["scorer"].sel(scenario=name).values)
    if scorer not in SCORED:
        raise ConfigError(
            f"`scenario` must be one whose regime gives scores, got '{name}', whose "
            f"scorer is '{scorer}'"
        )


def _distribution_tick(dataset, tick) -> int:
    ticks = [int(t) for t in dataset["distribution_tick"].values]
    if tick is not None and tick not in ticks:
        raise ConfigError(
            f"`tick` must be one with distributions ({', '.join(map(str, ticks))}), "
            f"got {tick}"
        )
    return ticks[-1] if tick is None else tick


def _mark_grades(ax, regime: dict) -> None:
    """Draw the visible cuts of grades, with each grade's name to the right of its cut."""
    low, high = ax.get_xlim()
    above = ax.get_xaxis_transform()
    for grade in regime.get("grades", [])[1:]:
        if low < grade["from"] < high:
            ax.axvline(grade["from"], color=GREY, linewidth=0.8, linestyle=":")
            ax.text(
                grade["from"],
                1.0,
                grade["name"],
                transform=above,
                fontsize=scaled(7),
                color=GREY,
                rotation=45,
                ha="left",
                va="bottom",
            )


@styled
def grade_transitions(dataset: xr.Dataset, scenario: str, ax=None):
    """Draw the percentages of citizens who moved from each grade to each grade.

    Moves are counted from the first measured tick to the last tick with distributions.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.
    scenario : str
        A scenario whose regime has grades.
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib axes
    """
    (name,) = chosen(dataset, [scenario])
    tick = _distribution_tick(dataset, None)
    grades = [
        grade["name"] for grade in regime_at(dataset, name, tick).get("grades", [])
    ]
    if len(grades) < 2:
        raise ConfigError(f"`scenario` must be one with grades, '{name}' has none")
    counts = dataset["grade_transition_count"].sel(
        scenario=name, distribution_tick=tick
    )
    people = counts.sum("replicate").transpose("first_grade", "grade").values
    people = people[: len(grades), : len(grades)].astype("f8")
    rows = people.sum(1, keepdims=True)
    shares = np.divide(people, rows, out=np.full_like(people, np.nan), where=rows > 0)
    ax = axes_or_new(ax, 0.4 * len(grades) + 1.2, 5)
    moves = [
        {"scenario": name, "tick": tick, "from": first, "to": then, "citizens": n}
        for first, row in zip(grades, people, strict=True)
        for then, n in zip(grades, row, strict=True)
    ]
    set_data(ax, pd.DataFrame(moves))
    places = np.arange(len(grades) + 1) - 0.5
    ax.pcolormesh(places, places, 100 * shares, cmap="Blues", vmin=0, vmax=100)
    ax.invert_yaxis()
    write_cells(ax, 100 * shares, _percent, lambda share: share > 60)
    first = dataset.attrs["first_measured_tick"]
    ax.set_xticks(range(len(grades)), grades, rotation=45, ha="right")
    sizes = [f"{grade} ({n:,.0f})" for grade, n in zip(grades, rows[:, 0], strict=True)]
    ax.set_yticks(range(len(grades)), sizes)
    ax.set_xlabel(f"grade at the end of tick {tick}")
    ax.set_ylabel(f"grade at tick {first} (citizens)")
    ax.spines[:].set_visible(False)
    set_caption(
        ax,
        f"Grades of {name}: of each grade at the start of tick {first}, the percentage "
        f"in each grade at the end of tick {tick}; -: nobody. "
        f"{replicates_in_words(dataset)}, pooled.",
    )
    return ax


def _percent(value: float) -> str:
    if np.isnan(value):
        return "-"
    return "0" if value == 0 else "<0.1" if value < 0.1 else f"{value:.1f}"


@styled
def group_errors(dataset: xr.Dataset, scenarios=None, axes=None, *, kind="standing"):
    """Draw false positives and negatives of judgement by group of citizens.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.
    scenarios : sequence of str, optional
        By default the main scenarios that score (or, for "list", list) citizens.
    axes : two matplotlib axes, optional
    kind : {"standing", "list"}
        Judgement by bad standing, or by being on the list.

    Returns
    -------
    list of two matplotlib axes
        False positives: the share of citizens who are not truly bad but judged bad. False
        negatives: the share of truly bad citizens who are not judged bad.
    """
    if kind not in KINDS:
        raise ConfigError(f"`kind` must be 'standing' or 'list', got {kind!r}")
    names = chosen(dataset, scenarios)
    if scenarios is None:
        names = [n for n in names if role(dataset, n) != "yardstick"] or names
    rates = error_rates(dataset.sel(scenario=names), kind)
    if axes is None:
        figure_axes = axes_or_new(None, ROW * len(names) + 1.3).figure
        figure_axes.clear()
        axes = figure_axes.subplots(
            1, 2, sharey=True, subplot_kw={"axes_class": ShownAxes}
        )
    groups = [str(group) for group in rates["group"].values]
    for ax, (error, text) in zip(axes, ERRORS.items(), strict=True):
        axes_or_new(ax)
        _draw_errors(ax, 100 * rates[error].mean("replicate"), names, groups)
        name_rows(ax, names)
        ax.set_xlabel(text)
        ax.locator_params(axis="x", nbins=4)
    axes[0].invert_yaxis()
    axes[0].legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=len(groups), handletextpad=0.1
    )
    judged = "in bad standing" if kind == "standing" else "on the list"
    set_caption(
        axes[0],
        f"Errors of judgement ({judged}) by group, over measured ticks; means over "
        f"replicates. {replicates_in_words(dataset)}.",
    )
    return Panels(axes)


def _draw_errors(ax, means: xr.DataArray, names, groups) -> None:
    """Draw one kind of error, in per cent: a row per scenario, a marker per group."""
    rows: list = []
    for k, group in enumerate(groups):
        mean = means.sel(group=group).values
        places = np.arange(len(names)) + 0.15 * (k - (len(groups) - 1) / 2)
        look = {"color": colours()[k % len(colours())], "ms": 4.5, "clip_on": False}
        points = ax.plot(mean, places, MARKERS[k], label=group, **look)
        values = dict(zip(names, mean.tolist(), strict=True))
        rows += [(name, group, means.name, value) for name, value in values.items()]
        tips = [
            tip(f"{name}, {group}", **{f"{means.name}, %": value})
            for name, value in values.items()
            if value == value
        ]
        mark(points, group, tips)
    set_data(ax, pd.DataFrame(rows, columns=COLUMNS))


def error_rates(dataset: xr.Dataset, kind: str = "standing") -> xr.Dataset:
    """Return rates of false positives and negatives by group.

    Returns
    -------
    xarray.Dataset
        ``false_positives`` and ``false_negatives``, float64, dimensions (scenario,
        replicate, group), missing where a group has no such citizens.
    """
    low = KINDS[kind]
    names = ("group_citizens", "group_bad", f"group_{low}", f"group_{low}_bad")
    people, bad, judged, judged_bad = (total(dataset, n, "group") for n in names)
    good = people - bad
    found = {
        "false_positives": (judged - judged_bad) / good.where(good > 0),
        "false_negatives": (bad - judged_bad) / bad.where(bad > 0),
    }
    return xr.Dataset(found).transpose("scenario", "replicate", "group")
