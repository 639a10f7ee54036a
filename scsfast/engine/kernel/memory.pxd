"""Where the arrays of a replicate lie in memory, checked before the kernel believes it."""

from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memset

from scsfast.engine.kernel.csrc cimport *

cdef extern from "<stdlib.h>":
    int posix_memalign(void **memory, size_t alignment, size_t size) nogil


cdef inline void *scratch(size_t size) except NULL:
    """Return zeroed memory that begins at a line of the cache; the caller frees it."""
    cdef void *memory = NULL
    if posix_memalign(&memory, SCS_LINE, max(size, SCS_LINE)):
        raise MemoryError("not enough memory for the kernel's scratch")
    memset(memory, 0, size)
    return memory


cdef inline void *address(array, str dtype) except? NULL:
    """Return where an array's data begins, which the kernel reads as C-contiguous `dtype`."""
    cdef Py_buffer view
    if array.dtype != dtype or not array.flags.c_contiguous:
        raise TypeError(f"the kernel takes C-contiguous arrays of {dtype}, "
                        f"got {array.dtype}, contiguous: {array.flags.c_contiguous}")
    PyObject_GetBuffer(array, &view, PyBUF_SIMPLE)  # ten times as fast as array.ctypes
    PyBuffer_Release(&view)  # the caller keeps the array
    return view.buf


cdef inline uint8_t *uint8s(array) except? NULL:
    """Return the address of an array of uint8."""
    return <uint8_t *>address(array, "uint8")


cdef inline uint16_t *uint16s(array) except? NULL:
    """Return the address of an array of uint16."""
    return <uint16_t *>address(array, "uint16")


cdef inline int32_t *int32s(array) except? NULL:
    """Return the address of an array of int32."""
    return <int32_t *>address(array, "int32")


cdef inline uint32_t *uint32s(array) except? NULL:
    """Return the address of an array of uint32."""
    return <uint32_t *>address(array, "uint32")


cdef inline int64_t *int64s(array) except? NULL:
    """Return the address of an array of int64."""
    return <int64_t *>address(array, "int64")


cdef inline int take_units(scs_model_t *m, tables) except -1:
    """Note where the tables of units are: see `unit_tables.unit_tables`."""
    cdef scs_units_t *u = &m.units
    u.start, u.tile = uint32s(tables["start"]), uint32s(tables["tile"])
    u.tile_start = uint32s(tables["tile_start"])
    for level, n_units in enumerate(tables["n"]):
        u.n[level] = n_units
        u.of[level] = uint32s(tables["of"][level])
        u.village[level] = uint32s(tables["village"][level])
    return 0


cdef inline int take_state(scs_model_t *m, arrays) except -1:
    """Note where the state of citizens is."""
    cdef scs_state_t *s = &m.state
    cdef const scs_column_t *column = scs_columns
    cdef int64_t k
    while column.name != NULL:
        (<void **>(<char *>s + column.offset))[0] = address(
            arrays[column.name.decode()], column.type.decode().removesuffix("_t"))
        column += 1
    for k, tick in enumerate(("even", "odd")):
        s.published[k] = uint32s(arrays[f"published_{tick}"])
        s.shown[k] = uint16s(arrays[f"shown_{tick}"])
    for k, cohort in enumerate(arrays["cohorts"]):
        s.cohorts[k] = int32s(cohort)
        s.fair_cohorts[k] = int32s(arrays["fair_cohorts"][k])
    for k, points in enumerate(arrays["remedy_points"]):
        s.remedy_points[k] = int32s(points)
        s.remedy_marks[k] = uint8s(arrays["remedy_marks"][k])
    for k in range(2):
        s.misfiled_points[k] = int32s(arrays["misfiled_points"][k])
        s.misfiled_marks[k] = uint8s(arrays["misfiled_marks"][k])
        s.fair_misfiled_points[k] = int32s(arrays["fair_misfiled_points"][k])
        s.fair_misfiled_marks[k] = uint8s(arrays["fair_misfiled_marks"][k])
    return 0


cdef inline int take_prizes(scs_model_t *m, arrays) except -1:
    """Note where applicants, needs and beliefs of each kind of prize are."""
    cdef int64_t k
    for k in range(len(arrays["belief"])):
        m.applicant[k] = uint16s(arrays[f"applicant_{k}"])
        m.applied[k] = uint16s(arrays[f"applied_{k}"])
        m.asked_need[k] = uint8s(arrays[f"asked_need_{k}"])
        m.asked_quality[k] = uint8s(arrays[f"asked_quality_{k}"])
        m.treatment[k] = uint8s(arrays[f"treatment_{k}"])
        m.state.lot[k] = uint16s(arrays[f"lot_{k}"])
        m.state.need[k] = int32s(arrays["need"][k])
        m.state.belief[k] = int64s(arrays["belief"][k])
    return 0


cdef inline int take_leaders(
    scs_model_t *m, scs_review_t *v, arrays, int64_t thread
) except -1:
    """Note where the leaders in office, the sums of units and a thread's counts are."""
    cdef int level
    for level, manipulates in enumerate(arrays["manipulates"]):
        m.manipulates[level] = uint8s(manipulates)
        m.hush[level] = int64s(arrays["hush"][level])
        v.serial[level] = int64s(arrays["serial"][level])
        v.ends[level] = int64s(arrays["ends"][level])
        v.renewed[level] = uint8s(arrays["renewed"][level])
        v.sum[level] = int64s(arrays["unit_sum"][level])
        v.fair_sum[level] = int64s(arrays["fair_unit_sum"][level])
        v.violated[level] = int64s(arrays["unit_violated"][level])
        v.favours_done[level] = int64s(arrays["favours_done"][level])
        v.bribes[level] = int64s(arrays["bribes"][level])
        v.points[level] = int64s(arrays["unit_points"][level])
    v.connected = int64s(arrays["connected"][thread])
    m.unit_points = v.points[0]
    m.bodies = uint8s(arrays["bodies"])
    return 0


cdef inline int take_ranks(scs_model_t *m, int64_t kind, arrays, names) except -1:
    """Note in which array each rank of a kind is; judges that rank equally share it."""
    cdef int judge
    for judge in range(SCS_N_RANKS):
        m.ranks[kind][judge] = uint16s(arrays[judge])
        m.same_as[kind][judge] = names.index(names[judge])
    return 0


cdef inline int take_needs(scs_model_t *m, int64_t kind, need, need_from) except -1:
    """Note which draws of a need apply; a table of a user's own need not rise."""
    cdef int64_t lot
    for lot in range(256):
        m.applies[kind][lot] = need[lot] >= need_from
    rises = bool((need[1:] >= need[:-1]).all())
    m.needy_from[kind] = need.searchsorted(need_from) if rises else -1
    return 0
