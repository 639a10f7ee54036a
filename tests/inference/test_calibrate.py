"""Calibration: the meaning of each figure, that each can be missed, and the command."""

import json
import math
import re
from types import SimpleNamespace

import numpy as np
import pytest
from support.calibration_targets import ROOT, TARGETS, TINY

from scsfast.inference import calibrate as calibration
from scsfast.inference.calibrate import OF_LABS, OF_RUNS, Lab, Target
from scsfast.model import pilot_library
from scsfast.model.parameters import MARKS


def label(target: Target) -> str:
    return f"{target.measure}-{target.pilot}"


def test_targets_name_what_exists():
    for target in TARGETS:
        assert target.measure in OF_RUNS | OF_LABS
        assert target.unit in calibration.SCALES
        assert target.claim in calibration.CLAIMS
        assert target.variant in calibration.VARIANTS
        assert target.pilot in pilot_library.names()
        assert target.mark in MARKS


def test_no_target_is_listed_twice():
    keys = [(target.name, target.pilot) for target in TARGETS]
    assert len(set(keys)) == len(keys)


def test_every_measure_and_variant_is_used():
    assert {t.measure for t in TARGETS} == {*OF_RUNS, *OF_LABS}
    used = {target.variant for target in TARGETS}
    of_automation = {"records by people", "the same, automatic"}
    assert used | of_automation == set(calibration.VARIANTS)


def test_tolerances_contain_what_is_wanted():
    wrong = [t for t in TARGETS if not t.tolerance[0] <= t.value <= t.tolerance[1]]
    assert wrong == []


def test_sources_of_the_targets_are_listed():
    page = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"\*\*([A-Z][0-9]+)[a-f]?\*\*", page))
    for target in TARGETS:
        named = re.findall(r"\b([SBCK][0-9]+)[a-f]?\b", target.source)
        assert named and set(named) <= listed, target


@pytest.mark.parametrize("claim", ["matched", "open"])
def test_every_claim_has_targets(claim):
    assert claim in {target.claim for target in TARGETS}


N_CITIZENS, N_TICKS, FIRST = 100, 5, 1


class Fake:
    """A run of 100 citizens and 5 ticks, 4 measured, with outputs as given."""

    def __init__(self, outputs=None, citizens=None, pilot="rongcheng"):
        world = SimpleNamespace(
            n_citizens=N_CITIZENS, n_ticks=N_TICKS, first_measured_tick=FIRST
        )
        regime = pilot_library.load(pilot)
        self.scenario = SimpleNamespace(world=world, regime=regime)
        flags = np.full(N_CITIZENS, calibration.ENROLLED, "u1")
        self.citizens = {"traits": flags, **(citizens or {})}
        self.outputs = outputs or {}

    def __getitem__(self, name):
        return self.outputs[name]


def each_tick(*values) -> np.ndarray:
    """Return an output that is the same in every tick but the first, which is absurd."""
    array = np.tile(np.array(values), (N_TICKS, 1))
    array[0] = 10**6
    return array


GRADED = {"grade_citizens": each_tick(1, 2, 5, 76, 12, 4, 0, 0)}  # D C B A AA AAA


LISTED = {
    "group_listed": each_tick(6, 4, 0, 0),
    "listings": each_tick(1)[:, 0],
    "performed": each_tick(0.25)[:, 0],
}


BY_HAND = {
    "outside_base_grade": (Fake(GRADED), 0.24),
    "good_per_bad": (Fake(GRADED), 2.0),
    "extremely_bad": (Fake(GRADED), 0.03),
    "below_base": (
        Fake(citizens={"score": np.array([255_744] * 3 + [255_745] + [300_000] * 96)}),
        0.03,
    ),
    "list_stock": (Fake(LISTED), 0.1),
    "list_stay": (Fake(LISTED), 10 / 12),
    "list_performed": (Fake(LISTED), 0.25),
    "list_inflow": (Fake(LISTED), 0.12),
    "leniency": (
        Fake(
            {
                "violations_suppressed": each_tick(1, 2, 0, 0),
                "violations_observed": each_tick(4, 2, 4, 2),
            }
        ),
        0.25,
    ),
    "value_lost": (
        Fake(
            {
                "prize_value": each_tick(30)[:, 0],
                "fair_prize_value": each_tick(40)[:, 0],
            }
        ),
        0.25,
    ),
    "income_gini": (
        Fake(citizens={"means": np.array([0] * 50 + [1] * 50, "u1")}),
        0.25,
    ),
    "deeds": (Fake({"deeds": each_tick(3, 1, 0, 0)}), 0.48),
    "aware": (Fake(citizens={"traits": np.array([16] * 25 + [8] * 75)}), 0.25),
    "enrolled": (Fake(citizens={"traits": np.array([16] * 25 + [8] * 75)}), 0.75),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_measures_equal_hand_computed_values(name):
    run, expected = BY_HAND[name]
    assert OF_RUNS[name](run) == pytest.approx(expected)


def test_every_measure_is_checked():
    assert {*BY_HAND, "capture_points"} == set(OF_RUNS)


def test_capture_is_in_prizes_a_citizen_and_year():
    people, prizes = np.zeros((2, N_TICKS, 8, 3))
    people[:, 6], people[:, 7] = [10, 5, 5], [40, 30, 30]
    prizes[:, 6], prizes[:, 7] = [2, 1, 1], [2, 4, 2]
    run = Fake({"connected": people, "connected_prizes": prizes})
    assert OF_RUNS["capture_points"](run) == pytest.approx(12 * (4 / 20 - 4 / 80))


def test_citizens_who_are_not_enrolled_are_in_no_grade():
    traits = np.array([calibration.ENROLLED] * 50 + [0] * 50, "u1")
    run = Fake(GRADED, {"traits": traits})
    assert OF_RUNS["outside_base_grade"](run) == pytest.approx(0.48)


def test_a_zero_denominator_gives_a_missing_value():
    assert math.isnan(OF_RUNS["list_stay"](Fake({n: 0 * a for n, a in LISTED.items()})))


def regime_with(monkeypatch, **changes):
    regime = pilot_library.load("rongcheng").model_copy(update=changes)
    monkeypatch.setattr(calibration.pilot_library, "load", lambda _name: regime)
    return regime


def test_leniency_is_favour_times_discretion_of_the_village():
    lab = Lab(20_000, n_ticks=36)
    run = lab.run("rongcheng", "clients, records by people")
    assert OF_RUNS["leniency"](run) == pytest.approx(0.8 * 0.38, abs=0.04)


def test_there_is_no_leniency_without_discretion():
    run = Lab(**TINY).run("fair-rongcheng", "clients, all records")
    assert OF_RUNS["leniency"](run) == 0


def automation_gain(n_citizens: int) -> float:
    (target,) = [
        t for t in TARGETS if t.measure == "automation_gain" and t.pilot == "rongcheng"
    ]
    return calibration.measure(Lab(n_citizens, n_ticks=36), target)


def test_automation_recovers_records_that_clerks_lose(monkeypatch):
    discretion = pilot_library.load("fair-rongcheng").discretion
    regime_with(monkeypatch, loss=0.2, noise=0.0, discretion=discretion)
    assert automation_gain(20_000) == pytest.approx(100 * (1 / 0.8**3 - 1), abs=15)


def test_automation_changes_nothing_without_losses(monkeypatch):
    discretion = pilot_library.load("fair-rongcheng").discretion
    regime_with(monkeypatch, loss=0.0, noise=0.0, discretion=discretion)
    assert automation_gain(2_000) == pytest.approx(0)


def test_blood_donation_is_the_only_deed_in_its_experiment():
    run = Lab(**TINY).run("lottery", "blood alone")
    assert [act.name for act in run.scenario.world.acts] == ["blood-donation"]


def test_an_experiment_is_run_once():
    lab = Lab(**TINY)
    assert lab.run("lottery") is lab.run("lottery")


def test_every_target_gets_a_number(rows):
    assert [row["name"] for row in rows] == [target.name for target in TARGETS]
    missing = [row["name"] for row in rows if math.isnan(row["got"])]
    assert set(missing) <= {"good per bad outside it"}


def test_replicates_differ_and_give_an_interval(rows):
    (row,) = [row for row in rows if row["name"] == "aware"]
    assert (row["n"], row["half"] > 0) == (2, True)


@pytest.mark.parametrize("target", TARGETS, ids=label)
@pytest.mark.parametrize("off", [-1, 0, 1])
def test_each_target_is_missed_below_and_above(target, off, monkeypatch):
    low, high = target.tolerance
    value = {-1: low - 1e-6, 0: target.value, 1: high + 1e-6}[off]
    monkeypatch.setattr(calibration, "measure", lambda _lab, _target: value)
    (row,) = calibration.calibrate(1, 1, wanted=[target])
    assert row["met"] is (off == 0)
    is_calibrated = off == 0 or target.claim != "matched"
    assert calibration.is_calibrated([row]) is is_calibrated


def test_a_missing_number_misses_its_target(monkeypatch):
    monkeypatch.setattr(calibration, "measure", lambda _lab, _target: math.nan)
    (row,) = calibration.calibrate(1, 1, wanted=TARGETS[:1])
    assert row["met"] is False and "-" in calibration.text([row])


def test_interval_is_student_s():
    mean, half = calibration.interval([1.0, 2.0, 3.0])
    assert (mean, half) == (2.0, pytest.approx(4.302653 / 3**0.5))


@pytest.mark.parametrize(
    ("claim", "met", "code"),
    [("matched", True, 0), ("matched", False, 1), ("open", False, 0)],
)
def test_command_ends_with_code_1_if_a_matched_target_is_missed(
    claim, met, code, scs, rows, monkeypatch
):
    given = [{**rows[0], "claim": claim, "met": met}]
    asked = {}

    def calibrate(n_citizens, replicates, **rest):
        asked.update(n_citizens=n_citizens, replicates=replicates, **rest)
        return given

    monkeypatch.setattr(calibration, "calibrate", calibrate)
    ended, out, _ = scs("calibrate", "--citizens", 700, "--replicates", 3, "-j", 2)
    assert (ended, out) == (code, calibration.text(given) + "\n")
    assert (asked["n_citizens"], asked["replicates"], asked["n_threads"]) == (700, 3, 2)


def test_command_in_json(scs):
    code, out, err = scs("calibrate", "--citizens", 500, "--replicates", 1, "--json")
    tree = json.loads(out)
    assert len(tree) == len(TARGETS) and tree[0]["half"] is None
    assert code == (0 if calibration.is_calibrated(tree) else 1)
    assert err == "scsfast: replicate 1 of 1 done\n"


@pytest.mark.parametrize("option", ["--citizens", "--replicates", "--jobs"])
def test_command_refuses_nothing(option, scs):
    assert scs("calibrate", option, 0)[0] == 2
