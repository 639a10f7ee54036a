"""Arrays in one piece of memory, for huge pages."""

from collections.abc import Collection

import numpy as np

PAGE = 4096  # bytes


def one_piece(arrays: Collection[np.ndarray]) -> list[np.ndarray]:
    """Return zeroed arrays like given ones in one piece of memory, for huge pages."""
    room = [-(-array.nbytes // PAGE) * PAGE for array in arrays]
    piece, ends = np.zeros(sum(room), np.uint8), np.cumsum(room)
    return [
        piece[end - size : end][: array.nbytes].view(array.dtype).reshape(array.shape)
        for array, size, end in zip(arrays, room, ends, strict=True)
    ]
