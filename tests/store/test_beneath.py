"""Operations below a folder: nothing where nothing is, and only plain files are opened."""

import os
from pathlib import Path

import pytest

from scsfast.errors import StoreError
from scsfast.store.beneath import Beneath


def test_nothing_is_below_missing_folders_and_plain_files(tmp_path):
    (tmp_path / "file").write_bytes(b"abc")
    beneath = Beneath(tmp_path)
    assert beneath.kind("") == "folder" and beneath.kind("file") == "file"
    for key in ("missing", "missing/more", "file/more"):
        assert (beneath.kind(key), beneath.names(key), beneath.read(key)) == (
            "",
            [],
            None,
        )
        beneath.remove(key)
    assert Beneath(tmp_path / "file").names() == []
    assert (tmp_path / "file").read_bytes() == b"abc"


def test_too_large_files_are_not_read(tmp_path):
    (tmp_path / "file").write_bytes(b"abc")
    assert Beneath(tmp_path).read("file", 3) == b"abc"
    with pytest.raises(
        StoreError, match="file: is damaged: it has 3 bytes or more, and"
    ):
        Beneath(tmp_path).read("file", 2)


def test_a_pipe_in_place_of_the_lock_is_refused(tmp_path):
    os.mkfifo(tmp_path / "lock")
    with pytest.raises(StoreError, match="lock: is a device, socket or pipe"):
        Beneath(tmp_path).lock_file("lock", os.O_RDWR)


def test_a_lock_that_was_replaced_or_removed_is_not_current(tmp_path):
    beneath = Beneath(tmp_path)
    handle = beneath.lock_file("lock", os.O_RDWR | os.O_CREAT)
    assert beneath.is_current("lock", handle)
    beneath.publish("lock", lambda file: file.write(b"another"))
    assert not beneath.is_current("lock", handle)
    beneath.remove("lock")
    assert not beneath.is_current("lock", handle)
    os.close(handle)


def test_a_folder_is_flushed_again_only_for_a_new_entry(tmp_path, monkeypatch):
    flushed, fsync = [], os.fsync

    def synced(handle):
        flushed.append(Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)

    def names(key):
        beneath.publish(key, lambda file: file.write(b"abc"), durable=False)
        flushed.clear()
        beneath.settle_all([key.rpartition("/")[0]], 3)
        return {str(path.relative_to(tmp_path)) for path in flushed}

    beneath = Beneath(tmp_path)
    monkeypatch.setattr(os, "fsync", synced)
    own = {"a/c/0/0", "a/c/0/0/0", "a/c/0"}
    assert names("a/c/0/0/0") == own | {"a/c", "a"}
    own = {"a/c/0/1", "a/c/0/1/0", "a/c/0"}
    assert names("a/c/0/1/0") == own
    beneath.remove("a/c")
    assert names("a/c/0/1/0") == own | {"a/c", "a"}
