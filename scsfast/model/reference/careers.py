"""Leaders who learn, in the reference: one copies a sibling by the Fermi rule on pay-off.

`twin` is the `Reference` whose tick it is. Acts of leaders are tallied by unit in
`twin.favours_done` (records suppressed and credited) and `twin.bribes` (1/256 monthly income);
the review of the next tick reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..integers.fixed_point import ONE16
from .world import chance

if TYPE_CHECKING:
    from .reference import Reference


def begin(twin: Reference) -> None:
    """Reset the tallies of leaders' acts, at the start of a tick's records or of a regime."""
    twin.favours_done = [[0] * n for n in twin.rules.n_units]
    twin.bribes = [[0] * n for n in twin.rules.n_units]


def note_favour(twin: Reference, i: int, level: int) -> None:
    """Tally a favour that a level's leader did for citizen i."""
    twin.favours_done[level][twin.rules.units.of(level, i)] += 1


def note_bribe(twin: Reference, i: int, level: int) -> None:
    """Tally the payment of citizen i to a level's leader."""
    unit = twin.rules.units.of(level, i)
    twin.bribes[level][unit] += twin.rules.sale_price[level]


def pay_off(
    twin: Reference, level: int, unit: int, rivals: list[int], means: list[int]
) -> int:
    """Return a leader's career pay-off of the last tick, in 1/65536 monthly income."""
    rules, size = twin.rules, len(twin.rules.citizens_of(level, unit))
    favours = rules.favour_value[level] * twin.favours_done[level][unit]
    gain = (favours + (twin.bribes[level][unit] << 8)) // size
    behind = sum(means[other] < means[unit] for other in rivals)
    gain += rules.standing_value[level] * behind // (len(rivals) - 1)
    return gain - rules.audit_cost[level] * twin.world.manipulating[level][unit]


def learn(
    twin: Reference, level: int, groups: list[list[int]], means: list[int]
) -> None:
    """Let one leader of each group of siblings consider imitating another."""
    rules, draw = twin.rules, twin.draw
    if twin.now == 0 or not rules.career_learning[level]:
        return
    for group, rivals in enumerate(groups):
        considers = draw(f"considers_{level}", group) < rules.career_learning[level]
        if len(rivals) < 2 or not considers:
            continue
        pupil = draw(f"pupil_{level}", group) * len(rivals) >> 32
        example = draw(f"example_{level}", group) * (len(rivals) - 1) >> 32
        example += example >= pupil
        copy(twin, level, group, rivals, (rivals[pupil], rivals[example]), means)


def copy(
    twin: Reference,
    level: int,
    group: int,
    rivals: list[int],
    pair: tuple[int, int],
    means: list[int],
) -> None:
    """Let a leader copy whether another manipulates, by the Fermi rule."""
    pupil, example = pair
    ways = twin.world.manipulating[level]
    difference = pay_off(twin, level, example, rivals, means)
    difference -= pay_off(twin, level, pupil, rivals, means)
    x = min(abs(difference) * twin.rules.career_selection[level] >> 20, 4096)
    copies = (1 << 32) // (ONE16 + chance(x))
    if difference < 0:
        copies = ONE16 - copies
    if ways[pupil] == ways[example]:
        return
    if twin.draw(f"copies_{level}", group) < copies:
        ways[pupil] = ways[example]
        twin.outputs.count("by_level", "turned" if ways[pupil] else "reformed", level)
