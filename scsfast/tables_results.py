"""How what was found after a run looks in a terminal: compare, attribute, claims, ...

Rich tables of at most 100 columns from the tables of the analyses; nothing is computed.
"""

import math
import re
import textwrap

from .analysis.words import CLAIMS, HOLM, word
from .tables import DECIMALS, rendered

WIDTH = 100
SHORT_NAMES = 10  # least width of names beside wide columns
AFTER_DOT, AFTER_HYPHEN = (
    re.compile(rf"(?<=[^\W\d]{mark})(?=[^\W\d])") for mark in (r"\.", "-")
)  # between letters
FEW = 0.001  # below this a number is shown by its first digits
LOTTERY = " than a lottery"
DIRECT = tuple(
    ("direct", measure)
    for measure in (
        "prizes_moved_share",
        "capture",
        "capture_excess",
        "mean_displacement",
    )
)
TOTAL = tuple(
    ("total", measure) for measure in ("prizes_moved_share", "capture", "efficiency")
)
SERVED = tuple(
    (kind, "efficiency")
    for kind in ("lottery", "lottery, honest", "market", "list", "oracle")
)
CLAIM_NOTE = (
    "Mean ± half the interval over replicates. C1: prizes moved, capture and its rise over "
    "what\nfair scores would give, in one run; total: against the honest twin, pair by "
    "pair. C2: 0 is a\nlottery, 1 knows need and quality. All words hold in this model, at "
    "these thresholds:"
)
NOT_MEASURED = "not measured"
NO_TWIN = (
    "Without an honest twin: {}. To add one, write the scenario again with another name, "
    "`leaders.all.share = 0.0` and `leaders.all.recentring = 0.0`."
)
COMPARE_NOTE = (
    "Difference to the baseline ± half the t-interval over pairs of replicates; bootstrap: "
    "BCa\ninterval, from 8 pairs up; p by paired t-test, corrected by Holm for all rows; "
    "r: correlation of\nthe pairs; unpaired: replicates a side that independent samples "
    "would need for as narrow an\ninterval."
)
ATTRIBUTE_NOTE = "Shapley values ± half the t-interval over replicates; they add up."
SENSITIVITY_NOTES = {
    "sobol": "S1: share of variance by the parameter alone, ST: with all its interactions.",
    "morris": "mu*: mean size of the effect of a step over the range; mu: its mean; sigma: "
    "its spread.",
    "ranks": "prcc: partial rank correlation, the other parameters held; Spearman's rho.",
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
    """Return a mean and half its interval."""
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
    """Return rows under heads as text; the first column are names.

    Only names, and text in columns that `widths` gives by head, may go over several
    lines; `narrowest` is the least width of names.
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
    """Return a cell whose long words, such as paths of parameters, go on after dots."""
    from rich.text import Text

    class Cell(Text):
        def wrap(self, console, width, **options):
            return Text(folded(self.plain, width)).wrap(console, width, **options)

    return Cell(text)


def folded(text: str, width: int) -> str:
    """Return text with line breaks where it has to go on, inside paths after dots.

    A part of a path goes on after a hyphen if it is itself wider than a column.
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


def compare_text(table, baseline: str) -> str:
    """Return paired differences, one table a variable."""
    heads = ("scenario", "value", "difference", "bootstrap", HOLM, "r", "n", "unpaired")
    parts = []
    for (variable, unit), rows in table.groupby(["variable", "unit"], sort=False):
        cells = [
            (
                row.scenario,
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
            grid(f"{word(variable)} [{unit}], less that of {baseline}", heads, cells)
        )
    return "\n".join([*parts, COMPARE_NOTE])


def attribute_text(table) -> str:
    """Return Shapley values and their shares, two tables a base, a column a measure."""
    parts = []
    for base, rows in table.groupby("base", sort=False):
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
        parts.append(grid(f"{base}: what each player brings about", heads, values))
        parts.append(grid(f"{base}: share of what all change", heads, shares))
    return "\n".join([*parts, ATTRIBUTE_NOTE])


def percent(share: float) -> str:
    """Return a share in per cent."""
    return "-" if math.isnan(share) else f"{100 * share:.0f} %"


def sensitivity_text(table) -> str:
    """Return indices, one table a base and measure, one column an index."""
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
            cells.append([parameter, *(_index_cell(by_index[i]) for i in indices)])
        heads = ["parameter", *(i.replace("mu_star", "mu*") for i in indices)]
        parts.append(grid(title, heads, cells))
    notes = [SENSITIVITY_NOTES[method] for method in dict.fromkeys(table["method"])]
    return "\n".join([*parts, *notes])


def _index_cell(row) -> str:
    tail = "" if math.isnan(row.low) else f"  {between(row.low, row.high)}"
    return figure(row.value) + tail


def claims_text(found) -> str:
    """Return both claims with the numbers behind them, robustness, and thresholds."""
    from .analysis.claims import no_verdict

    parts = [no_verdict(found) + "\n"]
    if len(found.verdicts):
        parts = [
            _words(found) + _without_twin(found),
            _c1(found),
            _c1_total(found),
            _c2(found),
        ]
    if len(found.robustness):
        parts += [_robustness(found.robustness), _mass(found.mass)]
    else:
        parts.append("How robust: this store has no sample of a regime's parameters.\n")
    limits = [
        f"  {name} {getattr(found.thresholds, name):g}: {field.description}\n"
        f"    ({field.json_schema_extra['source']})"
        for name, field in type(found.thresholds).model_fields.items()
    ]
    return "\n".join([*(part for part in parts if part), CLAIM_NOTE, *limits])


def _cells(found, scenario: str, claim: str) -> dict[tuple[str, str], str]:
    """Return the estimates of one scenario as text, by kind and measure."""
    rows = found.estimates
    rows = rows[(rows["scenario"] == scenario) & (rows["claim"] == claim)]
    return {
        (row.kind, row.measure): spread(row.value, row.low, row.high)
        for row in rows.itertuples()
    }


def _words(found) -> str:
    heads = ("scenario", "C1 direct", "C1 total", "C1 levels", "C2", "C2 honest")
    rows = [
        (
            row.scenario,
            row.c1,
            row.c1_total,
            ", ".join([*row.levels, *row.channels]) or "none",
            row.c2.removesuffix(LOTTERY),
            row.c2_honest.removesuffix(LOTTERY),
        )
        for row in found.verdicts.itertuples()
    ]
    title = "C1: can leaders bend it? C2: does it allocate better than a lottery?"
    return grid(title, heads, rows, {"C1 levels": 9} | dict.fromkeys(heads[4:], 13))


def _without_twin(found) -> str:
    """Say how to add the honest twins that are missing, if any are."""
    rows = found.verdicts
    names = rows["scenario"][(rows["twin"] == "") & (rows["c1_total"] == NOT_MEASURED)]
    if names.empty:
        return ""
    return textwrap.fill(NO_TWIN.format(", ".join(names)), WIDTH) + "\n"


def _c1(found) -> str:
    heads = ("scenario", "prizes moved", "capture", "rise of capture", "displacement")
    return _numbers(found, "C1", "C1 direct: score against fair score", heads, DIRECT)


def _c1_total(found) -> str:
    heads = ("scenario", "prizes moved", "capture", "efficiency")
    return _numbers(found, "C1", "C1 total: less the honest twin", heads, TOTAL)


def _c2(found) -> str:
    heads = ("scenario", "efficiency", "honest", "less market", "less list",
             "less oracle")  # fmt: skip
    lists = ", ".join(dict.fromkeys(filter(None, found.verdicts["list"])))
    tail = f" (list: {lists})" if lists else ""
    return _numbers(found, "C2", f"C2: efficiency{tail}", heads, SERVED)


def _numbers(found, claim: str, title: str, heads, kinds) -> str:
    """Return the estimates of one claim, a column each of (kind, measure)."""
    rows = []
    for scenario in found.verdicts["scenario"]:
        cells = _cells(found, scenario, claim)
        rows.append([scenario, *(cells.get(kind, "-") for kind in kinds)])
    return grid(title, heads, rows)


def _robustness(table) -> str:
    heads = (
        "base",
        "measure",
        "word",
        "same word",
        "estimates",
        "moved most by",
    )
    rows = [
        (
            row.base,
            _held(row),
            row.verdict.removesuffix(LOTTERY) or "-",
            f"{percent(row.share_same)} / {percent(row.share_same_by_mean)}",
            between(row.lowest, row.highest),
            f"{row.parameter} ({figure(row.rho)})" if row.parameter else "-",
        )
        for row in table.itertuples()
    ]
    points = ", ".join(
        f"{n} of {base}" for base, n in table.groupby("base")["points"].max().items()
    )
    title = f"How robust: points with the same word ({points}), by intervals / by means"
    return grid(title, heads, rows, {"moved most by": 13}, SHORT_NAMES)


def _held(row) -> str:
    """Return the claim that a word is on, and of C1 the measure beside it."""
    claim = CLAIMS[row.claim]
    return f"{claim} {word(row.measure)}" if row.claim == "c1" else claim


def _mass(table) -> str:
    if not len(table):
        return ""
    heads = ("base", "in", "measure", "mass", "rho", "little .. much")
    rows = [
        (
            row.base,
            row.mass.removeprefix("mass_in_"),
            word(row.measure),
            between(row.lowest, row.highest),
            f"{figure(row.rho)}  {between(row.low, row.high)}",
            between(row.at_little_mass, row.at_much_mass),
        )
        for row in table.itertuples()
    ]
    title = "Mass: share in the base's grade or score bin; efficiency at little .. much of it"
    return grid(title, heads, rows, {"measure": 14}, SHORT_NAMES)


def records(table) -> list[dict]:
    """Return a DataFrame as a list of dicts of plain Python values."""
    return [
        {
            key: value.item() if hasattr(value, "item") else value
            for key, value in row.items()
        }
        for row in table.to_dict("records")
    ]


def claims_tree(found) -> dict:
    """Return claims as a tree for JSON."""
    tables = {
        name: records(value)
        for name, value in found._asdict().items()
        if name != "thresholds"
    }
    limits = {
        name: {
            "value": getattr(found.thresholds, name),
            "meaning": field.description,
            "source": field.json_schema_extra["source"],
        }
        for name, field in type(found.thresholds).model_fields.items()
    }
    return {**tables, "thresholds": limits}
