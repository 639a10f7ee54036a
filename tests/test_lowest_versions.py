"""Constraints of the lowest declared versions are made from pyproject.toml."""

import runpy
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / ".ci" / "lowest.py"
DECLARED = """
[build-system]
requires = ["setuptools>=77.0.3", "Cython>=3.1,<4"]
[project]
name = "own"
dependencies = ["zarr>=3.1.4,<4", "mpich"]
[project.optional-dependencies]
report = ["jinja2>=3.1"]
test = ["own[report]", "moto[server]>=5", "ruff==0.17.6"]
other = ["pyarrow>=16"]
"""


@pytest.fixture
def constraints():
    if not SCRIPT.exists():
        pytest.skip("needs a checkout")
    return runpy.run_path(str(SCRIPT))["constraints"]


def test_floors_of_the_build_the_package_and_nested_extras_are_constraints(constraints):
    assert constraints(DECLARED, ["test"]) == [
        "Cython==3.1",
        "jinja2==3.1",
        "moto==5",
        "ruff==0.17.6",
        "setuptools==77.0.3",
        "zarr==3.1.4",
    ]


def test_every_dependency_of_the_package_has_a_floor(constraints):
    text = (SCRIPT.parent.parent / "pyproject.toml").read_text()
    lines = constraints(text, ["sensitivity"])
    assert {"numpy", "xarray", "zarr", "SALib"} <= {
        line.split("==")[0] for line in lines
    }
