"""The world, which all regimes of a comparison share, and the scenario.

Two scenarios with the same world have the same citizens and temptations: the draws depend
on the world, the seed and the replicate, never on the regime.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from .acts import Act, default_catalogue
from .conduct import Conduct, Meeting
from .government import LEVELS, Government, Level
from .parameters import (
    Count,
    Money,
    Name,
    NonNegative,
    OrNone,
    Parameters,
    Positive,
    Probability,
    Share,
    param,
)
from .policy import Policy
from .population import Distribution, Population, Uniform
from .regime import Regime
from .sizes import Size, Sizes
from .units import Units, make_units

MAX_PRIZES = 4  # kinds, side by side


class Prize(Parameters):
    """One kind of scarce resource: its quantity, its worth, and the need for it."""

    capacity: Share = param(
        0.005,
        "prizes per tick, as a share of all citizens",
        source="modelling choice: 6 % of citizens a year",
        plausible=(0.001, 0.05),
    )
    served: OrNone[Share] = param(
        None,
        "prizes per tick, as a share of the citizens expected to apply; replaces "
        "`capacity`; none: `capacity` is used",
        source="modelling choice: none by default",
        plausible=(0.01, 0.8),
    )
    value: Money = param(
        2.0,
        "worth of a prize to its winner",
        unit="monthly income",
        source="modelling choice: a loan's terms or a school place",
        plausible=(0.2, 12),
    )
    wealth: Money = param(
        1.0,
        "amount that a prize adds to its winner's wealth",
        unit="monthly income",
        source="modelling choice",
        plausible=(0, 12),
    )
    need: Distribution = param(
        Uniform(), "need of a citizen in a tick", source="modelling choice"
    )
    need_from: Probability = param(
        0.9,
        "lowest need of an applicant",
        source="modelling choice",
        plausible=(0, 0.95),
    )
    pool: Literal[Level, "top"] = param(
        "county", "level whose units have prizes of their own; 'top': the whole world"
    )


class World(Parameters):
    """Citizens, units, acts, meetings and prizes, common to all regimes."""

    n_citizens: Annotated[Count, Field(ge=1)] = param(..., "number of citizens")
    n_ticks: Annotated[Count, Field(ge=1, le=1_000_000)] = param(
        120, "length of a run", unit="tick"
    )
    warmup: Count = param(
        24, "ticks left out of summaries, at most half of the run", unit="tick"
    )
    ticks_per_year: Annotated[Count, Field(ge=1, le=366)] = param(12, "ticks of a year")
    distribution_every: Annotated[Count, Field(ge=1)] = param(
        12, "ticks between recorded distributions", unit="tick"
    )
    spans: list[Size] = param(
        [500, 10_000, 100_000, 1_000_000],
        "citizens of a unit, per level from the village up",
        source="modelling choice: basic units have about 2,000 (C2), covered villages 300",
        min_length=1,
        max_length=len(LEVELS),
    )
    sizes: Sizes = param(Sizes(), "units of unequal size")
    unit_means: OrNone[Level] = param(
        "county", "level whose units' mean scores are recorded; none: no level"
    )
    bad_quality: Probability = param(
        0.3,
        "quality below which a citizen is truly bad",
        source="modelling choice",
        plausible=(0.1, 0.5),
    )
    years_of_wealth: Annotated[NonNegative, Field(le=100)] = param(
        1.0,
        "wealth that an income sustains, in years of it",
        unit="year of income",
        source="modelling choice",
        plausible=(0.2, 5),
    )
    wealth_memory: Annotated[Positive, Field(ge=1)] = param(
        36.0,
        "time in which wealth returns to the level that income sustains",
        unit="tick",
        source="modelling choice",
        plausible=(12, 120),
    )
    population: Population = param(Population(), "traits of the citizens")
    conduct: Conduct = param(Conduct(), "motives of citizens other than points")
    meetings: Meeting = param(Meeting(), "payoffs of meetings")
    prize: Annotated[dict[Name, Prize], Field(min_length=1, max_length=MAX_PRIZES)] = (
        param(
            lambda: {"loan": Prize()},
            "the scarce resources: one named table per kind",
        )
    )
    act_rates: Annotated[NonNegative, Field(le=366)] = param(
        1.0,
        "factor of the rates of all acts",
        source="modelling choice: it moves scores off their base",
        plausible=(0.2, 4),
    )
    acts: list[Act] = param(lambda: list(default_catalogue()), "the act catalogue")

    @model_validator(mode="after")
    def _nested(self) -> Self:
        for low, high in zip(self.spans, self.spans[1:], strict=False):
            if high % low or high == low:
                raise ValueError(
                    f"each span must be a true multiple of the one below, got {self.spans}"
                )
        _ = self.units  # raises if sizes do not add up
        names = [act.name for act in self.acts]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"act names must differ, got twice: {', '.join(twice)}")
        return self

    @model_serializer(mode="wrap")
    def _plain(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Return the world's values; without sizes, no key for them."""
        tree: dict[str, Any] = write(self)
        if not self.sizes.by_level:
            tree.pop("sizes", None)
        return tree

    @property
    def n_levels(self) -> int:
        """Number of levels of government that the world has."""
        return len(self.spans)

    @property
    def units(self) -> Units:
        """Which citizens live in which unit."""
        return make_units(self.n_citizens, self.spans, self.sizes.by_level)

    def level_of(self, name: str) -> int:
        """Return the number of a level; 'top', the whole world, is above all."""
        return self.n_levels if name == "top" else LEVELS.index(name)

    @property
    def first_measured_tick(self) -> int:
        """First tick of the summaries: `warmup`, or half the run if that is earlier."""
        return min(self.warmup, self.n_ticks // 2)


class Change(Parameters):
    """Another regime from a tick on; citizens keep their scores."""

    tick: Annotated[Count, Field(ge=1)] = param(
        ..., "first tick of the regime", unit="tick"
    )
    regime: Regime = param(..., "the regime from then on")


class Scenario(Parameters):
    """A world, a regime, and the behaviour of leaders, as simulated by a replicate."""

    name: Name = param(..., "name of the scenario")
    world: World = param(..., "the world")
    regime: Regime = param(..., "the regime")
    leaders: Government = param(Government(), "how leaders behave")
    change: list[Change] = param([], "regimes that follow, each from a tick on")
    policy: Policy | None = param(
        None, "function that may change the regime; a campaign names it file:function"
    )

    @model_validator(mode="after")
    def _fit(self) -> Self:
        faults = _missing_levels_of_world(self.world)
        faults += _regime_faults(self.world, self.regime, "regime")
        for k, change in enumerate(self.change):
            faults += _regime_faults(self.world, change.regime, f"change.{k}.regime")
        faults += _change_faults(self)
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def first_scorer(self) -> str:
        """Scorer of the first regime that has scores, else of the first regime."""
        regimes = [self.regime, *(change.regime for change in self.change)]
        scored = [regime.scorer for regime in regimes if regime.is_scored]
        return scored[0] if scored else regimes[0].scorer

    def phases(self) -> list[tuple[int, "Scenario"]]:
        """Return (first tick, scenario without changes) of every regime in turn."""
        phases = [(0, self.model_copy(update={"change": []}))]
        for change in self.change:
            update = {"regime": change.regime, "change": []}
            phases.append((change.tick, self.model_copy(update=update)))
        return phases


def _regime_faults(world: World, regime: Regime, path: str) -> list[str]:
    """Return a fault for each name in a regime that the world does not have."""
    known = {act.name for act in world.acts}
    faults = [
        f"{path}.acts: '{name}' is not in the world's act catalogue"
        for name in regime.acts
        if name not in known
    ]
    body = regime.appeal.level if regime.appeal else None
    named = {f"{path}.deciding": regime.deciding, f"{path}.appeal.level": body}
    faults += _level_faults(world, named)
    if isinstance(regime.allocation, dict) and set(regime.allocation) != set(
        world.prize
    ):
        faults.append(
            f"{path}.allocation: must have a rule for each kind of prize of the world "
            f"({', '.join(world.prize)}), got {', '.join(regime.allocation)}"
        )
    return faults


def _missing_levels_of_world(world: World) -> list[str]:
    """Return a fault for each level that the world refers to but does not have."""
    faults = _level_faults(
        world,
        {
            **{f"world.prize.{name}.pool": p.pool for name, p in world.prize.items()},
            "world.unit_means": world.unit_means,
            **{
                f"world.population.network.{k}": slot
                for k, slot in enumerate(world.population.network)
            },
        },
    )
    if len(world.population.ties) < world.n_levels:
        faults.append(
            f"world.population.ties: must have a share for each of {world.n_levels} levels, "
            f"got {len(world.population.ties)}"
        )
    return faults


def _level_faults(world: World, named: Mapping[str, str | None]) -> list[str]:
    present = LEVELS[: world.n_levels]
    return [
        f"{key}: the world has no level '{level}', it has {', '.join(present)}"
        for key, level in named.items()
        if level not in (*present, "top", None)
    ]


def _change_faults(scenario: Scenario) -> list[str]:
    """Return the faults of changes: wrong order, beyond the run, or another score range."""
    ticks = [change.tick for change in scenario.change]
    faults = []
    if ticks != sorted(set(ticks)):
        faults.append(f"change: ticks must rise, got {', '.join(map(str, ticks))}")
    if ticks and ticks[-1] >= scenario.world.n_ticks:
        faults.append(
            f"change: ticks must be below the run's {scenario.world.n_ticks}, "
            f"got {ticks[-1]}"
        )
    regimes = [scenario.regime, *(change.regime for change in scenario.change)]
    ranges = {(r.floor, r.ceiling) for r in regimes if r.is_scored}
    if len(ranges) > 1:
        shown = ", ".join(f"[{low:g}, {high:g}]" for low, high in sorted(ranges))
        faults.append(
            "change: scored regimes of one scenario must have one floor and one ceiling, "
            f"got {shown}"
        )
    return faults
