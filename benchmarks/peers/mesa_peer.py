"""The model for Mesa: one agent per citizen, in plain Python.

Blocks that most citizens need are drawn for all at once in NumPy, others by the agent who
needs one. The model gathers its agents' attributes into arrays for selection and sums.
"""

from collections import Counter
from types import SimpleNamespace

import mesa
import numpy as np
from common import (
    COLUMNS,
    N_BINS,
    SEED,
    count_constants,
    distribute,
    drawn_world,
    first_memory,
    learn_values,
    tables,
    wide,
)
from mesa_citizen import Citizen
from numpy_selection import allot, measure
from philox import philox as philox_arrays

from scsfast.model.draws import CITIZEN, FREE_TIME, PAIR, SLOT, TEMPTED

GATHERED = ("score", "fair_score", "wealth", "payoff", "prizes", "strategy", "need")
COUNTED = ("sums", "by_domain", "by_level", "by_group")
TABLES = (*COUNTED, "by_grade", "by_stratum", "by_tie", "by_prize")


class MesaModel(mesa.Model):
    """One replicate.

    Parameters
    ----------
    rules : Rules
        As `common.rules` returns them.
    """

    def __init__(self, rules):
        super().__init__(rng=SEED)
        n, self.rules, self.now = rules.n_citizens, rules, 0
        world, strategy, self.partners = drawn_world(rules)
        self.world = wide(world)
        self.outputs, self.memory = tables(rules), first_memory(rules)
        count_constants(rules, world, self.outputs)
        wealth = rules.wealth_target[self.world.means].tolist()
        every = np.arange(n)
        words = philox_arrays(every, 0xFFFFFFFF, CITIZEN)
        self.need = rules.prizes[0].need_table[words[3] & 255]
        born = zip(*(trait.tolist() for trait in self.world), strict=True)
        first = zip(born, strategy.tolist(), wealth, self.need.tolist(), strict=True)
        self.citizens = [Citizen(self, i, *rest) for i, rest in enumerate(first)]
        self.first_grade = np.zeros(n, np.int64)
        self.gather()

    def gather(self) -> None:
        """Collect the attributes of the agents that are measured into arrays."""
        for name in GATHERED:
            setattr(self, name, np.array(self.agents.get(name), np.int64))

    def run(self, n_ticks: int) -> None:
        """Simulate the next ticks."""
        for _ in range(n_ticks):
            self.step()

    def step(self) -> None:
        """Simulate one tick."""
        rules, now = self.rules, self.now
        self.of = SimpleNamespace(**{name: self.outputs[name][now] for name in TABLES})
        self.counts = Counter()
        if now == rules.measured_from:
            self.first_grade = np.digitize(self.score, rules.cuts)
        self.agents.do("publish")
        won = allot(self)
        bins = (self.score - rules.floor) * rules.bin_factor >> 32
        citizens = np.bincount(bins, minlength=N_BINS)
        bin_wins = np.bincount(bins[won], minlength=N_BINS)
        self.draw(won)
        self.agents.do("live")
        self.note_counts()
        self.gather()
        learn_values(rules, self.memory, citizens, bin_wins)
        measure(self)
        if now in rules.distribution_ticks:
            distribute(rules, self.world, self, self.first_grade, now, self.outputs)
        self.now += 1

    def draw(self, won: np.ndarray) -> None:
        """Draw the blocks that most agents need, and find everyone's partner."""
        n, now = self.rules.n_citizens, self.now
        every = np.arange(n)
        word = int(philox_arrays(np.zeros(1), now, SLOT)[0][0])
        other = self.partners[word * len(self.partners) >> 32]
        self.won, self.other = won.tolist(), other.tolist()
        self.belief = self.memory["belief"].tolist()
        self.words = {
            block: list(zip(*(x.tolist() for x in words), strict=True))
            for block, words in (
                (CITIZEN, philox_arrays(every, now, CITIZEN)),
                (TEMPTED, philox_arrays(every, now, TEMPTED)),
                (FREE_TIME, philox_arrays(every, now, FREE_TIME)),
                (PAIR, philox_arrays(np.minimum(every, other), now, PAIR)),
            )
        }

    def note_counts(self) -> None:
        """Add what the agents counted to the tick's tables."""
        for (name, *where), by in self.counts.items():
            for table in COUNTED:
                if hasattr(COLUMNS[table], name):
                    column = getattr(COLUMNS[table], name)
                    getattr(self.of, table)[(*where, column)] += by
