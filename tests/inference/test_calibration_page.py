"""docs/calibration.md has the numbers that the command prints."""

import math
import re
import tomllib

import pytest
from support.calibration_targets import ROOT, TARGETS, packaged, page

from scsfast.inference import base_mass
from scsfast.inference import calibrate as calibration


def table(name: str) -> list[list[str]]:
    """Return the cells of a table of the page, its head and rule left out."""
    found = re.search(f"<!-- begin:{name} -->\n(.*?)<!-- end:{name} -->", page(), re.S)
    lines = [line for line in found[1].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_page_has_every_target_as_it_is_now():
    lines = table("calibrate")
    blank = {"got": math.nan, "half": math.nan, "n": 0, "met": False}
    wanted = [calibration._cells({**t._asdict(), **blank}) for t in TARGETS]
    assert [line[:5] for line in lines] == [line[:5] for line in wanted]
    assert [line[7] for line in lines] == [target.claim for target in TARGETS]


def test_verdicts_of_the_page_follow_from_its_numbers():
    for target, line in zip(TARGETS, table("calibrate"), strict=True):
        low, high = target.tolerance
        got = float(line[5].partition(" ")[0])
        assert line[6] == ("yes" if low <= got <= high else "no"), line


def test_page_claims_nothing_that_is_missed():
    assert {line[6] for line in table("calibrate") if line[7] == "matched"} == {"yes"}


def test_page_has_every_setting_of_the_mass():
    assert [line[0] for line in table("mass")] == [s.name for s in base_mass.SETTINGS]


def test_values_of_the_page_are_those_packaged():
    lines = table("values")
    assert lines
    for path, _, now, bounds, *_ in lines:
        value, (low, high) = packaged(path)
        assert (now, bounds) == (f"{value:g}", f"{low:g} .. {high:g}"), path


def test_page_names_the_commands():
    assert "scsfast calibrate\n" in page() and "scsfast calibrate --mass\n" in page()


def test_targets_are_packaged():
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    data = pyproject["tool"]["setuptools"]["package-data"]
    assert "*.toml" in data["*"]


@pytest.mark.slow
def test_page_is_what_the_command_prints():
    assert calibration.text(calibration.calibrate(n_threads=2)) in page()


@pytest.mark.slow
def test_mass_of_the_page_is_what_the_command_prints():
    assert base_mass.text(base_mass.mass(n_threads=2)) in page()
