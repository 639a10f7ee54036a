"""An evaluator computes each replicate of a point once, even if it is interrupted."""

import threading

import numpy as np
import pandas as pd
import pytest

import scsfast
from scsfast.errors import ConfigError
from scsfast.inference import evaluator as module
from scsfast.model.measures import total

TREE = {
    "seed": 7,
    "replicates": 2,
    "world": {
        "n_citizens": 600, "n_ticks": 12, "warmup": 6, "distribution_every": 6,
        "spans": [20, 100, 300, 600],
    },
    "scenario": [{"pilot": "rongcheng"}, {"pilot": "lottery"}],
}  # fmt: skip
SHARE, LOSS = "leaders.all.share", "regime.loss"
POINTS = [{SHARE: 0.0, LOSS: 0.1}, {SHARE: 0.5, LOSS: 0.0}, {SHARE: 1.0, LOSS: 0.05}]
ASKED = {"measures": ["skill", "capture", "violation_rate"], "replicates": 3}


@pytest.fixture(scope="module")
def whole():
    return scsfast.Evaluator(TREE).evaluate(POINTS, **ASKED)


def test_measures_are_those_of_a_run_of_the_same_points(whole, tmp_path):
    design = {"of": ["rongcheng"], "rows": POINTS}
    store = tmp_path / "run.zarr"
    tree = {**TREE, "replicates": 3, "points": design, "scenario": TREE["scenario"][:1]}
    found = scsfast.run(tree, store)
    for name in ASKED["measures"]:
        values = found[name].values
        assert np.allclose(whole[name], values.mean(axis=1), rtol=1e-12)
        errors = values.std(axis=1, ddof=1) / np.sqrt(3)
        assert np.allclose(whole[f"{name}_error"], errors, rtol=1e-9)
    assert whole["replicates"].tolist() == [3, 3, 3]


def test_a_replicate_of_a_point_is_computed_once(whole, tmp_path):
    first = scsfast.Evaluator(TREE, tmp_path)
    first.evaluate(POINTS[:2], **ASKED)
    again = scsfast.Evaluator(TREE, tmp_path, jobs=1)
    mixed = pd.DataFrame([*POINTS, POINTS[0]])
    found = again.evaluate(mixed, **ASKED)
    assert (first.computed, again.computed) == (6, 3)
    pd.testing.assert_frame_equal(found[:3], whole)
    assert found.iloc[3].equals(found.iloc[0])
    again.evaluate(POINTS, "skill", replicates=4)
    assert again.computed == 6


def test_killed_and_resumed_equals_uninterrupted(whole, tmp_path, monkeypatch):
    run, count = module.run_through, iter(range(99))

    def killed(simulation):
        if next(count) == 4:
            raise KeyboardInterrupt
        run(simulation)

    with monkeypatch.context() as patch:
        patch.setattr(module, "run_through", killed)
        with pytest.raises(KeyboardInterrupt):
            scsfast.Evaluator(TREE, tmp_path, jobs=1).evaluate(POINTS, **ASKED)
    resumed = scsfast.Evaluator(TREE, tmp_path)
    pd.testing.assert_frame_equal(resumed.evaluate(POINTS, **ASKED), whole)
    assert 0 < resumed.computed < 9


def test_a_damaged_evaluation_is_computed_again(whole, tmp_path):
    scsfast.Evaluator(TREE, tmp_path).evaluate(POINTS, **ASKED)
    file = sorted(tmp_path.rglob("*.json"))[0]
    file.write_text(file.read_text().replace('"skill": ', '"skill": 1', 1))
    again = scsfast.Evaluator(TREE, tmp_path)
    pd.testing.assert_frame_equal(again.evaluate(POINTS, **ASKED), whole)
    assert again.computed == 1


def test_values_that_decide_bits_make_another_point(tmp_path):
    scsfast.Evaluator(TREE, tmp_path).evaluate(POINTS[:1], **ASKED)
    for other in (
        {**TREE, "seed": 8},
        {**TREE, "world": {**TREE["world"], "n_ticks": 18}},
    ):
        changed = scsfast.Evaluator(other, tmp_path)
        changed.evaluate(POINTS[:1], **ASKED)
        assert changed.computed == 3
    renamed = {**TREE, "scenario": [{"pilot": "rongcheng", "name": "other"}]}
    same = scsfast.Evaluator(renamed, tmp_path)
    same.evaluate(POINTS[:1], **ASKED)
    assert same.computed == 0


class Ranks:
    """Two ranks of a communicator in two threads."""

    def __init__(self, rank, shared):
        self.rank, self.size, self.shared = rank, 2, shared

    def allgather(self, value):
        parts, barrier = self.shared
        parts[self.rank] = value
        barrier.wait(60)
        return list(parts)


def test_ranks_share_the_work_and_get_the_same_table(whole):
    shared, found = ([None, None], threading.Barrier(2)), {}

    def work(rank):
        own = scsfast.Evaluator(TREE, comm=Ranks(rank, shared), jobs=1)
        found[rank] = own.evaluate(POINTS, **ASKED), own.computed

    threads = [threading.Thread(target=work, args=(rank,)) for rank in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for table, _ in found.values():
        pd.testing.assert_frame_equal(table, whole)
    assert sorted(count for _, count in found.values()) == [4, 5]


def test_faults_name_rows_columns_and_measures():
    own = scsfast.Evaluator(TREE)
    with pytest.raises(
        ConfigError, match=r"row 2, column `regime.loss`: must be a number"
    ):
        own.evaluate([POINTS[0], {SHARE: 0.1, LOSS: "x"}])
    with pytest.raises(ConfigError, match=r"`points` row 1: .*leaders.all.share"):
        own.evaluate({SHARE: 2.0})
    with pytest.raises(ConfigError, match="did you mean"):
        own.evaluate(POINTS, "skil")
    with pytest.raises(
        ConfigError, match="`scenario` must be one of rongcheng, lottery"
    ):
        scsfast.Evaluator(TREE, scenario="sesame")


def prizes_to_good(dataset):
    """Return the mean quality of winners, in 1/256."""
    return total(dataset, "winners_quality") / total(dataset, "prizes")


def test_own_measures_are_evaluated_and_kept(whole, tmp_path):
    own = {"prizes_to_good": prizes_to_good}
    asked = {"measures": ["prizes_to_good", "skill"], "replicates": 3}
    first = scsfast.Evaluator(TREE, tmp_path, measures=own)
    found = first.evaluate(POINTS, **asked)
    assert (found["skill"] == whole["skill"]).all()
    tree = {**TREE, "replicates": 3, "scenario": TREE["scenario"][:1]}
    tree["points"] = {"of": ["rongcheng"], "rows": POINTS}
    runs = prizes_to_good(scsfast.run(tree, tmp_path / "o.zarr")).mean("replicate")
    assert np.allclose(found["prizes_to_good"], runs, rtol=1e-12)
    again = scsfast.Evaluator(TREE, tmp_path, measures=own)
    pd.testing.assert_frame_equal(again.evaluate(POINTS, **asked), found)
    assert again.computed == 0


def test_other_source_of_an_own_measure_is_another_evaluation(tmp_path):
    def measure(dataset):
        return total(dataset, "prizes")

    first = scsfast.Evaluator(TREE, tmp_path, measures={"mine": measure})
    first.evaluate(POINTS[:1], "mine", replicates=1)

    def measure(dataset):
        return 2 * total(dataset, "prizes")

    other = scsfast.Evaluator(TREE, tmp_path, measures={"mine": measure})
    other.evaluate(POINTS[:1], "mine", replicates=1)
    assert other.computed == 1


def test_own_measures_without_a_source_or_with_a_taken_name_are_refused():
    with pytest.raises(ConfigError, match="is a measure of scsfast") as caught:
        scsfast.Evaluator(TREE, measures={"skill": prizes_to_good, "mine": len})
    assert "must be a function that is defined in a file" in str(caught.value)
