"""The two claims of the talk, put to a store: C1 can it be bent, C2 does it serve.

C1: a regime can be manipulated by leaders; C2: it hardly allocates scarce prizes better
than a lottery. They come apart, so each has its own estimates and its own word. Nothing
here says more than what holds in this model.
"""

from typing import NamedTuple

import pandas as pd

from ..intervals import CONFIDENCE, Estimate
from ..model.government import LEVELS as GOVERNMENT
from . import datasets, verdict
from .claim_estimates import Evidence
from .labels import BY_ACTS
from .leader_levels import acting_levels, levels_of, source_of
from .robustness import robustness
from .scenario_pairs import Case, ScenarioPairs, cases, companion

ESTIMATES = (
    "scenario", "claim", "kind", "measure", "value", "low", "high", "n", "against",
)  # fmt: skip
VERDICTS = (
    "scenario", "regime", "twin", "c1", "c1_total", "levels", "levels_by_acts",
    "channels", "levels_from", "c2", "c2_honest", "than_market", "than_list", "list", "n",
)  # fmt: skip
CONSTRUCTION = "by construction"


class Claims(NamedTuple):
    """What `claims` gives: tables, the thresholds that made the words, and notes."""

    verdicts: pd.DataFrame
    estimates: pd.DataFrame
    levels: pd.DataFrame
    robustness: pd.DataFrame
    mass: pd.DataFrame
    points: pd.DataFrame
    thresholds: verdict.Thresholds
    notes: list[str]

    @property
    def remarks(self) -> list[str]:
        """The notes, and what the mark of levels means where there is one."""
        is_marked = self.verdicts["levels_by_acts"].map(len).any()
        return [*self.notes, BY_ACTS] if is_marked else self.notes


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
        ``levels`` and ``channels`` that do it (lists), which of them are only known to
        have acted, and the source, on C2, with manipulating and with honest leaders, and
        whether it is more or less efficient than a market and a plain list.
        ``estimates``: each number behind them with its interval. ``levels``, ``notes``:
        see `levels_of`. ``robustness``, ``mass``, ``points``: see `robustness`.

    Raises
    ------
    ConfigError
        If nothing is finished.
    """
    confidence = datasets.asked_confidence(confidence)
    dataset = datasets.results(source)
    limits = thresholds or verdict.Thresholds()
    evidence, known = Evidence(dataset, confidence), cases(dataset)
    twins = ScenarioPairs(known)
    regimes = [_companions(case, known, twins) for case in _regimes(known, twins)]
    regimes = [found for found in regimes if evidence.has_any(found.case)]
    pairs = [(found.case, found.whole) for found in regimes]
    by_level, notes = levels_of(dataset, pairs, confidence)
    estimates = [row for found in regimes for row in _estimates(found, evidence)]
    words = [_words(found, evidence, by_level, limits) for found in regimes]
    over = robustness(dataset, known, twins, evidence, limits, words)
    return Claims(
        pd.DataFrame(words, columns=list(VERDICTS)),
        pd.DataFrame(estimates, columns=list(ESTIMATES)),
        by_level,
        *over,
        limits,
        notes,
    )


def no_verdict(found: Claims) -> str:
    """Return why there is no verdict on any regime."""
    if len(found.points):
        return "No verdict: every regime here is a point of a sweep or a sample."
    return (
        "No verdict: every scenario here is a yardstick, or an honest point of a sweep or "
        "a sample."
    )


def _regimes(known: list[Case], twins: ScenarioPairs) -> list[Case]:
    """Return the scenarios that get a verdict."""
    written = [c for c in known if not c.is_yardstick and _is_as_written(c)]
    led = [case for case in written if case.manipulates]
    paired = {twin.name for case in led if (twin := twins.of(case))}
    return [c for c in written if c.manipulates or c.name not in paired]


def _is_as_written(case: Case) -> bool:
    return case.kind == "" or (case.kind == "factorial" and case.is_whole)


def _companions(case: Case, known: list[Case], twins: ScenarioPairs) -> _Found:
    """Return a regime with its honest twin and the yardsticks of its world."""

    def is_list(other):
        return other.scorer == "list"

    def is_whole(other):
        same = (other.rules, other.leaders) == (case.rules, case.leaders)
        return other.kind == "factorial" and other.is_whole and same

    return _Found(
        case,
        twins.of(case) if case.manipulates else None,
        companion(case, known, lambda other: other.yardstick == "market"),
        None if case.scorer == "list" else companion(case, known, is_list),
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
    acting, acted = acting_levels(own)
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
        "levels": [name for name in GOVERNMENT if name in {*acting, *acted}],
        "levels_by_acts": acted,
        "channels": [name for name in acting if name not in GOVERNMENT],
        "levels_from": source_of(own),
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
