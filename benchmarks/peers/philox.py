"""Philox 4x32-10 for arrays of counters, in NumPy."""

import numpy as np
from common import REPLICATE, SEED

MASK, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
KEYS = [
    (
        np.uint64((SEED & 0xFFFFFFFF) + k * 0x9E3779B9 & 0xFFFFFFFF),
        np.uint64((SEED >> 32) + k * 0xBB67AE85 & 0xFFFFFFFF),
    )
    for k in range(10)
]
LEFT, RIGHT = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)


def philox(who: np.ndarray, when: int, block: int) -> list[np.ndarray]:
    """Return the four words of the blocks of many citizens, int64."""
    a = who.astype(np.uint64)
    b, c, d = (np.full_like(a, x) for x in (when, REPLICATE, block))
    left, right = np.empty_like(a), np.empty_like(a)
    for key0, key1 in KEYS:
        np.multiply(a, LEFT, out=left)
        np.multiply(c, RIGHT, out=right)
        np.right_shift(right, HALF, out=a)
        a ^= b
        a ^= key0
        np.bitwise_and(right, MASK, out=b)
        np.right_shift(left, HALF, out=c)
        c ^= d
        c ^= key1
        np.bitwise_and(left, MASK, out=d)
    return [word.view(np.int64) for word in (a, b, c, d)]
