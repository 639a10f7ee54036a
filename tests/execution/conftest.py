"""Fixtures of the files about ranks."""

import pytest
from support.made_once import made_once
from support.mpi_launch import written

import scsfast
from scsfast.store.store import Store


@pytest.fixture
def folder(tmp_path):
    return written(tmp_path)


@pytest.fixture(scope="session")
def alone(tmp_path_factory):
    """Give a function that returns the store of a campaign that one process ran."""
    folder = written(tmp_path_factory.mktemp("alone"))

    def ran(name: str) -> Store:
        def run(path):
            scsfast.run(folder / f"{name}.toml", path, jobs=1)

        return Store(made_once(tmp_path_factory, f"alone-{name}", run))

    return ran
