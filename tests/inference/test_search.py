"""A search finds a planted optimum within its bounds, and rejects a lucky candidate."""

import math

import numpy as np
import pandas as pd
import pytest

import scsfast
from scsfast.errors import ConfigError
from scsfast.inference.search import FIRST_FRESH, search
from scsfast.inference.search_question import question_of

LOSS, AWARE = "regime.loss", "world.population.aware"
ASKED = {
    "maximise": "skill",
    "subject_to": {"diversion": "< 0.3"},
    "over": {LOSS: [0.0, 1.0], AWARE: [0.0, 1.0]},
    "trials": 120,
    "replicates": 2,
}


class Planted:
    """Skill is best at (0.6, 0.3); diversion grows with awareness; draws may be lucky."""

    def __init__(self, noise=0.0, luck=lambda row: 0.0):
        self.noise, self.luck = noise, luck

    def evaluate(self, rows, names, replicates, first=0):
        lines = []
        for row in rows:
            x, y = row[LOSS], row[AWARE]
            rng = np.random.default_rng([int(1e6 * x), int(1e6 * y), first])
            skill = 1 - (x - 0.6) ** 2 - (y - 0.3) ** 2
            skill += self.noise * rng.normal() / np.sqrt(replicates)
            skill += self.luck(row) if first < FIRST_FRESH else 0.0
            values = {"skill": skill, "diversion": y, "capture": x}
            own = {n: values[n] for n in names}
            lines.append({**row, **own, **{f"{n}_error": 0.01 for n in names}})
        return pd.DataFrame(lines)


def test_a_planted_optimum_is_found_within_its_bounds():
    found = search(Planted(), question_of(ASKED))
    assert found.best[LOSS] == pytest.approx(0.6, abs=0.1)
    assert 0.2 < found.best[AWARE] < 0.3
    assert not found.trials["meets"].all()
    beaten = found.trials[found.trials["meets"]]["skill"].max()
    assert found.front["skill"].max() >= beaten


def test_a_lucky_candidate_is_rejected_on_fresh_replicates():
    lucky = Planted(0.02, luck=lambda row: 0.6 if row[LOSS] < 0.15 else 0.0)
    found = search(lucky, question_of({**ASKED, "subject_to": {}, "trials": 200}))
    luckiest = found.front.sort_values("skill").iloc[-1]
    assert luckiest["fresh_meets"]  # only its fresh figure can rule it out
    assert luckiest[LOSS] < 0.15 and luckiest["fresh_skill"] < luckiest["skill"] - 0.4
    assert found.best[LOSS] == pytest.approx(0.6, abs=0.15)
    assert found.front["fresh_skill"].iloc[0] > 0.95


def test_bounds_that_no_candidate_meets_give_no_best():
    found = search(
        Planted(), question_of({**ASKED, "subject_to": {"diversion": "> 2"}})
    )
    assert found.best is None and len(found.front)


def test_a_candidate_is_judged_by_its_worst_opponent():
    asked = {**ASKED, "over": {LOSS: [0.0, 1.0]}, "against": {AWARE: [0.0, 1.0]}}
    asked = {**asked, "subject_to": {}, "against_points": 4, "trials": 16}
    found = search(Planted(), question_of(asked))
    worst = Planted().evaluate(
        [{LOSS: found.trials[LOSS][0], AWARE: y} for y in np.linspace(0, 1, 99)],
        ["skill"], 1,
    )  # fmt: skip
    assert found.trials["skill"][0] < worst["skill"].mean()


SCORER, REFIT = "regime.scorer", "regime.model.refit"


class Mixed:
    """Skill is best by index, refitted every seventh tick, whatever it is played against."""

    def __init__(self):
        self.rows = []

    def evaluate(self, rows, names, replicates, first=0):
        self.rows += rows
        far = [abs(row[REFIT] - 7) / 12 + (row[SCORER] != "index") for row in rows]
        own = [{"skill": 1 - x, "skill_error": 0.0} for x in far]
        return pd.DataFrame([r | x for r, x in zip(rows, own, strict=True)])


def test_choices_and_whole_numbers_are_searched_as_such():
    over = {SCORER: ["ledger", "index", "model"], REFIT: [1, 12]}
    asked = {"maximise": "skill", "over": over, "trials": 60, "batch": 4, "fresh": 2}
    asked |= {"against": {"world.n_ticks": [20, 40]}, "against_points": 2}
    evaluator = Mixed()
    found = search(evaluator, question_of(asked))
    assert found.best == {SCORER: "index", REFIT: 7}
    for row in evaluator.rows:
        assert row[SCORER] in over[SCORER]
        for path, low, high in ((REFIT, 1, 12), ("world.n_ticks", 20, 40)):
            assert type(row[path]) is int and low <= row[path] <= high


def test_the_same_question_gives_the_same_search_killed_or_not(tmp_path):
    tree = {
        "world": {
            "n_citizens": 600, "n_ticks": 12, "warmup": 6, "distribution_every": 6,
            "spans": [20, 100, 300, 600],
        },
        "scenario": [{"pilot": "rongcheng"}],
    }  # fmt: skip
    asked = {**ASKED, "trials": 6, "batch": 3, "replicates": 1, "fresh": 2}
    question = question_of({**asked, "over": {LOSS: [0.0, 0.1], AWARE: [0.05, 1.0]}})

    def killed(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search(scsfast.Evaluator(tree, tmp_path), question, killed)
    resumed = scsfast.Evaluator(tree, tmp_path)
    found = search(resumed, question)
    whole = search(scsfast.Evaluator(tree), question)
    pd.testing.assert_frame_equal(found.trials, whole.trials)
    pd.testing.assert_frame_equal(found.front, whole.front)
    assert resumed.computed == 3 + 2 * len(found.front)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"minimise": "skill"}, "must have exactly one of `maximise` and `minimise`"),
        ({"maximise": "skil"}, "did you mean"),
        ({"subject_to": {"diversion": "0.3"}}, "must be < or > and a number"),
        ({"over": {LOSS: [0.1, 0.1]}}, "low below high"),
        ({"over": {LOSS: [0.0, math.inf]}}, "low below high"),
        ({"over": {LOSS: [0, 2**70]}}, "low below high"),
        ({"over": {"loss": [0.0, 0.1]}}, "must begin with"),
        ({"against": {LOSS: [0.0, 0.1]}}, "is in `over` too"),
        ({"trial": 3}, "unknown key"),
    ],
)
def test_invalid_searches_are_refused(change, fault):
    with pytest.raises(ConfigError, match=fault):
        question_of({**ASKED, **change})
