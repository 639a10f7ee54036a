"""Recipes of packages name what pyproject.toml requires."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]
RECIPE = (ROOT / "conda" / "meta.yaml").read_text(encoding="utf-8")


def requirement(text):
    """Return the name and the bounds of a requirement, names in lower case."""
    name, bounds = re.match(r"([A-Za-z0-9_-]+)\s*(.*)", text).groups()
    return name.lower(), bounds.replace(" ", "")


def test_the_conda_recipe_requires_what_the_project_does():
    run = RECIPE.partition("  run:\n")[2].partition("\ntest:")[0]
    found = dict(requirement(line) for line in re.findall(r"- (.+)", run))
    extras = PROJECT["optional-dependencies"]
    listed = [*extras["report"], *extras["sensitivity"]]
    assert "scsfast[sensitivity]" in listed
    report = dict(requirement(line) for line in listed if "scsfast[" not in line)
    report["matplotlib-base"] = report.pop("matplotlib")
    wanted = dict(map(requirement, PROJECT["dependencies"])) | report
    wanted["python"] = PROJECT["requires-python"]
    assert found == wanted


def test_all_versions_agree():
    (version,) = re.findall(r'set version = "([^"]+)"', RECIPE)
    assert version == PROJECT["version"]
