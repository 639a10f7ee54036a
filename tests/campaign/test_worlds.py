"""Scenarios with a world of their own: allowed changes, identity, round trips."""

import numpy as np
import pytest
from support.fake_engine import campaign_tree, small_campaign

from scsfast.campaign.campaign import campaign_from_resolved
from scsfast.campaign.config import campaign_from_dict
from scsfast.campaign.identity import deciding, resolved
from scsfast.errors import ConfigError
from scsfast.model.trees import differing, laid_over_world

UNIFORM = {"kind": "uniform", "low": 0.2, "high": 0.8}


def pair(own, **world):
    """Return a campaign of two scenarios, the second with a world of its own."""
    entries = [
        {"pilot": "rongcheng"},
        {"pilot": "rongcheng", "name": "own", "world": own},
    ]
    return small_campaign(scenario=entries, world=world)


def fault_of(own, **world) -> str:
    with pytest.raises(ConfigError) as caught:
        pair(own, **world)
    return "\n".join(caught.value.faults)


def test_world_of_a_scenario_overrides_the_campaigns():
    campaign = pair({"population": {"aware": 0.5}}, population={"dissenters": 0.04})
    first, own = (scenario.world for scenario in campaign.scenarios)
    assert first is campaign.world
    assert (own.population.aware, own.population.dissenters) == (0.5, 0.04)
    assert first.population.aware == campaign.world.population.aware == 0.11
    assert own.n_citizens == 600


def test_distribution_of_another_kind_replaces_the_campaigns():
    beta = {"kind": "beta", "a": 3.0, "b": 2.0}
    campaign = pair({"population": {"quality": UNIFORM}}, population={"quality": beta})
    assert campaign.scenarios[1].world.population.quality.model_dump() == UNIFORM
    campaign = pair(
        {"population": {"quality": {"a": 9.0}}}, population={"quality": beta}
    )
    quality = campaign.scenarios[1].world.population.quality
    assert (quality.a, quality.b) == (9.0, 2.0)


@pytest.mark.parametrize(
    "own",
    [
        {"population": {"aware": 0.5}},
        {"population": {"quality": UNIFORM}},
        {"n_citizens": 500},
        {"prize": {"loan": {"capacity": 0.1, "need": UNIFORM}}},
        {"spans": [300, 600, 60_000, 600_000], "unit_means": "county"},
    ],
    ids=str,
)
def test_campaign_with_worlds_round_trips(own):
    campaign = pair(own)
    again = campaign_from_resolved(resolved(campaign))
    assert again == campaign
    assert again.identity() == campaign.identity()
    assert campaign.identity() != pair({}).identity()


def test_only_differing_values_of_a_world_are_kept():
    first, own = resolved(pair({"population": {"aware": 0.5}}))["scenarios"]
    assert "world" not in first
    assert own["world"] == {"population": {"aware": 0.5}}


def test_an_equal_world_leaves_the_identity():
    assert pair({"population": {"aware": 0.11}}).identity() == pair({}).identity()
    assert "world" not in resolved(pair({"n_citizens": 600}))["scenarios"][1]


def test_quantiles_of_a_scenarios_world_are_in_the_identity():
    first, own = deciding(pair({"population": {"quality": UNIFORM}}))["scenario"]
    assert "quantiles" not in first
    assert list(own["quantiles"]) == ["quality"]


@pytest.mark.parametrize(
    ("own", "world", "fault"),
    [
        ({"n_ticks": 7}, {}, "tick is 6 in 'rongcheng', 7 in 'own'"),
        (
            {"warmup": 3},
            {"warmup": 1},
            "the first measured tick is 1 in 'rongcheng', 3 in 'own'",
        ),
        (
            {"prize": {"school": {}}},
            {"prize": {"loan": {}}},
            "prize_kind is loan in 'rongcheng', loan, school in 'own'",
        ),
        (
            {"distribution_every": 4},
            {"distribution_every": 5},
            "ticks of distributions is 4, 5 in 'rongcheng', 3, 5 in 'own'",
        ),
        (
            {"n_citizens": 1200},
            {
                "spans": [500, 1000],
                "unit_means": "village",
                "prize": {"loan": {"pool": "top"}},
            },
            "unit is 2 in 'rongcheng', 3 in 'own'; set world.unit_means",
        ),
    ],
    ids=str,
)
def test_world_that_changes_the_tables_is_refused(own, world, fault):
    entries = [
        {"pilot": "rongcheng", "regime": {"deciding": "village"}},
        {
            "pilot": "rongcheng",
            "regime": {"deciding": "village"},
            "name": "own",
            "world": own,
        },
    ]
    world = {"population": {"network": ["village"]}, **world}
    with pytest.raises(ConfigError) as caught:
        small_campaign(scenario=entries, world=world)
    text = "\n".join(caught.value.faults)
    assert "`scenario.1.world` must not change the shape of the store's tables" in text
    assert fault in text


def test_faults_of_a_scenarios_world_have_its_path():
    assert fault_of({"n_citizen": 3}).startswith(
        "`scenario.1.world.n_citizen`: unknown"
    )
    found = fault_of({"population": {"ties": [0.1]}})
    assert found.startswith("`scenario.1.world.population.ties`: must have a share")


@pytest.mark.parametrize("key", ["people_file", "network_file", "people_sha256"])
def test_files_belong_to_the_campaigns_world(key):
    found = fault_of({"population": {key: "x" * 64}})
    assert f"`scenario.1.world.population.{key}` must be in the campaign's" in found


@pytest.mark.parametrize(
    ("own", "key"),
    [
        ({"n_citizens": 500}, "n_citizens"),
        ({"spans": [600]}, "spans"),
        ({"population": {"max_degree": 4}}, "population.max_degree"),
    ],
)
def test_parameters_that_files_depend_on_belong_to_the_campaigns_world(
    tmp_path, own, key
):
    np.savetxt(tmp_path / "edges.csv", [[0, 1], [1, 2]], "%d", delimiter=",")
    tree = campaign_tree(
        scenario=[{"pilot": "lottery"}, {"pilot": "oracle", "world": own}],
        world={"population": {"network_file": "edges.csv"}},
    )
    with pytest.raises(
        ConfigError, match=f"`scenario.1.world.{key}` must be the campa"
    ):
        campaign_from_dict(tree, folder=tmp_path)
    tree["scenario"][1]["world"] = {"population": {"aware": 0.5}}
    campaign = campaign_from_dict(tree, folder=tmp_path)
    files = [
        scenario.world.population.network_sha256 for scenario in campaign.scenarios
    ]
    assert files[0] == files[1] == campaign.world.population.network_sha256
    assert campaign_from_resolved(resolved(campaign)) == campaign


def test_differences_merged_over_a_world_give_the_other():
    there = {"a": 1, "b": {"kind": "x", "p": 1}, "c": {"d": 1, "e": [1, 2]}}
    here = {"a": 1, "b": {"kind": "y", "q": 2}, "c": {"d": 1, "e": [1, 3]}}
    assert differing(there, here) == {"b": {"kind": "y", "q": 2}, "c": {"e": [1, 3]}}
    assert laid_over_world(there, differing(there, here)) == here
    assert differing(there, there) == {}
    other = {**there, "b": {"kind": "y", "p": 1}}
    assert differing(there, other) == {"b": {"kind": "y", "p": 1}}
    assert laid_over_world(there, differing(there, other)) == other
