"""Objects in a notebook: their text, HTML and tables."""

import html as entities
import sys
import types

import numpy as np
import pandas as pd
import pytest

import scsfast
from scsfast.analysis.export import tidy
from scsfast.errors import ConfigError
from scsfast.execution import progress
from scsfast.model.measures import MEASURES, summarise
from scsfast.store.store import Store

SMALL = {"n_citizens": 600, "n_ticks": 12}
WORLD = {"distribution_every": 6, "warmup": 6}
VARIABLES = ["score", "traits", "ties", "strategy"]
ASKED = {
    "seed": 35,
    "replicates": 2,
    "world": SMALL | WORLD,
    "scenario": [{"pilot": "rongcheng"}, {"pilot": "lottery"}],
    "output": {"snapshots": {"ticks": [0, 12], "variables": VARIABLES}},
}


@pytest.fixture(scope="module")
def run():
    return scsfast.simulate("rongcheng", world=WORLD, replicate=1, **SMALL)


@pytest.fixture(scope="module")
def panel_store(tmp_path_factory):
    path = tmp_path_factory.mktemp("panel") / "p.zarr"
    scsfast.run(ASKED, path)
    return path


def test_a_run_has_the_measures_of_the_same_replicate_of_a_campaign(run, panel_store):
    same = scsfast.open(panel_store).sel(scenario=["rongcheng"], replicate=[1])
    expected = summarise(same)
    for name, value in run.measures().items():
        np.testing.assert_equal(value, expected[name].item(), err_msg=name)
    assert list(run.measures()) == list(MEASURES)


def test_a_run_as_a_dataset_equals_that_of_open(run, panel_store):
    ours = run.to_xarray()
    same = scsfast.open(panel_store).sel(scenario=["rongcheng"], replicate=[1])
    for name in run.outputs:
        if name in ours:
            assert ours[name].dims == same[name].dims
            assert ours[name].attrs == same[name].attrs
            np.testing.assert_array_equal(ours[name], same[name])
    assert {"scorer", "n_citizens", "tick", "level"} <= set(ours.coords)


def test_a_run_is_drawn_and_summarised_like_a_store(run):
    dataset = run.to_xarray()
    assert scsfast.plots.trajectories(dataset, "violation_rate").get_lines()
    assert scsfast.plots.score_distribution(dataset, "rongcheng").get_xlabel()
    assert scsfast.summary(dataset, ["skill"])["n"].item() == 1
    assert "score_mean" in scsfast.distributions(dataset)


def test_reprs_of_a_run_have_its_size_and_measures(run):
    assert repr(run) == (
        "<scsfast run of 'rongcheng': 600 citizens, 12 ticks, "
        f"{len(run.outputs)} outputs>"
    )
    assert f"{run.measures()['skill']:.3f}" in run._repr_html_()


def test_citizens_of_a_run_are_decoded(run):
    table = run.to_pandas()
    assert len(table) == 600 and set(table["group"]) <= {
        *("urban", "rural", "migrant", "official")
    }
    assert table["enrolled"].sum() == run["enrolled"][-1]
    assert table["score"].sum() * 256 == run["score"][-1]
    assert table["score"].isna().equals(~table["enrolled"])
    assert (table.groupby("village").size() <= run.scenario.world.spans[0]).all()
    assert table["wealth"].sum() * 256 == run["wealth"][-1]


def test_the_panel_of_a_store_has_a_row_per_citizen_and_tick(run, panel_store):
    table = tidy(scsfast.open(panel_store), "citizens")
    assert len(table) == 2 * 2 * 2 * 600
    own = table.query("scenario == 'rongcheng' and replicate == 1 and tick == 12")
    expected = run.to_pandas()[list(own.columns[3:])]
    pd.testing.assert_frame_equal(own.iloc[:, 3:].reset_index(drop=True), expected)


def test_a_panel_needs_snapshots(dataset, tmp_path):
    with pytest.raises(ConfigError, match="have no snapshots"):
        scsfast.export(dataset, tmp_path / "c.csv", "citizens")


def test_the_panel_is_exported(scs, panel_store, tmp_path):
    code, _, _ = scs(
        "export", panel_store, "-o", tmp_path / "c.csv", "--table", "citizens"
    )
    head = (tmp_path / "c.csv").read_text().partition("\n")[0]
    assert code == 0 and head.startswith("scenario,replicate,tick,citizen,village")


def test_reprs_of_a_store_count_finished_replicates(panel_store):
    assert repr(Store(panel_store)) == (
        f"<scsfast store {panel_store}: 2 scenarios, 4 of 4 replicates done>"
    )
    assert "4 of 4" in Store(panel_store)._repr_html_()


def test_reprs_of_claims_have_every_verdict(panel_store):
    found = scsfast.claims(panel_store)
    for row in found.verdicts.to_dict("records"):
        for word in (row["scenario"], row["c1"], row["c2"]):
            assert word in repr(found)
            assert word in entities.unescape(found._repr_html_())
    assert ".estimates" in repr(found)


def test_stories_print_as_text_and_as_a_table():
    story = scsfast.explain(ASKED, 7)
    assert repr(story).startswith("Citizen 7 under 'rongcheng'")
    assert "<table>" in story._repr_html_()
    several = scsfast.explain(ASKED, [7, 8])
    assert [s["citizen"]["number"] for s in several] == [7, 8] and several[0] == story
    assert "Citizen 8 under" in repr(several)


class Shown:
    """Stands in for the handle that IPython's display returns."""

    def __init__(self):
        self.all = []

    def __call__(self, content, raw, display_id):
        self.update(content, raw)
        return self

    def update(self, content, raw):
        self.all.append(content)


def test_progress_in_jupyter_is_one_bar_that_is_updated(monkeypatch, tmp_path):
    shown = Shown()
    shell = type("ZMQInteractiveShell", (), {})()
    python = types.SimpleNamespace(get_ipython=lambda: shell)
    display = types.SimpleNamespace(display=shown)
    monkeypatch.setitem(sys.modules, "IPython", python)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    scsfast.run(ASKED | {"replicates": 1}, tmp_path / "s.zarr", progress=True)
    assert "value='1.0000'" in shown.all[-1]["text/html"]
    assert "2/2 replicates" in shown.all[-1]["text/plain"]
    assert isinstance(progress.for_stderr(), progress.NotebookBar)
