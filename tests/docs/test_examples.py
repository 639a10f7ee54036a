"""The examples run, at a small size: each scenario, with its leaders and its changes."""

import tomllib
from pathlib import Path

import pytest

from scsfast.campaign.config import campaign_from_dict, load_campaign
from scsfast.engine.simulate import run_replicate
from scsfast.model.integers.build import build_rules
from scsfast.model.outcomes import named

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))


def few(path):
    """Return the scenarios of an example, of each of its designs the first and last.

    A sample is cut to four points: every scenario is drawn from the same ranges, and
    each of hundreds would take a tenth of a second. Those of all examples take a second,
    in each process that collects tests if these were named after scenarios.
    """
    tree = tomllib.loads(path.read_text(encoding="utf-8"))
    if "sample" in tree:
        tree["sample"]["n"] = 4
    campaign = campaign_from_dict(tree, folder=path.parent)
    by_base = {}
    for scenario, origin in zip(campaign.scenarios, campaign.origins, strict=True):
        by_base.setdefault(origin.base, []).append(scenario)
    ends = [{s.name: s for s in (made[0], made[-1])} for made in by_base.values()]
    return [scenario for names in ends for scenario in names.values()]


def small(scenario):
    """Return the scenario among two thousand citizens, in as many units as fit."""
    changes = {"n_citizens": 2_000, "n_ticks": 96}
    world = scenario.world.model_copy(update=changes)
    return scenario.model_copy(update={"world": world})


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_scenarios_of_an_example_run(path):
    for scenario in few(path):
        runs(scenario)


def runs(scenario) -> None:
    """Fail if the scenario of an example does nothing among two thousand citizens."""
    outputs = named(run_replicate(build_rules(small(scenario)), seed=1, replicate=0))
    assert (outputs["prizes"] == outputs["places"]).all(), scenario.name
    # from 697 points up, 197 above the base: nobody of two thousand gets there in 96 ticks
    assert outputs["prizes"].any() != scenario.name.startswith("fuzhou-fares"), (
        scenario.name
    )
    assert outputs["violations"].any(), scenario.name
    if scenario.name.endswith(("-honest", ", honest")):
        assert outputs["manipulating"].sum() == 0, scenario.name
        assert outputs["prizes_moved"].sum() == outputs["displacement"].sum() == 0


OWN_SIZE = [
    pytest.param(p, id=p.stem, marks=[pytest.mark.slow] if p.stem == "claims" else [])
    for p in EXAMPLES
]


@pytest.mark.parametrize("path", OWN_SIZE)
def test_example_is_valid_at_its_own_size(path):
    assert load_campaign(path).scenarios


def test_examples_are_found():
    assert {"first", "pilots", "rongcheng-years"} <= {path.stem for path in EXAMPLES}
