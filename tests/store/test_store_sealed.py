"""All data that decide a figure are covered by a digest, which is compared on reading."""

import json
import shutil
import sys
import threading

import numpy as np
import pytest
from support.fake_engine import fake_replicate, small_campaign
from support.filled_store import chunk_files

import scsfast
from scsfast.api import run_campaign
from scsfast.errors import ScsError, StoreError
from scsfast.store.documents import sealed_attributes, sealed_record, unsealed_record
from scsfast.store.store import Store
from scsfast.store.verify import verify


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Give a small finished store."""
    path = tmp_path_factory.mktemp("whole") / "out.zarr"
    campaign = small_campaign(2, scenario=[{"pilot": "rongcheng"}])
    run_campaign(campaign, path, run_replicate=fake_replicate)
    return path


@pytest.fixture
def path(whole, tmp_path):
    """Give a copy of it that may be harmed."""
    return shutil.copytree(whole, tmp_path / "out.zarr")


def change_root(path, change, is_sealed=False) -> None:
    """Change the root attributes by hand."""
    root = json.loads((path / "zarr.json").read_text())
    change(root["attributes"])
    if is_sealed:
        root["attributes"] = sealed_attributes(root["attributes"])
    (path / "zarr.json").write_text(json.dumps(root))


@pytest.mark.parametrize("key", ["first_measured_tick", "n_citizens", "seed"])
@pytest.mark.parametrize("is_sealed", [False, True], ids=["bare", "sealed anew"])
def test_a_changed_number_in_the_root_is_refused(path, key, is_sealed):
    change_root(path, lambda a: a.update({key: a[key] + 1}), is_sealed)
    for read in (scsfast.open, lambda p: verify(Store(p))):
        with pytest.raises(StoreError, match="zarr.json: is damaged"):
            read(path)


ODD = {
    "null": lambda a: a.update(deciding=None),
    "text": lambda a: a.update(replicates="2"),
    "huge": lambda a: a.update(replicates=10**9),
    "many": lambda a: a.update(replicates=10**6, config={"scenarios": [{}] * 9}),
    "gone": lambda a: a.pop("identity"),
    "list": lambda a: a.update(derived={"a": 1}),
}


@pytest.mark.parametrize("change", ODD.values(), ids=ODD)
def test_an_invalid_root_is_refused_in_one_sentence(path, change):
    change_root(path, change, is_sealed=True)
    with pytest.raises(
        ScsError, match="zarr.json: is damaged: .*from a copy"
    ) as caught:
        Store(path)
    assert "\n" not in str(caught.value)


KEYS = ("zarr.json", "sums/zarr.json", "commits/0000-000000.json", "commits/lock")
TEXTS = ("[" * 100_000, "NaN", "[]", "null", "{", '{"a":' * 999)


@pytest.mark.parametrize(
    ("key", "text"),
    [  # in the quick form every second
        pytest.param(key, text, marks=[pytest.mark.slow] if (j + k) % 2 else [])
        for j, key in enumerate(KEYS)
        for k, text in enumerate(TEXTS)
    ],
)
def test_invalid_json_gives_no_traceback(path, key, text):
    (path / key).write_text(text)
    for read in (
        lambda: verify(Store(path)),
        lambda: scsfast.open(path),
        lambda: run_campaign(small_campaign(3), path, run_replicate=fake_replicate),
    ):
        try:
            read()
        except ScsError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize(
    "change",
    [lambda t: t.pop("dimension_names"), lambda t: t.update(shape=[1, 2**40]),
     lambda t: t.update(codecs=[]), lambda t: t.update(attributes={"units": "x"}),
     lambda t: t["chunk_grid"]["configuration"].update(chunk_shape=[1, 1, 1])],
)  # fmt: skip
@pytest.mark.parametrize("name", ["prizes", "sums"])
def test_metadata_of_an_array_must_be_that_of_the_layout(path, name, change):
    file = path / name / "zarr.json"
    tree = json.loads(file.read_text())
    change(tree)
    file.write_text(json.dumps(tree))
    assert "zarr.json" in verify(Store(path))[name]
    with pytest.raises(StoreError, match=f"/{name}: its zarr.json"):
        scsfast.open(path)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"separator": "."', '"separator": "/"', "chunk_key_encoding"),
        ('"order": [3, 0, 1, 2]', '"order": [3, 1, 0, 2]', "codecs"),
    ],
)
def test_the_form_of_chunks_is_that_of_the_layout(path, old, new, what):
    """With other keys no chunk would be found, and zeros be served."""
    file = path / "sums" / "zarr.json"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    with pytest.raises(StoreError, match=f"/sums: its zarr.json .*: {what}"):
        scsfast.open(path)


@pytest.mark.parametrize("name", ["prizes", "efficiency", "sums"])
def test_an_intact_chunk_of_another_store_is_refused(path, name):
    other = path.with_name("other.zarr")
    campaign = small_campaign(2, seed=8, scenario=[{"pilot": "rongcheng"}])
    run_campaign(campaign, other, run_replicate=fake_replicate)
    chunk, *_ = chunk_files(other, name)
    shutil.copy(chunk, path / chunk.relative_to(other))
    if name != "sums":
        with pytest.raises(StoreError, match=f"{name}/c.* is damaged"):
            scsfast.open(path)[name].load()
    assert verify(Store(path)) != {}


def test_a_decompression_bomb_is_refused_before_it_is_unpacked(path):
    from numcodecs import Blosc

    (chunk,) = chunk_files(path, "prizes")
    packed = Blosc("zstd").encode(np.zeros(2**26, "u1"))
    chunk.write_bytes(packed + b"abcd")
    with pytest.raises(StoreError, match="prizes/c.* is damaged"):
        scsfast.open(path)["prizes"].load()
    with chunk.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(StoreError, match="prizes/c.* is damaged: it has"):
        scsfast.open(path)["prizes"].load()


def test_a_record_changed_and_sealed_anew_is_refused(path):
    file = path / "commits" / "0000-000000.json"
    record = unsealed_record(file.read_bytes())
    record["digests"][0] = "0" * 64
    file.write_bytes(sealed_record(record))
    with pytest.raises(StoreError, match="commit records are not those"):
        scsfast.open(path)
    assert list(verify(Store(path))) == ["0000-000000"]


def test_digests_of_chunks_are_read_while_other_threads_write(path):
    checks = Store(path).checks
    checks.written.update({f"sums/c/0/{k}/0": "x" for k in range(3000)})
    keys = [f"sums/c/1/{k}/0" for k in range(20_000)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        writer = threading.Thread(
            target=lambda: [checks.written.update({k: ""}) for k in keys]
        )
        writer.start()
        while writer.is_alive():
            assert len(checks.written_below(("sums/c/0/",))) == 3000
    finally:
        sys.setswitchinterval(interval)
        writer.join()


def test_control_characters_of_a_cause_are_shown_escaped(path):
    file = path / "commits" / "0000-000000.json"
    record = unsealed_record(file.read_bytes())
    record["digests"][0], record["errors"] = None, {"0": "\x1b]0;x\x07 \u202e"}
    file.write_bytes(sealed_record(record))
    assert Store(path).journal.errors() == {(0, 0): r"\x1b]0;x\x07 \u202e"}
