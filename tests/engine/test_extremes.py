"""Every sum, index and threshold of the largest worlds fits its integers: docs/hpc.md, Bounds.

The arithmetic of C is tried at these values in csrc/tests/test_extremes.c.
"""

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError
from support.busy_parts import SCORERS
from support.small_scenarios import rules, scenario

from scsfast.campaign.config import load_campaign
from scsfast.engine.simulation import Simulation
from scsfast.errors import ConfigError
from scsfast.model.integers.build import build_rules
from scsfast.planning.estimate import estimate

ROOT = Path(__file__).parents[2]
CHINA, MOST = 1_399_582_800, 2**31 - 1  # examples/china.toml; the largest n_citizens
SCORE, MONEY = 30_000 * 256, 16_384 * 256  # `Points` and `Money`, in 1/256
MEMORY, PRIOR = 120, 16 * 10**6  # of the experience of prizes
BOUNDS = {  # name in docs/hpc.md: the largest value, and what holds it
    "number of a citizen": (MOST, 2**32),
    "last index of a cut": (MOST, 2**32 - 1),
    "places of a pool": (2**32 * MOST, 2**64),
    "need x quality of applicants": (MOST * 65_535 << 16, 2**64),
    "expected value of a lottery": (MOST * (65_534 << 16), 2**63),
    "sum of scores": (MOST * SCORE, 2**63),
    "scores of 256 citizens": (256 * 2 * SCORE, 2**32),
    "sum of wealth or payoff": (MOST << 30, 2**63),
    "count of a code": (MOST, 2**32),
    "experience of a bin": (
        (16 * MOST * MEMORY + MEMORY << 20) + PRIOR * 2**20,
        2**63,
    ),
    "value of a bin": ((MONEY << 8) * 2**20, 2**63),
    "sums of a fit": (2**47 * 255**2, 2**63),
    "share of violators": (256_000 * MOST, 2**63),
    "inflated points": (SCORE * MOST, 2**63),
    "pay-off of a leader": (
        4 * MOST * (MONEY << 8) + (MOST * 256 * 10**6 << 8),
        2**127,
    ),
    "pay-off x selection": (
        2 * ((4 + 1 + 31) * (MONEY << 8) + (256 * 10**6 << 8)) * 1000 * 4096,
        2**63,
    ),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_largest_value_fits(name):
    value, limit = BOUNDS[name]
    assert value < limit


def test_page_lists_every_bound():
    page = (ROOT / "docs/hpc.md").read_text()
    assert [name for name in BOUNDS if f"| {name} |" not in page] == []


def test_sums_of_a_fit_that_64_bits_do_not_hold_are_refused():
    world = {"n_citizens": MOST, "n_ticks": 100_000}

    def built(refit: int):
        model = {**SCORERS["black box"].get("model", {}), "refit": refit}
        return rules(world=world, regime={**SCORERS["black box"], "model": model})

    with pytest.raises(ConfigError, match=r"regime.model.refit.*at most 2\^47"):
        built(70_000)
    assert built(60_000).refit == 60_000


def test_kernel_learns_from_the_experience_of_all():
    """Half of all citizens have won in one bin, and most of the others in another."""
    asked = rules(world={"n_citizens": 600})
    simulation = Simulation(asked, 4)
    prize, memory = asked.prizes[0], asked.belief_memory
    everyone = 16 * MOST * memory
    counts, wins = (
        simulation.arrays[name].reshape(-1, 128) for name in ("bin_count", "bin_wins")
    )
    counts[0, 3], counts[0, 90] = everyone // 2, everyone // 2
    wins[0, 3], wins[0, 90] = everyone // 2, everyone // 2 - everyone // 7
    simulation.run(1)
    mean = (sum(wins[0].tolist()) << 20) // sum(counts[0].tolist())
    for k in np.flatnonzero(counts[0]):
        won, there = int(wins[0, k]), int(counts[0, k])
        share = ((won << 20) + asked.prior * mean) // (there + asked.prior)
        assert simulation.arrays["belief"][0, k] == (prize.value << 8) * share >> 20


def test_places_add_up_over_the_pools_of_china():
    found = build_rules(load_campaign(ROOT / "examples/china.toml").scenarios[0])
    for prize in found.prizes:
        cuts = [*range(0, found.n_citizens, prize.pool_span), found.n_citizens]
        places = np.diff([prize.capacity * stop >> 32 for stop in cuts])
        assert places.sum() == prize.capacity * found.n_citizens >> 32
        assert places.max() - places.min() <= 1 or len(cuts) > 2


def test_first_leaders_of_china_are_as_many_as_their_share():
    found = build_rules(load_campaign(ROOT / "examples/china.toml").scenarios[0])
    assert found.n_units == (706_860, 41_580, 2_970, 330, 33, 1)
    assert max(found.slot_spans) == CHINA


def test_plan_of_china_counts_bytes_beyond_32_bits():
    campaign = load_campaign(ROOT / "examples/china.toml")
    replicate = estimate(campaign, measure=False, jobs=16).memory["replicate"]
    assert 60 * CHINA < replicate < 70 * CHINA


def test_largest_world_is_as_large_as_a_campaign_may_ask_for():
    assert scenario(world={"n_citizens": MOST}).world.n_citizens == MOST
    with pytest.raises(ValidationError, match="n_citizens"):
        scenario(world={"n_citizens": MOST + 1})
