"""The site: every page is in its table of contents, every public function in the API's."""

import re
from pathlib import Path

import scsfast

DOCS = Path(__file__).parents[2] / "docs"


def listed(page: str) -> set[str]:
    """Return the entries of the table of contents, or of summaries, on a page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return set(re.findall(r"^ {0,3}([\w./-]+)$", text, re.M))


def test_every_page_is_in_the_contents():
    pages = {path.stem for path in DOCS.glob("*.md")} - {"index"}
    assert pages - listed("index.md") == set()


def test_every_public_function_and_figure_is_in_the_reference():
    public = set(scsfast.__all__) - {"__version__", "plots"}
    assert (public | set(scsfast.plots.__all__)) - listed("api.md") == set()
