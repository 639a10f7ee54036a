# The functions of csrc/ that the builder of worlds alone uses; the headers explain them.
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from scsfast.engine.kernel.csrc cimport scs_rules_t

cdef extern from "scs_matching.h":
    ctypedef struct scs_sorter_t:
        uint64_t *key
        uint32_t *before
        uint8_t *count
    size_t scs_sorter_bytes(int64_t n) noexcept nogil
    scs_sorter_t scs_sorter_in(void *bytes, int64_t n) noexcept nogil
    void scs_sort_by_draw(scs_sorter_t s, const uint32_t *draw, const uint32_t *who, int64_t n,
                          int skip) noexcept nogil
    void scs_pair_near(uint16_t *partner, const uint64_t *key, int64_t n) noexcept nogil
    void scs_pair_far(uint32_t *partner, const uint64_t *key, int64_t n,
                      uint32_t start) noexcept nogil

cdef extern from "scs_citizens.h":
    void scs_note_qualities(uint8_t *quality, uint8_t *guile, uint8_t *means,
                            const uint8_t *of_quality, const uint8_t *of_guile,
                            const uint8_t *of_means, const uint32_t (*word)[512],
                            int n) noexcept nogil
    void scs_note_traits(uint8_t *traits, const uint8_t *means, const scs_rules_t *r,
                         const int64_t *group_until, const uint32_t (*word)[512],
                         int n) noexcept nogil
    void scs_note_status(uint8_t *traits, uint8_t *strategy, const scs_rules_t *r,
                         const uint32_t (*word)[512], int n) noexcept nogil
    void scs_note_ties(uint8_t *ties, const uint8_t *means, const int64_t *tie, int level,
                       const uint32_t (*word)[512], int n) noexcept nogil
