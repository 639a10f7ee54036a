"""What tables, figures and sentences say of results that few stores have."""

from types import SimpleNamespace

import matplotlib.figure
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from support.claimed import asked, entry
from support.made_results import made
from support.sampled import sampled

from scsfast.analysis import given_data, narrative, plots
from scsfast.analysis.citizen_story import _changes
from scsfast.analysis.claim_estimates import served
from scsfast.analysis.claims import claims
from scsfast.analysis.plots import time
from scsfast.analysis.report import facts, findings, page, question
from scsfast.analysis.scenario_pairs import cases
from scsfast.analysis.selection import role
from scsfast.analysis.sensitivity import Sample, indices

POLICY = {"file": "p.py", "function": "ease", "sha256": "a" * 64}


def test_share_served_is_missing_where_applicants_were_not_counted():
    dataset = made("ab", served=0.25)
    assert (served(dataset) == 0.25).all()
    assert served(dataset.drop_vars("applicants")).isnull().all()


def test_claims_without_verdicts_say_why():
    found = claims(asked([entry("r"), entry("h", 0.0)]))
    shown = repr(found._replace(verdicts=found.verdicts.iloc[:0]))
    assert "no verdict: every scenario is a yardstick or a point of a design" in shown
    assert "no verdict" not in repr(found)


def test_dummies_without_values_are_missing():
    name, index, *values = given_data._of_dummies("pawn", np.full(3, np.nan))
    assert (name, index) == (given_data.DUMMY, "pawn") and np.isnan(values).all()
    assert given_data._of_dummies("pawn", np.array([1.0, 2.0, 6.0]))[2:] == (2, 1, 6)


def test_sample_without_numbers_has_no_indices():
    words = Sample(
        "r", "sobol", [], [], [0, 1], np.zeros((2, 0)), {}, ("regime.scorer",)
    )
    rows = indices(words, [0.1, 0.2], 0.95)
    assert all(np.isnan(row["value"]) and row["note"] for row in rows)


def month(**more) -> dict:
    own = {"score": (1.0, 2.0), "fair_score": (1.0, 1.0), "grade": None}
    return {**own, "listed": (0, 0), "unit_points": 0.0, **more}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"grade": ("C", "B")}, "grade C -> B"),
        ({"listed": (0, 5)}, "listed for 5 ticks more"),
        ({"unit_points": -0.5}, "review -0.50 to the whole village"),
        ({"score": None}, "no score"),
    ],
)
def test_state_of_a_month_names_what_changed(more, said):
    assert said in narrative._state(month(**more))
    assert said not in narrative._state(month(grade=("C", "C")))


def test_stories_are_printed_one_after_another(monkeypatch):
    monkeypatch.setattr(narrative, "as_text", "text of {}".format)
    monkeypatch.setattr(narrative, "as_html", "<p>{}</p>".format)
    both = narrative.Stories([1, 2])
    assert repr(both) == "text of 1\n\ntext of 2"
    assert both._repr_html_() == "<p>1</p><p>2</p>"


def test_story_says_that_a_leader_imitates():
    ways = [SimpleNamespace(level=0, manipulates=True),
            SimpleNamespace(level=1, manipulates=False)]  # fmt: skip
    chapter = SimpleNamespace(tick=3, new_leaders=[], new_ways=ways, strategy=(0, 0))
    assert _changes(chapter, SimpleNamespace(phases=lambda: [])) == [
        "the village leader, imitating a sibling, manipulates from now on",
        "the township leader, imitating a sibling, no longer manipulates",
    ]


def test_policy_is_part_of_a_scenarios_rules_and_role():
    policed = {**entry("p"), "policy": POLICY}
    honest = {**entry("q", 0.0), "policy": POLICY}
    honest["leaders"]["city"] = {"share": 0.0}
    dataset = asked([entry("r"), policed, honest])
    rules = [case.rules for case in cases(dataset)]
    assert rules[0] != rules[1] == rules[2] and POLICY["sha256"] in rules[1]
    assert role(dataset, "p") == "manipulated" and role(dataset, "q") == "honest"


def test_report_words_what_is_rare():
    assert facts._speed(7, 0.0) == "not known"
    assert facts._speed(4_000_000, 2.0).startswith(
        "2.0 million citizen-ticks per second"
    )
    assert facts.policy_in_words(POLICY) == f"ease of p.py (SHA-256 {'a' * 16})"
    assert question._allocation({"loan": "score", "job": "queue"}) == (
        "loan: score, job: queue"
    )
    assert page.csv_link(pd.DataFrame()) == ""
    summary = xr.Dataset(
        {"skill": (("scenario", "statistic"), [[np.nan]])},
        coords={"scenario": ["a"], "statistic": ["mean"]},
    )
    source = SimpleNamespace(summary=summary)
    assert findings._spread(source, ["a"], "skill", 100, "%") == "an unknown share"


def test_heat_map_of_many_cells_has_no_words():
    at = np.array([(x, y, 0.5) for x in range(12) for y in range(11)], "f8")
    for rows, n_words in ((at, 0), (at[:110], 110)):
        dataset = sampled(rows, rows[:, 0], table="sweep")
        ax = plots.heat_map(dataset, "world.a", "world.b")
        assert len(ax.texts) == n_words


def test_lines_without_values_leave_the_axes_as_they_are():
    ax = matplotlib.figure.Figure().subplots()
    before = ax.get_ylim()
    time._limit(ax, [time._range(ax)])
    assert ax.get_ylim() == before
    missing = made("a")["prizes"].astype("f8") * np.nan
    assert time._draw(ax, missing, ["a"], "interval") == {}


def test_run_without_a_warm_up_shades_nothing():
    for first, n_shades in ((0, 0), (1, 1)):
        ax = matplotlib.figure.Figure().subplots()
        time.shade_warmup(ax, made("a").assign_attrs(first_measured_tick=first))
        assert len(ax.patches) == n_shades
