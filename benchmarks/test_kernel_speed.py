"""Speed of the kernel: `rongcheng` of examples/first.toml, and every pilot with busy leaders.

``pytest benchmarks --benchmark-enable`` measures; the figure to read is `citizen_ticks_per_s`
under extra_info, on one core. Without the flag each runs once, as a test. At the end every
channel of manipulation must have happened, so that no fast path was the wrong path.
"""

from pathlib import Path

import pytest

from scsfast.campaign.config import load_campaign
from scsfast.engine import available_variants, load_kernel, state
from scsfast.engine.simulation import Simulation
from scsfast.model.integers.build import build_rules
from scsfast.model.outcomes import named
from scsfast.model.reference.reference import Reference

EXAMPLES = Path(__file__).parents[1] / "examples"
FIRST, PILOT_FILE = EXAMPLES / "first.toml", EXAMPLES / "pilots.toml"
CHANNELS = (
    "suppressed",
    "credited",
    "framed",
    "weighted",
    "bent",
    "desk_lifted",
    "records_lost",
    "records_reversed",
)
ROUNDS = 10
BUSY = (
    1  # a replicate whose only county leader manipulates: first leaders are stratified
)


def resized(scenario, n_citizens: int, n_ticks: int):
    """Return a scenario at another size."""
    changes = {"n_citizens": n_citizens, "n_ticks": n_ticks}
    world = scenario.world.model_copy(update=changes)
    return scenario.model_copy(update={"world": world})


def rongcheng(n_citizens: int, n_ticks: int):
    """Return the integers of the example's first scenario at another size."""
    return build_rules(resized(load_campaign(FIRST).scenarios[0], n_citizens, n_ticks))


def note(benchmark, citizen_ticks: int) -> None:
    """Record citizen-ticks per second of the median round."""
    if benchmark.stats:
        rate = citizen_ticks / benchmark.stats.stats.median
        benchmark.extra_info["citizen_ticks_per_s"] = round(rate)


@pytest.mark.parametrize("variant", available_variants())
@pytest.mark.parametrize("n_citizens", [10_000, 100_000, 1_000_000])
def test_kernel(benchmark, n_citizens, variant):
    """Ticks of one replicate on one thread."""
    ticks = max(12, 1_200_000 // n_citizens)
    rounds = ROUNDS if benchmark.enabled else 1
    rules = rongcheng(n_citizens, rounds * ticks)
    simulation = Simulation(rules, 35, BUSY, 1, load_kernel(variant))
    benchmark.pedantic(simulation.run, args=(ticks,), rounds=rounds)
    note(benchmark, n_citizens * ticks)
    simulation.run(rules.n_ticks)
    outputs = named(simulation.outputs())
    assert [name for name in CHANNELS if outputs[name].sum() == 0] == []
    assert (outputs["prizes"] == outputs["places"]).all()
    assert 0 < state.bytes_per_citizen(rules) <= 70


PILOTS = [s.name for s in load_campaign(PILOT_FILE).scenarios if "honest" not in s.name]


@pytest.mark.parametrize("pilot", PILOTS)
def test_pilot(benchmark, pilot):
    """Ticks of a million citizens on one thread, leaders as in examples/pilots.toml."""
    scenario = next(s for s in load_campaign(PILOT_FILE).scenarios if s.name == pilot)
    n_citizens = 1_000_000 if benchmark.enabled else 20_000
    rules = build_rules(resized(scenario, n_citizens, 60))
    simulation = Simulation(rules, 35)
    benchmark.pedantic(simulation.run, args=(12,), rounds=5)
    note(benchmark, 12 * n_citizens)
    benchmark.extra_info["bytes_per_citizen"] = round(state.bytes_per_citizen(rules), 1)
    outputs = named(simulation.outputs())
    assert (outputs["prizes"] == outputs["places"]).all()
    assert outputs["manipulating"].any()


def test_two_threads(benchmark):
    """The same with two threads inside the replicate."""
    n_citizens = 1_000_000 if benchmark.enabled else 20_000
    rules = rongcheng(n_citizens, ROUNDS * 12)
    simulation = Simulation(rules, 35, 0, 2)
    benchmark.pedantic(simulation.run, args=(12,), rounds=ROUNDS)
    note(benchmark, 12 * n_citizens)


def test_birth(benchmark):
    """Drawing a world of a million: citizens, ties, leaders, network."""
    rules = rongcheng(1_000_000, 1)
    benchmark.pedantic(Simulation, args=(rules, 35), rounds=3)


def test_reference(benchmark):
    """The reference at a thousand citizens."""
    twin = Reference(rongcheng(1_000, 12), 35)
    benchmark.pedantic(twin.run, args=(2,), rounds=5)
    note(benchmark, 2_000)
