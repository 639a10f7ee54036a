"""The integers of a scenario on which the sizes of its outputs depend, without its tables.

A store is opened from these alone. `build.build_rules` has the same integers among its own.
"""

from typing import NamedTuple

from .. import outcomes
from ..regime import Regime
from ..world import Scenario, World
from .fixed_point import points


class ScenarioExtents(NamedTuple):
    """Attributes of `Rules`, under the same names."""

    n_ticks: int
    distribution_ticks: tuple[int, ...]
    n_mean_units: int
    prize_kinds: tuple[str, ...]
    bin_factor: int
    floor: int
    registry: int


def extents(scenario: Scenario, registry: int = 0) -> ScenarioExtents:
    """Return the extents of a scenario.

    Parameters
    ----------
    scenario : Scenario
    registry : int
        Registry of outputs, as `registries` numbers them.
    """
    world, regime = scenario.world, with_one_range(scenario).regime
    level = mean_level(world)
    return ScenarioExtents(
        n_ticks=world.n_ticks,
        distribution_ticks=distribution_ticks(world),
        n_mean_units=world.units.count(level) if level >= 0 else 0,
        prize_kinds=tuple(world.prize),
        bin_factor=bin_factor(regime),
        floor=points(regime.floor),
        registry=registry,
    )


def with_one_range(scenario: Scenario) -> Scenario:
    """Give regimes without scores the score range of the others, so that all share bins."""
    regimes = [scenario.regime, *(change.regime for change in scenario.change)]
    scored = next((regime for regime in regimes if regime.is_scored), regimes[0])
    keys = ("base", "floor", "ceiling")
    update = {key: getattr(scored, key) for key in keys}
    ranged = [r if r.is_scored else r.model_copy(update=update) for r in regimes]
    changes = [
        change.model_copy(update={"regime": regime})
        for change, regime in zip(scenario.change, ranged[1:], strict=True)
    ]
    return scenario.model_copy(update={"regime": ranged[0], "change": changes})


def mean_level(world: World) -> int:
    """Return the level of units whose mean is recorded, -1: none."""
    return world.level_of(world.unit_means) if world.unit_means else -1


def distribution_ticks(world: World) -> tuple[int, ...]:
    """Return the ticks at whose end distributions are recorded."""
    every = world.distribution_every
    return tuple(outcomes.distribution_ticks(world.n_ticks, every))


def bin_factor(regime: Regime) -> int:
    """Return the factor (32 bit) that takes points above the floor to their score bin."""
    span = points(regime.ceiling) - points(regime.floor)
    return (outcomes.SCORE_BINS << 32) // (span + 1)
