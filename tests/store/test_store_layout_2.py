"""Stores of layout 2 are read unchanged, and never written."""

import json
import shutil

import google_crc32c
import numpy as np
import pytest
from numcodecs.blosc import Blosc
from support.filled_store import check_frozen_figures, frozen_store

import scsfast
from scsfast.errors import DifferentCampaignError
from scsfast.store.checks import CHECKSUM, unpacking_fault
from scsfast.store.reuse import sources_of
from scsfast.store.store import Store


@pytest.fixture
def old(tmp_path):
    """Give the frozen store of layout 2."""
    return frozen_store(tmp_path, 2)


def test_figures_are_those_of_the_version_that_wrote_it(old):
    check_frozen_figures(old, 2)


def test_store_of_layout_2_is_not_written_and_the_message_names_the_remedy(old):
    before = {f: f.read_bytes() for f in old.rglob("*") if f.is_file()}
    with pytest.raises(
        DifferentCampaignError, match="layout 2.*does not write.*run the camp"
    ):
        scsfast.run(Store(old).campaign, old)
    assert {f: f.read_bytes() for f in old.rglob("*") if f.is_file()} == before


def test_merging_results_of_another_model_is_refused(old, tmp_path):
    other = shutil.copytree(old, tmp_path / "other.zarr")
    with pytest.raises(
        DifferentCampaignError, match="model version 3, .*run the campa"
    ):
        scsfast.merge([old, other], tmp_path / "new.zarr")
    assert not (tmp_path / "new.zarr").exists()


def test_outputs_that_are_not_in_the_registry_are_refused(old):
    root = json.loads((old / "zarr.json").read_text())
    root["attributes"]["deciding"]["outputs"]["sums"][0] = "../victim"
    (old / "zarr.json").write_text(json.dumps(root))
    with pytest.raises(DifferentCampaignError, match="cannot read its outputs"):
        Store(old)


def test_a_chunk_must_unpack_to_the_size_of_its_values():
    """Without digests, only this keeps a chunk from unpacking to gigabytes."""
    body = Blosc("zstd", 3, Blosc.SHUFFLE, typesize=8).encode(np.zeros(100, "i8"))
    chunk = body + google_crc32c.value(body).to_bytes(CHECKSUM, "little")
    assert unpacking_fault(False, 8, 800, chunk) == ""
    assert unpacking_fault(False, 8, 400, chunk) == "it does not unpack to its values"


def test_replicates_of_layout_2_are_not_reused(old):
    with pytest.raises(
        DifferentCampaignError, match="has store layout 2, only 3 to 4 can "
    ):
        sources_of([old])
