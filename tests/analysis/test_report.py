"""The report: one complete file with the figures of the store, and nothing else."""

import gc
import re
from functools import partial

import numpy as np
import pytest
from support.read_report import CSV, Reader, downloads
from support.reported_store import HIDDEN, HOSTILE, QUOTED, TITLE

import scsfast
from scsfast.analysis.report import document
from scsfast.analysis.report.page import (
    estimate,
)
from scsfast.analysis.report.results import SUBJECTS
from scsfast.errors import ConfigError
from scsfast.machine import available_cores
from scsfast.model.measures import MEASURES, summary_table
from scsfast.store.store import Store

SECTIONS = [
    "findings", "question", "design", "completeness", "verdicts", "measures", "baseline",
    "capture", "time", "scores", "errors", "levels", "sensitivity", "sweeps", "run", "methods",
]  # fmt: skip


NAMES = re.compile(r'\bid="([^"]+)"')


def test_every_section_is_there_and_listed(page):
    assert [attrs["id"] for attrs in page.all("section")] == SECTIONS
    links = [attrs["href"] for attrs in page.all("a") if "download" not in attrs]
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
            inside = ("#", "data:,", *([CSV] if tag == "a" else []))
            assert attrs.get(key, "#").startswith(inside), f"{tag} {key}"
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
    assert len(figures) == len(page.all("figcaption")) >= 12
    assert len(drawings) == 2 * len(figures)  # one for wide screens, one for phones
    assert all(attrs["role"] == "img" for attrs in drawings)
    ids = {attrs.get("id") for _, attrs in page.elements}
    assert all(set(attrs["aria-labelledby"].split()) <= ids for attrs in drawings)
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", scsless(page), re.S)
    assert captions == []  # a caption is text, without elements of its own


def test_every_figure_offers_its_numbers(page):
    tables = downloads(page)
    assert len(tables) == len(page.all("figure"))
    assert [name for name, table in tables.items() if table.empty] == []


def test_numbers_of_figures_are_those_of_the_analysis(store, page):
    tables, dataset = downloads(page), scsfast.open(store)
    found = tables["rank-0.csv"].set_index("scenario")
    wanted = summary_table(dataset)["efficiency"].sel(scenario=list(found.index))
    for kind in ("mean", "low", "high"):
        np.testing.assert_allclose(found[kind], wanted.sel(statistic=kind), rtol=1e-8)
    lines = tables["time-mean-displacement-0.csv"]
    assert {HOSTILE, HIDDEN} <= set(lines["scenario"])
    assert set(lines["n"]) == {3} and {"tick", "mean", "low", "high"} <= set(lines)
    levels = tables["levels-0.csv"]
    assert set(levels["player"]) >= {"village", "township"}


def test_names_in_hover_values_are_escaped(html):
    tips = re.findall(r'data-(?:tips|series)="([^"]*)"', html)
    assert any("&lt;script&gt;alert" in tip for tip in tips)
    assert [tip for tip in tips if "<" in tip or ">" in tip] == []


def scsless(page) -> str:
    return "".join(page.texts.values())


def test_captions_name_the_number_of_replicates(html):
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", html, re.S)
    assert captions
    assert [caption for caption in captions if "N = " not in caption] == []


def test_descriptions_of_figures_contain_numbers(html):
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


def rows_of_measures(page) -> list:
    """Return the rows of the tables of measures, in the order of `SUBJECTS`."""
    return [rows for name, rows in page.tables if name == "measures"]


def test_measures_are_the_summary(store, page):
    table = summary_table(scsfast.open(store))
    for names, rows in zip(SUBJECTS.values(), rows_of_measures(page), strict=True):
        for name, *cells in rows[1:]:
            for measure, cell in zip(names, cells, strict=True):
                found = table[measure].sel(scenario=name)
                mean, low, high = (
                    found.sel(statistic=s).item() for s in ("mean", "low", "high")
                )
                assert cell == estimate(mean, low, high).text


def test_long_designs_stay_out_of_the_main_tables(page):
    assert [len(rows) for rows in rows_of_measures(page)] == 3 * [1 + 8]
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
        f"Processes, cores per process\n1, {available_cores()}\n",
    ):
        assert fact in said


def test_methods_can_be_pasted(store, page):
    said = " ".join(page.texts["methods"].split())
    for fact in (
        "3 replicates of 2,000 citizens over 24 ticks",
        "The seed is 11",
        "reconstructed from the claims",
        "95 % t-intervals",
        "common to all scenarios",
        f"the digest {Store(store).digest()}.",
        f"scsfast {scsfast.__version__}",
    ):
        assert fact in said


@pytest.mark.usefixtures("sketched")
def test_failures_are_listed_and_left_out(part):
    page = Reader(scsfast.report(part, title="A & B"))
    assert "A & B" in page.texts[""]
    said = " ".join(page.texts["completeness"].split())
    assert "6 of 9 replicates are done, 3 failed, 0 pending." in said
    assert "use 2 replicates of each of 3 scenarios, finished in all of them." in said
    assert "ArithmeticError: no luck in 1" in said
    rows = [rows for name, rows in page.tables if name == "completeness"]
    assert rows[0][1] == ["rongcheng", "2", "1", "0"]


@pytest.mark.usefixtures("sketched")
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


@pytest.mark.usefixtures("sketched")
def test_findings_cover_points_of_designs(tmp_path):
    tree = {
        "replicates": 2,
        "world": {"n_citizens": 2000, "n_ticks": 12},
        "scenario": [{"pilot": "lottery"}, {"name": "swept", "pilot": "rongcheng"}],
        "sweep": {"of": ["swept"], "leaders": {"all": {"share": [0.0, 0.5, 1.0]}}},
    }
    scsfast.run(tree, tmp_path / "swept.zarr")
    page = Reader(scsfast.report(tmp_path / "swept.zarr"))
    said = " ".join(page.texts["findings"].split())
    assert "No scenario has leaders" not in said
    means = summary_table(scsfast.open(tmp_path / "swept.zarr"))["skill"].sel(
        statistic="mean"
    )
    skill = [means.sel(scenario=str(n)).item() for n in means["scenario"].values][1:]
    assert f"the skill of allocation is {min(skill):.2f} to {max(skill):.2f}" in said
    assert "Over 3 points of swept, 0.0 to" in said
    assert len(downloads(page)["findings-0.csv"]) == 3


def test_each_measure_is_in_one_table_of_the_report():
    names = [name for table in SUBJECTS.values() for name in table]
    assert sorted(names) == sorted(MEASURES)


@pytest.mark.parametrize("is_frozen", [False, True])
def test_the_garbage_collector_is_left_as_it_was(store, monkeypatch, is_frozen):
    frozen, counts = [], iter([7 * is_frozen])
    monkeypatch.setattr(gc, "get_freeze_count", lambda: next(counts))
    for name in ("freeze", "unfreeze"):
        monkeypatch.setattr(gc, name, partial(frozen.append, name))

    def asked(*_):
        frozen.append("asked")
        raise ConfigError("enough")

    monkeypatch.setattr(document, "source_of", asked)
    with pytest.raises(ConfigError, match="enough"):
        scsfast.report(store)
    assert frozen == (["asked"] if is_frozen else ["freeze", "asked", "unfreeze"])
