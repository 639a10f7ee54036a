"""Campaigns whose villages have sizes of their own, from the file to the results."""

import numpy as np
import pytest
from support.busy_parts import BUSY

import scsfast
from scsfast.analysis.export import tidy
from scsfast.campaign.campaign import campaign_from_resolved
from scsfast.campaign.config import campaign_from_dict
from scsfast.campaign.identity import resolved
from scsfast.engine import state
from scsfast.engine.unit_tables import unit_tables
from scsfast.errors import ConfigError
from scsfast.execution.run import run_campaign
from scsfast.model.integers.build import build_rules
from scsfast.planning.estimate import estimate
from scsfast.planning.footprint import unit_bytes
from scsfast.store.store import Store

VILLAGES = [30, 1, 400, 7, 90, 2, 170, 100]
TOWNSHIPS = [2, 1, 4, 1]
SIZES = {"village": VILLAGES, "township": TOWNSHIPS}
VILLAGE = np.repeat(np.arange(8), VILLAGES)
TOWNSHIP = np.repeat(np.arange(4), TOWNSHIPS)[VILLAGE]
BY_UNIT = (
    *("serial", "ends", "unit_sum", "fair_unit_sum", "unit_violated", "unit_points"),
    *("hush", "manipulates", "renewed"),
)
SNAPSHOTS = {"ticks": [6], "variables": ["score", "traits"]}


def tree(sizes=None, **population) -> dict:
    """Return a campaign of busy leaders, in villages of some sizes or of one."""
    world = {"n_citizens": 800, "n_ticks": 6, "warmup": 2, "distribution_every": 3}
    world |= {"spans": [100, 200, 400], "unit_means": "township"}
    return {
        "replicates": 3,
        "world": {**world, "population": population}
        | ({"sizes": sizes} if sizes else {}),
        "leaders": {"all": BUSY},
        "scenario": [{"pilot": "rongcheng"}, {"pilot": "fair-rongcheng"}],
        "output": {"snapshots": SNAPSHOTS},
    }


def people(folder, **columns):
    """Write a table of citizens; return the campaign that names it."""
    table = np.zeros(800, [(name, np.asarray(v).dtype) for name, v in columns.items()])
    for name, values in columns.items():
        table[name] = values
    np.save(folder / "people.npy", table)
    return campaign_from_dict(tree(people_file="people.npy"), folder=folder)


def faults(*arguments, **keys) -> str:
    with pytest.raises(ConfigError) as caught:
        campaign_from_dict(tree(*arguments), **keys)
    return "\n".join(caught.value.faults)


def test_columns_of_units_are_the_worlds_sizes(tmp_path):
    campaign = people(tmp_path, village=VILLAGE, township=TOWNSHIP)
    assert campaign.world.sizes.model_dump(exclude_defaults=True) == SIZES
    assert all(scenario.world == campaign.world for scenario in campaign.scenarios)
    named = np.array(list("abcdefgh"))[VILLAGE]
    alone = people(tmp_path, village=named)
    assert alone.world.sizes.model_dump(exclude_defaults=True) == {"village": VILLAGES}


def test_sizes_are_in_the_identity_and_in_a_store(tmp_path):
    found = {
        campaign_from_dict(tree(sizes)).identity()
        for sizes in (None, SIZES, {"village": VILLAGES}, {"village": VILLAGES[::-1]})
    }
    assert len(found) == 4
    campaign = campaign_from_dict(tree(SIZES))
    again = campaign_from_resolved(resolved(campaign))
    assert again == campaign and again.identity() == campaign.identity()
    assert "sizes" not in resolved(campaign_from_dict(tree()))["world"]


def test_a_scenario_may_have_sizes_of_its_own_where_the_campaign_has_none():
    asked = tree()
    asked["scenario"][1]["world"] = {"sizes": SIZES}
    campaign = campaign_from_dict(asked)
    assert [s.world.units.count(0) for s in campaign.scenarios] == [8, 8]
    assert campaign_from_resolved(resolved(campaign)) == campaign
    asked["world"]["sizes"] = {"village": VILLAGES}
    with pytest.raises(ConfigError, match="`scenario.1.world.sizes` must be the camp"):
        campaign_from_dict(asked)


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        (
            {"village": [799]},
            "sizes.village must add up to the 800 n_citizens, got 799",
        ),
        ({"village": [800, 0]}, "`world.sizes.village.1` must be a whole number in [1"),
        ({"village": VILLAGES, "city": [1]}, "sizes.city: the world has no such level"),
        ({"township": [8]}, "sizes must have those of each village, sizes.village"),
        ({"hamlet": [800]}, "`world.sizes.hamlet`: unknown key"),
    ],
    ids=str,
)
def test_wrong_sizes_are_refused(sizes, expected):
    assert expected in faults(sizes)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"township": TOWNSHIP}, "`township` must come with a column `village`"),
        ({"village": VILLAGE[::-1] % 3}, "must have the citizens of a unit one after"),
        (
            {"village": VILLAGE, "township": np.arange(800) // 100},
            "`township` must hold whole village units, got a new one within a village "
            "in row 100 (counted from 0)",
        ),
        (
            {"village": np.where(VILLAGE == 1, "", VILLAGE.astype(str))},
            "`village` must be names or whole numbers, none empty, got ''",
        ),
        (
            {"village": VILLAGE + 0.5},
            "`village` must be names or whole numbers, got 0.5",
        ),
        ({"village": VILLAGE, "unit": VILLAGE // 2}, "a unit must begin in row 30"),
        ({"village": VILLAGE, "city": VILLAGE}, "`city`: the world has no such level"),
    ],
    ids=str,
)
def test_wrong_columns_of_units_are_refused(tmp_path, columns, expected):
    with pytest.raises(ConfigError) as caught:
        people(tmp_path, **columns)
    assert expected in "\n".join(caught.value.faults)


def test_columns_must_be_those_of_sizes_that_are_written(tmp_path):
    people(tmp_path, village=VILLAGE)
    asked = tree(SIZES, people_file="people.npy")
    assert campaign_from_dict(asked, folder=tmp_path).world.units.count(1) == 4
    asked["world"]["sizes"] = {"village": [31, *VILLAGES[1:-1], 99]}
    with pytest.raises(
        ConfigError, match="`village` must divide .* not begin in row 30"
    ):
        campaign_from_dict(asked, folder=tmp_path)


@pytest.mark.usefixtures("sketched")
def test_results_are_by_the_units_of_the_file_on_any_cores(tmp_path):
    campaign = people(tmp_path, village=VILLAGE, township=TOWNSHIP)
    digests = []
    for jobs, size in ((1, 1), (2, 2)):
        path = tmp_path / f"{size}.zarr"
        run_campaign(campaign.model_copy(update={"block_size": size}), path, jobs=jobs)
        digests.append(Store(path).digest())
    assert len(set(digests)) == 1
    (tmp_path / "people.npy").unlink()
    found = scsfast.open(tmp_path / "1.zarr")
    sizes = np.bincount(TOWNSHIP).tolist()
    assert found["unit_citizens"][0, 0, 0].values.tolist() == sizes
    panel = tidy(found, "citizens")
    assert panel["village"].tolist()[:800] == VILLAGE.tolist()
    assert panel["township"].tolist()[-800:] == TOWNSHIP.tolist()
    html = scsfast.report(tmp_path / "1.zarr")
    assert "units of 1 to 400 (8 villages), units of 31 to 400 (4 townships)" in html


@pytest.mark.parametrize("sizes", [SIZES, {"village": [1] * 800}], ids=["few", "many"])
def test_a_plan_counts_the_bytes_of_units(sizes):
    asked = campaign_from_dict(tree(sizes))
    rules = build_rules(asked.scenarios[0])
    arrays = state.allocate(rules).items()
    by_unit = {name: a for name, a in arrays if isinstance(a, list) and name in BY_UNIT}
    tables = [a for a in unit_tables(rules.units).values() if isinstance(a, np.ndarray)]
    listed = [unit_tables(rules.units)[name] for name in ("of", "village")]
    held = [*tables, *sum(by_unit.values(), []), *sum(listed, [])]
    assert len(by_unit) == len(BY_UNIT)
    n_bytes = sum(array.nbytes for array in held)
    assert unit_bytes(rules) == pytest.approx(n_bytes, abs=100, rel=0.01)
    assert estimate(asked).replicates == 3
