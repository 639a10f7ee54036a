"""A store in a bucket is the same store: same digest, same resume, same lock."""

import json
import logging
import os
import subprocess

import pytest
import xarray as xr
from moto.server import ThreadedMotoServer
from support.fake_engine import failing, fake_replicate, small_campaign

import scsfast
from scsfast.atomic_files import HOST
from scsfast.errors import ConfigError, DifferentCampaignError, StoreError
from scsfast.execution.run import run_campaign
from scsfast.execution.threads import execute
from scsfast.planning.estimate import estimate
from scsfast.store.create import open_for_writing
from scsfast.store.documents import owner_of
from scsfast.store.folder import LOCK, Folder, place_of
from scsfast.store.lock import this_process
from scsfast.store.repair import repair
from scsfast.store.s3 import CREATING, Bucket, Lease
from scsfast.store.store import Store
from scsfast.store.verify import verify


@pytest.fixture(scope="module")
def server():
    """Give a server that speaks S3, with a bucket, named as users name theirs."""
    import boto3

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # not each request
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    endpoint = "http://{}:{}".format(*moto.get_host_and_port())
    settings = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "name",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="results")
        yield moto
    moto.stop()


@pytest.fixture
def url(server, request):
    return f"s3://results/{request.node.name}/out.zarr"


@pytest.fixture
def near(monkeypatch):
    """Give a URL whose objects obstore keeps in memory, where no request costs anything."""
    from obstore.store import MemoryStore

    kept = {}
    objects = property(lambda self: kept.setdefault(self.path, MemoryStore()))
    monkeypatch.setattr(Bucket, "objects", objects)
    return "s3://results/near/out.zarr"


def fill(path, replicates, engine=fake_replicate):
    one = small_campaign(replicates, scenario=[{"pilot": "rongcheng"}])
    with open_for_writing(path, one) as store:
        execute(store, replicates, jobs=2, run_replicate=engine)
    return Store(path)


def test_store_in_a_bucket_has_the_digest_of_one_on_disk(near, tmp_path):
    run_campaign(small_campaign(2), near, run_replicate=failing(1))
    run_campaign(small_campaign(3), near, run_replicate=fake_replicate)
    local = tmp_path / "out.zarr"
    run_campaign(small_campaign(3), local, run_replicate=fake_replicate)
    assert Store(near).digest() == Store(local).digest()
    assert verify(Store(near)) == {}
    assert scsfast.open(near).identical(scsfast.open(near))
    assert (scsfast.open(near)["prizes"] == scsfast.open(local)["prizes"]).all()


def test_any_reader_sees_named_variables_on_a_server(url, tmp_path):
    one = {"scenario": [{"pilot": "rongcheng"}]}
    for path in (url, tmp_path / "out.zarr"):
        run_campaign(small_campaign(1, **one), path, run_replicate=fake_replicate)
    assert Store(url).digest() == Store(tmp_path / "out.zarr").digest()
    plain = xr.open_zarr(place_of(url).zarr, chunks=None)
    assert (plain["prizes"] == scsfast.open(tmp_path / "out.zarr")["prizes"]).all()


def test_damage_in_a_bucket_is_found_and_repaired(near):
    digest = fill(near, 2).digest()
    bucket = Bucket(near)
    key = "sums/c.0.0.0.0"
    bucket.objects.put(key, bucket.read(key)[:-5])
    damaged = verify(Store(near))
    assert list(damaged) == ["0000-000000"]
    repair(Store(near), damaged)
    assert fill(near, 2).digest() == digest


def test_unfinished_creation_is_made_anew(near):
    root = {"attributes": {CREATING: True}, "zarr_format": 3, "node_type": "group"}
    bucket = Bucket(near)
    bucket.objects.put("zarr.json", json.dumps(root).encode())
    bucket.objects.put("sums/c.0.0.0.0", b"left")
    fill(near, 1)
    assert verify(Store(near)) == {}


def test_something_else_in_the_bucket_is_refused(near):
    Bucket(near).objects.put("notes.txt", b"mine")
    with pytest.raises(DifferentCampaignError, match="is not a scsfast store"):
        fill(near, 1)
    assert Bucket(near).read("notes.txt") == b"mine"


def dead_process() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


@pytest.mark.parametrize(
    ("owner", "is_free"),
    [
        ({"pid": os.getpid(), "host": HOST}, False),
        ({"pid": 1, "host": "elsewhere"}, False),
        ({"pid": None, "host": HOST}, True),
        ({"pid": 1, "host": "elsewhere", "job": "41", "restart": 1}, True),
        ({"pid": 1, "host": "elsewhere", "job": "41", "restart": 2}, False),
    ],
    ids=["alive", "elsewhere", "dead", "earlier start", "this start"],
)
def test_lock_of_a_running_process_is_respected(near, owner, is_free, monkeypatch):
    is_respected(near, owner, is_free, monkeypatch)


@pytest.mark.parametrize("is_free", [False, True], ids=["alive", "dead"])
def test_lock_is_respected_on_a_server(url, is_free, monkeypatch):
    owner = {"pid": None if is_free else os.getpid(), "host": HOST}
    is_respected(url, owner, is_free, monkeypatch)


def is_respected(url, owner: dict, is_free: bool, monkeypatch) -> None:
    """Assert that a lock keeps others from a store, unless its owner is gone."""
    monkeypatch.setenv("SLURM_JOB_ID", "41")
    monkeypatch.setenv("SLURM_RESTART_COUNT", "2")
    fill(url, 1)
    if owner["pid"] is None:
        owner = {**owner, "pid": dead_process()}
    Bucket(url).objects.put(LOCK, json.dumps(owner).encode())
    if is_free:
        fill(url, 2)
        assert not Bucket(url).holds(LOCK)
        return
    with pytest.raises(StoreError, match=f"process {owner['pid']} on {owner['host']}"):
        fill(url, 2)


def test_bucket_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setattr(
        Bucket, "objects", impatient("s3://results/out.zarr"), raising=True
    )
    with pytest.raises(
        StoreError, match="s3://results/out.zarr: cannot read the store"
    ) as caught:
        Store("s3://results/out.zarr")
    assert "\n" not in str(caught.value)


def impatient(url):
    """Return the objects of a URL, by a client that gives up at once."""
    from obstore.store import from_url

    return from_url(url, retry_config={"max_retries": 0})


@pytest.mark.parametrize("url", ["s3://", "s3://bucket", "s3://bucket/"])
def test_url_without_a_name_is_refused(url):
    with pytest.raises(ConfigError, match="must be s3://BUCKET/NAME"):
        place_of(url)


def test_other_kinds_of_url_are_refused():
    with pytest.raises(ConfigError, match="a folder or an s3:// URL, got 'gs://b/a'"):
        place_of("gs://b/a")


def test_the_kind_of_url_may_be_in_capitals():
    assert str(place_of("S3://Results/a.zarr")) == "s3://Results/a.zarr"


def test_plain_paths_are_folders(tmp_path):
    assert isinstance(place_of(tmp_path), Folder)


def test_a_plan_sees_what_a_bucket_holds(near):
    fresh = estimate(small_campaign(2), near, 1, measure=False)
    assert fresh.blocks["replicates"] == 6 and fresh.done == {}
    run_campaign(small_campaign(2), near, run_replicate=fake_replicate)
    done = estimate(small_campaign(2), near, 1, measure=False)
    assert done.blocks["replicates"] == 0
    assert set(done.done.values()) == {2}
    assert "free" not in done.disk


@pytest.fixture
def stale(near, monkeypatch):
    """Give a bucket with a dead process's lock, and a function that changes it meanwhile.

    What the function is given happens once, after the lock was read.
    """
    bucket = Bucket(near)
    dead = json.dumps({"pid": dead_process(), "host": HOST}).encode()
    bucket.put(LOCK, dead)

    def meanwhile(change):
        def read(data):
            if changes:
                changes.pop()(bucket)
            return owner_of(data)

        changes = [change]
        monkeypatch.setattr("scsfast.store.s3.owner_of", read)

    return bucket, meanwhile


def test_lock_that_another_process_takes_over_meanwhile_is_respected(stale):
    bucket, meanwhile = stale
    owner = json.dumps({"pid": 7, "host": "elsewhere"}).encode()
    meanwhile(lambda bucket: bucket.put(LOCK, owner))
    with pytest.raises(StoreError, match="is being written by process 7 on elsewhere"):
        bucket.lock().acquire()
    assert bucket.read(LOCK) == owner


def test_lock_that_is_released_meanwhile_is_taken(stale):
    bucket, meanwhile = stale
    meanwhile(lambda bucket: bucket.remove(LOCK))
    lock = bucket.lock()
    lock.acquire()
    assert json.loads(bucket.read(LOCK)) == this_process()
    lock.release()
    assert not bucket.holds(LOCK)


def test_lock_that_is_gone_before_it_is_read_is_taken(near, monkeypatch):
    answers = [False, True]
    monkeypatch.setattr(Lease, "_create", lambda lease: answers.pop(0))
    Bucket(near).lock().acquire()
    assert answers == []


def test_only_the_own_lock_is_released(near):
    bucket = Bucket(near)
    lock = bucket.lock()
    lock.acquire()
    bucket.put(LOCK, b'{"pid": 7, "host": "elsewhere"}')
    lock.release()
    assert bucket.holds(LOCK)


def test_store_that_another_process_created_meanwhile_is_left(near):
    fill(near, 1)
    Bucket(near).create(lambda group: pytest.fail("is created again"))
    assert verify(Store(near)) == {}


def test_object_that_is_too_large_is_refused(near):
    Bucket(near).put("zarr.json", b"x" * 9)
    with pytest.raises(StoreError, match="it has 9 bytes, and may have at most 8"):
        Bucket(near).read("zarr.json", limit=8)


def test_bucket_itself_is_never_removed(near):
    with pytest.raises(StoreError, match="a store is never removed"):
        Bucket(near).remove("")
