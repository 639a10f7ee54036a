# CPU time of a thread by phase of a tick, for benchmarks/schedule.py.
from posix.time cimport CLOCK_THREAD_CPUTIME_ID, clock_gettime, timespec

cdef enum:
    REVIEW, SELECTION, CITIZENS, LEARNING


cdef inline void note_phase(double *seconds, double *clock, int phase) noexcept nogil:
    """Add the CPU time since the last call to a phase, if phases are timed."""
    cdef timespec now
    cdef double before = clock[0]
    if seconds == NULL:
        return
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    clock[0] = now.tv_sec + now.tv_nsec * 1e-9
    if phase >= 0:
        seconds[phase] += clock[0] - before
