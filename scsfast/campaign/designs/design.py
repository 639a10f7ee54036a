"""Designs: one scenario of a file becomes many, each with its name and its place.

A sweep is a grid of values, a sample a plan of random points, a factorial every
coalition of leaders; each has a file of its own. Here they are read, their claims to
scenarios are settled, and the scenarios that they make take the place of the claimed
ones. What comes out is entries as a user could have written them by hand.
"""

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from ...errors import ConfigError
from ...model.messages import did_you_mean
from ...model.parameters import Parameters, Seed, param
from ..scenarios import Common, Entry, checked, scenario_name
from . import explicit, factorial, sample, sweep

MOST_SCENARIOS = 10_000
KINDS = (
    "sweep", "latin-hypercube", "sobol", "saltelli", "morris", "factorial", "points"
)  # fmt: skip
PLANS = {
    "sweep": sweep,
    "sample": sample,
    "factorial": factorial,
    "points": explicit,
}


class Design(Parameters):
    """What a design varied, and how: enough to analyse its scenarios."""

    kind: Literal[KINDS] = param(..., "kind of design")
    of: list[str] = param(..., "names of the file's scenarios that it varies")
    parameters: dict[str, Any] | None = param(
        None, "by path: bounds of a sample, values of a sweep"
    )
    n: int | None = param(None, "points or trajectories asked for")
    seed: Seed | None = param(None, "seed of the points")
    second_order: bool | None = param(None, "whether pairs can be told (saltelli)")
    levels: Annotated[int, Field(ge=2)] | None = param(
        None, "levels of the grid (morris)"
    )
    players: list[str] | None = param(None, "who is in a coalition or not (factorial)")
    channels: dict[str, list[str]] | None = param(
        None, "what each player that is no level of government stands for (factorial)"
    )

    def about(self) -> dict:
        """Return what applies, as plain JSON values."""
        return self.model_dump(mode="json", exclude_none=True)


class Origin(Parameters):
    """Where a scenario comes from: a scenario of the file, and a point of its design."""

    base: str = param(..., "name of the file's scenario")
    design: Literal["", *PLANS] = param("", "table of the design")
    point: int = param(-1, "number of the point within its base")
    values: dict[str, Any] = param(dict, "varied parameters by path")
    players: dict[str, int] = param(dict, "1: in the coalition, 0: not")


class Made(NamedTuple):
    """An entry of scenario number `k` of the file, and where it comes from."""

    k: int
    entry: dict
    origin: Origin


def expand(tree: dict, raw: dict, seed: int, common: Common):
    """Return the entries that a campaign file stands for, and its designs.

    Parameters
    ----------
    tree : dict
        The file's values without sources.
    raw : dict
        The same with sources.
    seed : int
        Of the campaign.
    common : Common
        Faults are added to its list.

    Returns
    -------
    made : list of Made
    designs : list of Design
    """
    entries = _tables(tree.get("scenario"))
    names = [scenario_name(entry, common) for entry in entries]
    plans = _plans(tree, seed, common.faults)
    claims = _claims(plans, names, common.faults)
    made, designs, n_most = [], [], 0
    for k, (entry, name) in enumerate(zip(entries, names, strict=True)):
        plan = claims.get(name)
        if plan is None or checked(Entry, entry, f"scenario.{k}", []) is None:
            made.append(Made(k, entry, Origin(base=name or "")))
            continue
        base = Base(k, entry, _raw_entry(raw, k), raw, name, common)
        try:
            n_most += plan.count(base)
            if n_most <= MOST_SCENARIOS:
                _extend(made, designs, plan, base)
        except ConfigError as error:
            common.faults += error.faults
    total = n_most + len(names) - len(claims.keys() & set(names))
    if total > MOST_SCENARIOS:
        common.faults.append(
            f"`scenario`: designs must make at most {MOST_SCENARIOS} scenarios, these "
            f"make {total}"
        )
        return [], []
    return made, _joined(designs)


class Base(NamedTuple):
    """A scenario of the file that a design varies."""

    k: int
    entry: dict
    raw_entry: dict  # with sources
    raw: dict  # the whole file with sources
    name: str
    common: Common


def _extend(made: list, designs: list, plan, base: Base) -> None:
    """Add what a plan makes of a scenario."""
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
    """Return designs with those that differ in nothing but their scenarios made one."""
    joined: dict[str, Design] = {}
    for design in designs:
        key = design.model_copy(update={"of": []}).model_dump_json()
        of = [*joined[key].of, *design.of] if key in joined else design.of
        joined[key] = design.model_copy(update={"of": of})
    return list(joined.values())


def _plans(tree: dict, seed: int, faults: list) -> list:
    """Return the plans of a file's designs."""
    plans = []
    for table, module in PLANS.items():
        if table not in tree:
            continue
        if not isinstance(tree[table], dict):
            faults.append(f"`{table}` must be a table, got {tree[table]!r}")
            continue
        plan = module.plan_of(tree[table], seed, faults)
        if plan is not None:
            plans.append(plan)
    return plans


def _claims(plans: list, names: list, faults: list) -> dict:
    """Return which plan varies each scenario, by name."""
    claims = {}
    for plan in plans:
        known = [name for name in names if name is not None]
        unknown = [name for name in plan.of or () if name not in known]
        if unknown and None not in names:  # of a scenario without a name that is told
            faults.append(
                f"`{plan.table}.of` must name scenarios of the file, there are: "
                f"{', '.join(known)}, got {', '.join(map(repr, unknown))}"
                + did_you_mean(unknown[0], known)
            )
        for name in dict.fromkeys(plan.of or known):
            if name in claims:
                faults.append(
                    f"`{plan.table}.of`: scenario {name!r} is varied by "
                    f"[{claims[name].table}] already; each may have one design"
                )
            elif name in known:
                claims[name] = plan
    return claims


def _raw_entry(raw: dict, k: int) -> dict:
    return _tables(raw.get("scenario"))[k]


def _tables(entries) -> list[dict]:
    """Return the scenarios' tables, nothing where they are no tables."""
    tables = entries if isinstance(entries, list) else []
    return tables if all(isinstance(table, dict) for table in tables) else []
