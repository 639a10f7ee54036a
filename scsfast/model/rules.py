"""The integers of one scenario: what both twins compute with.

Chances are thresholds against 16 or 32 random bits (0 never, full scale always), money is
in 1/256 monthly income, points in 1/256 point. `integers.build_rules` makes them.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ActRule:
    """One kind of act in integers; `dealt` are points by (manipulating, kind of citizen)."""

    until: int  # offered when the draw is below this and not below the act before
    inverse_scale: int  # 65536 x 256 / scale
    penalty: int
    price: int
    social_value: int
    scored: int  # whether the regime gives points at all
    points: int  # honest
    dealt: tuple[int, ...]  # honest x3, then manipulating: (neutral, client, dissenter)
    domain: int
    human: int
    seen: tuple[int, ...]  # threshold (16 bit) by group


@dataclass(frozen=True)
class Rules:
    """All numbers of one scenario; arrays and tuples are indexed as named."""

    # geometry and time
    n_citizens: int
    n_ticks: int
    measured_from: int
    distribution_ticks: tuple[int, ...]
    n_levels: int
    spans: tuple[int, ...]  # citizens of a unit by level, 1 above the last level
    slot_spans: tuple[int, ...]  # citizens inside which a slot pairs
    mean_span: int  # citizens of a unit whose mean is recorded, 0: none
    # citizens
    quality_table: np.ndarray
    guile_table: np.ndarray
    means_table: np.ndarray
    group_until: tuple[int, ...]
    strategy_until: tuple[int, ...]
    dissenter: int
    aware: int
    enrolled: int
    # leaders, by level
    tie: tuple[int, ...]
    manipulators: tuple[int, ...]  # how many units
    favour: tuple[int, ...]  # 16 bit
    credit_rate: tuple[int, ...]
    credit_points: tuple[int, ...]
    frame_rate: tuple[int, ...]
    frame_points: tuple[int, ...]
    clients_know: int
    deciding: int
    # conduct
    offences: tuple[ActRule, ...]
    deeds: tuple[ActRule, ...]
    moral: int
    intrinsic: int
    inverse_fake: int
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
    norm: tuple[int, ...]
    meeting_seen: int
    meeting_plus: int
    meeting_minus: int
    meeting_dealt: tuple[int, ...]  # (plus, minus) if the deciding leader manipulates
    # records and score
    lost: int  # 16 bit
    reversed: int  # 16 bit, cumulative above `lost`
    scored: int
    base: int
    floor: int
    ceiling: int
    drift: int
    good_from: int
    cuts: tuple[int, ...]
    # belief
    learns_value: int
    sloped: int  # a given slope, the same at every score
    slope: int  # of the belief, times 65536, per 1/256 point
    belief: np.ndarray  # at the start, int64, 1/65536 monthly income a tick
    prior: int
    belief_memory: int
    bin_factor: int
    # allocation
    allocation: int  # index in regime.ALLOCATIONS
    capacity: int  # 32 bit
    pool_span: int
    desk_level: int
    desk_bonus: int  # whole points
    prize_value: int
    prize_wealth: int
    need_table: np.ndarray
    need_from: int
    # wealth and truth
    wealth_target: np.ndarray
    wealth_rate: int
    bad_quality: int

    @property
    def n_units(self) -> tuple[int, ...]:
        """Units of each level that the world has."""
        return tuple(
            -(-self.n_citizens // span) for span in self.spans[: self.n_levels]
        )

    @property
    def n_mean_units(self) -> int:
        """Units whose mean scores are recorded."""
        return -(-self.n_citizens // self.mean_span) if self.mean_span else 0
