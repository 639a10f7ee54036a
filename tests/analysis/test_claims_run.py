"""Claims, attribution and sensitivity of a store that was run."""

import pytest
from support.claimed import number, words

import scsfast
from scsfast.analysis import verdict

pytestmark = pytest.mark.filterwarnings("error")


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
    assert (row["counterpart"], row["levels"]) == ("fair, honest", [])
    for measure in ("prizes_moved_share", "capture_excess", "mean_displacement"):
        assert number(real, "fair-rongcheng", "direct", measure)[:3] == (0, 0, 0)
    for measure in ("prizes_moved_share", "capture", "efficiency"):
        assert number(real, "fair-rongcheng", "total", measure)[:3] == (0, 0, 0)


def test_discretion_is_used(real):
    row = words(real).loc["rongcheng"]
    assert (row["c1"], row["c1_total"]) == (verdict.MANIPULABLE,) * 2
    assert "village" in row["levels"] and "records" in row["channels"]


def test_a_scenario_uses_the_factorial_of_an_equal_scenario(real, store):
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


def test_capture_by_level_equals_a_direct_computation(real, store):
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
