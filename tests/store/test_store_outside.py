"""A store never reaches outside itself: links, names and mount points."""

import json
import os
import shutil
import subprocess

import pytest
from support.fake_engine import fake_replicate, small_campaign
from support.filled_store import contents, edit, fill, of_layout_3

import scsfast
from scsfast.errors import ConfigError, ScsError, StoreError
from scsfast.execution.run import run_campaign
from scsfast.store.beneath import Beneath
from scsfast.store.repair import repair
from scsfast.store.store import Store
from scsfast.store.verify import verify


def one(replicates: int = 1):
    """Return a campaign of a single scenario."""
    return small_campaign(replicates, scenario=[{"pilot": "rongcheng"}])


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Give a small finished store."""
    path = tmp_path_factory.mktemp("whole") / "out.zarr"
    run_campaign(one(), path, run_replicate=fake_replicate)
    return path


@pytest.fixture
def path(whole, tmp_path):
    """Give a copy of it that may be harmed."""
    return shutil.copytree(whole, tmp_path / "stores" / "out.zarr")


@pytest.fixture(scope="module")
def whole_nested(tmp_path_factory):
    """Give a small finished store of layout 3."""
    path = tmp_path_factory.mktemp("nested") / "out.zarr"
    with of_layout_3():
        run_campaign(one(), path, run_replicate=fake_replicate)
    return path


@pytest.fixture
def nested(whole_nested, tmp_path):
    """Give a copy of it that may be harmed."""
    return shutil.copytree(whole_nested, tmp_path / "stores" / "out.zarr")


@pytest.fixture
def canary(tmp_path):
    """Give a folder next to the store that must not be touched."""
    folder = tmp_path / "stores" / "victim"
    folder.mkdir(parents=True)
    (folder / "precious.txt").write_text("mine")
    (folder / "0").mkdir()
    (folder / "0" / "precious.txt").write_text("mine too")
    yield folder
    assert (folder / "precious.txt").read_text() == "mine"
    assert (folder / "0" / "precious.txt").read_text() == "mine too"
    assert sorted(f.name for f in folder.iterdir()) == ["0", "precious.txt"]


def try_every_verb(path) -> list[str]:
    """Run all verbs on a store; return the sentences of those that refused."""
    verbs = (
        lambda: scsfast.open(path).load(),
        lambda: run_campaign(one(1), path, run_replicate=fake_replicate),
        lambda: run_campaign(one(2), path, run_replicate=fake_replicate),
        lambda: repair(Store(path), verify(Store(path))),
        lambda: run_campaign(one(3), path, run_replicate=fake_replicate),
    )
    said = []
    for verb in verbs:
        try:
            verb()
        except ScsError as error:
            said.append(str(error))
            assert "\n" not in str(error) or isinstance(error, ConfigError)
    return said


@pytest.mark.parametrize("name", ["../victim", "/etc", "..", ".", "", "victim/../.."])
def test_names_in_a_store_are_no_paths(path, canary, name):
    edit(path, lambda attributes: attributes["derived"].append(name))
    said = try_every_verb(path)
    assert said and "derived" in said[0]


FILES = (
    *("commits/lock", "zarr.json", "sums/zarr.json", "commits/0000-000000.json"),
    *("commits/checkpoint-0000-000000.npz", "status/zarr.json", "status/c.0.0"),
)
QUICK = {"sums/zarr.json", "status/c.0.0"}  # also by a hard link in the quick form


@pytest.mark.parametrize(
    ("key", "is_hard"),
    [
        *(pytest.param(key, False, id=f"symbolic-{key}") for key in FILES),
        *(
            pytest.param(
                key,
                True,
                id=f"hard-{key}",
                marks=[] if key in QUICK else [pytest.mark.slow],
            )
            for key in FILES
        ),
    ],
)
def test_a_link_in_place_of_a_file_is_never_written_through(path, canary, key, is_hard):
    (path / key).unlink(missing_ok=True)
    target = canary / "precious.txt"
    os.link(target, path / key) if is_hard else (path / key).symlink_to(target)
    said = try_every_verb(path)
    if not is_hard and "checkpoint" not in key and key != "status/c.0.0":
        assert any(f"{key}: is a link" in sentence for sentence in said)


def refuse_link(path, canary, key):
    """Put a link in place of a folder: a verb must refuse it by its name."""
    shutil.rmtree(path / key)
    (path / key).symlink_to(canary)
    said = try_every_verb(path)
    assert any(f"{key}: is a link" in sentence for sentence in said)


@pytest.mark.parametrize("key", ["sums", "commits", "prizes", "status", "scenario"])
def test_a_link_in_place_of_a_folder_is_refused_by_name(path, canary, key):
    refuse_link(path, canary, key)


FOLDERS = ("sums/c/0", "prizes/c")
# Each of these resembles one of the folders above, so that only the slow form tries it.
SIMILAR = ("sums/c", "sums/c/0/0", "efficiency/c")


@pytest.mark.parametrize(
    "key", [*FOLDERS, *(pytest.param(key, marks=pytest.mark.slow) for key in SIMILAR)]
)
def test_a_link_in_place_of_a_folder_of_chunks_is_refused(nested, canary, key):
    refuse_link(nested, canary, key)


def test_links_inside_what_is_removed_are_not_followed(path, canary):
    (path / "prizes" / "more").symlink_to(canary)
    try_every_verb(path)


def test_links_in_folders_of_chunks_are_not_followed(nested, canary):
    (nested / "sums" / "c" / "0" / "0" / "more").symlink_to(canary)
    (nested / "prizes" / "c" / "more").symlink_to(canary)
    try_every_verb(nested)


@pytest.mark.parametrize("key", ["commits/0000-000000.json", "sums/zarr.json"])
def test_a_folder_or_pipe_in_place_of_a_file_is_named(path, key):
    (path / key).unlink()
    (path / key).mkdir()
    assert any(f"{key}: is a folder" in sentence for sentence in try_every_verb(path))
    (path / key).rmdir()
    os.mkfifo(path / key)
    assert any(f"{key}: is a device" in sentence for sentence in try_every_verb(path))


@pytest.mark.parametrize(
    "key", ["../x", "a/../b", "/a", "a//b", "a\0b", ".", "a/" * 20]
)
def test_keys_that_lead_elsewhere_are_refused(tmp_path, key):
    beneath = Beneath(tmp_path)
    for verb in (beneath.read, beneath.remove, beneath.kind, beneath.settle):
        with pytest.raises(StoreError, match="cannot be the name of anything"):
            verb(key)


def test_the_path_of_a_store_may_be_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    for name, target in (("a.zarr", "disk"), ("b.zarr", "disk2/out.zarr")):
        (tmp_path / name).symlink_to(tmp_path / target)
        fill(tmp_path / name, one())
        assert verify(Store(tmp_path / name)) == {}
        assert (tmp_path / name).is_symlink()
        assert (tmp_path / target / "zarr.json").exists()


def test_a_mount_point_is_refused_with_the_remedy(tiny_disk, tmp_path):  # noqa: F811
    with pytest.raises(ConfigError, match="must not be a mount point.*disk/out.zarr"):
        fill(tiny_disk, one())
    assert list(tiny_disk.iterdir()) == []
    subprocess.run(["mount", "-o", "remount,size=64m", str(tiny_disk)], check=True)
    fill(tmp_path / "out.zarr", one())
    shutil.copytree(tmp_path / "out.zarr", tiny_disk, dirs_exist_ok=True)
    fill(tiny_disk, one(2))
    assert verify(Store(tiny_disk)) == {}


def test_other_files_in_a_store_stay(path, canary):
    (path / "figures").symlink_to(canary)
    (path / "notes.json").write_text(json.dumps({}))
    before = contents(canary)
    assert try_every_verb(path) == []
    assert contents(canary) == before
    assert (path / "notes.json").exists() and (path / "figures").is_symlink()
