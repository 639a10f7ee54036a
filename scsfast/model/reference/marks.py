"""The history in the reference: the effect of one recorded commitment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..integers.fixed_point import FULL
from .world import toward_zero

if TYPE_CHECKING:
    from .reference import Reference


def commit_history(twin: Reference, history: list[int], i: int, kept: bool) -> None:
    """Move a history towards kept or broken by one recorded commitment."""
    if twin.rules.has_parts:
        target = FULL if kept else 0
        history[i] += toward_zero(target - history[i], twin.rules.record_weight)
