"""Running blocks: cores are shared out, signals stop the work, progress adds up."""

import os
import signal
import threading

import pytest
from support.fake_engine import failing, fake_replicate, small_campaign

from scsfast.errors import Interrupted
from scsfast.execution import progress, threads
from scsfast.execution.progress import Tally
from scsfast.execution.threads import execute
from scsfast.store import blocks
from scsfast.store.create import open_for_writing
from scsfast.store.store import Store
from scsfast.text import duration


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Give an empty store of three blocks, one replicate each."""
    monkeypatch.setattr(blocks, "LARGEST_BLOCK", 1)
    with open_for_writing(tmp_path / "out.zarr", small_campaign(1)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("jobs", "expected"), [(1, [1, 1, 1]), (3, [1, 1, 1]), (4, [1, 1, 2]), (9, [3] * 3)]
)
def test_spare_cores_go_to_threads_inside_replicates(store, jobs, expected):
    seen, all_started = [], threading.Barrier(min(jobs, 3), timeout=20)

    def engine(rules, *, n_threads, **rest):
        seen.append(n_threads)
        all_started.wait()
        return fake_replicate(rules, **rest)

    execute(store, 1, jobs=jobs, run_replicate=engine)
    assert sorted(seen) == expected


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
def test_signal_stops_inside_a_replicate(store, number):
    def engine(rules, *, progress, **_rest):
        os.kill(os.getpid(), number)
        for _ in range(200):
            threading.Event().wait(0.05)
            progress(0)
        raise AssertionError("was not stopped")

    before = signal.getsignal(number)
    with pytest.raises(Interrupted, match="the same command resumes") as caught:
        execute(store, 1, jobs=1, run_replicate=engine)
    assert caught.value.exit_code == 128 + number
    assert store.journal.records == {}
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("engine", [fake_replicate, failing(0)], ids=["ok", "failing"])
def test_progress_adds_up(store, engine):
    seen = []

    def report(tally):
        seen.append((tally.line(), tally.computed))

    execute(store, 1, jobs=2, report=report, run_replicate=engine)
    line, computed = seen[-1]
    assert computed == 3 * 600 * 6
    assert ("3/3 replicates" in line) != ("3 failed" in line)
    assert "100 %" in line and "took" in line


def test_progress_line_shows_the_time_left():
    tally = Tally(planned=20, done=12, citizen_ticks=100_000_000)
    tally.compute(50_000_000)
    tally.started -= 80
    assert tally.line() == (
        "12/20 replicates, 50 %, 0.6 M citizen-ticks/s, 1 min 20 s left"
    )


def test_the_bar_of_a_terminal_leaves_the_last_state(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "120")
    bar, tally = progress.Bar(), Tally(planned=4, done=0, citizen_ticks=100)
    assert tally.seconds_left is None
    bar(tally)
    tally.compute(100)
    tally.done, tally.is_closed = 4, True
    bar(tally)
    assert bar.bar.finished and "4/4 replicates, 100 %" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "0 s"), (80, "1 min 20 s"), (3700, "1 h 1 min")]
)
def test_duration_in_words(seconds, words):
    assert duration(seconds) == words


def test_large_results_are_committed_at_once_and_are_the_same(tmp_path, monkeypatch):
    digests = set()
    for limit in (1 << 30, 0):
        monkeypatch.setattr(threads, "SMALL_RESULTS", limit)
        with open_for_writing(tmp_path / f"{limit}.zarr", small_campaign(2)) as opened:
            execute(opened, 2, jobs=1, run_replicate=fake_replicate)
        digests.add(Store(tmp_path / f"{limit}.zarr").digest())
    assert len(digests) == 1


def test_second_signal_ends_the_process(store, monkeypatch):
    killed, counts, clock = [], [], [100.0]
    monkeypatch.setattr(threads.os, "kill", lambda pid, number: killed.append(number))
    monkeypatch.setattr(threads.time, "monotonic", lambda: clock[0])

    def engine(rules, **rest):
        stop = signal.getsignal(signal.SIGTERM)
        stop(signal.SIGTERM, None)
        clock[0] += 0.5  # the launcher sends it twice
        stop(signal.SIGTERM, None)
        counts.append(len(killed))
        clock[0] += 1.0
        stop(signal.SIGTERM, None)
        return fake_replicate(rules, **rest)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(threads.signal, "signal", signal_in_any_thread(before))
    with pytest.raises(Interrupted):
        execute(store, 1, jobs=1, run_replicate=engine)
    assert killed == [signal.SIGTERM] and counts == [0]


def signal_in_any_thread(before):
    """Return `signal.signal` that other threads may call; there it must be the default's."""
    real = signal.signal

    def install(number, handler):
        if threading.current_thread() is threading.main_thread():
            return real(number, handler)
        assert handler is signal.SIG_DFL
        return before

    return install


def test_run_in_another_thread_handles_no_signals(store):
    before, seen = signal.getsignal(signal.SIGTERM), []

    def engine(rules, **rest):
        seen.append(signal.getsignal(signal.SIGTERM) is before)
        return fake_replicate(rules, **rest)

    thread = threading.Thread(
        target=lambda: execute(store, 1, jobs=1, run_replicate=engine)
    )
    thread.start()
    thread.join(60)
    assert seen == [True] * 3 and (store.status() == 1).all()
