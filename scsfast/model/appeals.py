"""Appeals: a body that reverses leaders' changes to records."""

from typing import Annotated, Literal, get_args

from pydantic import Field, field_validator

from .government import Level
from .parameters import Count, Parameters, Probability, Share, param

Reversible = Literal["suppressed", "framed", "retaliated", "credited"]
REVERSIBLE: tuple[Reversible, ...] = get_args(Reversible)
MAX_DELAY = 12  # ticks; each takes 5 bytes per citizen


class Appeal(Parameters):
    """Appeals bodies in units of one level: which acts are contested and reversed."""

    level: Level = param("county", "level whose units have the appeals bodies")
    coverage: Share = param(
        1.0,
        "share of the level's units with a body: exactly round(share x units), lowest "
        "draws first",
        source="modelling choice",
        plausible=(0, 1),
    )
    chance: Probability = param(
        0.3,
        "chance that an act of a leader that the body may reverse is contested",
        source="modelling choice",
        plausible=(0, 1),
    )
    delay: Annotated[Count, Field(ge=1, le=MAX_DELAY)] = param(
        3,
        "ticks from the act to the decision",
        unit="tick",
        source="modelling choice",
        plausible=(1, 12),
    )
    error: Probability = param(
        0.1,
        "chance that the body lets a contested act stand",
        source="modelling choice",
        plausible=(0, 0.5),
    )
    reverses: list[Reversible] = param(
        lambda: list(REVERSIBLE), "acts of leaders that the body may reverse"
    )

    @field_validator("reverses")
    @classmethod
    def _once(cls, reverses: list[Reversible]) -> list[Reversible]:
        twice = sorted({kind for kind in reverses if reverses.count(kind) > 1})
        if twice:
            raise ValueError(f"must name each act once, got twice: {', '.join(twice)}")
        return reverses
