"""Leaders' careers in the reference: audit, tenure, the tournament, re-centring.

`twin` is the `Reference` whose tick it is. Units are compared by their mean scores at the
start of the tick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import careers, targets
from .world import toward_zero

if TYPE_CHECKING:
    from ..integers.rules import Rules
    from .reference import Reference


def review(twin: Reference) -> None:
    """Replace leaders, then find the points that each village gets this tick."""
    world = twin.world
    learns = any(twin.rules.career_learning)
    no_means: list[list[int]] = [[] for _ in world.serial]
    means = unit_means(twin.rules, twin.score) if learns else no_means
    for level, serials in enumerate(world.serial):
        for unit in range(len(serials)):
            career(twin, level, unit)
        careers.learn(twin, level, groups_of(twin.rules, level), means[level])
        twin.outputs.count(
            "by_level", "manipulating", level, by=sum(world.manipulating[level])
        )
    careers.begin(twin)
    points = tournament(twin)
    twin.unit_points = [
        sum(of_level[unit] for of_level, unit in zip(points, above, strict=True))
        for above in units_of_villages(twin.rules)
    ]


def units_of_villages(rules: Rules) -> list[list[int]]:
    """Return for each village the unit of each level that it is in."""
    units, levels = rules.units, range(rules.n_levels)
    firsts = [
        rules.citizens_of(0, village).start for village in range(rules.n_units[0])
    ]
    return [[units.of(level, first) for level in levels] for first in firsts]


def career(twin: Reference, level: int, unit: int) -> None:
    """End a leader's tenure, or let an audit catch it."""
    rules, world, count = twin.rules, twin.world, twin.outputs.count
    if world.ends[level][unit] == twin.now:
        count("by_level", "retired", level)
        world.replace(level, unit, twin.now, honest=False)
    elif twin.draw(f"audit_{level}", unit) < rules.audit[level]:
        count("by_level", "audited", level)
        if world.manipulating[level][unit]:
            count("by_level", "caught", level)
            world.replace(level, unit, twin.now, honest=True)


def tournament(twin: Reference) -> list[list[int]]:
    """Return the points of every unit by level: inflation less re-centring."""
    rules, world, count = twin.rules, twin.world, twin.outputs.count
    means, fair_means = (
        unit_means(rules, twin.score),
        unit_means(rules, twin.fair_score),
    )
    judged = targets.figures(twin, means)
    twin.hush = [[0] * n for n in rules.n_units]
    points = []
    for level, of_level in enumerate(means):
        row = []
        for unit, mean in enumerate(of_level):
            size = len(rules.citizens_of(level, unit))
            rivals = siblings(rules, level, unit)
            inflated = taken = 0
            if world.manipulating[level][unit] and len(rivals) > 1:
                ahead = sum(of_level[other] > mean for other in rivals)
                room = rules.inflation_cap[level] - (mean - fair_means[level][unit])
                wanted = rules.inflation[level] * ahead // (len(rivals) - 1)
                tried = targets.effort(twin, level, unit, rivals, judged[level])
                wanted += targets.inflation(rules, level, tried)
                twin.hush[level][unit] = targets.hush(rules, level, tried)
                inflated = max(0, min(wanted, room))
                count("by_level", "inflated", level, by=inflated * size)
            if level + 1 < rules.n_levels:
                gap = mean - means[level + 1][rules.units.above(level, unit)]
                taken = toward_zero(gap, rules.recentring[level + 1])
                count("by_level", "recentred", level + 1, by=abs(taken) * size)
            row.append(inflated - taken)
        points.append(row)
    return points


def unit_means(rules: Rules, scores: list[int]) -> list[list[int]]:
    """Return the mean score of every unit by level, rounded down."""
    return [
        [
            sum(scores[i] for i in rules.citizens_of(level, unit))
            // len(rules.citizens_of(level, unit))
            for unit in range(n_units)
        ]
        for level, n_units in enumerate(rules.n_units)
    ]


def groups_of(rules: Rules, level: int) -> list[list[int]]:
    """Return the units of a level by superior; those of the top level are one group."""
    groups: dict[int, list[int]] = {}
    for unit in range(rules.n_units[level]):
        groups.setdefault(rules.units.above(level, unit), []).append(unit)
    return list(groups.values())


def siblings(rules: Rules, level: int, unit: int) -> list[int]:
    """Return the units under the same superior, the unit itself included."""
    above = rules.units.above(level, unit)
    return list(rules.units.below(level + 1, above))
