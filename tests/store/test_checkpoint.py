"""A replicate that is stopped at any tick and resumed has the bits of an uninterrupted one."""

import io
from pathlib import Path

import numpy as np
import pytest
from support.busy_worlds import CASES
from support.small_scenarios import scenario

from scsfast.campaign.config import load_campaign
from scsfast.engine.simulate import run_replicate
from scsfast.engine.simulation import Simulation
from scsfast.model.integers.build import build_rules

EXAMPLES = Path(__file__).parents[2] / "examples"
ALL = [s for name in ("pilots", "rongcheng-years") for s in
       load_campaign(EXAMPLES / f"{name}.toml").scenarios]  # fmt: skip


class Stop(Exception):
    pass


def small(found):
    """Return the rules of a scenario among few citizens, many of them clients."""
    changes = {"n_citizens": 1_500, "n_ticks": 90, "spans": [50, 250, 500, 1500]}
    population = found.world.population.model_copy(update={"ties": [0.4] * 4})
    changes |= {"unit_means": "township", "population": population}
    world = found.world.model_copy(update=changes)
    return build_rules(found.model_copy(update={"world": world}))


def stopped_at(rules, tick: int, n_threads: int) -> dict:
    """Return the saved state of a run stopped after a number of ticks, via a file."""
    simulation = Simulation(rules, 35, 2, n_threads)
    simulation.run(tick)
    file = io.BytesIO()
    np.savez(file, **simulation.saved())
    file.seek(0)
    with np.load(file) as kept:
        return dict(kept)


@pytest.mark.parametrize("found", ALL, ids=lambda s: s.name.replace(" ", "-"))
@pytest.mark.parametrize(("tick", "threads"), [(1, (1, 2)), (37, (2, 1)), (84, (1, 1))])
def test_resumed_equals_uninterrupted(found, tick, threads):
    rules = small(found)
    whole = run_replicate(rules, seed=35, replicate=2)
    kept = stopped_at(rules, tick, threads[0])
    resumed = Simulation(rules, 35, 2, threads[1])
    resumed.restore(kept)
    resumed.run(rules.n_ticks)
    for name, table in resumed.outputs().items():
        np.testing.assert_array_equal(table, whole[name], err_msg=name)


def test_resumed_equals_uninterrupted_in_villages_of_unequal_size():
    case = CASES["villages of unequal size: ledger"]
    rules = build_rules(scenario(**case))
    whole = run_replicate(rules, seed=35, replicate=2)
    resumed = Simulation(rules, 35, 2, 1)
    resumed.restore(stopped_at(rules, 5, 2))
    resumed.run(rules.n_ticks)
    for name, table in resumed.outputs().items():
        np.testing.assert_array_equal(table, whole[name], err_msg=name)


def test_every_array_is_restored():
    rules = build_rules(
        scenario(change=[(3, {"scorer": "index", "memory_years": None})])
    )
    for tick in range(1, rules.n_ticks):
        one, other = Simulation(rules, 7, 1), Simulation(rules, 7, 1)
        one.run(tick)
        other.restore(one.saved())
        for simulation in (one, other):
            simulation.run(1)
        before, after = one.saved(), other.saved()
        assert before.keys() == after.keys()
        unlike = [k for k in before if not np.array_equal(before[k], after[k])]
        assert unlike == []


def test_engine_keeps_its_state_when_it_is_stopped():
    rules, kept = build_rules(scenario()), {}
    ticks = []

    def progress(n):
        ticks.append(n)
        if sum(ticks) >= 5:
            raise Stop

    def keep(state):
        kept.update({name: array.copy() for name, array in state.items()})

    snapshots = {2: lambda arrays: None, 5: lambda arrays: None}
    question = {"seed": 1, "replicate": 0}
    with pytest.raises(Stop):
        run_replicate(
            rules, **question, progress=progress, keep=keep, snapshots=snapshots
        )
    assert kept["tick"] == 5 and ticks == [2, 3]
    resumed = run_replicate(rules, **question, kept=kept)
    whole = run_replicate(rules, **question)
    assert all(np.array_equal(resumed[name], whole[name]) for name in whole)


def test_snapshots_are_the_state_after_so_many_ticks():
    rules, taken = build_rules(scenario()), {}
    ticks = (0, 3, rules.n_ticks)

    def take(tick):
        return lambda arrays: taken.update({tick: arrays["score"].copy()})

    run_replicate(rules, seed=1, replicate=0, snapshots={t: take(t) for t in ticks})
    simulation = Simulation(rules, 1, 0)
    for tick in ticks:
        simulation.run(tick - simulation.tick)
        np.testing.assert_array_equal(taken[tick], simulation.arrays["score"])
