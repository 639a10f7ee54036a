"""The loop over citizens: one replicate's ticks over contiguous arrays, without the GIL.

The rules of one citizen are C functions in ``csrc/scs_rules.h``; here is who is computed
when. Villages are cut into tiles of at most 256 citizens, so that a tile's draws and state
stay in the L1 cache. A tick is: exact selection of the winners (one item a pool and rule),
a barrier, one pass over all tiles, a barrier. Each thread computes a range of villages and
counts into rows of its own; integers add up to the same sums in any order.

It checks nothing: ``simulate.py`` hands over arrays of the right shapes and dtypes.
"""

from libc.stdint cimport (
    int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t, uintptr_t,
)
from libc.stdlib cimport calloc, free

import numpy as np

from scsfast.engine.conduct cimport act, favour, help_informally
from scsfast.engine.csrc cimport *
from scsfast.engine.measure cimport distribute, measure
from scsfast.engine.meeting cimport meet
from scsfast.engine.prizes cimport count_pool, rank_citizens, reward
from scsfast.engine.settle cimport publish, remember_grades, settle
from scsfast.engine.tile cimport draw, meet_leaders, place

cdef enum:
    N_TABLES = 10
    FIRST_DISTRIBUTION = 6  # tables before this have a row a tick

TABLES = (
    "sums", "by_domain", "by_level", "by_tie", "by_group", "by_grade",
    "grade_transitions", "score_histogram", "histograms", "by_unit",
)

cdef struct Worker:
    scs_tile_t tile
    scs_row_t row
    uint32_t *keys


cdef void *_address(array):
    """Return where an array's data begins."""
    return <void *><uintptr_t>array.ctypes.data


cdef inline int64_t _parts(int64_t n, int64_t span) noexcept nogil:
    """Return how many parts of `span` cover n."""
    return (n + span - 1) // span


cdef list _strings(const char *const *names):
    """Return a zero-terminated list of C strings."""
    found, k = [], 0
    while names[k] != NULL:
        found.append(names[k].decode())
        k += 1
    return found


def output_names():
    """Return the kernel's columns by table, to be held against the registry."""
    return dict(zip(TABLES, (
        _strings(scs_names_sums), _strings(scs_names_by_domain),
        _strings(scs_names_by_level), _strings(scs_names_by_tie),
        _strings(scs_names_by_group), _strings(scs_names_by_grade),
        _strings(scs_names_grade_transitions), _strings(scs_names_score_histogram),
        _strings(scs_names_histograms), _strings(scs_names_by_unit),
    )))


def block_numbers():
    """Return the kernel's block numbers, to be held against the draw plan."""
    return {
        "OFFERS": SCS_OFFERS, "REPORTS": SCS_REPORTS, "LEADERSHIP": SCS_LEADERSHIP,
        "NEEDS": SCS_NEEDS, "PAIR": SCS_PAIR, "SLOT": SCS_SLOT, "TRAITS": SCS_TRAITS,
        "STATUS": SCS_STATUS, "MATCHING": SCS_MATCHING, "TIES": SCS_TIES,
        "LEADERS": SCS_LEADERS,
    }


def processor_level():
    """Return the x86-64 level of this processor: 4, 3, or 1 for all others."""
    return scs_processor_level()


def build_flags():
    """Return what this module was built with: compiler, flags and git revision."""
    return {
        "compiler": scs_compiler.decode(),
        "flags": SCS_FLAGS.decode(),
        "revision": SCS_REVISION.decode(),
    }


def exponentials():
    """Return the table of E, 4097 16-bit chances."""
    return np.array([scs_exp_table[k] for k in range(4097)])


def philox(uint32_t[::1] who, uint32_t when, uint32_t replicate, uint32_t block,
           uint64_t seed):
    """Return the four words of the blocks of many counters, uint32, shape (4, n)."""
    cdef int64_t n = who.shape[0], room = n + 8
    padded = np.zeros(room, np.uint32)
    padded[:n] = who
    words = np.zeros((4, room), np.uint32)
    scs_philox_fill(<uint32_t *>_address(words), room, <uint32_t *>_address(padded), n,
                    when, replicate, block, seed)
    return words[:, :n]


cdef class Replicate:
    """One replicate's memory and the loops over it.

    Parameters
    ----------
    rules : dict
        Every member of ``scs_rules_t``.
    offences, deeds : list of dict
        Every member of ``scs_act_t`` for each act.
    arrays : dict of str to ndarray
        The state and tables of ``state.py``, C-contiguous; kept alive and written here.
    partners : list of ndarray
        By slot: uint16 offsets in the unit, or uint32 indices where units are larger.
    outputs : dict of str to ndarray of int64, shape (n_threads, rows, ...)
        By table of the registry, zeroed.
    distribution_ticks : tuple of int
    seed, replicate, n_threads : int
    """

    cdef scs_model_t model
    cdef Worker *workers
    cdef scs_act_t *acts
    cdef scs_barrier_t barrier
    cdef int64_t *out[N_TABLES]
    cdef int64_t out_thread[N_TABLES]
    cdef int64_t out_row[N_TABLES]
    cdef int64_t *connected
    cdef int64_t *group_citizens
    cdef int64_t *bin_count
    cdef int64_t *bin_wins
    cdef int64_t n_villages, n_pools
    cdef int n_threads
    cdef object distribution_row
    cdef object keep_alive

    def __cinit__(self, rules, offences, deeds, arrays, partners, outputs,
                  distribution_ticks, uint64_t seed, uint32_t replicate, int n_threads):
        self.keep_alive = (arrays, partners, outputs)
        self.model.seed, self.model.replicate = seed, replicate
        self.n_threads = n_threads
        self.model.rules = rules
        self._take_acts(offences, deeds)
        self._take_arrays(arrays)
        for k, partner in enumerate(partners):
            self.model.slot_span[k] = rules["slot_spans"][k]
            if partner.dtype == np.uint16:
                self.model.near[k] = <uint16_t *>_address(partner)
            else:
                self.model.far[k] = <uint32_t *>_address(partner)
        for k, name in enumerate(TABLES):
            self.out[k] = <int64_t *>_address(outputs[name])
            self.out_thread[k] = outputs[name][0].size
            self.out_row[k] = outputs[name][0, :1].size
        self.distribution_row = {tick: k for k, tick in enumerate(distribution_ticks)}
        self.n_villages = _parts(self.model.rules.n_citizens, self.model.rules.spans[0])
        self.n_pools = _parts(self.model.rules.n_citizens, self.model.rules.pool_span)
        self.workers = <Worker *>calloc(n_threads, sizeof(Worker))
        self.model.cuts = <scs_cut_t *>calloc(3 * self.n_pools, sizeof(scs_cut_t))
        if self.workers == NULL or self.model.cuts == NULL:
            raise MemoryError("not enough memory for the kernel's scratch")
        scs_barrier_init(&self.barrier)
        for thread in range(n_threads):
            self.workers[thread].keys = <uint32_t *>_address(arrays["applicant_keys"][thread])

    def __dealloc__(self):
        free(self.workers)
        free(self.model.cuts)
        free(self.acts)

    def _take_acts(self, offences, deeds):
        cdef int64_t k
        self.acts = <scs_act_t *>calloc(1 + len(offences) + len(deeds), sizeof(scs_act_t))
        if self.acts == NULL:
            raise MemoryError("not enough memory for the act catalogue")
        for k, act in enumerate((*offences, *deeds)):
            self.acts[k] = act
        self.model.offences = self.acts
        self.model.deeds = self.acts + len(offences)
        until = np.array([act["until"] for act in (*offences, *deeds)] + [0], np.int64)
        self.model.offence_until = <int64_t *>_address(until)
        self.model.deed_until = self.model.offence_until + len(offences)
        self.keep_alive += (until,)

    def _take_arrays(self, arrays):
        cdef scs_state_t *s = &self.model.state
        s.quality = <uint8_t *>_address(arrays["quality"])
        s.guile = <uint8_t *>_address(arrays["guile"])
        s.means = <uint8_t *>_address(arrays["means"])
        s.ties = <uint8_t *>_address(arrays["ties"])
        s.traits = <uint8_t *>_address(arrays["traits"])
        s.strategy = <uint8_t *>_address(arrays["strategy"])
        s.first_grade = <uint8_t *>_address(arrays["first_grade"])
        s.score = <int32_t *>_address(arrays["score"])
        s.fair_score = <int32_t *>_address(arrays["fair_score"])
        s.wealth = <int32_t *>_address(arrays["wealth"])
        s.payoff = <int32_t *>_address(arrays["payoff"])
        s.prizes = <uint16_t *>_address(arrays["prizes"])
        s.published[0] = <uint32_t *>_address(arrays["published_even"])
        s.published[1] = <uint32_t *>_address(arrays["published_odd"])
        s.rank = <uint16_t *>_address(arrays["rank"])
        s.fair_rank = <uint16_t *>_address(arrays["fair_rank"])
        s.oracle_rank = <uint16_t *>_address(arrays["oracle_rank"])
        s.lot = <uint16_t *>_address(arrays["lot"])
        s.tercile = <uint8_t *>_address(arrays["tercile"])
        s.quality_class = <uint8_t *>_address(arrays["quality_class"])
        s.wealth_target = <int32_t *>_address(arrays["wealth_target"])
        s.need = <int32_t *>_address(arrays["need"])
        s.belief = <int64_t *>_address(arrays["belief"])
        for level in range(self.model.rules.n_levels):
            self.model.bends[level] = <uint8_t *>_address(arrays[f"bends_{level}"])
        self.connected = <int64_t *>_address(arrays["connected"])
        self.group_citizens = <int64_t *>_address(arrays["group_citizens"])
        self.bin_count = <int64_t *>_address(arrays["bin_count"])
        self.bin_wins = <int64_t *>_address(arrays["bin_wins"])
        # Rules that rank alike share an array, and its cut: actual, fair, oracle.
        self.model.rule_of[0] = 0
        self.model.rule_of[1] = 0 if s.fair_rank == s.rank else 1
        self.model.rule_of[2] = 0 if s.oracle_rank == s.rank else 2

    # One tick -------------------------------------------------------------------------

    def prepare(self):
        """Count what stays the same, publish, and rank everyone for the first tick."""
        cdef scs_rules_t *r = &self.model.rules
        cdef scs_state_t *s = &self.model.state
        cdef int64_t i, tercile
        cdef int level
        with nogil:
            for i in range(r.n_citizens):
                tercile = s.tercile[s.quality[i]]
                self.group_citizens[s.traits[i] & SCS_GROUP] += 1
                self.connected[SCS_TIE_ALL * SCS_N_TERCILES + tercile] += 1
                self.connected[SCS_TIE_ANY * SCS_N_TERCILES + tercile] += s.ties[i] != 0
                for level in range(<int>r.n_levels):
                    self.connected[level * SCS_N_TERCILES + tercile] += s.ties[i] >> level & 1
            for i in range(self.n_villages):
                self._village(&self.workers[0], i * r.spans[0], -1)

    def run(self, int64_t first, int64_t count, int thread):
        """Simulate `count` ticks from `first` on as thread number `thread`.

        All `n_threads` threads must call this with the same ticks.
        """
        cdef int64_t tick, row
        rows = [self.distribution_row.get(tick, -1) for tick in range(first, first + count)]
        cdef int64_t[::1] distribution = np.array(rows, np.int64)
        with nogil:
            for tick in range(first, first + count):
                row = distribution[tick - first]
                self._aim(thread, tick, row)
                self._allocate(thread)
                scs_barrier_wait(&self.barrier, self.n_threads)
                self._live(thread, tick, row)
                scs_barrier_wait(&self.barrier, self.n_threads)
                if thread == 0 and self.model.rules.learns_value:
                    self._learn_value()

    cdef void _aim(self, int thread, int64_t tick, int64_t row) noexcept nogil:
        """Point a thread's row at the tables' entries of this tick."""
        cdef int64_t **pointers = <int64_t **>&self.workers[thread].row
        cdef int64_t k, at
        for k in range(N_TABLES):
            at = tick if k < FIRST_DISTRIBUTION else max(row, 0)
            pointers[k] = self.out[k] + thread * self.out_thread[k] + at * self.out_row[k]

    cdef void _live(self, int thread, int64_t tick, int64_t row) noexcept nogil:
        """Compute a thread's villages, and the distributions if this tick has them."""
        cdef Worker *w = &self.workers[thread]
        cdef int64_t span = self.model.rules.spans[0], village, k
        for village in range(self.n_villages * thread // self.n_threads,
                             self.n_villages * (thread + 1) // self.n_threads):
            self._village(w, village * span, tick)
            if row >= 0:
                distribute(&self.model, &w.row, village * span, tick)
        if thread == 0:
            for k in range(SCS_N_TIES * SCS_N_TERCILES):
                w.row.by_tie[k * SCS_N_by_tie + SCS_connected] = self.connected[k]
            for k in range(SCS_N_GROUPS):
                w.row.by_group[k * SCS_N_by_group + SCS_group_citizens] = self.group_citizens[k]

    cdef void _village(self, Worker *w, int64_t start, int64_t tick) noexcept nogil:
        """Compute one village in tiles; tick -1 only publishes and ranks for tick 0."""
        cdef scs_model_t *m = &self.model
        cdef scs_tile_t *t = &w.tile
        cdef scs_row_t *row = &w.row
        cdef int64_t stop = min(start + m.rules.spans[0], m.rules.n_citizens), first, k
        meet_leaders(m, t, start)
        for k in range(_parts(stop - start, SCS_TILE)):
            first = start + k * SCS_TILE
            place(t, first, min(first + SCS_TILE, stop))
            if tick == m.rules.measured_from:
                remember_grades(m, t)
            if tick >= 0:
                draw(m, t, tick)
                act(m, t, row)
                help_informally(m, t, row)
                meet(m, t, row, tick)
                favour(m, t, row)
                reward(m, t, row, tick)
                settle(m, t)
                measure(m, t, row)
            publish(m, t, tick + 1)
            rank_citizens(m, t, tick + 1)

    cdef void _allocate(self, int thread) noexcept nogil:
        """Find the cuts of this thread's items: (pool, rule) dealt out in turn."""
        cdef scs_rules_t *r = &self.model.rules
        cdef scs_state_t *s = &self.model.state
        cdef Worker *w = &self.workers[thread]
        cdef uint16_t *ranks[3]
        cdef int64_t pool, start, stop, share
        cdef int rule
        ranks[0], ranks[1], ranks[2] = s.rank, s.fair_rank, s.oracle_rank
        for pool in range(self.n_pools):
            start, stop = pool * r.pool_span, min((pool + 1) * r.pool_span, r.n_citizens)
            share = <int64_t>((<uint64_t>r.capacity * <uint64_t>stop >> 32)
                              - (<uint64_t>r.capacity * <uint64_t>start >> 32))
            for rule in range(3):
                if (3 * pool + rule) % self.n_threads != thread:
                    continue
                if rule == 2:
                    count_pool(&self.model, &w.row, start, stop, share)
                if rule == 2 or self.model.rule_of[rule] == rule:
                    self.model.cuts[3 * pool + rule] = scs_select(
                        ranks[rule], s.lot, start, stop, share, w.keys)

    cdef void _learn_value(self) noexcept nogil:
        """Update B from the tick's prizes by the score that citizens came with."""
        cdef scs_rules_t *r = &self.model.rules
        cdef int64_t *belief = self.model.state.belief
        cdef int64_t k, thread, total = 0, wins = 0, mean = 0, share, below = -1, above
        cdef Worker *w
        for k in range(SCS_SCORE_BINS):
            self.bin_count[k] -= self.bin_count[k] // r.belief_memory
            self.bin_wins[k] -= self.bin_wins[k] // r.belief_memory
            for thread in range(self.n_threads):
                w = &self.workers[thread]
                self.bin_count[k] += 16 * (w.row.bin_count[0][k] + w.row.bin_count[1][k])
                self.bin_wins[k] += 16 * w.row.bin_wins[k]
                w.row.bin_count[0][k] = w.row.bin_count[1][k] = w.row.bin_wins[k] = 0
            total += self.bin_count[k]
            wins += self.bin_wins[k]
        if total == 0:
            return
        mean = (wins << 20) // total
        for k in range(SCS_SCORE_BINS):
            if self.bin_count[k]:
                share = (self.bin_wins[k] << 20) + r.prior * mean
                share //= self.bin_count[k] + r.prior
                belief[k] = (r.prize_value << 8) * share >> 20
        for k in range(SCS_SCORE_BINS):
            if self.bin_count[k]:
                below = k
                continue
            above = k + 1
            while above < SCS_SCORE_BINS and self.bin_count[above] == 0:
                above += 1
            if above < SCS_SCORE_BINS and (below < 0 or above - k < k - below):
                belief[k] = belief[above]
            else:
                belief[k] = belief[below]
