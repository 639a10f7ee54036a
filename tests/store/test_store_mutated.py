"""Whatever a store contains: nothing outside changes, no traceback, no other figure."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.mutated_stores import prepared, try_one

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
    """Give a store to be mutated and its figures."""
    return prepared(tmp_path_factory.mktemp("whole"))


@pytest.mark.timeout(900)
@settings(max_examples=60, **UNHURRIED)
@given(SEEDS)
def test_some_verbs_on_mutated_stores_keep_the_laws(whole, tmp_path, seed):
    assert try_one(*whole, tmp_path, random.Random(seed), most=2) == []


@pytest.mark.slow
@pytest.mark.timeout(6 * 3600)
@settings(max_examples=2_200, **UNHURRIED)
@given(SEEDS)
def test_all_verbs_on_mutated_stores_keep_the_laws(whole, tmp_path, seed):
    assert try_one(*whole, tmp_path, random.Random(seed)) == []
