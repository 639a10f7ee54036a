"""Opening a store reads few files and modules, and names what is damaged."""

import json
import subprocess
import sys

import numpy as np
import pytest
from support.fake_engine import small_campaign
from support.filled_store import chunk_files, fill

import scsfast
from scsfast.errors import StoreError
from scsfast.store.folder import Folder

HEAVY = {"scipy", "matplotlib", "typer", "scsfast.model.integers.build"}


def test_a_store_is_opened_without_what_its_rules_need(finished):
    code = (
        "import sys; sys.modules['dask'] = None  # which imports scipy\n"
        "import scsfast; scsfast.open(sys.argv[1]); print(*sys.modules)"
    )
    command = [sys.executable, "-c", code, str(finished)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()


def test_the_metadata_of_each_array_are_read_once(finished, monkeypatch):
    files, read = [], Folder.read

    def counted(place, key, limit):
        files.append(key)
        return read(place, key, limit)

    monkeypatch.setattr(Folder, "read", counted)
    scsfast.open(finished)
    arrays = [key for key in files if key.endswith("/zarr.json")]
    assert len(arrays) == len(set(arrays)) > 100
    assert [key for key in files if "/c" in key] == []


def test_labels_are_those_of_the_campaign(path):
    fill(path, small_campaign(2))
    whole = scsfast.open(path)
    labels = [*path.glob("*/c.0")]
    assert labels
    for file in labels:
        file.write_bytes(b"no chunk")
    assert scsfast.open(path).coords.identical(whole.coords)


def test_metadata_that_zarr_refuses_are_named(path):
    fill(path, small_campaign(1))
    file = path / "sums" / "zarr.json"
    tree = json.loads(file.read_text())
    tree["codecs"][2]["configuration"]["clevel"] = "high"
    file.write_text(json.dumps(tree))
    with pytest.raises(StoreError, match="arrays cannot be read: .*verify --repair"):
        scsfast.open(path)


def test_values_are_checked_when_they_are_read(path):
    fill(path, small_campaign(1))
    found = scsfast.open(path)
    assert np.issubdtype(found["words_kept"].dtype, np.integer)
    for file in chunk_files(path, "sums"):
        file.write_bytes(b"no chunk")
    with pytest.raises(StoreError, match="sums/c.*is damaged"):
        found["words_kept"].load()
