"""The findings: every figure is in the committed table, which a command makes."""

import csv
import importlib.util
import json
import re
import sys
from functools import cache
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("findings.md", "best-rules.md")
TEMPLATES = {n: (DOCS / f"{n}.in").read_text(encoding="utf-8") for n in PAGES}
TEMPLATE = TEMPLATES["findings.md"]
ALL = "".join(TEMPLATES.values())
SEARCHED = re.compile(r"(search|worst|against)\.|flip\.[a-z-]+-c[12]\.")
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


@pytest.mark.parametrize("name", PAGES)
def test_page_is_the_template_with_the_committed_figures(make_findings, name):
    text = (DOCS / name).read_text(encoding="utf-8")
    assert text == make_findings.page(name, make_findings.known()), (
        "run `python docs/make_findings.py`"
    )


@pytest.mark.parametrize("name", PAGES)
def test_no_figure_is_written_by_hand(make_findings, name):
    words = make_findings.NAME.sub("", FENCED.sub("", TEMPLATES[name]))
    words = re.sub(r"`[^`]*`", "", words)  # keys and values that were asked for
    assert BY_HAND.findall(words) == []


def test_a_figure_that_is_not_in_the_table_is_refused(make_findings):
    figures = make_findings.known()
    name = make_findings.NAME.findall(TEMPLATE)[0]
    figures.pop(name)
    with pytest.raises(SystemExit, match=re.escape(name)):
        make_findings.page("findings.md", figures)


def test_table_has_only_figures_of_the_page(make_findings):
    used = set(make_findings.NAME.findall(ALL))
    assert set(make_findings.known()) == used
    with (DOCS / "findings.csv").open(encoding="utf-8", newline="") as file:
        names = [row["figure"] for row in csv.DictReader(file)]
    assert names == sorted(set(names))


def test_findings_name_the_campaigns_and_the_command():
    for name in ("claims", "headline", "levels", "flips"):
        assert f"examples/{name}.toml" in TEMPLATE
        assert (DOCS.parent / "examples" / f"{name}.toml").exists()
    assert "python docs/make_findings.py" in TEMPLATE


def test_best_rules_name_the_searches_and_the_command():
    text = TEMPLATES["best-rules.md"]
    for name in ("search", "worst-leaders", "rules-against-leaders", "flip"):
        assert f"examples/{name}.toml" in text
        assert (DOCS.parent / "examples" / f"{name}.toml").exists()
    assert "python docs/make_findings.py --searches" in text


@pytest.fixture
def scripts():
    sys.path.insert(0, str(DOCS))
    yield
    sys.path.remove(str(DOCS))


def test_small_form_of_the_campaigns_gives_every_figure(
    make_findings, small_stores, scripts
):
    claims, *others = small_stores
    large, near = claims[1], claims  # any stores of the same campaign
    figures = module("findings_figures")
    figures.points_of = cache(figures.points_of)  # those of a store are read once
    found = figures.figures(claims, *others, large, near)
    wanted = set(make_findings.NAME.findall(ALL))
    wanted -= {n for n in wanted if is_searched(n)}
    few = {
        n
        for n in wanted
        if ".kept." in n or n.endswith((".inside", ".density", ".coverage"))
    }
    few |= {n for n in wanted if re.search(r"\.(0\.5|2)$", n)}  # words that did change
    assert sorted(wanted - few - set(found)) == []


def is_searched(name: str) -> bool:
    """Return whether a figure is one of a search."""
    return SEARCHED.match(name) is not None


def objective(name: str) -> dict:
    """Return what `scsfast search --json` prints for a search with an objective."""
    bounded = {"diversion": "< 0.15"} if name == "search" else {}
    row = {"regime.loss": 0.0371, "skill": 0.21, "skill_error": 0.01, "meets": True}
    row |= {"fresh_skill": 0.1875, "fresh_skill_error": 0.004, "fresh_meets": True}
    row |= {"diversion": 0.12, "fresh_diversion": 0.13, "fresh_diversion_error": 0.005}
    worse = row | {"skill": 0.05, "diversion": 0.3, "meets": False}
    return {
        "objective": "skill", "subject_to": bounded, "best": None,
        "front": [row], "trials": [row, worse],
    }  # fmt: skip


def flipped(holds: bool) -> dict:
    """Return what it prints for a search that flips a verdict."""
    row = {"regime.loss": 0.02, "world.act_rates": 3.5, "holds": holds}
    return {
        "claim": "c2", "word": "hardly", "fresh_word": "hardly", "trials": [{}, {}],
        "own": {"regime.loss": 0.02, "world.act_rates": 1.0},
        "smallest": [row | {"fresh_word": "better"}],
    }  # fmt: skip


def test_searches_give_every_figure(make_findings, scripts, tmp_path):
    for name in ("search", "worst", "against"):
        (tmp_path / f"{name}.json").write_text(json.dumps(objective(name)))
    pilots = ("rongcheng", "sesame", "honest-shanghai", "judgment-defaulters", "market")
    for pilot in pilots:
        for claim in ("c1", "c2"):
            holds = pilot == "rongcheng"
            file = tmp_path / f"flip-{pilot}-{claim}.json"
            file.write_text(json.dumps(flipped(holds)))
    found = module("search_figures").figures(tmp_path)
    wanted = {n for n in make_findings.NAME.findall(ALL) if is_searched(n)}
    assert wanted and sorted(wanted - set(found)) == []
    assert found["search.skill"] == "0.188 (0.004)"
    assert found["search.meets"] == "1" and found["search.trials"] == "2"
    assert found["search.values"] == "`regime.loss = 0.037`"
    assert found["flip.rongcheng-c2.change"] == "`world.act_rates` from 1 to 3.5"
    assert found["flip.sesame-c2.change"] == "none that holds"


def test_a_change_that_two_digits_hide_has_more(scripts):
    told = module("search_figures")._apart
    assert told(0.5, 0.0026) == "0.5 to 0.0026"
    assert told(1.5, 1.5154) == "1.5 to 1.52"
