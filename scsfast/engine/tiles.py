"""Tiles: villages are cut into tiles, of which none is in two villages."""

import numpy as np
from numpy.typing import NDArray

from ..model.units import Units

TILE = 512  # citizens, as csrc/scs_structs.h says


def tiles_of_villages(units: Units) -> NDArray[np.int64]:
    """Return the number of tiles of each village."""
    return np.asarray(-(-np.diff(units.bounds(0)) // TILE), np.int64)


def n_tiles(units: Units) -> int:
    """Return the number of tiles of a world."""
    if units.starts:
        return int(tiles_of_villages(units).sum())
    villages, rest = divmod(units.n_citizens, units.spans[0])
    return villages * -(-units.spans[0] // TILE) + -(-rest // TILE)


def tile_starts(units: Units) -> NDArray[np.int64]:
    """Return the first citizen of each tile."""
    tiles = tiles_of_villages(units)
    before = np.cumsum(tiles) - tiles
    in_village = np.arange(tiles.sum()) - np.repeat(before, tiles)
    return np.repeat(units.bounds(0)[:-1], tiles) + TILE * in_village
