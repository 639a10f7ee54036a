"""Records, scores, beliefs and prizes in integers."""

from collections.abc import Sequence

import numpy as np

from .. import outcomes
from ..government import LEVELS
from ..parameters import Tree
from ..population import GROUPS, UNIT_INTERVAL, byte_table
from ..regime import ALLOCATIONS, SCORERS, Regime
from ..scorers import PARTS
from ..world import Prize, Scenario
from .extents import bin_factor
from .fixed_point import (
    BELIEF_UNIT,
    FULL,
    ONE16,
    ONE32,
    POINT,
    money,
    points,
    threshold,
)
from .leaders import decider, freedom
from .rules import BY_CUT, BY_GRADE, BY_LIST, BY_NOTHING, BY_SCORE, PrizeRule

_BINS = {
    "score": BY_SCORE,
    "grade": BY_GRADE,
    "exclusion": BY_LIST,
    "threshold": BY_CUT,
    "proportional": BY_SCORE,
}


def records(scenario: Scenario) -> Tree:
    """Return the errors of records on their way up, and the parameters of the ledger."""
    regime = scenario.regime
    passed = LEVELS.index(regime.deciding) + 1
    lost = 1 - (1 - regime.loss) ** passed
    turned = (1 - (1 - 2 * regime.noise) ** passed) / 2
    ticks = (regime.memory_years or 0) * scenario.world.ticks_per_year
    starts = (grade.start for grade in regime.grades[1:])
    cuts = tuple(points(start) for start in starts if start is not None)
    good_from = points(regime.good_from if regime.is_scored else regime.floor)
    drops = [s.drops_to for s in regime.acts.values() if s.drops_to is not None]
    return {
        "lost": threshold(lost, ONE16),
        "reversed": threshold(lost + (1 - lost) * turned, ONE16),
        "misfiled": threshold(regime.misfiled, ONE16) if regime.has_records else 0,
        "recorded": int(regime.has_records),
        "scored": int(regime.is_scored),
        "at_base": int(regime.unenrolled == "base"),
        "scorer": SCORERS.index(regime.scorer),
        "base": points(regime.base),
        "floor": points(regime.floor),
        "ceiling": points(regime.ceiling),
        "drift": threshold(-np.expm1(-1 / ticks), ONE16) if ticks else 0,
        "n_cohorts": regime.valid_years or 0,
        "good_from": good_from,
        "cuts": cuts,
        "sale_cuts": (
            tuple(sorted({*cuts, good_from, *_served_from(scenario)}))
            if regime.is_scored
            else ()
        ),
        "drops": int(bool(drops) and regime.is_scored),
    }


def _served_from(scenario: Scenario) -> list[int]:
    """Return the scores from which kinds of prize by threshold serve."""
    regime = scenario.regime
    return [
        points(cut)
        for kind in scenario.world.prize
        if regime.rule_for(kind) == "threshold"
        and (cut := regime.cut_for(kind)) is not None
    ]


def scores(scenario: Scenario) -> Tree:
    """Return the parts of an index or a black box, and the list."""
    regime, index, world = scenario.regime, scenario.regime.index, scenario.world
    listing, year = regime.listing, world.ticks_per_year
    span = points(regime.ceiling) - points(regime.floor)
    weights, bent = _weights(scenario)
    return {
        "weights": weights,
        "manipulated_weights": bent,
        "identity": tuple(round(getattr(index.identity, g) * FULL) for g in GROUPS),
        "capacity_table": _capacities(index.full_capacity),
        "score_rate": threshold(index.rate, ONE16),
        "record_weight": threshold(index.record_weight, ONE16),
        "circle_weight": threshold(index.circle_weight, ONE16),
        "history_start": round(index.start * FULL),
        "behaviour_slope": round(32768 / index.full_behaviour),
        "level_factor": -(-(255 << 32) // span),
        "refit": regime.model.refit if regime.scorer == "model" else 0,
        "ridge": threshold(regime.model.ridge, ONE16),
        "gain": round(regime.model.points_per_violation * year * POINT),
        "listing": int(listing is not None),
        "list_term": listing.term if listing else 0,
        "list_extension": listing.extension if listing else 0,
        "list_exit": threshold(listing.exit_rate / year, ONE16) if listing else 0,
        "list_framed": int(listing.framed) if listing else 0,
        "list_repair": listing.repair if listing else 0,
    }


def _weights(scenario: Scenario) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the weights of the parts under honest and under manipulating leaders."""
    leader, free = decider(scenario)
    honest = [getattr(scenario.regime.index.weights, part) for part in PARTS]
    factors = [1 + free * (getattr(leader.parts, part) - 1) for part in PARTS]
    bent = [weight * factor for weight, factor in zip(honest, factors, strict=True)]
    total = sum(bent) or 1.0
    return _sixteen_bits(honest), _sixteen_bits([weight / total for weight in bent])


def _sixteen_bits(shares: Sequence[float]) -> tuple[int, ...]:
    """Return shares as integers that add up to at most 65536."""
    ends = [round(total * ONE16) for total in np.cumsum(shares).tolist()]
    return tuple(int(b - a) for a, b in zip([0, *ends], ends, strict=False))


def _capacities(half: float) -> np.ndarray:
    """Return capacity by wealth bin, int64: wealth/(wealth + half), 65535 is full."""
    wealth = np.array(outcomes.wealth_bin_starts())
    return np.rint(FULL * wealth / (wealth + half)).astype(np.int64)


def belief(scenario: Scenario) -> Tree:
    """Return the value that citizens attribute to points before any experience."""
    regime, believed = scenario.regime, scenario.regime.belief
    given = (
        believed.values if believed.kind == "table" else np.zeros(outcomes.SCORE_BINS)
    )
    return {
        "sloped": int(believed.kind == "slope"),
        "slope": round(believed.slope * BELIEF_UNIT * ONE16 / POINT),
        "belief": np.rint(np.array(given) * BELIEF_UNIT).astype(np.int64),
        "prior": round(believed.prior * 16),
        "belief_memory": round(believed.memory),
        "bin_factor": bin_factor(regime),
    }


def allocation(scenario: Scenario) -> Tree:
    """Return the kinds of prize with their allocation rules."""
    kinds = enumerate(scenario.world.prize.items())
    return {"prizes": tuple(_prize(scenario, k, name, p) for k, (name, p) in kinds)}


def _prize(scenario: Scenario, k: int, name: str, prize: Prize) -> PrizeRule:
    world, regime = scenario.world, scenario.regime
    rule = regime.rule_for(name)
    level = LEVELS.index(prize.pool) if prize.pool != "top" else world.n_levels - 1
    bonus = scenario.leaders.at(level).desk_bonus * freedom(regime, level)
    bins, learns = _bins(regime, rule, k)
    cut = regime.cut_for(name) if rule == "threshold" else None
    need_from = int(np.floor(prize.need_from * UNIT_INTERVAL))
    needs = byte_table(prize.need, UNIT_INTERVAL)
    return PrizeRule(
        name=name,
        rule=ALLOCATIONS.index(rule),
        capacity=threshold(_capacity(prize, float(np.mean(needs >= need_from))), ONE32),
        pool_span=world.units.spans[world.level_of(prize.pool)],
        pool_level=world.level_of(prize.pool),
        desk_level=level,
        desk_bonus=round(bonus) if rule in _BINS else 0,
        cut=points(cut) if cut is not None else 0,
        value=money(prize.value),
        wealth=money(prize.wealth),
        need_from=need_from,
        need_table=needs,
        bins=bins,
        learns=learns,
    )


def _capacity(prize: Prize, applies: float) -> float:
    """Return the places per tick and citizen, given the chance that a citizen applies."""
    return prize.capacity if prize.served is None else prize.served * applies


def _bins(regime: Regime, rule: str, k: int) -> tuple[int, int]:
    """Return the bins of a prize's B (by score, grade, ...), and whether B is learnt."""
    kind = regime.belief.kind
    if kind == "table":  # given once, for all prizes together, by score
        return (BY_SCORE if k == 0 and regime.is_scored else BY_NOTHING), 0
    has_bins = rule == "exclusion" or regime.is_scored
    if kind != "experience" or not has_bins:
        return BY_NOTHING, 0
    bins = _BINS.get(rule, BY_NOTHING)
    return bins, int(bins != BY_NOTHING)
