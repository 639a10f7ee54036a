"""From a scenario's parameters to the integers that both twins compute with.

This is the one place where floats become integers: probabilities thresholds against 16 or
32 random bits (0 never, full scale always), money 1/256 monthly income, points 1/256
point. Rounding is to nearest, ties to even, unless said otherwise. After this no float
touches state.
"""

import numpy as np

from ..errors import ConfigError
from . import outcomes
from .government import DOMAINS, LEVELS
from .population import GROUPS, MEANS_UNIT, STRATEGIES, UNIT_INTERVAL, byte_table
from .regime import ALLOCATIONS, MAX_GRADES
from .rules import ActRule, Rules
from .streams import MAX_SLOTS
from .world import Scenario

ONE16, ONE32 = 1 << 16, 1 << 32
MONEY = POINT = 256
BELIEF_UNIT = 1 << 16  # values a tick, finer than money
MAX_LEVELS = len(LEVELS)
NORM_SIGNS = {  # (partner good: kept, breached; partner bad: kept, breached)
    "image": (1, -1, 1, -1),
    "standing": (1, -1, 1, 1),
    "stern": (1, -1, -1, 1),
}


def threshold(probability: float, one: int) -> int:
    """Return the integer threshold of a probability against draws below `one`."""
    return round(probability * one)


def build_rules(scenario: Scenario) -> Rules:
    """Return the integers of a scenario.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    Rules

    Raises
    ------
    ConfigError
        If the values cannot go together: rates above 1 a tick, or out of integer range.
    """
    parts = {
        **_geometry(scenario),
        **_citizens(scenario),
        **_leaders(scenario),
        **_conduct(scenario),
        **_meetings(scenario),
        **_records(scenario),
        **_belief(scenario),
        **_allocation(scenario),
        **_wealth(scenario),
    }
    rules = Rules(**parts)
    faults = _faults(scenario, rules)
    if faults:
        raise ConfigError(faults, f"scenario '{scenario.name}'")
    return rules


def _span(world, level: str) -> int:
    """Return the citizens of a unit of a level; 'top' is the whole world."""
    if level == "top":
        return world.n_citizens
    return world.spans[LEVELS.index(level)]


def _geometry(scenario) -> dict:
    world = scenario.world
    every = world.distribution_every
    return {
        "n_citizens": world.n_citizens,
        "n_ticks": world.n_ticks,
        "measured_from": world.first_measured_tick,
        "distribution_ticks": tuple(outcomes.distribution_ticks(world.n_ticks, every)),
        "n_levels": world.n_levels,
        "spans": _padded(world.spans, 1),
        "slot_spans": tuple(_span(world, slot) for slot in world.population.network),
        "mean_span": _span(world, world.unit_means) if world.unit_means else 0,
    }


def _padded(values, fill: int) -> tuple[int, ...]:
    """Return `values`, one a level, filled up to the greatest number of levels."""
    return (*values, *[fill] * (MAX_LEVELS - len(values)))


def _until(shares) -> tuple[int, ...]:
    """Return cumulative 32-bit thresholds of shares that add up to 1; the last is 2^32."""
    return (*(threshold(t, ONE32) for t in np.cumsum(shares)[:-1].tolist()), ONE32)


def _citizens(scenario) -> dict:
    people = scenario.world.population
    return {
        "quality_table": byte_table(people.quality, UNIT_INTERVAL),
        "guile_table": byte_table(people.guile, UNIT_INTERVAL),
        "means_table": byte_table(people.means, MEANS_UNIT),
        "group_until": _until([getattr(people.groups, group) for group in GROUPS]),
        "strategy_until": _until([getattr(people.strategies, s) for s in STRATEGIES]),
        "dissenter": threshold(people.dissenters, ONE32),
        "aware": threshold(people.aware, ONE32),
        "enrolled": threshold(people.enrolled, ONE32),
    }


def _leaders(scenario) -> dict:
    world, regime, leaders = scenario.world, scenario.regime, scenario.leaders
    deciding = LEVELS.index(regime.deciding)
    year = world.ticks_per_year
    keys = ("favour", "credit_rate", "credit_points", "frame_rate", "frame_points")
    columns = {key: [] for key in ("tie", "manipulators", *keys)}
    for level in range(world.n_levels):
        at, n_units = leaders.at(level), -(-world.n_citizens // world.spans[level])
        freedom = _freedom(regime, level) if level <= deciding else 0.0
        columns["tie"].append(threshold(world.population.ties[level], ONE32))
        columns["manipulators"].append(int(np.floor(at.share * n_units + 0.5)))
        columns["favour"].append(threshold(at.favouritism * freedom, ONE16))
        columns["credit_rate"].append(threshold(at.credit_rate * freedom / year, ONE32))
        columns["credit_points"].append(round(at.credit_points * POINT))
        columns["frame_rate"].append(threshold(at.frame_rate * freedom / year, ONE32))
        columns["frame_points"].append(round(at.frame_points * POINT))
    return {
        **{key: _padded(values, 0) for key, values in columns.items()},
        "clients_know": int(leaders.clients_know),
        "deciding": deciding,
    }


def _freedom(regime, level: int) -> float:
    return getattr(regime.discretion, LEVELS[level]) if regime.scorer != "none" else 0.0


def _conduct(scenario) -> dict:
    world, conduct = scenario.world, scenario.world.conduct
    return {
        "offences": _act_rules(scenario, "negative"),
        "deeds": _act_rules(scenario, "positive"),
        "moral": round(conduct.moral * MONEY),
        "intrinsic": round(conduct.intrinsic * MONEY),
        "inverse_fake": _inverse(conduct.fake_scale),
        "foresight": round(scenario.regime.transparency * conduct.horizon * ONE16),
        "help_rate": threshold(conduct.help_rate, ONE16),
        "help_value": round(world.conduct.help_value * MONEY),
    }


def _inverse(scale: float) -> int:
    """Return 65536 x 256 / scale for a scale in monthly incomes, scale at least 1/256."""
    return round(ONE16 * 256 / max(1, round(scale * MONEY)))


def _act_rules(scenario, sign: str) -> tuple[ActRule, ...]:
    rules, total = [], 0.0
    for act in scenario.world.acts:
        if act.sign == sign:
            total += act.rate / scenario.world.ticks_per_year
            rules.append(_act_rule(scenario, act, threshold(total, ONE32)))
    return tuple(rules)


def _act_rule(scenario, act, until: int) -> ActRule:
    regime = scenario.regime
    scoring = regime.acts.get(act.name)
    scored = scoring is not None and regime.scorer != "none"
    factor = scoring.seen if scored else 1.0
    honest, manipulating = _dealt(scenario, act, scoring) if scored else ((0,) * 3,) * 2
    seen = [act.seen * factor * getattr(regime.scrutiny, group) for group in GROUPS]
    return ActRule(
        until=until,
        inverse_scale=_inverse(act.scale),
        penalty=round(act.penalty * MONEY),
        price=round(act.price * MONEY),
        social_value=round(act.social_value * MONEY),
        scored=int(any(honest + manipulating)),
        points=honest[0],
        dealt=(*honest, *manipulating),
        domain=DOMAINS.index(act.domain),
        human=int(scored and scoring.channel == "human"),
        seen=tuple(threshold(min(1.0, p), ONE16) for p in seen),
    )


def _dealt(scenario, act, scoring) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return points for (neutral, client, dissenter) by an honest and by a bent leader."""
    harsh, mild = scoring.range
    middle = (harsh + mild) / 2
    decider = scenario.leaders.at(LEVELS.index(scenario.regime.deciding))
    freedom = _freedom(scenario.regime, LEVELS.index(scenario.regime.deciding))
    use = decider.discretion_use * freedom
    weight = 1 + freedom * (getattr(decider.agenda, act.domain) - 1)
    bent = (middle, middle + use * (mild - middle), middle + use * (harsh - middle))
    honest = (round(middle * POINT),) * 3
    return honest, tuple(round(points * weight * POINT) for points in bent)


def _meetings(scenario) -> dict:
    meetings, regime = scenario.world.meetings, scenario.regime
    rule, scored = regime.meeting, regime.scorer != "none"
    decider = scenario.leaders.at(LEVELS.index(regime.deciding))
    freedom = _freedom(regime, LEVELS.index(regime.deciding))
    weight = 1 + freedom * (decider.agenda.social - 1)
    return {
        "benefit": round(meetings.benefit * MONEY),
        "cost": round(meetings.cost * MONEY),
        "slip": threshold(meetings.slip, ONE16),
        "publicity": threshold(regime.publicity if scored else 0.0, ONE16),
        "learning": threshold(meetings.learning, ONE16),
        "selection": round(meetings.selection * 4096),
        "mutation": threshold(meetings.mutation / scenario.world.ticks_per_year, ONE32),
        "payoff_rate": threshold(1 / meetings.payoff_memory, ONE16),
        "norm": NORM_SIGNS[rule.norm],
        "meeting_seen": threshold(rule.seen if scored else 0.0, ONE16),
        "meeting_plus": round(rule.plus * POINT),
        "meeting_minus": round(rule.minus * POINT),
        "meeting_dealt": (
            round(rule.plus * weight * POINT),
            round(rule.minus * weight * POINT),
        ),
    }


def _records(scenario) -> dict:
    regime = scenario.regime
    passed = LEVELS.index(regime.deciding) + 1
    lost = 1 - (1 - regime.loss) ** passed
    turned = (1 - (1 - 2 * regime.noise) ** passed) / 2
    ticks = (regime.memory_years or 0) * scenario.world.ticks_per_year
    return {
        "lost": threshold(lost, ONE16),
        "reversed": threshold(lost + (1 - lost) * turned, ONE16),
        "scored": int(regime.scorer != "none"),
        "base": round(regime.base * POINT),
        "floor": round(regime.floor * POINT),
        "ceiling": round(regime.ceiling * POINT),
        "drift": threshold(-np.expm1(-1 / ticks), ONE16) if ticks else 0,
        "good_from": round(regime.good_from * POINT),
        "cuts": tuple(round(grade.start * POINT) for grade in regime.grades[1:]),
    }


def _belief(scenario) -> dict:
    regime, belief = scenario.regime, scenario.regime.belief
    floor, ceiling = regime.floor, regime.ceiling
    given = belief.values if belief.kind == "table" else np.zeros(outcomes.SCORE_BINS)
    experience = belief.kind == "experience" and regime.allocation == "score"
    span = round(ceiling * POINT) - round(floor * POINT)
    return {
        "learns_value": int(experience and regime.scorer != "none"),
        "sloped": int(belief.kind == "slope"),
        "slope": round(belief.slope * BELIEF_UNIT * ONE16 / POINT),
        "belief": np.rint(np.array(given) * BELIEF_UNIT).astype(np.int64),
        "prior": round(belief.prior * 16),
        "belief_memory": round(belief.memory),
        "bin_factor": (outcomes.SCORE_BINS << 32) // (span + 1),
    }


def _allocation(scenario) -> dict:
    world, regime, prize = scenario.world, scenario.regime, scenario.world.prize
    level = LEVELS.index(prize.pool) if prize.pool != "top" else world.n_levels - 1
    bonus = scenario.leaders.at(level).desk_bonus * _freedom(regime, level)
    return {
        "allocation": ALLOCATIONS.index(regime.allocation),
        "capacity": threshold(prize.capacity, ONE32),
        "pool_span": _span(world, prize.pool),
        "desk_level": level,
        "desk_bonus": round(bonus) if regime.allocation == "score" else 0,
        "prize_value": round(prize.value * MONEY),
        "prize_wealth": round(prize.wealth * MONEY),
        "need_table": byte_table(prize.need, UNIT_INTERVAL),
        "need_from": int(np.floor(prize.need_from * UNIT_INTERVAL)),
    }


def _wealth(scenario) -> dict:
    world = scenario.world
    ticks = world.years_of_wealth * world.ticks_per_year
    incomes = np.arange(256) / MEANS_UNIT
    return {
        "wealth_target": np.rint(incomes * ticks * MONEY).astype(np.int64),
        "wealth_rate": threshold(1 / world.wealth_memory, ONE16),
        "bad_quality": int(np.floor(world.bad_quality * UNIT_INTERVAL)),
    }


def _faults(scenario, rules: Rules) -> list[str]:
    """Return what cannot go together, one sentence each."""
    faults = []
    sums = {
        "world.acts: rates of negative acts": [
            act.until for act in rules.offences[-1:]
        ],
        "world.acts: rates of positive acts": [act.until for act in rules.deeds[-1:]],
        "leaders: credit_rate x discretion over the levels": rules.credit_rate,
        "leaders: frame_rate x discretion over the levels": rules.frame_rate,
        "world.meetings.mutation": [rules.mutation],
    }
    for name, parts in sums.items():
        if sum(parts) > ONE32:
            faults.append(
                f"{name} must add up to at most 1 a tick, got {sum(parts) / ONE32:.3g}"
            )
    if len(rules.slot_spans) > MAX_SLOTS:
        faults.append(f"world.population.network must have at most {MAX_SLOTS} slots")
    assert len(rules.cuts) < MAX_GRADES
    return faults
