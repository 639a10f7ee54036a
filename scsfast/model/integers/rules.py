"""The integers of one scenario under one regime, from which kernel and reference compute.

Chances are thresholds against 16 or 32 random bits (0 never, full scale always), money is
in 1/256 monthly income, points in 1/256 point. `build.build_rules` makes them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from ..units import Units


@dataclass(frozen=True)
class ActRule:
    """One kind of act in integers; `dealt` are points by (manipulating, kind of citizen)."""

    until: int  # offered when the draw is below this and not below the act before
    inverse_scale: int  # 65536 x 256 / scale
    scale: int  # at least 1
    penalty: int
    price: int
    due: int  # citizens with less wealth break the rule without meaning to
    social_value: int
    positive: int
    only: int  # mask of the groups that are offered it
    defies: int
    scored: int  # whether the regime records it at all
    points: int  # honest
    dealt: tuple[int, ...]  # honest x3, then manipulating: (neutral, client, dissenter)
    lists: int
    limit: int  # highest score that a record leaves
    domain: int
    human: int
    seen: tuple[int, ...]  # chance (16 bit) that it counts, by group
    seen_low: tuple[int, ...]  # the same in bad standing, under more scrutiny


@dataclass(frozen=True)
class PrizeRule:
    """One kind of prize in integers, with the allocation rule of the regime."""

    name: str
    rule: int  # index in regime.ALLOCATIONS
    capacity: int  # 32 bit
    pool_span: int  # citizens of the largest pool
    pool_level: int  # above all levels: the whole world
    desk_level: int
    desk_bonus: int  # whole points; any but 0 lifts under `exclusion`
    cut: int  # score from which `threshold` serves
    value: int
    wealth: int
    need_from: int
    need_table: np.ndarray
    bins: int  # bins of B: 0 none, 1 score, 2 grade, 3 list state, 4 cut
    learns: int  # whether B is learnt from prizes


@dataclass(frozen=True)
class Rules:
    """All numbers of one scenario; arrays and tuples are indexed as named."""

    # geometry and time
    n_citizens: int
    n_ticks: int
    ticks_per_year: int
    measured_from: int
    distribution_ticks: tuple[int, ...]
    n_levels: int
    units: Units
    spans: tuple[int, ...]  # citizens of the largest unit by level, 1 above the last
    slot_spans: tuple[int, ...]  # citizens of the largest unit in which a slot pairs
    slot_levels: tuple[int, ...]  # levels in whose units it does
    mean_span: int  # citizens of the largest unit whose mean is recorded, 0: none
    mean_level: int  # level of these units, -1: none
    # citizens
    quality_table: np.ndarray
    guile_table: np.ndarray
    means_table: np.ndarray
    ranks: tuple[np.ndarray, ...]  # of correlated quality, means, guile: see copula.py
    group_until: np.ndarray  # by means: cumulative, 32 bit
    strategy_until: tuple[int, ...]
    dissenter: int
    aware: int
    enrolled: int
    # leaders, by level
    tie: np.ndarray  # by level and means, 32 bit
    tie_share: tuple[int, ...]  # 32 bit, whatever the means
    manipulator_share: tuple[int, ...]  # 32 bit: of first leaders; chance of later ones
    tenure: tuple[int, ...]  # ticks, 0: no end
    audit: tuple[int, ...]  # 32 bit per tick
    favouritism: tuple[int, ...]  # 16 bit
    credit_rate: tuple[int, ...]
    credit_points: tuple[int, ...]
    frame_rate: tuple[int, ...]
    frame_points: tuple[int, ...]
    retaliate: tuple[int, ...]  # 16 bit
    retaliate_points: tuple[int, ...]
    sale_rate: tuple[int, ...]
    sale_points: tuple[int, ...]
    sale_price: tuple[int, ...]  # of all its points
    rich_from: tuple[int, ...]  # means
    inflation: tuple[int, ...]  # points per tick while all siblings are ahead
    inflation_cap: tuple[int, ...]
    recentring: tuple[int, ...]  # 16 bit, of the units one level below
    tilt: tuple[int, ...]
    target: tuple[int, ...]  # 0: none, BY_MEAN or BY_COUNT
    target_effort: tuple[int, ...]  # 16 bit, of an even contest; may be above 1
    target_width: tuple[int, ...]  # of a contest, in the figure's 1/256
    target_step: tuple[int, ...]  # points per tick, or chance (16 bit), of full effort
    career_learning: tuple[int, ...]  # 32 bit per tick and group of siblings
    career_selection: tuple[int, ...]  # 1/4096 per monthly income
    favour_value: tuple[int, ...]  # 1/65536 monthly income, times citizens
    standing_value: tuple[int, ...]  # 1/65536 monthly income per tick
    audit_cost: tuple[int, ...]  # expected, 1/65536 monthly income per tick
    orders: tuple[int, ...]  # 16 bit, of levels above the deciding one
    favours: tuple[int, ...]  # whether any act of these leaders favours clients
    opposes: tuple[int, ...]  # whether any harms dissenters
    placebo: int  # acts fall on citizens drawn anew each tick
    clients_know: int
    deciding: int
    # conduct
    offences: tuple[ActRule, ...]
    deeds: tuple[ActRule, ...]
    moral: int
    intrinsic: int
    inverse_fake: int
    price_weight: int  # 1/65536
    fake_cost: int  # 16 bit, share of the price
    foresight: int  # transparency x horizon, in 1/65536 tick
    help_rate: int
    help_value: int
    # meetings
    benefit: int
    cost: int
    slip: int  # 16 bit, at quality 0
    publicity: int
    learning: int
    selection: int  # in 1/4096 per 1/16 monthly income: x = diff16 x selection >> 8
    mutation: int
    payoff_rate: int
    norm: tuple[
        int, ...
    ]  # signs of the four cases, for each group of the judged in turn
    meeting_seen: int  # 16 bit: that it is judged
    meeting_right: int  # 16 bit, at most meeting_seen: that it is judged rightly
    meeting_plus: int
    meeting_minus: int
    meeting_dealt: tuple[int, ...]  # (plus, minus) if the deciding leader manipulates
    # awareness and consent
    told: int  # 16 bit: that an aware partner tells
    publicity_heard: int  # 32 bit per tick
    opt_rate: int  # 32 bit per tick, 0: nobody joins or leaves
    opt_inverse: int  # 65536 x 256 / scale
    opt_cost: int
    outlook: int  # points
    # records and score
    lost: int  # 16 bit
    reversed: int  # 16 bit, cumulative above `lost`
    misfiled: int  # 16 bit: entered for a namesake
    recorded: int  # whether there are records at all
    scored: int  # whether there are scores
    at_base: int  # 1: without a score, rank as if at base; 0: last
    scorer: int  # index in regime.SCORERS
    base: int
    floor: int
    ceiling: int
    drift: int
    n_cohorts: int  # calendar years that a record counts, 0: drift instead
    good_from: int
    cuts: tuple[int, ...]
    sale_cuts: tuple[int, ...]  # cuts that sold points may reach
    drops: int  # whether any record drops to a grade
    # index and black box
    weights: tuple[int, ...]  # of parts, 16 bit, at most 65536 in all
    manipulated_weights: tuple[int, ...]  # if the deciding leader manipulates
    identity: tuple[int, ...]  # by group, 16 bit
    capacity_table: np.ndarray  # by wealth bin, int64, 16 bit
    score_rate: int  # 16 bit
    record_weight: int
    circle_weight: int
    history_start: int
    behaviour_slope: int  # behaviour = 32768 + (payoff x this >> 16)
    level_factor: int  # (score - floor) x this >> 32 is the published level, 0..255
    refit: int
    ridge: int
    gain: int  # cost in points of one expected violation per tick
    # appeals
    appeals: int  # mask of appeals.REVERSIBLE, 0: no appeals
    appeal_level: int
    appeal_bodies: int  # units of the level that have one
    appeal_chance: int  # 16 bit: contested,
    appeal_grants: int  # and of these below this: reversed
    appeal_delay: int  # ticks, 0: no appeals
    # list
    listing: int
    list_term: int
    list_extension: int
    list_exit: int  # 16 bit per tick, at full quality
    list_framed: int
    list_repair: int  # ticks that a recorded deed takes from a term
    # belief
    sloped: int  # a given slope, the same at every score
    slope: int  # of the belief, times 65536, per 1/256 point
    belief: np.ndarray  # at the start, int64, 1/65536 monthly income per tick
    prior: int
    belief_memory: int
    bin_factor: int
    # prizes, wealth and truth
    prizes: tuple[PrizeRule, ...]
    wealth_target: np.ndarray
    wealth_rate: int
    bad_quality: int
    begins: int = 0  # first tick of the regime
    registry: int = 0  # of outputs, as `registries` numbers them
    later: tuple[tuple[int, "Rules"], ...] = ()  # (first tick, rules) of later regimes

    @property
    def n_units(self) -> tuple[int, ...]:
        """Units of each level that the world has."""
        return tuple(self.units.count(level) for level in range(self.n_levels))

    @property
    def n_mean_units(self) -> int:
        """Units whose mean scores are recorded."""
        return self.units.count(self.mean_level) if self.mean_level >= 0 else 0

    @property
    def prize_kinds(self) -> tuple[str, ...]:
        """Names of the kinds of prize."""
        return tuple(prize.name for prize in self.prizes)

    def citizens_of(self, level: int, unit: int) -> range:
        """Return the citizens of a unit of a level."""
        return self.units.citizens(level, unit)

    def followed_by(self, later: Iterable[tuple[int, "Rules"]]) -> "Rules":
        """Return these rules followed by those of further regimes."""
        return replace(self, later=tuple(later))

    @property
    def has_parts(self) -> bool:
        """Whether scores are made of parts, so that citizens carry history and circle."""
        return self.scorer in (INDEX, MODEL)


LEDGER, INDEX, MODEL, LIST, NONE = range(5)  # as regime.SCORERS
NO_TARGET, BY_MEAN, BY_COUNT = range(3)  # Rules.target
BY_NOTHING, BY_SCORE, BY_GRADE, BY_LIST, BY_CUT = range(5)  # PrizeRule.bins
