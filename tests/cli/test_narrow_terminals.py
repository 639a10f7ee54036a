"""On a narrow terminal columns are folded below each other, and figures are not wrapped."""

import pytest
from rich.box import SIMPLE
from rich.table import Table

from scsfast.cli.folding import text_of
from scsfast.cli.tables import HEADS, NOTE, summary_text
from scsfast.cli.tables_results import grid

NAMES = ["rongcheng", "a-scenario-with-quite-a-long-name-of-its-own"]
STATISTICS = {"mean": 0.1234, "low": 0.1, "high": 0.1304}
FIGURE = "0.123 ±0.007"


@pytest.fixture(params=[40, 60, 80, 120])
def width(request, monkeypatch):
    """Give the width of a terminal."""
    monkeypatch.setattr("scsfast.cli.tables._width", lambda: request.param)
    return request.param


def test_every_figure_of_a_summary_is_whole(width):
    rows = {name: dict.fromkeys(HEADS, STATISTICS) for name in NAMES}
    shown = summary_text(rows).replace(NOTE, "")
    assert shown.count(FIGURE) == len(NAMES) * len(HEADS) and "…" not in shown
    assert max(map(len, shown.splitlines())) <= width
    assert shown.count("rongcheng") >= 1 + (width < 100)


def test_every_figure_of_a_comparison_is_whole(width):
    heads = ["scenario", *(f"measure {k}" for k in range(9))]
    rows = [[name, *(f"{k}.234567 .. 9.876543" for k in range(9))] for name in NAMES]
    shown = grid("Differences", heads, rows)
    assert all(shown.count(f" {k}.234567 .. 9.876543") == 2 for k in range(9))
    assert max(map(len, shown.splitlines())) <= width


def test_a_table_that_fits_is_not_folded():
    table = Table(box=SIMPLE, pad_edge=False)
    for head in ("name", "one", "two"):
        table.add_column(head)
    table.add_row("a", "1", "2")
    assert text_of(table, 40).count("name") == 1
