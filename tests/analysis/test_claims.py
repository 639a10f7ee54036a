"""Claims: twins found by configuration, words from intervals, and real small runs."""

import math

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from support.made_results import factorial, made, with_status

import scsfast
from scsfast.analysis import verdict
from scsfast.analysis.claims import claims
from scsfast.analysis.labels import acting
from scsfast.analysis.leader_levels import ACTS, acting_levels
from scsfast.analysis.robustness import CLAIMS, _robust
from scsfast.analysis.scenario_pairs import Twins, cases
from scsfast.errors import ConfigError

pytestmark = pytest.mark.filterwarnings("error")
REGIME = {
    "name": "points",
    "title": "",
    "about": "",
    "scorer": "ledger",
    "allocation": "score",
    "listing": None,
    "base": 10.0,
    "grades": [{"name": "all", "from": None}],
}


def entry(label, share=0.5, world=None, leaders=None, change=(), **regime):
    """Return a scenario as a store's configuration has it."""
    level = {"share": share, "recentring": 0.0, **(leaders or {})}
    return {
        "name": label,
        "regime": {**REGIME, **regime},
        "leaders": {
            **dict.fromkeys(("village", "township", "county"), level),
            "city": {"share": 0.5},  # not in this world
            "clients_know": False,
        },
        "change": list(change),
        **({"world": world} if world else {}),
    }


def asked(entries, replicates=4, acts=0, **measures):
    """Return results of scenarios that are so configured."""
    config = {"world": {"spans": [5, 10, 20]}, "scenarios": entries}
    doings = {name: np.broadcast_to(acts, (len(entries), 1)) for name in ACTS}
    return made(
        [e["name"] for e in entries],
        replicates,
        scorers=[e["regime"]["scorer"] for e in entries],
        attrs={"config": config},
        **doings,
        **measures,
    )


def twin_of(name, entries):
    """Return the name of the honest twin that is found, or None."""
    known = cases(asked(entries))
    (case,) = (case for case in known if case.name == name)
    twin = Twins(known).of(case)
    return twin and twin.name


def words(found):
    """Return the verdicts by scenario."""
    return found.verdicts.set_index("scenario")


def number(found, scenario, kind, measure):
    """Return one estimate as (value, low, high, against)."""
    rows = found.estimates.set_index(["scenario", "kind", "measure"])
    return tuple(rows.loc[scenario, kind, measure][["value", "low", "high", "against"]])


# Twins.


def test_a_twin_is_found_by_what_it_is():
    same = entry("any name", 0.0, name="another", title="text")
    assert (
        twin_of("a", [entry("a"), same, entry("loose", 0.0, base=11.0)]) == "any name"
    )


@pytest.mark.parametrize(
    "other",
    [
        entry("b", 0.0, base=11.0),
        entry("b", 0.0, world={"n_citizens": 7}),
        entry("b", 0.0, change=[{"tick": 3, "regime": REGIME}]),
        entry("b", 0.1),
    ],
    ids=["other rules", "other world", "other change", "leaders who manipulate"],
)
def test_what_differs_is_no_twin(other):
    assert twin_of("a", [entry("a"), other]) is None


def test_texts_of_changes_do_not_matter():
    one = [{"tick": 3, "regime": {**REGIME, "name": "x", "title": "old"}}]
    other = [{"tick": 3, "regime": {**REGIME, "name": "y", "title": "new"}}]
    assert twin_of("a", [entry("a", change=one), entry("b", 0.0, change=other)]) == "b"


def test_of_several_twins_the_nearest_is_taken():
    far = entry("far", 0.0, leaders={"audit_rate": 1.0, "tenure": 2.0})
    near = entry("near", 0.0)
    assert twin_of("a", [entry("a"), far, near]) == "near"


def test_leaders_of_levels_that_are_not_there_do_not_matter():
    (case,) = cases(asked([entry("a", 0.0)]))
    assert not case.manipulates and case.n_levels == 3


@pytest.mark.parametrize(
    ("regime", "yardstick"),
    [
        ({"scorer": "none", "allocation": "market"}, "market"),
        ({"scorer": "none", "allocation": {"a": "oracle", "b": "oracle"}}, "oracle"),
        ({"scorer": "none", "allocation": {"a": "oracle", "b": "market"}}, ""),
        ({"scorer": "none", "allocation": "exclusion", "listing": {"term": 1}}, ""),
        ({"scorer": "ledger", "allocation": "lottery"}, ""),
    ],
)
def test_yardsticks_have_neither_scores_nor_lists(regime, yardstick):
    (case,) = cases(asked([entry("a", **regime)]))
    assert case.yardstick == yardstick


# Estimates and words.

TWO = [entry("led"), entry("honest", 0.0)]


def test_direct_effects_are_of_one_run():
    found = claims(
        asked(
            TWO,
            prizes_moved_share=[[0.1, 0.2, 0.3, 0.2], [0, 0, 0, 0]],
            capture=[[2.0], [1.1]],
            fair_capture=[[1.25], [1.1]],
            mean_displacement=[[3.0], [0.0]],
        )
    )
    value, low, high, against = number(found, "led", "direct", "prizes_moved_share")
    assert (value, against) == (pytest.approx(0.2), "fair scores")
    assert high - value == pytest.approx(3.182446305284263 * 0.0816496580927726 / 2)
    assert number(found, "led", "direct", "capture")[0] == 2
    assert number(found, "led", "direct", "capture_excess")[:3] == (0.75, 0.75, 0.75)
    assert number(found, "led", "direct", "mean_displacement")[0] == 3
    assert words(found).loc["led", "c1"] == verdict.MANIPULABLE


def test_total_effects_are_pairs_with_the_twin():
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


def test_the_claims_come_apart():
    """All who win are leaders' own, and nothing is lost by it."""
    found = words(
        claims(asked(TWO, capture=[[3.0], [1.0]], efficiency=[[0.5], [0.5]]))
    ).loc["led"]
    assert (found["c1"], found["c2"]) == (verdict.MANIPULABLE, verdict.BETTER)


def test_a_null_regime_is_not_manipulable():
    found = words(claims(asked(TWO, efficiency=[[0.01], [0.01]]))).loc["led"]
    assert (found["c1"], found["c1_total"]) == (verdict.NOT_MANIPULABLE,) * 2
    assert (found["c2"], found["c2_honest"]) == (verdict.NO_BETTER,) * 2
    assert found["levels"] == []


def test_without_a_twin_the_total_effect_is_not_measured():
    found = words(claims(asked(TWO[:1], capture=2.0))).loc["led"]
    assert (found["c1"], found["c1_total"]) == (
        verdict.MANIPULABLE,
        verdict.NOT_MEASURED,
    )
    assert (found["c2_honest"], found["twin"]) == (verdict.NOT_MEASURED, "")


def test_one_replicate_decides_nothing():
    found = words(claims(asked(TWO, 1, capture=[[9.0], [1.0]], efficiency=0.9)))
    row = found.loc["led"]
    assert {row["c1"], row["c1_total"], row["c2"]} == {verdict.UNDECIDED}


def test_honest_scenarios_get_a_row_only_if_nobody_is_paired_with_them():
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


def test_efficiency_is_held_against_market_list_lottery_and_oracle():
    luck = np.array([0.0, 0.1, 0.2, 0.3])
    measures = [0.4 + luck, 0.1 + luck, 0.6 + luck]
    found = claims(asked([entry("led"), MARKET, LIST], efficiency=measures))
    row = words(found).loc["led"]
    assert (row["than_market"], row["than_list"]) == (verdict.MORE, verdict.LESS)
    assert row["list"] == "bans"
    assert number(found, "led", "market", "efficiency")[0] == pytest.approx(0.3)
    assert number(found, "led", "market", "efficiency")[3] == "bazaar"
    assert number(found, "led", "list", "efficiency")[0] == pytest.approx(-0.2)
    lottery = number(found, "led", "lottery", "efficiency")
    oracle = number(found, "led", "oracle", "efficiency")
    assert lottery[3] == oracle[3] == "by construction"
    assert oracle[:3] == pytest.approx([bound - 1 for bound in lottery[:3]])


def test_a_list_is_not_held_against_a_list():
    row = words(claims(asked([LIST, {**LIST, "name": "other"}]))).loc["bans"]
    assert (row["than_list"], row["list"]) == (verdict.NOT_MEASURED, "")


def test_yardsticks_of_another_world_do_not_count():
    elsewhere = {**MARKET, "world": {"n_citizens": 7}}
    row = words(claims(asked([entry("led"), elsewhere]))).loc["led"]
    assert row["than_market"] == verdict.NOT_MEASURED


def test_yardsticks_get_no_verdict():
    assert list(words(claims(asked([entry("led"), MARKET]))).index) == ["led"]


def test_levels_are_those_that_did_anything():
    found = claims(asked(TWO, acts=[[4], [0]]))
    assert words(found).loc["led", "levels"] == ["village"]
    assert words(found).loc["led", "levels_from"] == "acts"
    rows = found.levels.set_index(["scenario", "measure", "level"])
    assert rows.loc[("led", "framed", "village"), "value"] == 4
    assert rows.loc[("led", "framed", "township"), "value"] == 0
    assert set(found.levels["level"]) == {"village", "township", "county"}


def test_capture_is_told_by_level_too():
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


def test_thresholds_are_those_given():
    limits = verdict.Thresholds(capture_excess=2.0)
    found = claims(asked(TWO, capture=[[2.0], [1.0]]), limits)
    assert words(found).loc["led", "c1"] == verdict.NOT_MANIPULABLE
    assert found.thresholds is limits


def test_results_without_configuration_are_refused():
    with pytest.raises(ConfigError, match="do not say what was asked"):
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


def test_a_factorial_with_holes_is_said_and_leaves_the_rest():
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


# Robustness.


def varied(n=6, **measures):
    """Return a sampled scenario, its honest twin at each point, and one as written."""
    entries = [entry("written")]
    entries += [entry(f"v, point {k}", base=10.0 + k) for k in range(n)]
    entries += [entry(f"h, point {k}", 0.0, base=10.0 + k) for k in range(n)]
    dataset = asked(entries, **measures)
    parameter = [math.nan, *range(n), *range(n)]
    design = {"kind": "latin-hypercube", "of": ["v", "h"], "n": n}
    bounds = {"regime.x": [0, n], "regime.y": [0, 1]}
    starts = np.tile([0.0, 10.0], (2 * n + 1, 1))
    return dataset.assign_coords(
        base=("scenario", ["written", *["v"] * n, *["h"] * n]),
        design=("scenario", ["", *["sample"] * (2 * n)]),
        point=("scenario", [-1, *range(n), *range(n)]),
        score_bin_start=(("scenario", "score_bin"), starts),
        **{
            "regime.x": ("scenario", parameter),
            "regime.y": ("scenario", [math.nan, *np.tile([0.0, 1.0], n)]),
        },
    ).assign_attrs(designs=[{**design, "parameters": bounds}])


def by_point(values, n=6, written=1.0, honest=1.0):
    """Return a measure of every scenario of `varied`."""
    return [[written], *[[value] for value in values], *[[honest]] * n]


def test_share_of_points_with_the_same_word():
    captures = [1.0, 1.05, 1.2, 2.0, 3.0, 4.0]
    found = claims(varied(capture=by_point(captures, written=2.0)))
    rows = found.robustness.set_index(["claim", "measure"])
    row = rows.loc["c1", "capture_excess"]
    assert (row["base"], row["points"], row["reference"]) == ("v", 6, "written")
    assert row["verdict"] == verdict.MANIPULABLE
    assert row["share_same"] == row["share_same_by_mean"] == 4 / 6
    bounds = row[["lowest", "median", "highest"]].tolist()
    assert bounds == pytest.approx([0.0, 0.6, 3.0])
    assert (row["parameter"], row["rho"]) == ("regime.x", 1)
    assert row["words"] == "4 manipulable, 2 not manipulable"


def test_points_are_held_to_the_scenario_that_is_nearest():
    dataset = varied(capture=by_point([2.0] * 6, written=2.0))
    config = dataset.attrs["config"]
    other = entry("other", share=0.01)
    config["scenarios"].insert(0, other)  # of the same regime, with other leaders
    first = dataset.isel(scenario=[0]).assign_coords(scenario=["other"])
    both = xr.concat([first, dataset], "scenario").assign_attrs(dataset.attrs)
    row = claims(both).robustness.set_index("claim").loc["c1"].iloc[0]
    assert row["reference"] == "written"


def test_without_a_reference_the_most_frequent_word_is_held():
    captures = [1.0, 1.05, 1.0, 1.0, 3.0, 4.0]
    dataset = varied(capture=by_point(captures)).isel(scenario=slice(1, None))
    row = claims(dataset).robustness.set_index("claim").loc["c1"].iloc[0]
    assert (row["reference"], row["verdict"]) == ("", verdict.NOT_MANIPULABLE)
    assert row["share_same"] == 4 / 6


def test_words_by_mean_do_not_need_replicates():
    captures = [2.0, 3.0, 2.0, 3.0, 2.0, 3.0]
    found = claims(varied(replicates=1, capture=by_point(captures, written=2.0)))
    row = found.robustness.set_index(["claim", "measure"]).loc["c1", "capture_excess"]
    assert (row["reference"], row["verdict"]) == ("", verdict.MANIPULABLE)
    assert (row["share_same"], row["share_same_by_mean"]) == (0, 1)
    assert set(found.points["c1_by_mean"]) == {verdict.MANIPULABLE}


def test_an_undecided_reference_leaves_it_to_the_most_frequent_decided_word():
    undecided = [1.0, 1.0, 1.0, 1.6]  # rise of capture, by replicate: 0 .. 0.6
    points = [undecided, undecided, undecided, [1.0] * 4, [1.0] * 4, [3.0] * 4]
    captures = [undecided, *points, *[[1.0] * 4] * 6]
    row = (
        claims(varied(capture=captures)).robustness.set_index("claim").loc["c1"].iloc[0]
    )
    assert row["words"] == "3 undecided, 2 not manipulable, 1 manipulable"
    assert (row["reference"], row["verdict"]) == ("", verdict.NOT_MANIPULABLE)
    assert row["share_same"] == 2 / 6


def test_without_a_decided_word_no_share_is_given():
    claimed = dict.fromkeys(CLAIMS, verdict.UNDECIDED)
    by_mean = {f"{claim}_by_mean": verdict.NOT_MEASURED for claim in CLAIMS}
    measured = {name: 0.5 for names in CLAIMS.values() for name in names}
    columns = {"regime": "r", **measured, **claimed, **by_mean, "mass_in_bin": 0.5}
    part = pd.DataFrame(columns, index=range(3))
    reference = {"scenario": "s", "regime": "r", **claimed}
    rows = _robust("v", part, reference)
    assert len(rows) == 4
    for row in rows:
        assert (row["reference"], row["verdict"]) == ("", "")
        assert math.isnan(row["share_same"]) and math.isnan(row["share_same_by_mean"])


def test_points_are_paired_with_the_honest_scenario_at_the_same_point():
    honest = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    efficiencies = [[0.0], *[[0.0]] * 6, *[[value] for value in honest]]
    points = claims(varied(efficiency=efficiencies)).points
    assert points["twin"].tolist() == [f"h, point {k}" for k in range(6)]
    assert points["efficiency_honest"].tolist() == pytest.approx(honest)
    assert points["regime.x"].tolist() == list(range(6))


def test_mass_at_the_base_goes_with_efficiency():
    dataset = varied(efficiency=by_point([0.6, 0.5, 0.4, 0.3, 0.2, 0.1]))
    for k in range(6):  # the actual judge, the bin from 10 up
        dataset["score_count"][1 + k, :, :, 0, 1] = 2 + k
    found = claims(dataset)
    masses = [(2 + k) / (3 + k) for k in range(6)]
    assert found.points["mass_in_bin"].tolist() == pytest.approx(masses)
    row = found.mass.set_index(["mass", "measure"]).loc["mass_in_bin", "efficiency"]
    assert (row["rho"], row["points"]) == (-1, 6)
    assert row["at_little_mass"] == pytest.approx(0.55)
    assert row["at_much_mass"] == pytest.approx(0.15)
    assert found.points["mass_in_grade"].isna().all()


# Real runs, small.

WORLD = {"n_citizens": 2000, "n_ticks": 24, "spans": [50, 200, 1000, 2000]}
HONEST = {"all": {"share": 0.0}}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("claims") / "r.zarr"
    tree = {
        "replicates": 4,
        "world": WORLD,
        "leaders": {"all": {"share": 0.5, "credit_rate": 1.0}},
        "scenario": [
            {"pilot": "rongcheng"},
            {"pilot": "rongcheng", "name": "honest", "leaders": HONEST},
            {"pilot": "fair-rongcheng"},
            {"pilot": "fair-rongcheng", "name": "fair, honest", "leaders": HONEST},
            {"pilot": "rongcheng", "name": "apart"},
            {"pilot": "rongcheng", "name": "varied"},
            {"pilot": "lottery"},
            {"pilot": "judgment-defaulters"},
        ],
        "factorial": {
            "of": ["apart"],
            "levels": ["village", "county"],
            "channels": True,
        },
        "sample": {
            "of": ["varied"],
            "method": "latin-hypercube",
            "n": 5,
            "over": {"regime.loss": [0.0, 0.3], "world.population.aware": [0.1, 0.9]},
        },
    }
    scsfast.run(tree, path)
    return path


@pytest.fixture(scope="module")
def real(store):
    return scsfast.claims(store)


def test_no_discretion_no_manipulation(real):
    row = words(real).loc["fair-rongcheng"]
    assert (row["c1"], row["c1_total"]) == (verdict.NOT_MANIPULABLE,) * 2
    assert (row["twin"], row["levels"]) == ("fair, honest", [])
    for measure in ("prizes_moved_share", "capture_excess", "mean_displacement"):
        assert number(real, "fair-rongcheng", "direct", measure)[:3] == (0, 0, 0)
    for measure in ("prizes_moved_share", "capture", "efficiency"):
        assert number(real, "fair-rongcheng", "total", measure)[:3] == (0, 0, 0)


def test_discretion_is_used(real):
    row = words(real).loc["rongcheng"]
    assert (row["c1"], row["c1_total"]) == (verdict.MANIPULABLE,) * 2
    assert "village" in row["levels"] and "records" in row["channels"]


def test_a_scenario_has_the_factorial_of_its_like(real, store):
    sources = words(real)["levels_from"]
    assert (sources["rongcheng"], sources["judgment-defaulters"]) == (
        "factorial",
        "acts",
    )
    whole = real.levels[real.levels["scenario"] == "rongcheng"]
    whole = whole[whole["source"] == "factorial"]
    table = scsfast.attribute(store, ["apart"])
    players = table[table["player"] != "all together"]
    assert whole["value"].tolist() == players["value"].tolist()


def test_capture_by_level_by_hand(real, store):
    dataset = scsfast.open(store).sel(scenario="rongcheng")
    first = dataset.attrs["first_measured_tick"]
    sums = dataset.isel(tick=slice(first, None)).sum(["tick", "tercile"])
    rows = real.levels.set_index(["scenario", "source", "level"])["value"]
    for level in ("village", "township"):
        own, everyone = sums.sel(tie=level), sums.sel(tie="all")
        tied = own["connected"]
        rest = everyone["connected"] - tied

        def rate(name, own=own, everyone=everyone, tied=tied, rest=rest):
            return (own[name] / tied) / ((everyone[name] - own[name]) / rest)

        excess = rate("connected_prizes") - rate("connected_fair_prizes")
        known = float(excess.mean("replicate"))
        assert rows["rongcheng", "ties", level] == pytest.approx(known)
        assert known > 0


def test_attribution_adds_up_to_the_total_effect(real, store):
    table = scsfast.attribute(store).set_index(["measure", "player"])["value"]
    whole = "apart, village+county+records+units"
    both = scsfast.compare(store, "apart, nobody", ["capture", "efficiency"])
    both = both.set_index(["scenario", "variable"])["difference"]
    assert table["capture", "all together"] == pytest.approx(both[whole, "capture"])
    loss = table["efficiency_loss", "all together"]
    assert loss == pytest.approx(-both[whole, "efficiency"])
    parts = table["capture"].drop("all together").sum()
    assert parts == pytest.approx(table["capture", "all together"])


def test_points_have_masses_and_parameters(real):
    assert len(real.points) == 5 and (real.points["base"] == "varied").all()
    for mass in ("mass_in_grade", "mass_in_bin"):
        assert real.points[mass].between(0, 1, inclusive="neither").all()
    assert real.points["regime.loss"].between(0, 0.3).all()
    held = real.robustness.set_index("claim")["reference"]
    assert held["c1"].unique().tolist() == ["rongcheng"]


def test_sensitivity_of_a_real_sample(store):
    table = scsfast.sensitivity(store, measures=["efficiency"])
    assert set(table["parameter"]) == {"regime.loss", "world.population.aware"}
    assert (table["points"] == 5).all()
