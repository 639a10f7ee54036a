"""A regime: the points of acts, the deciding level, and the rewards of a score.

Regimes are data: one TOML file per pilot in ``pilots/``, each value with its source or the
words "modelling choice" and a plausible range. This module defines their parameters.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, Self, TypeAlias, get_args

from pydantic import Field, field_validator, model_validator

from .appeals import Appeal
from .citizens import Awareness, Observers, OptIn
from .government import LEVELS, Level
from .parameters import (
    Count,
    Factor,
    Finite,
    Name,
    NonNegative,
    OrNone,
    Parameters,
    Points,
    Positive,
    Probability,
    Share,
    param,
)
from .scorers import BlackBox, Index, Listing

Faults: TypeAlias = Iterator[tuple[bool, str]]  # (whether it applies, its sentence)
MAX_GRADES = 8
Norm = Literal["image", "standing", "stern", "shunning"]
Allocation = Literal[
    Literal["score", "lottery", "market", "oracle", "grade", "exclusion"],
    Literal["queue", "threshold", "proportional"],
]
ALLOCATIONS: tuple[str, ...] = get_args(Allocation)
Scorer = Literal["ledger", "index", "model", "list", "none"]
SCORERS: tuple[str, ...] = get_args(Scorer)
MAX_COHORTS = 5  # calendar years that a record may count


class Scoring(Parameters):
    """Points and consequences of one kind of act."""

    points: Points | tuple[Points, Points] = param(
        0.0, "points, or a discretionary range [harsher end, milder end]", unit="point"
    )
    channel: Literal["automatic", "human"] = param(
        "human", "who reports: courts, banks and cameras, or people"
    )
    seen: Factor = param(1.0, "multiplies the act's chance to be observed")
    lists: bool = param(False, "severe: an honest record puts its subject on the list")
    drops_to: str | None = param(
        None, "grade to which a record drops its subject at once, if it is above"
    )

    @property
    def range(self) -> tuple[float, float]:
        """Return (harsh end, mild end) in points; equal if there is no discretion."""
        if isinstance(self.points, tuple):
            return min(self.points), max(self.points)
        return self.points, self.points


class Grade(Parameters):
    """A grade: the citizens whose score is at least `from` and below the next one."""

    name: Name = param(..., "name of the grade")
    start: Points | None = param(
        None,
        "lowest score of the grade; the lowest grade has none",
        unit="point",
        alias="from",
    )


class Discretion(Parameters):
    """Discretion per level: the share of leaders' acts that the regime allows."""

    village: Probability = param(0.0, "discretion of village leaders")
    township: Probability = param(0.0, "discretion of township leaders")
    county: Probability = param(0.0, "discretion of county leaders")
    city: Probability = param(0.0, "discretion of city leaders")
    province: Probability = param(0.0, "discretion of provincial leaders")
    centre: Probability = param(0.0, "discretion of the centre")

    @model_validator(mode="before")
    @classmethod
    def _one_number(cls, data: Any) -> Any:
        """Use a single number for every level."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            return data
        if not 0 <= data <= 1:
            raise ValueError(
                f"must be a number in [0, 1] or a table of levels, got {data}"
            )
        return dict.fromkeys(LEVELS, data)


class Scrutiny(Parameters):
    """How closely each group is watched: multiplies the chance that an offence is seen."""

    urban: Factor = param(1.0, "scrutiny of urban residents")
    rural: Factor = param(1.0, "scrutiny of rural residents")
    migrant: Factor = param(1.0, "scrutiny of migrants")
    official: Factor = param(1.0, "scrutiny of officials")


class Access(Parameters):
    """Access of each group to rewards: multiplies the chance that a deed is seen."""

    urban: Factor = param(1.0, "access of urban residents")
    rural: Factor = param(1.0, "access of rural residents")
    migrant: Factor = param(1.0, "access of migrants")
    official: Factor = param(1.0, "access of officials")


class GroupNorms(Parameters):
    """Norms by which citizens of one group are judged, in place of `norm`."""

    urban: OrNone[Norm] = param(None, "norm for urban residents; none: `norm`")
    rural: OrNone[Norm] = param(None, "norm for rural residents; none: `norm`")
    migrant: OrNone[Norm] = param(None, "norm for migrants; none: `norm`")
    official: OrNone[Norm] = param(None, "norm for officials; none: `norm`")


class MeetingRule(Parameters):
    """How conduct in meetings is judged and scored."""

    norm: Norm = param(
        "standing", "which (kept, partner) cases count as good: docs/model.md 7.3"
    )
    group_norms: GroupNorms = param(
        GroupNorms(), "norms for single groups, in place of `norm`"
    )
    seen: Probability = param(
        0.0, "chance that a citizen's conduct in a meeting is observed"
    )
    plus: Annotated[Points, Field(ge=0)] = param(
        0.0, "points for a good record", unit="point"
    )
    minus: Annotated[Points, Field(ge=0)] = param(
        0.0, "points taken for a bad record", unit="point"
    )


class Belief(Parameters):
    """The value that citizens attribute to points."""

    kind: Literal["experience", "slope", "table", "none"] = param(
        "experience", "learnt from prizes by score, or given, or none"
    )
    slope: Annotated[Finite, Field(ge=-1, le=1)] = param(
        0.0,
        "value of a point and tick, the same at every score (kind slope)",
        unit="income/point/tick",
    )
    values: list[Annotated[Finite, Field(ge=-16384, le=16384)]] = param(
        [], "value a tick at each of 128 score bins (kind table)", unit="income/tick"
    )
    prior: Annotated[NonNegative, Field(le=1e6)] = param(
        100.0,
        "citizen-ticks of mean experience mixed into each bin",
        source="modelling choice",
        plausible=(10, 1000),
    )
    memory: Annotated[Positive, Field(ge=1, le=120)] = param(
        24.0,
        "mean age of experience",
        unit="tick",
        source="modelling choice",
        plausible=(6, 60),
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind == "table" and len(self.values) != 128:
            raise ValueError(f"values must have 128 entries, got {len(self.values)}")
        return self


class Regime(Parameters):
    """One social credit system, or a baseline without one."""

    name: Name = param(..., "short name")
    title: str = param("", "what it is called")
    about: str = param("", "how it works, in a few sentences")
    scorer: Scorer = param("ledger", "how scores are computed")
    index: Index = param(Index(), "parts of the score (scorers index and model)")
    model: BlackBox = param(BlackBox(), "the black box (scorer model)")
    listing: OrNone[Listing] = param(
        None, "the list (scorer list, or beside another scorer); none: no list"
    )
    base: Points = param(
        1000.0, "score at the start, to which scores drift back", unit="point"
    )
    floor: Points = param(0.0, "lowest score", unit="point")
    ceiling: Points = param(2000.0, "highest score", unit="point")
    memory_years: OrNone[Positive] = param(
        None,
        "mean life of points: scores drift to base at this rate; none: never",
        unit="year",
    )
    valid_years: OrNone[Annotated[Count, Field(ge=1, le=MAX_COHORTS)]] = param(
        None,
        "calendar years that a record counts, including its own; none: see memory_years",
        unit="year",
    )
    grades: list[Grade] = param([], "grades from the lowest up", max_length=MAX_GRADES)
    good_from: Points = param(1000.0, "lowest score of good standing", unit="point")
    deciding: Level = param("county", "level at which records are decided")
    appeal: OrNone[Appeal] = param(
        None, "appeals against leaders' changes to records; none: no appeals"
    )
    discretion: Discretion = param(Discretion(), "discretion of leaders, per level")
    transparency: Probability = param(
        1.0, "share of the value of points that citizens can foresee"
    )
    publicity: Probability = param(0.0, "chance that a partner's standing is known")
    meeting: MeetingRule = param(MeetingRule(), "how meetings are judged")
    loss: Probability = param(
        0.0, "chance that a human record is lost, per level passed"
    )
    noise: Annotated[Probability, Field(le=0.5)] = param(
        0.0, "chance that a human record is reversed, per level passed"
    )
    misfiled: Probability = param(
        0.0,
        "chance that a human record of an act is entered for a namesake in the village",
        source="modelling choice",
        plausible=(0, 0.05),
    )
    scrutiny: Scrutiny = param(Scrutiny(), "how closely each group is watched")
    access: Access = param(Access(), "access of each group to rewards")
    suspicion: Factor = param(
        1.0, "multiplies the chance that an offence of citizens in bad standing is seen"
    )
    observers: Observers = param(
        Observers(), "how many people must report an act or a meeting"
    )
    awareness: Awareness = param(Awareness(), "how citizens learn of the regime")
    enrolled: OrNone[Share] = param(
        None, "share of citizens who have a score; none: that of the world"
    )
    opt_in: OrNone[OptIn] = param(
        None, "citizens join and leave by their expected gain; none: they cannot"
    )
    allocation: Allocation | dict[str, Allocation] = param(
        "score", "who gets the prizes, one rule or one for each kind of prize"
    )
    serves_from: OrNone[Points | dict[str, Points]] = param(
        None,
        "allocation 'threshold': lowest score served, one or one per kind of such prizes",
        unit="point",
    )
    unenrolled: Literal["last", "base"] = param(
        "last", "rank of citizens without a score: after all others, or as if at base"
    )
    belief: Belief = param(Belief(), "the value that citizens attribute to points")
    acts: dict[str, Scoring] = param(
        dict, "points and consequences of each act; acts not named have none"
    )

    @field_validator("grades")
    @classmethod
    def _ascending(cls, grades: list[Grade]) -> list[Grade]:
        starts = [grade.start for grade in grades[1:] if grade.start is not None]
        if grades and grades[0].start is not None:
            raise ValueError("the lowest grade must have no 'from'")
        if len(starts) < len(grades) - 1 or starts != sorted(set(starts)):
            raise ValueError("grades above the lowest must each have a higher 'from'")
        return grades

    @model_validator(mode="after")
    def _range(self) -> Self:
        if not self.floor <= self.base <= self.ceiling:
            raise ValueError(
                f"base must be within [floor, ceiling] = [{self.floor:g}, {self.ceiling:g}], "
                f"got {self.base:g}"
            )
        if self.ceiling < self.floor + 1:
            raise ValueError(
                f"ceiling must be at least 1 point above floor {self.floor:g}, "
                f"got {self.ceiling:g}"
            )
        return self

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Refuse contradicting parts, all of them at once."""
        faults = [text for is_wrong, text in self._contradictions() if is_wrong]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _contradictions(self) -> Faults:
        names = [grade.name for grade in self.grades]
        twice = sorted({name for name in names if names.count(name) > 1})
        rules = {self.rule_for(prize) for prize in self._prizes_named()}
        yield bool(twice), f"names of grades must differ, got twice: {', '.join(twice)}"
        both = self.memory_years is not None and self.valid_years is not None
        yield both, "memory_years and valid_years exclude each other"
        yield (
            self.valid_years is not None and self.scorer != "ledger",
            f"valid_years is for scorer 'ledger', got '{self.scorer}'",
        )
        yield (
            self.memory_years is not None and self.scorer in ("index", "model"),
            f"memory_years must be \"none\" for scorer '{self.scorer}', whose scores do "
            f"not drift, got {self.memory_years}",
        )
        yield from self._out_of_reach()
        yield (
            self.scorer == "list" and self.listing is None,
            "scorer 'list' needs a table `listing`",
        )
        yield (
            "grade" in rules and (len(names) < 2 or not self.is_scored),
            "allocation 'grade' needs a scorer and at least two grades",
        )
        yield from self._without_cut()
        yield (
            "proportional" in rules and not self.is_scored,
            "allocation 'proportional' needs a scorer",
        )
        yield (
            "exclusion" in rules and self.listing is None,
            "allocation 'exclusion' needs a table `listing`",
        )
        yield (
            self.opt_in is not None and not self.is_scored,
            f"opt_in needs a regime with scores, got scorer '{self.scorer}'",
        )
        for act, scoring in self.acts.items():
            yield (
                scoring.lists and self.listing is None,
                f"acts.{act}.lists needs a table `listing`",
            )
            yield (
                scoring.drops_to is not None and scoring.drops_to not in names,
                f"acts.{act}.drops_to must be a grade, there are: "
                f"{', '.join(names) or 'none'}, got '{scoring.drops_to}'",
            )

    def _out_of_reach(self) -> Faults:
        """Faults of scores above the ceiling; all citizens reach a score below the floor."""
        cuts = {f"grades.{k}.from": g.start for k, g in enumerate(self.grades) if k}
        for key, score in {"good_from": self.good_from, **cuts}.items():
            yield (
                self.is_scored and score is not None and score > self.ceiling,
                f"{key} must be at most ceiling {self.ceiling:g}, got {score:g}",
            )

    def _without_cut(self) -> Faults:
        """Faults of threshold prizes without a cut, and of cuts without such a prize."""
        kinds = [p for p in self._prizes_named() if self.rule_for(p) == "threshold"]
        yield (
            bool(kinds) and not self.is_scored,
            "allocation 'threshold' needs a scorer",
        )
        missing = [kind for kind in kinds if self.cut_for(kind) is None]
        yield bool(missing), "allocation 'threshold' needs `serves_from`"
        named = self.serves_from if isinstance(self.serves_from, dict) else {}
        for kind in named.keys() - set(kinds):
            yield (
                True,
                f"serves_from.{kind}: must be a kind with allocation 'threshold'",
            )
        for kind in kinds:
            cut = self.cut_for(kind)
            yield (
                cut is not None and self.is_scored and cut > self.ceiling,
                f"serves_from must be at most ceiling {self.ceiling:g}, got {cut}",
            )

    def cut_for(self, prize: str) -> float | None:
        """Return the lowest score that a kind of prize by threshold serves."""
        cut = self.serves_from
        return cut.get(prize) if isinstance(cut, dict) else cut

    def _prizes_named(self) -> Iterable[str]:
        return self.allocation if isinstance(self.allocation, dict) else ("",)

    def rule_for(self, prize: str) -> str:
        """Return the allocation rule of one kind of prize."""
        rule = self.allocation
        return rule[prize] if isinstance(rule, dict) else rule

    @property
    def is_scored(self) -> bool:
        """Whether citizens have scores (a list alone is no score)."""
        return self.scorer in ("ledger", "index", "model")

    @property
    def has_records(self) -> bool:
        """Whether acts are recorded at all: for a score, a list, or both."""
        return self.scorer != "none" or self.listing is not None
