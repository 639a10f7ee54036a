"""Reading and writing the chunks of arrays of numbers without zarr's event loop.

The bytes are those that zarr writes by the codecs of `layout.create`. Zarr passes every chunk
through a loop and two pools of threads, which takes longer than to compress a small one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict

import google_crc32c
import numcodecs.blosc
import numpy as np

from .checked_zarr import CheckedZarr

if TYPE_CHECKING:
    from .layout import ZarrArray


class Compression(TypedDict):
    """Settings of the blosc codec."""

    cname: Literal["zstd"]
    clevel: int
    shuffle: Literal["shuffle"]
    blocksize: int


# Large blocks at level 1 take less time and less room than level 2 in the blocks of 64 KiB that
# blosc chooses by itself.
COMPRESSION: Compression = {
    "cname": "zstd",
    "clevel": 1,
    "shuffle": "shuffle",
    "blocksize": 2**19,  # bytes
}
CHECKSUM = 4  # bytes at the end of a chunk, CRC-32C, least byte first
Place: TypeAlias = tuple[slice, ...]


def pack(values: np.ndarray) -> bytes:
    """Return the bytes of a chunk: shuffled, compressed by zstd, with a checksum.

    Parameters
    ----------
    values : ndarray
        All values of the chunk, little-endian.
    """
    body: bytes = _codec(values.itemsize).encode(np.ascontiguousarray(values))
    checksum: bytes = google_crc32c.value(body).to_bytes(CHECKSUM, "little")
    return body + checksum


def unpack(data: bytes, values: np.ndarray) -> None:
    """Fill an array with the values of a chunk whose size and checksum are right."""
    _codec(values.itemsize).decode(data[:-CHECKSUM], out=values)


def write_part(array: ZarrArray, part: Place, values: np.ndarray) -> None:
    """Write values that fill whole chunks, but for zeros beyond their end.

    Parameters
    ----------
    array : zarr.Array
        An array of numbers that `layout.create` made, in a `CheckedZarr`.
    part : tuple of slice
        Where the values are, one slice per leading axis; each begins with a chunk.
    values : ndarray
        Of the shape of that part.
    """
    store = _store(array)
    for at, where in _chunks(array, part):
        chunk = _filled_up(values[_relative(where, part)], array)
        store.write(_key(array, at), pack(chunk))


def read_part(array: ZarrArray, part: Place) -> np.ndarray:
    """Return a part of an array of numbers, 0 where it has no chunk.

    Parameters
    ----------
    array : zarr.Array
        As for `write_part`.
    part : tuple of slice
        One slice per leading axis, of any bounds.

    Raises
    ------
    StoreError
        If a chunk is damaged.
    """
    store, whole = _store(array), _whole(array, part)
    dtype = array.dtype.newbyteorder("<")
    found = np.zeros([each.stop - each.start for each in whole], dtype)
    for at, where in _chunks(array, part):
        data = store.read(_key(array, at))
        if data is None:
            continue
        target = found[_relative(where, part)]
        if target.shape == array.chunks and target.flags.c_contiguous:
            unpack(data, target)
            continue
        starts = [k * n for k, n in zip(at, array.chunks, strict=True)]
        inner = [
            slice(w.start - s, w.stop - s) for w, s in zip(where, starts, strict=True)
        ]
        values = np.empty(array.chunks, found.dtype)
        unpack(data, values)
        target[...] = values[tuple(inner)]
    return found


def _chunks(array: ZarrArray, part: Place) -> Iterator[tuple[tuple[int, ...], Place]]:
    """Yield the number of each chunk that a part touches, and its share of the part."""
    whole, sizes = _whole(array, part), array.chunks
    axes = [
        range(each.start // n, -(-each.stop // n))
        for each, n in zip(whole, sizes, strict=True)
    ]
    for at in product(*axes):
        yield (
            at,
            tuple(
                slice(max(each.start, k * n), min(each.stop, (k + 1) * n))
                for k, n, each in zip(at, sizes, whole, strict=True)
            ),
        )


def _whole(array: ZarrArray, part: Place) -> Place:
    """Return a part with a slice, from a start to a stop, for every axis."""
    slices = [*part, *[slice(None)] * (len(array.shape) - len(part))]
    bounds = [each.indices(n) for each, n in zip(slices, array.shape, strict=True)]
    return tuple(slice(start, stop) for start, stop, _ in bounds)


def _relative(where: Place, part: Place) -> Place:
    """Return slices of an array as slices of a part of it."""
    starts = [each.start or 0 for each in part] + [0] * (len(where) - len(part))
    return tuple(
        slice(w.start - s, w.stop - s) for w, s in zip(where, starts, strict=True)
    )


def _filled_up(values: np.ndarray, array: ZarrArray) -> np.ndarray:
    """Return the values of a whole chunk, 0 beyond those given."""
    dtype = array.dtype.newbyteorder("<")
    if values.shape == array.chunks:
        return values.astype(dtype, copy=False)
    chunk = np.zeros(array.chunks, dtype)
    chunk[tuple(slice(0, n) for n in values.shape)] = values
    return chunk


def _key(array: ZarrArray, at: tuple[int, ...]) -> str:
    return "/".join([array.path, "c", *map(str, at)])


def _store(array: ZarrArray) -> CheckedZarr:
    store = array.store
    assert isinstance(store, CheckedZarr), store
    return store


def _codec(itemsize: int) -> numcodecs.blosc.Blosc:
    settings = {**COMPRESSION, "shuffle": numcodecs.blosc.Blosc.SHUFFLE}
    return numcodecs.blosc.Blosc(**settings, typesize=itemsize)
