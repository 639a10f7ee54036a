"""A campaign with the user's files: their content is in the identity, their location is not."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.brought_files import EDGES, N, save_edges, save_people
from support.fake_engine import campaign_tree, failing, fake_replicate

from scsfast.campaign.campaign import Campaign, campaign_from_resolved
from scsfast.campaign.config import campaign_from_dict, load_campaign
from scsfast.campaign.identity import deciding, resolved
from scsfast.campaign.user_data import load_given
from scsfast.campaign.user_files import file_hash
from scsfast.cli.tables import status_rows
from scsfast.errors import ConfigError, DifferentCampaignError
from scsfast.execution.threads import execute
from scsfast.model.graph import edges_from, matchings
from scsfast.store.create import open_for_writing
from scsfast.store.store import Store


def tree(**population) -> dict:
    return campaign_tree(1, world={"population": population})


@pytest.fixture
def campaign(folder):
    return own_campaign(folder)


def own_campaign(folder: Path, **population):
    files = {"people_file": "people.parquet", "network_file": "edges.csv"}
    return campaign_from_dict(tree(**{**files, **population}), folder=folder)


def faults(folder: Path, **population) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        campaign_from_dict(tree(**population), folder=folder)
    return caught.value.faults


def test_a_campaign_notes_where_its_files_are_and_what_they_hold(folder, campaign):
    people = campaign.world.population
    assert people.people_file == str(folder / "people.parquet")
    assert people.network_file == str(folder / "edges.csv")
    assert people.people_sha256 == file_hash(folder / "people.parquet")
    assert people.network_sha256 == file_hash(folder / "edges.csv")
    assert all(scenario.world == campaign.world for scenario in campaign.scenarios)


def test_files_are_looked_for_beside_the_campaigns_file(folder, monkeypatch):
    path = folder / "campaign.toml"
    path.write_text(
        "[world]\nn_citizens = 600\nn_ticks = 6\n[world.population]\n"
        "people_file = 'people.parquet'\n[[scenario]]\npilot = 'lottery'\n"
    )
    monkeypatch.chdir("/")
    assert load_campaign(path).world.population.people_file == str(
        folder / "people.parquet"
    )


def test_given_data_are_those_of_the_files(campaign):
    given = load_given(campaign.world)
    assert list(given.people) == ["quality", "group", "aware"]
    assert given.people["group"].tolist() == [1, 0] * (N // 2)
    expected = matchings(edges_from(EDGES, N, "test"), N, 16)
    np.testing.assert_array_equal(given.partners, expected)


def test_data_without_a_file_are_drawn(folder):
    assert load_given(campaign_from_dict(tree()).world) is None
    one = load_given(own_campaign(folder, people_file=None).world)
    other = load_given(own_campaign(folder, network_file=None).world)
    assert one.people == {}
    assert len(one.partners) == 2
    assert other.partners is None


def test_partners_beyond_the_degree_are_dropped(folder):
    save_edges(folder / "star.npy", np.array([[0, k] for k in range(1, 20)]))
    world = own_campaign(folder, network_file="star.npy", max_degree=3).world
    assert len(load_given(world).partners) == 3


def test_every_fault_of_the_files_is_reported_at_once(folder):
    save_people(
        folder / "wrong.npy", pd.DataFrame({"quality": [2.0] * N, "x": [0] * N})
    )
    save_edges(folder / "far.csv", np.array([[0, N]]))
    found = faults(folder, people_file="wrong.npy", network_file="far.csv", aware=2)
    assert [fault.split(":")[0] for fault in found] == [
        "`world.population.aware` must be a number in [0, 1], got 2"
    ]
    found = faults(folder, people_file="wrong.npy", network_file="far.csv")
    key = "`world.population.people_file` " + str(folder / "wrong.npy")
    assert found[0].startswith(f"{key}: `quality` must be numbers in [0, 1], got 2.0")
    assert found[1].startswith(f"{key}: `x`: unknown column")
    key = "`world.population.network_file` " + str(folder / "far.csv")
    assert found[2].startswith(f"{key}: must name citizens by their numbers in 0..599")
    assert len(found) == 3


@pytest.mark.parametrize(
    ("population", "expected"),
    [
        ({"people_file": "none.npy"}, "none.npy: there is no such file"),
        ({"people_file": ""}, "people_file` must be text of 1 or more characters"),
        (
            {"people_file": 3},
            "people_file` must be text, got 3",
        ),
        ({"network_file": "empty.csv"}, "must have two citizens who meet; for none"),
        ({"network_file": "edges.csv", "max_degree": 1025}, "in [1, 1024], got 1025"),
        ({"network_file": "edges.csv", "max_degree": 0}, "in [1, 1024], got 0"),
        ({"people_sha256": "0" * 64}, "people_sha256 must come with people_file"),
        ({"network_sha256": "0" * 64}, "network_sha256 must come with network_file"),
        (
            {"people_file": "people.parquet", "people_sha256": "0" * 63},
            "people_sha256` must be text of 64 characters",
        ),
        (
            {"people_file": "people.parquet", "people_sha256": "0" * 64},
            f"people.parquet: must have the SHA-256 {'0' * 64} that the campaign names",
        ),
    ],
    ids=str,
)
def test_fault_of_a_file_is_named(folder, population, expected):
    (folder / "empty.csv").write_text("from,to\n0,0\n")
    (fault,) = faults(folder, **population)
    assert fault.startswith("`world.population")
    assert expected in fault


def test_units_of_a_file_are_those_of_the_world(folder):
    save_people(folder / "units.npy", pd.DataFrame({"unit": np.arange(N) // 300}))
    (fault,) = faults(folder, people_file="units.npy")
    assert "`unit` must have 500 citizens in every unit" in fault


def test_a_hash_may_be_given(folder, campaign):
    pinned = campaign.world.population.people_sha256.upper()
    assert own_campaign(folder, people_sha256=pinned) == campaign


def test_content_of_files_is_in_the_identity_and_their_location_is_not(
    folder, campaign, tmp_path
):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(folder / "people.parquet", elsewhere / "folk.parquet")
    shutil.copy(folder / "edges.csv", elsewhere)
    moved = own_campaign(elsewhere, people_file="folk.parquet")
    assert moved.identity() == campaign.identity()
    others = [
        own_campaign(folder, max_degree=2),
        own_campaign(folder, people_file=None),
    ]
    save_edges(folder / "edges.csv", EDGES[:2])
    others.append(own_campaign(folder))
    assert len({campaign.identity(), *(other.identity() for other in others)}) == 4


def test_no_path_is_in_the_identity(folder, campaign):
    assert str(folder) in str(resolved(campaign))
    assert str(folder) not in str(deciding(campaign))
    assert campaign.world.population.network_sha256 in str(deciding(campaign))


def test_resolved_campaign_round_trips_without_its_files(folder, campaign):
    tree = resolved(campaign)
    for name in ("people.parquet", "edges.csv"):
        (folder / name).unlink()
    assert campaign_from_resolved(tree) == campaign


def test_every_replicate_gets_the_same_given(campaign, tmp_path):
    seen = []

    def engine(rules, *, given, **rest):
        seen.append(given)
        return fake_replicate(rules, **rest)

    with open_for_writing(tmp_path / "out.zarr", campaign) as store:
        execute(store, 1, jobs=2, run_replicate=engine)
    assert len(seen) == 3
    assert all(given is seen[0] for given in seen)
    assert seen[0].people["quality"][-1] == 255


def test_engine_gets_given_data_only_if_there_are_any(tmp_path):
    with open_for_writing(tmp_path / "out.zarr", campaign_from_dict(tree())) as store:
        execute(store, 1, jobs=1, run_replicate=fake_replicate)
    assert len(Store(tmp_path / "out.zarr").journal.digests()) == 3


@pytest.mark.parametrize("name", ["people.parquet", "edges.csv"])
@pytest.mark.parametrize("change", ["changed", "gone"])
def test_a_file_that_has_changed_is_refused(folder, campaign, tmp_path, name, change):
    with open_for_writing(tmp_path / "out.zarr", campaign) as store:
        if change == "gone":
            (folder / name).unlink()
        else:
            (folder / name).write_bytes((folder / name).read_bytes() + b" ")
        with pytest.raises(ConfigError) as caught:
            execute(store, 1, jobs=1, run_replicate=failing())
        expected = (
            "must have the SHA-256" if change == "changed" else "there is no such file"
        )
        assert f"{folder / name}: {expected}" in str(caught.value)
        assert store.journal.records == {}


def test_a_store_is_opened_without_the_files(folder, campaign, tmp_path):
    path = tmp_path / "out.zarr"
    with open_for_writing(path, campaign) as store:
        execute(
            store, 1, jobs=1, run_replicate=lambda r, given, **k: fake_replicate(r, **k)
        )
    for name in ("people.parquet", "edges.csv"):
        (folder / name).unlink()
    assert status_rows(Store(path))
    with open_for_writing(path, campaign) as store:
        execute(store, 1, jobs=1, run_replicate=failing())  # nothing is left to do


def test_files_that_have_moved_are_found_where_they_are(folder, campaign, tmp_path):
    path, seen = tmp_path / "out.zarr", []
    elsewhere = tmp_path / "elsewhere"
    with open_for_writing(path, campaign):
        pass
    elsewhere.mkdir()
    for name in ("people.parquet", "edges.csv"):
        (folder / name).rename(elsewhere / name)
    moved = own_campaign(elsewhere)

    def engine(rules, *, given, **rest):
        seen.append(given)
        return fake_replicate(rules, **rest)

    with open_for_writing(path, moved) as store:
        execute(store, 1, jobs=1, run_replicate=engine, world=moved.world)
    assert len(seen) == 3


def test_another_file_is_another_campaign(folder, campaign, tmp_path):
    with open_for_writing(tmp_path / "out.zarr", campaign):
        pass
    save_edges(folder / "edges.csv", EDGES[:2])
    with (
        pytest.raises(DifferentCampaignError, match="population.network_sha256 is"),
        open_for_writing(tmp_path / "out.zarr", own_campaign(folder)),
    ):
        pass


def test_a_campaign_with_unchecked_files_does_not_run(folder, campaign):
    population = campaign.world.population.model_copy(update={"people_sha256": None})
    world = campaign.world.model_copy(update={"population": population})
    unchecked = Campaign(world=world, scenarios=campaign.scenarios)
    with pytest.raises(ConfigError, match="people.parquet: must come with its SHA-256"):
        load_given(unchecked.world)
