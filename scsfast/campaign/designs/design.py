"""Designs: one scenario of a file becomes many, each with its name and its place.

A sweep is a grid of values, a sample a set of random points, a factorial every coalition
of leaders. Each has a file of its own. Here they are read, each scenario is assigned to at
most one design, and the points of a design replace its scenarios. The result is a list of
entries as a user could have written them by hand.
"""

from collections.abc import Callable
from typing import NamedTuple

from ...errors import ConfigError, Faults
from ...model.messages import did_you_mean
from ...model.parameters import Tree
from ..origins import Design, Origin
from ..scenarios import Common, Entry, checked, scenario_name
from . import explicit, factorial, sample, sweep
from .points import Base, Plan

MOST_SCENARIOS = 10_000
# How the table of a design becomes its plan, by the name of the table.
PLANS: dict[str, Callable[[Tree, int], Plan]] = {
    "sweep": sweep.plan_of,
    "sample": sample.plan_of,
    "factorial": factorial.plan_of,
    "points": explicit.plan_of,
}


class Made(NamedTuple):
    """An entry made of scenario number `k` of the file, and its origin."""

    k: int
    entry: Tree
    origin: Origin


def expand(
    tree: Tree, raw: Tree, seed: int, common: Common, faults: Faults
) -> tuple[list[Made], list[Design]]:
    """Return the entries of a campaign file with its designs expanded, and the designs.

    Parameters
    ----------
    tree : dict
        The file's values without sources.
    raw : dict
        The same with sources.
    seed : int
        Seed of the campaign.
    common : Common
    faults : Faults
        Gathers what is wrong with the designs.

    Returns
    -------
    made : list of Made
    designs : list of Design
    """
    entries = _tables(tree.get("scenario"))
    names = [scenario_name(entry, common) for entry in entries]
    plans = _plans(tree, seed, faults)
    claims = _claims(plans, names, faults)
    made: list[Made] = []
    designs: list[Design] = []
    n_most = 0
    for k, (entry, name) in enumerate(zip(entries, names, strict=True)):
        plan = None if name is None else claims.get(name)
        if name is None or plan is None or not _is_whole(entry):
            made.append(Made(k, entry, Origin(base=name or "")))
            continue
        base = Base(k, entry, _raw_entry(raw, k), raw, name, common)
        with faults.at():
            n_most += plan.count(base)
            if n_most <= MOST_SCENARIOS:
                _extend(made, designs, plan, base)
    total = n_most + len(names) - len(claims.keys() & set(names))
    if total > MOST_SCENARIOS:
        faults.sentences.append(
            f"`scenario`: designs must make at most {MOST_SCENARIOS} scenarios, these "
            f"make {total}"
        )
        return [], []
    return made, _joined(designs)


def _is_whole(entry: Tree) -> bool:
    """Return whether an entry has only known keys of the right kinds."""
    try:
        checked(Entry, entry, "")
    except ConfigError:
        return False  # reported by `scenario_of`
    return True


def _extend(made: list[Made], designs: list[Design], plan: Plan, base: Base) -> None:
    """Add the points that a plan makes of a scenario, and their design."""
    about, points = plan.points(base)
    designs.append(Design(**about, of=[base.name]))
    for number, point in enumerate(points):
        entry = {**point.entry, "name": f"{base.name}, {point.label}"}
        origin = Origin(
            base=base.name,
            design=plan.table,
            point=number,
            values=point.values,
            players=point.players,
        )
        made.append(Made(base.k, entry, origin))


def _joined(designs: list[Design]) -> list[Design]:
    """Return designs, with those that differ only in their scenarios joined."""
    joined: dict[str, Design] = {}
    for design in designs:
        key = design.model_copy(update={"of": []}).model_dump_json()
        of = [*joined[key].of, *design.of] if key in joined else design.of
        joined[key] = design.model_copy(update={"of": of})
    return list(joined.values())


def _plans(tree: Tree, seed: int, faults: Faults) -> list[Plan]:
    """Return the plans of a file's designs."""
    plans: list[Plan] = []
    for table, plan_of in PLANS.items():
        if table not in tree:
            continue
        if not isinstance(tree[table], dict):
            faults.sentences.append(f"`{table}` must be a table, got {tree[table]!r}")
            continue
        with faults.at():
            plans.append(plan_of(tree[table], seed))
    return plans


def _claims(
    plans: list[Plan], names: list[str | None], faults: Faults
) -> dict[str, Plan]:
    """Return which plan varies each scenario, by name."""
    claims: dict[str, Plan] = {}
    for plan in plans:
        known = [name for name in names if name is not None]
        unknown = [name for name in plan.of or () if name not in known]
        if unknown and None not in names:  # a missing name is a fault already
            faults.sentences.append(
                f"`{plan.table}.of` must name scenarios of the file, there are: "
                f"{', '.join(known)}, got {', '.join(map(repr, unknown))}"
                + did_you_mean(unknown[0], known)
            )
        for name in dict.fromkeys(plan.of or known):
            if name in claims:
                faults.sentences.append(
                    f"`{plan.table}.of`: scenario {name!r} is varied by "
                    f"[{claims[name].table}] already; each may have one design"
                )
            elif name in known:
                claims[name] = plan
    return claims


def _raw_entry(raw: Tree, k: int) -> Tree:
    return _tables(raw.get("scenario"))[k]


def _tables(entries: object) -> list[Tree]:
    """Return the scenarios' tables; an empty list if any of them is no table."""
    tables = entries if isinstance(entries, list) else []
    return tables if all(isinstance(table, dict) for table in tables) else []
