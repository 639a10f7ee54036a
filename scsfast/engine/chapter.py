"""The results of `explain`: months of a citizen and their events."""

from typing import NamedTuple


class Event(NamedTuple):
    """An event that the reference counted in the month of the citizen."""

    output: str  # name in the registry of outputs
    where: tuple[int, ...]  # indices of the table's dimensions after the tick
    act: str  # the act to which it belongs, "" if none
    channel: str  # who reports the act: "automatic", "human", or "" if nobody does


class NewLeader(NamedTuple):
    """A leader who came into office this month."""

    level: int
    manipulates: bool
    was_tied: bool  # whether the citizen was tied to the former leader
    is_tied: bool  # and is to this one


class NewWay(NamedTuple):
    """A leader in office who has learnt from a sibling to manipulate, or to stop."""

    level: int
    manipulates: bool


class Chapter(NamedTuple):
    """One month of the citizen.

    Scores are in points, wealth in monthly incomes, as before and after the month.
    """

    tick: int
    events: list[Event]
    partner: int | None
    unit_points: (
        float  # points of the review for every citizen of the village with a score
    )
    prizes: list[
        tuple[str, bool, bool, str]
    ]  # (kind, won, would have won fairly, treatment by leaders) if applied
    score: tuple[float, float]
    fair_score: tuple[float, float]
    wealth: tuple[float, float]
    grade: tuple[int, int]
    listed: tuple[int, int]  # ticks left on the list
    strategy: tuple[int, int]
    new_leaders: list[NewLeader]
    new_ways: list[NewWay]
    has_score: bool = True
