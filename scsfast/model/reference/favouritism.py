"""Clients and dissenters in the reference: on whom leaders act, who is favoured or opposed.

Plain Python, one citizen at a time; `twin` is the `Reference` whose tick it is. Under a
placebo leaders act on citizens drawn anew each tick, at the same shares; real ties and real
dissent still decide which citizens count as favoured or opposed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..integers.rules import PrizeRule
    from .reference import Reference


def is_tied(twin: Reference, i: int, level: int) -> bool:
    """Return whether the leader of a level treats citizen i as its client this tick."""
    if twin.rules.placebo:
        return twin.draw(f"placebo_client_{level}", i) < twin.rules.tie_share[level]
    return twin.world.tied[i][level]


def is_dissenter(twin: Reference, i: int) -> bool:
    """Return whether leaders treat citizen i as a dissenter this tick."""
    if twin.rules.placebo:
        return twin.draw("placebo_dissenter", i) < twin.rules.dissenter
    return twin.world.dissenter[i]


def is_favoured(twin: Reference, i: int, kind: PrizeRule) -> bool:
    """Return whether a leader favours citizen i in a way that may win it a kind of prize.

    It has bought points, or it is enrolled and tied to a manipulating leader who has a
    working channel: favours (suppression, credit, tilt, dealt points) or the desk.
    """
    rules, world = twin.rules, twin.world
    if world.bought[i]:
        return True
    return bool(world.enrolled[i]) and any(
        world.tied[i][level]
        and world.leader_manipulates(i, level)
        and (rules.favours[level] or (kind.desk_bonus and level == kind.desk_level))
        for level in range(rules.n_levels)
    )


def is_opposed(twin: Reference, i: int) -> bool:
    """Return whether citizen i is an enrolled dissenter whom a manipulating leader harms.

    Leaders spare dissenters who are tied to them.
    """
    rules, world = twin.rules, twin.world
    return bool(world.enrolled[i] and world.dissenter[i]) and any(
        not world.tied[i][level]
        and world.leader_manipulates(i, level)
        and rules.opposes[level]
        for level in range(rules.n_levels)
    )
