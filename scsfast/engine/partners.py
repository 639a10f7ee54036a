"""Partners of citizens by slot: offsets in small units, numbers of citizens in large ones."""

import numpy as np

from ..model.integers.rules import Rules
from ..model.units import Units
from .memory import one_piece, zeros_to_place

NEAR = 1 << 16  # units up to this size keep partners as 16-bit offsets


def allocate_partners(rules: Rules) -> list[np.ndarray]:
    """Return one partner array per slot: 16-bit offsets in small units, else indices."""
    return one_piece(
        [
            zeros_to_place(rules.n_citizens, np.uint16 if span <= NEAR else np.uint32)
            for span in rules.slot_spans
        ]
    )


def partner_indices(units: Units, partner: np.ndarray, level: int) -> np.ndarray:
    """Return the partner of each citizen in a slot as an index, int64.

    Parameters
    ----------
    units : Units
    partner : ndarray of int
    level : int
        In whose units the slot pairs.
    """
    found = partner.astype(np.int64)
    if partner.dtype == np.uint16:
        bounds = units.bounds(level)
        found += np.repeat(bounds[:-1], np.diff(bounds))
    return found
