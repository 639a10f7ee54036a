"""The interface of every build of the builder of worlds (``_world_base``, ``_world_v3``, ...).

Citizens, ties and matchings are drawn into contiguous arrays, once a replicate.

Threads draw ranges of citizens and of units. It checks nothing: ``simulation.py`` hands
over arrays of the right lengths and dtypes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

def draw_citizens(
    rules: Mapping[str, Any],
    group_until: NDArray[np.int64],
    tie: NDArray[np.int64],
    ranks: NDArray[np.int64],
    own_means: NDArray[np.uint8],
    quality_table: NDArray[np.uint8],
    guile_table: NDArray[np.uint8],
    means_table: NDArray[np.uint8],
    quality: NDArray[np.uint8],
    guile: NDArray[np.uint8],
    means: NDArray[np.uint8],
    traits: NDArray[np.uint8],
    strategy: NDArray[np.uint8],
    ties: NDArray[np.uint8],
    first: int,
    last: int,
    seed: int,
    replicate: int,
) -> None:
    """Draw the fixed traits, the first strategy and the ties of the citizens [first, last).

    Parameters
    ----------
    rules : mapping
        Every member of ``scs_rules_t``: see ``state.kernel_rules``.
    group_until : ndarray of int64, shape (256, 4)
        Cumulative 32-bit shares of the groups by means; IN.
    tie : ndarray of int64, shape (6, 256)
        32-bit chances of a tie by level and means; IN.
    ranks : ndarray of int64, shape (3, 256, 256) or (0, 0, 0)
        Cumulative 16-bit chances of correlated traits; IN.
    own_means : ndarray of uint8, shape (n_citizens,) or (0,)
        Means that stand in the place of those drawn; IN.
    quality_table, guile_table, means_table : ndarray of uint8, shape (256,)
        Quantiles; IN.
    quality, guile, means, traits, strategy, ties : ndarray of uint8, shape (n_citizens,)
        OUT.
    first, last : int
        Range of citizens.
    seed, replicate : int
        Key below 2^64, and counter word below 2^32.
    """

def start_citizens(
    base: int,
    quality: NDArray[np.uint8],
    means: NDArray[np.uint8],
    wealth_target: NDArray[np.int32],
    score: NDArray[np.int32],
    fair_score: NDArray[np.int32],
    wealth: NDArray[np.int32],
    count: NDArray[np.int64],
    first: int,
    last: int,
) -> None:
    """Set the first scores and wealth of the citizens [first, last); count their quality.

    Parameters
    ----------
    base : int
        Score at the start, 1/256 point.
    quality, means : ndarray of uint8, shape (n_citizens,)
        IN.
    wealth_target : ndarray of int32, shape (256,)
        Wealth by means, 1/256 monthly income; IN.
    score, fair_score, wealth : ndarray of int32, shape (n_citizens,)
        OUT.
    count : ndarray of int64, shape (256,)
        The citizens of the range are added, by quality; IN/OUT.
    first, last : int
        Range of citizens.
    """

class Network:
    """The partners of all slots: in every unit of a slot neighbours by (draw, index) meet.

    Parameters
    ----------
    partners : sequence of ndarray
        By slot: uint16 offsets in the unit, or uint32 indices where units are larger; OUT.
    starts : sequence of ndarray of uint32, shape (units + 1,)
        By slot the first citizen of each unit inside which it pairs, and the number of
        citizens; IN.
    n_threads : int
        How many threads will call `draw`.
    seed, replicate : int
        As of `draw_citizens`.

    Raises
    ------
    MemoryError
        If there is not enough memory for the scratch.
    """

    def __init__(
        self,
        partners: Sequence[NDArray[Any]],
        starts: Sequence[NDArray[np.uint32]],
        n_threads: int,
        seed: int,
        replicate: int,
    ) -> None: ...
    def draw(self, thread: int) -> None:
        """Draw a thread's part of all slots; all threads must call this, in any order."""
