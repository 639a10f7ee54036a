"""Conduct: what moves citizens other than points, and what their meetings are worth."""

from typing import Annotated

from pydantic import Field

from .parameters import (
    Money,
    NonNegative,
    Parameters,
    Positive,
    Probability,
    Rate,
    Scale,
    param,
)


class Conduct(Parameters):
    """Motives of citizens other than points."""

    moral: Money = param(
        1.5,
        "cost of an offence to the conscience at full quality",
        unit="monthly income",
        source="modelling choice",
        plausible=(0.2, 5),
    )
    intrinsic: Money = param(
        0.3,
        "worth of a deed in itself at full quality",
        unit="monthly income",
        source="modelling choice",
        plausible=(0, 1),
    )
    fake_scale: Scale = param(
        0.5,
        "gain at which faking becomes likely for the most guileful",
        unit="monthly income",
        source="modelling choice",
        plausible=(0.05, 2),
    )
    price_weight: Annotated[NonNegative, Field(le=10)] = param(
        1.0,
        "weight of a deed's price in its mean cost: price x weight / income; 0: none",
        source="modelling choice; 1: money is worth 1/income (log utility)",
        plausible=(0, 2),
    )
    fake_cost: Probability = param(
        0.25,
        "cost of faking a deed as a share of its price; 0: fakes are free",
        source="modelling choice",
        plausible=(0, 1),
    )
    horizon: Annotated[NonNegative, Field(le=4096)] = param(
        24.0,
        "time that points are expected to last",
        unit="tick",
        source="modelling choice: validity of a record 2 years",
        plausible=(12, 60),
    )
    help_rate: Probability = param(
        0.3,
        "chance per tick of informal help at full quality",
        source="modelling choice",
        plausible=(0.05, 0.8),
    )
    help_value: Money = param(
        0.05,
        "value of informal help to others",
        unit="monthly income",
        source="modelling choice",
        plausible=(0.01, 0.2),
    )


class Meeting(Parameters):
    """Payoffs of meetings, and how strategies spread."""

    benefit: Money = param(
        0.1,
        "benefit of a kept word to the partner",
        unit="monthly income",
        source="modelling choice; K1 has b = 1, c = 0.2: only c/b matters there",
    )
    cost: Money = param(
        0.02,
        "cost of keeping one's word",
        unit="monthly income",
        source="modelling choice: c/b = 0.2 as in K1, where 0.1 to 0.5 is plausible",
    )
    slip: Probability = param(
        0.2,
        "chance of failing to keep one's word at quality 0; falls to 0 at full quality",
        source="modelling choice",
        plausible=(0, 0.5),
    )
    learning: Probability = param(
        0.02,
        "chance that one side of a meeting considers the other's strategy",
        source="modelling choice",
        plausible=(0, 0.2),
    )
    selection: Annotated[NonNegative, Field(le=1000)] = param(
        1.0,
        "Fermi selection strength on payoffs",
        unit="1/monthly income",
        source="modelling choice",
        plausible=(0.1, 10),
    )
    mutation: Rate = param(
        0.01,
        "rate of taking a random strategy",
        unit="1/year",
        source="modelling choice",
        plausible=(0, 0.1),
    )
    payoff_memory: Annotated[Positive, Field(ge=1)] = param(
        12.0,
        "mean age of gains in the payoff",
        unit="tick",
        source="modelling choice",
        plausible=(3, 36),
    )
