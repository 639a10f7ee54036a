"""Leaders: the levels of government, who manipulates at each, and how.

Every figure here is about leaders' behaviour; what a regime lets them do (discretion per
level) belongs to the regime, and multiplies all of it: discretion 0 leaves no trace.
"""

from pydantic import ValidationError, model_validator

from .parameters import (
    NonNegative,
    Parameters,
    Points,
    Probability,
    Rate,
    Share,
    limited,
    merge,
    param,
)

LEVELS = ("village", "township", "county", "city", "province", "centre")
DOMAINS = ("commercial", "social", "judicial", "administrative")

Weight = limited(NonNegative, le=10)
Gain = limited(Points, ge=0)


class Agenda(Parameters):
    """Weights that a manipulating deciding leader gives to the domains of records."""

    commercial: Weight = param(1.0, "weight of commercial records")
    social: Weight = param(1.0, "weight of social records")
    judicial: Weight = param(1.0, "weight of judicial records")
    administrative: Weight = param(1.0, "weight of administrative records")


class Leaders(Parameters):
    """How the leaders of one level behave; the manipulating ones all alike."""

    share: Share = param(
        0.5,
        "share of the level's leaders who manipulate: exactly round(share x units), "
        "lowest draws first; for a single unit yes from one half upward",
        source="modelling choice, plausible 0..1",
    )
    favouritism: Probability = param(
        0.38,
        "chance that a client's negative record is suppressed here",
        source="S46 R: hometown auditors find 38 % less; plausible 0..0.5",
    )
    credit_rate: Rate = param(
        0.5,
        "rate of extra positive records for each client",
        unit="1/year",
        source="modelling choice, plausible 0..4",
    )
    credit_points: Gain = param(
        5.0,
        "points of one such record",
        unit="point",
        source="modelling choice, plausible 1..30; a department award is 5 (U)",
    )
    frame_rate: Rate = param(
        0.25,
        "rate of invented negative records for each dissenter",
        unit="1/year",
        source="modelling choice, plausible 0..2",
    )
    frame_points: Gain = param(
        10.0,
        "points taken by one such record",
        unit="point",
        source="modelling choice, plausible 5..50",
    )
    discretion_use: Share = param(
        1.0,
        "how far towards the end of a discretionary range clients and dissenters are put",
        source="modelling choice, plausible 0..1",
    )
    desk_bonus: limited(Gain, le=5000) = param(
        10.0,
        "points by which clients rank higher where this level hands out the prizes",
        unit="point",
        source="modelling choice, plausible 0..50",
    )
    agenda: Agenda = param(
        Agenda(social=1.25, commercial=0.9),
        "weights of domains if this level decides",
        source="modelling choice: debts matter less, obedience more; plausible 0.5..2",
    )


HONEST = Leaders(
    share=0, favouritism=0, credit_rate=0, frame_rate=0, discretion_use=0, desk_bonus=0
)


class Government(Parameters):
    """The leaders of every level; levels that a world does not have are not used."""

    all: Leaders | None = param(
        None, "what holds at every level that does not say otherwise"
    )
    village: Leaders = param(Leaders(), "leaders of villages")
    township: Leaders = param(Leaders(), "leaders of townships")
    county: Leaders = param(Leaders(), "leaders of counties")
    city: Leaders = param(Leaders(), "leaders of cities")
    province: Leaders = param(Leaders(), "leaders of provinces")
    centre: Leaders = param(Leaders(), "leaders of the centre")
    clients_know: bool = param(
        False,
        "whether a client counts on being covered when tempted",
        source="modelling choice: both are plausible",
    )

    @model_validator(mode="before")
    @classmethod
    def _expand_all(cls, data):
        """Lay the values of ``all`` under those of every level."""
        is_valid = isinstance(data, dict) and _is_valid(data.get("all"))
        return expand_all(data) if is_valid else data

    def at(self, level: int) -> Leaders:
        """Return the leaders of level number `level`, counted from the bottom."""
        return getattr(self, LEVELS[level])


def expand_all(leaders: dict) -> dict:
    """Return leaders' values with those under ``all`` written out for every level."""
    own = {key: value for key, value in leaders.items() if key != "all"}
    for level in LEVELS:
        own[level] = merge(leaders["all"], own.get(level, {}))
    return own


def _is_valid(values) -> bool:
    """Say whether leaders can be made of some values; if not, they are reported once."""
    try:
        Leaders.model_validate(values)
    except ValidationError:
        return False
    return isinstance(values, dict)
