"""Samples: the rows are those of SALib and scipy, within plausible bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SALib.sample import morris as salib_morris
from SALib.sample import sobol as salib_sobol
from scipy.stats import qmc
from support.designed import RONGCHENG, campaign, faults, names, sample

from scsfast.store.coordinates import coordinates_of


def points(found) -> np.ndarray:
    axes = coordinates_of(found)
    return np.array([axes["regime.loss"], axes["leaders.all.share"]]).T


PROBLEM = {
    "num_vars": 2,
    "names": ["regime.loss", "leaders.all.share"],
    "bounds": [[0.0, 0.1], [0.2, 0.7]],
}


@pytest.mark.parametrize("pairs", [True, False])
@pytest.mark.parametrize("n", [1, 4])
def test_saltelli_rows_are_those_of_salib(n, pairs):
    more = {} if pairs else {"second_order": False}
    found = campaign(sample=sample("saltelli", n=n, seed=3, **more))
    wanted = salib_sobol.sample(PROBLEM, n, calc_second_order=pairs, seed=3)
    assert (points(found) == wanted).all()
    assert names(found) == [f"rongcheng, point {k}" for k in range(len(wanted))]


def test_morris_rows_are_those_of_salib():
    found = campaign(sample=sample("morris", n=3, levels=6, seed=3))
    wanted = salib_morris.sample(PROBLEM, 3, num_levels=6, seed=3)
    assert (points(found) == wanted).all()
    asked = {**sample("morris", levels=6, seed=3), "trajectories": 3}
    del asked["n"]
    assert (points(campaign(sample=asked)) == wanted).all()


@pytest.mark.parametrize(
    ("method", "kind"),
    [("latin-hypercube", qmc.LatinHypercube), ("sobol", qmc.Sobol)],
)
def test_points_are_those_of_scipy(method, kind):
    found = campaign(sample=sample(method, n=8, seed=5))
    unit = kind(2, seed=np.random.default_rng(5)).random(8)
    low, high = np.array(PROBLEM["bounds"]).T
    assert (points(found) == low + (high - low) * unit).all()


@given(n=st.integers(1, 20), seed=st.integers(0, 2**64 - 1))
@settings(max_examples=10, deadline=None)
def test_hypercube_has_one_point_in_each_slice(n, seed):
    unit = points(campaign(sample=sample("latin-hypercube", n=n, seed=seed)))
    slices = np.floor((unit[:, 1] - 0.2) / 0.5 * n).astype(int)
    assert sorted(slices.tolist()) == list(range(n))


def test_seed_of_a_sample_is_the_campaigns_unless_given():
    own = campaign(sample=sample("sobol", seed=7))  # campaign_tree has seed 7
    other = campaign(sample=sample("sobol", seed=8))
    usual = campaign(sample=sample("sobol"))
    assert (points(usual) == points(own)).all()
    assert (points(usual) != points(other)).all()
    assert usual.designs[0].seed == 7


def test_bases_of_one_sample_have_the_same_points():
    twin = {"pilot": "rongcheng", "name": "twin"}
    found = campaign(RONGCHENG, twin, sample=sample("sobol"))
    assert (points(found)[:4] == points(found)[4:]).all()
    assert len(found.designs) == 1
    assert found.designs[0].of == ["rongcheng", "twin"]


def test_plausible_bounds_are_each_scenarios_own():
    over = {"regime.transparency": "plausible"}
    found = campaign(RONGCHENG, {"pilot": "sesame"}, sample=sample("sobol", over))
    bounds = [d.parameters["regime.transparency"] for d in found.designs]
    assert bounds[0] == [0.3, 1.0]
    assert bounds[1] != bounds[0]
    values = coordinates_of(found)["regime.transparency"]
    for (low, high), part in zip(bounds, (values[:4], values[4:]), strict=True):
        assert ((low <= part) & (part <= high)).all()


def test_a_user_range_takes_precedence_over_the_pilots():
    def known(low, high):
        return {"value": low, "choice": "mine", "range": [low, high]}

    over = {"regime.loss": "plausible", "world.conduct.moral": "plausible"}
    found = campaign(
        {**RONGCHENG, "regime": {"loss": known(0.25, 0.5)}},
        world={"conduct": {"moral": known(1.0, 1.5)}},
        sample=sample("sobol", over),
    )
    assert found.designs[0].parameters == {
        "regime.loss": [0.25, 0.5],
        "world.conduct.moral": [1.0, 1.5],
    }


def test_a_plausible_range_of_one_value_is_refused():
    over = {"regime.discretion.village": "plausible"}
    found = faults({"pilot": "fair-rongcheng"}, sample=sample("sobol", over))
    assert (
        "its plausible range in scenario 'fair-rongcheng' is 0..0, one value" in found
    )


def test_parameters_if_plausible_are_varied_only_where_they_have_a_range():
    over = {
        "regime.discretion.village": "if plausible",
        "regime.memory_years": "if plausible",
        "world.population.aware": "plausible",
    }
    found = campaign(
        RONGCHENG,
        {"pilot": "fair-rongcheng"},  # discretion is sure to be 0
        {"pilot": "market"},
        sample=sample("sobol", over),
    )
    varied = {base: d.parameters for d in found.designs for base in d.of}
    assert list(varied["rongcheng"]) == list(over)
    assert list(varied["fair-rongcheng"]) == [*over][1:]
    assert list(varied["market"]) == [*over][2:]
    aware = coordinates_of(found)["world.population.aware"].reshape(3, -1)
    assert (aware == aware[0]).all()  # the same points in all of them
    village = coordinates_of(found)["regime.discretion.village"].reshape(3, -1)
    assert np.isnan(village[1:]).all() and not np.isnan(village[0]).any()


@pytest.mark.parametrize("method", ["saltelli", "morris"])
def test_indices_need_every_parameter_at_every_point(method):
    over = {"regime.loss": "if plausible", "regime.transparency": "plausible"}
    found = faults(RONGCHENG, sample=sample(method, over))
    assert "'if plausible' is for latin-hypercube and sobol" in found


def test_whole_numbers_are_rounded():
    found = campaign(
        {"pilot": "fuzhou"}, sample=sample("sobol", {"regime.valid_years": [1, 5]})
    )
    years = [scenario.regime.valid_years for scenario in found.scenarios]
    assert all(type(year) is int for year in years)
    assert coordinates_of(found)["regime.valid_years"].tolist() == years
