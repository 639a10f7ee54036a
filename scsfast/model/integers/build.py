"""Convert a scenario's parameters to the integers from which kernel and reference compute.

Only in this folder floats become integers, by the scales of `fixed_point.py`; afterwards no
float affects state. This module: geometry, citizens, conduct, meetings, wealth.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...errors import ConfigError
from ..acts import Act
from ..draws import MAX_SLOTS
from ..government import DOMAINS, LEVELS
from ..parameters import Tree
from ..population import GROUPS, MEANS_UNIT, STRATEGIES, UNIT_INTERVAL, byte_table
from ..regime import MAX_GRADES, MeetingRule, Regime, Scoring
from ..world import Scenario
from . import copula
from .citizens import citizens_side, reported
from .extents import distribution_ticks, mean_level, with_one_range
from .fixed_point import MONEY, NO_LIMIT, ONE16, ONE32, POINT, money, threshold
from .leaders import agenda_weight, appeals, dealt, leaders, treatment
from .rules import ActRule, Rules
from .scores import allocation, belief, records, scores

MAX_LEVELS = len(LEVELS)
MOST_FITTED = 2**47  # citizen-ticks of a fit, of which features are at most 255
NORM_SIGNS = {  # (partner good: kept, breached; partner bad: kept, breached)
    "image": (1, -1, 1, -1),
    "standing": (1, -1, 1, 1),
    "stern": (1, -1, -1, 1),
    "shunning": (1, -1, -1, -1),
}


def build_rules(scenario: Scenario) -> Rules:
    """Return the integers of a scenario, those of later regimes in `Rules.later`.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    Rules

    Raises
    ------
    ConfigError
        If values contradict each other: rates above 1 per tick, or out of integer range.
    """
    scenario = with_one_range(scenario)
    (_, first), *others = scenario.phases()
    later = tuple((tick, replace(_build(phase), begins=tick)) for tick, phase in others)
    return replace(_build(first), later=later)


def _build(scenario: Scenario) -> Rules:
    """Return the integers of a scenario without changes."""
    parts = {
        **_geometry(scenario),
        **_citizens(scenario),
        **leaders(scenario),
        **appeals(scenario),
        **_conduct(scenario),
        **_meetings(scenario),
        **citizens_side(scenario),
        **records(scenario),
        **scores(scenario),
        **belief(scenario),
        **allocation(scenario),
        **_wealth(scenario),
    }
    rules = Rules(**parts, **treatment(parts))
    faults = _faults(rules)
    if faults:
        raise ConfigError(faults, f"scenario '{scenario.name}'")
    return rules


def _geometry(scenario: Scenario) -> Tree:
    world = scenario.world
    units = world.units
    slots = [world.level_of(slot) for slot in world.population.network]
    mean = mean_level(world)
    return {
        "n_citizens": world.n_citizens,
        "n_ticks": world.n_ticks,
        "ticks_per_year": world.ticks_per_year,
        "measured_from": world.first_measured_tick,
        "distribution_ticks": distribution_ticks(world),
        "n_levels": world.n_levels,
        "units": units,
        "spans": (*units.spans[:-1], *[1] * (MAX_LEVELS - world.n_levels)),
        "slot_spans": tuple(units.spans[level] for level in slots),
        "slot_levels": tuple(slots),
        "mean_span": units.spans[mean] if mean >= 0 else 0,
        "mean_level": mean,
    }


def _until(shares: Sequence[float]) -> tuple[int, ...]:
    """Return cumulative 32-bit thresholds of shares that add up to 1; the last is 2^32."""
    return (*(threshold(t, ONE32) for t in np.cumsum(shares)[:-1].tolist()), ONE32)


def _citizens(scenario: Scenario) -> Tree:
    people, own = scenario.world.population, scenario.regime.enrolled
    means = byte_table(people.means, MEANS_UNIT)
    shares = _until([getattr(people.groups, group) for group in GROUPS])
    rho = people.correlations
    return {
        "quality_table": byte_table(people.quality, UNIT_INTERVAL),
        "guile_table": byte_table(people.guile, UNIT_INTERVAL),
        "means_table": means,
        "ranks": copula.ranks(rho),
        "group_until": copula.groups_by_means(shares, GROUPS, rho.groups_means, means),
        "tie": _ties(scenario, means),
        "strategy_until": _until([getattr(people.strategies, s) for s in STRATEGIES]),
        "dissenter": threshold(people.dissenters, ONE32),
        "aware": threshold(people.aware, ONE32),
        "enrolled": threshold(people.enrolled if own is None else own, ONE32),
    }


def _ties(scenario: Scenario, means: NDArray[np.uint8]) -> np.ndarray:
    """Return the chance (32 bit) of a tie by level and means."""
    world, ties = scenario.world, np.zeros((MAX_LEVELS, 256), np.int64)
    rho = world.population.correlations.ties_means
    for level in range(world.n_levels):
        share = threshold(world.population.ties[level], ONE32)
        ties[level] = copula.by_means(share, rho, means)
    return ties


def _conduct(scenario: Scenario) -> Tree:
    conduct, regime = scenario.world.conduct, scenario.regime
    return {
        "offences": _act_rules(scenario, "negative"),
        "deeds": _act_rules(scenario, "positive"),
        "moral": money(conduct.moral),
        "intrinsic": money(conduct.intrinsic),
        "inverse_fake": _inverse(conduct.fake_scale),
        "price_weight": round(conduct.price_weight * ONE16),
        "fake_cost": threshold(conduct.fake_cost, ONE16),
        "foresight": round(regime.transparency * conduct.horizon * ONE16),
        "help_rate": threshold(conduct.help_rate, ONE16),
        "help_value": money(conduct.help_value),
    }


def _inverse(scale: float) -> int:
    """Return 65536 x 256 / scale for a scale in monthly incomes, scale at least 1/256."""
    return round(ONE16 * 256 / _scale(scale))


def _scale(scale: float) -> int:
    """Return a scale in 1/256 monthly income, at least 1."""
    return max(1, round(scale * MONEY))


def _act_rules(scenario: Scenario, sign: str) -> tuple[ActRule, ...]:
    world, rules, total = scenario.world, [], 0.0
    for act in world.acts:
        if act.sign == sign:
            total += world.act_rates * act.rate / world.ticks_per_year
            rules.append(_act_rule(scenario, act, threshold(total, ONE32)))
    return tuple(rules)


def _act_rule(scenario: Scenario, act: Act, until: int) -> ActRule:
    regime = scenario.regime
    scoring = regime.acts.get(act.name) if regime.has_records else None
    factor = scoring.seen if scoring else 1.0
    honest, bent = dealt(scenario, act, scoring) if scoring else ((0,) * 3,) * 2
    watched = regime.scrutiny if act.sign == "negative" else regime.access
    human = scoring is not None and scoring.channel == "human"
    seen = [
        threshold(min(1.0, act.seen * factor * getattr(watched, group)), ONE16)
        for group in GROUPS
    ]
    suspicion = min(round(regime.suspicion * 256), 1 << 30)
    seen_low = [min(chance * suspicion >> 8, ONE16) for chance in seen]
    return ActRule(
        until=until,
        inverse_scale=_inverse(act.scale),
        scale=_scale(act.scale),
        penalty=money(act.penalty),
        price=money(act.price),
        due=money(act.due),
        social_value=money(act.social_value),
        positive=int(act.sign == "positive"),
        only=1 << GROUPS.index(act.only) if act.only else (1 << len(GROUPS)) - 1,
        defies=int(act.defies and act.sign == "negative"),
        scored=int(scoring is not None and _counts(regime, scoring, honest + bent)),
        points=honest[0],
        dealt=(*honest, *bent),
        lists=int(scoring is not None and scoring.lists),
        limit=_limit(regime, scoring) if scoring else NO_LIMIT,
        domain=DOMAINS.index(act.domain),
        human=int(human),
        seen=_by_quorum(regime, seen, human),
        seen_low=_by_quorum(regime, seen_low, human),
    )


def _by_quorum(regime: Regime, seen: list[int], human: bool) -> tuple[int, ...]:
    """Return the chances that acts count, from the chances that one observer sees them."""
    return tuple(reported(p, regime.observers) if human else p for p in seen)


def _counts(regime: Regime, scoring: Scoring, points: Sequence[int]) -> bool:
    """Return whether a record of an act that the regime names has any effect."""
    parts = regime.scorer in ("index", "model")
    return any(points) or parts or scoring.lists or scoring.drops_to is not None


def _limit(regime: Regime, scoring: Scoring) -> int:
    """Return the highest score of the grade that a record drops to."""
    names = [grade.name for grade in regime.grades]
    if (
        scoring.drops_to is None
        or scoring.drops_to == names[-1]
        or not regime.is_scored
    ):
        return NO_LIMIT
    start = regime.grades[names.index(scoring.drops_to) + 1].start
    return NO_LIMIT if start is None else round(start * POINT) - 1


def _meetings(scenario: Scenario) -> Tree:
    meetings, regime = scenario.world.meetings, scenario.regime
    rule, recorded = regime.meeting, regime.has_records
    weight = agenda_weight(scenario, "social")
    plus, minus = (rule.plus, rule.minus) if regime.is_scored else (0.0, 0.0)
    return {
        "benefit": money(meetings.benefit),
        "cost": money(meetings.cost),
        "slip": threshold(meetings.slip, ONE16),
        "publicity": threshold(regime.publicity if recorded else 0.0, ONE16),
        "learning": threshold(meetings.learning, ONE16),
        "selection": round(meetings.selection * 4096),
        "mutation": threshold(meetings.mutation / scenario.world.ticks_per_year, ONE32),
        "payoff_rate": threshold(1 / meetings.payoff_memory, ONE16),
        "norm": _norms(rule),
        "meeting_plus": round(plus * POINT),
        "meeting_minus": round(minus * POINT),
        "meeting_dealt": (
            round(plus * weight * POINT),
            round(minus * weight * POINT),
        ),
    }


def _norms(rule: MeetingRule) -> tuple[int, ...]:
    """Return the signs of the four cases for each group in turn."""
    own = (getattr(rule.group_norms, group) or rule.norm for group in GROUPS)
    return tuple(sign for norm in own for sign in NORM_SIGNS[norm])


def _wealth(scenario: Scenario) -> Tree:
    world = scenario.world
    ticks = world.years_of_wealth * world.ticks_per_year
    incomes = np.arange(256) / MEANS_UNIT
    return {
        "wealth_target": np.rint(incomes * ticks * MONEY).astype(np.int64),
        "wealth_rate": threshold(1 / world.wealth_memory, ONE16),
        "bad_quality": int(np.floor(world.bad_quality * UNIT_INTERVAL)),
    }


def _faults(rules: Rules) -> list[str]:
    """Return contradictions between values, one sentence each."""
    faults = []
    sums = {
        "world.acts: rates of negative acts": [
            act.until for act in rules.offences[-1:]
        ],
        "world.acts: rates of positive acts": [act.until for act in rules.deeds[-1:]],
        "leaders: credit_rate x discretion over the levels": rules.credit_rate,
        "leaders: frame_rate x discretion over the levels": rules.frame_rate,
        "leaders: sale_rate x discretion over the levels": rules.sale_rate,
        "leaders: audit_rate of a level": [max(rules.audit)],
        "leaders: career.learning of a level": [max(rules.career_learning)],
        "world.meetings.mutation": [rules.mutation],
        "regime.awareness.publicity_rate": [rules.publicity_heard],
        "regime.opt_in.review_rate": [rules.opt_rate],
    }
    for name, parts in sums.items():
        if sum(parts) > ONE32:
            faults.append(
                f"{name} must add up to at most 1 per tick, got {sum(parts) / ONE32:.3g}"
            )
    if rules.list_exit > ONE16:
        faults.append(
            "regime.listing.exit_rate must be at most 1 per tick, "
            f"got {rules.list_exit / ONE16:.3g}"
        )
    fitted = rules.n_citizens * min(rules.refit, rules.n_ticks)
    if fitted > MOST_FITTED:
        faults.append(
            "regime.model.refit x world.n_citizens must be at most 2^47, so that 64 bits "
            f"hold the sums of a fit, got {fitted:.3g}"
        )
    if len(rules.slot_spans) > MAX_SLOTS:
        faults.append(f"world.population.network must have at most {MAX_SLOTS} slots")
    assert len(rules.cuts) < MAX_GRADES
    return faults
