"""Campaign files: their meaning, and every fault is found and named."""

import pytest
from support.fake_engine import campaign_tree, small_campaign

from scsfast.campaign.campaign import campaign_from_resolved
from scsfast.campaign.config import campaign_from_dict, load_campaign
from scsfast.campaign.identity import resolved
from scsfast.errors import ConfigError

FIRST = """
replicates = 2
[world]
n_citizens = 1000
n_ticks = 12
[leaders.all]
share = 0.25
[[scenario]]
pilot = "rongcheng"
[[scenario]]
name = "strict"
pilot = "rongcheng"
regime = { loss = 0.1, discretion = { village = 0.3 } }
leaders.village.share = 0
"""


@pytest.fixture
def write(tmp_path):
    def _write(content):
        path = tmp_path / "campaign.toml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


def faults(tree) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        campaign_from_dict(tree)
    return caught.value.faults


def test_file_gives_campaign(write):
    campaign = load_campaign(write(FIRST))
    assert (campaign.seed, campaign.replicates) == (35, 2)
    assert [s.name for s in campaign.scenarios] == ["rongcheng", "strict"]
    assert campaign.text == FIRST


def test_values_of_a_scenario_override_the_pilot_and_the_leaders(write):
    plain, strict = load_campaign(write(FIRST)).scenarios
    assert strict.regime.loss == 0.1
    assert strict.regime.acts == plain.regime.acts
    assert strict.regime.discretion.village == 0.3
    assert strict.regime.discretion.county == plain.regime.discretion.county
    assert (strict.leaders.village.share, strict.leaders.city.share) == (0, 0.25)
    assert plain.leaders.village.share == 0.25


def test_all_of_a_scenario_takes_precedence_over_a_level_of_the_campaign():
    tree = campaign_tree(leaders={"village": {"share": 0.9}})
    tree["scenario"][0]["leaders"] = {"all": {"share": 0.1}}
    first, second, _ = campaign_from_dict(tree).scenarios
    assert first.leaders.village.share == 0.1
    assert second.leaders.village.share == 0.9


def test_sourced_values_are_values():
    world = {
        "prize": {"loan": {"capacity": {"value": 0.05, "source": "S1", "mark": "O"}}}
    }
    assert small_campaign(world=world).world.prize["loan"].capacity == 0.05


def test_a_regime_may_be_given_without_a_pilot():
    tree = campaign_tree(scenario=[{"name": "own", "regime": {"scorer": "none"}}])
    assert campaign_from_dict(tree).scenarios[0].regime.name == "own"


def test_all_faults_are_reported_at_once():
    tree = campaign_tree(seed=True, replicates=0, bogus=1)
    tree["world"] |= {"n_citizens": 0, "n_tick": 3}
    tree["leaders"] = {"all": {"shar": 1}}
    tree["scenario"][1]["regime"] = {"loss": 1.2}
    tree["scenario"][2]["leaders"] = {"city": {"share": -1}}
    found = "\n".join(faults(tree))
    for expected in [
        "`seed` must be a whole number",
        "`replicates` must be",
        "`bogus`: unknown key",
        "`world.n_citizens` must be",
        "`world.n_tick`: unknown key; did you mean `n_ticks`?",
        "`leaders.all.shar`: unknown key; did you mean `share`?",
        "`scenario.1.regime.loss` must be a number in [0, 1], got 1.2",
        "`scenario.2.leaders.city.share` must be a number in [0, 1], got -1",
    ]:
        assert expected in found


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"pilot": "rongchen"}, "got 'rongchen'; did you mean 'rongcheng'?"),
        ({"name": "x"}, "`scenario.0` must have a `pilot`"),
        ({"pilot": "lottery", "name": "a\x1b[31m"}, "without control characters"),
        ({"regime": {"name": "a\nb", "scorer": "none"}}, "got 'a\\nb'"),
        ({"regime": {"loss": 0}}, "`scenario.0` must have a `pilot`"),
        ({"pilot": "lottery", "n_ticks": 3}, "`scenario.0.n_ticks`: unknown key"),
        ({"pilot": "rongcheng", "regime": {"loss": "0.1"}}, "got '0.1'"),
        ({"pilot": "rongcheng", "regime": {"acts": {"sing": {}}}}, "'sing' is not in"),
        (
            {"pilot": "rongcheng", "leaders": {"all": {"frame_rate": 90}}},
            "`scenario.0.leaders`: frame_rate x discretion",
        ),
        ({"pilot": "rongcheng", "regime": {"belief": {"memory": 500}}}, "in [1, 120]"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_fault_of_a_scenario_is_named(entry, expected):
    found = faults(campaign_tree(scenario=[entry]))
    assert expected in "\n".join(found)
    assert all(fault.startswith("`scenario.0") for fault in found)


def test_fault_of_the_world_is_named_once():
    tree = campaign_tree(world={"meetings": {"mutation": 400}})
    (found,) = faults(tree)
    assert found.startswith("`world.meetings.mutation` must")


def test_names_of_scenarios_must_differ():
    tree = campaign_tree(scenario=[{"pilot": "lottery"}, {"pilot": "lottery"}])
    assert faults(tree) == ["`scenario`: names must differ, got 'lottery' twice"]


@pytest.mark.parametrize("scenario", [[], 3, ["x"], None], ids=str)
def test_scenarios_must_be_tables(scenario):
    assert any(
        "`scenario" in fault for fault in faults(campaign_tree(scenario=scenario))
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("seed = \n", "must be valid TOML: .*line 1"),
        (b"title = '\xff'", "must be UTF-8 text, got byte 0xff at position 9"),
        ("", "missing key"),
        ("title = " + 5000 * "[", "must be valid TOML: .*nested too deeply"),
        ("seed = " + 5000 * "1", "must be valid TOML: .*digits"),
        ("title = 2020-01-01", "`title` must be text, got a date or time 2020-01-01"),
        ("title = 07:32:00", "`title` must be text, got a date or time 07:32:00"),
    ],
    ids=["toml", "utf8", "empty", "deep", "long", "date", "time"],
)
def test_unreadable_file_is_named(write, content, expected):
    with pytest.raises(ConfigError, match=f"campaign.toml: .*{expected}"):
        load_campaign(write(content))


def test_missing_file_and_directory_are_named(tmp_path):
    with pytest.raises(ConfigError, match="there is no such file"):
        load_campaign(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="got a directory"):
        load_campaign(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 8},
        {"world": {"n_ticks": 7}},
        {"world": {"population": {"quality": {"kind": "uniform"}}}},
        {"leaders": {"city": {"share": 0.1}}},
        {"scenario": [{"pilot": "lottery"}]},
    ],
    ids=str,
)
def test_values_that_decide_bits_change_the_identity(change):
    assert small_campaign(**change).identity() != small_campaign().identity()


def test_values_that_decide_no_bit_leave_the_identity():
    tree = campaign_tree(9, title="other")
    tree["scenario"][0]["regime"] = {"about": "other words"}
    assert (
        campaign_from_dict(tree, text="# text").identity()
        == small_campaign().identity()
    )


def test_resolved_campaign_round_trips():
    campaign = small_campaign()
    again = campaign_from_resolved(resolved(campaign))
    assert again == campaign
    assert again.identity() == campaign.identity()


def changed(*changes, **entry):
    """Return the only scenario of a campaign whose regime changes."""
    entry = {"pilot": "rongcheng", "change": list(changes), **entry}
    return small_campaign(scenario=[entry]).scenarios[0]


def test_change_overrides_the_preceding_regime():
    scenario = changed(
        {"tick": 2, "regime": {"loss": 0.5}},
        {"tick": 4, "regime": {"discretion": {"village": 0.25}}},
        regime={"discretion": 0.5},
    )
    first, second = (change.regime for change in scenario.change)
    assert (first.loss, first.discretion.village) == (0.5, 0.5)
    assert (second.loss, second.discretion.village) == (0.5, 0.25)
    assert second.discretion.county == 0.5


def test_change_may_name_another_pilot():
    scenario = changed({"tick": 3, "pilot": "rongcheng-2021", "regime": {"loss": 0.25}})
    assert scenario.change[0].regime.name == "rongcheng-2021"
    assert scenario.change[0].regime.loss == 0.25


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ([{"pilot": "rongcheng"}], "`scenario.0.change.0.tick`: missing key"),
        ([{"tick": 0}], "`scenario.0.change.0.tick` must be a whole number in [1, "),
        (
            [{"tick": 99}],
            "`scenario.0.change`: ticks must be below the run's 6, got 99",
        ),
        ([{"tick": 3}, {"tick": 2}], "`scenario.0.change`: ticks must rise, got 3, 2"),
        (
            [{"tick": 2, "regime": {"ceiling": 3000}}],
            "must have one floor and one ceiling, got [500, 1500], [500, 3000]",
        ),
        (
            [{"tick": 2, "regime": {"loss": 2.0}}],
            "`scenario.0.change.0.regime.loss` must be a number in [0, 1], got 2.0",
        ),
        ([{"tick": 2, "pilot": "rongchen"}], "did you mean 'rongcheng'?"),
    ],
)
def test_invalid_changes_are_refused(changes, fault):
    with pytest.raises(ConfigError) as caught:
        changed(*changes)
    assert fault in str(caught.value)


def test_none_removes_a_value():
    """TOML has no null: "none" removes a value of a pilot."""
    tree = campaign_tree(world={"unit_means": "none"})
    tree["scenario"] = [
        {
            "pilot": "rongcheng",
            "name": "none",
            "regime": {"memory_years": "none", "valid_years": 2},
            "leaders": {"all": {"tenure": "none"}},
        }
    ]
    campaign = campaign_from_dict(tree)
    (scenario,) = campaign.scenarios
    assert campaign.world.unit_means is scenario.regime.memory_years is None
    assert scenario.leaders.village.tenure is None
    assert scenario.name == "none"


def test_none_is_refused_where_a_value_is_required():
    with pytest.raises(ConfigError, match="`world.n_ticks` must be a whole number"):
        campaign_from_dict(campaign_tree(world={"n_ticks": "none"}))


HELD = {"world": {"n_citizens": 1000}, "scenario": [{"pilot": "rongcheng"}]}
UNTIL = {"until": {"variable": "efficiency", "halfwidth": 0.01, "max": 256}}
LOSS = {"regime": {"loss": [0.0, 0.1]}}


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        ({"scenario": [{"pilot": "rongcheng", **UNTIL}]}, "scenario.0.until"),
        (
            {"leaders": {"all": {"share": 0.1, "block_size": 2}}},
            "leaders.all.block_size",
        ),
        ({"world": {"n_citizens": 1000, "seed": 3}}, "world.seed"),
        ({"sweep": {**LOSS, **UNTIL}}, "sweep.until"),
        (
            {"sample": {"method": "sobol", "n": 2, "over": {**LOSS, **UNTIL}}},
            "sample.over.until",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_top_level_key_inside_a_table_is_reported_with_its_place(tree, path):
    name = path.rpartition(".")[2]
    with pytest.raises(ConfigError) as caught:
        campaign_from_dict({**HELD, **tree})
    assert caught.value.faults == [
        f"`{path}`: `{name}` belongs at the top of the file, above the first [table]"
    ]


def test_a_top_level_key_that_a_table_also_has_is_reported_as_usual():
    tree = {"sample": {"method": "sobol", "n": 2, "seed": "x", "over": LOSS}}
    with pytest.raises(ConfigError) as caught:
        campaign_from_dict({**HELD, **tree})
    assert [fault[:22] for fault in caught.value.faults] == ["`sample.seed` must be "]


def test_an_unknown_pilot_is_the_only_fault_of_its_name_and_regime():
    entry = {"pilot": "rongchen", "regime": {"loss": 0.1}, "leaders": {"x": 1}}
    with pytest.raises(ConfigError) as caught:
        campaign_from_dict({**HELD, "scenario": [entry]})
    pilot, leaders = caught.value.faults
    assert pilot.endswith("got 'rongchen'; did you mean 'rongcheng'?")
    assert leaders.startswith("`scenario.0.leaders.x`: unknown key")


@pytest.mark.parametrize(
    ("design", "near"),
    [
        ({"sweep": {"of": ["rongchen"], **LOSS}}, "rongcheng"),
        ({"factorial": {"of": ["rongchen"]}}, "rongcheng"),
        (
            {"sample": {"of": ["rongchen"], "method": "sobol", "n": 2, "over": LOSS}},
            "rongcheng",
        ),
        ({"sample": {"method": "sobl", "n": 2, "over": LOSS}}, "sobol"),
    ],
    ids=["sweep.of", "factorial.of", "sample.of", "sample.method"],
)
def test_a_near_name_is_suggested_in_designs(design, near):
    with pytest.raises(ConfigError) as caught:
        campaign_from_dict({**HELD, **design})
    (fault,) = caught.value.faults
    assert fault.endswith(f"; did you mean '{near}'?")
