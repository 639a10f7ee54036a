"""The citizens' side of a regime: observers of acts, awareness, and consent."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from .parameters import (
    Count,
    Money,
    Parameters,
    Points,
    Probability,
    Rate,
    Scale,
    param,
)

MAX_OBSERVERS = 101


class Observers(Parameters):
    """Observers of the same act or meeting, whose reports count from a quorum on.

    Acts reported automatically, and acts that the regime does not score, have one observer
    without error.
    """

    number: Annotated[Count, Field(ge=1, le=MAX_OBSERVERS)] = param(
        1,
        "observers of an act or a meeting, each seeing it independently",
        unit="citizen",
        source="modelling choice",
        plausible=(1, 11),
    )
    quorum: Annotated[Count, Field(ge=1, le=MAX_OBSERVERS)] = param(
        1,
        "observers who must report the same, at most their number",
        unit="citizen",
        source="modelling choice",
        plausible=(1, 6),
    )
    error: Probability = param(
        0.0,
        "chance that an observer who sees an act overlooks it, or who sees a meeting "
        "reports the opposite verdict",
        source="modelling choice (K16: accuracy .6 or .7)",
        plausible=(0, 0.4),
    )

    @model_validator(mode="after")
    def _within_reach(self) -> Self:
        if self.quorum > self.number:
            raise ValueError(
                f"quorum must be at most number, {self.number}, got {self.quorum}"
            )
        return self


class Awareness(Parameters):
    """How unaware citizens learn of a regime; citizens who are aware stay aware."""

    word: Probability = param(
        0.0,
        "chance that an aware partner tells an unaware citizen of the regime at a meeting",
        source="modelling choice: off by default",
        plausible=(0, 0.2),
    )
    publicity_rate: Rate = param(
        0.0,
        "rate at which unaware citizens hear of the regime through publicity",
        unit="1/year",
        source="modelling choice: off by default",
        plausible=(0, 1),
    )


class OptIn(Parameters):
    """How aware citizens decide to join a regime that needs consent, or to leave it."""

    review_rate: Rate = param(
        1.0,
        "rate at which an aware citizen reconsiders",
        unit="1/year",
        source="modelling choice",
        plausible=(0.2, 12),
    )
    scale: Scale = param(
        0.1,
        "expected gain, or loss, at which 63 % of those who reconsider join, or leave",
        unit="monthly income",
        source="modelling choice",
        plausible=(0.01, 1),
    )
    cost: Money = param(
        0.0,
        "cost of consent over the horizon of conduct: privacy, effort",
        unit="monthly income",
        source="modelling choice",
        plausible=(0, 0.5),
    )
    outlook: Annotated[Points, Field(ge=0)] = param(
        20.0,
        "points above the base that citizens of full quality expect before they join, and "
        "below it those of quality 0",
        unit="point",
        source="modelling choice",
        plausible=(0, 60),
    )
