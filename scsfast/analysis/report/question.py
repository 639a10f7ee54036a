"""Report sections on the question: the campaign, its design, and its completeness."""

import json
from collections import Counter

import numpy as np

from ...model.government import LEVELS
from ...model.sizes import Sizes
from ...model.units import Units, make_units
from ...store.layout import DONE, FAILED, PENDING
from ...text import many
from .. import datasets
from ..plots.style import ROLES
from ..selection import points_by_base, question, role
from .facts import own_files, policy_in_words
from .page import Cell, Section, Table, Text, number, text

MOST_FAILURES = 20
MOST_NAMED = 4  # distinct values of the points of one scenario
STATES = {"done": DONE, "failed": FAILED, "pending": PENDING}


def sections(source) -> list[Section]:
    """Return the sections on question, design and completeness."""
    return [
        Section("question", "The question", _question(source)),
        Section("design", "The design", _design(source)),
        Section("completeness", "Completeness", _completeness(source)),
    ]


def _question(source) -> list:
    attributes = source.store.attributes
    own = attributes["config_text"].strip()
    resolved = json.dumps(attributes["config"], indent=1, ensure_ascii=False)
    blocks = [
        Text(
            "Who can manipulate these regimes, and do the regimes allocate scarce prizes "
            "better than a lottery? C1: leaders can manipulate. C2: allocation is hardly "
            "more efficient. Either claim can hold without the other, so they are measured "
            "separately."
        )
    ]
    if own:
        blocks.append(Text(own, "verbatim", "The campaign file"))
    return [*blocks, Text(resolved, "verbatim", "Every value, with defaults filled in")]


def _design(source) -> list:
    config = source.store.attributes["config"]
    return [
        Text(_world(source)),
        _prizes(config["world"]),
        _scenarios(source),
        *_designs(source),
    ]


def _world(source) -> str:
    world = source.store.attributes["config"]["world"]
    people, years = world["n_citizens"], world["n_ticks"] / world["ticks_per_year"]
    warm = source.store.attributes["first_measured_tick"]
    return (
        f"The world: {people:,} citizens over {many(world['n_ticks'], 'tick')} "
        f"({years:.3g} years of {many(world['ticks_per_year'], 'tick')}), "
        f"{len(world['acts'])} kinds of acts. {_units_in_words(source)} "
        f"Summaries leave out the first {many(warm, 'tick')}. {_own(world)}{_same(source)}"
    )


def _units_in_words(source) -> str:
    """Return the units of the world; of each scenario's own if sizes are varied."""
    worlds = datasets.own_worlds(source.everything)
    if any({"sizes", "spans", "n_citizens"} & set(json.loads(own)) for own in worlds):
        return "Scenarios differ in the number of their citizens or the sizes of units."
    return _units(_units_of(source.store.attributes["config"]["world"]))


def _own(world: dict) -> str:
    """Return a sentence naming the user's data on citizens; "" if the model drew all."""
    told = own_files(world)
    return f"Data of the user: {told.removesuffix('; ')}. " if told else ""


def _same(source) -> str:
    """Return a sentence on which scenarios have the same citizens."""
    same = "have the same citizens, temptations and draws (common random numbers)."
    own = [world for world in datasets.own_worlds(source.everything) if world != "{}"]
    if not own:
        return f"All scenarios {same}"
    people = datasets.citizens_in_words(source.everything)
    return (
        f"{many(len(own), 'scenario')} of {source.everything.sizes['scenario']} differ in "
        f"their world ({people} citizens in all); those of one world {same}"
    )


def _units_of(world: dict) -> Units:
    """Return the units of a world in a store."""
    sizes = Sizes.model_validate(world.get("sizes", {}))
    return make_units(world["n_citizens"], world["spans"], sizes.by_level)


def _units(units: Units) -> str:
    """Return the number of units per level, omitting units larger than the population."""
    shown = [
        f"units of {_sizes(units, level)} ({_many_units(units.count(level), name)})"
        for level, name in enumerate(LEVELS[: units.n_levels])
        if units.spans[level] <= units.n_citizens
    ]
    if not shown:
        return "All citizens are in one unit, the only one of each level."
    return f"From the lowest level up: {', '.join(shown)}."


def _sizes(units: Units, level: int) -> str:
    """Return the citizens of a unit of a level: one number, or the range of sizes given."""
    most = f"{units.spans[level]:,}"
    if not units.starts:
        return most
    least = f"{np.diff(units.bounds(level)).min():,}"
    return most if least == most else f"{least} to {most}"


def _many_units(n: int, level: str) -> str:
    plural = f"{level[:-1]}ies" if level.endswith("y") else f"{level}s"
    return f"{n:,} {level if n == 1 else plural}"


def _prizes(world: dict) -> Table:
    rows = [
        [
            text(name),
            number(100 * prize["capacity"], 2),
            number(prize["value"], 2),
            text(prize["pool"]),
        ]
        for name, prize in world["prize"].items()
    ]
    heads = ["Prize", "Places a tick, % of citizens", "Value, monthly incomes", "Pool"]
    return Table("What is scarce", heads, rows)


def _scenarios(source) -> Table:
    if not source.main:
        return _varied(source)
    rows = [_scenario(source, name) for name in source.main]
    heads = ["Scenario", "Regime", "Scorer", "Allocation", "Leaders", "Replicates"]
    more = source.everything.sizes["scenario"] - len(source.main)
    rest = f"; {more} more are points of designs" if more else ""
    return Table(f"Scenarios{rest}", heads, rows)


def _varied(source) -> Table:
    """Return the scenarios that the points of designs vary, if there are no others."""
    rows = []
    for base, names in points_by_base(source.finished).items():
        regimes = [question(source.finished, name)["regime"] for name in names]
        scorers = source.finished["scorer"].sel(scenario=names).values
        rows.append(
            [
                text(base),
                _distinct(regime["title"] or regime["name"] for regime in regimes),
                _distinct(scorers),
                _distinct(_allocation(regime["allocation"]) for regime in regimes),
                number(len(names), 0),
            ]
        )
    heads = ["Scenario", "Regime", "Scorer", "Allocation", "Points"]
    return Table("Scenarios, all varied by designs", heads, rows)


def _distinct(values) -> Cell:
    """Return a cell of the distinct values of points, or of how many there are."""
    found = list(dict.fromkeys(str(value) for value in values))
    return text(
        " or ".join(found) if len(found) <= MOST_NAMED else f"{len(found)} kinds"
    )


def _scenario(source, name: str) -> list[Cell]:
    asked = question(source.finished, name)
    regime = asked["regime"]
    changes = "".join(
        f"; from tick {change['tick']}: {change['regime']['title']}"
        for change in asked.get("change", [])
    )
    if policy := asked.get("policy"):
        changes += f"; later as the policy {policy_in_words(policy)} decides"
    done = (source.everything["status"].sel(scenario=name) == DONE).sum()
    return [
        text(name),
        text(f"{regime['title'] or regime['name']}{changes}"),
        text(source.finished["scorer"].sel(scenario=name).values),
        text(_allocation(regime["allocation"])),
        text(ROLES[role(source.finished, name)][2]),
        number(done, 0),
    ]


def _allocation(rule) -> str:
    if isinstance(rule, str):
        return rule
    return ", ".join(f"{prize}: {kind}" for prize, kind in rule.items())


def _designs(source) -> list:
    """Return a table of the designs; empty if the campaign has none."""
    designs = source.store.attributes.get("designs") or []
    rows = [
        [
            text(design["kind"]),
            text(", ".join(design.get("of", []))),
            text(_parameters(design)),
            text(design.get("n", "-")),
        ]
        for design in designs
    ]
    heads = ["Design", "Of", "Over", "n"]
    return [Table("Designs", heads, rows)] if rows else []


def _parameters(design: dict) -> str:
    if design.get("players"):
        return "players: " + ", ".join(design["players"])
    return "; ".join(
        f"{path}: {json.dumps(values, ensure_ascii=False)}"
        for path, values in (design.get("parameters") or {}).items()
    )


def _completeness(source) -> list:
    status = source.everything["status"].values
    counts = {name: int((status == code).sum()) for name, code in STATES.items()}
    shown = source.finished.sizes
    lines = [
        f"{counts['done']:,} of {status.size:,} replicates are done, {counts['failed']:,} "
        f"failed, {counts['pending']:,} pending.",
        f"Figures and tables use {many(shown['replicate'], 'replicate')} of each of "
        f"{many(shown['scenario'], 'scenario')}, finished in all of them."
        + (_rest_on_all(counts) + _left_out(source)),
    ]
    until = source.store.campaign.until
    is_finished = source.store.attributes["finished"]
    if until and until.is_per_scenario and is_finished and counts["pending"]:
        lines.append(
            "The stopping rule ended scenarios one by one: pending replicates are not needed."
        )
    blocks = [Text(lines, "points")]
    if counts["done"] < status.size:
        blocks.append(_by_scenario(source, status))
    return [*blocks, *_failures(source)]


def _rest_on_all(counts: dict[str, int]) -> str:
    """Return a sentence on results that use all finished replicates; "" if none is missing."""
    if not counts["failed"] + counts["pending"]:
        return ""
    return (
        " Verdicts and their evidence, differences to a baseline and contributions of "
        "players use all finished replicates; their n shows how many."
    )


def _left_out(source) -> str:
    there = set(source.finished["scenario"].values)
    absent = [n for n in source.everything["scenario"].values if n not in there]
    if not absent:
        return ""
    return f" Scenarios without a finished replicate: {', '.join(map(str, absent))}."


def _by_scenario(source, status: np.ndarray) -> Table:
    names = source.everything["scenario"].values
    rows = [
        [text(name), *(number((row == code).sum(), 0) for code in STATES.values())]
        for name, row in zip(names, status, strict=True)
        if not (row == DONE).all()
    ]
    return Table(
        "Scenarios that are not complete", ["Scenario", *map(str.title, STATES)], rows
    )


def _failures(source) -> list:
    """Return a table of the causes of failures, the most frequent first."""
    causes = Counter(source.store.journal.errors().values())
    rows = [[text(cause), number(n, 0)] for cause, n in causes.most_common()]
    if not rows:
        return []
    heads = ["Cause", "Replicates"]
    return [Table("Failures", heads, rows[:MOST_FAILURES])]
