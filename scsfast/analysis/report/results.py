"""Report sections on results: measures, and figures of the main scenarios."""

from itertools import pairwise

import numpy as np

from ...model.measures import SCORED
from .. import datasets, plots
from ..compare import compare
from ..labels import HOLM, head, word
from ..plots.figure_data import data
from ..plots.judgement import error_rates
from ..plots.regimes import is_oracle
from ..plots.style import grid_of_axes, new_figure, set_caption, short, styled
from ..plots.tables import named
from ..plots.time import MOST_LINES, NAMES
from ..selection import families, points_by_base, regime_at, role
from .page import Cell, Section, Table, Text, estimate, number, picture, text
from .verdicts import verdicts

MOST_PANELS = 12  # most scenarios, or groups of lines, that a section draws
PANELS = 6  # most panels of a figure with one scenario per panel
ROWS = 32  # most names in one figure
OVER_TIME = ("efficiency", "prizes_moved_share", "mean_displacement", "mean_score")
COMPARED = ("efficiency", "capture", "prizes_moved_share")
OVER_POINTS = (
    "median (5 % .. 95 %) over points of designs, of means over replicates; -: missing"
)
NOTHING_BESIDE = (
    "All other scenarios are points of a design. To compare points "
    "with it, use `scsfast compare` with --baseline {}."
)
SUBJECTS = {  # tables that fit a page; tests check that each measure is in one of them
    "Who gets the prizes": (
        *("efficiency", "skill", "queue_skill", "attainable"),
        *("winners_mean_quality", "winners_mean_need", "repeat_share", "prize_gini"),
    ),
    "What leaders change": (
        *("fair_efficiency", "fair_skill", "diversion", "dissenters_loss"),
        *("prizes_moved_share", "capture", "capture_excess", "mean_displacement"),
    ),
    "Conduct, means and running costs": (
        *("auc", "violation_rate", "words_kept_share", "help_rate"),
        *("mean_welfare", "wealth_gini", "handling_rate"),
    ),
}


def sections(source) -> list[Section]:
    """Return the sections on results."""
    found = [
        Section("verdicts", "Verdicts", verdicts(source)),
        Section("measures", "Measures", _measures(source)),
        Section("baseline", f"Against {source.baseline}", _differences(source)),
        Section("capture", "Efficiency against capture", _regimes(source)),
        Section("time", "Over time", _trajectories(source)),
        Section("scores", "Scores and grades", _scores(source)),
        Section("errors", "Errors by group", _errors(source)),
    ]
    return [section for section in found if section.blocks]


def _measures(source) -> list:
    """Return a table of measures for each subject, then the meaning of each measure.

    Each is of the scenarios of the campaign file or, if all are points of designs, of the
    points of each scenario that these vary.
    """
    about = {name: table.attrs["description"] for name, table in source.summary.items()}
    n = source.finished.sizes["replicate"]
    note = f"mean ± half the 95 % interval over {n} replicates; -: missing"
    table = _measures_of
    if not source.main:
        note, table = OVER_POINTS, _measures_over_points
    known = [name for names in SUBJECTS.values() for name in names]
    subjects = {
        **SUBJECTS,
        "Measures of the user": [m for m in about if m not in known],
    }
    tables = [
        table(source, f"{subject}: {note}", names)
        for subject, names in subjects.items()
        if names
    ]
    points = [f"{head(name)}: {meaning}." for name, meaning in about.items()]
    return [*tables, Text(points, "points")]


def _measures_of(source, caption: str, names) -> Table:
    """Return one row per main scenario, one column per measure."""
    columns = [_statistics(source.summary[m].sel(scenario=source.main)) for m in names]
    rows = [
        [text(scenario), *cells]
        for scenario, *cells in zip(source.main, *columns, strict=True)
    ]
    return Table(caption, ["Scenario", *(head(name) for name in names)], rows)


def _measures_over_points(source, caption: str, names) -> Table:
    """Return one row per measure, one column per scenario that points vary."""
    found = points_by_base(source.finished)
    means = datasets.values(source.finished, list(names)).mean("replicate")
    rows = [
        [
            text(head(name)),
            *(_middle(means[name].sel(scenario=own).values) for own in found.values()),
        ]
        for name in names
    ]
    return Table(caption, ["Measure", *found], rows)


def _middle(values: np.ndarray) -> Cell:
    """Return a cell of the median and the middle 90 % of values."""
    there = values[np.isfinite(values)]
    if not there.size:
        return number(np.nan)
    low, middle, high = np.quantile(there, [0.05, 0.5, 0.95])
    return Cell(f"{middle:.3f} ({low:.3f} .. {high:.3f})", float(middle))


def _statistics(values) -> list[Cell]:
    """Return one cell per scenario."""
    bounds = values.sel(statistic=["mean", "low", "high"])
    return [estimate(*row) for row in bounds.transpose("scenario", "statistic").values]


def _differences(source) -> list:
    """Return differences to the baseline, as a table and pictures."""
    if source.baseline is None:
        return []
    names = list(dict.fromkeys([*source.main, source.baseline]))
    if names == [source.baseline]:
        return [Text(NOTHING_BESIDE.format(f"'{source.baseline}'"))]
    table = compare(source.everything.sel(scenario=names), source.baseline)
    rows = [_difference(row) for row in table.to_dict("records") if row["n"]]
    heads = [
        "Scenario",
        "Measure",
        "Difference",
        "p",
        HOLM,
        "Correlation",
        "Pairs",
    ]
    pictures = [
        picture(
            _differences_drawn(table[table["scenario"].isin(part)]),
            f"differences-{k}",
            f"Paired differences to {source.baseline}",
        )
        for k, part in enumerate(_pieces(names, ROWS))
    ]
    return [
        Table(f"Paired differences to {source.baseline}, 95 % intervals", heads, rows),
        *pictures,
    ]


@styled
def _differences_drawn(table):
    """Draw differences in the main measures side by side; return the first axes."""
    rows = table["scenario"].nunique()
    figure = new_figure(0.24 * rows + 1.2)
    axes = figure.subplots(1, len(COMPARED), squeeze=False, sharey=True)[0]
    for ax, name in zip(axes, COMPARED, strict=True):
        plots.paired_differences(table, name, ax)
        ax.locator_params(axis="x", nbins=4)
        ax.set_xlabel(f"difference in\n{word(name)}")
    everything = plots.caption(axes[0]).partition(" to the baseline")[2]
    set_caption(axes[0], f"Differences to the baseline{everything}")
    return axes[0]


def _difference(row: dict) -> list[Cell]:
    return [
        text(row["scenario"]),
        text(named(row["variable"])),
        estimate(row["difference"], row["low"], row["high"]),
        number(row["p"]),
        number(row["p_holm"]),
        number(row["correlation"], 2),
        number(row["n"], 0),
    ]


def _said(values: dict, what: str) -> str:
    """Return figures in words, as the text alternative of a picture."""
    listed = ", ".join(f"{name} {value:.3f}" for name, value in values.items())
    return f"{what}: {listed}."


def _means(source, names, measure: str) -> dict[str, float]:
    table = source.summary[measure]
    found = {n: table.sel(scenario=n, statistic="mean").item() for n in names}
    return {name: value for name, value in found.items() if value == value}


def _regimes(source) -> list:
    means = {m: _means(source, source.main, m) for m in ("efficiency", "capture")}
    ranked = [name for name in source.main if name in means["efficiency"]]
    placed = [name for name in ranked if name in means["capture"]]
    drawn = (
        ("capture", "Efficiency against capture", plots.efficiency_and_capture, placed),
        ("rank", "Scenarios by efficiency", _ranked, ranked),
    )
    blocks = []
    for label, title, plot, there in drawn:
        for k, names in enumerate(_pieces(there, ROWS)):
            said = " ".join(
                _said({name: found[name] for name in names if name in found}, measure)
                for measure, found in means.items()
            )
            ax = plot(source.finished, scenarios=names)
            blocks.append(picture(ax, f"{label}-{k}", title, said))
    return blocks


def _ranked(dataset, scenarios):
    return plots.rank(dataset, "efficiency", scenarios)


def _pieces(names, size: int) -> list[list]:
    """Split names into the fewest nearly equal pieces of at most `size` names."""
    n = -(-len(names) // size)
    cuts = [len(names) * k // n for k in range(n + 1)] if n else [0]
    return [names[a:b] for a, b in pairwise(cuts)]


def _trajectories(source) -> list:
    every = _quarter(source)
    if not source.main:
        return _points_over_time(source, every)
    blocks = []
    for variable in OVER_TIME:
        names = [n for n in source.main if _is_telling(source, n, variable)]
        groups = families(source.finished, names).values() if names else []
        for k, part in enumerate(_pieces(_split(groups)[:MOST_PANELS], 2 * PANELS)):
            chosen = [name for group in part for name in group]
            axes = plots.trajectory_grid(
                source.finished,
                variable,
                chosen,
                every=every,
                same_scale=variable != "mean_score",
            )
            label = f"time-{variable.replace('_', '-')}-{k}"
            title = f"{head(variable)} over time"
            said = _last(axes, variable)
            blocks.append(picture(axes[0], label, title, said))
    return blocks


def _points_over_time(source, every: int) -> list:
    """Draw the middle of all points over time, one line per scenario varied."""
    blocks = []
    for variable in OVER_TIME:
        telling = [
            base
            for base, names in points_by_base(source.finished).items()
            if any(_is_telling(source, name, variable) for name in names)
        ]
        if shown := telling[:MOST_LINES]:
            ax = plots.points_over_time(source.finished, variable, shown, every=every)
            label = f"time-{variable.replace('_', '-')}-0"
            blocks.append(
                picture(ax, label, f"{head(variable)} over time, over points")
            )
        blocks += _not_drawn(telling, MOST_LINES)
    return blocks


def _split(groups) -> list[list[str]]:
    """Split groups of scenarios so that the lines of each fit one panel."""
    return [g[k : k + MOST_LINES] for g in groups for k in range(0, len(g), MOST_LINES)]


def _not_drawn(names, most: int = MOST_PANELS) -> list:
    """Return a note on the number of scenarios without pictures; empty if all have one."""
    rest = len(names) - most
    if rest <= 0:
        return []
    about = "use `scsfast.plots`"
    return [Text(f"Only the first {most} are drawn; for {rest} more, {about}.")]


def _quarter(source) -> int:
    """Return the ticks of a quarter of a year, at most a quarter of the run."""
    world = source.store.attributes["config"]["world"]
    return max(1, min(world["ticks_per_year"], world["n_ticks"]) // 4)


def _is_telling(source, name: str, variable: str) -> bool:
    """Return whether a variable over time is informative for a scenario."""
    if variable == "efficiency":
        part = datasets.with_variables(source.finished, [variable])
        values = datasets.values(part.sel(scenario=[name]), [variable])
        has_any = bool(values[variable].notnull().any())
        return has_any and not is_oracle(source.finished, name)
    is_scored = source.finished["scorer"].sel(scenario=name).item() in SCORED
    if variable == "mean_score":
        return is_scored
    is_led = role(source.finished, name) == "manipulated"
    return is_led and (is_scored or variable != "mean_displacement")


def _last(axes, variable: str) -> str:
    """Return the means at the last tick in words, from the numbers behind a figure."""
    table = data(axes)
    last = table[table["tick"] == table["tick"].max()].dropna(subset="mean")
    means = dict(zip(last["scenario"], last["mean"], strict=True))
    return _said(means, f"{NAMES[variable]} at the end")


def _scores(source) -> list:
    """Return distributions and transitions of the scenarios whose leaders manipulate."""
    scored = [
        name
        for name in source.main
        if source.finished["scorer"].sel(scenario=name).item() in SCORED
    ]
    led = [
        name for name in scored if role(source.finished, name) == "manipulated"
    ] or scored
    last = int(source.finished["distribution_tick"].values[-1])
    graded = [
        name
        for name in led
        if len(regime_at(source.finished, name, last).get("grades", [])) > 1
    ]
    blocks = _not_drawn(led)
    for names, (kind, title, plot, pad) in ((led, SCORES), (graded, GRADES)):
        for k, part in enumerate(_pieces(names[:MOST_PANELS], PANELS)):
            ax = _panelled(source.finished, part, plot, pad)
            blocks.append(picture(ax, f"{kind}-{k}", title))
    return blocks


SCORES = ("scores", "Scores and fair scores", plots.score_distribution, 20)
GRADES = ("grades", "From grade to grade", plots.grade_transitions, 6)


@styled
def _panelled(dataset, names, plot, pad):
    """Draw one panel per scenario; return the first axes, with the caption of all."""
    axes = grid_of_axes(len(names), 2 if len(names) > 1 else 1, 2.6)
    for ax, name in zip(axes, names, strict=True):
        ax.tick_params(labelbottom=True)
        plot(dataset, name, ax=ax)
        ax.set_title(short(name), loc="left", fontweight="bold", pad=pad)
    caption = plots.caption(axes[0])
    if len(names) > 1:
        caption = caption.replace(f" of {names[0]}", "")
    set_caption(axes[0], f"{caption} Shown: {', '.join(names)}.")
    return axes[0]


def _errors(source) -> list:
    """Return errors of judgement by group, as pictures and a table."""
    kinds = {"standing": SCORED, "list": ("list",)}
    blocks = []
    for kind, scorers in kinds.items():
        names = [
            name
            for name in source.main
            if source.finished["scorer"].sel(scenario=name).item() in scorers
        ]
        for k, part in enumerate(_pieces(names, ROWS)):
            axes = plots.group_errors(source.finished, part, kind=kind)
            title = f"Errors of judgement by {kind}"
            blocks.append(picture(axes[0], f"errors-{kind}-{k}", title))
        if names:
            blocks.append(_error_table(source, names, kind))
    return blocks


def _error_table(source, names, kind: str) -> Table:
    rates = error_rates(source.finished.sel(scenario=names), kind)
    means = 100 * rates.mean("replicate")
    rows = [
        [
            text(name),
            text(group),
            *(
                number(means[error].sel(scenario=name, group=group).item(), 2)
                for error in ("false_positives", "false_negatives")
            ),
        ]
        for name in names
        for group in rates["group"].values
    ]
    heads = ["Scenario", "Group", "False positives, %", "False negatives, %"]
    return Table(f"Errors of judgement by {kind}, means over replicates", heads, rows)
