"""Fixtures of several files of this room."""

import pytest
from support import reported_store
from support.fake_engine import failing
from support.made_once import made_once
from support.read_report import Reader, partly

import scsfast


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    def run(folder):
        folder.mkdir()
        reported_store.run(folder)

    return made_once(tmp_path_factory, "reported", run) / "reported.zarr"


@pytest.fixture(scope="session")
def dataset(store):
    return scsfast.open(store).load()


@pytest.fixture(scope="session")
def part(tmp_path_factory):
    return partly(tmp_path_factory.mktemp("part") / "part.zarr", failing(1), 3)


@pytest.fixture(scope="session")
def html(store, tmp_path_factory):
    """Give the text of the report, which takes long to draw."""

    def draw(path):
        path.write_text(scsfast.report(store, baseline="lottery"), encoding="utf-8")

    return made_once(tmp_path_factory, "report.html", draw).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def page(html):
    return Reader(html)
