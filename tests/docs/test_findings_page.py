"""The findings: every figure is in the committed table, which a command makes."""

import csv
import importlib.util
import re
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
TEMPLATE = (DOCS / "findings.md.in").read_text(encoding="utf-8")
BY_HAND = re.compile(r"(?<![\w.{])-?\d+\.\d+|(?<![\w.])\d+ %")
FENCED = re.compile(r"^```.*?^```", re.M | re.S)


def module(name):
    """Return a script of the documentation as a module."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture(scope="module")
def make_findings():
    return module("make_findings")


def test_page_is_the_template_with_the_committed_figures(make_findings):
    text = (DOCS / "findings.md").read_text(encoding="utf-8")
    assert text == make_findings.page(make_findings.known()), (
        "run `python docs/make_findings.py`"
    )


def test_no_figure_is_written_by_hand(make_findings):
    words = make_findings.NAME.sub("", FENCED.sub("", TEMPLATE))
    words = re.sub(r"`[^`]*`", "", words)  # keys and values that were asked for
    assert BY_HAND.findall(words) == []


def test_a_figure_that_is_not_in_the_table_is_refused(make_findings):
    figures = make_findings.known()
    name = make_findings.NAME.findall(TEMPLATE)[0]
    figures.pop(name)
    with pytest.raises(SystemExit, match=re.escape(name)):
        make_findings.page(figures)


def test_table_has_only_figures_of_the_page(make_findings):
    used = set(make_findings.NAME.findall(TEMPLATE))
    assert set(make_findings.known()) == used
    with (DOCS / "findings.csv").open(encoding="utf-8", newline="") as file:
        names = [row["figure"] for row in csv.DictReader(file)]
    assert names == sorted(set(names))


def test_findings_name_the_campaigns_and_the_command():
    for name in ("claims", "headline", "levels", "flips"):
        assert f"examples/{name}.toml" in TEMPLATE
        assert (DOCS.parent / "examples" / f"{name}.toml").exists()
    assert "python docs/make_findings.py" in TEMPLATE


def test_small_form_of_the_campaigns_gives_every_figure(make_findings, small_stores):
    sys.path.insert(0, str(DOCS))
    try:
        found = module("findings_figures").figures(*small_stores)
    finally:
        sys.path.remove(str(DOCS))
    wanted = set(make_findings.NAME.findall(TEMPLATE))
    few = {
        n
        for n in wanted
        if ".kept." in n or n.endswith((".inside", ".density", ".coverage"))
    }
    few |= {n for n in wanted if re.search(r"\.(0\.5|2)$", n)}  # words that did change
    assert sorted(wanted - few - set(found)) == []
