"""Targets in the reference: the effort of leaders to look better than their siblings.

`twin` is the `Reference` whose tick it is. Superiors judge the units below them by a
reported figure: the mean score, or the citizens with a recorded violation in the last tick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..integers.fixed_point import ONE16
from ..integers.rules import BY_COUNT, BY_MEAN

if TYPE_CHECKING:
    from ..integers.rules import Rules
    from .reference import Reference

PER_THOUSAND = 256_000  # figures of counts are in 1/256 record per 1,000 citizens


def figures(twin: Reference, means: list[list[int]]) -> list[list[int]]:
    """Return the figure by which each unit is judged, by level."""
    rules = twin.rules
    return [
        counts(twin, level) if rules.target[level] == BY_COUNT else means[level]
        for level in range(rules.n_levels)
    ]


def counts(twin: Reference, level: int) -> list[int]:
    """Return the citizens with a recorded violation by unit, per 1,000 of them."""
    found = []
    for unit in range(twin.rules.n_units[level]):
        citizens = twin.rules.citizens_of(level, unit)
        total = sum(twin.violated[i] for i in citizens)
        found.append(PER_THOUSAND * total // len(citizens))
    return found


def effort(
    twin: Reference, level: int, unit: int, rivals: list[int], figure: list[int]
) -> int:
    """Return the effort (16 bit) of a manipulating leader: more where contests are close."""
    rules = twin.rules
    if not rules.target[level]:
        return 0
    gaps = (abs(figure[other] - figure[unit]) for other in rivals if other != unit)
    width = rules.target_width[level]
    close = sum(max(0, ONE16 - (gap << 16) // width) for gap in gaps)
    tried = rules.target_effort[level] * (close // (len(rivals) - 1)) >> 16
    twin.outputs.count("by_level", "effort", level, by=min(tried, ONE16))
    return min(tried, ONE16)


def inflation(rules: Rules, level: int, tried: int) -> int:
    """Return the points that effort adds to a unit's scores."""
    return (
        tried * rules.target_step[level] >> 16 if rules.target[level] == BY_MEAN else 0
    )


def hush(rules: Rules, level: int, tried: int) -> int:
    """Return the chance (16 bit) that effort keeps a negative record from being counted."""
    return (
        tried * rules.target_step[level] >> 16 if rules.target[level] == BY_COUNT else 0
    )


def hushed_at(twin: Reference, i: int, human: int, purpose: str) -> int | None:
    """Return the level that suppresses a negative record to look better, or None."""
    rules = twin.rules
    if BY_COUNT not in rules.target:
        return None
    draw, kept = twin.draw(purpose, i), ONE16
    for level in range(0 if human else rules.deciding, rules.deciding + 1):
        kept = kept * (ONE16 - twin.hush[level][rules.units.of(level, i)]) >> 16
        if draw < ONE16 - kept:
            twin.outputs.count("by_level", "hushed", level)
            return level
    return None
