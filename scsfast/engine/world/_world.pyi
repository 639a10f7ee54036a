"""Citizens, ties and matchings drawn into contiguous arrays, once a replicate.

It checks nothing: ``simulate.py`` hands over arrays of the right lengths and dtypes.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

def draw_citizens(
    rules: Mapping[str, Any],
    quality_table: NDArray[np.uint8],
    guile_table: NDArray[np.uint8],
    means_table: NDArray[np.uint8],
    quality: NDArray[np.uint8],
    guile: NDArray[np.uint8],
    means: NDArray[np.uint8],
    traits: NDArray[np.uint8],
    strategy: NDArray[np.uint8],
    ties: NDArray[np.uint8],
    seed: int,
    replicate: int,
) -> None:
    """Draw the fixed traits, the first strategy and the ties of every citizen.

    Parameters
    ----------
    rules : mapping
        Every member of ``scs_rules_t``: see ``state.kernel_rules``.
    quality_table, guile_table, means_table : ndarray of uint8, shape (256,)
        Quantiles; IN.
    quality, guile, means, traits, strategy, ties : ndarray of uint8, shape (n_citizens,)
        OUT.
    seed, replicate : int
        Key below 2^64, and counter word below 2^32.
    """

def draw_matching(
    slot: int,
    span: int,
    near: NDArray[np.uint16] | None,
    far: NDArray[np.uint32] | None,
    keys: NDArray[np.uint64],
    n_citizens: int,
    seed: int,
    replicate: int,
) -> None:
    """Pair the citizens of every unit in one slot: neighbours by (draw, index).

    Parameters
    ----------
    slot, span : int
        Number of the slot, and the citizens of its units.
    near : ndarray of uint16, shape (n_citizens,), or None
        Partners as offsets in the unit; OUT.
    far : ndarray of uint32, shape (n_citizens,), or None
        Partners as indices, where units are larger; OUT.
    keys : ndarray of uint64
        Scratch, at least two units long.
    n_citizens, seed, replicate : int
        As of `bear`.
    """
