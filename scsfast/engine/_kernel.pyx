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
from libc.string cimport memcpy

import numpy as np

from scsfast.engine.csrc cimport *

cdef enum:
    MAX_SLOTS = 88
    N_TABLES = 10
    FIRST_DISTRIBUTION = 6  # tables before this have a row a tick

TABLES = (
    "sums", "by_domain", "by_level", "by_tie", "by_group", "by_grade",
    "score_histogram", "wealth_histogram", "prize_histogram", "by_unit",
)

cdef struct Worker:
    scs_tile_t tile
    scs_row_t row
    int64_t bin_count[2][128]
    int64_t bin_wins[128]
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
        _strings(scs_names_score_histogram), _strings(scs_names_wealth_histogram),
        _strings(scs_names_prize_histogram), _strings(scs_names_by_unit),
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
    """Return the compiler, its version, and the flags this module was built with."""
    return {"compiler": scs_compiler.decode(), "flags": SCS_FLAGS.decode()}


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
    cdef scs_cut_t *cuts
    cdef uint8_t *bends[6]
    cdef uint16_t *near[MAX_SLOTS]
    cdef uint32_t *far[MAX_SLOTS]
    cdef int64_t slot_span[MAX_SLOTS]
    cdef int64_t *out[N_TABLES]
    cdef int64_t out_thread[N_TABLES]
    cdef int64_t out_row[N_TABLES]
    cdef int64_t *connected
    cdef int64_t *group_citizens
    cdef int64_t *bin_count
    cdef int64_t *bin_wins
    cdef int64_t n_villages, n_pools
    cdef int n_rules, n_threads
    cdef int rule_of[3]
    cdef uint64_t seed
    cdef uint32_t replicate
    cdef object distribution_row
    cdef object keep_alive

    def __cinit__(self, rules, offences, deeds, arrays, partners, outputs,
                  distribution_ticks, uint64_t seed, uint32_t replicate, int n_threads):
        self.keep_alive = (arrays, partners, outputs)
        self.seed, self.replicate, self.n_threads = seed, replicate, n_threads
        self.model.rules = rules
        self._take_acts(offences, deeds)
        self._take_arrays(arrays)
        for k, partner in enumerate(partners):
            self.slot_span[k] = rules["slot_spans"][k]
            if partner.dtype == np.uint16:
                self.near[k] = <uint16_t *>_address(partner)
            else:
                self.far[k] = <uint32_t *>_address(partner)
        for k, name in enumerate(TABLES):
            self.out[k] = <int64_t *>_address(outputs[name])
            self.out_thread[k] = outputs[name][0].size
            self.out_row[k] = outputs[name][0, :1].size
        self.distribution_row = {tick: k for k, tick in enumerate(distribution_ticks)}
        self.n_villages = _parts(self.model.rules.n_citizens, self.model.rules.spans[0])
        self.n_pools = _parts(self.model.rules.n_citizens, self.model.rules.pool_span)
        self.workers = <Worker *>calloc(n_threads, sizeof(Worker))
        self.cuts = <scs_cut_t *>calloc(3 * self.n_pools, sizeof(scs_cut_t))
        if self.workers == NULL or self.cuts == NULL:
            raise MemoryError("not enough memory for the kernel's scratch")
        scs_barrier_init(&self.barrier)

        for thread in range(n_threads):
            self.workers[thread].keys = <uint32_t *>_address(arrays["applicant_keys"][thread])

    def __dealloc__(self):
        free(self.workers)
        free(self.cuts)
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
            self.bends[level] = <uint8_t *>_address(arrays[f"bends_{level}"])
        self.connected = <int64_t *>_address(arrays["connected"])
        self.group_citizens = <int64_t *>_address(arrays["group_citizens"])
        self.bin_count = <int64_t *>_address(arrays["bin_count"])
        self.bin_wins = <int64_t *>_address(arrays["bin_wins"])
        # Rules that rank alike share an array, and its cut: actual, fair, oracle.
        self.rule_of[0] = 0
        self.rule_of[1] = 0 if s.fair_rank == s.rank else 1
        self.rule_of[2] = 0 if s.oracle_rank == s.rank else 2

    # The world ------------------------------------------------------------------------

    def born(self, arrays):
        """Draw citizens and matchings.

        Parameters
        ----------
        arrays : dict
            ``quality_table``, ``guile_table``, ``means_table`` (uint8, 256 each) and
            ``keys`` (uint64, room for two units of the widest slot).
        """
        cdef uint8_t *tables[3]
        cdef uint64_t *keys = <uint64_t *>_address(arrays["keys"])
        cdef int64_t unit, room = arrays["keys"].size // 2
        cdef int64_t n = self.model.rules.n_citizens
        cdef int k
        for k, name in enumerate(("quality_table", "guile_table", "means_table")):
            tables[k] = <uint8_t *>_address(arrays[name])
        with nogil:
            for unit in range(_parts(n, SCS_TILE)):
                self._bear(&self.workers[0].tile, unit * SCS_TILE, tables)
            for k in range(<int>self.model.rules.n_slots):
                for unit in range(_parts(n, self.slot_span[k])):
                    self._pair_unit(k, unit * self.slot_span[k], keys, keys + room)

    cdef void _place(self, scs_tile_t *t, int64_t start, int64_t stop) noexcept nogil:
        """Put the citizens [start, stop) into a tile; the last lanes repeat harmlessly."""
        cdef int64_t j
        t.start, t.n = start, stop - start
        for j in range(SCS_TILE):
            t.who[j] = <uint32_t>(start + j)

    cdef void _fill(self, scs_tile_t *t, uint32_t block, int64_t when) noexcept nogil:
        """Draw a block for every citizen of a tile."""
        scs_philox_fill(&t.draw[4 * block][0], SCS_TILE, t.who, t.n, <uint32_t>when,
                        self.replicate, block, self.seed)

    cdef void _fill_row(self, scs_tile_t *t, int row, uint32_t block) noexcept nogil:
        """Draw one of the world's blocks into the rows of a block of a tick."""
        scs_philox_fill(&t.draw[row][0], SCS_TILE, t.who, t.n, 0, self.replicate, block,
                        self.seed)

    cdef void _bear(self, scs_tile_t *t, int64_t start, uint8_t **tables) noexcept nogil:
        """Draw the fixed traits, ties and first state of a tile."""
        cdef scs_rules_t *r = &self.model.rules
        cdef scs_state_t *s = &self.model.state
        cdef int64_t j, i
        cdef int level, group, strategy
        cdef uint32_t word
        self._place(t, start, min(start + SCS_TILE, r.n_citizens))
        self._fill_row(t, 0, SCS_TRAITS)
        self._fill_row(t, 4, SCS_STATUS)
        for j in range(t.n):
            i, word, group, strategy = start + j, t.draw[0][j], 0, 0
            s.quality[i] = tables[0][word & 255]
            s.guile[i] = tables[1][word >> 8 & 255]
            s.means[i] = tables[2][word >> 16 & 255]
            while t.draw[1][j] >= r.group_until[group]:
                group += 1
            while t.draw[5][j] >= r.strategy_until[strategy]:
                strategy += 1
            s.strategy[i] = <uint8_t>strategy
            s.traits[i] = <uint8_t>(
                group
                | (SCS_DISSENTER if t.draw[2][j] < r.dissenter else 0)
                | (SCS_AWARE if t.draw[3][j] < r.aware else 0)
                | (SCS_ENROLLED if t.draw[4][j] < r.enrolled else 0)
            )
            s.score[i] = s.fair_score[i] = <int32_t>r.base
            s.wealth[i] = s.wealth_target[s.means[i]]
            s.ties[i] = 0
        for level in range(<int>r.n_levels):
            self._fill_row(t, 0, SCS_TIES + level)
            for j in range(t.n):
                s.ties[start + j] |= <uint8_t>((t.draw[0][j] < r.tie[level]) << level)

    cdef void _pair_unit(self, int slot, int64_t start, uint64_t *key,
                         uint64_t *other) noexcept nogil:
        """Pair the citizens of one unit in one slot: neighbours by (draw, index)."""
        cdef scs_tile_t *t = &self.workers[0].tile
        cdef int64_t stop = min(start + self.slot_span[slot], self.model.rules.n_citizens)
        cdef int64_t first, j, k, n = stop - start
        for k in range(_parts(n, SCS_TILE)):
            first = start + k * SCS_TILE
            self._place(t, first, min(first + SCS_TILE, stop))
            self._fill_row(t, 0, SCS_MATCHING + slot // 4)
            for j in range(t.n):
                key[first - start + j] = (
                    <uint64_t>t.draw[slot % 4][j] << 32 | <uint64_t>(first - start + j)
                )
        scs_sort_by_draw(key, other, n)
        for j in range(0, n - 1, 2):
            self._join(slot, start, <uint32_t>key[j], <uint32_t>key[j + 1])
            self._join(slot, start, <uint32_t>key[j + 1], <uint32_t>key[j])
        if n % 2:
            self._join(slot, start, <uint32_t>key[n - 1], <uint32_t>key[n - 1])

    cdef void _join(self, int slot, int64_t start, uint32_t one,
                    uint32_t other) noexcept nogil:
        """Write down one side of a pair; both are given as offsets in the unit."""
        if self.near[slot] != NULL:
            self.near[slot][start + one] = <uint16_t>other
        else:
            self.far[slot][start + one] = <uint32_t>start + other

    def prepare(self):
        """Count what stays the same, publish, and rank everyone for the first tick."""
        cdef scs_rules_t *r = &self.model.rules
        cdef scs_state_t *s = &self.model.state
        cdef scs_tile_t *t = &self.workers[0].tile
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

    # One tick -------------------------------------------------------------------------

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
                self._distribute(w, village * span)
        if thread == 0:
            for k in range(SCS_N_TIES * SCS_N_TERCILES):
                w.row.by_tie[k * SCS_N_by_tie + SCS_connected] = self.connected[k]
            for k in range(SCS_N_GROUPS):
                w.row.by_group[k * SCS_N_by_group + SCS_group_citizens] = self.group_citizens[k]

    cdef void _village(self, Worker *w, int64_t start, int64_t tick) noexcept nogil:
        """Compute one village in tiles; tick -1 only publishes and ranks for tick 0."""
        cdef scs_rules_t *r = &self.model.rules
        cdef scs_tile_t *t = &w.tile
        cdef int64_t stop = min(start + r.spans[0], r.n_citizens), first, k
        self._meet_leaders(t, start)
        for k in range(_parts(stop - start, SCS_TILE)):
            first = start + k * SCS_TILE
            self._place(t, first, min(first + SCS_TILE, stop))
            if tick >= 0:
                self._draw(t, tick)
                self._act(w)
                self._help(w)
                self._meet(w, tick)
                self._favour(w)
                self._reward(w, tick)
                self._settle(w, tick)
                self._measure(w)
            self._publish(t, tick + 1)
            self._rank(t, tick + 1)

    cdef void _meet_leaders(self, scs_tile_t *t, int64_t start) noexcept nogil:
        """Tabulate what the leaders of a village do for each set of ties."""
        cdef scs_rules_t *r = &self.model.rules
        cdef int level, highest = 0
        cdef int64_t keeps
        cdef uint32_t ties, bit
        t.bends = 0
        t.pool = start // r.pool_span
        for level in range(<int>r.n_levels):
            t.bends |= <uint32_t>self.bends[level][start // r.spans[level]] << level
        t.unsuppressed[0] = t.unsuppressed_automatic[0] = 65536
        for ties in range(1, <uint32_t>1 << r.n_levels):
            while ties >> (highest + 1):
                highest += 1
            bit = <uint32_t>1 << highest
            keeps = 65536
            if t.bends & bit and highest <= r.deciding:
                keeps -= r.favour[highest]
            t.unsuppressed[ties] = <int32_t>(t.unsuppressed[ties ^ bit] * keeps >> 16)
            t.unsuppressed_automatic[ties] = t.unsuppressed_automatic[ties ^ bit]
            if highest == r.deciding:
                t.unsuppressed_automatic[ties] = <int32_t>keeps

    cdef void _draw(self, scs_tile_t *t, int64_t tick) noexcept nogil:
        """Draw this tick's blocks; leaders' and mutation's only where they can matter."""
        cdef scs_rules_t *r = &self.model.rules
        self._fill(t, SCS_OFFERS, tick)
        self._fill(t, SCS_REPORTS, tick)
        if r.mutation or (r.scored and t.bends):
            self._fill(t, SCS_LEADERSHIP, tick)

    # 1 Conduct ------------------------------------------------------------------------

    cdef void _act(self, Worker *w) noexcept nogil:
        """Face temptations, use free time: list who has an offer, then go through it."""
        cdef scs_rules_t *r = &self.model.rules
        cdef scs_tile_t *t = &w.tile
        cdef uint32_t *offer = &t.draw[4 * SCS_OFFERS][0]
        cdef uint32_t *occasion = &t.draw[4 * SCS_OFFERS + 1][0]
        cdef int64_t until = 0
        cdef int j, n = <int>t.n, listed = 0
        for j in range(n):
            t.points[j] = t.fair_points[j] = t.gain[j] = 0
            t.deed[j] = 0
        if r.n_offences:
            until = self.model.offence_until[r.n_offences - 1]
        for j in range(n):
            t.list[listed] = j
            listed += offer[j] < until
        for j in range(listed):
            scs_face_temptation(&self.model, t, t.list[j], &w.row)
        until = self.model.deed_until[r.n_deeds - 1] if r.n_deeds else 0
        listed = 0
        for j in range(n):
            t.list[listed] = j
            listed += occasion[j] < until
        for j in range(listed):
            scs_use_free_time(&self.model, t, t.list[j], &w.row)

    cdef void _help(self, Worker *w) noexcept nogil:
        """Informal help by those who did no scored deed."""
        cdef scs_tile_t *t = &w.tile
        cdef uint8_t *quality = self.model.state.quality + t.start
        cdef uint32_t *draw = &t.draw[4 * SCS_REPORTS][0]
        cdef int32_t rate = <int32_t>self.model.rules.help_rate, helpers = 0
        cdef int j
        for j in range(<int>t.n):
            helpers += (t.deed[j] == 0) & (<int32_t>(draw[j] >> 16) < rate * quality[j] >> 8)
        w.row.sums[SCS_informal_help] += helpers
        w.row.sums[SCS_social_value] += helpers * self.model.rules.help_value

    # 2 Meeting ------------------------------------------------------------------------

    cdef void _meet(self, Worker *w, int64_t tick) noexcept nogil:
        """Both moves of every meeting, from the pair's draws; then records and learning."""
        cdef scs_rules_t *r = &self.model.rules
        cdef scs_tile_t *t = &w.tile
        cdef uint32_t *published = self.model.state.published[tick & 1]
        cdef uint32_t *able = &t.draw[4 * SCS_PAIR][0]
        cdef uint32_t *knows = &t.draw[4 * SCS_PAIR + 1][0]
        cdef int32_t benefit = <int32_t>r.benefit, cost = <int32_t>r.cost
        cdef int32_t slip = <int32_t>r.slip, publicity = <int32_t>r.publicity
        cdef int32_t j, n = <int32_t>t.n, met, kept, returned, side, meetings = 0, words = 0
        memcpy(t.new_strategy, self.model.state.strategy + t.start, t.n)
        if r.n_slots == 0:
            return
        self._find_partners(t, tick)
        scs_philox_fill(able, SCS_TILE, t.pair, t.n, <uint32_t>tick, self.replicate,
                        SCS_PAIR, self.seed)
        for j in range(n):
            t.own_word[j], t.other_word[j] = published[t.who[j]], published[t.other[j]]
        for j in range(n):
            met, side = t.other[j] != t.who[j], 16 * (t.who[j] > t.other[j])
            kept = met & scs_keeps(slip, publicity, t.own_word[j], t.other_word[j],
                                   able[j] >> side & 0xFFFF, knows[j] >> side & 0xFFFF)
            returned = met & scs_keeps(slip, publicity, t.other_word[j], t.own_word[j],
                                       able[j] >> (16 - side) & 0xFFFF,
                                       knows[j] >> (16 - side) & 0xFFFF)
            t.kept[j] = kept
            t.gain[j] += benefit * returned - cost * kept
            meetings += met
            words += kept
        w.row.sums[SCS_meetings] += meetings
        w.row.sums[SCS_words_kept] += words
        w.row.sums[SCS_social_value] += words * (r.benefit - r.cost)
        self._judge(w)
        self._learn(t)

    cdef void _find_partners(self, scs_tile_t *t, int64_t tick) noexcept nogil:
        """Look up the partners of the tick's slot, and the lower index of each pair."""
        cdef uint32_t words[32]
        cdef uint32_t zeros[8]
        cdef int64_t slot, unit, j
        cdef uint16_t *near
        for j in range(8):
            zeros[j] = 0
        scs_philox_fill(words, 8, zeros, 1, <uint32_t>tick, self.replicate, SCS_SLOT,
                        self.seed)
        slot = words[0] * self.model.rules.n_slots >> 32
        near = self.near[slot]
        if near != NULL:
            unit = t.start - t.start % self.slot_span[slot]
            for j in range(t.n):
                t.other[j] = <uint32_t>unit + near[t.start + j]
        else:
            for j in range(t.n):
                t.other[j] = self.far[slot][t.start + j]
        for j in range(t.n, SCS_TILE):
            t.pair[j] = 0
        for j in range(t.n):
            t.pair[j] = min(t.who[j], t.other[j])

    cdef void _judge(self, Worker *w) noexcept nogil:
        """Record the observed meetings of a tile."""
        cdef scs_tile_t *t = &w.tile
        cdef uint32_t *draw = &t.draw[4 * SCS_REPORTS + 2][0]
        cdef uint8_t *traits = self.model.state.traits + t.start
        cdef int32_t seen = <int32_t>self.model.rules.meeting_seen
        cdef int j, listed = 0
        if seen == 0:
            return
        for j in range(<int>t.n):
            t.list[listed] = j
            listed += (
                (<int32_t>(draw[j] >> 16) < seen) & (t.other[j] != t.who[j])
                & ((traits[j] & SCS_ENROLLED) != 0)
            )
        for j in range(listed):
            scs_judge(&self.model, t, t.list[j], &w.row)

    cdef void _learn(self, scs_tile_t *t) noexcept nogil:
        """Let the learners of a tile's meetings consider the other's strategy."""
        cdef scs_rules_t *r = &self.model.rules
        cdef uint32_t *draw = &t.draw[4 * SCS_PAIR + 2][0]
        cdef int32_t learning = <int32_t>r.learning
        cdef int j, k, listed = 0
        if learning == 0:
            return
        for j in range(<int>t.n):
            t.list[listed] = j
            listed += (
                (<int32_t>(draw[j] >> 16) < learning)
                & ((draw[j] & 1) == (t.who[j] > t.other[j])) & (t.other[j] != t.who[j])
            )
        for k in range(listed):
            j = t.list[k]
            if scs_copies(r, t.own_word[j], t.other_word[j], draw[j] >> 16):
                t.new_strategy[j] = <uint8_t>(t.other_word[j] >> 16 & 3)

    # 3 Record and report ----------------------------------------------------------------

    cdef void _favour(self, Worker *w) noexcept nogil:
        """Leaders credit clients and frame dissenters, where a leader bends the rules."""
        cdef scs_rules_t *r = &self.model.rules
        cdef scs_tile_t *t = &w.tile
        cdef uint8_t *ties = self.model.state.ties + t.start
        cdef uint8_t *traits = self.model.state.traits + t.start
        cdef int j, listed = 0
        if not (r.scored and t.bends):
            return
        for j in range(<int>t.n):
            t.list[listed] = j
            listed += ((ties[j] & t.bends) != 0) | ((traits[j] & SCS_DISSENTER) != 0)
        for j in range(listed):
            scs_favour_or_frame(&self.model, t, t.list[j], &w.row)

    # 6 Prizes ---------------------------------------------------------------------------

    cdef void _reward(self, Worker *w, int64_t tick) noexcept nogil:
        """See who of a tile has won; note the score bins that citizens came with."""
        cdef scs_rules_t *r = &self.model.rules
        cdef scs_state_t *s = &self.model.state
        cdef scs_tile_t *t = &w.tile
        cdef scs_cut_t *cuts = self.cuts + 3 * t.pool
        cdef int64_t i
        cdef int j, k, listed = 0
        if r.learns_value:
            for j in range(<int>t.n):
                t.bin[j] = <int32_t>(
                    <uint64_t>(<uint32_t>(s.score[t.start + j] - <int32_t>r.floor))
                    * <uint64_t>(<uint32_t>r.bin_factor) >> 32
                )
            for j in range(<int>t.n):
                w.bin_count[j & 1][t.bin[j]] += (s.traits[t.start + j] & SCS_ENROLLED) != 0
        if r.desk_bonus and t.bends >> r.desk_level & 1:
            self._count_lifted(w)
        self._find_winners(t, t.won, s.rank, cuts[0])
        self._find_winners(t, t.fair_won, s.fair_rank, cuts[self.rule_of[1]])
        self._find_winners(t, t.oracle_won, s.oracle_rank, cuts[self.rule_of[2]])
        for j in range(<int>t.n):
            t.list[listed] = j
            listed += t.won[j] | t.fair_won[j] | t.oracle_won[j]
        for k in range(listed):
            j = t.list[k]
            self._count_prize(w, j, s.oracle_rank[t.start + j] - 1)
            if t.won[j]:
                i = t.start + j
                if r.learns_value:
                    w.bin_wins[t.bin[j]] += (s.traits[i] & SCS_ENROLLED) != 0
                s.prizes[i] += (tick >= r.measured_from) & (s.prizes[i] < 65535)

    cdef void _find_winners(self, scs_tile_t *t, uint8_t *won, uint16_t *rank,
                            scs_cut_t cut) noexcept nogil:
        """Hold a tile's ranks and lots against a cut."""
        cdef uint16_t *lot = self.model.state.lot + t.start
        cdef int j, n = <int>t.n
        rank += t.start
        for j in range(n):
            won[j] = <uint8_t>scs_wins(rank[j], lot[j], t.who[j], cut)

    cdef void _count_prize(self, Worker *w, int j, int64_t value) noexcept nogil:
        """Count a citizen who won, or would have won, a prize of this social value."""
        cdef scs_state_t *s = &self.model.state
        cdef scs_tile_t *t = &w.tile
        cdef int64_t i = t.start + j
        cdef int64_t *sums = w.row.sums
        cdef int64_t *entry
        cdef int won = t.won[j], fair = t.fair_won[j], level
        cdef int64_t tercile = s.tercile[s.quality[i]]
        cdef uint32_t classes = s.ties[i] | <uint32_t>1 << SCS_TIE_ALL
        sums[SCS_prizes] += won
        sums[SCS_prizes_moved] += won & (1 - fair)
        sums[SCS_prize_value] += won * value
        sums[SCS_fair_prize_value] += fair * value
        sums[SCS_oracle_prize_value] += t.oracle_won[j] * value
        entry = w.row.by_group + (s.traits[i] & SCS_GROUP) * SCS_N_by_group
        entry[SCS_group_prizes] += won
        entry[SCS_group_fair_prizes] += fair
        if s.ties[i]:
            classes |= <uint32_t>1 << SCS_TIE_ANY
        for level in range(SCS_N_TIES):
            if classes >> level & 1:
                entry = w.row.by_tie + (level * SCS_N_TERCILES + tercile) * SCS_N_by_tie
                entry[SCS_connected_prizes] += won
                entry[SCS_connected_fair_prizes] += fair

    cdef void _rank(self, scs_tile_t *t, int64_t tick) noexcept nogil:
        """Rank a tile's citizens for a tick by their needs and what is now published."""
        cdef scs_rules_t *r = &self.model.rules
        cdef scs_state_t *s = &self.model.state
        cdef uint32_t *draw = &t.draw[4 * SCS_NEEDS][0]
        cdef int32_t need_from = <int32_t>r.need_from, floor = <int32_t>r.floor
        cdef int32_t bonus = <int32_t>r.desk_bonus if t.bends >> r.desk_level & 1 else 0
        cdef int32_t j, n = <int32_t>t.n, lifted
        cdef int64_t a = t.start
        cdef uint8_t *quality = s.quality + a
        cdef uint8_t *ties = s.ties + a
        cdef uint8_t *traits = s.traits + a
        cdef uint16_t *lot = s.lot + a
        cdef uint16_t *rank = s.rank + a
        cdef uint16_t *fair_rank = s.fair_rank + a
        cdef uint16_t *oracle_rank = s.oracle_rank + a
        cdef int32_t *score = s.score + a
        cdef int32_t *fair_score = s.fair_score + a
        cdef int32_t *wealth = s.wealth + a
        cdef int desk = <int>r.desk_level
        self._fill(t, SCS_NEEDS, tick)
        for j in range(n):
            t.list[j] = s.need[draw[j] & 255]
            lot[j] = <uint16_t>(draw[j] >> 16)
        for j in range(n):
            oracle_rank[j] = <uint16_t>(
                (t.list[j] >= need_from) * (1 + t.list[j] * quality[j]))
        if r.allocation == SCS_BY_SCORE and r.scored:
            for j in range(n):
                lifted = ties[j] >> desk & 1
                rank[j] = <uint16_t>(
                    (t.list[j] >= need_from) * (1 + ((traits[j] >> 3) & 1)
                    * (1 + ((score[j] - floor) >> 8) + bonus * lifted)))
                fair_rank[j] = <uint16_t>(
                    (t.list[j] >= need_from) * (1 + ((traits[j] >> 3) & 1)
                    * (1 + ((fair_score[j] - floor) >> 8))))
        elif r.allocation == SCS_BY_MARKET:
            for j in range(n):
                rank[j] = <uint16_t>((t.list[j] >= need_from) * (
                    1 + min(<int64_t>t.list[j] * (wealth[j] >> 8), 65000)))
        elif r.allocation != SCS_BY_ORACLE:
            for j in range(n):
                rank[j] = <uint16_t>(t.list[j] >= need_from)

    cdef void _count_lifted(self, Worker *w) noexcept nogil:
        """Count the enrolled applicants of a tile whom the desk ranked higher."""
        cdef scs_state_t *s = &self.model.state
        cdef int64_t a = w.tile.start, j, lifted = 0, desk = self.model.rules.desk_level
        for j in range(w.tile.n):
            lifted += (
                (s.oracle_rank[a + j] > 0) & (s.ties[a + j] >> desk & 1)
                & ((s.traits[a + j] & SCS_ENROLLED) != 0)
            )
        w.row.by_level[desk * SCS_N_by_level + SCS_desk_lifted] += lifted

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
                    self._count_pool(w, start, stop, share)
                if rule == 2 or self.rule_of[rule] == rule:
                    self.cuts[3 * pool + rule] = scs_select(
                        ranks[rule], s.lot, start, stop, share, w.keys)

    cdef void _count_pool(self, Worker *w, int64_t start, int64_t stop,
                          int64_t share) noexcept nogil:
        """Count a pool's applicants and places, and what a lottery would be worth."""
        cdef uint16_t *rank = self.model.state.oracle_rank
        cdef int64_t i, value = 0, applicants = 0, places
        for i in range(start, stop):
            applicants += rank[i] > 0
            value += rank[i]
        value -= applicants
        places = min(share, applicants)
        w.row.sums[SCS_places] += places
        w.row.sums[SCS_applicants] += applicants
        if applicants:
            w.row.sums[SCS_lottery_prize_value] += (
                places * <int64_t>((<uint64_t>value << 16) // <uint64_t>applicants))

    # 4 Score, 7 means -------------------------------------------------------------------

    cdef void _settle(self, Worker *w, int64_t tick) noexcept nogil:
        """Turn the month into the new state: score, payoff, wealth, strategy."""
        cdef scs_rules_t *r = &self.model.rules
        cdef scs_state_t *s = &self.model.state
        cdef scs_tile_t *t = &w.tile
        cdef int32_t j, n = <int32_t>t.n, value = <int32_t>r.prize_value
        cdef int32_t wealth = <int32_t>r.prize_wealth
        cdef uint32_t rate = <uint32_t>r.payoff_rate
        cdef uint32_t *mutate = &t.draw[4 * SCS_LEADERSHIP + 2][0]
        cdef uint32_t *mutant = &t.draw[4 * SCS_LEADERSHIP + 3][0]
        cdef int32_t *score = s.score + t.start
        cdef int32_t *fair_score = s.fair_score + t.start
        cdef int32_t *payoff = s.payoff + t.start
        cdef int32_t *stock = s.wealth + t.start
        cdef uint8_t *means = s.means + t.start
        if r.scored:
            for j in range(n):
                score[j] = scs_ledger(r, score[j], t.points[j])
            for j in range(n):
                fair_score[j] = scs_ledger(r, fair_score[j], t.fair_points[j])
        for j in range(n):
            payoff[j] += scs_toward_zero(t.gain[j] + value * t.won[j] - payoff[j], rate)
        for j in range(n):
            stock[j] = scs_wealth(r, stock[j], s.wealth_target[means[j]],
                                  t.gain[j] + wealth * t.won[j])
        if r.mutation:
            for j in range(n):
                if mutate[j] < r.mutation:
                    t.new_strategy[j] = <uint8_t>((mutant[j] & 0xFFFF) * 3 >> 16)
        memcpy(s.strategy + t.start, t.new_strategy, n)

    cdef void _publish(self, scs_tile_t *t, int64_t tick) noexcept nogil:
        """Write what others will read of a tile's citizens in a tick."""
        cdef scs_rules_t *r = &self.model.rules
        cdef scs_state_t *s = &self.model.state
        cdef uint32_t *published = s.published[tick & 1]
        cdef int64_t i
        for i in range(t.start, t.start + t.n):
            published[i] = scs_publish(r, s.payoff[i], s.strategy[i], s.score[i],
                                       s.fair_score[i], s.quality[i])

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
                self.bin_count[k] += 16 * (w.bin_count[0][k] + w.bin_count[1][k])
                self.bin_wins[k] += 16 * w.bin_wins[k]
                w.bin_count[0][k] = w.bin_count[1][k] = w.bin_wins[k] = 0
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

    # 8 Measurement ----------------------------------------------------------------------

    cdef void _measure(self, Worker *w) noexcept nogil:
        """Add a tile to the sums of the tick, after it has settled."""
        cdef scs_state_t *s = &self.model.state
        cdef scs_tile_t *t = &w.tile
        cdef int64_t *sums = w.row.sums
        cdef int64_t score = 0, fair = 0, moved = 0, wealth = 0, payoff = 0
        cdef int32_t j, n = <int32_t>t.n, reliable = 0, opportunist = 0
        cdef int32_t *a = s.score + t.start
        cdef int32_t *b = s.fair_score + t.start
        for j in range(n):
            score += a[j]
            fair += b[j]
            moved += a[j] - b[j] if a[j] > b[j] else b[j] - a[j]
        for j in range(n):
            wealth += s.wealth[t.start + j]
            payoff += s.payoff[t.start + j]
        for j in range(n):
            reliable += t.new_strategy[j] == 0
            opportunist += t.new_strategy[j] == 1
        sums[SCS_score] += score
        sums[SCS_fair_score] += fair
        sums[SCS_displacement] += moved
        sums[SCS_wealth] += wealth
        sums[SCS_payoff] += payoff
        sums[SCS_reliable] += reliable
        sums[SCS_reliable + 1] += opportunist
        sums[SCS_reliable + 2] += n - reliable - opportunist
        self._grade(w)

    cdef void _grade(self, Worker *w) noexcept nogil:
        """Count a tile's citizens by grade: those at or above each cut, differenced."""
        cdef scs_rules_t *r = &self.model.rules
        cdef scs_state_t *s = &self.model.state
        cdef scs_tile_t *t = &w.tile
        cdef int32_t j, n = <int32_t>t.n, cut, worst = <int32_t>r.bad_quality, bad
        cdef int32_t above, fair_above, bad_above, fair_bad_above, moved = 0
        cdef int32_t *score = s.score + t.start
        cdef int32_t *fair = s.fair_score + t.start
        cdef uint8_t *quality = s.quality + t.start
        cdef int64_t *entry = w.row.by_grade
        cdef int64_t k
        bad = 0
        for j in range(n):
            bad += quality[j] < worst
            t.grade[j] = 0
        entry[SCS_grade_citizens] += n
        entry[SCS_grade_fair_citizens] += n
        entry[SCS_grade_bad] += bad
        entry[SCS_grade_fair_bad] += bad
        for k in range(r.n_cuts):
            cut = <int32_t>r.cuts[k]
            above = fair_above = bad_above = fair_bad_above = 0
            for j in range(n):
                above += score[j] >= cut
                fair_above += fair[j] >= cut
                bad_above += (score[j] >= cut) & (quality[j] < worst)
                fair_bad_above += (fair[j] >= cut) & (quality[j] < worst)
                t.grade[j] |= (score[j] >= cut) ^ (fair[j] >= cut)
            entry[SCS_grade_citizens] -= above
            entry[SCS_grade_fair_citizens] -= fair_above
            entry[SCS_grade_bad] -= bad_above
            entry[SCS_grade_fair_bad] -= fair_bad_above
            entry += SCS_N_by_grade
            entry[SCS_grade_citizens] += above
            entry[SCS_grade_fair_citizens] += fair_above
            entry[SCS_grade_bad] += bad_above
            entry[SCS_grade_fair_bad] += fair_bad_above
        for j in range(n):
            moved += t.grade[j]
        w.row.sums[SCS_grades_moved] += moved

    cdef void _distribute(self, Worker *w, int64_t start) noexcept nogil:
        """Add a village to the histograms and unit sums of a distribution tick."""
        cdef scs_rules_t *r = &self.model.rules
        cdef scs_state_t *s = &self.model.state
        cdef int64_t i, k, judge, bin
        cdef int64_t *unit
        cdef int32_t *scores[2]
        scores[0], scores[1] = s.score, s.fair_score
        for i in range(start, min(start + r.spans[0], r.n_citizens)):
            for judge in range(2):
                bin = (scores[judge][i] - r.floor) * r.bin_factor >> 32
                k = (judge * SCS_SCORE_BINS + bin) * SCS_QUALITY_CLASSES
                w.row.score_histogram[k + s.quality_class[s.quality[i]]] += 1
            w.row.wealth_histogram[scs_wealth_bin(<uint32_t>s.wealth[i])] += 1
            w.row.prize_histogram[min(<int>s.prizes[i], SCS_PRIZE_BINS - 1)] += 1
            if r.mean_span:
                unit = w.row.by_unit + i // r.mean_span * SCS_N_by_unit
                unit[SCS_unit_citizens] += 1
                unit[SCS_unit_score] += s.score[i]
                unit[SCS_unit_fair_score] += s.fair_score[i]
