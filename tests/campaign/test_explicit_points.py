"""Explicit points: each row of a table is a scenario, and faults name row and column."""

import pandas as pd
import pytest
from support.designed import RONGCHENG, names
from support.fake_engine import campaign_tree

from scsfast.campaign.config import campaign_from_dict
from scsfast.campaign.designs.explicit import rows_of
from scsfast.errors import ConfigError
from scsfast.store.coordinates import coordinates_of

ROWS = {
    "leaders.all.share": [0.0, 0.25, 1.0],
    "regime.loss": [0.1, 0.0, 0.05],
    "world.population.max_degree": [20, 30, 40],
    "regime.acts.other-dishonesty.points": [-5, -10, -50],
}


def campaign(folder, file: str, **more):
    points = {"file": file, "of": ["rongcheng"]}
    scenarios = [RONGCHENG, {"pilot": "lottery"}]
    tree = campaign_tree(scenario=scenarios, points=points, **more)
    return campaign_from_dict(tree, folder=folder)


def faults(folder, text: str) -> list[str]:
    (folder / "points.csv").write_text(text)
    with pytest.raises(ConfigError) as caught:
        campaign(folder, "points.csv")
    return caught.value.faults


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_each_row_is_a_scenario_with_its_values(tmp_path, kind):
    frame = pd.DataFrame(ROWS).drop(columns="regime.acts.other-dishonesty.points")
    file = tmp_path / f"points.{kind}"
    frame.to_csv(file, index=False) if kind == "csv" else frame.to_parquet(file)
    found = campaign(tmp_path, file.name)
    assert names(found) == [*(f"rongcheng, point {k}" for k in range(3)), "lottery"]
    axes = coordinates_of(found)
    for path in frame:
        assert axes[path][:3].tolist() == frame[path].tolist()
    for scenario, share in zip(
        found.scenarios, ROWS["leaders.all.share"], strict=False
    ):
        assert scenario.leaders.village.share == share
    assert found.designs[0].kind == "points" and found.designs[0].n == 3
    assert found.designs[0].parameters["regime.loss"] == [0.0, 0.1]


def test_points_equal_a_sample_of_the_same_values(tmp_path):
    sample = {"of": ["rongcheng"], "method": "sobol", "n": 4}
    sample["over"] = {
        "regime": {"loss": [0.0, 0.1]},
        "leaders": {"all": {"share": [0, 1]}},
    }
    tree = campaign_tree(scenario=[RONGCHENG, {"pilot": "lottery"}])
    drawn = campaign_from_dict({**tree, "sample": sample})
    rows = [origin.values for origin in drawn.origins if origin.design]
    pd.DataFrame(rows).to_parquet(tmp_path / "points.parquet")
    assert campaign(tmp_path, "points.parquet").identity() == drawn.identity()


def test_faults_name_row_and_column(tmp_path):
    told = faults(
        tmp_path,
        "leaders.all.share,world.population.max_degree\n0.5,x\n,3.5\n0.1,4\n",
    )
    assert [fault.partition("points.csv: ")[2] for fault in told] == [
        "row 1, column `world.population.max_degree`: must be a number, got x",
        "row 2, column `leaders.all.share`: must have a value, is empty",
        "row 2, column `world.population.max_degree`: must be a whole number, got 3.5",
    ]


def test_faults_of_values_name_the_row(tmp_path):
    told = faults(tmp_path, "leaders.all.share\n0.5\n1.5\n-1\n")
    assert len(told) == 2
    for fault, row in zip(told, (2, 3), strict=True):
        assert fault.startswith(f"`points` row {row}: `scenario.0.leaders.all.share`")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("share\n1\n", "`points.share` must begin with"),
        ("regime.loss,regime.loss\n1,2\n", "column `regime.loss` occurs 2 times"),
        ("regime.loss\n", "must have at least one row"),
        ("", "cannot be read"),
        ("regime.loss\n0.1,0.2\n", "cannot be read"),
    ],
)
def test_invalid_tables_are_refused(tmp_path, text, fault):
    assert any(fault in told for told in faults(tmp_path, text))


def test_other_files_are_refused(tmp_path):
    for name in ("points.xlsx", "absent.csv"):
        with pytest.raises(ConfigError, match=r"must end with|cannot be read"):
            rows_of(tmp_path / name)
