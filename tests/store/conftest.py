"""Fixtures of several files of this room."""

import pytest
from support.fake_engine import fake_replicate, small_campaign

from scsfast.execution.run import run_campaign
from scsfast.store import blocks


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out.zarr"


@pytest.fixture
def blocks_of_two(monkeypatch):
    monkeypatch.setattr(blocks, "LARGEST_BLOCK", 2)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    path = tmp_path_factory.mktemp("finished") / "out.zarr"
    run_campaign(small_campaign(), path, run_replicate=fake_replicate)
    return path
