"""CPU time in which a world is built, in ticks of it: examples/china.toml with fewer citizens.

``pytest benchmarks/test_world_speed.py --benchmark-enable -s`` measures, without ``-m "not
slow"`` also 10^8 citizens (7 GB), and fails above `MOST_TICKS`. Of several builds the least
counts, and of world and ticks the user time. The system's is printed beside it: it is that of
new memory, which a virtual machine may have to ask its host for, twenty times as slowly as it
clears what it has. Without the flag each case runs once, tiny, as a test: threads do not
change the world.
"""

import resource
from pathlib import Path

import numpy as np
import pytest

from scsfast.campaign.config import load_campaign
from scsfast.engine import state
from scsfast.engine.simulation import Simulation
from scsfast.model.integers.build import build_rules

CHINA = Path(__file__).parents[1] / "examples" / "china.toml"
SIZES = [10**6, 10**7, pytest.param(10**8, marks=pytest.mark.slow)]
MOST_TICKS, BUILDS, TICKS = 5, 4, 4


def rules_of(n_citizens: int):
    """Return the rules of China with so many citizens."""
    scenario = load_campaign(CHINA).scenarios[0]
    world = scenario.world.model_copy(update={"n_citizens": n_citizens})
    return build_rules(scenario.model_copy(update={"world": world}))


def seconds(work) -> tuple[float, float]:
    """Return the CPU seconds of a call, of all threads: the user's and the system's."""
    began = resource.getrusage(resource.RUSAGE_SELF)
    work()
    ended = resource.getrusage(resource.RUSAGE_SELF)
    return ended.ru_utime - began.ru_utime, ended.ru_stime - began.ru_stime


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("n_citizens", SIZES)
def test_world_in_ticks(benchmark, n_citizens, n_threads):
    """A world is built within the time of five of its ticks."""
    rules = rules_of(n_citizens if benchmark.enabled else n_citizens // 1_000)
    kept, builds = [], []

    def build():
        kept.clear()  # two worlds do not fit
        builds.append(seconds(lambda: kept.append(Simulation(rules, 35, 0, n_threads))))

    benchmark.pedantic(build, rounds=BUILDS if benchmark.enabled else 1)
    simulation = kept.pop()
    if not benchmark.enabled:
        assert_same_world(simulation, Simulation(rules, 35, 0, 3))
        return
    tick = np.median([seconds(lambda: simulation.run(1))[0] for _ in range(TICKS)])
    user, system = np.array(min(builds)) / tick
    benchmark.extra_info["world_in_ticks"] = user
    print(
        f"\n{n_citizens:,} citizens, {n_threads} threads: {user:.2f} ticks, system "
        f"{system:.2f}, of {tick:.3f} s"
    )
    assert user <= MOST_TICKS


def assert_same_world(one: Simulation, other: Simulation) -> None:
    """Compare citizens and network of two simulations."""
    for name in (*state.BORN, "score", "wealth", "published_even"):
        np.testing.assert_array_equal(one.arrays[name], other.arrays[name])
    for partner, expected in zip(one.partners, other.partners, strict=True):
        np.testing.assert_array_equal(partner, expected)
