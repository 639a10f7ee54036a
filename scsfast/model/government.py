"""Leaders: the levels of government, the share that manipulates at each, and how.

Every parameter here describes leaders' behaviour. The regime's discretion per level
multiplies all of it, so discretion 0 changes no result.
"""

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, ValidationError, model_validator

from .parameters import (
    Money,
    NonNegative,
    OrNone,
    Parameters,
    Points,
    Positive,
    Probability,
    Rate,
    Share,
    Tree,
    merge,
    param,
)
from .scorers import Parts

Level = Literal["village", "township", "county", "city", "province", "centre"]
LEVELS: tuple[str, ...] = get_args(Level)
JudgedBy = Literal["none", "mean", "count"]
JUDGED_BY: tuple[str, ...] = get_args(JudgedBy)
DOMAINS = ("commercial", "social", "judicial", "administrative")

Weight = Annotated[NonNegative, Field(le=10)]
Gain = Annotated[Points, Field(ge=0)]


class Agenda(Parameters):
    """Weights that a manipulating deciding leader gives to the domains of records."""

    commercial: Weight = param(1.0, "weight of commercial records")
    social: Weight = param(1.0, "weight of social records")
    judicial: Weight = param(1.0, "weight of judicial records")
    administrative: Weight = param(1.0, "weight of administrative records")


class Target(Parameters):
    """How superiors judge the leaders of a level, and the reward for looking better."""

    judged_by: JudgedBy = param(
        "none",
        "figure by which siblings are compared: the reported mean score, which leaders "
        "inflate, or the citizens with a recorded violation, which they suppress",
    )
    prize: Annotated[NonNegative, Field(le=1000)] = param(
        0.5,
        "gain of a manipulating leader who overtakes its siblings",
        unit="cost of full effort",
        source="modelling choice",
        plausible=(0, 2),
    )
    effort_cost: Annotated[Positive, Field(ge=0.001, le=1000)] = param(
        1.0,
        "cost of full effort; the cost rises with the square of the effort",
        source="modelling choice",
        plausible=(0.2, 5),
    )
    width: Annotated[Positive, Field(ge=0.01, le=30_000)] = param(
        20.0,
        "gap at which a contest is decided and effort ends, in points or in citizens with "
        "a recorded violation per 1,000 and tick",
        unit="point or 1/1000",
        source="modelling choice",
        plausible=(2, 100),
    )


class Career(Parameters):
    """Career pay-offs of leaders, and how leaders learn from siblings whether to manipulate."""

    learning: Rate = param(
        0.0,
        "rate at which one of the leaders under a superior considers imitating another",
        unit="1/year",
        source="modelling choice: off by default",
        plausible=(0, 12),
    )
    selection: Annotated[NonNegative, Field(le=1000)] = param(
        10.0,
        "Fermi selection strength on career pay-off",
        unit="1/monthly income",
        source="modelling choice",
        plausible=(0.1, 100),
    )
    favour_value: Money = param(
        0.5,
        "pay-off of a record suppressed or credited, per citizen of the unit",
        unit="monthly income",
        source="modelling choice",
        plausible=(0, 5),
    )
    standing_value: Money = param(
        0.0,
        "pay-off per tick of a mean score above all siblings",
        unit="monthly income",
        source="modelling choice",
        plausible=(0, 1),
    )
    audit_loss: Money = param(
        1.0,
        "cost of being caught",
        unit="monthly income",
        source="modelling choice",
        plausible=(0, 60),
    )


class Leaders(Parameters):
    """How the leaders of one level behave; all manipulating leaders behave the same way."""

    share: Share = param(
        0.5,
        "share of the level's first leaders who manipulate: share x units, rounded up in "
        "some replicates and down in others; for later leaders, the chance to manipulate",
        source="modelling choice",
        plausible=(0, 1),
    )
    favouritism: Probability = param(
        0.38,
        "chance that a client's negative record is suppressed here",
        source="S46 R: hometown auditors find 38 % less",
        plausible=(0, 0.5),
    )
    credit_rate: Rate = param(
        0.5,
        "rate of extra positive records for each client",
        unit="1/year",
        source="modelling choice",
        plausible=(0, 4),
    )
    credit_points: Gain = param(
        5.0,
        "points of one such record",
        unit="point",
        source="modelling choice: a department award is 5 (U)",
        plausible=(1, 30),
    )
    frame_rate: Rate = param(
        0.25,
        "rate of invented negative records for each dissenter",
        unit="1/year",
        source="modelling choice",
        plausible=(0, 2),
    )
    frame_points: Gain = param(
        10.0,
        "points taken by one such record",
        unit="point",
        source="modelling choice",
        plausible=(5, 50),
    )
    retaliation: Probability = param(
        0.3,
        "chance that an act of defiance (acts that `defy`) by a citizen who is not the "
        "leader's client is answered with an invented record",
        source="modelling choice: petitioners are silenced (S51)",
        plausible=(0, 1),
    )
    retaliation_points: Gain = param(
        20.0,
        "points taken by one such record",
        unit="point",
        source="modelling choice: Suining took 20 to 50 for petitioning (U)",
        plausible=(5, 50),
    )
    sale_rate: Rate = param(
        0.0,
        "rate of offers to sell points to each client or rich citizen below a cut "
        "(venality)",
        unit="1/year",
        source="modelling choice: nothing known, off by default",
        plausible=(0, 4),
    )
    sale_points: Gain = param(
        30.0,
        "points of one sale; citizens within so many points of a cut may buy",
        unit="point",
        source="S22 P: 30 points for a 3,000-yuan television",
    )
    sale_price: Money = param(
        0.033,
        "price of one point, taken from the buyer's wealth",
        unit="monthly income",
        source="S22 P: 100 yuan a point, monthly income about 3,000 yuan",
    )
    rich_from: Annotated[NonNegative, Field(le=15)] = param(
        2.0,
        "lowest income at which citizens who are not clients may buy too",
        unit="mean income",
        source="modelling choice",
        plausible=(1, 10),
    )
    ambition: Share = param(
        0.0,
        "strength with which the leader inflates its unit's scores to beat its siblings",
        source="modelling choice: off by default",
        plausible=(0, 1),
    )
    inflation_rate: Gain = param(
        1.0,
        "points per tick that full ambition adds while all siblings are ahead",
        unit="point/tick",
        source="modelling choice",
        plausible=(0.1, 5),
    )
    inflation_cap: Gain = param(
        50.0,
        "excess of the unit's mean over its fair mean at which inflation stops",
        unit="point",
        source="modelling choice",
        plausible=(5, 100),
    )
    recentring: Share = param(
        0.0,
        "share of the gap to the mean of its siblings that this level takes from each "
        "unit below, each tick; honest leaders do so too",
        source="modelling choice: off by default",
        plausible=(0, 0.5),
    )
    audit_rate: Rate = param(
        0.0,
        "rate at which a manipulating leader is caught and replaced by an honest one",
        unit="1/year",
        source="modelling choice: off by default",
        plausible=(0, 0.5),
    )
    tenure: OrNone[Annotated[Positive, Field(le=1000)]] = param(
        None,
        "time in office, after which a new leader with other clients comes; none: all "
        "the run",
        unit="year",
        source="modelling choice: 11 % of city secretaries' spells are in year 1 (S50)",
        plausible=(3, 10),
    )
    tilt: Gain = param(
        0.0,
        "points by which the targets of clients are raised and those of dissenters "
        "lowered (scorers index and model)",
        unit="point",
        source="modelling choice: off by default",
        plausible=(0, 50),
    )
    career: Career = param(
        Career(), "career pay-offs of leaders, and whether they learn from them"
    )
    target: Target = param(Target(), "how superiors judge leaders of this level")
    orders: Probability = param(
        0.0,
        "a word from above: chance per tick that the deciding level treats a client of this "
        "level, if this level is above it, as the client of a manipulating leader there",
        source="modelling choice: off by default",
        plausible=(0, 0.5),
    )
    parts: Parts = param(
        Parts(),
        "factors on the parts of an index if this level decides",
        source="modelling choice: none by default",
        plausible=(0.5, 2),
    )
    discretion_use: Share = param(
        1.0,
        "share of the way from the midpoint to the end of a discretionary range at which "
        "clients and dissenters are put",
        source="modelling choice",
        plausible=(0, 1),
    )
    desk_bonus: Annotated[Gain, Field(le=5000)] = param(
        10.0,
        "points by which clients rank higher where this level hands out the prizes",
        unit="point",
        source="modelling choice",
        plausible=(0, 50),
    )
    agenda: Agenda = param(
        Agenda(social=1.25, commercial=0.9),
        "weights of domains if this level decides",
        source="modelling choice: debts matter less, obedience more",
        plausible=(0.5, 2),
    )


class Government(Parameters):
    """The leaders of every level; levels that a world does not have are not used."""

    all: Leaders | None = param(
        None, "values for every level that does not set its own"
    )
    village: Leaders = param(Leaders(), "leaders of villages")
    township: Leaders = param(Leaders(), "leaders of townships")
    county: Leaders = param(Leaders(), "leaders of counties")
    city: Leaders = param(Leaders(), "leaders of cities")
    province: Leaders = param(Leaders(), "leaders of provinces")
    centre: Leaders = param(Leaders(), "leaders of the centre")
    clients_know: bool = param(
        False,
        "whether a tempted client expects its patron to suppress the record",
        source="modelling choice: both are plausible",
    )
    placebo: bool = param(
        False,
        "whether leaders' acts fall on citizens drawn anew each tick, at the shares of "
        "clients and dissenters, instead of on these: measures the effect of noise alone",
        source="not a behaviour: a yardstick for C1, off by default",
    )

    @model_validator(mode="before")
    @classmethod
    def _expand_all(cls, data: Any) -> Any:
        """Use the values of ``all`` for every level that does not set its own."""
        is_valid = isinstance(data, dict) and _is_valid(data.get("all"))
        return expand_all(data) if is_valid else data

    def at(self, level: int) -> Leaders:
        """Return the leaders of level number `level`, counted from the bottom."""
        leaders: Leaders = getattr(self, LEVELS[level])
        return leaders


def expand_all(leaders: Tree) -> Tree:
    """Return leaders' values with those under ``all`` copied to every level."""
    own = {key: value for key, value in leaders.items() if key != "all"}
    for level in LEVELS:
        own[level] = merge(leaders["all"], own.get(level, {}))
    return own


def _is_valid(values: object) -> bool:
    """Return whether values make valid leaders; if not, faults are reported only once."""
    try:
        Leaders.model_validate(values)
    except ValidationError:
        return False
    return isinstance(values, dict)
