"""A policy in Python: a function that reads a run after every tick and may change its regime.

A decision is a change of regime from the next tick on, as in `Scenario.change`. The result
therefore equals, in every bit, that of a scenario with these changes: each decision is added
to the scenario, and the run is computed again from its beginning.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ..errors import ConfigError
from ..model import pilot_library
from ..model.government import LEVELS
from ..model.integers.build import build_rules
from ..model.integers.rules import Rules
from ..model.messages import did_you_mean, validated
from ..model.outcomes import named
from ..model.regime import Regime
from ..model.world import Scenario
from .simulation import Simulation


class Tick:
    """The state of a run after a tick, as a policy sees it.

    Attributes
    ----------
    tick : int
        Number of ticks done; a decision holds from the tick with this number on.
    """

    def __init__(self, simulation: Simulation):
        self._simulation = simulation
        self.tick = simulation.tick

    def __getitem__(self, name: str) -> np.ndarray:
        """Return an output so far, shape (ticks done, ...), as in `Run`."""
        outputs = named(self._simulation.outputs())
        if name not in outputs:
            near = did_you_mean(name, list(outputs))
            raise KeyError(f"no output {name!r}{near}")
        return outputs[name][: self.tick]

    def citizens(self, name: str) -> np.ndarray:
        """Return a copy of one state variable of all citizens ("score": 1/256 point)."""
        return self._simulation.arrays[name].copy()

    def by_unit(self, name: str, level: str = "village") -> np.ndarray:
        """Return the state of citizens summed over each unit of a level, int64."""
        units = self._simulation.rules.units
        known = LEVELS[: units.n_levels]
        if level not in known:
            near = did_you_mean(level, known)
            raise ConfigError(
                f"`level` must be a level of this world: {', '.join(known)}; got "
                f"{level!r}{near}"
            )
        values = self._simulation.arrays[name].astype(np.int64)
        return np.add.reduceat(values, units.bounds(LEVELS.index(level))[:-1])


def run_with(
    begin: Callable[[list[dict]], Simulation],
    each_tick: Callable,
    progress: Callable[[int], None] = lambda n_ticks: None,
) -> tuple[list[dict], Simulation]:
    """Run to the end under a policy; return its decisions and the simulation.

    Parameters
    ----------
    begin : callable
        Returns a simulation at tick 0 from changes, each ``{"tick": ..., "regime": ...}``.
    each_tick : callable
        Called with a `Tick` after every tick but those before its last decision; returns
        None, or the regime that holds from the next tick on. Its decision after the last
        tick is ignored.
    progress : callable
        Called after every tick with the number of ticks done for the first time; an
        exception that it raises ends the run.
    """
    decided: list[dict] = []
    while True:
        simulation = begin(decided)
        for _ in range(decided[-1]["tick"] if decided else 0):
            simulation.run(1)
            progress(0)
        regime = _first_decision(simulation, each_tick, progress)
        if regime is None:
            return decided, simulation
        decided = [*decided, {"tick": simulation.tick, "regime": regime}]


def _first_decision(simulation: Simulation, each_tick: Callable, progress: Callable):
    """Run until a policy decides on a regime, or to the end; return the regime or None."""
    n_ticks = simulation.first_rules.n_ticks
    while simulation.tick < n_ticks:
        simulation.run(1)
        progress(1)
        regime = each_tick(Tick(simulation))
        if regime is not None and simulation.tick < n_ticks:
            return regime
    return None


class Policed(NamedTuple):
    """A scenario and the function that may change its regime between ticks."""

    scenario: Scenario
    each_tick: Callable[[Tick], Any]


def run_policed(
    policed: Policed,
    rules: Rules,
    begin: Callable[[Rules], Simulation],
    progress: Callable[[int], None] = lambda n_ticks: None,
) -> tuple[Scenario, Simulation]:
    """Run a replicate of a campaign under a policy to its end.

    Parameters
    ----------
    policed : Policed
    rules : Rules
        Of the scenario without decisions.
    begin : callable
        Returns a simulation of rules at tick 0.
    progress : callable
        As for `run_with`.

    Returns
    -------
    tuple of Scenario and Simulation
        The scenario with the decisions among its changes, and the simulation at its end.

    Raises
    ------
    ConfigError
        If a decision is no regime of the campaign's world.
    """
    scenario = policed.scenario

    def begin_with(decided: list[dict]) -> Simulation:
        if not decided:
            return begin(rules)
        changed = replace(
            build_rules(_with_decisions(scenario, decided)), registry=rules.registry
        )
        return begin(changed)

    decided, simulation = run_with(begin_with, policed.each_tick, progress)
    return _with_decisions(scenario, decided), simulation


def _with_decisions(scenario: Scenario, decided: list[dict]) -> Scenario:
    """Return a scenario with a policy's decisions among its changes."""
    where = f"policy of '{scenario.name}'"
    before = [{"tick": c.tick, "regime": c.regime} for c in scenario.change]
    own = [{**each, "regime": _regime(each["regime"], where)} for each in decided]
    tree = {key: getattr(scenario, key) for key in type(scenario).model_fields}
    tree["change"] = sorted([*before, *own], key=lambda each: each["tick"])
    return validated(Scenario, tree, where)


def _regime(decision: object, where: str) -> Regime:
    """Return the regime of a decision: a pilot's name, or a table of values."""
    if isinstance(decision, Regime):
        return decision
    if isinstance(decision, dict):
        return pilot_library.load_tree(decision, where)
    if isinstance(decision, str) and not decision.endswith(".toml"):
        return pilot_library.load(decision)
    raise ConfigError(
        "must return None, the name of a packaged pilot or a table of values (no file, "
        f"which the campaign's identity would not cover), got {decision!r}",
        where,
    )
