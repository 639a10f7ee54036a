"""Chunks that are written and read directly are those of zarr, byte for byte."""

import numpy as np
import pytest
import zarr

from scsfast.store import layout
from scsfast.store.chunks import read_part, write_part
from scsfast.store.folder import Folder

SHAPE, CHUNKS = (2, 7, 5, 3), (1, 3, 2, 3)
PARTS = [
    (slice(0, 2), slice(0, 7)),
    (slice(1, 2), slice(3, 6)),
    (slice(0, 1), slice(1, 5), slice(1, 4)),
    (slice(0, 2), slice(5, 9)),
    (),
]


def array_in(folder, dtype="<i8"):
    """Return an empty array of a store in a folder."""
    folder.mkdir()
    group = zarr.create_group(Folder(folder).zarr)
    names = ("scenario", "replicate", "tick", "output")
    return layout.create(group, "table", SHAPE, names, CHUNKS, {}, dtype)


@pytest.fixture
def values():
    """Return values of a whole array."""
    return np.random.default_rng(5).integers(-9, 9, SHAPE)


def files(folder):
    """Return the bytes of every chunk below a folder, by path."""
    found = sorted((folder / "table" / "c").rglob("*"))
    return {p.relative_to(folder): p.read_bytes() for p in found if p.is_file()}


@pytest.mark.parametrize("dtype", ["<i8", "u1", "<u2"])
def test_chunks_are_those_of_zarr(tmp_path, values, dtype):
    layout.prepare_zarr()
    values = values.astype(dtype)
    by_zarr, direct = tmp_path / "zarr", tmp_path / "direct"
    array_in(by_zarr, dtype)[...] = values
    array = array_in(direct, dtype)
    for part in [
        (slice(0, 1), slice(0, 6)),
        (slice(0, 1), slice(6, 7)),
        (slice(1, 2),),
    ]:
        write_part(array, part, values[part])
    assert len(files(by_zarr)) == 2 * 3 * 3
    assert files(direct) == files(by_zarr)


@pytest.mark.parametrize("part", PARTS, ids=str)
def test_parts_are_those_of_zarr(tmp_path, values, part):
    array = array_in(tmp_path / "o")
    array[0:2, 0:6] = values[:, :6]  # the last replicate is not written
    np.testing.assert_array_equal(read_part(array, part), array[part])
