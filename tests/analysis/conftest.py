"""Fixtures of several files of this room."""

import pytest
from support import reported_store
from support.fake_engine import failing
from support.read_report import Reader, partly

import scsfast


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    return reported_store.run(tmp_path_factory.mktemp("reported"))


@pytest.fixture(scope="session")
def dataset(store):
    return scsfast.open(store).load()


@pytest.fixture(scope="session")
def part(tmp_path_factory):
    return partly(tmp_path_factory.mktemp("part") / "part.zarr", failing(1), 3)


@pytest.fixture(scope="session")
def html(store):
    return scsfast.report(store, baseline="lottery")


@pytest.fixture(scope="session")
def page(html):
    return Reader(html)
