"""Report section on the two claims: the verdicts, their thresholds and their evidence."""

from .. import datasets
from ..claims import no_verdict
from ..labels import CLAIMS, DIFFERENCES, KINDS, acting, word
from ..plots.tables import named
from .page import Table, Text, estimate, number, text

C1 = (
    "C1 direct: prizes that went to citizens whom leaders favour (diversion) and capture, "
    "beyond what fair scores would give and what a placebo moves, in the same run. Churn: "
    "prizes move, but not to any particular group. C1 total: compared with the same regime "
    "with honest leaders. C2: skill between a lottery (0) and a perfect score of quality "
    "(1). All verdicts hold in this model only."
)


def verdicts(source) -> list:
    """Return the verdicts on both claims, and the thresholds at which they change."""
    found = source.claims
    if found.verdicts.empty:
        said = Text(no_verdict(found) + _where_points_are(source, found))
        return [said, *([Text(found.remarks, "points")] if found.remarks else [])]
    heads = {
        "scenario": "Scenario",
        "c1": KINDS["C1", "direct"],
        "c1_total": CLAIMS["c1_total"],
        "levels": "C1 levels",
        "c2": CLAIMS["c2"],
        "c2_honest": CLAIMS["c2_honest"],
        "served": "Served, %",
        "than_market": "C2 than market",
        "than_queue": "C2 than need alone",
        "than_list": "C2 than plain list",
        "counterpart": "Honest counterpart",
    }
    rows = [
        [_cell(row, column) for column in heads]
        for row in found.verdicts.to_dict("records")
    ]
    limits = type(found.thresholds).model_fields
    points = [
        f"{field.description}: {getattr(found.thresholds, name):g}"
        for name, field in limits.items()
    ]
    return [
        Text(C1),
        Table("Verdicts on both claims", list(heads.values()), rows),
        *([Text(found.remarks, "points")] if found.remarks else []),
        Text("Words change at these thresholds, which are choices:"),
        Text(points, "points"),
        *_changes(found.changes),
        _evidence(found.estimates),
        *_effects(found.effects),
        *_served(found.served),
    ]


def _where_points_are(source, found) -> str:
    """Return a reference to the section on points of designs; "" if there is none."""
    if found.robustness.empty:
        return ""
    is_sampled = {"sample", "points"} & set(datasets.kinds(source.everything))
    return f" See {'What matters' if is_sampled else 'Sweeps'}."


def _cell(row: dict, column: str):
    return (
        number(100 * row["served"], 1)
        if column == "served"
        else text(_words(row, column))
    )


def _changes(changes) -> list:
    """Return which words halving or doubling a threshold changes."""
    if changes.empty:
        return [Text("Halving or doubling any of them changes no word.")]
    heads = ["Scenario", "Claim", "Threshold", "At", "Word", "Becomes"]
    rows = [
        [
            text(row["scenario"]),
            text(CLAIMS[row["claim"]]),
            text(row["threshold"]),
            number(row["value"]),
            text(row["word"]),
            text(row["becomes"]),
        ]
        for row in changes.to_dict("records")
    ]
    return [Table("What halving or doubling a threshold changes", heads, rows)]


def _effects(effects) -> list:
    """Return the side effects of regimes, compared with the same world without a regime."""
    rows = [
        [
            text(row["scenario"]),
            text(row["effect"]),
            text(named(row["measure"])),
            estimate(*(100 * row[name] for name in ("value", "low", "high"))),
            text(row["against"]),
            text(row["word"]),
        ]
        for row in effects.to_dict("records")
    ]
    heads = ["Scenario", "On", "Measure", "Change, %", "Beside", "Word"]
    title = "Side effects of regimes, compared with no regime, with 95 % intervals"
    return [Table(title, heads, rows)] if rows else []


def _served(served) -> list:
    """Return C2 by the share of applicants served, for scenarios with several shares."""
    several = served[served["base"].duplicated(keep=False)]
    rows = [
        [
            text(row["base"]),
            number(100 * row["served"], 1),
            text(row["c2"]),
            estimate(row["skill"], row["low"], row["high"]),
            number(row["efficiency"]),
            text(row["than_market"]),
            text(row["than_queue"]),
        ]
        for row in several.to_dict("records")
    ]
    heads = ["Scenario", "Served, %", "C2", named("skill"), named("efficiency"),
             "Than market", "Than need alone"]  # fmt: skip
    title = "C2 by the share of applicants who are served"
    return [Table(title, heads, rows)] if rows else []


def _words(row: dict, column: str) -> str:
    """Return the text of a cell in a column of verdicts."""
    if column == "levels":
        return acting(row["levels"], row["channels"], row["levels_by_acts"])
    return str(row[column]) or "-"


def _measured(row: dict) -> str:
    """Return the name of an estimate's measure; differences are named as such."""
    is_difference = row["kind"] in DIFFERENCES
    return (
        f"difference in {word(row['measure'])}"
        if is_difference
        else named(row["measure"])
    )


def _evidence(estimates) -> Table:
    rows = [
        [
            text(row["scenario"]),
            text(KINDS[row["claim"], row["kind"]]),
            text(_measured(row)),
            estimate(row["value"], row["low"], row["high"]),
            text(row["against"]),
            number(row["n"], 0),
        ]
        for row in estimates.to_dict("records")
    ]
    heads = ["Scenario", "Claim", "Measure", "Value", "Against", "n"]
    return Table("Evidence for the verdicts, with 95 % intervals", heads, rows)
