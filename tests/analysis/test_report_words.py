"""The words, cells and folds of a report."""

import json
from pathlib import Path

import scsfast
from scsfast.analysis.report import results
from scsfast.analysis.report.page import (
    Cell,
    Page,
    Section,
    Table,
    Text,
    estimate,
    number,
    rendered,
    text,
)
from scsfast.cli.tables_claims import claims_text
from scsfast.cli.tables_results import attribute_text, compare_text
from scsfast.model.units import make_units


def test_lines_are_split_into_panels():
    names = [str(k) for k in range(9)]
    assert results._split([names, ["x"]]) == [names[:7], names[7:], ["x"]]


def test_pieces_are_nearly_equal():
    sizes = [[len(p) for p in results._pieces("a" * n, 6)] for n in (0, 6, 7, 13)]
    assert sizes == [[], [6], [3, 4], [4, 4, 5]]


def test_report_names_figures_that_were_skipped():
    assert results._not_drawn(["a"] * 12) == []
    (said,) = results._not_drawn(["a"] * 15)
    assert "the first 12 are drawn; for 3 more" in said.text


def test_numbers_are_cells_with_keys():
    nan, infinity = float("nan"), float("inf")
    assert number(1234.5678, 1) == Cell("1,234.6", 1234.5678)
    assert number(-0.0001).text == "0.000"
    assert number(nan).text == "-" and number(nan).key == ""
    assert number(infinity).text == "∞" and number(infinity).key == "inf"
    assert estimate(0.5, 0.4, 0.6) == Cell("0.500 ±0.100", 0.5)
    assert estimate(0.5, nan, nan).text == "0.500"
    assert text(7) == Cell("7") and text("a").key == "a"


def test_long_tables_are_folded():
    rows = [[text("a"), number(k)] for k in range(26)]
    page = Page("t", [], [Section("s", "S", [Table("c", ["A", "B"], rows)])], "f")
    assert '<details class="long">' in rendered(page)
    short = Table("c", ["A", "B"], rows[:25])
    page = Page("t", [], [Section("s", "S", [short])], "f")
    assert "<details" not in rendered(page)


def test_texts_are_escaped_everywhere():
    bad = '<i>"&'
    kinds = ("paragraph", "verbatim", "to copy")
    blocks = [Text(bad, kind, bad) for kind in kinds]
    blocks += [Text([bad], "points"), Table(bad, [bad], [[text(bad)]])]
    made = rendered(Page(bad, [bad], [Section("s", bad, blocks)], bad))
    assert "<i>" not in made
    assert made.count("&lt;i&gt;") == 15


def test_paths_of_parameters_wrap_only_after_dots():
    table = Table(
        "c", ["A", "B"], [[text("a<.b"), Cell("regime.acts.x: 0.25. End", 1.0)]]
    )
    made = rendered(Page("t", [], [Section("s", "S", [table])], "f"))
    assert ">regime.<wbr>acts.<wbr>x: 0.25. End</td>" in made
    assert ">a&lt;.b</th>" in made
    css = (
        Path(scsfast.__file__).parent / "analysis/report/templates/report.css"
    ).read_text()
    assert "overflow-wrap: anywhere" not in css


def test_differences_are_labelled_as_differences(store, page):
    rows = [row for name, rows in page.tables if name == "verdicts" for row in rows]
    called = {(row[1], row[2]) for row in rows if len(row) == 6}
    for kind in ("C1 total", "C2 less market", "C2 less need alone"):
        assert (kind, "difference in skill") in called
    assert ("C1 direct", "rise of capture") in called
    assert ("C2", "skill (0 lottery, 1 perfect score)") in called
    assert ("C2", "efficiency (0 lottery, 1 oracle)") in called
    assert {kind for kind, what in called if what.startswith("difference")} <= {
        "C1 total", "C2 less market", "C2 less list", "C2 less need alone"
    }  # fmt: skip


def test_terminal_and_report_use_the_same_words(store, page):
    shown = compare_text(scsfast.compare(store, "lottery"), "lottery")
    shown += attribute_text(scsfast.attribute(store))
    shown += claims_text(scsfast.claims(store))
    said = "".join(page.texts.values())
    for called in ("rise of capture", "p (Holm)", "displacement", "efficiency lost",
                   "C1 direct", "C1 total", "C1 levels", "C2 honest"):  # fmt: skip
        assert called in shown and called in said, called
    for other in ("capture excess", "efficiency loss", "mean displacement", "as led",
                  "p, Holm", "|score - fair", "C2, honest", "C1, "):  # fmt: skip
        assert other not in shown, other
        if other != "|score - fair":  # what the measure is, in words
            assert other not in said, other


def test_every_value_is_valid_json(page, store):
    said = page.texts["question"]
    start = said.index("{")
    assert json.JSONDecoder().raw_decode(said[start:])[0]["seed"] == 11


def test_only_levels_of_more_than_part_of_a_unit_are_named():
    from scsfast.analysis.report.question import _units

    spans = [500, 2_000, 5_000, 1_000_000]
    assert _units(make_units(5_000, spans)) == (
        "From the lowest level up: units of 500 (10 villages), units of 2,000 "
        "(3 townships), units of 5,000 (1 county)."
    )
    some = _units(make_units(400, spans))
    assert some.startswith("All citizens are in one unit")


def test_units_of_unequal_size_are_named_by_their_range():
    from scsfast.analysis.report.question import _units

    units = make_units(300, [40, 80, 160], [[1, 290, 9], [1, 2]])
    assert _units(units) == (
        "From the lowest level up: units of 1 to 290 (3 villages), units of 1 to 299 "
        "(2 townships), units of 300 (1 county)."
    )
