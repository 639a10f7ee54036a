"""A report of a store, read back from its HTML."""

import io
from html.parser import HTMLParser
from urllib.parse import unquote

import pandas as pd

from scsfast.execution.threads import execute
from scsfast.store.create import open_for_writing
from support.fake_engine import small_campaign

CSV = "data:text/csv;charset=utf-8,"  # a download that is in the page itself
VOID = {"meta", "link", "br", "img", "input", "hr", "wbr"}


class Reader(HTMLParser):
    """Reads a page: elements with attributes, texts by section, rows of tables."""

    def __init__(self, html: str):
        super().__init__()
        self.elements, self.open, self.tables, self.texts = [], [], [], {}
        self.section = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.elements.append((tag, attrs))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "section":
            self.section = attrs["id"]
        if tag == "table":
            self.tables.append((self.section, []))
        if tag == "tr":
            self.tables[-1][1].append([])
        if tag in ("td", "th"):
            self.tables[-1][1][-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"{tag} closes another element"

    def handle_data(self, data):
        self.texts[self.section] = self.texts.get(self.section, "") + data
        if self.open and self.open[-1] in ("td", "th"):
            self.tables[-1][1][-1][-1] += data

    def all(self, wanted: str) -> list[dict]:
        """Return the attributes of every element of a kind."""
        return [attrs for tag, attrs in self.elements if tag == wanted]


def partly(path, engine, replicates=2):
    """Make a store of the small campaign with a fake engine."""
    with open_for_writing(path, small_campaign(replicates)) as store:
        execute(store, replicates, jobs=1, run_replicate=engine)
    return path


def downloads(page) -> dict[str, pd.DataFrame]:
    """Return the tables that the page offers, by name of file."""
    links = [attrs for attrs in page.all("a") if "download" in attrs]
    texts = {a["download"]: unquote(a["href"].removeprefix(CSV)) for a in links}
    return {name: pd.read_csv(io.StringIO(text)) for name, text in texts.items()}
