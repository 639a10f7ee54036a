"""Known answers that need access to the simulation's state; see test_verification.py."""

import pytest
from support.small_scenarios import rules, scenario

from scsfast.engine.simulation import Simulation
from scsfast.model.integers.build import build_rules
from scsfast.model.outcomes import named


@pytest.mark.parametrize("pool", ["village", "county", "top"])
@pytest.mark.parametrize("allocation", ["score", "lottery", "market", "oracle"])
def test_capacity_is_met_exactly_in_every_pool(pool, allocation):
    """Each pool [s, e) hands out floor(c e) - floor(c s), at most its applicants."""
    loan = {"capacity": 0.037, "pool": pool}
    found = rules(
        world={"n_citizens": 5_003, "prize": {"loan": loan}},
        regime={"allocation": allocation},
    )
    simulation, expected = Simulation(found, 3), 0
    applies = simulation.by_citizen("oracle_rank_0") > 0
    prize, n = found.prizes[0], found.n_citizens
    for start in range(0, n, prize.pool_span):
        stop = min(start + prize.pool_span, n)
        places = (prize.capacity * stop >> 32) - (prize.capacity * start >> 32)
        expected += min(places, int(applies[start:stop].sum()))
    simulation.run(1)
    outputs = named(simulation.outputs())
    assert outputs["places"][0] == outputs["prizes"][0] == expected > 0


def test_all_regimes_have_the_same_draws():
    """World draws do not know the regime: people, needs, lots, offers are equal."""
    bent, drawn = (
        Simulation(build_rules(scenario(regime=regime)), 20181227, 0)
        for regime in ({}, {"scorer": "none", "allocation": "lottery"})
    )
    for simulation in (bent, drawn):
        simulation.run(simulation.rules.n_ticks)
    for name in ("quality", "guile", "means", "ties", "traits"):
        assert (bent.arrays[name] == drawn.arrays[name]).all()
    assert (bent.by_citizen("lot_0") == drawn.by_citizen("lot_0")).all()
    ours, theirs = named(bent.outputs()), named(drawn.outputs())
    for name in ("applicants", "temptations", "occasions", "meetings", "places"):
        assert (ours[name] == theirs[name]).all()
