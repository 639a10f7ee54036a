"""Check a saved state before the kernel reads it: shapes, types and ranges.

A checkpoint may have been damaged or changed. The kernel uses grades, ties, terciles and the
like as indices of its tables without checking them, so each array is checked here first.
`test_checkpoint_hostile.py` checks that every array that is saved has a range.
"""

import numpy as np

from ..model.integers.rules import Rules
from ..model.outcomes import QUALITY_CLASSES, TABLES, TERCILES, shape
from ..model.regime import MAX_GRADES
from . import state

STRATEGIES = 3
EVERY = None  # any value of the type is safe
UNCHECKED = (
    *("quality", "guile", "means", "wealth", "payoff", "prizes", "listed"),
    *("fair_listed", "published_even", "published_odd", "history", "fair_history"),
    *("circle", "fair_circle", "shown_even", "shown_odd", "cohorts", "fair_cohorts"),
    *("unit_violated", "hush", "favours_done", "bribes"),
    *("unit_sum", "fair_unit_sum", "unit_points", "belief"),
    *("remedy_points", "remedy_marks"),  # whose three bits of grade are within any cuts
    *state.MISFILED,  # likewise
    *("fits", "connected", "feature_sums", "output"),
)  # used as numbers, never as indices; most can only wrap around
TABLES_OF_RULES = ("wealth_target", "capacity", "need", "tie")


def expected(rules: Rules) -> dict[str, tuple[tuple[int, ...], np.dtype]]:
    """Return shape and type of every array that `Simulation.saved` returns, by name."""
    found = {"tick": ((), np.dtype(np.int64))}
    for name, values in state.allocate(rules).items():
        if state.SCRATCH.fullmatch(name):
            continue
        for k, array in enumerate(values if isinstance(values, list) else [values]):
            key = f"{name}.{k}" if isinstance(values, list) else name
            found[key] = array.shape, array.dtype
    for name in state.BY_THREAD:
        found[name] = found[name][0][1:], np.dtype(np.int64)
    for table in TABLES:
        found[f"output.{table.name}"] = shape(table, rules), np.dtype(np.int64)
    return found


def fault(rules: Rules, kept) -> str:
    """Return why a run cannot resume from a saved state, or "".

    Parameters
    ----------
    rules : Rules
        Rules of the scenario, from its first regime on.
    kept : mapping of str to ndarray
    """
    wanted = expected(rules)
    if kept.keys() != wanted.keys():
        return f"other arrays: {', '.join(sorted(kept.keys() ^ wanted.keys())[:5])}"
    for name, (dims, dtype) in wanted.items():
        array = np.asarray(kept[name])
        if array.shape != dims or array.dtype != dtype:
            return f"{name} is {array.dtype} {array.shape}, not {dtype} {dims}"
    tick = int(kept["tick"])
    if not 0 <= tick <= rules.n_ticks:
        return f"tick is {tick}, not within 0..{rules.n_ticks}"
    now = in_force(rules, tick)
    odd = (name for name in wanted if not _fits(now, name, kept[name]))
    return next((f"{name} has values that no run has" for name in odd), "")


def in_force(rules: Rules, tick: int) -> Rules:
    """Return the rules of the regime whose state is saved after a number of ticks."""
    return [rules, *(later for first, later in rules.later if first < tick)][-1]


def limits(rules: Rules, name: str) -> tuple[int, int] | None:
    """Return the least and largest value that an array may have; None: any.

    Raises
    ------
    KeyError
        If no range is defined for the array.
    """
    base = name.partition(".")[0]
    if base in UNCHECKED:
        return EVERY
    score = int(rules.floor), int(rules.ceiling)
    counts = 0, _most_counted(rules)
    return {
        "tick": EVERY,
        "ties": (0, 2 ** len(rules.n_units) - 1),
        "traits": (0, 2**8 - 1),
        "strategy": (0, STRATEGIES - 1),
        "first_grade": (0, MAX_GRADES - 1),
        "score": score,
        "fair_score": score,
        "serial": (0, 2**32 - 1),
        "ends": (-1, 2**62),
        "manipulates": (0, 1),
        "bodies": (0, 1),
        "tercile": (0, len(TERCILES) - 1),
        "quality_class": (0, QUALITY_CLASSES - 1),
        "bin_count": counts,
        "bin_wins": counts,
        "outside": counts,
    }[base]


def _fits(rules: Rules, name: str, array) -> bool:
    """Return whether the values of an array are safe for the kernel."""
    base, _, number = name.partition(".")
    if base in TABLES_OF_RULES:
        return np.array_equal(array, _of_rules(rules, base, int(number or 0)))
    if base == "outside":  # its third column, the value of a prize, may be any number
        array = array[:, :2]
    low_high = limits(rules, name)
    if low_high is EVERY or not array.size:
        return True
    return low_high[0] <= int(array.min()) and int(array.max()) <= low_high[1]


def _most_counted(rules: Rules) -> int:
    """Return the most citizens or prizes, in sixteenths, that memory may hold.

    The kernel divides by such a count and the prior, so that neither may be negative. Each
    tick takes a part of `belief_memory` away and adds at most all citizens.
    """
    return (16 * rules.n_citizens + 1) * rules.belief_memory


def _of_rules(rules: Rules, name: str, k: int) -> np.ndarray:
    """Return a table that follows from the rules alone."""
    if name == "need":
        return rules.prizes[k].need_table
    if name == "tie":
        return rules.tie
    return rules.wealth_target if name == "wealth_target" else rules.capacity_table
