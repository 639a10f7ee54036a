"""Report sections on designs: factorials, samples and sweeps, one section each."""

import re

from ...errors import ConfigError
from .. import datasets, plots
from ..attribute import attribute
from ..labels import CLAIMS, head, word
from ..plots.parameters import varied_parameters
from ..plots.style import grid_of_axes, set_caption, styled
from ..plots.tables import named
from ..sensitivity import sensitivity
from .page import Cell, Section, Table, Text, estimate, number, picture, text

SWEPT = ("efficiency", "prizes_moved_share", "capture", "mean_displacement")
SWEPT_DRAWN = ("skill", "diversion", "capture")
SWEEP = "sweep"
SAMPLED = {"sample", "points"}
DRAWN = ("efficiency", "prizes_moved_share", "capture")
LEFT = (
    "Points that miss a published figure are ruled out (history matching). All words over "
    "points below refer to the points left, which are not confirmed, only not ruled out. "
    "Where the share with a word equals that of all points, the figures do not inform it."
)


def sections(source) -> list[Section]:
    """Return the sections on the designs that a campaign has."""
    kinds = set(datasets.kinds(source.everything))
    found = []
    if "factorial" in kinds:
        found.append(Section("levels", "Which level manipulates", _factorials(source)))
    if kinds & SAMPLED:
        found.append(Section("sensitivity", "What matters", _samples(source)))
    if "sweep" in kinds:
        found.append(Section("sweeps", "Sweeps", _sweeps(source)))
    return found


def _factorials(source) -> list:
    """Return the contribution of each player, as pictures and a table."""
    try:
        table = attribute(source.everything)
    except ConfigError as error:
        return [Text(str(error))]
    rows = [
        [
            text(row["base"]),
            text(named(row["measure"], row["unit"])),
            text(row["player"]),
            estimate(row["value"], row["low"], row["high"], 4),
            number(100 * row["share"], 1),
            number(row["n"], 0),
        ]
        for row in table.to_dict("records")
    ]
    heads = ["Scenario", "Measure", "Player", "Contribution", "Share, %", "n"]
    return [
        Text(
            "Every coalition of players is simulated with the same draws; players outside "
            "the coalition are honest. A player's Shapley value is its contribution, "
            "averaged over all orders in which players may join; the values sum to the "
            "change made by all players together."
        ),
        *(
            picture(
                _attributed(table, base),
                f"levels-{k}",
                f"What each level and channel contributes: {base}",
                _in_words(table[table["base"] == base], "player"),
            )
            for k, base in enumerate(dict.fromkeys(table["base"]))
        ),
        Table("Contributions with 95 % intervals", heads, rows),
    ]


@styled
def _attributed(table, base: str):
    """Draw the contributions to each measure side by side; return the first axes."""
    rows = table[table["base"] == base]
    measures = list(dict.fromkeys(rows["measure"]))
    height = 0.24 * rows["player"].nunique() + 0.8
    axes = grid_of_axes(len(measures), 2, height)
    for ax, measure in zip(axes, measures, strict=True):
        ax.tick_params(labelbottom=True)
        plots.attribution(rows, measure, base, ax)
        ax.set_title("", loc="left")
        ax.locator_params(axis="x", nbins=5)
        ax.set_xlabel(named(measure))
    n = rows["n"].max()
    set_caption(
        axes[0],
        f"Shapley values under {base}: what each player adds to a measure, averaged over "
        "all orders; the grey bar is their sum. Mean and 95 % t-interval, "
        f"N = {n:g} replicates of every coalition.",
    )
    return axes[0]


def _in_words(rows, name: str) -> str:
    """Return the values of a table in words, as the text alternative of a picture."""
    listed = ", ".join(
        f"{word(row['measure'])}: {row[name]} {row['value']:.3g}"
        for row in rows.to_dict("records")
        if row["value"] == row["value"]
    )
    return f"{listed}."


def _moves(table) -> list:
    """Draw the parameters that move each measure, one picture per scenario and measure."""
    found = []
    for k, base in enumerate(dict.fromkeys(table["base"])):
        part = table[(table["base"] == base) & table["value"].notna()]
        for measure in dict.fromkeys(part["measure"]):
            rows = part[part["measure"] == measure]
            ax = plots.sensitivity(rows, measure, base)
            label = f"moves-{measure.replace('_', '-')}-{k}"
            title = f"What moves {named(measure)}: {base}"
            found.append(picture(ax, label, title, _in_words(rows, "parameter")))
    return found


def _samples(source) -> list:
    """Return the sensitivity of measures to parameters, and the robustness of verdicts."""
    try:
        table = sensitivity(source.everything, measures=SWEPT)
    except ConfigError as error:
        return [Text(str(error)), *_robustness(source)]
    rows = [
        [
            text(row["base"]),
            text(named(row["measure"])),
            text(row["parameter"]),
            text(row["index"]),
            estimate(row["value"], row["low"], row["high"]),
            text(row["note"] or "-"),
        ]
        for row in table.to_dict("records")
    ]
    heads = ["Scenario", "Measure", "Parameter", "Index", "Value", "Note"]
    warned = table[table["warning"] != ""].drop_duplicates(["base", "measure"])
    warnings = [
        f"{row.base}, {named(row.measure)}: {row.warning}."
        for row in warned.itertuples()
    ]
    return [
        *_robustness(source),
        *([Text(warnings, "points")] if warnings else []),
        *_moves(table[table["measure"].isin(DRAWN)]),
        Table("Sensitivity indices with 95 % intervals", heads, rows),
    ]


def _robustness(source) -> list:
    """Return tables of how verdicts and the mass of scores vary with parameters."""
    if source.claims.robustness.empty:
        return _left(source)
    rows = [
        [
            text(row["base"]),
            text(CLAIMS[row["claim"]]),
            text(named(row["measure"])),
            text(row["verdict"] or "-"),
            text(row["reference"] or "-"),
            number(100 * row["share_same"], 0),
            number(100 * row["share_same_by_mean"], 0),
            *(number(row[name]) for name in ("lowest", "median", "highest")),
            text(row["parameter"] or "-"),
            number(row["rho"], 2),
            number(row["points"], 0),
        ]
        for row in source.claims.robustness.to_dict("records")
    ]
    heads = [
        "Scenario", "Claim", "Measure", "Word on the claim", "That of",
        "Same at, % of points", "By means, %", "Lowest", "Median", "Highest",
        "Moved most by", "Rank correlation", "Points",
    ]  # fmt: skip
    table = Table("How robust verdicts are", heads, rows)
    return [*_left(source), table, *_mass(source)]


def _left(source) -> list:
    """Return words over the points that published figures leave, if these are given."""
    found = source.claims
    if found.targets.empty:
        return []
    targets = [
        [
            text(row["base"]),
            text(row["target"]),
            number(row["met"], 0),
            number(row["points"], 0),
            number(row["ruled_out_alone"], 0),
            number(row["least_implausibility"], 2),
        ]
        for row in found.targets.to_dict("records")
    ]
    words = [
        [
            text(row["base"]),
            number(row["left"], 0),
            number(row["points"], 0),
            text(CLAIMS[row["claim"]]),
            text(row["verdict"] or "-"),
            number(100 * row["share_same"], 0),
            text(f"{100 * row['low']:.0f} .. {100 * row['high']:.0f}"),
            number(100 * row["share_same_all"], 0),
        ]
        for row in found.left.to_dict("records")
    ]
    heads = ["Scenario", "Target", "Met by", "Of points", "Rules out alone", "Least"]
    tables = [Table("Points that meet the published figures", heads, targets)]
    if words:
        heads = ["Scenario", "Left", "Of points", "Claim", "Word", "Same at, % of those left",
                 "Interval, %", "Of all, %"]  # fmt: skip
        tables.append(Table("Words over the points that are left", heads, words))
    return [Text(LEFT), *tables]


def _mass(source) -> list:
    rows = [
        [
            text(row["base"]),
            text(row["mass"].replace("_", " ")),
            text(named(row["measure"])),
            number(row["lowest"]),
            number(row["highest"]),
            estimate(row["rho"], row["low"], row["high"], 2),
            number(row["at_little_mass"]),
            number(row["at_much_mass"]),
        ]
        for row in source.claims.mass.to_dict("records")
    ]
    heads = [
        "Scenario", "Mass", "Measure", "Least mass", "Most mass", "Rank correlation",
        "At little mass", "At much mass",
    ]  # fmt: skip
    title = "Mass of scores at their base, and skill: over points"
    return [Table(title, heads, rows)] if rows else []


def _sweeps(source) -> list:
    """Return a table of measures for each swept scenario's points."""
    kinds, bases = datasets.kinds(source.finished), datasets.bases(source.finished)
    names = [str(name) for name in source.finished["scenario"].values]
    blocks = [*_robustness(source)] if not SAMPLED & set(kinds) else []
    for base in dict.fromkeys(
        b for b, k in zip(bases, kinds, strict=True) if k == SWEEP
    ):
        own = [
            name
            for name, b, k in zip(names, bases, kinds, strict=True)
            if (b, k) == (base, SWEEP)
        ]
        blocks += [*_swept_pictures(source, base, own), _sweep(source, base, own)]
    return blocks


def _swept_pictures(source, base: str, names) -> list:
    """Draw measures over the swept numbers: lines over one, a heat map over two."""
    part = source.finished.sel(scenario=names)
    varied = _varied(part)
    numbers = [p for p in varied if part[p].dtype.kind in "fiu"]
    if not numbers or len(numbers) < len(varied) or len(numbers) > 2:
        return []
    table, found = datasets.summary(part, SWEPT_DRAWN), []
    for measure in SWEPT_DRAWN:
        if table[measure].notnull().any():
            label = re.sub("[^a-z0-9]+", "-", f"sweep-{base}-{measure}".lower())
            ax = (
                plots.over_parameter(part, numbers[0], measure)
                if len(numbers) == 1
                else plots.heat_map(part, numbers[1], numbers[0], measure)
            )
            found.append(picture(ax, label, f"{head(measure)} of {base}"))
    return found


def _varied(part) -> list[str]:
    """Return the parameters that differ among some points; NaN does not count as a value."""
    return [
        path
        for path in varied_parameters(part)
        if len({value for value in part[path].values.tolist() if value == value}) > 1
    ]


def _sweep(source, base: str, names) -> Table:
    """Return a table with a column for each swept parameter, and measures."""
    part = source.finished.sel(scenario=names)
    table, varied = datasets.summary(part, SWEPT), _varied(part)
    rows = [
        [
            *(_value(part[p].sel(scenario=name).item()) for p in varied),
            *(
                estimate(
                    *(
                        table[m].sel(scenario=name, statistic=s).item()
                        for s in ("mean", "low", "high")
                    )
                )
                for m in SWEPT
            ),
        ]
        for name in names
    ]
    heads = [*varied, *(named(m) for m in SWEPT)]
    return Table(f"Sweep of {base}, with 95 % intervals", heads, rows)


def _value(value) -> Cell:
    """Return the cell of a parameter's value at a point."""
    return text(value) if isinstance(value, str) else Cell(f"{value:g}", float(value))
