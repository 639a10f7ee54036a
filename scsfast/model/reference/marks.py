"""The history in the reference: what one recorded commitment does to it."""

from ..integers.fixed_point import FULL
from .world import toward_zero


def commit_history(twin, history: list[int], i: int, kept: bool) -> None:
    """Move a history towards kept or broken by one recorded commitment."""
    if twin.rules.has_parts:
        target = FULL if kept else 0
        history[i] += toward_zero(target - history[i], twin.rules.record_weight)
