"""Speed of the kernel by phase, threads, scorer, levels, catalogue and mechanism.

``pytest benchmarks --benchmark-enable`` measures 100,000 citizens on one core; the figure
to read is `citizen_ticks_per_s` under extra_info. Without the flag each case runs once,
tiny, as a test of its results.
"""

import numpy as np
import pytest

from scsfast.campaign.config import campaign_from_dict
from scsfast.engine.simulation import Simulation
from scsfast.execution.run import run_campaign
from scsfast.model.integers.build import build_rules
from scsfast.model.outcomes import named
from scsfast.store.digest import replicate_digest
from scsfast.store.store import Store

LARGE, TINY = 100_000, 4_000  # citizens, measured and as a test
SPANS = [100, 500, 1_000, 2_000, 4_000, 8_000]
ROUNDS, TICKS = 5, 12
ACTIVE = {"leaders": {"all": {"share": 0.6}}}
SCORERS = {  # a pilot for each way to judge
    "ledger": "rongcheng",
    "index": "sesame",
    "black box": "honest-shanghai",
    "list": "judgment-defaulters",
    "none": "lottery",
}
LEVELS = ("village", "township", "county", "city", "province", "centre")


def leaders(**values) -> dict:
    """Return changes to a scenario's leaders, of whom most manipulate."""
    return {"leaders": {"all": {"share": 0.6, **values}}}


MECHANISMS = {  # changes to Rongcheng, and an output that is 0 without them
    "no leader manipulates": ({"leaders": {"all": {"share": 0.0}}}, None),
    "sale of points": (leaders(sale_rate=1.5), "sold"),
    "tournament": (leaders(ambition=1.0, inflation_rate=4.0), "inflated"),
    "recentring": (leaders(recentring=0.2), "recentred"),
    "audits and tenure": (leaders(audit_rate=2.0, tenure=0.5), "retired"),
    "orders from above": (leaders(orders=0.6, share=1.0), "ordered"),
    "namesakes": ({"regime": {"misfiled": 0.1}}, "records_misfiled"),
    "appeals": (
        {
            **leaders(),
            "regime": {"appeal": {"level": "village", "coverage": 0.7, "chance": 0.8}},
        },
        "appeals",
    ),
    "awareness and consent": (
        {
            "regime": {
                "awareness": {"word": 0.3, "publicity_rate": 1.0},
                "opt_in": {"review_rate": 12.0, "scale": 0.01},
            }
        },
        "told",
    ),
    "list beside the score": (
        {
            "regime": {
                "listing": {"term": 12},
                "acts": {"traffic-violation": {"points": -5, "lists": True}},
            }
        },
        "listings",
    ),
    "everybody applies": ({"world": {"prize": {"loan": {"need_from": 0.0}}}}, None),
}


def scenario(n_citizens: int, n_ticks: int, changes: dict):
    """Return a scenario of Rongcheng, or of a pilot or regime in `changes`."""
    rest = {key: value for key, value in changes.items() if key != "world"}
    size = {"n_citizens": n_citizens, "n_ticks": n_ticks, "warmup": 1}
    world = {"spans": SPANS[:4], **size, **changes.get("world", {})}
    own = rest if "name" in rest else {"pilot": "rongcheng", **rest}
    tree = {"world": world, "scenario": [own]}
    return campaign_from_dict(tree).scenarios[0]


def measured(benchmark, changes: dict, n_threads: int = 1) -> Simulation:
    """Run a case; record its rate, check that each place has a winner."""
    n_citizens = LARGE if benchmark.enabled else TINY
    rounds = ROUNDS if benchmark.enabled else 1
    rules = build_rules(scenario(n_citizens, TICKS * rounds, changes))
    simulation = Simulation(rules, 35, 1, n_threads)
    benchmark.pedantic(simulation.run, args=(TICKS,), rounds=rounds)
    if benchmark.stats:
        rate = n_citizens * TICKS / benchmark.stats.stats.median
        benchmark.extra_info["citizen_ticks_per_s"] = round(rate)
    outputs = named(simulation.outputs())
    assert (outputs["prizes"] == outputs["places"]).all() and outputs["places"].any()
    assert outputs["meetings"].all()
    return simulation


@pytest.mark.parametrize("scorer", SCORERS)
def test_scorers(benchmark, scorer):
    """Ways to judge citizens, each by a packaged pilot."""
    simulation = measured(benchmark, {"pilot": SCORERS[scorer], **ACTIVE})
    moved = named(simulation.outputs())["displacement"].any()
    assert moved == (scorer not in ("list", "none"))


@pytest.mark.parametrize("n_levels", range(1, 7))
def test_levels(benchmark, n_levels):
    """Levels of government, the top one deciding."""
    spans = SPANS[:n_levels]
    top = LEVELS[n_levels - 1]
    changes = {
        **ACTIVE,
        "world": {
            "spans": spans,
            "unit_means": top,
            "population": {"ties": [0.1] * n_levels, "network": ["village", "top"]},
            "prize": {"loan": {"pool": top}},
        },
        "regime": {"deciding": top},
    }
    simulation = measured(benchmark, changes)
    assert simulation.rules.n_levels == n_levels


@pytest.mark.parametrize("n_acts", [10, 40, 200])
def test_catalogue(benchmark, n_acts):
    """Acts of the catalogue, half of them positive, at the same total rate."""
    acts = [
        {
            "name": f"act-{k}",
            "domain": "social",
            "sign": ("negative", "positive")[k % 2],
            "rate": 8.0 / n_acts,
            "scale": 0.3,
            "seen": 0.5,
        }
        for k in range(n_acts)
    ]
    points = {act["name"]: {"points": (-5, 5)[k % 2]} for k, act in enumerate(acts)}
    regime = {"base": 1000, "floor": 500, "ceiling": 1500, "acts": points}
    own = {"name": "made", "regime": {"name": "made", **regime}, **ACTIVE}
    simulation = measured(benchmark, {"world": {"acts": acts}, **own})
    assert len(simulation.rules.offences) == len(simulation.rules.deeds) == n_acts // 2
    assert named(simulation.outputs())["deeds"].any()


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_mechanisms(benchmark, mechanism):
    """Rongcheng with one more mechanism, whose output is not 0."""
    changes, output = MECHANISMS[mechanism]
    outputs = named(measured(benchmark, changes).outputs())
    assert output is None or outputs[output].any()


@pytest.mark.parametrize("n_threads", [1, 2, 3])
def test_threads(benchmark, n_threads):
    """Threads inside a replicate; they change no bit."""
    simulation = measured(benchmark, ACTIVE, n_threads)
    alone = Simulation(simulation.rules, 35, 1)
    alone.run(simulation.tick)
    found = replicate_digest(simulation.outputs())
    assert found == replicate_digest(alone.outputs())


@pytest.mark.parametrize("phase", ["world", "tick", "outputs", "snapshot"])
def test_phases(benchmark, phase):
    """Phases of a replicate: drawing the world, one tick, its outputs, its saved state."""
    n_citizens = LARGE if benchmark.enabled else TINY
    rounds = ROUNDS if benchmark.enabled else 1
    rules = build_rules(scenario(n_citizens, 1 + rounds, ACTIVE))
    simulation = Simulation(rules, 35, 1)
    simulation.run(1)
    work = {
        "world": lambda: Simulation(rules, 35, 1),
        "tick": lambda: simulation.run(1),
        "outputs": simulation.outputs,
        "snapshot": lambda: [a.copy() for a in simulation.saved().values()],
    }
    found = benchmark.pedantic(work[phase], rounds=rounds)
    if phase == "world":
        assert np.array_equal(found.arrays["quality"], simulation.arrays["quality"])
    assert named(simulation.outputs())["score"].any()


def test_end_to_end(benchmark, tmp_path):
    """A campaign from its tree to a finished, verified store."""
    n_citizens, n_ticks = (LARGE, 60) if benchmark.enabled else (TINY, TICKS)
    tree = {
        "replicates": 2,
        "world": {"n_citizens": n_citizens, "n_ticks": n_ticks, "warmup": 1},
        "scenario": [{"pilot": pilot} for pilot in ("rongcheng", "sesame")],
    }

    def run():
        run_campaign(campaign_from_dict(tree), tmp_path / "o.zarr", jobs=1)

    benchmark.pedantic(run, rounds=1)
    if benchmark.stats:
        rate = 4 * n_citizens * n_ticks / benchmark.stats.stats.median
        benchmark.extra_info["citizen_ticks_per_s"] = round(rate)
    assert Store(tmp_path / "o.zarr").attributes["finished"]
