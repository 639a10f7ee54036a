"""Reading and writing the chunks of arrays of numbers without zarr's event loop.

The bytes are those that zarr writes by the codecs of `array_metadata`. Zarr passes every chunk
through a loop and two pools of threads, which takes longer than to compress a small one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Literal, NamedTuple, TypeAlias, TypedDict

import google_crc32c
import numcodecs.blosc
import numpy as np
from numcodecs.vlen import VLenUTF8
from numcodecs.zstd import Zstd

from ..model.parameters import Tree
from .checked_zarr import CheckedZarr


class Compression(TypedDict):
    """Settings of the blosc codec."""

    cname: Literal["zstd"]
    clevel: int
    shuffle: Literal["shuffle"]
    blocksize: int


class TextCompression(TypedDict):
    """Settings of the zstd codec."""

    level: int
    checksum: bool


# Large blocks at level 1 take less time and less room than level 2 in the blocks of 64 KiB that
# blosc chooses by itself.
COMPRESSION: Compression = {
    "cname": "zstd",
    "clevel": 1,
    "shuffle": "shuffle",
    "blocksize": 2**22,  # bytes
}
TEXT_COMPRESSION = TextCompression(level=3, checksum=True)
CHECKSUM = 4  # bytes at the end of a chunk, CRC-32C, least byte first
Place: TypeAlias = tuple[slice, ...]


# Between the numbers in the key of a chunk: "table/c.0.3" is a file beside the metadata, and
# "table/c/0/3" lies in folders of its own.
FLAT, NESTED = ".", "/"


class ChunkForm(NamedTuple):
    """How the chunks of an array are kept.

    Attributes
    ----------
    separator : str
        FLAT or NESTED.
    last_axis_first : bool
        Whether the last axis is the first in memory. The outputs of a table then lie one after
        the other, as named variables need them, and take a sixth less room.
    """

    separator: str
    last_axis_first: bool


IN_FOLDERS = ChunkForm(NESTED, last_axis_first=False)  # of layout 3, and of snapshots


class NumberArray(NamedTuple):
    """An array of numbers in a store, as `layout.create` makes it.

    Attributes
    ----------
    store : CheckedZarr
    path : str
        Name of the array.
    shape, chunks : tuple of int
        Of the array, and of a chunk.
    dtype : numpy.dtype
        Little-endian.
    form : ChunkForm
    """

    store: CheckedZarr
    path: str
    shape: tuple[int, ...]
    chunks: tuple[int, ...]
    dtype: np.dtype
    form: ChunkForm

    @classmethod
    def of(cls, store: CheckedZarr, path: str, metadata: Tree) -> NumberArray:
        """Return the array that a checked ``zarr.json`` describes."""
        chunks = metadata["chunk_grid"]["configuration"]["chunk_shape"]
        dtype = np.dtype(metadata["data_type"]).newbyteorder("<")
        separator = metadata["chunk_key_encoding"]["configuration"]["separator"]
        form = ChunkForm(separator, metadata["codecs"][0]["name"] == "transpose")
        return cls(store, path, tuple(metadata["shape"]), tuple(chunks), dtype, form)

    def as_kept(self, values: np.ndarray) -> np.ndarray:
        """Return a view of values with the axes in the order of a chunk's bytes."""
        return np.moveaxis(values, -1, 0) if self.form.last_axis_first else values


class Room:
    """Memory for one array at a time, kept for the next: the system clears new memory."""

    def __init__(self) -> None:
        self._bytes = np.empty(0, "u1")

    def array(self, shape: Iterable[int], dtype: np.dtype) -> np.ndarray:
        """Return an array of any values, which the next call overwrites."""
        sizes = tuple(shape)
        n_bytes = math.prod(sizes) * dtype.itemsize
        if self._bytes.size < n_bytes:
            self._bytes = np.empty(n_bytes, "u1")
        return self._bytes[:n_bytes].view(dtype).reshape(sizes)


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


def pack_text(values: Sequence[str]) -> bytes:
    """Return the bytes of the one chunk of an array of text."""
    plain = VLenUTF8().encode(np.array(values, dtype=object))
    packed: bytes = Zstd(**TEXT_COMPRESSION).encode(plain)
    return packed


def unpack(data: bytes, values: np.ndarray) -> None:
    """Fill an array with the values of a chunk whose size and checksum are right."""
    _codec(values.itemsize).decode(data[:-CHECKSUM], out=values)


def write_part(array: NumberArray, part: Place, values: np.ndarray) -> None:
    """Write values that fill whole chunks, but for zeros beyond their end.

    Parameters
    ----------
    array : NumberArray
    part : tuple of slice
        Where the values are, one slice per leading axis; each begins with a chunk.
    values : ndarray
        Of the shape of that part.
    """
    for at, where in _chunks(array, part):
        chunk = _filled_up(values[_relative(where, part)], array)
        array.store.write(_key(array, at), pack(array.as_kept(chunk)))


def read_part(array: NumberArray, part: Place) -> np.ndarray:
    """Return a part of an array of numbers, 0 where it has no chunk.

    Parameters
    ----------
    array : NumberArray
    part : tuple of slice
        One slice per leading axis, of any bounds.

    Raises
    ------
    StoreError
        If a chunk is damaged.
    """
    found = np.empty(_shape(array, part), array.dtype)
    _read_into(found, array, part, Room())
    return found


def read_outputs(
    array: NumberArray, part: Place, rooms: tuple[Room, Room]
) -> np.ndarray:
    """Return a part of a table with its last axis first: each output lies in one piece.

    Parameters
    ----------
    array : NumberArray
    part : tuple of slice
        As for `read_part`.
    rooms : tuple of Room
        Memory for the result, which the next call overwrites, and for a chunk.
    """
    *lead, n_outputs = _shape(array, part)
    found = rooms[0].array((n_outputs, *lead), array.dtype)
    _read_into(np.moveaxis(found, 0, -1), array, part, rooms[1])
    return found


def _read_into(found: np.ndarray, array: NumberArray, part: Place, room: Room) -> None:
    """Fill the values of a part, chunk by chunk, with 0 where there is no chunk."""
    for at, where in _chunks(array, part):
        data = array.store.read(_key(array, at))
        target = found[_relative(where, part)]
        if data is None:
            target[...] = 0
            continue
        kept = array.as_kept(target)
        if target.shape == array.chunks and kept.flags.c_contiguous:
            unpack(data, kept)
            continue
        starts = [k * n for k, n in zip(at, array.chunks, strict=True)]
        inner = [
            slice(w.start - s, w.stop - s) for w, s in zip(where, starts, strict=True)
        ]
        values = _chunk_in(room, array)
        unpack(data, array.as_kept(values))
        target[...] = values[tuple(inner)]


def _chunk_in(room: Room, array: NumberArray) -> np.ndarray:
    """Return an array for the values of a chunk, in one piece as they are kept."""
    if not array.form.last_axis_first:
        return room.array(array.chunks, array.dtype)
    *lead, n_last = array.chunks
    return np.moveaxis(room.array((n_last, *lead), array.dtype), 0, -1)


def _chunks(array: NumberArray, part: Place) -> Iterator[tuple[tuple[int, ...], Place]]:
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


def _whole(array: NumberArray, part: Place) -> Place:
    """Return a part with a slice, from a start to a stop, for every axis."""
    slices = [*part, *[slice(None)] * (len(array.shape) - len(part))]
    bounds = [each.indices(n) for each, n in zip(slices, array.shape, strict=True)]
    return tuple(slice(start, stop) for start, stop, _ in bounds)


def _shape(array: NumberArray, part: Place) -> list[int]:
    """Return the shape of a part."""
    return [each.stop - each.start for each in _whole(array, part)]


def _relative(where: Place, part: Place) -> Place:
    """Return slices of an array as slices of a part of it."""
    starts = [each.start or 0 for each in part] + [0] * (len(where) - len(part))
    return tuple(
        slice(w.start - s, w.stop - s) for w, s in zip(where, starts, strict=True)
    )


def _filled_up(values: np.ndarray, array: NumberArray) -> np.ndarray:
    """Return the values of a whole chunk, 0 beyond those given."""
    if values.shape == array.chunks:
        return values.astype(array.dtype, copy=False)
    chunk = np.zeros(array.chunks, array.dtype)
    chunk[tuple(slice(0, n) for n in values.shape)] = values
    return chunk


def chunk_key(path: str, separator: str, at: Iterable[int]) -> str:
    """Return the key of a chunk.

    Parameters
    ----------
    path : str
        Name of the array.
    separator : str
        FLAT or NESTED.
    at : iterable of int
        Number of the chunk on each axis.
    """
    return f"{path}/{separator.join(['c', *map(str, at)])}"


def chunk_keys(array: NumberArray, part: Place) -> list[str]:
    """Return the keys of the chunks that a part of an array touches."""
    return [_key(array, at) for at, _ in _chunks(array, part)]


def _key(array: NumberArray, at: tuple[int, ...]) -> str:
    return chunk_key(array.path, array.form.separator, at)


def _codec(itemsize: int) -> numcodecs.blosc.Blosc:
    settings = {**COMPRESSION, "shuffle": numcodecs.blosc.Blosc.SHUFFLE}
    return numcodecs.blosc.Blosc(**settings, typesize=itemsize)
