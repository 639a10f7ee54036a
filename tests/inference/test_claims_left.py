"""Verdicts over the points that published figures do not rule out."""

import math

import numpy as np
import pytest
from support.made_results import with_status

import scsfast
from scsfast.errors import ConfigError
from scsfast.inference import targets as known
from scsfast.inference.constrain import constrain

CAMPAIGN = """
seed = 5
replicates = 3
[world]
n_citizens = 2_000
n_ticks = 24
warmup = 6
spans = [100, 500, 2_000]
[[scenario]]
pilot = "rongcheng"
[[scenario]]
name = "wide"
pilot = "rongcheng"
[[scenario]]
name = "wide honest"
pilot = "rongcheng"
leaders.all.share = 0.0
leaders.all.recentring = 0.0
[[scenario]]
name = "other"
pilot = "suining"
[sample]
method = "sobol"
n = 8
of = ["wide", "wide honest", "other"]
[sample.over]
world.act_rates = [0.2, 4.0]
world.population.aware = [0.05, 0.5]
"""
TARGETS = """
[[target]]
name = "violations"
pilot = "rongcheng"
measure = "violation_rate"
value = {value}
discrepancy = {spread}
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("left")
    (folder / "wide.toml").write_text(CAMPAIGN)
    scsfast.run(folder / "wide.toml", folder / "wide.zarr", jobs=1)
    return folder / "wide.zarr"


@pytest.fixture(scope="module")
def store(path):
    return scsfast.open(path).load()


def near(store, point: int, spread: float = 0.01):
    """Return a target that one point meets exactly."""
    value = float(store["violation_rate"].sel(scenario=f"wide, point {point}").mean())
    return known.Target(
        name="violations",
        pilot="rongcheng",
        measure="violation_rate",
        value=value,
        discrepancy=spread * value,
    )


def test_words_are_over_the_points_that_are_left(store):
    found = constrain(store, [near(store, 3)])
    claims = scsfast.claims(store, constrained=found)
    points = claims.points[claims.points["base"] == "wide"]
    left = {n for n in found.left if n.startswith("wide, point")}
    assert 0 < len(left) < 8
    assert set(points.loc[points["is_left"], "scenario"]) == left
    rows = claims.left[claims.left["base"] == "wide"]
    assert set(rows["claim"]) == {"c1", "c2", "c2_honest"}
    for row in rows.itertuples():
        own = points[points["is_left"]][row.claim]
        assert (row.left, row.points) == (len(left), 8)
        if row.verdict:
            assert row.share_same == pytest.approx((own == row.verdict).mean())
            assert row.low <= row.share_same <= row.high
            assert row.share_same_all == (points[row.claim] == row.verdict).mean()
    robust = claims.robustness[claims.robustness["base"] == "wide"]
    assert set(robust["points"]) == {len(left)}


def test_honest_counterparts_that_are_ruled_out_still_serve_their_points(store):
    found = constrain(store, [near(store, 3)])
    points = scsfast.claims(store, constrained=found).points
    wide = points[(points["base"] == "wide") & points["is_left"]]
    assert wide["skill_honest"].notna().all() and (wide["counterpart"] != "").all()


def test_target_that_every_point_meets_changes_no_share(store):
    found = scsfast.claims(
        store, constrained=constrain(store, [near(store, 3, spread=1e6)])
    )
    rows = found.left[(found.left["base"] == "wide") & (found.left["verdict"] != "")]
    assert len(rows) and (rows["left"] == 8).all()
    assert (rows["share_same"] == rows["share_same_all"]).all()
    assert (found.targets["met"] == found.targets["points"]).all()


def test_nothing_left_is_said_and_gives_no_word(store):
    far = near(store, 3).model_copy(update={"value": 1e6})
    found = scsfast.claims(store, constrained=constrain(store, [far]))
    assert "wide" not in set(found.robustness["base"]) | set(found.left["base"])
    note = next(note for note in found.notes if note.startswith("wide: "))
    assert "no verdict" in note and "None of 8 points" in note and "violations" in note


def test_regime_without_targets_gets_no_word(store):
    found = scsfast.claims(store, constrained=constrain(store, [near(store, 3)]))
    assert "other" not in set(found.left["base"]) | set(found.robustness["base"])
    assert any(n.startswith("other: no verdict") for n in found.notes)


def test_no_target_for_any_pilot_is_refused(store):
    other = near(store, 3).model_copy(update={"pilot": "nowhere"})
    with pytest.raises(ConfigError, match="no target is about a sampled regime"):
        constrain(store, [other])


def test_without_history_matching_nothing_is_left_out(store):
    found = scsfast.claims(store)
    assert found.points["is_left"].all()
    assert found.left.empty and found.targets.empty


def test_points_that_were_not_computed_are_not_counted_as_left(store):
    shape = store.sizes["scenario"], store.sizes["replicate"]
    done = np.ones(shape)
    names = [str(name) for name in store["scenario"].values]
    done[names.index("wide, point 3")] = 0
    part = with_status(store, done)
    bases = constrain(part, [near(store, 3, spread=1e6)]).bases.set_index("base")
    assert bases.loc["wide", ["points", "left"]].tolist() == [7, 7]


@pytest.mark.parametrize("verb", ["claims", "report"])
@pytest.mark.usefixtures("sketched")
def test_verbs_print_how_many_points_are_left(scs, path, store, tmp_path, verb):
    target = near(store, 3)
    file = tmp_path / "targets.toml"
    file.write_text(TARGETS.format(value=target.value, spread=target.discrepancy))
    page = tmp_path / "page.html"
    tail = ["-o", page] if verb == "report" else []
    code, out, err = scs(verb, path, "--constrained", "--targets", file, *tail)
    assert code == 0, err
    text = page.read_text() if verb == "report" else out
    assert "Points that meet the published figures" in text
    assert "Words over the points that are left" in text
    assert "No target is about suining" in " ".join(text.split())
    if verb == "claims":
        assert max(map(len, out.splitlines())) <= 100
        left = len([n for n in constrain(store, [target]).left if "wide, p" in n])
        assert f"{left} of 8" in out


def test_targets_without_the_question_are_refused(scs, path, tmp_path):
    code, _, err = scs("claims", path, "--targets", tmp_path / "t.toml")
    assert code == 2 and "--constrained" in err


def test_share_without_a_word_is_missing(store):
    found = scsfast.claims(store, constrained=constrain(store, [near(store, 3)]))
    rows = found.left[found.left["verdict"] == ""]
    assert all(math.isnan(value) for value in rows["share_same"])
