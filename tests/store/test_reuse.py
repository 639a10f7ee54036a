"""Work that another store has is taken from it, verified, and never computed again."""

import json
import os
import shutil
import signal
import time
from contextlib import suppress

import pytest
from support.fake_engine import campaign_tree, failing, fake_replicate, small_campaign

from scsfast.campaign.config import campaign_from_dict
from scsfast.campaign.identity import deciding
from scsfast.engine.simulation import Simulation
from scsfast.errors import ConfigError, Interrupted
from scsfast.execution.run import run_campaign
from scsfast.planning.estimate import estimate
from scsfast.store import checkpoint
from scsfast.store.create import open_for_writing
from scsfast.store.reuse import sources_of, take, work_keys
from scsfast.store.store import Store
from scsfast.store.verify import verify

RENAMED = [
    {"pilot": "lottery", "name": "renamed"},
    {"pilot": "rongcheng", "name": "new", "regime": {"loss": 0.2}},
    {"pilot": "rongcheng", "name": "as before"},
]


class Engine:
    """A fake engine that notes what it computed."""

    def __init__(self):
        self.computed = []

    def __call__(self, rules, **more):
        self.computed.append((rules.prizes[0].rule, rules.lost, more["replicate"]))
        return fake_replicate(rules, **more)


def made(path, campaign, **more):
    """Run a campaign; return what was computed and what was said."""
    engine, said = Engine(), []
    run_campaign(campaign, path, run_replicate=engine, say=said.append, jobs=1, **more)
    return engine.computed, said


def campaign(replicates=4, size=2, **changes):
    return small_campaign(replicates, block_size=size, **changes)


def other(replicates=4, size=2, **changes):
    return campaign(replicates, size, scenario=RENAMED, **changes)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Give a function that runs a campaign alone, once, and returns a copy of its store."""
    folder, stores = tmp_path_factory.mktemp("kept"), {}

    def copied(wanted, path):
        key = repr((deciding(wanted), wanted.replicates, wanted.block_size))
        if key not in stores:
            stores[key] = folder / f"{len(stores)}.zarr"
            made(stores[key], wanted)
        return shutil.copytree(stores[key], path)

    return copied


@pytest.fixture
def source(tmp_path, kept):
    return kept(campaign(), tmp_path / "old.zarr")


@pytest.fixture
def is_as_alone(tmp_path, kept):
    """Give a function: whether a store is intact and as one run alone would leave it."""

    def compared(path, wanted):
        new, alone = Store(path), Store(kept(wanted, tmp_path / "alone.zarr"))
        return new.digest() == alone.digest() and verify(new) == {} and new.is_finished

    return compared


def test_only_new_scenarios_are_computed_and_the_store_is_that_of_one_run(
    tmp_path, source, is_as_alone
):
    computed, said = made(tmp_path / "new.zarr", other(), reuse=[source])
    assert len(computed) == 4  # of the new scenario alone
    assert "8 of 12 replicates taken from" in said[0] and "digests" in said[0]
    assert is_as_alone(tmp_path / "new.zarr", other())


@pytest.mark.parametrize("size", [pytest.param(1, marks=pytest.mark.slow), 3, 8])
def test_blocks_of_another_size_are_taken_replicate_by_replicate(
    tmp_path, source, size, is_as_alone
):
    computed, _ = made(tmp_path / "n.zarr", campaign(6, size), reuse=[source])
    assert len(computed) == 3 * 2
    assert is_as_alone(tmp_path / "n.zarr", campaign(6, size))


def with_gaps(path, *lost):
    """Run a campaign of blocks of one replicate, of which some fail."""
    run_campaign(campaign(size=1), path, run_replicate=failing(*lost), jobs=1)
    return path


LOST, STOPS = [(0,), (1,), (0, 2), (1, 3), (2,), (0, 1, 2)], [None, 1]
GAPS = [  # in the quick form every third
    pytest.param(lost, stop, marks=[pytest.mark.slow] if (j + k) % 3 else [])
    for j, lost in enumerate(LOST)
    for k, stop in enumerate(STOPS)
]


@pytest.mark.parametrize(("lost", "stop_after"), GAPS)
def test_only_gaps_within_a_block_are_computed(tmp_path, lost, stop_after, is_as_alone):
    part = with_gaps(tmp_path / "part.zarr", *lost)
    found = estimate(campaign(), tmp_path / "n", 1, measure=False, reuse=[part])
    assert found.reused == 3 * (4 - len(lost))
    taking = {"reuse": [part]}
    if stop_after is not None:
        left = [stop_after]

        def engine(rules, **more):
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return fake_replicate(rules, **more)

        options = {"run_replicate": engine, "jobs": 1, "say": [].append, **taking}
        with suppress(KeyboardInterrupt):
            run_campaign(campaign(size=4), tmp_path / "n", **options)
    computed, _ = made(tmp_path / "n", campaign(size=4), **taking)
    assert {replicate for *_, replicate in computed} <= set(lost)
    assert len(computed) == 3 * len(lost) or stop_after is not None
    assert is_as_alone(tmp_path / "n", campaign(size=4))


def test_stopped_run_keeps_the_later_replicates_that_it_took(
    tmp_path, monkeypatch, is_as_alone
):
    monkeypatch.setattr(checkpoint, "AFTER_SECONDS", 0.0)
    part = with_gaps(tmp_path / "part.zarr", 0, 1)

    def stopped(rules, **more):
        result = fake_replicate(rules, **more)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.5)
        return result

    options = {"run_replicate": stopped, "jobs": 1, "say": [].append}
    with pytest.raises(Interrupted):
        run_campaign(campaign(size=4), tmp_path / "n", reuse=[part], **options)
    computed, _ = made(tmp_path / "n", campaign(size=4))
    assert len(computed) == 3 * 2 - 1
    assert is_as_alone(tmp_path / "n", campaign(size=4))


def test_checkpoint_keeps_its_state_when_later_replicates_are_taken(tmp_path):
    made(tmp_path / "ones.zarr", campaign(size=1))
    part = with_gaps(tmp_path / "part.zarr", 0, 1)
    with open_for_writing(tmp_path / "n", campaign(size=4)) as store:
        block = store.pending()[0]
        simulation = Simulation(store.rules[0], seed=7)
        simulation.run(3)
        before = checkpoint.Progress([], simulation.saved(), {}, 40.0)
        checkpoint.save(store, block, before)
        assert take(store, [block], sources_of([part])) == 2
        reached = checkpoint.load(store, block)
        assert (sorted(reached.later), list(reached.results)) == ([2, 3], [])
        assert int(reached.state["tick"]) == 3
        assert take(store, [block], sources_of([tmp_path / "ones.zarr"])) == 2
        assert store.pending()[0] != block


def test_partial_store_is_reused_for_what_it_has(tmp_path):
    stop = [5]

    def engine(rules, **more):
        stop[0] -= 1
        if stop[0] < 0:
            raise KeyboardInterrupt
        return fake_replicate(rules, **more)

    with pytest.raises(KeyboardInterrupt):
        run_campaign(campaign(), tmp_path / "part", run_replicate=engine, jobs=1)
    done = int((Store(tmp_path / "part").status() == 1).sum())
    assert 0 < done < 12
    computed, _ = made(tmp_path / "new", campaign(), reuse=[tmp_path / "part"])
    assert len(computed) == 12 - done


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"seed": 8}, "seed is 7 there, 8 here"),
        ({"world": {"n_citizens": 601}}, "n_citizens is 600 there, 601 here"),
        ({"leaders": {"all": {"share": 0.9}}}, "no scenario has the same world"),
    ],
)
def test_other_work_is_computed_and_why_is_said(tmp_path, source, changes, why):
    computed, said = made(tmp_path / "new.zarr", campaign(**changes), reuse=[source])
    expected = 12 if "leaders" not in changes else 8
    assert len(computed) in (12, expected)
    if len(computed) == 12:
        assert "0 of 12 replicates" in said[0] and why in said[0]


def test_damaged_replicate_is_computed_anew_and_named(tmp_path, source, is_as_alone):
    store = Store(source)
    name = next(iter(store.arrays))
    store.array(name)[0, 0] = store.array(name)[0, 0] + 1
    computed, said = made(tmp_path / "new.zarr", campaign(), reuse=[source])
    assert len(computed) == 2  # the block of the damaged replicate
    assert any("not reused, computed anew" in text for text in said)
    assert is_as_alone(tmp_path / "new.zarr", campaign())


def test_store_cannot_be_reused_for_itself(source):
    with pytest.raises(ConfigError, match="for itself"):
        made(source, campaign(), reuse=[source])


def test_run_again_takes_nothing_twice(tmp_path, source):
    made(tmp_path / "new.zarr", other(), reuse=[source])
    computed, said = made(tmp_path / "new.zarr", other(), reuse=[source])
    assert (computed, said) == ([], [])


def test_plan_counts_what_will_be_reused(tmp_path, source):
    found = estimate(other(), tmp_path / "new", 1, measure=False, reuse=[source])
    assert found.reused == 8
    assert found.blocks["replicates"] == 4
    assert estimate(other(), tmp_path / "new", 1, measure=False).reused is None


def sampled(n):
    over = {"regime.loss": [0.0, 0.2], "world.population.aware": [0.2, 0.9]}
    sample = {"of": ["rongcheng"], "method": "sobol", "n": n, "over": over}
    tree = campaign_tree(2, scenario=[{"pilot": "rongcheng"}, {"pilot": "lottery"}])
    return campaign_from_dict({**tree, "sample": sample, "block_size": 2})


def test_sobol_sample_is_doubled_without_computing_its_points_again(tmp_path):
    made(tmp_path / "4.zarr", sampled(4))
    computed, _ = made(tmp_path / "8.zarr", sampled(8), reuse=[tmp_path / "4.zarr"])
    assert len(computed) == 4 * 2


def test_saltelli_sample_is_doubled_without_computing_its_points_again(tmp_path):
    def campaign_of(n):
        tree = sampled(4).model_dump()
        del tree
        over = {"regime.loss": [0.0, 0.2], "world.population.aware": [0.2, 0.9]}
        sample = {"of": ["rongcheng"], "method": "saltelli", "n": n, "over": over}
        tree = campaign_tree(1, scenario=[{"pilot": "rongcheng"}, {"pilot": "lottery"}])
        return campaign_from_dict({**tree, "sample": sample})

    few, many = (work_keys(deciding(campaign_of(n))) for n in (2, 4))
    assert few[:12] == many[:12] and len(many) == 25


def test_names_and_texts_decide_nothing_but_every_rule_does():
    keys = work_keys(deciding(other()))
    before = work_keys(deciding(campaign()))
    assert keys[0] == before[2] and keys[2] == before[0]
    assert len({*keys, *before}) == 4
    again = json.loads(json.dumps(deciding(campaign())))
    assert work_keys(again) == before


def test_verb_takes_work_of_another_store(scs, tmp_path):
    text = """
replicates = 2
[world]
n_citizens = 600
n_ticks = 6
[[scenario]]
pilot = "rongcheng"
"""
    (tmp_path / "one.toml").write_text(text)
    (tmp_path / "two.toml").write_text(text + '[[scenario]]\npilot = "lottery"\n')
    assert scs("run", tmp_path / "one.toml", "-o", tmp_path / "one.zarr")[0] == 0
    code, _, err = scs("run", tmp_path / "two.toml", "-o", tmp_path / "one.zarr")
    assert (
        code != 0 and f"`--reuse {tmp_path / 'one.zarr'}` takes its replicates" in err
    )
    words = ["-o", tmp_path / "two.zarr", "--reuse", tmp_path / "one.zarr"]
    code, out, _ = scs("plan", tmp_path / "two.toml", *words)
    assert code == 0 and "to reuse" in out
    code, _, err = scs("run", tmp_path / "two.toml", *words)
    assert code == 0 and "2 of 4 replicates taken from" in err
