"""The ``zarr.json`` of new arrays, as zarr writes it.

Zarr creates an array through its event loop, which takes longer than to write a small array.
So it creates one array of each type in memory, whose metadata become those of all others with
their own shape, chunks, dimensions and attributes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import zarr
from zarr.codecs import BloscCodec, Crc32cCodec, ZstdCodec
from zarr.core.buffer import Buffer

from ..model.parameters import Tree
from .chunks import COMPRESSION, TEXT_COMPRESSION, ChunkForm


def number_metadata(
    shape: tuple[int, ...],
    names: Sequence[str],
    chunks: tuple[int, ...],
    attributes: Tree,
    dtype: np.dtype,
    form: ChunkForm,
) -> Tree:
    """Return the metadata of an array of numbers: shuffled, compressed, with a checksum.

    Parameters
    ----------
    shape : tuple of int
        Shape of the array.
    names : sequence of str
        Names of the dimensions.
    chunks : tuple of int
        Shape of a chunk.
    attributes : dict
        Unit and meaning.
    dtype : numpy.dtype
        Type of the numbers.
    form : ChunkForm
    """
    found = {**_of_numbers(dtype), **_extent(shape, chunks, form.separator)}
    if form.last_axis_first:
        found["codecs"] = [transposition(len(shape)), *found["codecs"]]
    return {**found, "attributes": attributes, "dimension_names": [*names]}


def text_metadata(length: int, dim: str, attributes: Tree, separator: str) -> Tree:
    """Return the metadata of an array of text with one dimension, in one chunk.

    Parameters
    ----------
    length : int
        Number of values.
    dim : str
        Name of the dimension.
    attributes : dict
        Meaning.
    separator : str
        Of the keys of chunks.
    """
    own = {"attributes": attributes, "dimension_names": [dim]}
    return {**_of_text(), **own, **_extent((length,), (length,), separator)}


def key_encoding(separator: str) -> Tree:
    """Return the metadata of the keys of chunks."""
    return {"name": "default", "configuration": {"separator": separator}}


def transposition(n_axes: int) -> Tree:
    """Return the metadata of the codec that puts the last of some axes first."""
    order = [n_axes - 1, *range(n_axes - 1)]
    return {"name": "transpose", "configuration": {"order": order}}


def group_metadata(attributes: Tree) -> Tree:
    """Return the metadata of a group with some attributes."""
    return {"attributes": attributes, "zarr_format": 3, "node_type": "group"}


def in_bytes(metadata: Tree) -> bytes:
    """Return metadata as the bytes of a ``zarr.json``."""
    return (json.dumps(metadata) + "\n").encode()  # indented it takes 20 times as long


def _extent(shape: tuple[int, ...], chunks: tuple[int, ...], separator: str) -> Tree:
    """Return what metadata state of the shape of an array, of its chunks and their keys."""
    grid = {"name": "regular", "configuration": {"chunk_shape": [*chunks]}}
    keys = {"chunk_key_encoding": key_encoding(separator)}
    return {"shape": [*shape], "chunk_grid": grid, **keys}


@cache
def _of_numbers(dtype: np.dtype) -> Tree:
    codecs = [BloscCodec(typesize=dtype.itemsize, **COMPRESSION), Crc32cCodec()]
    return _written(dtype, codecs, np.nan if dtype.kind == "f" else 0)


@cache
def _of_text() -> Tree:
    return _written(str, [ZstdCodec(**TEXT_COMPRESSION)], "")


def _written(dtype: Any, codecs: Sequence[Any], fill_value: Any) -> Tree:
    """Return the metadata that zarr writes for an array of one value."""
    files: dict[str, Buffer] = {}
    zarr.create_array(
        files,
        shape=(1,),
        chunks=(1,),
        dtype=dtype,
        compressors=codecs,
        fill_value=fill_value,
        zarr_format=3,
    )
    found: Tree = json.loads(files["zarr.json"].to_bytes())
    return found
