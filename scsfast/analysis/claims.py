"""The two claims of the talk, put to a store: C1 can it be bent, C2 does it serve.

C1: a regime can be manipulated by leaders; C2: it hardly allocates scarce prizes better
than a lottery. They come apart, so each has its own estimates and its own word. Nothing
here says more than what holds in this model.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..model.government import LEVELS as GOVERNMENT
from . import questions, verdict
from .attribute import TOGETHER, attribute
from .cases import Case, Twins, cases, companion
from .evidence import Evidence
from .intervals import CONFIDENCE, Estimate, estimate
from .robustness import robustness
from .summary import measured

ESTIMATES = (
    "scenario", "claim", "kind", "measure", "value", "low", "high", "n", "against",
)  # fmt: skip
VERDICTS = (
    "scenario", "regime", "twin", "c1", "c1_total", "levels", "channels", "levels_from",
    "c2", "c2_honest", "than_market", "than_list", "list", "n",
)  # fmt: skip
LEVELS = (
    "scenario", "source", "measure", "level", "unit", "value", "low", "high", "n",
)  # fmt: skip
CONSTRUCTION = "by construction"
ACTS = (
    "suppressed", "credited", "framed", "retaliated", "bent", "weighted", "sold",
    "tilted", "inflated", "desk_lifted",
)  # fmt: skip
DECISIVE = ("prizes_moved_share", "capture")  # of a factorial, which levels do it


class Claims(NamedTuple):
    """What `claims` gives: tables, and the thresholds that made the words."""

    verdicts: pd.DataFrame
    estimates: pd.DataFrame
    levels: pd.DataFrame
    robustness: pd.DataFrame
    mass: pd.DataFrame
    points: pd.DataFrame
    thresholds: verdict.Thresholds


class _Found(NamedTuple):
    """A regime of the store with the scenarios it is held against."""

    case: Case
    twin: Case | None
    market: Case | None
    plain_list: Case | None
    whole: Case | None  # the same as the coalition of all in a factorial


def claims(
    source,
    thresholds: verdict.Thresholds | None = None,
    confidence: float = CONFIDENCE,
) -> Claims:
    """Return what a store says of both claims, for each regime.

    Parameters
    ----------
    source : path-like or xarray.Dataset
        A store, or what `scsfast.open` gives.
    thresholds : Thresholds, optional
        Where words change.
    confidence : float
        Of all intervals.

    Returns
    -------
    Claims
        ``verdicts``: one row a regime (a scenario with leaders who may manipulate, or an
        honest one that is nobody's twin): the words on C1, direct and total, the
        ``levels`` and ``channels`` that do it (lists) and how they are known, on C2, with
        manipulating and with honest leaders, and whether it is more or less efficient
        than a market and a plain list. ``estimates``: each number behind them with its
        interval. ``levels``: what each level contributes (Shapley values where the store
        has a factorial of the regime) or did (counts of acts). ``robustness``, ``mass``,
        ``points``: see `robustness`.

    Raises
    ------
    ConfigError
        If nothing is finished, or a factorial has holes.
    """
    confidence = questions.asked_confidence(confidence)
    dataset = questions.results(source)
    limits = thresholds or verdict.Thresholds()
    evidence, known = Evidence(dataset, confidence), cases(dataset)
    twins = Twins(known)
    regimes = [_companions(case, known, twins) for case in _regimes(known, twins)]
    regimes = [found for found in regimes if evidence.has_any(found.case)]
    levels = _levels(dataset, regimes, confidence)
    estimates = [row for found in regimes for row in _estimates(found, evidence)]
    words = [_words(found, evidence, levels, limits) for found in regimes]
    over = robustness(dataset, known, twins, evidence, limits, words)
    return Claims(
        pd.DataFrame(words, columns=list(VERDICTS)),
        pd.DataFrame(estimates, columns=list(ESTIMATES)),
        levels,
        *over,
        limits,
    )


def _regimes(known: list[Case], twins: Twins) -> list[Case]:
    """Return the scenarios that get a verdict."""
    written = [c for c in known if not c.yardstick and _is_as_written(c)]
    led = [case for case in written if case.manipulates]
    paired = {twin.name for case in led if (twin := twins.of(case))}
    return [c for c in written if c.manipulates or c.name not in paired]


def _is_as_written(case: Case) -> bool:
    return case.kind == "" or (case.kind == "factorial" and case.is_whole)


def _companions(case: Case, known: list[Case], twins: Twins) -> _Found:
    """Return a regime with its honest twin and the yardsticks of its world."""

    def is_whole(other):
        same = (other.rules, other.leaders) == (case.rules, case.leaders)
        return other.kind == "factorial" and other.is_whole and same

    return _Found(
        case,
        twins.of(case) if case.manipulates else None,
        companion(case, known, lambda other: other.yardstick == "market"),
        companion(case, known, lambda other: other.scorer == "list"),
        case if case.kind == "factorial" else companion(case, known, is_whole),
    )


def _estimates(found: _Found, evidence: Evidence) -> list[dict]:
    """Return the rows of one regime: every number, with what it is held against."""
    case, twin = found.case, found.twin
    rows = []

    def add(claim, kind, measure, value: Estimate, other):
        if value.n:
            against = other.name if isinstance(other, Case) else other
            about = (case.name, claim, kind, measure, *value, against)
            rows.append(dict(zip(ESTIMATES, about, strict=True)))

    for name, value in evidence.direct(case).items():
        add("C1", "direct", name, value, "fair scores")
    for name, value in evidence.total(case, twin).items():
        add("C1", "total", name, value, twin)
    efficiency = evidence.of(case, "efficiency")
    add("C2", "lottery", "efficiency", efficiency, CONSTRUCTION)
    add("C2", "lottery, honest", "efficiency", evidence.of(twin, "efficiency"), twin)
    for kind, other in (("market", found.market), ("list", found.plain_list)):
        value = evidence.difference(case, other, "efficiency")
        add("C2", kind, "efficiency", value, other)
    less = Estimate(*(bound - 1 for bound in efficiency[:3]), efficiency.n)
    add("C2", "oracle", "efficiency", less, CONSTRUCTION)
    return rows


def _words(found: _Found, evidence: Evidence, levels, limits) -> dict:
    """Return the row of verdicts of one regime."""
    case, twin = found.case, found.twin
    own = levels[levels["scenario"] == case.name]
    acting = acting_levels(own)
    c1, c1_total = c1_words(case, twin, evidence, limits)
    efficiency = evidence.of(case, "efficiency")
    honest = evidence.of(twin if case.manipulates else case, "efficiency")

    def than(other):
        return verdict.against(evidence.difference(case, other, "efficiency"))

    return {
        "scenario": case.name,
        "regime": case.pilot,
        "twin": twin.name if twin else "",
        "c1": c1,
        "c1_total": c1_total,
        "levels": [name for name in acting if name in GOVERNMENT],
        "channels": [name for name in acting if name not in GOVERNMENT],
        "levels_from": "".join(own["source"].unique()[:1]),
        "c2": verdict.serving(efficiency, limits),
        "c2_honest": verdict.serving(honest, limits),
        "than_market": than(found.market),
        "than_list": than(found.plain_list),
        "list": found.plain_list.name if found.plain_list else "",
        "n": efficiency.n,
    }


def c1_words(case, twin, evidence: Evidence, limits) -> tuple[str, str]:
    """Return the words on C1, direct and total."""
    if not case.manipulates:
        return verdict.HONEST, verdict.HONEST
    direct, whole = evidence.direct(case), evidence.total(case, twin)
    moved, excess = direct["prizes_moved_share"], direct["capture_excess"]
    return (
        verdict.manipulable(moved, excess, limits),
        verdict.manipulable(whole["prizes_moved_share"], whole["capture"], limits),
    )


def acting_levels(own: pd.DataFrame) -> list[str]:
    """Return the levels (and channels) that do it, from the rows of one regime.

    Of a factorial those whose Shapley value of prizes moved or capture is above 0 with its
    whole interval; else those that did anything at all.
    """
    is_factorial = own["source"] == "factorial"
    does = np.where(
        is_factorial,
        (own["low"] > 0) & own["measure"].isin(DECISIVE),
        own["value"] > 0,
    )
    acting = set(own["level"][does])
    return [level for level in dict.fromkeys(own["level"]) if level in acting]


def _levels(dataset, regimes: list[_Found], confidence: float) -> pd.DataFrame:
    """Return what each level contributes or did, one row a regime, measure and level."""
    rows = []
    for found in regimes:
        case = found.case
        if found.whole is not None:
            rows += _attributed(dataset, found, confidence)
        elif case.manipulates:
            rows += _counted(dataset, case, confidence)
    return pd.DataFrame(rows, columns=list(LEVELS))


def _attributed(dataset, found: _Found, confidence: float) -> list[dict]:
    table = attribute(dataset, [found.whole.base], confidence=confidence)
    table = table[table["player"] != TOGETHER].rename(columns={"player": "level"})
    table = table.assign(scenario=found.case.name, source="factorial")
    return table[list(LEVELS)].to_dict("records")


def _counted(dataset, case: Case, confidence: float) -> list[dict]:
    """Return counts of leaders' acts over the measured ticks, by level."""
    part = questions.finished_part(dataset, case.place)
    ticks = measured(part["tick"], part)
    rows = []
    for name in ACTS:
        acts = part[name].isel(tick=ticks, level=slice(case.n_levels))
        counts = acts.sum("tick")
        for level in acts["level"].values:
            found = estimate(counts.sel(level=level), confidence)
            about = (case.name, "acts", name, str(level), acts.attrs["units"], *found)
            rows.append(dict(zip(LEVELS, about, strict=True)))
    return rows
