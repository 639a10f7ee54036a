"""The interface of every build of the kernel (``_kernel_base``, ``_kernel_v3``, ...).

The compiled modules check nothing: ``simulate.py`` hands over arrays of the right shapes
and dtypes, C-contiguous. Names of state arrays and tables are those of ``state.py`` and of
the registry ``scsfast/model/outcomes.py``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

TABLES: tuple[str, ...]
PHASES: tuple[str, ...]

def output_names() -> dict[str, list[str]]:
    """Return the kernel's columns by table, in the order of the registry."""

def block_numbers() -> dict[str, int]:
    """Return the kernel's block numbers by their names in ``scsfast/model/draws.py``."""

def processor_level() -> int:
    """Return the x86-64 level of this processor: 4, 3, or 1 for all others."""

def build_flags() -> dict[str, str]:
    """Return the build of this module: ``compiler``, ``flags``, ``revision``."""

def exponentials() -> NDArray[np.int64]:
    """Return the table of E, 4097 16-bit chances; see test_outcomes.py."""

def philox(
    who: NDArray[np.uint32],
    when: int,
    replicate: int,
    block: int,
    seed: int,
) -> NDArray[np.uint32]:
    """Return the four words of the blocks of many counters.

    Parameters
    ----------
    who : ndarray of uint32, shape (n,)
        First word of each counter.
    when, replicate, block : int
        The other words, below 2^32, the same for all.
    seed : int
        The key, below 2^64.

    Returns
    -------
    ndarray of uint32, shape (4, n)
        Known answers: tests/data/philox.csv, held by test_philox.py.
    """

class Replicate:
    """One replicate's memory and the loops over it.

    Parameters
    ----------
    rules : mapping
        What ``state.kernel_rules`` makes: every member of ``scs_rules_t``, the acts and
        kinds of prize, and in which array each rank is.
    arrays : mapping of str to ndarray or list of ndarray
        State by citizen and by unit and the tables that the kernel reads, of
        ``state.allocate``; IN/OUT, kept alive.
    partners : sequence of ndarray
        By slot: uint16 offsets in the unit, or uint32 indices where units are larger;
        IN.
    slot_levels : sequence of int
        Levels in whose units each slot pairs; above all levels: the whole world.
    units : mapping
        What ``unit_tables.unit_tables`` makes; IN, kept alive.
    outputs : mapping of str to ndarray of int64, shape (n_threads, rows, ...)
        By table of the registry, zeroed; OUT, of ``state.allocate_outputs``.
    distribution_ticks : sequence of int
        Ticks that end with distributions.
    seed : int
        Key of all draws, below 2^64.
    replicate : int
        Part of every counter, below 2^32.
    n_threads : int
        How many threads will call `run`.

    Raises
    ------
    MemoryError
        If there is not enough memory for the kernel's scratch.
    """

    def __init__(
        self,
        rules: Mapping[str, Any],
        arrays: Mapping[str, Any],
        partners: Sequence[NDArray[Any]],
        slot_levels: Sequence[int],
        units: Mapping[str, Any],
        outputs: Mapping[str, NDArray[np.int64]],
        distribution_ticks: Sequence[int],
        seed: int,
        replicate: int,
        n_threads: int,
    ) -> None: ...
    def prepare(self, thread: int) -> None:
        """Count a thread's tied citizens; publish and rank them for the first tick.

        Call once by thread, when citizens, leaders and the classes of quality are filled in.
        """

    def take_rules(self, rules: Mapping[str, Any]) -> None:
        """Put a regime's rules in force; `republish` must follow before the next tick."""

    def count_manipulating(self) -> None:
        """Count the leaders in office who manipulate; after ``manipulates`` was written."""

    def republish(self, tick: int, thread: int) -> None:
        """Publish and rank a thread's citizens for a tick, by the rules now in force."""

    @property
    def seconds(self) -> NDArray[np.float64] | None:
        """CPU seconds that `run` adds up, if it is set, shape (n_threads, len(PHASES)).

        Waiting inside the review and wide selections is counted there.
        """

    @seconds.setter
    def seconds(self, value: NDArray[np.float64] | None) -> None: ...
    def run(self, first: int, count: int, thread: int) -> None:
        """Simulate `count` ticks from tick `first` on, as thread number `thread`.

        Releases the GIL. All `n_threads` threads must call this with the same ticks, or
        none returns; the outputs of a thread are in its own part of each table.
        """
