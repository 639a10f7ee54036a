"""One replicate advanced tick by tick: memory, threads, refits and changes of regime.

Threads inside a replicate call the kernel on ranges of villages; they change no bit. The
kernel returns before a tick at which the black box is refitted or another regime begins.
"""

import threading
from collections.abc import Callable
from concurrent.futures import wait

import numpy as np

from ..model import traits
from ..model.integers import ridge
from ..model.integers.own_ties import own_ties, with_own_ties
from ..model.integers.rules import Rules
from ..model.integers.strata import first_manipulators
from ..model.outcomes import TABLES
from ..model.user_data import Given
from . import load_kernel, load_world, state
from .partners import allocate_partners
from .thread_pools import Threads
from .unit_tables import unit_tables


class Simulation:
    """One replicate of one scenario, advanced by `run`.

    Parameters
    ----------
    rules : Rules
    seed : int
        64-bit seed of the campaign.
    replicate : int
        Number of the replicate, below 2^32.
    n_threads : int
        Threads inside the replicate; changes no bit.
    kernel : module or None
        A kernel variant; the best by default. The world is built by the same variant.
    given : Given, optional
        Citizens' traits and partners given by a user.

    Attributes
    ----------
    arrays : dict of str to ndarray
        State by citizen, shape (n_citizens,): see ``state.CITIZEN_ARRAYS``; score in
        1/256 point, wealth and payoff in 1/256 monthly income.
    partners : list of ndarray
        Network slots; `partners.partner_indices` decodes them.
    rules : Rules
        Rules of the regime now in force.
    tick : int
        Ticks simulated so far.
    """

    _threads: Threads | None = None  # started by the first work for several

    def __init__(
        self,
        rules: Rules,
        seed: int,
        replicate: int = 0,
        n_threads: int = 1,
        kernel=None,
        given: Given | None = None,
    ):
        self.given = given or Given()
        self.first_rules = self.rules = with_own_ties(rules, self.given.people)
        rules = self.rules
        self.seed, self.number, self.tick = seed, replicate, 0
        self._kernel = kernel or load_kernel()
        self._world = load_world(self._kernel)
        self.n_threads = n_threads
        self.arrays = state.allocate(rules, n_threads)
        self._outputs = state.allocate_outputs(rules, self.n_threads)
        self._appoint()
        self._bear(self.arrays)
        self._pair()
        state.classify_quality(self.arrays, self._start())
        state.begin(rules, self.arrays)
        self._seat_bodies()
        self._replicate = self._kernel.Replicate(
            self._kernel_rules(),
            self.arrays,
            self.partners,
            self.slot_levels,
            unit_tables(rules.units),
            self._outputs,
            rules.distribution_ticks,
            seed,
            replicate,
            self.n_threads,
        )
        self._in_threads(self._replicate.prepare)

    def _kernel_rules(self) -> dict:
        rules = state.kernel_rules(self.rules)
        return {**rules, "n_slots": len(self.partners)}

    def _bear(self, arrays: dict) -> None:
        """Draw the citizens; the user's own traits replace drawn ones."""
        rules, own = self.rules, self.given.people
        drawn = (
            state.kernel_rules(rules),
            rules.group_until,
            rules.tie,
            np.array(rules.ranks) if rules.ranks else np.zeros((0, 0, 0), np.int64),
            own.get("means", np.zeros(0, np.uint8)),
            rules.quality_table,
            rules.guile_table,
            rules.means_table,
            *(arrays[name] for name in state.BORN),
        )

        def draw(thread: int) -> None:
            part = self._part(thread)
            self._world.draw_citizens(*drawn, *part, self.seed, self.number)

        self._in_threads(draw)
        for name in ("quality", "guile", "means", "strategy"):
            if name in own:
                arrays[name][:] = own[name]
        if own:
            arrays["traits"][:] = traits.with_values(arrays["traits"], own)
        for level, tied in own_ties(own).items():
            arrays["ties"][:] = arrays["ties"] & ~np.uint8(1 << level) | tied << level

    def _start(self) -> np.ndarray:
        """Set the first scores and wealth; return how many citizens have each quality."""
        counts = np.zeros((self.n_threads, 256), np.int64)
        names = ("quality", "means", "wealth_target", "score", "fair_score", "wealth")
        arrays = [self.arrays[name] for name in names]

        def start(thread: int) -> None:
            part = self._part(thread)
            self._world.start_citizens(self.rules.base, *arrays, counts[thread], *part)

        self._in_threads(start)
        return counts.sum(axis=0)

    def _part(self, thread: int) -> tuple[int, int]:
        """Return the first citizen of a thread's part of the world, and that after its last."""
        n, parts = self.rules.n_citizens, self.n_threads
        return n * thread // parts, n * (thread + 1) // parts

    def _pair(self) -> None:
        """Draw the network, or take the user's."""
        rules, own = self.rules, self.given.partners
        if own is not None:
            self.partners = [np.ascontiguousarray(p, np.uint32) for p in own]
            self.slot_levels = [rules.n_levels] * len(own)
            return
        self.partners = allocate_partners(rules)
        self.slot_levels = list(rules.slot_levels)
        levels = set(self.slot_levels)
        bounds = {k: rules.units.bounds(k).astype(np.uint32) for k in levels}
        starts = [bounds[k] for k in self.slot_levels]
        network = self._world.Network(
            self.partners, starts, self.n_threads, self.seed, self.number
        )
        self._in_threads(network.draw)

    def _appoint(self) -> None:
        """Draw the first leaders: which manipulate (lowest draws first), until when."""
        rules, blocks = self.rules, self._kernel.block_numbers()
        levels = np.arange(rules.n_levels, dtype=np.uint32)
        shifts = self._kernel.philox(levels, 0, 0, blocks["STRATA"], self.seed)[0]
        for level, n_units in enumerate(rules.n_units):
            units = np.arange(n_units, dtype=np.uint32)
            block = blocks["LEADERS"] + level
            lots, clocks, *_ = self._kernel.philox(
                units, 0, self.number, block, self.seed
            )
            n = first_manipulators(rules, level, self.number, int(shifts[level]))
            bent = np.argsort(lots, kind="stable")[:n]
            self.arrays["manipulates"][level][bent] = 1
            tenure = rules.tenure[level]
            served = clocks.astype(np.uint64) * np.uint64(tenure) >> np.uint64(32)
            ends = tenure - served.astype(np.int64) if tenure else state.FOREVER
            self.arrays["ends"][level][:] = ends

    def _seat_bodies(self) -> None:
        """Note the villages that an appeals body hears: units with the lowest draws."""
        rules, bodies = self.rules, self.arrays["bodies"]
        bodies[:] = 0
        if not rules.appeals:
            return
        level, block = (
            rules.appeal_level,
            self._kernel.block_numbers()["APPEAL_BODIES"],
        )
        units = np.arange(rules.n_units[level], dtype=np.uint32)
        lots = self._kernel.philox(units, 0, self.number, block, self.seed)[0]
        chosen = np.argsort(lots, kind="stable")[: rules.appeal_bodies]
        villages = np.searchsorted(
            rules.units.bounds(level), rules.units.bounds(0), "right"
        )
        bodies[:] = np.isin(villages[:-1] - 1, chosen)

    def run(self, n_ticks: int) -> None:
        """Simulate the next `n_ticks` ticks (at most up to the end)."""
        end = min(self.tick + n_ticks, self.rules.n_ticks)
        while self.tick < end:
            self.change_if_due()
            self._run_block(self._next_stop(end))

    def _next_stop(self, end: int) -> int:
        """Return the tick before which the kernel must return: a fit or a change."""
        stops = [end, *(first for first, _ in self.rules.later if first > self.tick)]
        if self.rules.refit:
            stops.append((self.tick // self.rules.refit + 1) * self.rules.refit)
        return min(stops)

    def _run_block(self, end: int) -> None:
        first, n_ticks = self.tick, end - self.tick
        self._in_threads(lambda thread: self._replicate.run(first, n_ticks, thread))
        self.tick = end
        if state.needs_fit(self.rules, self.tick):
            self._fit()

    def _fit(self) -> None:
        """Fit the black box, actual and fair, to the records since the last fit."""
        sums = self.arrays["feature_sums"].sum(axis=0)
        for k, of_twin in enumerate(sums.tolist()):
            constant, weights = ridge.fit(of_twin, self.rules.ridge, self.rules.gain)
            self.arrays["fits"][k] = [constant, *weights]
        self.arrays["feature_sums"][:] = 0

    def rank_arrays(self, kind: int) -> tuple[str, str, str]:
        """Return the arrays of the actual, fair and oracle ranks of a prize."""
        return state.rank_arrays(self.rules, kind)

    def by_citizen(self, name: str) -> np.ndarray:
        """Return ranks or lots of the next selection by citizen, 0 without application."""
        return state.by_citizen(self.rules, self.arrays, name)

    def change_if_due(self) -> None:
        """Put another regime in force if this is its first tick; `run` calls this too."""
        due = [rules for first, rules in self.rules.later if first == self.tick]
        if not due:
            return
        later = [(at, rules) for at, rules in self.rules.later if at > self.tick]
        self.rules = due[0].followed_by(later)
        born = {name: np.zeros_like(self.arrays[name]) for name in state.BORN}
        self._bear(born)
        kept = np.uint8(traits.FLAGS["aware"] | traits.BOUGHT)
        known = self.arrays["traits"] & kept
        self.arrays["traits"][:] = born["traits"] & ~kept | known
        state.change(self.rules, self.arrays, self.tick)
        self._seat_bodies()
        self._replicate.take_rules(self._kernel_rules())
        self.republish(self.tick)

    def republish(self, tick: int) -> None:
        """Publish and rank everyone for a tick again, after arrays were changed."""
        self._in_threads(lambda thread: self._replicate.republish(tick, thread))

    def time_phases(self) -> None:
        """Let `run` measure the phases of ticks from now on, for benchmarks."""
        self._replicate.seconds = np.zeros((self.n_threads, len(self._kernel.PHASES)))

    def phase_seconds(self) -> dict[str, list[float]]:
        """Return CPU seconds by phase of ticks and thread, since `time_phases`."""
        by_phase = self._replicate.seconds.T.tolist()
        return dict(zip(self._kernel.PHASES, by_phase, strict=True))

    def _in_threads(self, work: Callable[[int], None]) -> None:
        """Call `work` with the number of each thread, in all of them or, on error, in none.

        None may be missing: in the kernel threads wait for each other.
        """
        if self.n_threads == 1:
            work(0)
            return
        if self._threads is None:
            self._threads = Threads(self, self.n_threads)
        pool = self._threads.pool
        door = threading.Barrier(self.n_threads)

        def enter(thread: int) -> None:
            door.wait()
            work(thread)

        try:
            calls = [pool.submit(enter, k) for k in range(self.n_threads)]
        except BaseException:
            door.abort()
            self._threads.break_off()
            self._threads = None
            raise
        wait(calls)
        for call in calls:
            call.result()

    def saved(self) -> dict[str, np.ndarray]:
        """Return the state that `restore` needs to resume from here, by name, not copied.

        The network, which is drawn again from the seed, and scratch are left out. The
        state is the same on any number of threads.
        """
        kept = {"tick": np.int64(self.tick)}
        for name, values in self.arrays.items():
            if state.SCRATCH.fullmatch(name):
                continue
            for k, array in enumerate(values if isinstance(values, list) else [values]):
                kept[f"{name}.{k}" if isinstance(values, list) else name] = array
        for name in state.BY_THREAD:
            kept[name] = kept[name].sum(axis=0)
        return kept | {f"output.{k}": table for k, table in self.outputs().items()}

    def restore(self, kept) -> None:
        """Resume from a state that `saved` returned, in a simulation with the same arguments.

        Parameters
        ----------
        kept : mapping of str to ndarray
        """
        tick = int(kept["tick"])
        for first, rules in self.first_rules.later:
            if first < tick:
                later = [(at, r) for at, r in self.first_rules.later if at > first]
                self.rules = rules.followed_by(later)
        for name, values in self.arrays.items():
            if state.SCRATCH.fullmatch(name) or name in state.BY_THREAD:
                continue
            for k, array in enumerate(values if isinstance(values, list) else [values]):
                array[...] = kept[f"{name}.{k}" if isinstance(values, list) else name]
        for name in state.BY_THREAD:
            self.arrays[name][:] = 0
            self.arrays[name][0] = kept[name]
        for name, table in self._outputs.items():
            table[:] = 0
            table[0] = kept[f"output.{name}"]
        self.tick = tick
        self._replicate.take_rules(self._kernel_rules())
        self._replicate.count_manipulating()
        self.republish(tick)

    def outputs(self) -> dict[str, np.ndarray]:
        """Return the wide tables so far: by table name, int64, outputs on the last axis."""
        parts = {k: a.reshape(len(a), a[0].size) for k, a in self._outputs.items()}
        found = {
            name: np.empty(part.shape[1], np.int64) for name, part in parts.items()
        }

        def add_up(thread: int) -> None:  # its share of the values of each table
            for name, part in parts.items():
                n, all_threads = part.shape[1], self.n_threads
                own = slice(n * thread // all_threads, n * (thread + 1) // all_threads)
                np.sum(part[:, own], axis=0, out=found[name][own])

        self._in_threads(add_up)
        return {
            name: found[name].reshape(a.shape[1:]) for name, a in self._outputs.items()
        }

    def final_outputs(self) -> dict[str, np.ndarray]:
        """Return the tables of a run that has ended; those of one thread are not copied."""
        if self.n_threads > 1:
            return self.outputs()
        return {table.name: self._outputs[table.name][0] for table in TABLES}
