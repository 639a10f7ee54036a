"""Claims: counterparts found by configuration, verdicts from intervals, and small real runs."""

import math

import numpy as np
import pandas as pd
import pytest
from support.claimed import asked, entry, number, words
from support.made_results import factorial, made, with_status

from scsfast.analysis import verdict
from scsfast.analysis.claims import claims
from scsfast.analysis.labels import acting
from scsfast.analysis.leader_levels import ACTS, acting_levels
from scsfast.errors import ConfigError

pytestmark = pytest.mark.filterwarnings("error")


TWO = [entry("led"), entry("honest", 0.0)]


def test_direct_effects_are_of_one_run():
    found = claims(
        asked(
            TWO,
            diversion=[[0.1, 0.2, 0.3, 0.2], [0, 0, 0, 0]],
            capture=[[2.0], [1.1]],
            fair_capture=[[1.25], [1.1]],
            mean_displacement=[[3.0], [0.0]],
        )
    )
    value, low, high, against = number(found, "led", "direct", "diversion")
    assert (value, against) == (pytest.approx(0.2), "fair scores")
    assert high - value == pytest.approx(3.182446305284263 * 0.0816496580927726 / 2)
    assert number(found, "led", "direct", "capture")[0] == 2
    assert number(found, "led", "direct", "capture_excess")[:3] == (0.75, 0.75, 0.75)
    assert number(found, "led", "direct", "mean_displacement")[0] == 3
    assert words(found).loc["led", "c1"] == verdict.MANIPULABLE


def test_total_effects_are_paired_differences_to_the_honest_counterpart():
    luck = np.array([0.0, 0.1, 0.2, 0.3])
    found = claims(
        asked(
            TWO, efficiency=[0.2 + luck, 0.3 + luck], capture=[1.5 + luck, 1.0 + luck]
        )
    )
    *bounds, against = number(found, "led", "total", "efficiency")
    assert bounds == pytest.approx([-0.1, -0.1, -0.1]) and against == "honest"
    assert number(found, "led", "total", "capture")[0] == pytest.approx(0.5)
    assert words(found).loc["led", "c1_total"] == verdict.MANIPULABLE


def test_all_prizes_can_be_diverted_without_a_loss_of_efficiency():
    """All winners are clients of leaders, at no loss of efficiency."""
    found = words(
        claims(asked(TWO, capture=[[3.0], [1.0]], efficiency=[[0.5], [0.5]]))
    ).loc["led"]
    assert (found["c1"], found["c2"]) == (verdict.MANIPULABLE, verdict.BETTER)


def test_a_null_regime_is_not_manipulable():
    luck = [[-0.02, 0.03, 0.02, -0.01]] * 2
    found = words(claims(asked(TWO, efficiency=luck))).loc["led"]
    assert (found["c1"], found["c1_total"]) == (verdict.NOT_MANIPULABLE,) * 2
    assert (found["c2"], found["c2_honest"]) == (verdict.NO_BETTER,) * 2
    assert found["levels"] == []


def test_without_an_honest_counterpart_the_total_effect_is_not_measured():
    found = words(claims(asked(TWO[:1], capture=2.0))).loc["led"]
    assert (found["c1"], found["c1_total"]) == (
        verdict.MANIPULABLE,
        verdict.NOT_MEASURED,
    )
    assert (found["c2_honest"], found["counterpart"]) == (verdict.NOT_MEASURED, "")


def test_one_replicate_decides_nothing():
    found = words(claims(asked(TWO, 1, capture=[[9.0], [1.0]], efficiency=0.9)))
    row = found.loc["led"]
    assert {row["c1"], row["c1_total"], row["c2"]} == {verdict.UNDECIDED}


def test_honest_scenarios_get_a_row_only_if_no_scenario_is_paired_with_them():
    found = words(claims(asked([*TWO, entry("alone", 0.0, base=11.0)])))
    assert list(found.index) == ["led", "alone"]
    assert found.loc["alone", "c1"] == verdict.HONEST


def test_displacement_is_missing_without_scores():
    entries = [entry("led", scorer="list", allocation="exclusion", listing={"term": 1})]
    found = claims(asked(entries))
    assert "mean_displacement" not in set(found.estimates["measure"])
    assert words(found).loc["led", "c1"] == verdict.NOT_MANIPULABLE


MARKET = entry("bazaar", scorer="none", allocation="market")


LIST = entry("bans", scorer="list", allocation="exclusion", listing={"term": 1})


def test_skill_is_compared_with_market_list_queue_and_lottery():
    luck = np.array([0.0, 0.1, 0.2, 0.3])
    measures = [0.2 + luck / 2, 0.05 + luck / 2, 0.3 + luck / 2]
    dataset = asked([entry("led"), MARKET, LIST], efficiency=measures, attainable=0.5)
    dataset["need_prize_value"][:] = 450_000
    found = claims(dataset)
    row = words(found).loc["led"]
    assert (row["than_market"], row["than_list"]) == (verdict.MORE, verdict.LESS)
    assert row["than_queue"] == verdict.LESS
    assert row["list"] == "bans"
    assert number(found, "led", "market", "skill")[0] == pytest.approx(0.3)
    assert number(found, "led", "market", "skill")[3] == "bazaar"
    assert number(found, "led", "list", "skill")[0] == pytest.approx(-0.2)
    assert number(found, "led", "queue", "skill")[0] == pytest.approx(0.55 - 0.9)
    lottery = number(found, "led", "lottery", "skill")
    assert lottery[0] == pytest.approx(0.55) and lottery[3] == "by construction"
    assert number(found, "led", "lottery", "efficiency")[0] == pytest.approx(0.275)


def test_c2_rests_on_skill_not_on_efficiency():
    """Where little is attainable, little efficiency is much skill."""
    found = claims(asked([entry("led")], efficiency=0.15, attainable=0.16))
    assert words(found).loc["led", "c2"] == verdict.NEAR_BEST


PLACEBO = entry("noise", placebo=True)


def test_c1_counts_only_what_is_beyond_the_placebo():
    measures = {"diversion": [[0.06], [0.0], [0.055]], "prizes_moved_share": 0.2}
    found = claims(asked([*TWO, PLACEBO], **measures))
    row = words(found).loc["led"]
    assert (row["placebo"], row["c1"]) == ("noise", verdict.CHURN)
    assert number(found, "led", "placebo", "diversion")[0] == pytest.approx(0.005)
    assert "noise" not in words(found).index
    alone = words(claims(asked(TWO, diversion=[[0.06], [0.0]]))).loc["led"]
    assert (alone["placebo"], alone["c1"]) == ("", verdict.MANIPULABLE)


def test_a_placebo_of_other_rules_does_not_count():
    other = entry("noise", placebo=True, base=11.0)
    assert words(claims(asked([*TWO, other]))).loc["led", "placebo"] == ""


def test_thresholds_that_decide_a_word_are_named():
    found = claims(asked(TWO, diversion=[[0.015], [0]], efficiency=[[0.4], [0.4]]))
    rows = found.changes.set_index(["scenario", "claim", "threshold", "factor"])
    row = rows.loc["led", "c1", "diversion", 2.0]
    assert (row["value"], row["word"]) == (0.02, verdict.MANIPULABLE)
    assert row["becomes"] == verdict.NOT_MANIPULABLE
    becomes = rows.loc[("led", "c2", "hardly_better", 2.0), "becomes"]
    assert becomes == verdict.HARDLY_BETTER
    assert ("led", "c1", "diversion", 0.5) not in rows.index


COIN = entry("coin", scorer="none", allocation="lottery")


def test_side_effects_are_changes_against_the_world_without_a_regime():
    dataset = asked([*TWO, COIN], violations=[[3.0], [2.0], [4.0]])
    rows = claims(dataset).effects.set_index(["scenario", "effect"])
    row = rows.loc["led", "deterrence"]
    assert row["value"] == pytest.approx(-0.25)
    assert (row["against"], row["word"]) == ("coin", verdict.LESS)
    assert claims(asked(TWO)).effects.empty


def test_c2_is_given_for_each_share_of_applicants_served():
    entries = [entry("few, point 0"), entry("few, point 1"), entry("other")]
    dataset = asked(
        entries, served=[[0.5], [0.05], [0.2]], efficiency=[[0.5], [0.1], [0]]
    )
    dataset = dataset.assign_coords(
        base=("scenario", ["few", "few", "other"]),
        design=("scenario", ["sweep", "sweep", ""]),
        score_bin_start=(("scenario", "score_bin"), [[0.0, 10.0]] * 3),
    )
    found = claims(dataset)
    assert found.served["scenario"].tolist() == [
        "few, point 1",
        "few, point 0",
        "other",
    ]
    assert found.served["served"].tolist() == pytest.approx([0.05, 0.5, 0.2])
    assert found.served["c2"].tolist()[:2] == [verdict.HARDLY_BETTER, verdict.BETTER]
    assert words(found).loc["other", "served"] == pytest.approx(0.2)


def test_a_list_is_not_compared_with_a_list():
    row = words(claims(asked([LIST, {**LIST, "name": "other"}]))).loc["bans"]
    assert (row["than_list"], row["list"]) == (verdict.NOT_MEASURED, "")


def test_yardsticks_of_another_world_do_not_count():
    elsewhere = {**MARKET, "world": {"n_citizens": 7}}
    row = words(claims(asked([entry("led"), elsewhere]))).loc["led"]
    assert row["than_market"] == verdict.NOT_MEASURED


def test_yardsticks_get_no_verdict():
    assert list(words(claims(asked([entry("led"), MARKET]))).index) == ["led"]


def test_levels_without_a_factorial_are_those_that_acted():
    found = claims(asked(TWO, acts=[[4], [0]]))
    assert words(found).loc["led", "levels"] == ["village"]
    assert words(found).loc["led", "levels_from"] == "acts"
    rows = found.levels.set_index(["scenario", "measure", "level"])
    assert rows.loc[("led", "framed", "village"), "value"] == 4
    assert rows.loc[("led", "framed", "township"), "value"] == 0
    assert set(found.levels["level"]) == {"village", "township", "county"}


def test_capture_is_also_given_by_level():
    found = claims(asked(TWO, capture=[[2.0], [1.0]], fair_capture=[[1.5], [1.0]]))
    rows = found.levels.set_index(["source", "level"])["value"]
    assert rows["ties", "village"] == 0.5
    assert math.isnan(rows["ties", "township"])  # nobody is tied to one
    assert words(found).loc["led", "levels"] == []


def test_unfinished_scenarios_are_left_out():
    dataset = with_status(asked([*TWO, entry("late")]), [[1] * 4, [1] * 4, [0] * 4])
    assert list(words(claims(dataset)).index) == ["led"]


def test_unfinished_replicates_do_not_count():
    dataset = asked(TWO, capture=[[2.0, 2.0, 2.0, 9.0], [1.0] * 4], acts=[[4], [0]])
    found = claims(with_status(dataset, [[1, 1, 1, 0], [1] * 4]))
    assert number(found, "led", "direct", "capture")[0] == 2
    assert number(found, "led", "total", "capture")[0] == 1
    assert (found.levels["n"][found.levels["source"] == "acts"] == 3).all()


def test_given_thresholds_are_used():
    limits = verdict.Thresholds(capture_excess=2.0)
    found = claims(asked(TWO, capture=[[2.0], [1.0]]), limits)
    assert words(found).loc["led", "c1"] == verdict.NOT_MANIPULABLE
    assert found.thresholds is limits


def test_results_without_configuration_are_refused():
    with pytest.raises(ConfigError, match="have no configuration of their campaign"):
        claims(made("ab"))


def levels_known(players):
    """Return rows on levels: a factorial of some players, and acts of two levels."""
    values = [("factorial", "capture", player, 0.1) for player in players]
    acts = [("acts", "credited", level, 3.0) for level in ("village", "county")]
    rows = [(*row, 0.05 if row[0] == "factorial" else row[-1]) for row in values + acts]
    return pd.DataFrame(rows, columns=["source", "measure", "level", "value", "low"])


def test_a_level_that_is_no_player_counts_by_its_acts():
    own = levels_known(["village", "records"])
    assert acting_levels(own) == (["village", "records"], ["county"])
    assert acting_levels(levels_known([])) == ([], ["village", "county"])
    shown = acting(["village", "county"], ["records"], ["county"])
    assert shown == "village, records; county (acts)"
    assert acting([], [], []) == "none"


def test_an_incomplete_factorial_is_named_and_all_else_is_given():
    worths = {frozenset(): 0.1, frozenset("ab"): 0.2}
    names = ["r, nobody", "r, a+b"]
    dataset = factorial(worths, "ab")
    config = {
        "world": {"spans": [5, 10, 20]},
        "scenarios": [entry(names[0], 0.0), entry(names[1])],
    }
    doings = asked(config["scenarios"], 3, acts=2)[list(ACTS)]
    dataset = dataset.merge(doings, compat="override").assign_attrs(config=config)
    found = claims(dataset)
    assert found.notes == ["the factorial of 'r' has holes: no scenario of a, b"]
    assert words(found).loc["r, a+b", "levels_from"] == "acts"
