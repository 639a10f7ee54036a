"""Merged stores of one campaign have the digest of a single run."""

import shutil

import pytest
from support.fake_engine import failing, fake_replicate, small_campaign
from test_snapshots import campaign as with_snapshots

import scsfast
from scsfast.cli.main import main
from scsfast.errors import ConfigError, DifferentCampaignError, StoreError
from scsfast.execution.run import run_campaign
from scsfast.store import blocks
from scsfast.store.finalise import finalise
from scsfast.store.merge import join
from scsfast.store.store import Store
from scsfast.store.verify import verify


@pytest.fixture(autouse=True, scope="module")
def blocks_of_two():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "LARGEST_BLOCK", 2)
        yield


def made(path, replicates, first=0, engine=fake_replicate, **changes):
    campaign = small_campaign(replicates, **changes)
    run_campaign(campaign, path, first=first, run_replicate=engine)
    return path


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """Give the stores of replicates 0 to 2, and of 2 to 4: blocks overlap."""
    tmp_path = tmp_path_factory.mktemp("parts")
    return [made(tmp_path / "a.zarr", 3), made(tmp_path / "b.zarr", 5, first=3)]


def test_only_the_replicates_asked_for_are_computed(parts):
    assert (Store(parts[1]).status()[:, :2] == 0).all()
    assert scsfast.open(parts[1])["replicate"].values.tolist() == [2, 3, 4]


def test_merged_store_equals_that_of_one_run(tmp_path, parts):
    joined = join(parts, tmp_path / "c.zarr", finish=finalise)
    whole = Store(made(tmp_path / "whole.zarr", 5))
    assert joined.digest() == whole.digest()
    assert Store(tmp_path / "c.zarr").attributes["digest"] == whole.digest()
    assert verify(Store(tmp_path / "c.zarr")) == {}
    assert scsfast.open(tmp_path / "c.zarr").sizes["replicate"] == 5


def test_merge_from_python_and_the_command_line(tmp_path, parts, capsys):
    joined = scsfast.merge(parts, tmp_path / "c.zarr")
    assert Store(tmp_path / "c.zarr").attributes["finished"]
    words = [str(path) for path in parts]
    with pytest.raises(SystemExit, match="0"):
        main(["merge", *words, "-o", str(tmp_path / "d.zarr")])
    assert f"digest of what is committed: {joined.digest()}" in capsys.readouterr().out


def test_snapshots_are_merged_too(tmp_path):
    for name, replicates, first in (("a", 2, 0), ("b", 4, 2)):
        run_campaign(with_snapshots(replicates), tmp_path / f"{name}.zarr", first=first)
    run_campaign(with_snapshots(4), tmp_path / "whole.zarr")
    join([tmp_path / "a.zarr", tmp_path / "b.zarr"], tmp_path / "c.zarr")
    joined, whole = Store(tmp_path / "c.zarr"), Store(tmp_path / "whole.zarr")
    assert joined.digest() == whole.digest() and verify(joined) == {}
    for name, record in joined.journal.records.items():
        assert record["snapshots"] == whole.journal.records[name]["snapshots"]


def test_gaps_are_left_to_run(tmp_path, parts):
    far = made(tmp_path / "far.zarr", 9, first=7)
    joined = join([parts[0], far], tmp_path / "c.zarr", finish=finalise)
    assert [b.first for b in joined.pending()] == [2, 4] * 3
    assert not Store(tmp_path / "c.zarr").attributes["finished"]
    made(tmp_path / "c.zarr", 9)
    assert Store(tmp_path / "c.zarr").digest() == (
        Store(made(tmp_path / "whole.zarr", 9)).digest()
    )


def test_gaps_are_reported(tmp_path, parts, scs):
    far = made(tmp_path / "far.zarr", 9, first=7)
    code, out, err = scs("merge", parts[0], far, "-o", tmp_path / "c.zarr")
    assert code == 0 and "not complete" in out
    assert err.startswith("scsfast: warning: 12 replicates are in none of the stores")
    assert scs("merge", *parts, "-o", tmp_path / "d.zarr")[2] == ""


def test_failed_replicates_are_left_to_run(tmp_path, parts):
    broken = made(tmp_path / "broken.zarr", 2, engine=failing(1))
    joined = join([broken, parts[1]], tmp_path / "c.zarr", finish=finalise)
    assert [b.first for b in joined.pending()] == [0] * 3


def test_an_interrupted_merge_can_be_repeated(tmp_path, parts, monkeypatch):
    class Cut(Exception):
        pass

    def cut(done, _all):
        if done == 2:
            raise Cut

    with pytest.raises(Cut):
        join(parts, tmp_path / "c.zarr", progress=cut)
    assert len(Store(tmp_path / "c.zarr").journal.records) == 2
    assert join(parts, tmp_path / "c.zarr").pending() == []


def test_disagreement_is_named(tmp_path, parts):
    def other(rules, *, replicate, **rest):
        return fake_replicate(rules, replicate=replicate + (replicate == 2), **rest)

    odd = made(tmp_path / "odd.zarr", 3, engine=other)
    with pytest.raises(
        StoreError, match=r"replicate 2 of 'rongcheng' differs .*verify"
    ):
        join([parts[0], odd], tmp_path / "c.zarr")
    assert not (tmp_path / "c.zarr").exists()


def test_damage_is_not_copied(tmp_path, parts):
    torn = shutil.copytree(parts[0], tmp_path / "torn.zarr")
    chunk = torn / "sums/c.1.0.0.0"
    chunk.write_bytes(chunk.read_bytes()[:-3])
    with pytest.raises(StoreError, match="replicate 0 of 'lossy' is damaged"):
        join([torn, parts[1]], tmp_path / "c.zarr")
    assert "0001-000000" not in Store(tmp_path / "c.zarr").journal.records


def test_other_campaigns_are_refused(tmp_path, parts):
    other = made(tmp_path / "other.zarr", 2, seed=8)
    with pytest.raises(DifferentCampaignError, match="seed is 7 there, 8 here"):
        join([parts[0], other], tmp_path / "c.zarr")


def test_unfinished_stores_are_refused(tmp_path, parts):
    begun = shutil.copytree(parts[0], tmp_path / "begun.zarr")
    Store(begun).update({"finished": False})
    with pytest.raises(StoreError, match="not finished: .*begun.zarr; `run` them fi"):
        join([begun, parts[1]], tmp_path / "c.zarr")


def test_new_store_must_be_new(tmp_path, parts):
    with pytest.raises(ConfigError, match="must not be one of the merged"):
        join(parts, parts[0])
    with pytest.raises(ConfigError, match="at least two"):
        join(parts[:1], tmp_path / "c.zarr")


def test_new_store_must_be_new_by_whatever_name(tmp_path, parts, monkeypatch):
    monkeypatch.chdir(parts[0].parent)
    (tmp_path / "link.zarr").symlink_to(parts[0])
    for target in ("./a.zarr", "a.zarr/", "b.zarr/../a.zarr", tmp_path / "link.zarr"):
        with pytest.raises(ConfigError, match="must not be one of the merged"):
            join(["a.zarr", "b.zarr"], target)
    urls = ["S3://bucket/a", "s3://bucket/b"]
    with pytest.raises(ConfigError, match="must not be one of the merged"):
        join(urls, "s3://bucket/a/")


@pytest.mark.parametrize("damage", [None, lambda d: d[:40] + b"x" + d[41:]])
def test_damaged_snapshot_is_not_copied(tmp_path, damage):
    for name, replicates, first in (("a", 2, 0), ("b", 4, 2)):
        run_campaign(with_snapshots(replicates), tmp_path / f"{name}.zarr", first=first)
    (chunk,) = (tmp_path / "a.zarr/snapshot_score/c/0/1/2").rglob("0")
    data = chunk.read_bytes()
    chunk.unlink()
    if damage:
        chunk.write_bytes(damage(data))
    with pytest.raises(StoreError, match="replicate 1 of 'rongcheng' is damaged"):
        join([tmp_path / "a.zarr", tmp_path / "b.zarr"], tmp_path / "c.zarr")
