"""The report: one whole file that says what the store says, and nothing else."""

import json
import os
import re
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from support import reported_store
from support.fake_engine import failing, small_campaign
from support.reported_store import HIDDEN, HOSTILE, QUOTED, TITLE

import scsfast
from scsfast.analysis.report import document as reports
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
from scsfast.errors import ConfigError, StoreError
from scsfast.execution.threads import execute
from scsfast.machine import available_cores
from scsfast.model.measures import MEASURES, summary_table
from scsfast.store.create import open_for_writing
from scsfast.store.store import Store

SECTIONS = [
    "question", "design", "completeness", "verdicts", "measures", "baseline", "capture",
    "time", "scores", "errors", "levels", "sensitivity", "sweeps", "run", "methods",
]  # fmt: skip
VOID = {"meta", "link", "br", "img", "input", "hr", "wbr"}
NAMES = re.compile(r'\bid="([^"]+)"')


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


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return reported_store.run(tmp_path_factory.mktemp("report"))


def partly(path, engine, replicates=2):
    """Make a store of the small campaign with a fake engine."""
    with open_for_writing(path, small_campaign(replicates)) as store:
        execute(store, replicates, jobs=1, run_replicate=engine)
    return path


@pytest.fixture(scope="module")
def part(tmp_path_factory):
    return partly(tmp_path_factory.mktemp("part") / "part.zarr", failing(1), 3)


@pytest.fixture(scope="module")
def html(store):
    return scsfast.report(store, baseline="lottery")


@pytest.fixture(scope="module")
def page(html):
    return Reader(html)


# The page.


def test_every_section_is_there_and_listed(page):
    assert [attrs["id"] for attrs in page.all("section")] == SECTIONS
    links = [attrs["href"] for attrs in page.all("a")]
    assert links == ["#content", *(f"#{name}" for name in SECTIONS)]


def test_elements_are_closed_and_names_are_unique(html, page):
    assert page.open == []
    names = NAMES.findall(html)
    assert len(names) == len(set(names)) > 100


def test_nothing_is_fetched(html, page):
    for tag, attrs in page.elements:
        for key in ("src", "srcset", "data", "action", "poster"):
            assert key not in attrs, f"{tag} {key}"
        for key in ("href", "xlink:href"):
            assert attrs.get(key, "#").startswith(("#", "data:,")), f"{tag} {key}"
    assert not re.search(r"@import|url\((?!#)", html)
    assert not re.search(r"\b(fetch|XMLHttpRequest|import)\s*\(", html)


def test_names_from_the_store_are_only_text(html, page):
    assert "<script>alert" not in html
    assert len(page.all("script")) == 1 and "b" not in {t for t, _ in page.elements}
    assert TITLE in page.texts[""]
    for name in (HOSTILE, QUOTED, HIDDEN):
        assert name in page.texts["measures"]


def test_every_figure_is_described(page):
    figures, drawings = page.all("figure"), page.all("svg")
    assert len(figures) == len(drawings) == len(page.all("figcaption")) >= 12
    assert all(attrs["role"] == "img" for attrs in drawings)
    ids = {attrs.get("id") for _, attrs in page.elements}
    assert all(set(attrs["aria-labelledby"].split()) <= ids for attrs in drawings)
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", scsless(page), re.S)
    assert captions == []  # a caption is text, without elements of its own


def scsless(page) -> str:
    return "".join(page.texts.values())


def test_captions_say_from_how_much(html):
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", html, re.S)
    assert captions
    assert [caption for caption in captions if "N = " not in caption] == []


def test_descriptions_say_figures(html):
    descriptions = re.findall(r'<desc id="capture-0-desc">(.*?)</desc>', html)
    assert len(descriptions) == 1
    assert re.search(r"efficiency: .*market -?\d\.\d{3}", descriptions[0])


def test_every_table_has_heads_of_columns_and_rows(page):
    tables, captions = page.all("table"), page.all("caption")
    assert len(tables) == len(captions) >= 12
    scopes = [attrs.get("scope") for attrs in page.all("th")]
    assert set(scopes) == {"col", "row"}
    for _, rows in page.tables:
        assert len({len(row) for row in rows}) == 1 and len(rows) > 1


def test_measures_are_the_summary(store, page):
    ((_, rows),) = [t for t in page.tables if t[0] == "measures"]
    table = summary_table(scsfast.open(store))
    for name, *cells in rows[1:]:
        for measure, cell in zip(MEASURES, cells, strict=True):
            found = table[measure].sel(scenario=name)
            mean, low, high = (
                found.sel(statistic=s).item() for s in ("mean", "low", "high")
            )
            assert cell == estimate(mean, low, high).text


def test_long_designs_stay_out_of_the_main_tables(page):
    ((_, rows),) = [t for t in page.tables if t[0] == "measures"]
    assert len(rows) == 1 + 8
    assert "points of designs" not in page.texts["measures"]
    assert "14 more are points of designs" in page.texts["design"]


def test_verdicts_are_the_claims(store, page):
    found = scsfast.claims(store).verdicts
    rows = [row for name, rows in page.tables if name == "verdicts" for row in rows]
    by_name = {row[0]: row for row in rows[1 : 1 + len(found)]}
    for row in found.to_dict("records"):
        assert by_name[row["scenario"]][1] == row["c1"]
        assert by_name[row["scenario"]][4] == row["c2"]


def test_thresholds_are_printed(page):
    assert "counts as manipulable: 0.01" in page.texts["verdicts"]


def test_the_run_is_described(store, page):
    opened, said = Store(store), page.texts["run"]
    seconds = sum(r["seconds"] for r in opened.journal.records.values())
    n = 3 * len(opened.campaign.scenarios)
    for fact in (
        f"{seconds:,.1f} s in",
        f"{n * 2000 * 24:,}",
        opened.digest(),
        opened.attributes["identity"],
        opened.attributes["versions"]["numpy"],
        opened.attributes["build"]["compiler"],
        next(iter(opened.journal.records.values()))["host"],
        f"Processes, cores of each\n1, {available_cores()}\n",
    ):
        assert fact in said


def test_methods_can_be_pasted(store, page):
    said = " ".join(page.texts["methods"].split())
    for fact in (
        "3 replicates of 2,000 citizens over 24 ticks",
        "The seed is 11",
        "reconstruction from the claims",
        "95 % t-intervals",
        "common to all scenarios",
        f"the digest {Store(store).digest()}.",
        f"scsfast {scsfast.__version__}",
    ):
        assert fact in said


# Stores that are not whole.


def test_failures_are_said_and_left_out(part):
    page = Reader(scsfast.report(part, title="A & B"))
    assert "A & B" in page.texts[""]
    said = " ".join(page.texts["completeness"].split())
    assert "6 of 9 replicates are done, 3 failed, 0 pending." in said
    assert (
        "rest on 2 replicates of each of 3 scenarios, finished in all of them." in said
    )
    assert "ArithmeticError: no luck in 1" in said
    rows = [rows for name, rows in page.tables if name == "completeness"]
    assert rows[0][1] == ["rongcheng", "2", "1", "0"]


def test_a_plain_campaign_has_plain_sections(tmp_path):
    file = tmp_path / "asked.toml"
    file.write_text(
        'title = "asked"\nreplicates = 1 # a remark\n[world]\nn_citizens = 1000\n'
        'n_ticks = 3\n[[scenario]]\npilot = "rongcheng"\n[[scenario]]\npilot = "market"\n'
    )
    scsfast.run(file, tmp_path / "asked.zarr")
    page = Reader(scsfast.report(tmp_path / "asked.zarr"))
    assert "replicates = 1 # a remark" in page.texts["question"]
    assert '"n_citizens": 1000' in page.texts["question"]
    absent = {"baseline", "levels", "sensitivity", "sweeps"}
    shown = [attrs["id"] for attrs in page.all("section")]
    assert shown == [name for name in SECTIONS if name not in absent]


def test_a_scenario_without_results_is_named(tmp_path):
    path = partly(tmp_path / "part.zarr", failing())
    everything = reports.datasets.results(path)
    everything["status"][2] = 0
    found = reports.usable(everything)
    assert list(found["scenario"].values) == ["rongcheng", "lossy"]
    assert found.sizes["replicate"] == 2


def test_nothing_finished_is_refused(tmp_path, scs):
    with open_for_writing(tmp_path / "empty.zarr", small_campaign()):
        pass
    out = tmp_path / "report.html"
    code, _, err = scs("report", tmp_path / "empty.zarr", "-o", out)
    assert code == 2 and "nothing is finished yet" in err
    assert not out.exists()


def test_no_common_replicate_is_refused(tmp_path):
    path = partly(tmp_path / "part.zarr", failing())
    everything = reports.datasets.results(path)
    everything["status"].values[:] = [[1, 0], [0, 1], [1, 0]]
    assert reports.usable(everything).sizes["replicate"] == 0


# Writing.


def test_command_writes_the_page_and_always_the_same(store, html, tmp_path):
    out = tmp_path / "report.html"
    command = [sys.executable, "-m", "scsfast", "report", str(store), "-o", str(out)]
    found = subprocess.run(
        [*command, "--baseline", "lottery"], capture_output=True, text=True, check=True
    )
    assert out.read_text() == html
    assert found.stdout == "" and "opens in any browser" in found.stderr
    assert len(found.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_what_was_there_stays_if_writing_fails(part, tmp_path, monkeypatch):
    out = tmp_path / "report.html"
    out.write_text("old")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="cannot write the report: No space left"):
        scsfast.report(part, out)
    assert out.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_is_not_there_is_said(store, tmp_path):
    with pytest.raises(ConfigError, match="must be in a folder that is there"):
        scsfast.report(store, tmp_path / "no" / "report.html")


def test_only_html_is_written(store, tmp_path):
    with pytest.raises(ConfigError, match=r"end with .html or .htm, got 'report.pdf'"):
        scsfast.report(store, tmp_path / "report.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_baseline_beside_points_of_designs_is_said(tmp_path):
    tree = {
        "replicates": 1,
        "world": {"n_citizens": 500, "n_ticks": 3},
        "scenario": [{"pilot": "lottery"}, {"name": "swept", "pilot": "rongcheng"}],
        "sweep": {"of": ["swept"], "regime": {"loss": [0.0, 0.1]}},
    }
    scsfast.run(tree, tmp_path / "swept.zarr")
    page = Reader(scsfast.report(tmp_path / "swept.zarr", baseline="lottery"))
    said = " ".join(page.texts["baseline"].split())
    assert "every other one is a point of a design" in said
    assert "`scsfast compare` with --baseline 'lottery' compares them" in said
    assert "is a point of a sweep or a sample. See Sweeps." in page.texts["verdicts"]


def test_an_unknown_baseline_is_refused(store, tmp_path, scs):
    out = tmp_path / "report.html"
    code, _, err = scs("report", store, "-o", out, "--baseline", "lotery")
    assert code == 2 and "did you mean 'lottery'?" in err
    assert not out.exists()


def test_without_jinja_it_says_what_to_install(store, tmp_path):
    code = (
        "import sys; sys.modules['jinja2'] = None\n"
        f"import scsfast.cli.main as c; c.main({['report', str(store), '-o', 'r.html']!r})"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert found.returncode == 2
    assert "pip install 'scsfast[report]'" in found.stderr
    assert list(tmp_path.iterdir()) == []


# Its parts.


def test_lines_are_split_into_panels():
    names = [str(k) for k in range(9)]
    assert results._split([names, ["x"]]) == [names[:7], names[7:], ["x"]]


def test_pieces_are_nearly_equal():
    sizes = [[len(p) for p in results._pieces("a" * n, 6)] for n in (0, 6, 7, 13)]
    assert sizes == [[], [6], [3, 4], [4, 4, 5]]


def test_what_is_not_drawn_is_said():
    assert results._not_drawn(["a"] * 12) == []
    (said,) = results._not_drawn(["a"] * 15)
    assert "the first 12; 3 more" in said.text


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


def test_texts_are_escaped_wherever_they_stand():
    bad = '<i>"&'
    kinds = ("paragraph", "verbatim", "to copy")
    blocks = [Text(bad, kind, bad) for kind in kinds]
    blocks += [Text([bad], "points"), Table(bad, [bad], [[text(bad)]])]
    made = rendered(Page(bad, [bad], [Section("s", bad, blocks)], bad))
    assert "<i>" not in made
    assert made.count("&lt;i&gt;") == 15


def test_paths_of_parameters_go_on_after_dots_only():
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


def test_differences_are_called_so(store, page):
    rows = [row for name, rows in page.tables if name == "verdicts" for row in rows]
    called = {(row[1], row[2]) for row in rows if len(row) == 6}
    for kind in ("C1 total", "C2 less market", "C2 less oracle"):
        assert (kind, "difference in efficiency") in called
    assert ("C1 direct", "rise of capture") in called
    assert ("C2", "efficiency (0 lottery, 1 oracle)") in called
    assert {kind for kind, what in called if what.startswith("difference")} <= {
        "C1 total", "C2 less market", "C2 less list", "C2 less oracle"
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


def test_templates_are_package_data():
    project = tomllib.loads(
        (Path(scsfast.__file__).parents[1] / "pyproject.toml").read_text()
    )
    data = project["tool"]["setuptools"]["package-data"]["*"]
    assert "templates/*" in data


def test_refusal_is_a_config_error(tmp_path):
    with pytest.raises(ConfigError):
        scsfast.report(tmp_path / "none.zarr")


def test_every_value_is_valid_json(page, store):
    said = page.texts["question"]
    start = said.index("{")
    assert json.JSONDecoder().raw_decode(said[start:])[0]["seed"] == 11


def test_only_levels_of_more_than_part_of_a_unit_are_named():
    from scsfast.analysis.report.question import _units

    spans = [500, 2_000, 5_000, 1_000_000]
    assert _units(5_000, spans) == (
        "From the lowest level up: units of 500 (10 villages), units of 2,000 "
        "(3 townships), units of 5,000 (1 county)."
    )
    assert _units(400, spans).startswith("All citizens are in one unit")
