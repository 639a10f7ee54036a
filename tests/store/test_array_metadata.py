"""The metadata of an array of a store are compared with the layout, fault by fault."""

import copy
import json

import pytest

from scsfast.store import specs
from scsfast.store.checks import unpacking_fault
from scsfast.store.store import Store


@pytest.fixture(scope="module")
def array(finished):
    """Give what the layout says of an array, and its zarr.json."""
    found = json.loads((finished / "sums" / "zarr.json").read_text())
    spec = Store(finished).checks.specs["sums"]
    assert specs.fault(spec, found) == ""
    return spec, found


def grid(**changes):
    """Return a change of the grid of chunks."""
    return lambda tree: tree["chunk_grid"].update(changes)


def blosc(**changes):
    """Return a change of the settings of the compression."""
    return lambda tree: tree["codecs"][-2]["configuration"].update(changes)


def chunk_of(length):
    """Return a change of the first length of a chunk."""
    return lambda tree: tree["chunk_grid"]["configuration"]["chunk_shape"].__setitem__(
        0, length
    )


CHANGES = {
    "no shape": ({"shape": "3"}, "has no shape"),
    "shape": (lambda tree: tree["shape"].append(1), "shape"),
    "dimensions": ({"dimension_names": None}, "dimension_names"),
    "type": ({"data_type": "complex128"}, "data_type"),
    "transformers": ({"storage_transformers": [{"name": "x"}]}, "storage_transformers"),
    "fill value": ({"fill_value": 7}, "fill_value"),
    "no codecs": ({"codecs": None}, "codecs"),
    "settings": (lambda tree: tree["codecs"][-2].update(configuration=3), "codecs"),
    "order": (lambda tree: tree["codecs"].pop(0), "codecs"),
    "compressor": (blosc(cname="snappy"), "codecs"),
    "item size": (blosc(typesize=3), "codecs"),
    "no grid": ({"chunk_grid": 3}, "chunk_grid"),
    "another grid": (grid(name="rectilinear"), "chunk_grid"),
    "no settings": (grid(configuration=None), "chunk_grid"),
    "no chunks": (grid(configuration={"chunk_shape": 4}), "chunk_grid"),
    "empty chunks": (chunk_of(0), "chunk_grid"),
    "chunks above the limit": (chunk_of(2**40), "chunk_grid"),
}


@pytest.mark.parametrize(("change", "named"), CHANGES.values(), ids=CHANGES)
def test_metadata_other_than_the_layout_are_named(array, change, named):
    spec, found = array
    tree = copy.deepcopy(found)
    tree.update(change) if isinstance(change, dict) else change(tree)
    free = spec._replace(chunks=None, dtype=None)  # as of an array that `finalise` adds
    assert specs.fault(spec, tree).endswith(named)
    assert specs.fault(free, tree).endswith(named)


def test_metadata_that_are_no_table_are_named(array):
    assert specs.fault(array[0], [1]) == "its zarr.json is not a table"


@pytest.mark.parametrize(
    ("is_text", "data", "told"),
    [
        (False, b"short", "it is cut short"),
        (False, bytes(40), "its checksum is another"),
        (True, b"\x00\x00\x00\x00\x20\x05", "it unpacks to too much"),
        (True, b"\x28\xb5\x2f\xfd\x00\x00", "it unpacks to too much"),
    ],
    ids=["short", "checksum", "another format", "no declared size"],
)
def test_bytes_that_are_no_chunk_are_not_unpacked(is_text, data, told):
    assert unpacking_fault(is_text, 8, 800, data) == told
