"""The Python interface of one replicate: accepted and refused arguments, and stopping."""

import gc
import threading

import numpy as np
import pytest
from support.small_scenarios import ACTS, LEADERS, REGIME, WORLD, merged, rules

import scsfast
from scsfast.engine import state
from scsfast.engine.check import first_difference
from scsfast.engine.simulate import Simulation, run_replicate
from scsfast.engine.thread_pools import ThreadPools, kept_in
from scsfast.errors import ConfigError
from scsfast.model import pilot_library
from scsfast.model.integers.build import build_rules
from scsfast.model.messages import validated
from scsfast.model.outcomes import named
from scsfast.model.reference.reference import Reference
from scsfast.model.world import Scenario, World

SMALL = {"n_citizens": 400, "n_ticks": 3}


def test_numpy_numbers_are_accepted():
    given = scsfast.simulate(
        "rongcheng", n_citizens=np.int64(400), n_ticks=np.int32(3), seed=np.uint64(7)
    )
    plain = scsfast.simulate("rongcheng", **SMALL, seed=7)
    assert (given["score"] == plain["score"]).all()


def test_a_regime_may_be_a_name_a_file_values_or_an_object(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(pilot_library.source("rongcheng"), encoding="utf-8")
    forms = ["rongcheng", path, str(path), {"extends": "rongcheng"}]
    forms.append(pilot_library.load("rongcheng"))
    runs = [scsfast.simulate(form, **SMALL)["score"] for form in forms]
    assert all((score == runs[0]).all() for score in runs)


def test_a_world_may_be_a_table_or_an_object():
    table = {"prize": {"loan": {"capacity": 0.1}}}
    world = World(n_citizens=1, **table)
    runs = [scsfast.simulate("rongcheng", **SMALL, world=w) for w in (table, world)]
    assert runs[0]["places"].sum() == runs[1]["places"].sum() > 0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"seed": 1.9}, "`seed` must be a whole number in"),
        ({"seed": True}, "`seed` must be a whole number in"),
        ({"seed": -1}, "`seed` must be a whole number in"),
        ({"seed": None}, "`seed` must be a whole number in"),
        ({"replicate": 2**32}, "`replicate` must be a whole number in"),
        ({"n_threads": "2"}, "`n_threads` must be a whole number in"),
        ({"n_citizens": 0}, "`world.n_citizens` must be a whole number in"),
        ({"leaders": "honest"}, "`leaders` must be a table, got 'honest'"),
        ({"world": [1]}, "`world` must be a table of its keys"),
        ({"change": 3}, "`change` must be a list of tables, got 3"),
        ({"change": [3]}, "`change.0` must be a table, got 3"),
        ({"change": [{"tick": 1}]}, "`change.0.regime`: missing key, must be a table"),
    ],
)
def test_wrong_arguments_are_refused_by_name(wrong, message):
    with pytest.raises(ConfigError, match="simulate: ") as refused:
        scsfast.simulate("rongcheng", **{**SMALL, **wrong})
    assert message in str(refused.value)


def test_threads_enter_the_kernel_together_or_not_at_all(monkeypatch):
    """A thread that cannot start leaves none spinning in the kernel."""
    start, started = threading.Thread.start, []

    def second_fails(self):
        started.append(self)
        if len(started) == 2:
            raise RuntimeError("can't start new thread")
        start(self)

    monkeypatch.setattr(threading.Thread, "start", second_fails)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        Simulation(rules(), 1, 0, 2)  # builds its world on both
    monkeypatch.undo()
    started[0].join(timeout=10)
    assert not started[0].is_alive()
    simulation, alone = Simulation(rules(), 1, 0, 2), Simulation(rules(), 1, 0, 1)
    simulation.run(2)
    alone.run(2)
    assert (simulation.arrays["score"] == alone.arrays["score"]).all()


@pytest.fixture
def pools():
    pools = ThreadPools()
    yield pools
    pools.close()


def started_by(work, monkeypatch) -> int:
    """Return how many threads a function starts."""
    start, started = threading.Thread.start, []
    with monkeypatch.context() as patch:
        patch.setattr(
            threading.Thread, "start", lambda self: (started.append(self), start(self))
        )
        work()
    return len(started)


def test_replicates_of_a_run_use_the_same_threads(pools, monkeypatch):
    def replicates(*threads):
        return [outputs(n) for n in threads]

    def outputs(n_threads):
        simulation = Simulation(rules(), 1, 0, n_threads)
        simulation.run(3)
        return simulation.outputs()

    with kept_in(pools):
        assert started_by(lambda: replicates(2, 1, 2), monkeypatch) == 2
        assert started_by(lambda: replicates(2), monkeypatch) == 0
        assert started_by(lambda: replicates(3, 3), monkeypatch) == 3
        found = replicates(3, 1)
    assert all((found[0][name] == found[1][name]).all() for name in found[1])
    assert started_by(lambda: replicates(2, 2), monkeypatch) == 4


def test_two_replicates_at_a_time_have_their_own_threads(pools):
    with kept_in(pools):
        first, second = Simulation(rules(), 1, 0, 2), Simulation(rules(), 1, 1, 2)
        assert first._threads.pool is not second._threads.pool
        kept = second._threads.pool
        del second
        third = Simulation(rules(), 1, 2, 2)
        assert third._threads.pool is kept
        pools.close()
        del third
    with pytest.raises(RuntimeError, match="after shutdown"):
        kept.submit(int)
    first.run(1)  # goes on after the run has ended


def n_simulations() -> int:
    """Return how many simulations are in memory."""
    gc.collect()
    return sum(type(found) is Simulation for found in gc.get_objects())


def test_threads_that_could_not_start_keep_nothing_in_memory(pools, monkeypatch):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    before = n_simulations()
    with kept_in(pools), monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="can't start new thread"):
            Simulation(rules(), 1, 0, 2)
    assert n_simulations() == before


def test_progress_counts_every_tick_and_may_stop_the_run():
    seen = []
    run_replicate(rules(), seed=1, replicate=0, progress=seen.append)
    assert sum(seen) == rules().n_ticks

    def stop(_ticks):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_replicate(rules(), seed=1, replicate=0, progress=stop)


def test_bytes_of_a_citizen_are_counted_at_every_size():
    small, large = (rules(world={"n_citizens": n}) for n in (1_000, 100_000))
    assert 40 < state.bytes_per_citizen(small) <= state.bytes_per_citizen(large) <= 65


def leaves(tree, path=()):
    """Yield the path of every number of a tree."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in items:
        if isinstance(value, dict | list | tuple):
            yield from leaves(value, (*path, key))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield (*path, key)


def put(tree, path, value):
    """Return the tree with another value at a path."""
    if not path:
        return value
    key, *rest = path
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[key] = put(copy[key], rest, value)
    return copy


TREE = {
    "name": "test",
    "world": merged(WORLD, {"n_citizens": 12, "n_ticks": 2, "acts": ACTS}),
    "regime": REGIME,
    "leaders": LEADERS,
}
FULL = Scenario(**TREE).model_dump(by_alias=True)
SIZES = ("n_citizens", "n_ticks", "spans", "distribution_every")


@pytest.mark.parametrize("value", [1e308, 1e-308, 16384.0, -16384.0])
def test_every_number_is_refused_or_gives_equal_bits(value):
    """Any finite number gives either a message or equal bits of kernel and reference."""
    paths = [path for path in leaves(FULL) if not set(SIZES) & set(path)]
    assert len(paths) > 100
    accepted = 0
    for path in paths:
        try:
            chosen = build_rules(validated(Scenario, put(FULL, path, value), "test"))
        except ConfigError:
            continue
        accepted += 1
        unlike = first_difference(
            {path: Simulation(chosen, 3)}, Reference(chosen, 3), 2
        )
        assert unlike == ""
    assert accepted > 0


def test_own_citizens_and_network_are_used():
    import pandas as pd

    n = 400
    own = pd.DataFrame({"quality": np.linspace(0, 1, n), "group": ["rural"] * n})
    pairs = [(i, i + 1) for i in range(0, n, 2)]
    run = scsfast.simulate(
        "lottery", n_citizens=n, n_ticks=3, people=own, network=pairs
    )
    expected = np.minimum(np.floor(256 * own["quality"]), 255)
    assert (run.citizens["quality"] == expected).all()
    assert (run["group_citizens"][:, 1] == n).all()
    assert run["meetings"].tolist() == [n] * 3


def test_citizens_are_state_and_no_scratch_of_the_kernel():
    run = scsfast.simulate("rongcheng", n_citizens=500, n_ticks=2)
    by_citizen = {*state.CITIZEN_ARRAYS, *state.LIST_ARRAYS, *state.PART_ARRAYS}
    assert {"score", "wealth"} <= set(run.citizens) <= by_citizen


@pytest.mark.parametrize("key", ["people_file", "network_file"])
def test_own_files_are_refused(key):
    world = {"population": {key: "mine.parquet"}}
    with pytest.raises(ConfigError, match="files are for campaigns; give arrays"):
        scsfast.simulate("lottery", n_citizens=100, n_ticks=2, world=world)


def test_change_of_regime():
    change = [{"tick": 2, "regime": "rongcheng-2021"}]
    run = scsfast.simulate("rongcheng", n_citizens=500, n_ticks=4, change=change)
    alone = scsfast.simulate("rongcheng", n_citizens=500, n_ticks=4)
    assert (run["score"][:2] == alone["score"][:2]).all()
    assert (run["score"][2:] != alone["score"][2:]).any()


@pytest.mark.parametrize("tick", [23, 24, 25])
def test_scores_outlive_a_change_to_calendar_years(tick):
    """Also in the first tick of a year, when the year's cohort is emptied otherwise."""
    yearly = {"memory_years": None, "valid_years": 2}
    world = {**WORLD, "n_citizens": 2_000, "n_ticks": 30}
    scenario = Scenario(
        name="years",
        world=world,
        regime=REGIME,
        change=[{"tick": tick, "regime": merged(REGIME, yearly)}],
    )
    simulation = Simulation(build_rules(scenario), 3)
    simulation.run(tick)
    before = simulation.arrays["score"].astype(int)
    simulation.run(1)
    assert np.abs(simulation.arrays["score"] - before).mean() < 5 * 256
    assert np.abs(before - 1000 * 256).mean() > 5 * 256


@pytest.mark.parametrize("scorer", ["index", "model"])
def test_citizens_foresee_the_worth_of_a_mark_in_the_history(scorer):
    """Without points too, as far as the regime is transparent."""
    found = {}
    for transparency in (0.0, 1.0):
        own = {"scorer": scorer, "memory_years": None, "transparency": transparency}
        regime = merged(REGIME, own)
        regime["acts"] = {name: {} for name in ("arrears", "labour")}
        regime["belief"] = {"kind": "slope", "slope": 0.01}
        asked = rules_of(regime)
        simulation = Simulation(asked, 3)
        simulation.run(30)
        out = named(simulation.outputs())
        found[transparency] = (out["violations"].sum(), out["deeds"].sum())
    assert found[1.0][0] < 0.95 * found[0.0][0]  # violations
    assert found[1.0][1] > found[0.0][1]  # deeds


def rules_of(regime):
    """Return the integers of a regime in a wider test world."""
    population = {"aware": 1.0, "enrolled": 1.0}
    world = merged(
        WORLD, {"n_citizens": 2_000, "n_ticks": 30, "population": population}
    )
    return build_rules(Scenario(name="own", world=world, regime=regime))


@pytest.mark.parametrize("n_threads", [1, 2])
def test_tables_at_the_end_are_those_of_all_threads(n_threads):
    simulation = Simulation(rules(world={"n_citizens": 6_000}), 4, 1, n_threads)
    simulation.run(4)
    found, tables = simulation.final_outputs(), simulation.outputs()
    assert found.keys() == tables.keys()
    for name, table in tables.items():
        np.testing.assert_array_equal(found[name], table)
        assert np.shares_memory(found[name], simulation.final_outputs()[name]) == (
            n_threads == 1 and table.size > 0
        )
