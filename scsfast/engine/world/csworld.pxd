# The functions of csrc/ that the builder of worlds alone uses; the headers explain them.
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

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
