"""How claims look in a terminal: verdicts, the numbers behind them, and their robustness.

Nothing is computed; `records` and grids are from `tables_results`.
"""

import textwrap

from ..analysis.labels import CLAIMS, acting, word
from ..analysis.verdict import NOT_MEASURED
from ..model.parameters import basis
from .tables_results import WIDTH, between, figure, grid, percent, records, spread

LOTTERY = " than a lottery"
DIRECT = tuple(
    ("direct", measure)
    for measure in ("diversion", "capture_excess", "capture", "prizes_moved_share")
)
BEYOND = (("placebo", "diversion"), ("placebo", "capture_excess"))
TOTAL = tuple(
    ("total", measure)
    for measure in ("diversion", "capture", "prizes_moved_share", "skill")
)
SERVED = (
    ("lottery", "skill"),
    ("lottery, honest", "skill"),
    ("market", "skill"),
    ("queue", "skill"),
    ("list", "skill"),
)
EFFICIENT = (("lottery", "efficiency"), ("lottery, honest", "efficiency"))
CLAIM_NOTE = (
    "Mean ± half the interval over replicates. C1 direct: diversion (prizes that the favoured "
    "have beyond\nfair scores) and the rise of capture over that of fair scores, in one run, "
    "less those of a placebo\nif there is one. C1 total: difference to the honest counterpart, "
    "pair by pair. Churn: prizes move to\nnobody in particular. C2: skill is 0 for a lottery "
    "and 1 for a perfect score of quality; efficiency\nis 1 for an oracle. All verdicts hold "
    "in this model, at these thresholds:"
)
NO_COUNTERPART = (
    "Without an honest counterpart: {}. To add one, copy the scenario under another name, with "
    "`leaders.all.share = 0.0` and `leaders.all.recentring = 0.0`."
)
LEFT_NOTE = (
    "Same word: share of the points left, with the interval of as many independent points. "
    "Of all: the\nsame share before any point is ruled out; if the two are equal, the figures "
    "say nothing about the\nclaim. What is left is not confirmed.\n"
)
SHORT_NAMES = 10  # least width of names beside wide columns


def claims_text(found) -> str:
    """Return both claims with the numbers behind them, robustness, and thresholds."""
    from ..analysis.claims import no_verdict

    parts = [no_verdict(found) + "\n" + _notes(found)]
    if len(found.verdicts):
        parts = [
            _words(found) + _notes(found) + _without_counterpart(found),
            _c1(found),
            _c1_placebo(found),
            _c1_total(found),
            _c2(found),
            _effects(found),
            _changes(found),
        ]
    if found.served["base"].duplicated().any():
        parts.append(_by_share_served(found.served))
    parts.append(_left(found))
    if len(found.robustness):
        parts += [_robustness(found.robustness), _mass(found.mass)]
    elif found.points.empty:
        parts.append("How robust: this store has no sample of a regime's parameters.\n")
    limits = [
        f"  {name} {getattr(found.thresholds, name):g}: {field.description}\n"
        f"    ({basis(field)})"
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
            acting(row.levels, row.channels, row.levels_by_acts),
            row.c2.removesuffix(LOTTERY),
            row.c2_honest.removesuffix(LOTTERY),
        )
        for row in found.verdicts.itertuples()
    ]
    title = "C1: can leaders manipulate it? C2: does it allocate better than a lottery?"
    return grid(title, heads, rows, {"C1 levels": 9} | dict.fromkeys(heads[4:], 13))


def _notes(found) -> str:
    """Return the notes that a reader of the verdicts needs, one per line."""
    return "".join(textwrap.fill(note, WIDTH) + "\n" for note in found.remarks)


def _without_counterpart(found) -> str:
    """Return how to add the missing honest counterparts, if there are any."""
    rows = found.verdicts
    names = rows["scenario"][
        (rows["counterpart"] == "") & (rows["c1_total"] == NOT_MEASURED)
    ]
    if names.empty:
        return ""
    return textwrap.fill(NO_COUNTERPART.format(", ".join(names)), WIDTH) + "\n"


def _c1(found) -> str:
    heads = ("scenario", "diversion", "rise of capture", "capture", "prizes moved")
    return _numbers(found, "C1", "C1 direct: score against fair score", heads, DIRECT)


def _c1_placebo(found) -> str:
    if not (found.verdicts["placebo"] != "").any():
        return ""
    heads = ("scenario", "diversion", "rise of capture")
    return _numbers(found, "C1", "C1 beyond the placebo", heads, BEYOND)


def _c1_total(found) -> str:
    heads = ("scenario", "diversion", "capture", "prizes moved", "skill")
    title = "C1 total: less the honest counterpart"
    return _numbers(found, "C1", title, heads, TOTAL)


def _c2(found) -> str:
    heads = ("scenario", "skill", "honest", "less market", "less queue", "less list")
    lists = ", ".join(dict.fromkeys(filter(None, found.verdicts["list"])))
    tail = f" (list: {lists})" if lists else ""
    beside = ("scenario", "efficiency", "honest")
    return "\n".join(
        (
            _numbers(found, "C2", f"C2: skill{tail}", heads, SERVED),
            _numbers(found, "C2", "C2: efficiency", beside, EFFICIENT),
        )
    )


def _effects(found) -> str:
    """Return the changes that regimes bring, compared with the same world without one."""
    if not len(found.effects):
        return ""
    heads = ("scenario", "on", "measure", "change, %", "verdict")
    rows = [
        (
            row.scenario,
            row.effect,
            word(row.measure),
            spread(*(100 * v for v in (row.value, row.low, row.high))),
            row.word,
        )
        for row in found.effects.itertuples()
    ]
    others = ", ".join(dict.fromkeys(found.effects["against"]))
    return grid(f"Side effects: change from {others}", heads, rows)


def _changes(found) -> str:
    """Return the verdicts that change when a threshold is halved or doubled."""
    if not len(found.changes):
        return "Halving or doubling a threshold changes no verdict.\n"
    heads = ("scenario", "claim", "threshold", "verdict", "becomes")
    rows = [
        (
            row.scenario,
            CLAIMS[row.claim],
            f"{row.threshold} {row.value:g}",
            row.word.removesuffix(LOTTERY),
            row.becomes.removesuffix(LOTTERY),
        )
        for row in found.changes.itertuples()
    ]
    return grid("What halving or doubling a threshold changes", heads, rows)


def _by_share_served(table) -> str:
    """Return C2 of scenarios simulated at several shares of applicants served."""
    several = table[table["base"].duplicated(keep=False)]
    heads = ("scenario", "served", "C2", "skill", "efficiency", "than market",
             "than queue")  # fmt: skip
    rows = [
        (
            row.base,
            percent(row.served),
            row.c2.removesuffix(LOTTERY),
            spread(row.skill, row.low, row.high),
            figure(row.efficiency),
            row.than_market,
            row.than_queue,
        )
        for row in several.itertuples()
    ]
    return grid("C2 by the share of applicants who are served", heads, rows)


def _numbers(found, claim: str, title: str, heads, kinds) -> str:
    """Return the estimates of one claim, one column per (kind, measure)."""
    rows = []
    for scenario in found.verdicts["scenario"]:
        cells = _cells(found, scenario, claim)
        rows.append([scenario, *(cells.get(kind, "-") for kind in kinds)])
    return grid(title, heads, rows)


def _left(found) -> str:
    """Return the words over points that targets do not rule out, and what each rules out."""
    if found.targets.empty:
        return ""
    met = [
        [row.base, row.target, f"{row.met} of {row.points}", str(row.ruled_out_alone),
         figure(row.least_implausibility)]
        for row in found.targets.itertuples()
    ]  # fmt: skip
    heads = ["scenario", "target", "met by", "rules out alone", "least"]
    by_target = grid(
        "Points that meet the published figures", heads, met, {"target": 25}
    )
    rows = [
        [
            row.base,
            f"{row.left} of {row.points}",
            CLAIMS[row.claim],
            row.verdict.removesuffix(LOTTERY) or "-",
            *_same(row),
        ]
        for row in found.left.itertuples()
    ]
    if not rows:
        return by_target
    heads = [
        "scenario",
        "left",
        "claim",
        "word",
        "same word",
        "of all",
        "by means",
        "of all",
    ]
    words = grid("Words over the points that are left", heads, rows, {"word": 13}, 10)
    return by_target + "\n" + words + LEFT_NOTE


def _same(row) -> tuple[str, str, str, str]:
    """Return at which share of points a word holds: of those left and of all."""
    if not row.verdict:
        return "-", "-", "-", "-"
    low, high = (f"{100 * bound:.0f}" for bound in (row.low, row.high))
    return (
        f"{percent(row.share_same)} ({low} .. {high})",
        percent(row.share_same_all),
        percent(row.share_same_by_mean),
        percent(row.share_same_by_mean_all),
    )


def _robustness(table) -> str:
    heads = (
        "base",
        "measure",
        "verdict",
        "same",
        "estimates",
        "moved by",
    )
    firsts = ~table.duplicated(["base", "claim"])
    rows = [
        (
            row.base,
            _held(row),
            *_on_claim(row, is_first),
            between(row.lowest, row.highest),
            f"{row.parameter} ({figure(row.rho)})" if row.parameter else "-",
        )
        for row, is_first in zip(table.itertuples(), firsts, strict=True)
    ]
    points = ", ".join(
        f"{n} of {base}" for base, n in table.groupby("base")["points"].max().items()
    )
    title = f"How robust: points with the same verdict ({points}), by intervals / means"
    return grid(title, heads, rows, {"moved by": 13}, SHORT_NAMES) + _held_to(table)


def _on_claim(row, is_first: bool) -> tuple[str, str]:
    """Return the verdict on a claim and where it holds, once for all its measures."""
    if not is_first:
        return "", ""
    same = f"{percent(row.share_same)} / {percent(row.share_same_by_mean)}"
    return row.verdict.removesuffix(LOTTERY) or "-", same


def _held_to(table) -> str:
    """Return a note that names the scenarios with whose verdicts points are compared."""
    rows = table[table["reference"] != ""].drop_duplicates("base")
    if rows.empty:
        return ""
    pairs = "; ".join(f"{r.base}: {r.reference}" for r in rows.itertuples())
    return (
        textwrap.fill(f"Points are compared with the verdicts of: {pairs}.", WIDTH)
        + "\n"
    )


def _held(row) -> str:
    """Return the claim of a verdict, for C1 with its measure."""
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
    title = (
        "Mass: share in the base's grade or score bin; skill at little .. much of it"
    )
    return grid(title, heads, rows, {"measure": 14}, SHORT_NAMES)


def claims_tree(found) -> dict:
    """Return claims as a tree for JSON."""
    tables = {
        name: records(value) if hasattr(value, "to_dict") else value
        for name, value in found._asdict().items()
        if name != "thresholds"
    }
    limits = {
        name: {
            "value": getattr(found.thresholds, name),
            "meaning": field.description,
            "source": basis(field),
        }
        for name, field in type(found.thresholds).model_fields.items()
    }
    return {**tables, "thresholds": limits}
