"""Timers of a tick's phases measure every thread and change no bit."""

from support.small_scenarios import rules

from scsfast.engine import simulate
from scsfast.engine.simulation import Simulation
from scsfast.store.digest import replicate_digest


def test_phases_are_timed_by_thread_and_change_no_bit():
    asked, digests = rules(world={"n_citizens": 6_000}), []
    for is_timed in (False, True):
        simulation = Simulation(asked, 4, 1, 2)
        if is_timed:
            simulation.time_phases()
        simulation.run(4)
        digests.append(replicate_digest(simulation.outputs()))
    seconds = simulation.phase_seconds()
    assert list(seconds) == ["review", "selection", "citizens", "learning"]
    assert all(len(by_thread) == 2 for by_thread in seconds.values())
    assert min(seconds["citizens"]) > 0
    assert (
        seconds["learning"][0] > seconds["learning"][1] == 0
    )  # the first thread learns
    assert digests[0] == digests[1]


def test_more_threads_compute_more_ticks_between_checks(monkeypatch):
    monkeypatch.setattr(simulate, "CITIZEN_TICKS_A_BLOCK", 12_000)
    asked = rules(world={"n_citizens": 6_000, "n_ticks": 12})
    for n_threads, expected in ((1, [2] * 6), (3, [6] * 2)):
        ticks = []
        simulate.run_through(Simulation(asked, 4, 1, n_threads), ticks.append)
        assert ticks == expected
