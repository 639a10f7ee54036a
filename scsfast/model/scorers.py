"""Parameters of each kind of scorer: parts of an index, a black box, a list."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from .parameters import (
    Count,
    NonNegative,
    Parameters,
    Points,
    Positive,
    Rate,
    Share,
    param,
)

PARTS = ("history", "capacity", "behaviour", "identity", "network")
FEATURES = (
    "constant",
    "history",
    "capacity",
    "behaviour",
    "network",
    "rural",
    "migrant",
    "bad_standing",
)


class Weights(Parameters):
    """Weights of the five parts of an index; they must add up to 1."""

    history: Share = param(0.35, "recorded commitments kept", source="S41 S: 35 %")
    capacity: Share = param(0.25, "wealth", source="S41 S: 25 %")
    behaviour: Share = param(
        0.20, "payoff of the citizen's dealings", source="S41 S: 20 %"
    )
    identity: Share = param(0.15, "group, as verified", source="S41 S: 15 %")
    network: Share = param(
        0.05, "scores of the partners in meetings", source="S41 S: 5 %"
    )

    @model_validator(mode="after")
    def _sum(self) -> Self:
        total = sum(getattr(self, part) for part in PARTS)
        if abs(total - 1) > 1e-9:
            raise ValueError(
                f"the weights of the parts must add up to 1, got {total:g}"
            )
        return self


class Identity(Parameters):
    """Value of each group in the identity part of an index, 0 to 1."""

    urban: Share = param(
        0.8, "urban residents", source="modelling choice", plausible=(0.5, 1)
    )
    rural: Share = param(
        0.5, "rural residents", source="modelling choice", plausible=(0.2, 0.8)
    )
    migrant: Share = param(
        0.4, "migrants", source="modelling choice", plausible=(0.1, 0.8)
    )
    official: Share = param(
        1.0, "officials", source="modelling choice", plausible=(0.7, 1)
    )


class Index(Parameters):
    """An index of five weighted parts, each between 0 and 1; also a black box's inputs."""

    weights: Weights = param(Weights(), "weights of the five parts")
    identity: Identity = param(Identity(), "value of each group in the identity part")
    rate: Annotated[Share, Field(ge=0.0001)] = param(
        0.2,
        "share of the way to its target that a score moves each tick",
        source="modelling choice: monthly updates (S41 U)",
        plausible=(0.05, 1),
    )
    record_weight: Share = param(
        0.1,
        "how far one recorded commitment moves the history towards kept or broken",
        source="modelling choice",
        plausible=(0.02, 0.5),
    )
    circle_weight: Share = param(
        0.1,
        "how far one meeting moves the network part towards the partner's score",
        source="modelling choice",
        plausible=(0.02, 0.5),
    )
    start: Share = param(
        0.7,
        "history and network part of newcomers",
        source="modelling choice",
        plausible=(0.4, 1),
    )
    full_capacity: Annotated[Positive, Field(ge=0.01, le=10_000)] = param(
        12.0,
        "wealth at which capacity is one half",
        unit="monthly income",
        source="modelling choice: a year's income",
        plausible=(3, 60),
    )
    full_behaviour: Annotated[Positive, Field(ge=0.01, le=10_000)] = param(
        0.5,
        "payoff per tick at which behaviour is 1; at minus this payoff it is 0",
        unit="monthly income",
        source="modelling choice",
        plausible=(0.1, 2),
    )


class BlackBox(Parameters):
    """A ridge regression of recorded violations on eight features, refitted regularly."""

    refit: Annotated[Count, Field(ge=1, le=1_000_000)] = param(
        12, "ticks between fits; a fit uses the records since the last", unit="tick"
    )
    ridge: Annotated[NonNegative, Field(le=1e6)] = param(
        0.1,
        "penalty on squared weights, in variances of their features",
        source="modelling choice",
        plausible=(0, 10),
    )
    points_per_violation: Annotated[Points, Field(ge=0)] = param(
        200.0,
        "cost in points of one expected violation per year more than the mean",
        unit="point",
        source="modelling choice",
        plausible=(20, 1000),
    )


class Listing(Parameters):
    """A list, such as that of judgment defaulters, for a term after a severe record."""

    term: Annotated[Count, Field(ge=1, le=255)] = param(
        24, "stay on the list after a severe record", unit="tick", source="U: 2 years"
    )
    extension: Annotated[Count, Field(ge=0, le=255)] = param(
        0,
        "additional stay after a severe record while listed; at most 255 ticks in total",
        unit="tick",
        source="U: 1 to 3 years for resistance",
    )
    exit_rate: Rate = param(
        0.0,
        "rate of early exit by performing the judgment, at full quality",
        unit="1/year",
        source="S42a O: about 20 % performed under pressure",
    )
    framed: bool = param(
        True,
        "whether an invented record counts as severe",
        source="modelling choice: both are plausible",
    )
    repair: Annotated[Count, Field(ge=0, le=255)] = param(
        0,
        "credit repair: ticks that a recorded deed takes from the stay on the list",
        unit="tick",
        source="modelling choice: off by default",
        plausible=(0, 12),
    )


class Parts(Parameters):
    """Factors by which a manipulating leader multiplies the parts of an index."""

    history: Annotated[NonNegative, Field(le=10)] = param(1.0, "factor on history")
    capacity: Annotated[NonNegative, Field(le=10)] = param(1.0, "factor on capacity")
    behaviour: Annotated[NonNegative, Field(le=10)] = param(1.0, "factor on behaviour")
    identity: Annotated[NonNegative, Field(le=10)] = param(1.0, "factor on identity")
    network: Annotated[NonNegative, Field(le=10)] = param(1.0, "factor on network")
