"""Worlds at an edge: a chance n of which n + 1 changes what happens.

A draw equals the chance there, which happens once in 2^16 or 2^32 draws elsewhere. So a
comparison that includes its bound where it should not, or the other way round, shows.
"""

import hashlib
from dataclasses import is_dataclass, replace

import numpy as np

from scsfast.engine.simulation import Simulation
from scsfast.model.integers.fixed_point import ONE16, ONE32
from scsfast.model.integers.rules import Rules
from support.dense_worlds import DENSE_CASES
from support.recorded_worlds import REPLICATE, SEED, SmallWorld
from support.small_scenarios import rules

N_TICKS = 5
BY_16_BITS = (
    *("appeal_chance", "appeal_grants", "told", "meeting_seen", "meeting_right"),
    *("lost", "reversed", "misfiled", "favouritism.1", "retaliate.0", "publicity"),
    *("slip", "learning", "help_rate", "orders.3", "list_exit"),
    *("offences.0.seen.0", "offences.1.seen.0", "deeds.0.seen.0", "deeds.1.seen.1"),
)
BY_32_BITS = (
    *("publicity_heard", "opt_rate", "mutation", "dissenter", "aware", "enrolled"),
    *("audit.0", "career_learning.0", "manipulator_share.0"),
    *("credit_rate.0", "frame_rate.0", "sale_rate.0", "offences.0.until", "tie.1"),
    "strategy_until.0",
)
BY_SIZE = (
    *("moral", "intrinsic", "sale_price.0", "target_effort.0", "deeds.1.price"),
    *("opt_inverse", "inverse_fake", "fake_cost", "career_selection.0"),
)
OF_PLACEBO = ("tie_share.0", "dissenter")  # 32 bits, where leaders act on anybody
ABOVE = ("credit_rate.0", "slip")  # where one more shows what one less does not
EDGES = {
    **dict.fromkeys(BY_16_BITS, ONE16 // 2),
    **dict.fromkeys(BY_32_BITS, ONE32 // 4),
    "tie_share.0": ONE32 // 2,
}


def member(rule, path: str) -> int:
    """Return a member of a rule by its path, such as ``prizes.0.capacity``."""
    for name in path.split("."):
        rule = rule[int(name)] if isinstance(rule, tuple) else getattr(rule, name)
    return rule


def with_member(rule, path: str, value: int):
    """Return a rule with another value of a member."""
    name, _, rest = path.partition(".")
    if isinstance(rule, np.ndarray):
        changed = rule.copy()
        changed[int(name)] = value
        return changed
    if isinstance(rule, tuple):
        k = int(name)
        new = with_member(rule[k], rest, value) if rest else value
        return (*rule[:k], new, *rule[k + 1 :])
    assert is_dataclass(rule)
    new = with_member(getattr(rule, name), rest, value) if rest else value
    return replace(rule, **{name: new})


def what_happens(asked: Rules) -> bytes:
    """Return a digest of a world's outputs and of its citizens at the end."""
    simulation, found = Simulation(asked, SEED, REPLICATE), hashlib.sha256()
    simulation.run(N_TICKS)
    columns = [
        simulation.arrays[name] for name in ("score", "fair_score", "traits", "ties")
    ]
    for each in (*columns, *simulation.outputs().values()):
        found.update(np.ascontiguousarray(each).tobytes())
    return found.digest()


def edge(asked: Rules, path: str, high: int) -> int:
    """Return n below `high`, half of it if possible, of which n + 1 changes what happens."""
    low = high // 2
    before = what_happens(with_member(asked, path, low))
    if what_happens(with_member(asked, path, high)) == before:
        low, high = 0, low
        before = what_happens(with_member(asked, path, low))
        assert what_happens(with_member(asked, path, high)) != before, path
    while high - low > 1:
        middle = (low + high) // 2
        if what_happens(with_member(asked, path, middle)) == before:
            low = middle
        else:
            high = middle
    return low


def edge_world(path: str, case: str = "dense: ledger", above: int = 0) -> SmallWorld:
    """Return a dense world at an edge of a member of its rules, or one above it."""
    asked = rules(**DENSE_CASES[case])
    high = EDGES[path] if path in EDGES else 2 * member(asked, path)
    return SmallWorld(
        with_member(asked, path, edge(asked, path, high) + above), N_TICKS
    )


def edges() -> dict[str, tuple[str, str, int]]:
    """Return by name the member, the case, and how far above the edge the world is."""
    own = {p: (p, "dense: ledger", 0) for p in (*EDGES, *BY_SIZE) if p != "tie_share.0"}
    placebo = {f"{p}, placebo": (p, "dense: placebo", 0) for p in OF_PLACEBO}
    return own | placebo | {f"{p}, above": (p, "dense: ledger", 1) for p in ABOVE}


def edge_worlds() -> dict[str, SmallWorld]:
    """Return the worlds at edges that have a test."""
    return {f"an edge: {name}": edge_world(*found) for name, found in edges().items()}
