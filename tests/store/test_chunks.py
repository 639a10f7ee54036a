"""Chunks and metadata that are written directly are those of zarr, byte for byte."""

import json

import numpy as np
import pytest
import zarr
from support.filled_store import chunk_files
from zarr.codecs import BloscCodec, Crc32cCodec, TransposeCodec, ZstdCodec

from scsfast.store import layout
from scsfast.store.chunks import (
    COMPRESSION,
    FLAT,
    NESTED,
    ChunkForm,
    Room,
    read_outputs,
    read_part,
    write_part,
)
from scsfast.store.folder import Folder

SHAPE, CHUNKS = (2, 7, 5, 3), (1, 3, 2, 3)
NAMES = ("scenario", "replicate", "tick", "output")
PLAIN = ChunkForm(FLAT, last_axis_first=False)
FORMS = [PLAIN, ChunkForm(FLAT, last_axis_first=True), ChunkForm(NESTED, False)]
FORM_NAMES = ["flat", "last axis first", "nested"]
ABOUT = {"units": "prize", "long_name": "prizes"}
PARTS = [
    (slice(0, 2), slice(0, 7)),
    (slice(1, 2), slice(3, 6)),
    (slice(0, 1), slice(1, 5), slice(1, 4)),
    (slice(0, 2), slice(5, 9)),
    (),
]


def array_in(folder, dtype="<i8", form=PLAIN):
    """Return an empty array of a store in a folder."""
    folder.mkdir()
    return layout.create(
        Folder(folder).zarr, "table", SHAPE, NAMES, CHUNKS, ABOUT, dtype, form
    )


def opened(folder):
    """Return the same array as zarr reads and writes it."""
    return zarr.open_array(Folder(folder).zarr, path="table", mode="r+")


@pytest.fixture
def values():
    """Return values of a whole array."""
    return np.random.default_rng(5).integers(-9, 9, SHAPE)


def files(folder):
    """Return the bytes of every chunk below a folder, by path."""
    found = chunk_files(folder, "table")
    return {p.relative_to(folder): p.read_bytes() for p in found}


@pytest.mark.parametrize("form", FORMS, ids=FORM_NAMES)
@pytest.mark.parametrize("dtype", ["<i8", "u1", "<u2"])
def test_chunks_are_those_of_zarr(tmp_path, values, dtype, form):
    layout.prepare_zarr()
    values = values.astype(dtype)
    by_zarr, direct = tmp_path / "zarr", tmp_path / "direct"
    array_in(by_zarr, dtype, form)
    opened(by_zarr)[...] = values
    array = array_in(direct, dtype, form)
    for part in [
        (slice(0, 1), slice(0, 6)),
        (slice(0, 1), slice(6, 7)),
        (slice(1, 2),),
    ]:
        write_part(array, part, values[part])
    assert len(files(by_zarr)) == 2 * 3 * 3
    assert files(direct) == files(by_zarr)


@pytest.mark.parametrize("form", FORMS, ids=FORM_NAMES)
@pytest.mark.parametrize("part", PARTS, ids=str)
def test_parts_are_those_of_zarr(tmp_path, values, part, form):
    array, by_zarr = array_in(tmp_path / "o", form=form), opened(tmp_path / "o")
    by_zarr[0:2, 0:6] = values[:, :6]  # the last replicate is not written
    np.testing.assert_array_equal(read_part(array, part), by_zarr[part])


@pytest.mark.parametrize("form", FORMS, ids=FORM_NAMES)
@pytest.mark.parametrize("part", PARTS, ids=str)
def test_outputs_of_a_part_lie_in_one_piece(tmp_path, values, part, form):
    array, rooms = array_in(tmp_path / "o", form=form), (Room(), Room())
    write_part(array, (slice(0, 2), slice(0, 6)), values[:, :6])
    read_outputs(array, (slice(0, 2),), rooms)[
        ...
    ] = -1  # what the next call overwrites
    outputs, wide = read_outputs(array, part, rooms), read_part(array, part)
    for k, output in enumerate(outputs):
        assert output.flags.c_contiguous
        np.testing.assert_array_equal(output, wide[..., k])


def metadata(folder, name):
    """Return the zarr.json of an array."""
    return json.loads((folder / name / "zarr.json").read_text())


@pytest.mark.parametrize("form", FORMS, ids=FORM_NAMES)
@pytest.mark.parametrize("dtype", ["<i8", "u1", "<u2", "<f8"])
def test_metadata_are_those_of_zarr(tmp_path, dtype, form):
    array_in(tmp_path / "direct", dtype, form)
    dtype = np.dtype(dtype)
    order = TransposeCodec(order=(3, 0, 1, 2))
    zarr.create_group(tmp_path / "zarr").create_array(
        "table",
        shape=SHAPE,
        chunks=CHUNKS,
        dtype=dtype,
        filters=[order] if form.last_axis_first else None,
        compressors=[
            BloscCodec(typesize=dtype.itemsize, **COMPRESSION),
            Crc32cCodec(),
        ],
        fill_value=np.nan if dtype.kind == "f" else 0,
        chunk_key_encoding={"name": "default", "separator": form.separator},
        dimension_names=NAMES,
        attributes=ABOUT,
    )
    found, wanted = (metadata(tmp_path / of, "table") for of in ("direct", "zarr"))
    assert found == wanted


def test_text_is_that_of_zarr(tmp_path):
    values = ["a", "", "Ausländer", "x" * 300]
    direct, by_zarr = tmp_path / "direct", tmp_path / "zarr"
    direct.mkdir()
    layout.put_label(Folder(direct).zarr, "scenario", values)
    array = zarr.create_group(by_zarr).create_array(
        "scenario",
        shape=(4,),
        chunks=(4,),
        dtype=str,
        compressors=[ZstdCodec(level=3, checksum=True)],
        chunk_key_encoding={"name": "default", "separator": "."},
        dimension_names=("scenario",),
        attributes=metadata(direct, "scenario")["attributes"],
    )
    array[...] = np.array(values, dtype=object)
    assert metadata(direct, "scenario") == metadata(by_zarr, "scenario")
    chunks = [folder / "scenario" / "c.0" for folder in (direct, by_zarr)]
    assert chunks[0].read_bytes() == chunks[1].read_bytes()
