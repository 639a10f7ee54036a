"""Scenario discovery: planted boxes are found, noise is not."""

import numpy as np
import pytest
from support.claimed import varied
from support.sampled import sampled

from scsfast.cli.tables_inference import discover_text
from scsfast.errors import ConfigError
from scsfast.inference import prim
from scsfast.inference.discover import condition_of, discover


def points(n=800, d=5, seed=1):
    return np.random.default_rng(seed).random((n, d))


def test_planted_box_is_found_with_its_limits():
    x = points()
    holds = (x[:, 1] > 0.6) & (x[:, 3] < 0.4)
    (box, *_) = prim.boxes(x, holds)
    limited = np.flatnonzero(np.isfinite(box.low) | np.isfinite(box.high))
    assert limited.tolist() == [1, 3]
    assert box.low[1] == pytest.approx(0.6, abs=0.1)
    assert box.high[3] == pytest.approx(0.4, abs=0.1)
    assert box.density >= 0.8 and box.coverage > 0.85


def test_two_planted_boxes_are_found_one_after_the_other():
    x = points(2_000, 4)
    first = (x[:, 0] > 0.7) & (x[:, 1] > 0.5)
    second = (x[:, 2] < 0.2) & (x[:, 0] < 0.5)
    found = prim.boxes(x, first | second)
    assert len(found) >= 2
    assert {0, 1} <= set(np.flatnonzero(np.isfinite(found[0].low)))
    assert np.isfinite(found[1].high[2])


def test_noise_has_no_dense_box():
    x = points(400, 6)
    holds = np.random.default_rng(2).random(400) < 0.3
    assert all(box.density < 0.8 for box in prim.boxes(x, holds))


def test_condition_that_holds_everywhere_has_a_box_without_limits():
    (box, *_) = prim.boxes(points(100, 2), np.ones(100, bool))
    assert not np.isfinite(box.low).any() and not np.isfinite(box.high).any()
    assert box.density == box.coverage == 1


def test_condition_that_holds_nowhere_has_no_box():
    assert prim.boxes(points(100, 2), np.zeros(100, bool)) == []


def test_boxes_are_the_same_on_every_call():
    x = points(500, 3)
    holds = x.sum(axis=1) > 2
    one, other = prim.boxes(x, holds), prim.boxes(x, holds)
    assert [b.low.tolist() for b in one] == [b.low.tolist() for b in other]


@pytest.mark.parametrize(
    "text", ["skill", "skill = 1", "skill < x", "< 1", "skill < nan"]
)
def test_condition_of_another_form_is_refused(text):
    with pytest.raises(ConfigError, match="as in 'skill < 0.25'"):
        condition_of(text)


def test_condition_is_read_with_and_without_blanks():
    assert str(condition_of("skill<0.25")) == "skill < 0.25"
    assert str(condition_of(" capture >= 2 ")) == "capture >= 2"


def test_planted_box_is_found_in_explicit_points():
    x = points(300, 3)
    holds = (x[:, 0] > 0.6) & (x[:, 2] < 0.5)
    dataset = sampled(x, 0.2 + 0.5 * holds, "points", kind="points")
    table = discover(dataset, "efficiency > 0.5")
    first = table[table["box"] == 1].set_index("parameter")
    assert set(first.index) == {"world.a", "regime.c"}
    assert first.loc["world.a", "at_least"] == pytest.approx(0.6, abs=0.1)
    assert first["points"].tolist() == [300, 300]


def test_planted_box_of_a_word_is_found(monkeypatch):
    x = points(1_000, 3)
    better = (x[:, 0] > 0.6) & (x[:, 2] < 0.5)
    dataset = sampled(x, 0.2 + 0.5 * better, "points", kind="points")
    words = np.where(better, "better", "hardly better")
    words[:20] = ""  # points without a word count in none of the boxes
    by_name = dict(zip(dataset["scenario"].values, words, strict=False))
    monkeypatch.setattr(
        "scsfast.inference.discover.words_on",
        lambda _, claim: {str(n): w for n, w in by_name.items() if w},
    )
    monkeypatch.setattr(
        "scsfast.inference.discover.words_on_resamples", lambda *_: []
    )  # one replicate
    table = discover(dataset, verdict="c2")
    assert set(table["condition"]) == {"c2 is 'better'", "c2 is 'hardly better'"}
    assert (table["points"] == 980).all()
    found = table[(table["condition"] == "c2 is 'better'") & (table["box"] == 1)]
    first = found.set_index("parameter")
    assert set(first.index) == {"world.a", "regime.c"}
    assert first.loc["world.a", "at_least"] == pytest.approx(0.6, abs=0.1)
    assert first.loc["regime.c", "at_most"] == pytest.approx(0.5, abs=0.1)
    low, density, high = first.iloc[0][["low", "density", "high"]]
    assert 0 < low <= density <= high <= 1


def of_two_words(spread: float):
    """Return 60 points, the upper half of which allocate better, by replicate +-spread."""
    skill = np.where(np.arange(60) < 30, 0.1, 0.26)
    each = skill[:, None] + spread * np.array([1.0, -1.0, 1.0, -1.0])
    honest = np.full((60, 4), 0.5)
    return varied(60, efficiency=np.vstack([np.full((1, 4), 0.5), each, honest]))


def test_scenarios_without_words_are_left_out_unless_they_are_asked_for():
    dataset = of_two_words(0.0)  # the points of `h` are honest: counterparts, no words
    assert set(discover(dataset, verdict="c2")["base"]) == {"v"}
    with pytest.raises(ConfigError, match="no point of 'h' has a word on c2"):
        discover(dataset, bases=["h"], verdict="c2")
    honest = dataset.isel(scenario=dataset["base"].values == "h")
    honest.attrs["designs"] = [{**dataset.attrs["designs"][0], "of": ["h"]}]
    with pytest.raises(ConfigError, match="no point of any scenario has a word on c2"):
        discover(honest, verdict="c2")


def test_replicates_that_disagree_widen_the_interval_of_a_verdict():
    def better(spread):
        table = discover(of_two_words(spread), enough=1.0, verdict="c2")
        rows = table[table["condition"].str.endswith("'better than a lottery'")]
        return rows[rows["box"] == 1].iloc[0]

    alike, apart = better(0.0), better(0.1)
    assert (alike["density"], apart["density"]) == (1, 1)  # the means are the same
    assert apart["low"] < 0.5 < alike["low"]


def test_table_has_whole_numbers_of_points_though_a_word_has_no_box():
    skill = np.where(np.arange(60) < 30, 0.1, 0.26)
    skill[::17] = -0.1  # a word at four points, too few for a box
    dataset = varied(60, efficiency=np.array([0.5, *skill, *skill])[:, None])
    dataset = dataset.isel(replicate=[0])
    text = discover_text(discover(dataset, verdict="c2"))
    assert "of 60 points x 1 replicate\n" in text and "; no box" in text
    assert "box 1: " in text and ".0 points" not in text


def test_box_in_which_a_condition_always_holds_has_an_interval_with_a_width():
    x = points(200, 3)
    dataset = sampled(x, np.where(x[:, 0] > 0.5, 0.8, 0.2), "points", kind="points")
    first = discover(dataset, "efficiency > 0.5", enough=1.0).iloc[0]
    n = first["points_inside"]
    assert first["density"] == first["high"] == 1
    assert first["low"] == pytest.approx(n / (n + 1.96**2), abs=1e-4)  # Wilson's


def test_either_a_verdict_or_a_condition_is_asked():
    dataset = sampled(points(40, 3), np.linspace(0, 1, 40), "points", kind="points")
    for asked in ({}, {"where": "skill < 1", "verdict": "c2"}):
        with pytest.raises(ConfigError, match="exactly one of"):
            discover(dataset, **asked)
    with pytest.raises(ConfigError, match="`verdict` must be one of"):
        discover(dataset, verdict="c3")
