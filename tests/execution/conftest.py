"""Fixtures of the files about ranks."""

import pytest
from support.mpi_launch import written

import scsfast
from scsfast.store.store import Store


@pytest.fixture
def folder(tmp_path):
    return written(tmp_path)


@pytest.fixture(scope="session")
def alone(tmp_path_factory):
    """Give a function that returns the store of a campaign that one process ran."""
    folder, stores = written(tmp_path_factory.mktemp("alone")), {}

    def ran(name: str) -> Store:
        if name not in stores:
            path = folder / f"{name}.zarr"
            scsfast.run(folder / f"{name}.toml", path, jobs=1)
            stores[name] = Store(path)
        return stores[name]

    return ran
