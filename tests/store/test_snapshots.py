"""Snapshots and checkpoints in a store: the same state, however often a run was stopped."""

import os
import signal
import threading

import numpy as np
import pytest
import xarray as xr

import scsfast
from scsfast.campaign.config import campaign_from_dict
from scsfast.engine.simulate import run_replicate
from scsfast.engine.simulation import Simulation
from scsfast.errors import DifferentCampaignError, Interrupted, StoreError
from scsfast.execution.run import run_campaign
from scsfast.execution.threads import execute
from scsfast.store import checkpoint
from scsfast.store.create import open_for_writing
from scsfast.store.store import Store
from scsfast.store.verify import verify

TICKS, VARIABLES = [0, 5, 12], ["score", "fair_score", "quality", "listed"]


def campaign(replicates=2, **changes):
    return campaign_from_dict(
        {
            "replicates": replicates,
            "block_size": 2,
            "world": {"n_citizens": 900, "n_ticks": 12, "distribution_every": 6},
            "output": {"snapshots": {"ticks": TICKS, "variables": VARIABLES}},
            "scenario": [
                {"pilot": "rongcheng"},
                {"pilot": "judgment-defaulters", "world": {"n_citizens": 500}},
            ],
            **changes,
        }
    )


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    path = tmp_path_factory.mktemp("finished") / "out.zarr"
    run_campaign(campaign(), path)
    return path


def test_snapshots_are_the_state_of_the_engine(finished):
    dataset, store = scsfast.open(finished), Store(finished)
    assert dataset["snapshot_score"].dims[-2:] == ("snapshot_tick", "citizen")
    assert dataset["snapshot_score"].attrs["units"] == "1/256 point"
    assert list(dataset["snapshot_tick"].values) == TICKS
    for s, rules in enumerate(store.rules):
        for replicate in range(2):
            simulation = Simulation(rules, store.attributes["seed"], replicate)
            for tick in TICKS:
                simulation.run(tick - simulation.tick)
                for name in VARIABLES:
                    found = dataset[f"snapshot_{name}"].isel(
                        scenario=s, replicate=replicate
                    )
                    values = found.sel(snapshot_tick=tick).values
                    expected = simulation.arrays[name]
                    np.testing.assert_array_equal(values[: expected.size], expected)
                    assert not values[expected.size :].any()


def test_snapshots_are_visible_to_any_reader(finished):
    plain = xr.open_zarr(finished, chunks=None)
    assert plain["snapshot_quality"].dtype == "u1"
    assert plain["snapshot_quality"].sizes["citizen"] == 900


def test_digest_is_that_of_the_outputs_alone(finished, tmp_path):
    bare = campaign(output={})
    run_campaign(bare, tmp_path / "bare.zarr")
    assert Store(tmp_path / "bare.zarr").digest() == Store(finished).digest()
    with pytest.raises(DifferentCampaignError, match="snapshots"):
        run_campaign(bare, finished)


@pytest.mark.parametrize("name", ["score", "listed"])
def test_damaged_snapshot_is_found_and_repaired(tmp_path, name):
    path = tmp_path / "out.zarr"
    run_campaign(campaign(), path)
    (chunk,) = (path / f"snapshot_{name}/c/1/1/2").rglob("0")
    data = chunk.read_bytes()
    chunk.write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])
    damaged = verify(Store(path))
    assert list(damaged) == ["0001-000000"] and "snapshot" in damaged["0001-000000"]
    Store(path).journal.withdraw("0001-000000")
    run_campaign(campaign(), path)
    assert verify(Store(path)) == {}


def test_more_replicates_have_snapshots_too(tmp_path):
    path = tmp_path / "out.zarr"
    run_campaign(campaign(1), path)
    run_campaign(campaign(3), path)
    assert verify(Store(path)) == {}
    assert scsfast.open(path)["snapshot_score"].sizes["replicate"] == 3


def stopping(replicate: int, tick: int):
    """Return an engine that gets a signal at a tick of a replicate."""

    def engine(rules, *, progress, snapshots, **rest):
        def tick_by_tick(n):
            engine.ticks += n
            is_now = rest["replicate"] == replicate and engine.ticks >= tick
            if is_now and rules.n_citizens == 900:
                os.kill(os.getpid(), signal.SIGUSR1)
                for _ in range(200):  # until the main thread has heard it
                    threading.Event().wait(0.05)
                    progress(0)
            progress(n)

        engine.ticks = 0
        return run_replicate(rules, progress=tick_by_tick, snapshots=snapshots, **rest)

    return engine


def stop_at(path, replicate: int, tick: int, replicates=2):
    with (
        pytest.raises(Interrupted),
        open_for_writing(path, campaign(replicates)) as store,
    ):
        engine = stopping(replicate, tick)
        execute(store, replicates, jobs=1, run_replicate=engine)


class Killed(BaseException):
    """Ends a run like a kill: nothing is reported, nothing written."""


def killed(rules, *, snapshots, **rest):
    """End the run at the second snapshot of the first replicate."""

    def taken(arrays):
        snapshots[5](arrays)
        raise Killed

    return run_replicate(rules, snapshots={**snapshots, 5: taken}, **rest)


def unlucky(rules, *, replicate, snapshots, **rest):
    """Fail in the second replicate, between its snapshots."""
    if replicate == 1:
        snapshots = {0: snapshots[0], 5: None}  # cannot be called
    return run_replicate(rules, replicate=replicate, snapshots=snapshots, **rest)


@pytest.mark.parametrize(
    ("before", "engine"),
    [(1, run_replicate), (2, unlucky)],
    ids=["grown", "failed"],
)
def test_committed_snapshots_survive_a_kill_of_their_block(
    tmp_path, finished, before, engine
):
    path = tmp_path / "out.zarr"
    run_campaign(campaign(before), path, run_replicate=engine)
    with pytest.raises(Killed):
        run_campaign(campaign(2), path, jobs=1, run_replicate=killed)
    assert verify(Store(path)) == {}
    kept, whole = (scsfast.open(p)["snapshot_score"] for p in (path, finished))
    assert kept["replicate"].values.tolist() == [0]
    xr.testing.assert_equal(kept, whole.sel(replicate=[0]))
    run_campaign(campaign(2), path)
    assert verify(Store(path)) == {}
    xr.testing.assert_equal(scsfast.open(path)["snapshot_score"], whole)


def test_recorded_snapshots_that_are_damaged_are_written_anew(tmp_path):
    path = tmp_path / "out.zarr"
    run_campaign(campaign(1), path)
    for chunk in (path / "snapshot_score/c/0/0").rglob("*"):
        if chunk.is_file():
            chunk.write_bytes(chunk.read_bytes()[:-3])
    run_campaign(campaign(2), path)
    assert verify(Store(path)) == {}


def checkpoints(path) -> list[str]:
    return sorted(file.name for file in (path / "commits").glob("checkpoint-*"))


@pytest.fixture
def patient(monkeypatch):
    """Let every stopped block leave a checkpoint, and the engine look at each tick."""
    monkeypatch.setattr(checkpoint, "AFTER_SECONDS", 0.0)
    monkeypatch.setattr("scsfast.engine.simulate.CITIZEN_TICKS_A_BLOCK", 1)


@pytest.mark.parametrize(
    ("replicate", "tick"), [(0, 3), pytest.param(1, 5, marks=pytest.mark.slow), (1, 9)]
)
def test_stopped_block_resumes_from_its_checkpoint(
    tmp_path, finished, patient, replicate, tick
):
    path = tmp_path / "out.zarr"
    stop_at(path, replicate, tick)
    assert checkpoints(path) == ["checkpoint-0000-000000.npz"]
    store, started = Store(path), []
    found = checkpoint.load(store, store.blocks()[0])
    assert len(found.results) == replicate and found.state["tick"] == tick

    def engine(rules, **rest):
        started.append((rules.n_citizens, rest["replicate"], "kept" in rest))
        return run_replicate(rules, **rest)

    run_campaign(campaign(), path, jobs=1, run_replicate=engine)
    assert started[0] == (900, replicate, True)
    assert Store(path).digest() == Store(finished).digest()
    assert verify(Store(path)) == {} and checkpoints(path) == []
    records = [Store(p).journal.records["0000-000000"] for p in (path, finished)]
    assert records[0]["snapshots"] == records[1]["snapshots"]


def test_progress_counts_only_remaining_work(tmp_path, patient):
    path, lines = tmp_path / "out.zarr", []
    stop_at(path, 1, 5)
    run_campaign(campaign(), path, jobs=1, report=lambda tally: lines.append(tally))
    assert lines[-1].computed == lines[-1].citizen_ticks == 900 * 7 + 500 * 24
    assert lines[-1].done == 4


def test_a_block_stopped_twice_has_the_same_bits(tmp_path, finished, patient):
    path = tmp_path / "out.zarr"
    stop_at(path, 0, 3)
    stop_at(path, 1, 7)
    run_campaign(campaign(), path)
    assert Store(path).digest() == Store(finished).digest()
    assert verify(Store(path)) == {}


def test_cheap_blocks_leave_no_checkpoint(tmp_path, monkeypatch):
    monkeypatch.setattr("scsfast.engine.simulate.CITIZEN_TICKS_A_BLOCK", 1)
    stop_at(tmp_path / "out.zarr", 0, 3)
    assert checkpoints(tmp_path / "out.zarr") == []


@pytest.mark.parametrize(
    "damage", [lambda d: d[:-9], lambda d: d[:900] + b"x" + d[901:]]
)
def test_damaged_checkpoint_is_ignored(tmp_path, finished, patient, damage):
    path = tmp_path / "out.zarr"
    stop_at(path, 1, 5)
    (file,) = (path / "commits").glob("checkpoint-*")
    file.write_bytes(damage(file.read_bytes()))
    run_campaign(campaign(), path)
    assert Store(path).digest() == Store(finished).digest()
    assert verify(Store(path)) == {}


def test_checkpoint_of_a_block_that_has_grown_is_removed(tmp_path, patient):
    path = tmp_path / "out.zarr"
    stop_at(path, 0, 3, replicates=1)
    assert len(checkpoints(path)) == 1
    run_campaign(campaign(2), path)
    assert checkpoints(path) == [] and verify(Store(path)) == {}


def test_state_torn_by_an_error_is_not_kept(tmp_path, finished, patient, monkeypatch):
    """Only between blocks of ticks is the state whole; an error elsewhere leaves none."""
    path, real = tmp_path / "out.zarr", Simulation.run

    def torn(simulation, n_ticks):
        real(simulation, n_ticks)
        if simulation.tick == 4:
            os.kill(os.getpid(), signal.SIGUSR1)
            threading.Event().wait(1.0)  # until the main thread has heard it
            raise MemoryError("half way")

    with monkeypatch.context() as patch:
        patch.setattr(Simulation, "run", torn)
        with pytest.raises(Interrupted):
            run_campaign(campaign(), path, jobs=1)
    assert checkpoints(path) == []
    run_campaign(campaign(), path)
    assert Store(path).digest() == Store(finished).digest()


def test_checkpoint_that_cannot_be_written_is_reported(tmp_path, patient, monkeypatch):
    def full(*_args, **_rest):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "save", full)
    with pytest.raises(StoreError, match="cannot keep block 0000-000000: No space"):
        run_campaign(
            campaign(), tmp_path / "out.zarr", jobs=1, run_replicate=stopping(0, 3)
        )


def test_snapshot_that_cannot_be_written_is_reported(tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("scsfast.store.snapshots.digest", full)
    with pytest.raises(StoreError, match="cannot write block .*: No space left"):
        run_campaign(campaign(), tmp_path / "out.zarr")


def test_replicates_done_before_the_stop_are_kept(tmp_path, finished, patient):
    path = tmp_path / "out.zarr"

    def engine(rules, **rest):
        result = run_replicate(rules, **rest)
        os.kill(os.getpid(), signal.SIGUSR1)
        threading.Event().wait(1.0)
        return result

    with pytest.raises(Interrupted):
        run_campaign(campaign(), path, jobs=1, run_replicate=engine)
    store = Store(path)
    found = checkpoint.load(store, store.blocks()[0])
    assert len(found.results) == 1 and found.state is None
    run_campaign(campaign(), path)
    assert Store(path).digest() == Store(finished).digest()


def test_block_that_is_done_when_the_signal_comes_is_committed(tmp_path):
    path = tmp_path / "out.zarr"

    def engine(rules, **rest):
        result = run_replicate(rules, **rest)
        if rest["replicate"] == 1:
            os.kill(os.getpid(), signal.SIGUSR1)
            threading.Event().wait(1.0)
        return result

    with pytest.raises(Interrupted):
        run_campaign(campaign(), path, jobs=1, run_replicate=engine)
    assert list(Store(path).journal.records) == ["0000-000000"]


def test_one_signal_sent_twice_is_one(tmp_path, patient):
    def engine(rules, *, progress, **rest):
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(0.5)
        progress(0)

    with pytest.raises(Interrupted):
        run_campaign(campaign(), tmp_path / "o.zarr", jobs=1, run_replicate=engine)
