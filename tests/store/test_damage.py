"""Every file of a store that holds data, flipped or cut: verify names what is damaged."""

import shutil

import pytest
import xarray as xr
from support.fake_engine import failing, fake_replicate, small_campaign
from support.filled_store import chunk_files

import scsfast
from scsfast.errors import ScsError, StoreError
from scsfast.execution.run import run_campaign
from scsfast.store.create import unfinish
from scsfast.store.repair import repair
from scsfast.store.store import Store
from scsfast.store.verify import verify

ODD = 7919  # a prime: bits to flip are spread over the files


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Give a small finished store."""
    path = tmp_path_factory.mktemp("whole") / "out.zarr"
    campaign = small_campaign(1, scenario=[{"pilot": "rongcheng"}])
    run_campaign(campaign, path, run_replicate=fake_replicate)
    return path


def data_files(path) -> list:
    """Return the chunks of all arrays, and the commit records."""
    return sorted([*chunk_files(path), *path.glob("commits/0*.json")])


def flip(data: bytes, k: int) -> bytes:
    """Return the data with one bit turned."""
    at, bit = divmod(ODD * (k + 1) % (8 * len(data)), 8)
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def cut(data: bytes, k: int) -> bytes:
    """Return the beginning of the data."""
    return data[: ODD * (k + 1) % len(data)]


def expected(file, path) -> str:
    """Return the block or array that verify must name for a damaged file."""
    name = file.relative_to(path).parts[0]
    if name == "commits":
        return file.stem
    return "0000-000000" if name in Store(path).arrays else name


def groups_of(path, together: int) -> list[list]:
    """Return the files to damage at a time.

    Those of results are alone, as one hides others of its block; derived arrays, which
    verify does not read beside other damage, and labels are so many together.
    """
    store = Store(path)
    kinds = {"derived": [], "labels": []}
    alone = []
    for file in data_files(path):
        name = file.relative_to(path).parts[0]
        if name in store.arrays or name == "commits":
            alone.append([file])
        else:
            kinds["labels" if name in store.labels() else "derived"].append(file)
    return alone + [
        files[k : k + together]
        for files in kinds.values()
        for k in range(0, len(files), together)
    ]


def missed(whole, folder, damage, together: int = 1) -> list[str]:
    """Return the files whose damage verify does not name, of so many at a time."""
    path = folder / "out.zarr"
    shutil.copytree(whole, path)
    found, places = [], {file: k for k, file in enumerate(data_files(path))}
    for group in groups_of(path, together):
        before = {file: file.read_bytes() for file in group}
        for file, data in before.items():
            file.write_bytes(damage(data, places[file]))
        named = verify(Store(path))
        found += [str(file) for file in group if expected(file, path) not in named]
        for file, data in before.items():
            file.write_bytes(data)
    assert verify(Store(path)) == {}
    return found


def test_files_of_all_arrays_are_tried(whole):
    arrays = {file.parent.name for file in whole.glob("*/zarr.json")} - {"commits"}
    tried = {file.relative_to(whole).parts[0] for file in data_files(whole)}
    assert tried == {*arrays, "commits"}


def either(data: bytes, k: int) -> bytes:
    """Return the data flipped or cut, in turn."""
    return (flip, cut)[k % 2](data, k)


def test_flip_or_cut_of_a_file_is_named(whole, tmp_path):
    assert missed(whole, tmp_path, either, together=50) == []


def test_damaged_array_metadata_are_all_named(whole, tmp_path):
    path = shutil.copytree(whole, tmp_path / "out.zarr")
    files = sorted(path.glob("*/zarr.json"))
    assert len(files) > 100
    for k, file in enumerate(files):
        file.write_bytes(either(file.read_bytes(), k))
    found = verify(Store(path))
    assert sorted(found) == [file.parent.name for file in files]
    assert all("zarr.json" in fault for fault in found.values())


@pytest.mark.parametrize(
    ("damage", "step"),
    [
        (either, 9),
        *(pytest.param(f, 1, marks=pytest.mark.slow) for f in (flip, cut)),
    ],
)
def test_damaged_array_metadata_are_named_and_refused(whole, tmp_path, damage, step):
    path = shutil.copytree(whole, tmp_path / "out.zarr")
    tables = {*Store(path).arrays}
    files = sorted(path.glob("*/zarr.json"))
    chosen = [file for file in files if file.parent.name in tables] + files[::step]
    for k, file in enumerate(chosen):
        name, data = file.parent.name, file.read_bytes()
        file.write_bytes(damage(data, k))
        found = verify(Store(path))
        assert list(found) == [name] and "zarr.json" in found[name]
        with pytest.raises(StoreError, match=f"/{name}: its zarr.json"):
            scsfast.open(path)
        if name in tables:
            match = f"zarr.json of {name} cannot be repaired"
            with pytest.raises(StoreError, match=match):
                repair(Store(path), found)
        file.write_bytes(data)
    assert verify(Store(path)) == {}


def rerun(path):
    """Run the campaign of the finished store once more."""
    run_campaign(Store(path).campaign, path, run_replicate=failing(0))


def in_turn(data: bytes, k: int) -> bytes:
    """Return the data flipped, cut, or none."""
    return (flip, cut, none)[k % 3](data, k)


def none(data: bytes, k: int) -> bytes:
    """Return no data: the file is gone."""
    return b""


@pytest.mark.parametrize(
    "damage",
    [in_turn, *(pytest.param(f, marks=pytest.mark.slow) for f in (flip, cut, none))],
)
def test_metadata_of_derived_arrays_are_made_anew(whole, tmp_path, damage):
    path = shutil.copytree(whole, tmp_path / "out.zarr")
    results = {*Store(path).arrays}
    files = [f for f in path.glob("*/zarr.json") if f.parent.name not in results]
    for k, file in enumerate(files):
        data = damage(file.read_bytes(), k)
        file.unlink()
        if data:
            file.write_bytes(data)
    found = verify(Store(path))
    assert {*found} == {file.parent.name for file in files} > {"status", "commits"}
    repair(Store(path), found)
    assert verify(Store(path)) == {}
    rerun(path)
    assert verify(Store(path)) == {} and Store(path).is_finished
    xr.testing.assert_identical(scsfast.open(path), scsfast.open(whole))


LOST = ("efficiency", "replicate", "status")


@pytest.mark.parametrize(
    "names", [LOST, *(pytest.param((n,), marks=pytest.mark.slow) for n in LOST)]
)
def test_lost_derived_arrays_are_made_anew(whole, tmp_path, names):
    path = shutil.copytree(whole, tmp_path / "out.zarr")
    for name in names:
        shutil.rmtree(path / name)
    repair(Store(path), verify(Store(path)))
    rerun(path)
    assert verify(Store(path)) == {}


@pytest.mark.parametrize("damage", [cut, None], ids=["cut", "gone"])
def test_a_run_reports_a_damaged_status(whole, tmp_path, damage):
    path = shutil.copytree(whole, tmp_path / "out.zarr")
    file = path / "status" / "zarr.json"
    data = file.read_bytes()
    file.unlink()
    if damage:
        file.write_bytes(damage(data, 1))
    with pytest.raises(StoreError, match="status: is damaged: .*; verify the store"):
        rerun(path)


def test_a_truncated_root_is_refused(whole, tmp_path):
    path = shutil.copytree(whole, tmp_path / "out.zarr")
    data = (path / "zarr.json").read_bytes()
    for k in range(40):
        (path / "zarr.json").write_bytes(cut(data, k))
        with pytest.raises(ScsError, match="is not a scsfast store"):
            verify(Store(path))


def test_damaged_metadata_of_an_unfinished_store_is_refused(whole, tmp_path):
    path = shutil.copytree(whole, tmp_path / "out.zarr")
    unfinish(Store(path))
    file = path / "sums" / "zarr.json"
    file.write_bytes(cut(file.read_bytes(), 1))
    assert list(verify(Store(path))) == ["sums"]
    with pytest.raises(StoreError, match="sums: its zarr.json"):
        scsfast.open(path)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("damage", [flip, cut])
def test_every_damage_of_any_file_is_named(whole, tmp_path, damage):
    assert missed(whole, tmp_path, damage) == []
