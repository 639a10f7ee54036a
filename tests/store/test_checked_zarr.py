"""Zarr reads a store of the project as it reads a folder of its own."""

import asyncio

import pytest
from zarr.abc.store import OffsetByteRequest, RangeByteRequest, SuffixByteRequest
from zarr.core.buffer import default_buffer_prototype
from zarr.storage import LocalStore

from scsfast.store.folder import Folder

FILES = {"zarr.json": b"{}", "a/zarr.json": b"[]", "a/c/0/1": bytes(range(40))}
RANGES = (None, RangeByteRequest(3, 9), OffsetByteRequest(31), SuffixByteRequest(7))


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Give the folder of some files as the project's zarr store and as zarr's own."""
    folder = tmp_path_factory.mktemp("zarr") / "a.zarr"
    for key, data in FILES.items():
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_bytes(data)
    return Folder(folder).zarr, LocalStore(folder)


async def listed(names) -> list[str]:
    return sorted([name async for name in names])


def test_parts_of_files_are_those_of_zarr(both):
    async def parts(store):
        prototype = default_buffer_prototype()
        ranges = [("a/c/0/1", part) for part in RANGES]
        found = await store.get_partial_values(prototype, ranges)
        return [each.to_bytes() for each in found], await store.get("a/b", prototype)

    ours, theirs = (asyncio.run(parts(store)) for store in both)
    assert ours == theirs and ours[0][1] == bytes(range(3, 9))


@pytest.mark.parametrize("prefix", ["", "a", "a/c"])
def test_keys_are_listed_as_zarr_lists_them(both, prefix):
    async def keys(store):
        below = await listed(store.list_prefix(prefix))
        return below, await listed(store.list()), await listed(store.list_dir(prefix))

    ours, theirs = (asyncio.run(keys(store)) for store in both)
    assert ours == theirs and ours[1] == sorted(FILES)


def test_stores_of_one_folder_are_equal(both):
    ours, theirs = both
    root = str(theirs.root)
    assert ours.with_read_only(True) != theirs and str(ours) == root
    assert ours == ours.with_read_only(True) != Folder(f"{root}.zarr").zarr
