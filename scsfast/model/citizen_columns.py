"""Citizens as columns with units, decoded from the integers of the engine's state."""

from collections.abc import Mapping

import numpy as np

from . import traits
from .government import LEVELS
from .population import GROUPS, STRATEGIES
from .world import World

UNITS = {
    "quality": (256, "1"),
    "guile": (256, "1"),
    "income": (16, "mean income"),
    "score": (256, "point"),
    "fair_score": (256, "point"),
    "wealth": (256, "monthly income"),
    "payoff": (65536, "monthly income"),
}  # by column: steps of the state per unit, and the unit
STATE = {"income": "means"}  # columns whose names differ from the state's
COUNTS = ("prizes", "listed", "fair_listed")


def citizen_columns(
    state: Mapping[str, np.ndarray], world: World
) -> dict[str, np.ndarray]:
    """Return the state of citizens as columns with units.

    Parameters
    ----------
    state : mapping of str to ndarray, shape (n_citizens,)
        As in `Run.citizens`, or a snapshot without the prefix of its names.
    world : World
        The world of the citizens, for the unit of each citizen at each level.

    Returns
    -------
    dict of str to ndarray, shape (n_citizens,)
        ``citizen``; the number of the unit at each level (``village``, ...); ``group`` and
        ``strategy`` as text; ``dissenter``, ``enrolled``, ``aware`` and ``tied_<level>``
        as flags; ``quality`` and ``guile`` in [0, 1); ``income`` in mean incomes;
        ``score`` and ``fair_score`` in points, NaN for citizens who are not enrolled;
        ``wealth`` and ``payoff`` in monthly incomes; ``prizes``; ``listed`` in ticks.
    """
    n_citizens, units = len(next(iter(state.values()))), world.units
    columns: dict[str, np.ndarray] = {"citizen": np.arange(n_citizens)}
    columns |= {LEVELS[k]: units.of_all(k)[:n_citizens] for k in range(units.n_levels)}
    columns |= _codes(state, world.n_levels)
    for name, (steps, _) in UNITS.items():
        values = state.get(STATE.get(name, name))
        if values is not None and len(values):
            columns[name] = values / steps
    columns |= {name: state[name] for name in COUNTS if len(state.get(name, ()))}
    if "enrolled" in columns:
        for name in {"score", "fair_score"} & set(columns):
            columns[name] = np.where(columns["enrolled"], columns[name], np.nan)
    return columns


def _codes(state: Mapping[str, np.ndarray], n_levels: int) -> dict[str, np.ndarray]:
    """Return the columns decoded from codes and bit fields."""
    found = {}
    if "traits" in state:
        bits = state["traits"]
        found["group"] = np.array(GROUPS)[traits.group(bits)]
        found |= {name: traits.has(bits, name) for name in traits.FLAGS}
    if "strategy" in state:
        found["strategy"] = np.array(STRATEGIES)[state["strategy"]]
    if "ties" in state:
        for k, level in enumerate(LEVELS[:n_levels]):
            found[f"tied_{level}"] = (state["ties"] >> k & 1).astype(bool)
    return found
