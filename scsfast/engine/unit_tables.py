"""The kernel's tables of units, which it looks up once for a village or a tile."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.units import Units
from .tiles import tile_starts, tiles_of_villages


def unit_tables(units: Units) -> dict[str, Any]:
    """Return the members of the kernel's ``scs_units_t`` by name.

    Parameters
    ----------
    units : Units

    Returns
    -------
    dict of str to int, ndarray of uint32, or lists of them by level
        ``n``: the number of units by level, the whole world at the end. ``start``: the
        first citizen of each village, ``tile``: its first tile, ``tile_start``: the first
        citizen of each tile, ``village``: the first village of each unit, ``of``: the unit
        of each village. All have one entry more, the end of the last.
    """
    levels = range(units.n_levels + 1)
    start, bounds = units.bounds(0), [units.bounds(level) for level in levels]
    village = [np.searchsorted(start, ends) for ends in bounds]
    of = [np.repeat(np.arange(len(ends)), _lengths(ends)) for ends in village]
    tile = np.append(0, np.cumsum(tiles_of_villages(units)))
    tile_start = np.append(tile_starts(units), units.n_citizens)
    return {
        "n": [units.count(level) for level in levels],
        "start": start.astype(np.uint32),
        "tile": tile.astype(np.uint32),
        "tile_start": tile_start.astype(np.uint32),
        "village": [ends.astype(np.uint32) for ends in village],
        "of": [numbers.astype(np.uint32) for numbers in of],
    }


def _lengths(ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the villages of each unit, and 1 for the end of the last."""
    return np.append(np.diff(ends), 1)
