"""How constrain, discover and measure-next look in a terminal; nothing is computed."""

import math
import textwrap

from ..text import many
from .tables_results import WIDTH, between, figure, grid, percent, records

CONSTRAIN_NOTE = (
    "A point is ruled out by a target if it misses the figure by more than {limit:g} standard "
    "errors\n(of simulation, observation and model together). What is left is not "
    "confirmed. Alone: points\nthat no other target rules out. Least: the implausibility of "
    "the best point; above {limit:g}, no\npoint that was computed meets the figure."
)
DISCOVER_NOTE = (
    "Density: share of the box's points at which the condition holds, with its interval "
    "over points\nand replicates. Coverage: share of all such points that the box contains. "
    "p: chance of so dense a\nbox without the limit. All shares are of the points that were "
    "computed."
)

MEASURE_NEXT_NOTE = (
    "EVPPI: rise of the chance that the best guess of the word is right, if the parameter "
    "were known,\nwith its interval over points; 0 is nothing to gain. Ceiling: the rise if "
    "all were known. (dummy):\nmedian and greatest of 99 permuted parameters, the floor; a "
    "parameter that is not above them may\nbe worth nothing. All of it is of the points that "
    "were computed, each counting the same."
)


def constrain_text(found) -> str:
    """Return what history matching leaves, and which target rules out what."""
    bases = [
        [row.base, row.regime, str(row.targets), f"{row.left} of {row.points}"]
        for row in found.bases.itertuples()
    ]
    targets = [
        [
            row.base,
            row.target,
            figure(row.value),
            f"{row.ruled_out} of {row.points}",
            str(row.ruled_out_alone),
            figure(row.least_implausibility),
        ]
        for row in found.targets.itertuples()
    ]
    heads = ["scenario", "target", "figure", "rules out", "alone", "least"]
    parts = [
        grid("Not ruled out", ["scenario", "regime", "targets", "left"], bases),
        grid("By target", heads, targets),
    ]
    return "\n".join([*parts, CONSTRAIN_NOTE.format(limit=found.limit)])


def constrain_tree(found) -> dict:
    """Return what history matching leaves as plain values."""
    return {
        "limit": found.limit,
        "bases": records(found.bases),
        "targets": records(found.targets),
        "points": records(found.points),
        "left": found.left,
    }


def discover_text(table) -> str:
    """Return the boxes of each base: where the condition holds, and how often."""
    parts = []
    for (base, _), rows in table.groupby(["base", "condition"], sort=False):
        first = rows.iloc[0]
        title = (
            f"{base}: {first['condition']} at {100 * first['share_overall']:.0f} % of "
            f"{many(int(first['points']), 'point')} x "
            f"{many(int(first['replicates']), 'replicate')}"
        )
        if not first["box"]:
            parts.append(f"{title}; no box\n")
            continue
        for number, box in rows.groupby("box", sort=False):
            parts.append(grid(_box_title(title, number, box), *_limits(box)))
    return "\n".join([*parts, DISCOVER_NOTE])


def _box_title(title: str, number: int, box) -> str:
    one = box.iloc[0]
    return (
        f"{title}\nbox {int(number)}: {int(one['points_inside'])} points, density "
        f"{figure(one['density'])} {between(one['low'], one['high'])}, coverage "
        f"{figure(one['coverage'])}"
    )


def _limits(box) -> tuple[list[str], list[list[str]]]:
    heads = ["parameter", "at least", "at most", "of the range", "p"]
    rows = [
        [
            row.parameter,
            figure(row.at_least),
            figure(row.at_most),
            "-"
            if math.isnan(row.range_low)
            else between(row.range_low, row.range_high),
            figure(row.p_value),
        ]
        for row in box.itertuples()
    ]
    return heads, rows


def measure_next_text(table) -> str:
    """Return what knowing each parameter would help, the most helpful first."""
    parts = []
    for base, rows in table.groupby("base", sort=False):
        first = rows.iloc[0]
        if first["note"]:
            parts.append(f"{base}: {first['about']}: {first['note']}\n")
            continue
        title = (
            f"{base}: {first['about']} is '{first['word']}' at "
            f"{percent(first['share_of_word'])} of {first['points']} points x "
            f"{first['replicates']} replicates; ceiling {figure(first['ceiling'])}"
        )
        order = rows.sort_values("evppi", ascending=False, kind="stable")
        cells = [
            [
                row.parameter,
                f"{figure(row.evppi)}  {between(row.low, row.high)}",
                percent(row.share_of_ceiling),
                "yes" if row.is_above_placebo else "no",
            ]
            for row in order.itertuples()
        ]
        heads = ["parameter", "EVPPI", "of the ceiling", "above the dummies"]
        parts.append(grid(title, heads, cells))
        if first["warning"]:
            parts.append(textwrap.fill(f"Warning: {first['warning']}.", WIDTH) + "\n")
    return "\n".join([*parts, MEASURE_NEXT_NOTE])
