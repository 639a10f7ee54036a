"""Whatever a store contains: nothing outside it changes, no traceback, no wrong figure."""

import random
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.mutated_stores import faults_of, try_one
from support.verbs_on_stores import READERS, prepared, verbs

from scsfast.errors import StoreError

SEEDS = st.integers(0, 2**32 - 1)
UNHURRIED = {
    "deadline": None,
    "suppress_health_check": [
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Give a store to mutate and the results that verbs return from it."""
    return prepared(tmp_path_factory.mktemp("whole"))


def test_every_reader_accepts_an_intact_store(whole):
    assert [verb for verb in READERS if not whole.served[verb]] == []


def test_chunk_of_another_measure_is_not_served(whole, tmp_path):
    """It unpacks, and its own checksum is right: its digest alone is not as recorded."""
    path = shutil.copytree(whole.path, tmp_path / "out.zarr")
    shutil.copy(path / "skill/c.0.0", path / "efficiency/c.0.0")
    name, function = verbs(whole, path)[0]
    assert (name, faults_of((name, function), whole.pace)) == ("open", [])
    with pytest.raises(StoreError, match="efficiency/c.0.0: is damaged"):
        function()


@pytest.mark.timeout(900)
@settings(max_examples=6, **UNHURRIED)
@given(SEEDS)
def test_some_verbs_on_mutated_stores_keep_the_laws(whole, tmp_path, seed):
    assert try_one(whole, tmp_path, random.Random(seed), most=2) == []


@pytest.mark.slow
@pytest.mark.timeout(900)
@settings(max_examples=48, **UNHURRIED)
@given(SEEDS)
def test_some_verbs_on_more_mutated_stores_keep_the_laws(whole, tmp_path, seed):
    assert try_one(whole, tmp_path, random.Random(seed), most=2) == []


@pytest.mark.slow
@pytest.mark.timeout(12 * 3600)
@settings(max_examples=2_200, **UNHURRIED)
@given(SEEDS)
def test_all_verbs_on_mutated_stores_keep_the_laws(whole, tmp_path, seed):
    assert try_one(whole, tmp_path, random.Random(seed)) == []
