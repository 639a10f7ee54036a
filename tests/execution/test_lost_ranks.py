"""Ranks that are late, silent or broken, seen by one process with a made world of MPI."""

import time
from types import SimpleNamespace

import pytest
from support.fake_engine import fake_replicate, small_campaign

from scsfast.errors import ConfigError, StoreError
from scsfast.execution import mpi_comm, mpi_scheduler
from scsfast.execution.mpi_comm import Communicator
from scsfast.execution.mpi_messages import (
    Ask,
    Assignment,
    Committed,
    Fault,
    Idle,
    Later,
    NoBlock,
    Over,
    Progress,
    Round,
    Signal,
)
from scsfast.execution.mpi_scheduler import Coordinator, Worker, follow
from scsfast.execution.run import run_campaign
from scsfast.execution.scheduler import StopFlag
from scsfast.store.blocks import blocks
from scsfast.store.store import Store


class Aborted(BaseException):
    """The end of an MPI job."""


class World:
    """The world of MPI as rank 0 of three sees it."""

    def __init__(self):
        self.sent, self.arrived, self.is_received = [], [], True

    def Get_rank(self):
        return 0

    def Get_size(self):
        return 3

    def Dup(self):
        return self

    def Split_type(self, _kind):
        return SimpleNamespace(allgather=lambda mask: [mask] * 3, Free=lambda: None)

    def Abort(self, code):
        raise Aborted(code)

    def Ibarrier(self):
        return SimpleNamespace(Test=lambda: self.is_received)

    def isend(self, message, dest):
        self.sent.append((dest, message))
        return SimpleNamespace(Test=lambda: self.is_received)

    def Iprobe(self, status):
        return bool(self.arrived)

    def recv(self, source, tag):
        return self.arrived.pop(0)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def communicator(world, monkeypatch):
    monkeypatch.setenv("SCSFAST_DEAD_SECONDS", "30")
    status = SimpleNamespace(Get_source=lambda: 1, Get_tag=lambda: 0)
    return Communicator(
        SimpleNamespace(COMM_WORLD=world, COMM_TYPE_SHARED=0, Status=lambda: status)
    )


@pytest.fixture
def clock(monkeypatch):
    """Give a clock that sleeping moves."""
    clock = SimpleNamespace(now=time.monotonic())
    for name in ("mpi_comm", "mpi_scheduler"):
        module = f"scsfast.execution.{name}.time"
        monkeypatch.setattr(f"{module}.monotonic", lambda: clock.now)
        monkeypatch.setattr(
            f"{module}.sleep",
            lambda seconds: setattr(clock, "now", clock.now + seconds),
        )
    return clock


def test_run_that_only_some_ranks_start_ends(world, clock, monkeypatch, capfd):
    monkeypatch.setenv("SCSFAST_DEAD_SECONDS", "2")
    mpi_comm._wait_for_all(world)
    world.is_received, start = False, clock.now
    with pytest.raises(Aborted):
        mpi_comm._wait_for_all(world)
    waited = 2 + mpi_comm.FORWARD_SECONDS  # the launcher passes on what was printed
    assert waited < clock.now - start < waited + 0.1
    said = capfd.readouterr().err
    assert "rank 0 of 3 waited 2 s for the others" in said and "comm=None" in said


def test_silent_rank_ends_the_job(communicator, clock, capfd):
    communicator.hear()
    communicator.heard[2] -= 29
    communicator.abort_if_dead([1, 2])
    clock.now += 5
    with pytest.raises(Aborted):
        communicator.abort_if_dead([1, 2])
    assert "rank 2 was not heard of for 30 s" in capfd.readouterr().err


def test_rank_that_was_suspended_itself_waits_anew(communicator, clock):
    clock.now += 500
    communicator.abort_if_dead([1, 2])
    clock.now += 9
    communicator.abort_if_dead([1, 2])


def test_message_counts_as_a_sign_of_life(communicator, world, clock):
    clock.now += 100
    world.arrived = [Signal(10)]
    assert list(communicator.messages()) == [(1, Signal(10))]
    assert communicator.heard[1] == clock.now > communicator.heard[2] + 99


def test_unreceived_messages_are_waited_for_a_while(communicator, world, clock):
    world.is_received, start = False, clock.now
    with pytest.raises(ConfigError), communicator.dismissal():
        raise ConfigError("no")
    over = Over(ConfigError.exit_code)
    assert world.sent == [(1, over), (2, over)]
    assert 10 <= clock.now - start < 10.1
    world.is_received = True
    communicator.flush()
    assert 10 <= clock.now - start < 10.1 and not communicator._sent


def test_unexpected_error_ends_the_job_with_a_traceback(communicator, capfd):
    with pytest.raises(Aborted), communicator.guard():
        raise KeyError("strange")
    said = capfd.readouterr().err
    assert "Traceback" in said and "error: rank 0 on " in said and "'strange'" in said
    with pytest.raises(ConfigError), communicator.guard():
        raise ConfigError("in words")
    assert capfd.readouterr().err == ""


def test_cores_are_shared_where_no_affinity_is_known(communicator, monkeypatch):
    communicator._masks = [[], [], []]
    monkeypatch.setattr(mpi_comm, "_affinity", lambda: [])
    monkeypatch.setattr(mpi_comm, "available_cores", lambda: 7)
    assert (communicator.cores(), communicator.cores_here) == (2, 7)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("ranks") / "o.zarr"
    one = small_campaign(2, scenario=[{"pilot": "lottery"}])
    run_campaign(one, path, run_replicate=fake_replicate)
    return Store(path)


def test_records_of_other_ranks_are_waited_for(store, communicator, clock):
    leader, start = Coordinator(communicator), clock.now
    leader.names = set(store.journal.records)
    leader.read_journal(store)
    assert clock.now == start and not leader.unseen
    leader.names = leader.names | {"0000-000099"}
    leader.read_journal(store)
    assert 59 < clock.now - start < 62 and leader.unseen == {"0000-000099"}


def followed(communicator, world, orders, open_store, execute=None) -> int:
    """Follow some orders of rank 0; return the exit code."""
    world.arrived = list(orders)
    return follow(communicator, small_campaign(2), open_store, execute)


def test_store_that_a_node_does_not_see_is_named(store, communicator, world, clock):
    start = clock.now
    orders = [Round(replicates=2, first=0), Over(5)]
    assert followed(communicator, world, orders, lambda: store) == 5
    (to, fault), (also_to, idle) = world.sent
    assert to == also_to == 0 and idle == Idle(Progress(0, 0))
    assert isinstance(fault, Fault)
    assert "the store as rank 0 has made it was not seen on" in fault.text
    assert 60 < clock.now - start < 62


def test_error_of_a_rank_is_reported_to_rank_0(store, communicator, world, monkeypatch):
    def execute(*_rest):
        raise StoreError("cannot write")

    monkeypatch.setattr(mpi_scheduler, "_patiently", lambda *_rest: store)
    orders = [Round(replicates=2, first=0), Over(1)]
    assert followed(communicator, world, orders, lambda: store, execute) == 1
    assert world.sent == [(0, Fault("cannot write")), (0, Idle(Progress(0, 0)))]


def test_coordinator_adds_up_what_workers_report(communicator, world):
    leader, counts = Coordinator(communicator), []
    leader.tally = SimpleNamespace(
        committed=lambda *n: counts.append(n),
        compute=lambda n: counts.append(n),
        skip=lambda n: counts.append(n),
    )
    for message in (Committed("a", 2, 1), Progress(5, 6), Idle(Progress(7, 8))):
        leader._receive(1, message)
    assert counts == [(2, 1), 5, 6, 7, 8]
    assert leader.names == {"a"} and leader.busy == {2}


def begun(scheduler, waiting=()):
    """Begin a pass of a scheduler over some blocks, and return it."""
    scheduler.begin(SimpleNamespace(), StopFlag(), list(waiting))
    return scheduler


def test_blocks_are_assigned_ahead_while_there_are_many(communicator, world):
    waiting = blocks([1], 9, 1)
    leader = begun(Coordinator(communicator), waiting)
    for ask in (Ask(1), Ask(1, is_ahead=True), Ask(1, is_ahead=True), Ask(1)):
        leader._receive(1, ask)
    answers = [message for _, message in world.sent]
    assert answers[:2] == [Assignment(block, 1) for block in waiting[:2]]
    assert answers[2:] == [Assignment(waiting[2], 1), Assignment(waiting[3], 1)]
    leader._receive(2, Ask(1, is_ahead=True))
    assert world.sent[-1] == (2, Later()) and leader.waiting == waiting[4:]


def test_a_block_that_a_broken_rank_has_not_begun_goes_to_others(communicator, world):
    waiting = blocks([1], 9, 1)
    leader = begun(Coordinator(communicator), waiting)
    leader._receive(1, Ask(1))
    leader._receive(1, Ask(1, is_ahead=True))
    leader._receive(1, Fault("no disk"))
    assert leader.waiting == waiting[1:]
    leader._receive(2, Ask(1))
    leader._receive(2, Ask(1, is_ahead=True))
    leader._receive(2, Ask(1))
    leader._receive(2, Fault("no disk"))
    assert leader.waiting == waiting[4:]  # all may have been begun


def test_a_worker_asks_for_its_next_block_when_it_begins_one(communicator, world):
    worker, (first, second, third) = begun(Worker(communicator)), blocks([1], 3, 1)
    assert worker.take(1) is None and worker.take(1) is None
    assert world.sent == [(0, Ask(1))]
    worker._receive(Assignment(first, 1))
    assert worker.take(1) == (first, 1)
    assert world.sent == [(0, Ask(1)), (0, Ask(1, is_ahead=True))]
    worker._receive(Assignment(second, 2))
    assert worker.take(1) is None and worker.take(2) == (second, 2)
    assert len(world.sent) == 3
    worker._receive(Later())
    assert not worker.is_over() and worker.take(1) is None
    worker._receive(Assignment(third, 1))
    assert worker.take(1) == (third, 1)
    assert [ask for _, ask in world.sent[3:]] == [Ask(1)]
    assert worker.take(1) is None
    worker._receive(NoBlock())
    assert worker.is_dry


def test_a_worker_asks_for_cores_that_are_left_before_it_asks_ahead(
    communicator, world
):
    worker, (first, second) = begun(Worker(communicator)), blocks([1], 2, 1)
    worker.take(8)
    worker._receive(Assignment(first, 3))
    assert worker.take(8) == (first, 3) and worker.take(5) is None
    assert world.sent == [(0, Ask(8)), (0, Ask(5))]
    worker._receive(Assignment(second, 5))
    assert worker.take(5) == (second, 5)
    assert world.sent[2:] == [(0, Ask(5, is_ahead=True))]
