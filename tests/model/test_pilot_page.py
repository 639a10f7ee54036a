"""The documentation and the example of the pilots agree with the pilots."""

import re
import tomllib
from pathlib import Path

import pytest
from support.pilot_sources import BASELINES, PILOTS

from scsfast.campaign.config import load_campaign
from scsfast.model import pilot_library

ROOT = Path(__file__).parents[2]


def headings() -> list[str]:
    """Return the headings of docs/pilots.md."""
    text = (ROOT / "docs" / "pilots.md").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("## ")]


@pytest.mark.parametrize("pilot", PILOTS)
def test_pilot_has_a_section_in_the_documentation(pilot):
    assert sum(f"`{pilot}`" in heading for heading in headings()) == 1


def documented() -> dict[str, list[str]]:
    """Return the table of docs/pilots.md: cells by pilot."""
    text = (ROOT / "docs" / "pilots.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.+) \|$", text, re.MULTILINE)
    return {pilot: cells.split(" | ") for pilot, cells in rows}


def test_table_of_the_documentation_has_every_pilot_once():
    assert sorted(documented()) == PILOTS


@pytest.mark.parametrize("pilot", sorted({*PILOTS} - {*BASELINES}))
def test_table_of_the_documentation_says_what_the_pilot_says(pilot):
    regime = pilot_library.load(pilot)
    levels = ("village", "township", "county", "city")
    numbers = (regime.transparency, regime.publicity)
    assert documented()[pilot] == [
        regime.scorer,
        regime.deciding,
        regime.allocation,
        "all" if regime.enrolled is None else f"{regime.enrolled:g}",
        *(f"{number:g}" for number in numbers),
        ", ".join(f"{getattr(regime.discretion, level):g}" for level in levels),
    ]


def test_sources_of_the_documentation_are_listed():
    page, sources = (ROOT / "docs" / n for n in ("pilots.md", "sources.md"))
    used = re.findall(r"\bS[0-9]{1,2}[a-f]?\b", page.read_text(encoding="utf-8"))
    listed = re.findall(r"\*\*(S[0-9]+)[a-f]?\*\*", sources.read_text(encoding="utf-8"))
    assert {number.rstrip("abcdef") for number in used} <= set(listed)


HONEST = {"share": 0.0, "recentring": 0.0}


def example(name: str) -> dict:
    """Return an example campaign as written."""
    return tomllib.loads((ROOT / "examples" / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["pilots.toml", "rongcheng-years.toml"])
def test_example_is_a_campaign(name):
    entries = example(name)["scenario"]
    scenarios = load_campaign(ROOT / "examples" / name).scenarios
    assert [len(s.change) for s in scenarios] == [
        len(e.get("change", [])) for e in entries
    ]


def test_example_has_every_pilot():
    pilots = {entry["pilot"] for entry in example("pilots.toml")["scenario"]}
    assert sorted(pilots) == PILOTS


def test_example_has_every_scored_pilot_honest_and_manipulated():
    entries = example("pilots.toml")["scenario"]
    honest = [e["pilot"] for e in entries if e.get("leaders", {}).get("all") == HONEST]
    bent = [e["pilot"] for e in entries if "all" not in e.get("leaders", {})]
    unscored = {*BASELINES, "fair-rongcheng"}
    assert sorted(bent) == PILOTS
    assert sorted(honest) == sorted({*PILOTS} - unscored)
