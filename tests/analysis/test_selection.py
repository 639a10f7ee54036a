"""Selection of the scenarios of a figure, and their roles."""

import numpy as np
import pytest
import xarray as xr
from support.plot_scenarios import FULL, MAIN
from support.reported_store import HIDDEN, HOSTILE, QUOTED

from scsfast.analysis import plots
from scsfast.analysis.selection import (
    YARDSTICKS,
    families,
    main_scenarios,
    regime_at,
    role,
)
from scsfast.errors import ConfigError


def test_main_scenarios_are_those_of_the_file(dataset):
    assert main_scenarios(dataset) == [*MAIN, FULL]


def test_without_designs_all_scenarios_are_main(dataset):
    plain = dataset.drop_vars(["design", "player_village", "player_township"])
    assert main_scenarios(plain) == list(dataset["scenario"].values)


def test_some_points_are_shown_if_all_scenarios_are_points(dataset):
    points = dataset.isel(scenario=np.flatnonzero(dataset["design"] == "sample"))
    assert main_scenarios(points) == list(points["scenario"].values)


def test_families_are_regimes_and_yardsticks(dataset):
    assert families(dataset) == {
        "rongcheng": [HOSTILE, QUOTED, FULL],
        "sesame": [HIDDEN],
        "judgment-defaulters": ["judgment-defaulters"],
        YARDSTICKS: ["lottery", "market", "oracle"],
    }


def test_roles_depend_on_discretion(dataset):
    assert role(dataset, HOSTILE) == "manipulated"
    assert role(dataset, QUOTED) == "honest"
    assert role(dataset, "oracle") == "yardstick"


@pytest.mark.parametrize(
    ("share", "discretion", "expected"),
    [(0.5, 0.3, "manipulated"), (0.5, 0.0, "honest"), (0.0, 0.3, "honest")],
)
def test_leaders_manipulate_only_with_share_and_discretion(share, discretion, expected):
    asked = {
        "name": "s",
        "regime": {"discretion": {"village": discretion, "township": 0.8}},
        "leaders": {
            "all": None,
            "village": {"share": share},
            "township": {"share": 0.0},
        },
    }
    dataset = xr.Dataset(
        coords={"scenario": ["s"], "scorer": ("scenario", ["ledger"])},
        attrs={"config": {"scenarios": [asked]}},
    )
    assert role(dataset, "s") == expected


def test_the_regime_is_the_one_in_force():
    first, later = {"name": "a"}, {"name": "b"}
    asked = {"name": "s", "regime": first, "change": [{"tick": 5, "regime": later}]}
    dataset = xr.Dataset(attrs={"config": {"scenarios": [asked]}})
    assert [regime_at(dataset, "s", tick) for tick in (4, 5)] == [first, later]


@pytest.mark.parametrize("plot", [plots.trajectories, plots.rank, plots.group_errors])
def test_unknown_scenarios_are_refused(dataset, plot):
    with pytest.raises(ConfigError, match="`scenario` must be one of .* got 'oracel'"):
        plot(dataset, scenarios=["oracel"])


def test_nothing_finished_is_refused(dataset):
    with pytest.raises(ConfigError, match="must hold a finished replicate"):
        plots.trajectories(dataset.isel(replicate=[]))
