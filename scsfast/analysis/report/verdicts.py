"""What a report says of the two claims: the words, their thresholds, what they rest on."""

from .. import datasets
from ..claims import no_verdict
from ..labels import CLAIMS, DIFFERENCES, KINDS, acting, word
from ..plots.tables import named
from .page import Table, Text, estimate, number, text

C1 = (
    "C1 direct: prizes that fair scores would have given to others, and capture beyond "
    "that of fair scores, in the same run. C1 total: against the same regime with honest "
    "leaders, who move no prizes. C2: efficiency between a lottery (0) and an oracle (1). "
    "All words hold in this model only."
)


def verdicts(source) -> list:
    """Return the words on both claims, and where they change."""
    found = source.claims
    if found.verdicts.empty:
        return [Text(no_verdict(found) + _where_points_are(source, found))]
    heads = {
        "scenario": "Scenario",
        "c1": KINDS["C1", "direct"],
        "c1_total": CLAIMS["c1_total"],
        "levels": "C1 levels",
        "c2": CLAIMS["c2"],
        "c2_honest": CLAIMS["c2_honest"],
        "than_market": "C2 than market",
        "than_list": "C2 than plain list",
        "twin": "Honest twin",
    }
    rows = [
        [text(_words(row, column)) for column in heads]
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
        _evidence(found.estimates),
    ]


def _where_points_are(source, found) -> str:
    """Say which section has the words at points of designs, if there are any."""
    if found.robustness.empty:
        return ""
    is_sampled = "sample" in datasets.kinds(source.everything)
    return f" See {'What matters' if is_sampled else 'Sweeps'}."


def _words(row: dict, column: str) -> str:
    """Return words of the analysis as a cell shows them."""
    if column == "levels":
        return acting(row["levels"], row["channels"], row["levels_by_acts"])
    return str(row[column]) or "-"


def _measured(row: dict) -> str:
    """Return what an estimate is of; a difference says that it is one."""
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
    return Table("What the verdicts rest on, with 95 % intervals", heads, rows)
