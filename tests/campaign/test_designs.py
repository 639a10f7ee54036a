"""Designs: the scenarios, names and coordinates to which they expand."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from support.designed import RONGCHENG, campaign, faults, names, sample

from scsfast.campaign.campaign import campaign_from_resolved
from scsfast.campaign.designs import design, factorial
from scsfast.campaign.designs.factorial import DEFAULT_CHANNELS, INERT
from scsfast.campaign.identity import resolved
from scsfast.model.government import LEVELS
from scsfast.store.coordinates import attributes_of, coordinates_of

shares = st.lists(
    st.floats(0, 1).map(lambda x: round(x, 3)), min_size=1, max_size=4, unique=True
)


@given(loss=shares, aware=shares, share=shares)
@settings(max_examples=15, deadline=None)
def test_sweep_is_the_grid(loss, aware, share):
    over = {
        "leaders": {"all": {"share": share}},
        "regime.loss": loss,
        "world": {"population": {"aware": aware}},
    }
    found = campaign(sweep=over)
    grid = list(itertools.product(share, loss, aware))
    assert len(set(names(found))) == len(found.scenarios) == len(grid)
    got = [
        (s.leaders.village.share, s.regime.loss, s.world.population.aware)
        for s in found.scenarios
    ]
    assert got == grid
    axes = coordinates_of(found)
    assert axes["point"].tolist() == list(range(len(grid)))
    assert axes["regime.loss"].tolist() == [loss for _, loss, _ in grid]


def test_sweep_equals_scenarios_written_by_hand():
    values = [(a, b) for a in (0.0, 0.25) for b in (0.1, 0.2)]
    by_hand = [
        {
            "name": f"rongcheng, leaders.all.share={a}, world.population.aware={b}",
            "pilot": "rongcheng",
            "leaders": {"all": {"share": a}},
            "world": {"population": {"aware": b}},
        }
        for a, b in values
    ]
    swept = campaign(
        sweep={"leaders.all.share": [0.0, 0.25], "world.population.aware": [0.1, 0.2]}
    )
    assert swept.identity() == campaign(*by_hand).identity()
    assert swept.scenarios == campaign(*by_hand).scenarios


def test_scenarios_of_a_sweep_replace_their_base_in_place():
    found = campaign(
        {"pilot": "lottery"},
        RONGCHENG,
        {"pilot": "oracle"},
        sweep={"of": ["rongcheng"], "regime": {"loss": [0.0, 0.5]}},
    )
    assert names(found) == [
        "lottery",
        "rongcheng, regime.loss=0.0",
        "rongcheng, regime.loss=0.5",
        "oracle",
    ]


def test_sweep_may_vary_one_level_of_a_single_number():
    found = campaign(
        {"pilot": "rongcheng", "regime": {"discretion": 0.5}},
        sweep={"regime.discretion.village": [0.25, 1.0]},
    )
    got = [
        (s.regime.discretion.village, s.regime.discretion.city) for s in found.scenarios
    ]
    assert got == [(0.25, 0.5), (1.0, 0.5)]


def test_sweep_may_vary_entries_of_default_lists():
    found = campaign(sweep={"world.population.ties.1": [0.0, 0.5]})
    got = [scenario.world.population.ties[:3] for scenario in found.scenarios]
    assert got == [[0.10, 0.0, 0.004], [0.10, 0.5, 0.004]]
    found = campaign(sweep={"regime.grades.1.from": [601, 602]})
    assert [s.regime.grades[1].start for s in found.scenarios] == [601, 602]


def test_sweep_over_ranges_text_and_switches():
    ranges = [[-5, -1], [-9, -2]]
    found = campaign(
        sweep={
            "regime.acts.other-dishonesty.points": ranges,
            "regime.meeting.norm": ["image", "stern"],
            "leaders.clients_know": [False, True],
        }
    )
    assert names(found)[1] == (
        "rongcheng, regime.acts.other-dishonesty.points=[-5, -1], "
        "regime.meeting.norm=image, leaders.clients_know=true"
    )
    axes = coordinates_of(found)
    assert axes["regime.meeting.norm"][:4] == ["image", "image", "stern", "stern"]
    assert axes["leaders.clients_know"].dtype == np.int8
    assert axes["leaders.clients_know"].tolist() == [0, 1] * 4
    assert axes["regime.acts.other-dishonesty.points"][::4] == ["[-5, -1]", "[-9, -2]"]
    assert found.scenarios[4].regime.acts["other-dishonesty"].points == (-9, -2)


def test_several_designs_may_be_in_one_file():
    found = campaign(
        RONGCHENG,
        {"pilot": "sesame"},
        {"pilot": "suining"},
        {"pilot": "lottery"},
        sweep={"of": ["rongcheng"], "regime.loss": [0.0, 0.05]},
        sample={
            **sample("sobol", {"leaders.all.share": [0, 1]}, n=2),
            "of": ["sesame"],
        },
        factorial={"of": ["suining"], "levels": ["village"]},
    )
    axes = coordinates_of(found)
    assert axes["base"] == ["rongcheng"] * 2 + ["sesame"] * 2 + ["suining"] * 2 + [
        "lottery"
    ]
    assert axes["design"] == ["sweep"] * 2 + ["sample"] * 2 + ["factorial"] * 2 + [""]
    assert axes["point"].tolist() == [0, 1, 0, 1, 0, 1, -1]
    assert axes["player_village"].tolist() == [-1] * 4 + [0, 1, -1]
    assert np.isnan(axes["regime.loss"][2:]).all()
    about = attributes_of(found)
    assert [d["kind"] for d in about["designs"]] == ["sweep", "sobol", "factorial"]
    assert about["designs"][0]["parameters"] == {"regime.loss": [0.0, 0.05]}
    assert about["designs"][1]["n"] == 2
    assert about["designs"][2]["players"] == ["village"]
    assert about["coordinates"].split() == list(axes)


def test_campaign_without_designs_has_the_coordinates_too():
    axes = coordinates_of(campaign(RONGCHENG, {"pilot": "lottery"}))
    assert axes["base"] == ["rongcheng", "lottery"]
    assert axes["design"] == ["", ""]
    assert axes["point"].tolist() == [-1, -1]
    assert axes["scorer"] == ["ledger", "none"]
    assert axes["n_citizens"].tolist() == [600, 600]


def test_designed_campaign_round_trips():
    found = campaign(sample=sample("saltelli", {"world.population.aware": "plausible"}))
    again = campaign_from_resolved(resolved(found))
    assert again == found
    assert again.identity() == found.identity()


def test_origins_are_of_all_scenarios():
    tree = resolved(campaign(sweep={"regime.loss": [0.0, 0.1]}))
    tree["origins"] = tree["origins"][:1]
    with pytest.raises(
        ValidationError, match="one entry for each of 2 scenarios, got 1"
    ):
        campaign_from_resolved(tree)
    tree["origins"] = ()
    axes = coordinates_of(campaign_from_resolved(tree))
    assert axes["base"] == [f"rongcheng, regime.loss={loss}" for loss in (0.0, 0.1)]


def test_too_many_scenarios_are_refused_with_the_number(monkeypatch):
    monkeypatch.setattr(design, "MOST_SCENARIOS", 5)
    over = {"of": ["rongcheng"], "regime.loss": [0.0, 0.1, 0.2, 0.3, 0.4]}
    assert len(campaign(sweep=over).scenarios) == 5
    found = faults(RONGCHENG, {"pilot": "lottery"}, sweep=over)
    assert "must make at most 5 scenarios, these make 6" in found


def test_nine_players_are_refused():
    channels = {f"c{k}": [key] for k, key in enumerate(list(INERT)[:5])}
    found = faults(factorial={"channels": channels})
    assert "must have 1 to 8 players" in found
    assert "got 9" in found


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        ({"sweep": {}}, "`sweep` must list values for at least one"),
        (
            {"sweep": {"regime.loss": 0.1}},
            "`sweep.regime.loss` must be a list of values",
        ),
        (
            {"sweep": {"regime.loss": [0.1, 0.1]}},
            "`sweep.regime.loss`: values must differ",
        ),
        ({"sweep": {"pilot": ["a"]}}, "`sweep.pilot` must begin with regime, leaders"),
        ({"sweep": {"of": ["x"], "regime.loss": [0]}}, "there are: rongcheng, got 'x'"),
        (
            {"sweep": {"of": "x", "regime.loss": [0]}},
            "`sweep.of` must be a list of names",
        ),
        ({"sweep": {"regime.loss": [0.0, 1.5]}}, "`scenario.0.regime.loss` must be a"),
        (
            {"sweep": {"regime.loss.village": [0.0]}},
            "`scenario.0.regime.loss` must be a number",
        ),
        (
            {"sweep": {"world.population.ties.9": [0.0]}},
            "`world.population.ties` is a list of 6",
        ),
        (
            {"sample": sample("sobol", n=3)},
            "`n` must be a power of two for sobol, got 3",
        ),
        ({"sample": sample("saltelli", n=6)}, "must be a power of two for saltelli"),
        ({"sample": sample("sobol", levels=4)}, "`levels` is for morris"),
        ({"sample": sample("morris", levels=5)}, "`levels` must be even, got 5"),
        ({"sample": sample("morris", second_order=True)}, "`second_order` is for salt"),
        ({"sample": sample("lhs")}, "`sample.method` must be one of"),
        ({"sample": sample("sobol", {"regime.loss": [0.1, 0.1]})}, "low below high"),
        ({"sample": sample("sobol", {"regime.loss": [2**70, 60]})}, "low below high"),
        ({"sample": sample("sobol", {"regime.loss": [0, 2**70]})}, "low below high"),
        (
            {"sample": sample("sobol", {"regime.loss": [0.0, math.inf]})},
            "low below high",
        ),
        (
            {"sample": sample("sobol", {"regime.loss": [-1e308, 1e308]})},
            "low below high",
        ),
        (
            {"sample": sample("sobol", {"regime.loss": "wide"})},
            "'plausible' or 'if plausible', got 'wide'",
        ),
        (
            {"sample": sample("sobol", {"regime.base": "plausible"})},
            "has no plausible range in scenario 'rongcheng'",
        ),
        (
            {"sample": sample("sobol", {"regime.los": [0, 1]})},
            "must be the path of a number",
        ),
        (
            {"sample": sample("sobol", {"regime.grades": [0, 1]})},
            "must be the path of a number",
        ),
        (
            {"sample": sample("morris", {"regime.valid_years": [1, 2]})},
            "must span at least 1.5 whole numbers",
        ),
        (
            {"factorial": {"levels": ["centre"]}},
            "which has village, township, county, city",
        ),
        (
            {"factorial": {"channels": {"x": ["tenure"]}}},
            "`factorial.channels.x` must be keys of leaders among favouritism",
        ),
        (
            {"factorial": {"channels": {"x": ["tilt"], "y": ["tilt"]}}},
            "'tilt' must be in one group only",
        ),
        ({"factorial": {"channels": {"city": ["tilt"]}}}, "the name of a level"),
        (
            {"sweep": {"regime.loss": [0, 1]}, "factorial": {}},
            "scenario 'rongcheng' is varied by [sweep] already",
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_fault_of_a_design_is_named(tables, fault):
    assert fault in faults(**tables)


def test_faults_of_designs_and_scenarios_are_reported_at_once():
    found = faults(
        {"pilot": "rongchen"},
        sweep={"of": ["x"], "regime.loss": 3},
        sample=sample("sobol", n=3),
        bogus=1,
    )
    for expected in ["'rongchen'", "`sweep.regime.loss`", "power of two", "`bogus`"]:
        assert expected in found


def test_eight_players_are_allowed():
    assert len(LEVELS) + len(DEFAULT_CHANNELS) == factorial.MOST_PLAYERS
