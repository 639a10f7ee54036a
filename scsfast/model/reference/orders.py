"""A word from above in the reference: citizens whom the deciding level treats as clients.

`twin` is the `Reference` whose tick it is. A leader above the deciding level can have its
own clients treated there for a tick as clients of a manipulating deciding leader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..integers.fixed_point import ONE16
from .favouritism import is_tied

if TYPE_CHECKING:
    from .reference import Reference


def obey(twin: Reference, i: int) -> None:
    """Note for this tick which level's word, if any, makes citizen i a client."""
    rules, world = twin.rules, twin.world
    twin.word_from.pop(i, None)
    if not (any(rules.orders) and rules.recorded and world.enrolled[i]):
        return
    deciding, kept = rules.deciding, ONE16
    if is_tied(twin, i, deciding) and world.leader_manipulates(i, deciding):
        return
    draw = twin.draw("orders", i)
    for level in range(deciding + 1, rules.n_levels):
        if is_tied(twin, i, level) and world.leader_manipulates(i, level):
            kept = kept * (ONE16 - rules.orders[level]) >> 16
        if draw < ONE16 - kept:
            twin.word_from[i] = level
            twin.outputs.count("by_level", "ordered", level)
            return


def manipulates(twin: Reference, i: int, level: int) -> bool:
    """Return whether the leader of a level manipulates records of citizen i this tick."""
    is_ordered = level == twin.rules.deciding and i in twin.word_from
    return is_ordered or twin.world.leader_manipulates(i, level)


def is_client(twin: Reference, i: int, level: int) -> bool:
    """Return whether a level treats citizen i as tied to its leader this tick."""
    is_ordered = level == twin.rules.deciding and i in twin.word_from
    return is_ordered or is_tied(twin, i, level)
