"""Verdict words on one regime: from its estimates, at thresholds that can be changed.

The estimates are made once per regime. The words are then given at the requested thresholds
and with each of them halved and doubled, so that a reader sees which words depend on a
choice of threshold.
"""

from typing import NamedTuple

from ..intervals import Estimate
from . import verdict
from .claim_estimates import SIDE_EFFECTS, Evidence
from .scenario_pairs import Case

CHANGES = (
    "scenario", "claim", "threshold", "factor", "value", "word", "becomes",
)  # fmt: skip
EFFECTS = (
    "scenario", "effect", "measure", "value", "low", "high", "n", "against", "word",
)  # fmt: skip


class Companions(NamedTuple):
    """A regime in the store and the scenarios that it is compared with."""

    case: Case
    counterpart: Case | None  # its honest counterpart
    placebo: Case | None
    market: Case | None
    plain_list: Case | None
    nothing: Case | None  # the world without a regime
    whole: Case | None  # the same regime as the full coalition of a factorial


class Basis(NamedTuple):
    """The estimates behind the words on a regime."""

    is_honest: bool
    beyond: dict[str, Estimate]
    moved: Estimate
    total: dict[str, Estimate]
    skill: Estimate
    skill_honest: Estimate


def basis_of(found: Companions, evidence: Evidence) -> Basis:
    """Return the estimates behind the words on a regime."""
    case, counterpart = found.case, found.counterpart
    return Basis(
        not case.manipulates,
        evidence.beyond(case, found.placebo),
        evidence.of(case, "prizes_moved_share"),
        evidence.total(case, counterpart),
        evidence.of(case, "skill"),
        evidence.of(counterpart if case.manipulates else case, "skill"),
    )


def words_on(basis: Basis, limits: verdict.Thresholds) -> dict[str, str]:
    """Return the words on both claims, keyed by column of the table of verdicts."""
    c1 = c1_total = verdict.HONEST
    if not basis.is_honest:
        beyond, total = basis.beyond, basis.total
        c1 = verdict.manipulable(
            beyond["diversion"], beyond["capture_excess"], basis.moved, limits
        )
        c1_total = verdict.manipulable(
            total["diversion"], total["capture"], total["prizes_moved_share"], limits
        )
    return {
        "c1": c1,
        "c1_total": c1_total,
        "c2": verdict.serving(basis.skill, limits),
        "c2_honest": verdict.serving(basis.skill_honest, limits),
    }


def threshold_changes(scenario: str, basis: Basis, limits) -> list[dict]:
    """Return the words that change if a threshold is halved or doubled, one row each.

    Parameters
    ----------
    scenario : str
        Name of the scenario.
    basis : Basis
        The estimates behind the words.
    limits : Thresholds
    """
    now, rows = words_on(basis, limits), []
    for name in type(limits).model_fields:
        for factor in verdict.FACTORS:
            other = limits.changed(name, factor)
            for claim, word in words_on(basis, other).items():
                if word != now[claim]:
                    value = getattr(other, name)
                    row = scenario, claim, name, factor, value, now[claim], word
                    rows.append(dict(zip(CHANGES, row, strict=True)))
    return rows


def side_effects(found: Companions, evidence: Evidence, limits) -> list[dict]:
    """Return the relative side effects of a regime: against its world without a regime.

    Parameters
    ----------
    found : Companions
    evidence : Evidence
    limits : Thresholds
    """
    rows = []
    for effect, measure in SIDE_EFFECTS.items():
        change = evidence.relative(found.case, found.nothing, measure)
        if change.n:
            word = verdict.effect(change, limits)
            row = found.case.name, effect, measure, *change, found.nothing.name, word
            rows.append(dict(zip(EFFECTS, row, strict=True)))
    return rows
