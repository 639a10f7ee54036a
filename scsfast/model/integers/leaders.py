"""Leaders in integers: their powers per level under a regime, and how points are dealt."""

import numpy as np

from ..acts import Act
from ..appeals import REVERSIBLE
from ..government import JUDGED_BY, LEVELS, Leaders
from ..parameters import Tree
from ..population import MEANS_UNIT
from ..regime import Regime, Scoring
from ..world import Scenario
from .fixed_point import ONE16, ONE32, POINT, money, points, threshold
from .rules import INDEX, MODEL, NO_TARGET

MAX_LEVELS = len(LEVELS)
PART_SCORERS = (INDEX, MODEL)


def leaders(scenario: Scenario) -> Tree:
    """Return one tuple per kind of leaders' act, by level from the bottom."""
    rows = [_level(scenario, level) for level in range(scenario.world.n_levels)]
    missing = [dict.fromkeys(rows[0], 0)] * (MAX_LEVELS - len(rows))
    columns = {key: tuple(row[key] for row in rows + missing) for key in rows[0]}
    return {
        **columns,
        "placebo": int(scenario.leaders.placebo),
        "clients_know": int(scenario.leaders.clients_know),
        "deciding": LEVELS.index(scenario.regime.deciding),
    }


def _level(scenario: Scenario, level: int) -> Tree:
    """Return the integers of one level; records pass it only up to the deciding one."""
    world, regime, at = scenario.world, scenario.regime, scenario.leaders.at(level)
    year = world.ticks_per_year
    whole = freedom(regime, level)
    passed = whole if level <= LEVELS.index(regime.deciding) else 0.0
    scored = passed if regime.is_scored else 0.0
    over_scores = whole if regime.is_scored else 0.0
    return {
        "tie_share": threshold(world.population.ties[level], ONE32),
        "manipulator_share": threshold(at.share, ONE32),
        "tenure": max(1, round(at.tenure * year)) if at.tenure else 0,
        "audit": threshold(at.audit_rate / year, ONE32),
        "favouritism": threshold(at.favouritism * passed, ONE16),
        "credit_rate": threshold(at.credit_rate * passed / year, ONE32),
        "credit_points": points(at.credit_points),
        "frame_rate": threshold(at.frame_rate * passed / year, ONE32),
        "frame_points": points(at.frame_points),
        "retaliate": threshold(at.retaliation * passed, ONE16),
        "retaliate_points": points(at.retaliation_points),
        "sale_rate": threshold(at.sale_rate * passed / year, ONE32),
        "sale_points": points(at.sale_points),
        "sale_price": money(min(at.sale_price * at.sale_points, 1_000_000)),
        "rich_from": int(np.floor(at.rich_from * MEANS_UNIT)),
        "inflation": points(at.ambition * over_scores * at.inflation_rate),
        "inflation_cap": points(at.inflation_cap),
        "recentring": threshold(at.recentring * over_scores, ONE16),
        "tilt": points(at.tilt * scored) if _has_parts(regime) else 0,
        **_target(at, passed, over_scores),
        **_career(at, whole, year),
        "orders": threshold(at.orders * _gives_orders(regime, level), ONE16),
    }


def _career(at: Leaders, whole: float, year: int) -> Tree:
    """Return how leaders of a level learn; without discretion none does."""
    career = at.career
    return {
        "career_learning": threshold(career.learning / year, ONE32) if whole else 0,
        "career_selection": round(career.selection * 4096),
        "favour_value": round(career.favour_value * ONE16),
        "standing_value": round(career.standing_value * ONE16),
        "audit_cost": round(career.audit_loss * at.audit_rate / year * ONE16),
    }


def _target(at: Leaders, passed: float, over_scores: float) -> Tree:
    """Return how the leaders of a level are judged; no effort without discretion."""
    target, step = at.target, 0
    if target.judged_by == "mean":
        step = points(at.inflation_rate * over_scores)
    elif target.judged_by == "count":
        step = threshold(passed, ONE16)
    return {
        "target": JUDGED_BY.index(target.judged_by) if step else NO_TARGET,
        "target_effort": round(min(target.prize / target.effort_cost, 4096.0) * ONE16),
        "target_width": max(1, points(target.width)),
        "target_step": step,
    }


def _gives_orders(regime: Regime, level: int) -> bool:
    """Return whether a level is above one that decides and may manipulate records."""
    deciding = LEVELS.index(regime.deciding)
    return level > deciding and freedom(regime, deciding) > 0


def appeals(scenario: Scenario) -> Tree:
    """Return which acts are contested, and how and when a body decides."""
    appeal, world = scenario.regime.appeal, scenario.world
    if appeal is None or not scenario.regime.has_records:
        keys = ("appeals", "level", "bodies", "chance", "grants", "delay")
        return {key if key == "appeals" else f"appeal_{key}": 0 for key in keys}
    level = LEVELS.index(appeal.level)
    n_units = world.units.count(level)
    mask = sum(1 << REVERSIBLE.index(kind) for kind in appeal.reverses)
    bodies = int(np.floor(appeal.coverage * n_units + 0.5))
    is_on = mask and bodies and appeal.chance
    return {
        "appeals": mask if is_on else 0,
        "appeal_level": level,
        "appeal_bodies": bodies,
        "appeal_chance": threshold(appeal.chance, ONE16),
        "appeal_grants": threshold(appeal.chance * (1 - appeal.error), ONE16),
        "appeal_delay": appeal.delay if is_on else 0,
    }


def treatment(rules: Tree) -> Tree:
    """Return by level whether manipulating leaders favour clients and oppose dissenters.

    A channel counts if its rate x discretion is above 0 and its record has any effect.
    """
    deciding, acts = rules["deciding"], (*rules["offences"], *rules["deeds"])
    marks = rules["scorer"] in PART_SCORERS
    lifts = marks or rules["listing"]  # what an extra record does beside its points
    lists = marks or (rules["listing"] and rules["list_framed"])
    found: dict[str, list[bool]] = {"favours": [], "opposes": []}
    for level in range(MAX_LEVELS):
        decides = level == deciding
        credits = rules["credit_points"][level] and rules["scored"]
        frames = rules["frame_points"][level] and rules["scored"]
        found["favours"].append(
            rules["favouritism"][level] > 0
            or (rules["credit_rate"][level] > 0 and bool(credits or lifts))
            or rules["tilt"][level] > 0
            or (decides and any(act.dealt[4] != act.dealt[3] for act in acts))
        )
        found["opposes"].append(
            (rules["frame_rate"][level] > 0 and bool(frames or lists))
            or rules["tilt"][level] > 0
            or (decides and any(act.dealt[5] != act.dealt[3] for act in acts))
        )
    for level, orders in enumerate(
        rules["orders"]
    ):  # a word works as the deciding level
        found["favours"][level] |= orders > 0 and found["favours"][deciding]
    return {key: tuple(map(int, values)) for key, values in found.items()}


def _has_parts(regime: Regime) -> bool:
    return regime.scorer in ("index", "model")


def freedom(regime: Regime, level: int) -> float:
    """Return the discretion at a level; 0 if the regime records nothing."""
    own: float = getattr(regime.discretion, LEVELS[level])
    return own if regime.has_records else 0.0


def decider(scenario: Scenario) -> tuple[Leaders, float]:
    """Return the leaders of the deciding level and their discretion."""
    level = LEVELS.index(scenario.regime.deciding)
    return scenario.leaders.at(level), freedom(scenario.regime, level)


def agenda_weight(scenario: Scenario, domain: str) -> float:
    """Return the factor of a manipulating deciding leader for the points of a domain."""
    leader, free = decider(scenario)
    own: float = getattr(leader.agenda, domain)
    return 1 + free * (own - 1)


def dealt(
    scenario: Scenario, act: Act, scoring: Scoring
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return points for (neutral, client, dissenter), by honest and manipulating leaders.

    Parameters
    ----------
    scenario : Scenario
    act : Act
    scoring : Scoring
    """
    if not scenario.regime.is_scored:
        return (0,) * 3, (0,) * 3
    harsh, mild = scoring.range
    middle = (harsh + mild) / 2
    leader, free = decider(scenario)
    use = leader.discretion_use * free
    weight = agenda_weight(scenario, act.domain)
    bent = (middle, middle + use * (mild - middle), middle + use * (harsh - middle))
    honest = (round(middle * POINT),) * 3
    return honest, tuple(round(value * weight * POINT) for value in bent)
