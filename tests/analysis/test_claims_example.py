"""examples/claims.toml in a small form: run, claims, report, all as for the large one."""

import tomllib
from pathlib import Path

import pytest

import scsfast
from scsfast.analysis import verdict
from scsfast.campaign.config import campaign_from_dict, load_campaign
from scsfast.execution.run import run_campaign

FILE = Path(__file__).parents[2] / "examples" / "claims.toml"
KEPT = ("rongcheng, who", "rongcheng, range", "rongcheng, range, honest")
KEPT += ("fair-rongcheng, range", "fair-rongcheng, range, honest")


def small() -> dict:
    """Return the campaign among few citizens, with one factorial and few points."""
    tree = tomllib.loads(FILE.read_text(encoding="utf-8"))
    tree["replicates"] = 3
    tree["world"] |= {"n_citizens": 4_000, "n_ticks": 30, "warmup": 6}
    tree["world"]["spans"] = [100, 500, 2_000, 4_000]
    designs = tree["factorial"]["of"] + tree["sample"]["of"]
    tree["scenario"] = [
        entry
        for entry in tree["scenario"]
        if entry.get("name") not in designs or entry["name"] in KEPT
    ]
    for entry in tree["scenario"]:
        if "world" in entry:
            entry["world"] = {"n_citizens": 1_000, "spans": [50, 250, 500, 1_000]}
    tree["sample"]["n"] = 4
    for design in ("factorial", "sample"):
        tree[design]["of"] = [name for name in tree[design]["of"] if name in KEPT]
    return tree


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("claims") / "claims.zarr"
    run_campaign(campaign_from_dict(small()), path)
    return path


@pytest.fixture(scope="module")
def found(store):
    return scsfast.claims(store)


def test_full_form_is_a_campaign_of_hundreds_of_scenarios():
    campaign = load_campaign(FILE)
    designs = {origin.design for origin in campaign.origins}
    assert len(campaign.scenarios) > 500 and designs == {"", "sample", "factorial"}


def test_every_pilot_has_a_verdict_and_an_honest_twin(found):
    words = found.verdicts.set_index("scenario")
    pilots = [e["pilot"] for e in small()["scenario"] if "name" not in e]
    yardsticks = {"lottery", "market", "oracle"}
    assert set(pilots) - yardsticks <= set(words.index)
    for pilot in set(pilots) - yardsticks - {"fair-rongcheng"}:
        assert words.loc[pilot, "twin"] == f"{pilot}, honest"
        assert words.loc[pilot, "c1"] != verdict.HONEST


def test_null_regime_cannot_be_bent_here_nor_anywhere_in_its_range(found):
    words = found.verdicts.set_index("scenario")
    assert words.loc["fair-rongcheng", "c1"] == verdict.NOT_MANIPULABLE
    robust = found.robustness.set_index(["base", "claim", "measure"])
    row = robust.loc["fair-rongcheng, range", "c1", "prizes_moved_share"]
    assert row["lowest"] == row["highest"] == 0
    assert row["share_same"] == 1


def test_levels_come_from_the_factorial(found):
    whole = "rongcheng, who, village+township+county+city+records+units"
    words = found.verdicts.set_index("scenario")
    assert "factorial" in words.loc[whole, "levels_from"]
    values = found.levels[found.levels["scenario"] == whole]
    assert {"village", "township", "county", "city", "records", "units"} <= {
        *values["level"]
    }


def test_points_are_paired_and_their_mass_is_known(found):
    points = found.points.set_index("base").loc["rongcheng, range"]
    assert len(points) == 4
    assert (
        points["twin"] == [f"rongcheng, range, honest, point {k}" for k in range(4)]
    ).all()
    assert points["mass_in_grade"].between(0, 1).all()
    assert "world.act_rates" in points


def test_report_of_it_is_whole(store):
    text = scsfast.report(store)
    for words in ("Which level does it", "What matters", "Verdicts"):
        assert words in text
