"""Arrays in one piece of memory, for huge pages."""

from collections.abc import Collection

import numpy as np

PAGE = 4096  # bytes


def zeros_to_place(shape: int | tuple[int, ...], dtype) -> np.ndarray:
    """Return zeros; if larger than a page, without memory and read-only, for `one_piece`."""
    zeros = np.broadcast_to(np.zeros((), dtype), shape)
    return zeros if zeros.nbytes > PAGE else zeros.copy()


def one_piece(arrays: Collection[np.ndarray]) -> list[np.ndarray]:
    """Return zeroed arrays like given ones in one piece of memory, for huge pages."""
    room = [-(-array.nbytes // PAGE) * PAGE for array in arrays]
    piece, ends = np.zeros(sum(room), np.uint8), np.cumsum(room)
    return [
        piece[end - size : end][: array.nbytes].view(array.dtype).reshape(array.shape)
        for array, size, end in zip(arrays, room, ends, strict=True)
    ]
