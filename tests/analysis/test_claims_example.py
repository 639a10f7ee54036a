"""examples/claims.toml in a small form: run, claims, constrain, discover, report."""

import tomllib
from pathlib import Path

import pytest
from support.read_report import Reader

import scsfast
from scsfast.analysis import verdict
from scsfast.campaign.config import campaign_from_dict
from scsfast.execution.run import run_campaign
from scsfast.inference.constrain import constrain
from scsfast.inference.discover import discover

FEW = ("rongcheng", "market")
FILE = Path(__file__).parents[2] / "examples" / "claims.toml"


def small() -> dict:
    """Return the campaign among few citizens, with few points."""
    tree = tomllib.loads(FILE.read_text(encoding="utf-8"))
    tree["world"] |= {"n_citizens": 1_000, "n_ticks": 24, "warmup": 6}
    tree["world"]["spans"] = [50, 250, 500, 1_000]
    tree["world"]["prize"]["loan"]["served"] = 0.5
    tree["sample"]["n"] = 4
    return tree


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("claims") / "claims.zarr"
    run_campaign(campaign_from_dict(small()), path)
    return path


@pytest.fixture(scope="module")
def found(store):
    return scsfast.claims(store)


def test_every_regime_has_as_many_points_and_meets_the_same_world():
    campaign = campaign_from_dict(small())
    bases = [origin.base for origin in campaign.origins]
    assert {bases.count(base) for base in bases} == {small()["sample"]["n"]}
    worlds = {}
    for scenario, origin in zip(campaign.scenarios, campaign.origins, strict=True):
        world = scenario.world.model_dump_json()
        worlds.setdefault(origin.point, set()).add(world)
    assert all(len(same) == 1 for same in worlds.values())


def test_points_have_verdicts_on_both_claims(found):
    points = found.points
    assert set(points["base"]) == {e["pilot"] for e in small()["scenario"]} - {"market"}
    c1 = {verdict.MANIPULABLE, verdict.NOT_MANIPULABLE, verdict.CHURN}
    assert set(points["c1_by_mean"]) <= c1
    assert points["skill"].notna().all()
    assert points["served"].between(0.45, 0.55).all()
    discretion = points.groupby("base")["regime.discretion.village"].count()
    assert discretion["rongcheng"] == 4 and discretion["sesame"] == 0


def test_published_figures_rule_points_out(store):
    bases = constrain(store).bases.set_index("base")
    assert bases.loc["judgment-defaulters", "targets"] > 0
    assert bases.loc["market", "left"] == 4


def test_boxes_are_looked_for_in_every_scenario(store):
    table = discover(store, "skill < 0.25")
    names = {entry.get("name", entry["pilot"]) for entry in small()["scenario"]}
    assert names == set(table["base"])


@pytest.mark.usefixtures("sketched")
@pytest.mark.parametrize("n", [1, pytest.param(None, marks=pytest.mark.slow)])
def test_its_report_is_complete(store, tmp_path, n):
    """In the quick form of one point of a pilot and of the market."""
    if n:
        tree = small()
        tree["sample"]["n"] = n
        tree["scenario"] = [e for e in tree["scenario"] if e["pilot"] in FEW]
        store = tmp_path / "few.zarr"
        scsfast.run(tree, store)
    sections = Reader(scsfast.report(store)).all("section")
    assert {"verdicts", "sensitivity"} <= {attrs["id"] for attrs in sections}
