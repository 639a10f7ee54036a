"""The documentation agrees with the code: generated tables, sources, links."""

import importlib.util
import re
from pathlib import Path

import pytest

from scsfast.model.outcomes import TABLES

DOCS = Path(__file__).parents[2] / "docs"
MODEL = Path(__file__).parents[2] / "scsfast" / "model"
SOURCE = re.compile(r"\bS[0-9]{1,2}[a-f]?\b")


def make_tables():
    """Return docs/make_tables.py as a module."""
    spec = importlib.util.spec_from_file_location(
        "make_tables", DOCS / "make_tables.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(name: str) -> str:
    """Return a file of the documentation."""
    return (DOCS / name).read_text(encoding="utf-8")


def listed_sources() -> set[str]:
    """Return the numbers that docs/sources.md explains."""
    return set(
        re.findall(r"^- \*\*(S[0-9]+[a-f]?)\*\*", read("sources.md"), re.MULTILINE)
    )


@pytest.mark.parametrize("page", ["model.md", "parameters.md"])
def test_tables_of_the_page_are_up_to_date(page):
    text = read(page)
    assert make_tables().filled(text, page) == text, "run python docs/make_tables.py"


def test_every_page_with_tables_is_checked():
    assert [*make_tables().TABLES] == ["model.md", "parameters.md"]


def test_filling_replaces_an_outdated_table():
    text = read("model.md")
    stale = text.replace("`prizes_moved`", "`prizes_taken`")
    assert stale != text
    assert make_tables().filled(stale, "model.md") == text


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_output_is_documented(table):
    text = read("model.md")
    assert [o.name for o in table.outputs if f"| `{o.name}` |" not in text] == []


def test_the_model_says_that_it_is_a_reconstruction():
    assert "reconstruction" in read("model.md").partition("## 2")[0]


def test_every_source_number_in_use_is_listed():
    files = [*MODEL.rglob("*.py"), *MODEL.rglob("*.toml")]
    files += [DOCS / "model.md", DOCS / "parameters.md"]
    used = {
        number
        for path in files
        for number in SOURCE.findall(path.read_text(encoding="utf-8"))
    }
    listed = listed_sources() | {number.rstrip("abcdef") for number in listed_sources()}
    assert used - listed == set()


def test_links_inside_the_documentation_resolve():
    for page in DOCS.glob("*.md"):
        targets = re.findall(
            r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")
        )
        assert [t for t in targets if not (page.parent / t).exists()] == []
