"""A policy in Python: a function that reads a run after every tick and may change its regime.

A decision is a change of regime from the next tick on, as in `Scenario.change`. The result
therefore equals, in every bit, that of a scenario with these changes: each decision is added
to the scenario, and the run is computed again from its beginning.
"""

from collections.abc import Callable

import numpy as np

from ..model.government import LEVELS
from ..model.messages import did_you_mean
from ..model.outcomes import named
from .simulation import Simulation


class Tick:
    """The state of a run after a tick, as a policy sees it.

    Attributes
    ----------
    tick : int
        Number of ticks done; a decision holds from the tick with this number on.
    """

    def __init__(self, simulation: Simulation, spans: list[int]):
        self._simulation, self._spans = simulation, spans
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
        span = self._spans[LEVELS.index(level)]
        values = self._simulation.arrays[name].astype(np.int64)
        return np.add.reduceat(values, np.arange(0, len(values), span))


def run_with(
    begin: Callable[[list[dict]], Simulation], each_tick: Callable, spans: list[int]
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
    spans : list of int
        Citizens of a unit of each level.
    """
    decided: list[dict] = []
    while True:
        simulation = begin(decided)
        start = decided[-1]["tick"] if decided else 0
        if start:
            simulation.run(start)
        regime = _first_decision(simulation, each_tick, spans)
        if regime is None:
            return decided, simulation
        decided = [*decided, {"tick": simulation.tick, "regime": regime}]


def _first_decision(simulation: Simulation, each_tick: Callable, spans: list[int]):
    """Run until a policy decides on a regime, or to the end; return the regime or None."""
    n_ticks = simulation.first_rules.n_ticks
    while simulation.tick < n_ticks:
        simulation.run(1)
        regime = each_tick(Tick(simulation, spans))
        if regime is not None and simulation.tick < n_ticks:
            return regime
    return None
