"""The model for NumPy: the tick around what citizens do, in chunks that fit the cache."""

from types import SimpleNamespace

import numpy as np
from common import (
    N_BINS,
    acts,
    count_constants,
    distribute,
    drawn_world,
    first_memory,
    learn_values,
    tables,
    wide,
)
from numpy_citizens import Citizens
from numpy_selection import allot, measure
from philox import philox

from scsfast.model.draws import CITIZEN, SLOT

CHUNK = 16_384  # citizens: 128 KiB an array of int64


class NumpyModel(Citizens):
    """One replicate.

    Parameters
    ----------
    rules : Rules
        As `common.rules` returns them.
    """

    def __init__(self, rules):
        n, self.rules, self.now = rules.n_citizens, rules, 0
        world, self.strategy, self.partners = drawn_world(rules)
        self.world = wide(world)
        self.outputs, self.memory = tables(rules), first_memory(rules)
        count_constants(rules, world, self.outputs)
        self.offences, self.deeds = acts(rules.offences), acts(rules.deeds)
        self.score, self.fair_score = np.full(n, rules.base), np.full(n, rules.base)
        self.wealth = rules.wealth_target[self.world.means].astype(np.int64)
        self.payoff, self.prizes = np.zeros(n, np.int64), np.zeros(n, np.int64)
        self.first_grade, self.won = np.zeros(n, np.int64), np.zeros(n, bool)
        every = np.arange(n)
        self.need = rules.prizes[0].need_table[
            philox(every, 0xFFFFFFFF, CITIZEN)[3] & 255
        ]
        self.norm = np.array(rules.norm).reshape(4, 2, 2) > 0

    def run(self, n_ticks: int) -> None:
        """Simulate the next ticks."""
        for _ in range(n_ticks):
            self.tick()

    def tick(self) -> None:
        """Simulate one tick."""
        rules, now = self.rules, self.now
        names = ("sums", "by_domain", "by_level", "by_group", "by_grade", "by_stratum")
        names += ("by_tie", "by_prize")
        self.of = SimpleNamespace(**{name: self.outputs[name][now] for name in names})
        if now == rules.measured_from:
            self.first_grade = np.digitize(self.score, rules.cuts)
        self.published = (
            self.strategy.copy(),
            np.clip(self.payoff >> 6, -32768, 32767),
            self.score >= rules.good_from,
            self.fair_score >= rules.good_from,
        )
        self.won = allot(self)
        bins = (self.score - rules.floor) * rules.bin_factor >> 32
        bin_wins = np.bincount(bins[self.won], minlength=N_BINS)
        slot = int(philox(np.zeros(1), now, SLOT)[0][0]) * len(self.partners) >> 32
        for start in range(0, rules.n_citizens, CHUNK):
            self.live(start, min(start + CHUNK, rules.n_citizens), self.partners[slot])
        learn_values(rules, self.memory, np.bincount(bins, minlength=N_BINS), bin_wins)
        measure(self)
        if now in rules.distribution_ticks:
            distribute(rules, self.world, self, self.first_grade, now, self.outputs)
        self.now += 1
