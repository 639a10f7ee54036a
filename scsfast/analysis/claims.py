"""The two claims of the talk, evaluated on a store.

C1: leaders can manipulate a regime. C2: it hardly allocates scarce prizes better than a
lottery. One can hold without the other, so each has its own estimates and its own word.
Further words are about other purposes of scores. All verdicts are about this model.
"""

from typing import NamedTuple

import pandas as pd

from ..intervals import CONFIDENCE, Estimate
from ..model.government import LEVELS as GOVERNMENT
from . import by_share_served, claims_left, datasets, verdict
from .claim_estimates import Evidence
from .claim_reprs import claims_html, claims_repr
from .claim_words import (
    CHANGES,
    EFFECTS,
    Companions,
    basis_of,
    side_effects,
    threshold_changes,
    words_on,
)
from .labels import BY_ACTS
from .leader_levels import acting_levels, levels_of, source_of
from .robustness import robustness
from .scenario_pairs import Case, ScenarioPairs, cases, companion, placebo_of

ESTIMATES = (
    "scenario", "claim", "kind", "measure", "value", "low", "high", "n", "against",
)  # fmt: skip
VERDICTS = (
    "scenario", "regime", "counterpart", "placebo", "c1", "c1_total", "levels",
    "levels_by_acts", "channels", "levels_from", "served", "c2", "c2_honest",
    "than_market", "than_queue", "than_list", "list", "n",
)  # fmt: skip
CONSTRUCTION = "by construction"
QUEUE = "need alone, same run"


class Claims(NamedTuple):
    """The result of `claims`: tables, the thresholds behind the words, and notes."""

    verdicts: pd.DataFrame
    estimates: pd.DataFrame
    served: pd.DataFrame
    effects: pd.DataFrame
    changes: pd.DataFrame
    levels: pd.DataFrame
    robustness: pd.DataFrame
    mass: pd.DataFrame
    points: pd.DataFrame
    left: pd.DataFrame
    targets: pd.DataFrame
    thresholds: verdict.Thresholds
    notes: list[str]

    def __repr__(self) -> str:
        return claims_repr(self)

    def _repr_html_(self) -> str:
        return claims_html(self)

    @property
    def remarks(self) -> list[str]:
        """The notes, and the meaning of the mark on levels where a level has it."""
        is_marked = self.verdicts["levels_by_acts"].map(len).any()
        return [*self.notes, BY_ACTS] if is_marked else self.notes


def claims(
    source,
    thresholds: verdict.Thresholds | None = None,
    confidence: float = CONFIDENCE,
    constrained=None,
) -> Claims:
    """Evaluate both claims on a store, for each regime.

    Parameters
    ----------
    source : path-like or xarray.Dataset
        A store, or the dataset that `scsfast.open` returns.
    thresholds : Thresholds, optional
    confidence : float
    constrained : scsfast.inference.constrain.Constrained, optional
        The result of `constrain` for the same store. Words over points then cover only the
        points that it does not rule out. Points of a regime without targets get no word.

    Returns
    -------
    Claims
        ``verdicts``: one row per regime (a scenario with leaders who may manipulate, or an
        honest one without such a counterpart): the words on C1, direct and total, the
        ``levels`` and ``channels`` that manipulate (lists), which of them are only known to
        have acted, and the source; the share ``served``; the words on C2, with manipulating
        and with honest leaders, and whether it is more or less skilful than market, need
        and list. ``estimates``: each number behind them with its interval. ``served``: see
        `by_share_served`. ``effects``: deterrence, trust, informal help and inequality
        compared with the same world without a regime. ``changes``: words that change if a
        threshold is halved or doubled. ``levels``, ``notes``: `levels_of`; ``robustness``,
        ``mass``, ``points``: `robustness`; ``left``, ``targets``: `claims_left`.

    Raises
    ------
    ConfigError
        If nothing is finished.
    """
    confidence = datasets.asked_confidence(confidence)
    dataset = datasets.results(source)
    limits = thresholds or verdict.Thresholds()
    evidence, known = Evidence(dataset, confidence), cases(dataset)
    pairs, kept = ScenarioPairs(known), claims_left.kept(constrained)
    regimes = _with_companions(known, pairs, evidence)
    wholes = [(found.case, found.whole) for found in regimes]
    by_level, notes = levels_of(dataset, wholes, confidence)
    estimates = [row for found in regimes for row in _estimates(found, evidence)]
    words = [_words(found, evidence, by_level, limits) for found in regimes]
    over = robustness(dataset, known, pairs, evidence, limits, words, kept)
    *left, said = claims_left.over_what_is_left(over, constrained, confidence)
    return Claims(
        pd.DataFrame(words, columns=list(VERDICTS)),
        pd.DataFrame(estimates, columns=list(ESTIMATES)),
        by_share_served.by_share_served(known, evidence, limits, kept),
        *_further(regimes, evidence, limits),
        by_level,
        *over,
        *left,
        limits,
        [*said, *notes],
    )


def _further(regimes: list[Companions], evidence: Evidence, limits):
    """Return the tables of side effects and of words that other thresholds change."""
    effects, changes = [], []
    for found in regimes:
        effects += side_effects(found, evidence, limits)
        basis = basis_of(found, evidence)
        changes += threshold_changes(found.case.name, basis, limits)
    return (
        pd.DataFrame(effects, columns=list(EFFECTS)),
        pd.DataFrame(changes, columns=list(CHANGES)),
    )


def no_verdict(found: Claims) -> str:
    """Explain why there is no verdict on any regime."""
    if len(found.points):
        return "No verdict: every regime here is a point of a sweep or a sample."
    return (
        "No verdict: every scenario here is a yardstick, or an honest point of a sweep or "
        "a sample."
    )


def _with_companions(known, pairs: ScenarioPairs, evidence) -> list[Companions]:
    """Return the regimes that get a verdict and have a finished replicate."""
    regimes = [_companions(case, known, pairs) for case in _regimes(known, pairs)]
    return [found for found in regimes if evidence.has_any(found.case)]


def _regimes(known: list[Case], pairs: ScenarioPairs) -> list[Case]:
    """Return the scenarios that get a verdict."""
    written = [
        c
        for c in known
        if not c.is_yardstick and not c.is_placebo and _is_as_written(c)
    ]
    led = [case for case in written if case.manipulates]
    paired = {counterpart.name for case in led if (counterpart := pairs.of(case))}
    return [c for c in written if c.manipulates or c.name not in paired]


def _is_as_written(case: Case) -> bool:
    return case.kind == "" or (case.kind == "factorial" and case.is_whole)


def _companions(case: Case, known: list[Case], pairs: ScenarioPairs) -> Companions:
    """Return a regime with its honest counterpart and the yardsticks of its world."""

    def is_list(other):
        return other.scorer == "list"

    def is_whole(other):
        same = (other.rules, other.leaders) == (case.rules, case.leaders)
        return other.kind == "factorial" and other.is_whole and same

    def yardstick(*names):
        return companion(case, known, lambda other: other.yardstick in names)

    return Companions(
        case,
        pairs.of(case) if case.manipulates else None,
        placebo_of(case, known),
        yardstick("market"),
        None if case.scorer == "list" else companion(case, known, is_list),
        yardstick("lottery") or yardstick("queue", "oracle", "market"),
        case if case.kind == "factorial" else companion(case, known, is_whole),
    )


def _estimates(found: Companions, evidence: Evidence) -> list[dict]:
    """Return the rows of one regime: every estimate, with the scenario compared with."""
    case, counterpart = found.case, found.counterpart
    rows = []

    def add(claim, kind, measure, value: Estimate, other):
        if value.n:
            against = other.name if isinstance(other, Case) else other
            about = (case.name, claim, kind, measure, *value, against)
            rows.append(dict(zip(ESTIMATES, about, strict=True)))

    for name, value in evidence.direct(case).items():
        add("C1", "direct", name, value, "fair scores")
    if found.placebo is not None:
        for name, value in evidence.beyond(case, found.placebo).items():
            add("C1", "placebo", name, value, found.placebo)
    for name, value in evidence.total(case, counterpart).items():
        add("C1", "total", name, value, counterpart)
    for name in ("skill", "efficiency"):
        add("C2", "lottery", name, evidence.of(case, name), CONSTRUCTION)
        add("C2", "lottery, honest", name, evidence.of(counterpart, name), counterpart)
    for kind, other in (("market", found.market), ("list", found.plain_list)):
        add("C2", kind, "skill", evidence.difference(case, other, "skill"), other)
    add("C2", "queue", "skill", evidence.of(case, "less_queue"), QUEUE)
    return rows


def _words(found: Companions, evidence: Evidence, levels, limits) -> dict:
    """Return the row of verdicts of one regime."""
    case, counterpart = found.case, found.counterpart
    own = levels[levels["scenario"] == case.name]
    acting, acted = acting_levels(own)

    def than(other):
        return verdict.against(evidence.difference(case, other, "skill"))

    return {
        "scenario": case.name,
        "regime": case.pilot,
        "counterpart": counterpart.name if counterpart else "",
        "placebo": found.placebo.name if found.placebo else "",
        **words_on(basis_of(found, evidence), limits),
        "levels": [name for name in GOVERNMENT if name in {*acting, *acted}],
        "levels_by_acts": acted,
        "channels": [name for name in acting if name not in GOVERNMENT],
        "levels_from": source_of(own),
        "served": evidence.of(case, "served").mean,
        "than_market": than(found.market),
        "than_queue": verdict.against(evidence.of(case, "less_queue")),
        "than_list": than(found.plain_list),
        "list": found.plain_list.name if found.plain_list else "",
        "n": evidence.of(case, "skill").n,
    }
