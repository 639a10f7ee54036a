"""The extents of a scenario, from which stores are opened, are those of its rules."""

import numpy as np
import pytest
from support.pilot_sources import PILOTS
from support.small_scenarios import scenario

from scsfast.campaign.config import campaign_from_dict
from scsfast.model.integers.build import build_rules
from scsfast.model.integers.extents import extents, with_one_range
from scsfast.model.population import Beta, Lognormal, Normal, Uniform

CASES = {
    "no means of units": {"world": {"unit_means": "none"}},
    "of villages": {"world": {"unit_means": "village"}},
    "without scores at first": {
        "regime": {"scorer": "none", "floor": 0, "ceiling": 100, "base": 50},
        "change": [(3, {})],
    },
    "two prizes": {"world": {"prize": {"loan": {}, "school": {"need_from": 0.2}}}},
}


def assert_same(scenario):
    rules, found = build_rules(scenario), extents(scenario)
    assert {n: getattr(rules, n) for n in found._fields} == found._asdict()


@pytest.mark.parametrize("pilot", PILOTS)
def test_extents_of_a_pilot_are_those_of_its_rules(pilot):
    world = {"n_citizens": 900, "n_ticks": 30}
    tree = {"world": world, "scenario": [{"pilot": pilot}]}
    assert_same(campaign_from_dict(tree).scenarios[0])


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_extents_of_a_scenario_are_those_of_its_rules(changes):
    assert_same(scenario(**changes))


def test_regimes_without_scores_all_take_the_range_of_the_first():
    """A scenario none of whose regimes has scores."""
    without, first = {"scorer": "none"}, {"floor": 0, "ceiling": 100, "base": 50}
    ranged = with_one_range(
        scenario(regime={**without, **first}, change=[(3, without), (5, without)])
    )
    regimes = [ranged.regime, *(change.regime for change in ranged.change)]
    for regime in regimes:
        assert {key: getattr(regime, key) for key in first} == first


SCALES = (1e-3, 0.1, 1.0, 30.0, 1e6)


@pytest.mark.parametrize(
    "shape",
    [
        *(Beta(a=a, b=b) for a in SCALES for b in SCALES),
        *(Lognormal(mean=1e6, gini=gini) for gini in (1e-300, 0.5, 0.999)),
        Normal(mean=-1e6, sd=1e6),
        Uniform(low=-1e6, high=1e6),
    ],
    ids=repr,
)
def test_quantiles_that_are_not_computed_are_numbers(shape):
    assert not shape.is_extreme
    assert np.isfinite(shape.quantiles()).all()


def test_extreme_shapes_are_computed():
    assert Beta(a=1e-4, b=2).is_extreme
    assert Lognormal(gini=0.9999).is_extreme
    with pytest.raises(ValueError, match="must be finite"):
        Beta(a=2.4e-308, b=2.4e-308)
    with pytest.raises(ValueError, match="must be finite"):
        Lognormal(gini=np.nextafter(1.0, 0.0).item())
