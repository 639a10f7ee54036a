"""Speed of `rongcheng` where a fast path does not help, as a share of its default rate.

``pytest benchmarks/test_worst_cases.py --benchmark-enable -s`` measures: chunks of the case
and of the default take turns on one core, in CPU time, and the median ratio is compared with
`LEAST`. Without the flag each case runs once, small, as a test: the mechanism that makes it
slow must have happened.
"""

import time

import numpy as np
import pytest

from scsfast.campaign.config import campaign_from_dict
from scsfast.engine.simulation import Simulation
from scsfast.model.acts import default_catalogue
from scsfast.model.integers.build import build_rules
from scsfast.model.outcomes import named

LEAST = 0.5
ROUNDS, TICKS_A_CHUNK, N_CITIZENS, N_TICKS = 11, 4, 100_000, 600
SIX_SPANS = [1_980, 5_940, 11_880, 23_760, 47_520, 95_040]
ADDED_ACTS = 159  # with the 41 of the default catalogue 200
BUSY = {  # every channel of the leaders of a ledger
    "share": 0.5, "retaliation": 0.5, "sale_rate": 1.0, "rich_from": 2.0, "ambition": 0.5,
    "inflation_rate": 1.0, "inflation_cap": 20.0, "recentring": 0.1, "audit_rate": 0.3,
    "tenure": 1.0, "orders": 0.3,
}  # fmt: skip
MECHANISMS = {
    "meeting": {"group_norms": {"rural": "shunning", "urban": "image"}},
    "observers": {"number": 3, "quorum": 2, "error": 0.1},
    "awareness": {"word": 0.3, "publicity_rate": 1.0},
    "opt_in": {"review_rate": 1.0, "scale": 0.01, "cost": 0.01},
    "appeal": {"level": "township", "coverage": 0.7, "chance": 0.8, "delay": 2},
    "misfiled": 0.02,
    "suspicion": 2.0,
}


def catalogue() -> list[dict]:
    """Return the default acts and as many more, each as rare as one of 200."""
    own = [act.model_dump(exclude_defaults=True) for act in default_catalogue()]
    more = [
        {**act, "name": f"{act['name']}-{k}", "rate": act["rate"] / 5}
        for k in range(1 + ADDED_ACTS // len(own))
        for act in own
    ]
    return [*own, *more[:ADDED_ACTS]]


CASES = {  # changes of the world, of the scenario, and an output that shows them
    "everybody applies": ({"prize": {"loan": {"need_from": 0.0}}}, {}, "applicants"),
    "all are aware": ({"population": {"aware": 1.0}}, {}, "aware"),
    "six levels": ({"spans": SIX_SPANS}, {}, "suppressed"),
    "200 acts": ({"acts": catalogue()}, {}, "violations"),
    "all mechanisms": (
        {"population": {"aware": 0.3, "enrolled": 0.5}},
        {"regime": MECHANISMS, "leaders": {"all": BUSY}},
        "opted_in",
    ),
}


def simulated(world: dict, scenario: dict, n_citizens: int, n_ticks: int) -> Simulation:
    """Return a simulation of `rongcheng` with changes, on one thread."""
    size = {"n_citizens": n_citizens, "n_ticks": n_ticks}
    campaign = campaign_from_dict(
        {
            "world": {**size, **world},
            "scenario": [{"pilot": "rongcheng", **scenario}],
        }
    )
    return Simulation(build_rules(campaign.scenarios[0]), 35, 1)


def spent(simulation: Simulation) -> float:
    """Return the CPU seconds of one chunk."""
    began = time.process_time()
    simulation.run(TICKS_A_CHUNK)
    return time.process_time() - began


@pytest.mark.parametrize("case", CASES)
def test_worst_case_against_the_default(benchmark, case):
    """A case is at least half as fast as the default."""
    world, scenario, shown = CASES[case]
    size = (N_CITIZENS, N_TICKS) if benchmark.enabled else (6_000, 8)
    one, default = simulated(world, scenario, *size), simulated({}, {}, *size)
    times: list[tuple[float, float]] = []

    def chunk():
        times.append((spent(one), spent(default)))

    benchmark.pedantic(
        chunk,
        rounds=ROUNDS if benchmark.enabled else 1,
        warmup_rounds=1 if benchmark.enabled else 0,
    )
    assert named(one.outputs())[shown].any()
    if benchmark.enabled:
        ratio = float(np.median([theirs / own for own, theirs in times]))
        benchmark.extra_info["share_of_default_rate"] = ratio
        print(f"\n{case}: {ratio:.2f} of the default's rate")
        assert ratio >= LEAST
