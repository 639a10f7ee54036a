"""Existing files at a path decide whether it is written, and every refusal names the cause."""

import errno
import json
import os
import shutil
from pathlib import Path

import pytest
from support.fake_engine import fake_replicate, small_campaign
from support.filled_store import contents, edit, fill
from support.small_scenarios import scenario

import scsfast
from scsfast.cli.tables import status_rows
from scsfast.errors import ConfigError, DifferentCampaignError, StoreError
from scsfast.execution.run import run_campaign
from scsfast.store.beneath import Beneath
from scsfast.store.built_rules import BuiltRules
from scsfast.store.documents import Malformed, parsed
from scsfast.store.s3 import Bucket
from scsfast.store.store import Store
from scsfast.store.verify import verify


def test_foreign_files_are_never_overwritten(path):
    fill(path, small_campaign(2))
    (path / "prizes").mkdir()
    (path / "prizes" / "photo.jpg").write_text("mine")
    with pytest.raises(StoreError, match="holds prizes, where .* move them out"):
        run_campaign(small_campaign(2), path)
    assert (path / "prizes" / "photo.jpg").read_text() == "mine"


def test_no_store_is_made_inside_another(finished):
    before = contents(finished)
    for inside in ("more.zarr", "deeper/more.zarr", "sums/more.zarr"):
        with pytest.raises(
            DifferentCampaignError, match="is inside the store .*choose"
        ):
            fill(finished / inside, small_campaign())
    assert contents(finished) == before
    assert not (finished / "deeper").exists()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 8}, "seed is 7 there, 8 here"),
        ({"world": {"n_citizens": 700}}, "world.n_citizens is 600 there, 700 here"),
        ({"leaders": {"city": {"share": 0}}}, "scenario.0.leaders.city.share is 0.5"),
        ({"scenario": [{"pilot": "oracle"}]}, "scenario.0.name is 'rongcheng' there"),
    ],
    ids=["seed", "world", "leaders", "scenario"],
)
def test_another_campaign_is_refused_and_nothing_is_changed(finished, change, named):
    before = contents(finished)
    with pytest.raises(DifferentCampaignError, match=named):
        run_campaign(small_campaign(**change), finished, run_replicate=fake_replicate)
    assert contents(finished) == before


def test_something_else_at_the_path_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    for path in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(DifferentCampaignError, match="is not a scsfast store"):
            run_campaign(small_campaign(), path, run_replicate=fake_replicate)
    assert contents(tmp_path) == {str(tmp_path / "notes.txt"): b"mine"}


def test_another_layout_is_refused(path):
    fill(path, small_campaign(1))
    root = json.loads((path / "zarr.json").read_text())
    root["attributes"]["scsfast_layout"] = 99
    (path / "zarr.json").write_text(json.dumps(root))
    with pytest.raises(DifferentCampaignError, match="layout 99"):
        Store(path)


STRANGE = {
    "key": lambda attributes: attributes["config"]["world"].update(moons=2),
    "scenarios": lambda attributes: attributes["config"].pop("scenarios"),
    "limit": lambda attributes: attributes["config"]["world"].update(n_citizens=0),
    "table": lambda attributes: attributes["deciding"]["outputs"].pop("sums"),
    "output": lambda attributes: attributes["deciding"]["outputs"]["sums"].append("x"),
}


@pytest.fixture(scope="module")
def stores_of_one(tmp_path_factory):
    """Give stores of a replicate per scenario, by whether they are finished."""
    folder = tmp_path_factory.mktemp("one")
    fill(folder / "not", small_campaign(1))
    shutil.copytree(folder / "not", folder / "finished")
    run_campaign(small_campaign(1), folder / "finished")
    return folder


@pytest.mark.parametrize("change", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize("which", ["finished", "not"])
def test_store_of_another_version_is_named(path, stores_of_one, change, which):
    shutil.copytree(stores_of_one / which, path)
    edit(path, change)
    edit(
        path, lambda a: a.update(versions={"scsfast": "7.5"}, build={"revision": "ab"})
    )
    said = (
        r"made by scsfast 7.5 \(revision ab\); this is scsfast .* and cannot read its"
    )
    for read in (
        lambda p: status_rows(Store(p)),
        lambda p: verify(Store(p)),
        scsfast.open,
    ):
        with pytest.raises(DifferentCampaignError, match=said) as caught:
            read(path)
        assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["sums", "prizes"])
def test_missing_array_is_named(path, name):
    fill(path, small_campaign(1))
    if name == "prizes":
        run_campaign(small_campaign(1), path)
    shutil.rmtree(path / name)
    assert verify(Store(path)) == {name: "its zarr.json is missing"}
    with pytest.raises(StoreError, match=f"{path / name}: its zarr.json is missing"):
        scsfast.open(path)


def test_readers_are_not_told_to_write_elsewhere(tmp_path):
    with pytest.raises(DifferentCampaignError, match="is not a scsfast store$"):
        Store(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(
        DifferentCampaignError, match="store; nothing was changed, choo"
    ):
        fill(tmp_path, small_campaign())


def test_a_path_without_a_store_is_named(path):
    with pytest.raises(ConfigError, match="must be the path of a store"):
        Store(path)


def test_more_replicates_than_can_be_listed_are_refused(path):
    said = "of all scenarios together must be at most 2097152, got 3000000"
    with pytest.raises(ConfigError, match=said):
        fill(path, small_campaign(10**6))
    assert not path.exists()


@pytest.mark.parametrize("whole", [Beneath, lambda _: Bucket("s3://bucket/results")])
def test_a_store_as_a_whole_is_never_removed(finished, whole):
    with pytest.raises(StoreError, match=": a store is never removed"):
        whole(finished).remove("")
    assert (finished / "zarr.json").exists()


INCOHERENT = {
    "identity": (
        lambda attributes: attributes.update(identity="0" * 64),
        "`identity` is not that of what decides its results",
    ),
    "seed": (
        lambda attributes: attributes.update(seed=8),
        "`seed` is 8, in its campaign 7",
    ),
    "campaign": (
        lambda attributes: attributes["config"]["world"].update(bad_quality=0.4),
        "`config` and `deciding` are of two campaigns",
    ),
    "deciding": (
        lambda attributes: attributes["deciding"].update(scenario=3),
        "`deciding` is not what scsfast writes",
    ),
}


@pytest.mark.parametrize(("change", "fault"), INCOHERENT.values(), ids=INCOHERENT)
def test_a_root_that_disagrees_with_its_campaign_is_refused(path, change, fault):
    fill(path, small_campaign(1))
    edit(path, change)
    with pytest.raises(StoreError) as caught:
        scsfast.open(path)
    assert f"{path}/zarr.json: is damaged: {fault}; restore it" in str(caught.value)


def test_array_that_is_not_as_it_was_written_is_named(finished, tmp_path):
    path = shutil.copytree(finished, tmp_path / "out.zarr")
    file = path / "status" / "zarr.json"
    tree = json.loads(file.read_text())
    for change, fault in (
        ({"node_type": "group"}, "its zarr.json is not as it was written: node_type"),
        ({"shape": [1]}, "its zarr.json is not as it was written: shape"),
    ):
        file.write_text(json.dumps({**tree, **change}))
        with pytest.raises(StoreError, match=f"status: is damaged: {fault}"):
            Store(path).array("status")
    shutil.rmtree(path / "status")
    with pytest.raises(StoreError, match="status: is damaged: .*verify the store"):
        Store(path).array("status")


@pytest.mark.parametrize("n", [65, 70, 100_000], ids=str)
def test_file_that_is_nested_too_deeply_is_refused(n):
    assert parsed(b"[" * 64 + b"]" * 64) is not None
    assert parsed(b"[" + b"{}," * 99 + b"{}]") == [{}] * 100
    with pytest.raises(Malformed, match="is nested too deeply"):
        parsed(b"[" * n + b"]" * n)


def test_scenario_that_this_version_cannot_build_is_named():
    odd = scenario(leaders={"all": {"audit_rate": 13.0}})
    rules = BuiltRules([odd, scenario()], 0, lambda what: StoreError(f"no {what}"))
    with pytest.raises(StoreError, match="no configuration"):
        rules[0]
    assert [built.n_citizens for built in rules[1:]] == [300]


def test_links_and_devices_are_not_flushed(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "link").symlink_to("nothing")
    os.mkfifo(tmp_path / "inner" / "pipe")
    Beneath(tmp_path).settle("inner")
    assert sorted(f.name for f in (tmp_path / "inner").iterdir()) == ["link", "pipe"]


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EXDEV])
def test_place_that_cannot_be_renamed_over_is_named(path, monkeypatch, number):
    def rename(draft, target):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(ConfigError, match="must not be a mount point, got"):
        fill(path, small_campaign(1))
    assert list(path.parent.iterdir()) == []
