"""The byte of a citizen's fixed traits: group and flags, as in csrc/scs_structs.h."""

from typing import Any

import numpy as np

GROUP_MASK = 3
FLAGS = {"dissenter": 4, "enrolled": 8, "aware": 16}
BOUGHT = 128  # has bought points


def group(bits: Any) -> Any:
    """Return the number of the group, of one byte or of an array of them."""
    return bits & GROUP_MASK


def has(bits: Any, flag: str) -> Any:
    """Return whether a flag is set, of one byte (bool) or of an array (bool array)."""
    return (bits & FLAGS[flag]) != 0


def bought(bits: Any) -> Any:
    """Return whether citizens have bought points, of one byte or of an array."""
    return (bits & BOUGHT) != 0


def with_values(bits: np.ndarray, values: dict[str, Any]) -> np.ndarray:
    """Return bytes with the group or some flags replaced.

    Parameters
    ----------
    bits : ndarray of uint8
    values : dict of str to array_like
        ``group`` (0 to 3) and names of `FLAGS` (0 or 1); other names are ignored.
    """
    masks = {"group": GROUP_MASK, **FLAGS}
    for name in masks.keys() & values.keys():
        mask = masks[name]
        field = np.asarray(values[name], np.uint8) * np.uint8(mask & -mask)
        bits = bits & np.uint8(~mask & 0xFF) | field
    return bits


def packed(values: dict[str, Any], has_bought: Any) -> np.ndarray:
    """Return the bytes of citizens.

    Parameters
    ----------
    values : dict of str to array_like
        ``group`` and every flag of `FLAGS`.
    has_bought : array_like of bool
    """
    empty = np.where(np.asarray(has_bought, bool), BOUGHT, 0).astype(np.uint8)
    return with_values(empty, values)
