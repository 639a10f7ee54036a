"""The loop over citizens: one replicate's ticks over contiguous arrays, without the GIL.

The rules of one citizen are C functions in ``csrc/``, one header per step of the model; the
loops over a tile are in the ``.pxd`` file of the same name; here is who is computed when.
Villages are cut into tiles of at most 512 citizens, so that a tile's draws and state stay
in the L2 cache. A tick is: the review of leaders and exact selection of the winners, a
barrier, one pass over all tiles, a barrier. Each thread computes a range of villages, of
units, and of pools, or of the tiles of a wide pool, and counts into rows of its own;
integers add up to the same sums in any order.

``memory.pxd`` checks dtypes and that arrays are contiguous; shapes are those of
``state.py``.
"""

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport free
from libc.string cimport memset

import numpy as np

from scsfast.engine.kernel.appeals cimport decide, land, obey
from scsfast.engine.kernel.clock cimport CITIZENS, LEARNING, REVIEW, SELECTION, note_phase
from scsfast.engine.kernel.conduct cimport act, begin, credit_and_frame, help_informally, sell
from scsfast.engine.kernel.consent cimport hear, reconsider
from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *
from scsfast.engine.kernel.listing cimport keep_list
from scsfast.engine.kernel.measure cimport distribute, flush, measure
from scsfast.engine.kernel.meeting cimport meet
from scsfast.engine.kernel.memory cimport (
    int64s, scratch, take_leaders, take_needs, take_prizes, take_ranks, take_state, take_units,
    uint16s, uint32s,
)
from scsfast.engine.kernel.prizes cimport allocate, learn_values, reward
from scsfast.engine.kernel.ranks cimport flush_lifted, rank_citizens
from scsfast.engine.kernel.review cimport (
    count_connected, count_violated, note_deals, retie_village, review, sum_village,
)
from scsfast.engine.kernel.scores cimport note_features, score
from scsfast.engine.kernel.settle cimport publish, remember_grades, settle
from scsfast.engine.kernel.tile cimport Worker, draw, enter_village, next_village, note_slot, place

cdef enum:
    N_TABLES = 13
    FIRST_DISTRIBUTION = 8  # tables before this have a row a tick

PHASES = ("review", "selection", "citizens", "learning")
TABLES = (
    "sums", "by_prize", "by_domain", "by_level", "by_tie", "by_group",
    "by_stratum", "by_grade",
    "grade_transitions", "score_histogram", "histograms", "stratum_histograms", "by_unit",
)


cdef list _strings(const char *const *names):
    """Return a zero-terminated list of C strings."""
    found, k = [], 0
    while names[k] != NULL:
        found.append(names[k].decode())
        k += 1
    return found


def output_names():
    """Return the kernel's columns by table, which a test compares with the registry."""
    return dict(zip(TABLES, (
        _strings(scs_names_sums), _strings(scs_names_by_prize),
        _strings(scs_names_by_domain),
        _strings(scs_names_by_level), _strings(scs_names_by_tie),
        _strings(scs_names_by_group), _strings(scs_names_by_stratum), _strings(scs_names_by_grade),
        _strings(scs_names_grade_transitions), _strings(scs_names_score_histogram),
        _strings(scs_names_histograms), _strings(scs_names_stratum_histograms),
        _strings(scs_names_by_unit),
    )))


def block_numbers():
    """Return the kernel's block numbers by name; a test compares them with the draw plan."""
    cdef const scs_block_number_t *block = scs_block_numbers
    numbers = {}
    while block.name != NULL:
        numbers[block.name.decode()] = block.number
        block += 1
    return numbers


def processor_level():
    """Return the x86-64 level of this processor: 4, 3, or 1 for all others."""
    return scs_processor_level()


def build_flags():
    """Return what this module was built with: compiler, flags and git revision."""
    return {
        "compiler": scs_compiler.decode(),
        "flags": SCS_FLAGS.decode(),
        "revision": scs_revision.decode(),
    }


def exponentials():
    """Return the table of E, 4097 16-bit chances."""
    return np.array([scs_exp_table[k] for k in range(4097)])


def philox(uint32_t[::1] who, uint32_t when, uint32_t replicate, uint32_t block,
           uint64_t seed):
    """Return the four words of the blocks of many counters, uint32, shape (4, n)."""
    cdef int64_t n = who.shape[0], room = n + 16
    padded = np.zeros(room, np.uint32)
    padded[:n] = who
    words = np.zeros((4, room), np.uint32)
    scs_philox_fill(uint32s(words), room,
                    uint32s(padded), n, when, replicate, block, seed)
    return words[:, :n]


cdef class Replicate:
    """One replicate's memory and the loops over it.

    Parameters
    ----------
    rules : dict
        What ``state.kernel_rules`` makes: every member of ``scs_rules_t``, the acts and
        prizes, and which array each rank is in.
    arrays : dict of str to ndarray
        The state and tables of ``state.py``, C-contiguous; kept alive and written here.
    partners : list of ndarray
        By slot: uint16 offsets in the unit, or uint32 indices where units are larger.
    slot_levels : sequence of int
        Levels in whose units each slot pairs.
    units : dict
        What ``unit_tables.unit_tables`` makes.
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
    cdef int64_t *bin_count
    cdef int64_t *bin_wins
    cdef int64_t key_room
    cdef public object seconds
    cdef int n_threads
    cdef object distribution_row, arrays, choices, keep_alive

    def __cinit__(self, rules, arrays, partners, slot_levels, units, outputs,
                  distribution_ticks, uint64_t seed, uint32_t replicate, int n_threads):
        self.keep_alive, self.arrays = (partners, units, outputs), arrays
        self.model.seed, self.model.replicate = seed, replicate
        self.n_threads = n_threads
        self.workers = <Worker *>scratch(n_threads * sizeof(Worker))
        take_units(&self.model, units)
        take_state(&self.model, arrays)
        take_prizes(&self.model, arrays)
        self._take_scratch(arrays)
        self.count_manipulating()
        for k, partner in enumerate(partners):
            self.model.slot_level[k] = slot_levels[k]
            if partner.dtype == np.uint16:
                self.model.near[k] = uint16s(partner)
            else:
                self.model.far[k] = uint32s(partner)
        for k, name in enumerate(TABLES):
            self.out[k] = int64s(outputs[name])
            self.out_thread[k] = outputs[name][0].size
            self.out_row[k] = outputs[name][0, :1].size
        self.distribution_row = {tick: k for k, tick in enumerate(distribution_ticks)}
        scs_barrier_init(&self.barrier)
        self.take_rules(rules)

    def __dealloc__(self):
        cdef int64_t kind
        free(self.workers)
        free(self.acts)
        for kind in range(SCS_MAX_PRIZES):
            free(self.model.cuts[kind])

    def take_rules(self, rules):
        """Put a regime's rules in force."""
        cdef int64_t kind, pools, thread
        self.model.rules = rules
        if not scs_tally_fits(self.model.rules.floor, self.model.rules.ceiling):
            raise ValueError(
                "floor and ceiling must be at most 2^24 apart, so that 32 bits hold the "
                f"scores of 256 citizens, got {rules['floor']} and {rules['ceiling']}")
        self.model.narrow_parts = scs_parts_fit(&self.model.rules)
        for thread in range(self.n_threads):
            memset(self.workers[thread].tile.ordered, 0, SCS_TILE)
        self._take_acts(rules["offences"], rules["deeds"])
        for kind, (prize, ranks) in enumerate(zip(rules["prizes"], rules["ranks"])):
            self.model.prizes[kind] = prize
            take_ranks(&self.model, kind, [self.arrays[name] for name in ranks], ranks)
            take_needs(&self.model, kind, self.arrays["need"][kind], prize["need_from"])
            pools = self.model.units.n[self.model.prizes[kind].pool_level]
            free(self.model.cuts[kind])
            self.model.cuts[kind] = NULL
            self.model.cuts[kind] = <scs_cut_t *>scratch(
                SCS_N_JUDGES * pools * sizeof(scs_cut_t))

    def _take_acts(self, offences, deeds):
        """Note the acts, how they are drawn, and room for each thread's counts of choices."""
        cdef int64_t k, n_offences = len(offences), n_deeds = len(deeds)
        cdef scs_model_t *m = &self.model
        free(self.acts)
        self.acts = NULL
        self.acts = <scs_act_t *>scratch((1 + n_offences + n_deeds) * sizeof(scs_act_t))
        for k, act in enumerate((*offences, *deeds)):
            self.acts[k] = act
        m.offences, m.deeds = self.acts, self.acts + n_offences
        until = np.array([act["until"] for act in (*offences, *deeds)] + [0], np.int64)
        rows = SCS_N_GROUPS * (n_offences + n_deeds + 2)
        last = np.zeros(n_offences + n_deeds + 2, np.uint32)
        members = np.zeros(rows * sizeof(scs_choice_t) // sizeof(uint32_t), np.uint32)
        outcomes = np.zeros((self.n_threads, rows * SCS_N_OUTCOMES), np.uint32)
        self.choices = last, members, outcomes
        scs_note_bounds(&m.offers[0], uint32s(last), int64s(until), <int>n_offences)
        scs_note_bounds(&m.offers[1], uint32s(last) + n_offences + 1,
                        int64s(until) + n_offences, <int>n_deeds)
        m.choices = <scs_choice_t *>uint32s(members)
        scs_note_choices(m.choices, &m.rules, m.offences, n_offences, 0)
        scs_note_choices(m.choices + SCS_N_GROUPS * (n_offences + 1), &m.rules, m.deeds,
                         n_deeds, 1)
        for k in range(self.n_threads):
            self.workers[k].row.outcomes = uint32s(outcomes[k])

    def _take_scratch(self, arrays):
        """Note where threads write while they compute."""
        cdef int64_t thread
        self.bin_count = int64s(arrays["bin_count"])
        self.bin_wins = int64s(arrays["bin_wins"])
        self.key_room = arrays["applicant_keys"].shape[1]
        for thread in range(self.n_threads):
            take_leaders(&self.model, &self.workers[thread].leaders, arrays, thread)
            self.workers[thread].keys = uint32s(arrays["applicant_keys"][thread])
            self.workers[thread].feature_sums = int64s(arrays["feature_sums"][thread])

    def count_manipulating(self):
        """Count the leaders in office who manipulate, level by level.

        All are in the count of the first thread; each thread adds the changes it makes.
        """
        cdef int level
        cdef int64_t thread
        for level, manipulates in enumerate(self.arrays["manipulates"]):
            for thread in range(self.n_threads):
                self.workers[thread].leaders.manipulating[level] = 0
            self.workers[0].leaders.manipulating[level] = int(manipulates.sum())

    # One tick -------------------------------------------------------------------------

    def prepare(self, int thread):
        """Count the connected of a thread's villages, and `republish` for the first tick."""
        cdef const uint32_t *start = self.model.units.start
        with nogil:
            count_connected(&self.model, &self.workers[thread].leaders,
                            start[self._first_village(thread)],
                            start[self._first_village(thread + 1)])
        self.republish(0, thread)

    def republish(self, int64_t tick, int thread):
        """Publish and rank a thread's villages for a tick, by the rules now in force."""
        cdef Worker *w = &self.workers[thread]
        cdef int64_t village, kind
        with nogil:
            for kind in range(SCS_MAX_PRIZES):
                w.row.lifted[kind] = 0
            for village in range(self._first_village(thread), self._first_village(thread + 1)):
                self._village(w, village, tick - 1, False)

    cdef int64_t _first_village(self, int thread) noexcept nogil:
        """Return the first of a thread's villages: threads have as many citizens, nearly."""
        cdef int64_t n = self.model.rules.n_citizens
        return scs_village_from(&self.model.units, n * thread // self.n_threads)

    def run(self, int64_t first, int64_t count, int thread):
        """Simulate `count` ticks from `first` on as thread number `thread`.

        All `n_threads` threads must call this with the same ticks.
        """
        cdef int64_t tick, row
        cdef int n_threads = self.n_threads
        cdef double clock = 0, *seconds = NULL
        cdef double[:, ::1] timed = self.seconds
        if timed is not None:
            seconds = &timed[thread, 0]
        cdef Worker *w = &self.workers[thread]
        rows = [self.distribution_row.get(tick, -1) for tick in range(first, first + count)]
        cdef int64_t[::1] distribution = np.array(rows, np.int64)
        with nogil:
            for tick in range(first, first + count):
                row = distribution[tick - first]
                self._aim(thread, tick, row)
                scs_queue_fill(&w.villages, self._first_village(thread),
                               self._first_village(thread + 1))
                note_phase(seconds, &clock, -1)
                flush_lifted(&self.model, &w.row)
                review(&self.model, &w.leaders, &w.row, tick, &self.barrier, thread, n_threads)
                note_phase(seconds, &clock, REVIEW)
                allocate(&self.model, self.workers, self.key_room, &self.barrier, thread,
                         n_threads)
                note_phase(seconds, &clock, SELECTION)
                scs_barrier_wait(&self.barrier, n_threads)
                note_phase(seconds, &clock, -1)
                self._live(thread, tick, row)
                note_phase(seconds, &clock, CITIZENS)
                scs_barrier_wait(&self.barrier, n_threads)
                if thread == 0:
                    note_phase(seconds, &clock, -1)
                    learn_values(&self.model, self.workers, n_threads, self.bin_count,
                                 self.bin_wins)
                    note_phase(seconds, &clock, LEARNING)

    cdef void _aim(self, int thread, int64_t tick, int64_t row) noexcept nogil:
        """Point a thread's row at the tables' entries of this tick."""
        cdef int64_t **pointers = <int64_t **>&self.workers[thread].row
        cdef int64_t k, at
        for k in range(N_TABLES):
            at = tick if k < FIRST_DISTRIBUTION else max(row, 0)
            pointers[k] = self.out[k] + thread * self.out_thread[k] + at * self.out_row[k]

    cdef void _live(self, int thread, int64_t tick, int64_t row) noexcept nogil:
        """Compute a thread's villages, then what is left of others', with their distributions."""
        cdef Worker *w = &self.workers[thread]
        cdef int64_t village = next_village(self.workers, thread, self.n_threads)
        note_slot(&self.model, &w.tile, tick)
        while village >= 0:
            self._village(w, village, tick, True)
            if row >= 0:
                distribute(&self.model, &w.row, village, tick)
            village = next_village(self.workers, thread, self.n_threads)
        flush(&self.model, &w.row, w.leaders.connected)

    cdef void _village(self, Worker *w, int64_t village, int64_t tick, bint lives) noexcept nogil:
        """Compute one village in tiles; unless it lives only publish and rank it."""
        cdef scs_model_t *m = &self.model
        cdef scs_tile_t *t = &w.tile
        cdef scs_row_t *row = &w.row
        cdef int64_t stop = m.units.start[village + 1], first, tile
        if lives and m.rules.reviews:
            retie_village(m, &w.leaders, village)
        enter_village(m, t, village)
        if lives and m.rules.learns:
            note_deals(m, &w.leaders, row, village, -1)
        for tile in range(m.units.tile[village], m.units.tile[village + 1]):
            first = m.units.tile_start[tile]
            place(t, first, min(first + SCS_TILE, stop))
            t.number = tile
            if lives:
                if tick == m.rules.measured_from:
                    remember_grades(m, t)
                self._tile(w, tick)
            else:
                draw(m, t, tick)  # for its needs
            publish(m, t, tick + 1)
            rank_citizens(m, t, row, tick + 1)
        if lives and m.rules.learns:
            note_deals(m, &w.leaders, row, village, 1)
        if m.rules.competes or m.rules.learns:
            sum_village(m, &w.leaders, village)
            if lives:
                w.leaders.violated[0][village] = t.n_violated

    cdef void _tile(self, Worker *w, int64_t tick) noexcept nogil:
        """One month of a tile."""
        cdef scs_model_t *m = &self.model
        cdef scs_tile_t *t = &w.tile
        cdef scs_row_t *row = &w.row
        draw(m, t, tick)
        begin(m, t, tick)
        scs_foresee_tile(m, t, SCS_AT_BEGIN)
        note_features(m, t)
        obey(m, t, row)
        decide(m, t, row)
        land(m, t, row)
        scs_foresee_tile(m, t, SCS_BEFORE_ACTS)
        act(m, t, row)
        scs_foresee_tile(m, t, SCS_AFTER_ACTS)
        help_informally(m, t, row)
        meet(m, t, row, tick)
        scs_foresee_tile(m, t, SCS_AFTER_MEETINGS)
        hear(m, t, row)
        credit_and_frame(m, t, row)
        sell(m, t, row)
        reward(m, t, row)
        scs_foresee_tile(m, t, SCS_AFTER_PRIZES)
        score(m, t, row, tick, w.feature_sums)
        keep_list(m, t, row)
        settle(m, t, row)
        reconsider(m, t, row)
        if m.rules.hushes:
            count_violated(t)
        measure(m, t, row)
