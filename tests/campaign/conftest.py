"""Fixtures of several files of this room."""

import pytest
from support.brought_files import save_edges, save_people


@pytest.fixture
def folder(tmp_path):
    """Give a folder with a campaign's own files."""
    save_people(tmp_path / "people.parquet")
    save_edges(tmp_path / "edges.csv")
    return tmp_path
