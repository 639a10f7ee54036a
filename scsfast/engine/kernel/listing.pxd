# 5 The list, a tile at a time: citizens on it, and citizens with a severe record.
from libc.stdint cimport int32_t, uint8_t

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *
from scsfast.engine.kernel.tile cimport draw_few


cdef inline void keep_list(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Update the list: one tick less, performance, new entries, exits by leaders' favour."""
    cdef uint8_t *listed = m.state.listed + t.start
    cdef uint8_t *fair_listed = m.state.fair_listed + t.start
    cdef int32_t j, k, n_selected
    if not m.rules.listing:
        return
    for j in range(<int32_t>t.n):
        t.chosen[j] = (listed[j] | fair_listed[j] | t.severe[j] | t.fair_severe[j]) != 0
    n_selected = scs_compact(t.list, t.chosen, <int>t.n)
    if m.rules.list_exit:
        draw_few(m, t, SCS_LISTED, n_selected)
    for k in range(n_selected):
        scs_update_list(m, t, t.list[k], k, row)
