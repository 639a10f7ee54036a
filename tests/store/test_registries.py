"""Registries of older models: their stores are read correctly."""

import json
import tarfile
from pathlib import Path

import numpy as np
import pytest

import scsfast
from scsfast.model import registries
from scsfast.model.measures import MEASURES

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def old_store(tmp_path_factory):
    """Return a store that model version 3 has made."""
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(DATA / "store-layout-2.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder / "v2.zarr"


@pytest.mark.parametrize("version", registries.FROZEN)
def test_frozen_registry_is_found_by_its_names(version):
    assert registries.version_of(registries.names(version)) == version


def test_unknown_registries_are_not_recognised():
    assert registries.version_of({"sums": ["informal_help"]}) is None
    assert registries.version_of(None) is None


def test_the_current_registry_has_no_frozen_copy():
    assert registries.version_of(registries.names()) == registries.CURRENT


def test_store_of_model_version_3_has_its_own_outputs(old_store):
    found = scsfast.open(old_store)
    expected = json.loads((DATA / "store-layout-2.json").read_text())
    outputs = {o.name for t in registries.tables(3) for o in t.outputs}
    assert outputs <= set(found.data_vars)
    assert "winners_quality" not in found
    sums = expected["totals"]
    for name in outputs:
        assert int(found[name].sum()) == sums[name], name


def test_new_measures_are_missing_in_an_old_store(old_store):
    from scsfast.analysis import datasets

    values = datasets.values(scsfast.open(old_store), list(MEASURES))
    assert np.isnan(values["skill"]).all() and np.isnan(values["wealth_gini"]).all()
    assert not np.isnan(values["efficiency"]).any()
