"""How the results of analyses look in a terminal: compare, attribute, sensitivity, ...

Rich tables, at most 100 characters wide, made from the tables of the analyses; nothing is
computed.
"""

import math
import re
import textwrap

from ..analysis.labels import HOLM, word
from .tables import DECIMALS, rendered

WIDTH = 100
AFTER_DOT, AFTER_HYPHEN = (
    re.compile(rf"(?<=[^\W\d]{mark})(?=[^\W\d])") for mark in (r"\.", "-")
)  # between letters
FEW = 0.001  # smaller numbers are shown with one significant digit
COMPARE_NOTE = (
    "Difference to the baseline ± half the t-interval over pairs of replicates; bootstrap: "
    "BCa\ninterval, from 8 pairs up; p by paired t-test, corrected by Holm for all rows; "
    "r: correlation of\nthe pairs; unpaired: replicates per side that independent samples "
    "would need for as narrow an\ninterval."
)
OTHER_WORLD = (
    "* citizens differ from the baseline's (another world): replicates are paired by number "
    "alone."
)
ATTRIBUTE_NOTE = (
    "Shapley and Owen values ± half the t-interval over replicates; they add up. A level needs "
    "a\nchannel, so Shapley values halve what both do; with all channels open, shares are "
    "among\nlevels. Interactions: above 0 two players need each other, below 0 one replaces "
    "the other."
)
ATTRIBUTE_TITLES = {
    "shapley": "effect of each player",
    "owen": "Owen values, levels and channels as unions",
    "given": "levels with all channels open",
    "interaction": "interactions of pairs",
}
SENSITIVITY_NOTES = {
    "sobol": "S1: share of variance by the parameter alone, ST: with all its interactions.",
    "morris": "mu*: mean size of the effect of a step over the range; mu: its mean; sigma: "
    "its spread.",
    "ranks": "prcc: partial rank correlation, the other parameters held; Spearman's rho.",
    "pawn": "pawn: greatest distance between distributions where the parameter is known and "
    "where not, the\nmedian over its range; 0 .. 1. (dummy): median and range of 20 permuted "
    "parameters, the floor.",
    "delta": "delta: half the area between densities where the parameter is known and where "
    "not; 0 .. 1.\n(dummy): median and range of 20 permuted parameters, the floor.",
}


def figure(value: float) -> str:
    """Return a number as short as it is readable; "-" if it is missing."""
    if value is None or math.isnan(value):
        return "-"
    if math.isinf(value):
        return "∞"
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    if 0 < size < FEW:
        return f"{value:.1g}"
    return f"{value:.{DECIMALS if size < 10 else 1}f}"


def spread(mean: float, low: float, high: float) -> str:
    """Return a mean and the half-width of its interval as text."""
    half = (high - low) / 2
    if math.isnan(half):
        return figure(mean)
    is_noise = abs(mean) < FEW <= half
    shown = f"{0:.{DECIMALS}f}" if is_noise else figure(mean)
    return f"{shown} ±{figure(half)}"


def between(low: float, high: float) -> str:
    """Return an interval as "low .. high"."""
    return "-" if math.isnan(low) else f"{figure(low)} .. {figure(high)}"


def grid(title: str, heads, rows, widths=None, narrowest: int = 19) -> str:
    """Return rows under heads as text; the first column holds names.

    Only names, and text in columns for which `widths` gives a width by head, may wrap;
    `narrowest` is the least width of the names.
    """
    from rich.box import SIMPLE
    from rich.table import Table

    table, widths = Table(box=SIMPLE, pad_edge=False), widths or {}
    for k, head in enumerate(heads):
        is_text = k == 0 or head in widths
        table.add_column(
            head,
            justify="left" if is_text else "right",
            no_wrap=not is_text,
            overflow="fold",
            width=widths.get(head),
            min_width=narrowest if k == 0 else None,
        )
    for row in rows:
        table.add_row(*(_cell(str(cell)) for cell in row))
    return title + "\n" + rendered(table, WIDTH)


def _cell(text: str):
    """Return a cell whose long words, such as paths of parameters, wrap after dots."""
    from rich.text import Text

    class Cell(Text):
        def wrap(self, console, width, **options):
            return Text(folded(self.plain, width)).wrap(console, width, **options)

    return Cell(text)


def folded(text: str, width: int) -> str:
    """Return text with line breaks so that it fits a width; paths break after dots.

    A part of a path that is wider than the column breaks after a hyphen.
    """
    pieces = re.split(r"(\s+)", text)
    for inside in (AFTER_DOT, AFTER_HYPHEN):
        split = ([p] if len(p) <= width else inside.split(p) for p in pieces)
        pieces = [piece for part in split for piece in part]
    lines = [""]
    for piece in pieces:
        if lines[-1] and len(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return "\n".join(line.rstrip() for line in lines)


def compare_text(table, baseline: str, by: str | None = None) -> str:
    """Return paired differences, one table per variable (and label of `by`)."""
    heads = ("scenario", "value", "difference", "bootstrap", HOLM, "r", "n", "unpaired")
    parts = []
    keys = ["variable", "unit", *([by] if by else [])]
    for (variable, unit, *labels), rows in table.groupby(keys, sort=False):
        of = "".join(f", {by} {label}" for label in labels)
        cells = [
            (
                row.scenario if row.same_world else f"{row.scenario} *",
                figure(row.value),
                spread(row.difference, row.low, row.high),
                between(row.boot_low, row.boot_high),
                figure(row.p_holm),
                figure(row.correlation),
                row.n,
                f"{row.n_independent:.0f}"
                if math.isfinite(row.n_independent)
                else figure(row.n_independent),
            )
            for row in rows.itertuples()
        ]
        parts.append(
            grid(
                f"{word(variable)}{of} [{unit}], less that of {baseline}", heads, cells
            )
        )
    others = [] if table["same_world"].all() else [OTHER_WORLD]
    return "\n".join([*parts, COMPARE_NOTE, *others])


def attribute_text(table) -> str:
    """Return values and shares of players, two tables per base and kind of value."""
    table = table if "kind" in table else table.assign(kind="shapley")
    parts = []
    for (base, kind), rows in table.groupby(["base", "kind"], sort=False):
        heads = ["player", *map(word, dict.fromkeys(rows["measure"]))]
        by_player = [
            (player, list(own.itertuples()))
            for player, own in rows.groupby("player", sort=False)
        ]
        values = [
            [player, *(spread(row.value, row.low, row.high) for row in own)]
            for player, own in by_player
        ]
        shares = [
            [player, *(percent(row.share) for row in own)] for player, own in by_player
        ]
        title = ATTRIBUTE_TITLES[kind]
        parts.append(grid(f"{base}: {title}", heads, values))
        if kind != "interaction":
            parts.append(grid(f"{base}: share of the joint effect", heads, shares))
    return "\n".join([*parts, ATTRIBUTE_NOTE])


def percent(share: float) -> str:
    """Return a share as a percentage."""
    return "-" if math.isnan(share) else f"{100 * share:z.0f} %"


def sensitivity_text(table) -> str:
    """Return indices, one table per base and measure, one column per index."""
    parts = []
    shown = table[table["index"] != "S2"]
    for (base, measure), rows in shown.groupby(["base", "measure"], sort=False):
        first = rows.iloc[0]
        title = f"{base}: {word(measure)} ({first['points']} points x {first['replicates']})"
        if first["note"]:
            parts.append(f"{title}: {first['note']}\n")
            continue
        indices = list(dict.fromkeys(rows["index"]))
        cells = []
        for parameter, own in rows.groupby("parameter", sort=False):
            by_index = {row.index_: row for row in own.rename(
                columns={"index": "index_"}).itertuples()}  # fmt: skip
            cells.append(
                [
                    parameter,
                    *(
                        _index_cell(by_index[i]) if i in by_index else "-"
                        for i in indices
                    ),
                ]
            )
        heads = ["parameter", *(i.replace("mu_star", "mu*") for i in indices)]
        parts.append(grid(title, heads, cells))
        if first["warning"]:
            parts.append(textwrap.fill(f"Warning: {first['warning']}.", WIDTH) + "\n")
    notes = [SENSITIVITY_NOTES[method] for method in dict.fromkeys(table["method"])]
    return "\n".join([*parts, *notes])


def _index_cell(row) -> str:
    tail = "" if math.isnan(row.low) else f"  {between(row.low, row.high)}"
    return figure(row.value) + tail


def records(table) -> list[dict]:
    """Return a DataFrame as a list of dicts of plain Python values."""
    return [
        {
            key: value.item() if hasattr(value, "item") else value
            for key, value in row.items()
        }
        for row in table.to_dict("records")
    ]
