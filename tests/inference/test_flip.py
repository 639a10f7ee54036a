"""Flipping a verdict: planted edges are found with the fewest values, luck is not believed."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scsfast.analysis import verdict
from scsfast.campaign.config import campaign_from_dict
from scsfast.errors import ConfigError
from scsfast.inference.flip import FIRST_FRESH, flip, flip_question

LOSS, AWARE = "regime.loss", "world.population.aware"
SHARE = "leaders.all.share"
ASKED = {
    "flip": "c2",
    "over": {LOSS: [0.0, 1.0], AWARE: [0.0, 1.0], SHARE: [0.0, 1.0]},
    "start": {LOSS: 0.0, AWARE: 0.2},
    "trials": 24,
}
TREE = {
    "world": {"n_citizens": 600, "n_ticks": 12, "warmup": 6, "distribution_every": 6,
              "spans": [20, 100, 300, 600]},
    "scenario": [{"pilot": "rongcheng"}],
    "leaders": {"all": {"share": 0.5}},
}  # fmt: skip


class Planted:
    """Skill 0.1 at the scenario's own values, with an edge of a verdict planted."""

    scenario = campaign_from_dict(TREE).scenarios[0]

    def __init__(self, skill, luck=0.0):
        self.skill, self.luck, self.rows = skill, luck, 0

    def evaluate(self, rows, names, replicates, first=0):
        self.rows += len(rows)
        luck = 0.0 if first >= FIRST_FRESH else self.luck
        lines = []
        for row in rows:
            skill = self.skill(row) + luck * (row[LOSS] > 0)
            values = {"skill": skill, "diversion": skill, "capture_excess": 0.0,
                      "prizes_moved_share": skill}  # fmt: skip
            own = {n: values[n] for n in names}
            errors = {f"{n}_error": 0.001 for n in names}
            lines.append({**row, **own, **errors, "replicates": replicates})
        return pd.DataFrame(lines)


def edge(row):
    """Return a skill that is better than a lottery from awareness 0.6 on."""
    return 0.5 if row[AWARE] >= 0.6 else 0.1


def test_planted_edge_is_found_with_one_value_and_to_the_range_over_32():
    found = flip(Planted(edge), flip_question(ASKED))
    assert found.word == found.fresh_word == verdict.HARDLY_BETTER
    best = found.smallest.iloc[0]
    assert best["changed"] == 1 and best["word"] == verdict.BETTER and best["holds"]
    assert 0.6 <= best[AWARE] <= 0.6 + 0.8 / 32
    assert (best[LOSS], best[SHARE]) == (0.0, 0.5)
    assert best["distance"] == pytest.approx(best[AWARE] - 0.2)


def test_edge_that_needs_two_values_is_found_with_two():
    def both(row):
        return 0.5 if row[AWARE] > 0.5 and row[LOSS] > 0.5 else 0.1

    found = flip(Planted(both), flip_question({**ASKED, "trials": 64}))
    best = found.smallest.iloc[0]
    assert best["changed"] == 2 and best[SHARE] == 0.5
    assert best[AWARE] < 0.55 and best[LOSS] < 0.55


def test_flip_by_luck_does_not_hold_on_fresh_replicates():
    found = flip(Planted(lambda row: 0.1, luck=0.4), flip_question(ASKED))
    assert len(found.smallest) and not found.smallest["holds"].any()
    assert set(found.smallest["fresh_word"]) == {found.word}


def test_nothing_flips_is_an_empty_table():
    found = flip(Planted(lambda row: 0.1), flip_question(ASKED))
    assert found.smallest.empty and not found.trials["flips"].any()
    assert len(found.trials) >= 24


def test_words_on_c1_flip_too():
    def diversion(row):
        return 0.001 if row[SHARE] < 0.1 else 0.2

    found = flip(Planted(diversion), flip_question({**ASKED, "flip": "c1"}))
    assert found.word == verdict.MANIPULABLE
    best = found.smallest.iloc[0]
    assert best["word"] == verdict.NOT_MANIPULABLE and best["changed"] == 1
    assert 0.0 < best[SHARE] < 0.1


def test_open_word_has_nothing_to_flip():
    class Open(Planted):
        def evaluate(self, rows, names, replicates, first=0):
            table = super().evaluate(rows, names, replicates, first)
            return table.assign(skill_error=1.0)

    with pytest.raises(ConfigError, match="nothing to flip"):
        flip(Open(edge), flip_question(ASKED))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"flip": "c3"}, "`search.flip` must be"),
        ({"replicates": 1}, "`search.replicates`: must be at least 2"),
        ({"trials": 0}, "`search.trials` must be a whole number in"),
        ({"over": {LOSS: [1.0, 0.0]}}, "low below high"),
        ({"start": {"regime.base": 1.0}}, "is not in `over`"),
        ({"maximise": "skill"}, "unknown key"),
    ],
)
def test_questions_that_cannot_be_are_refused(change, fault):
    with pytest.raises(ConfigError, match=fault):
        flip_question({**ASKED, **change})


def test_value_that_differs_by_level_must_be_given():
    class Levels(Planted):
        scenario = campaign_from_dict(
            {**TREE, "leaders": {"village": {"share": 0.1}, "city": {"share": 0.9}}}
        ).scenarios[0]

    with pytest.raises(ConfigError, match="no single value"):
        flip(Levels(edge), flip_question(ASKED))


def test_example_runs_at_a_small_size_and_resumes(scs, tmp_path):
    text = (Path(__file__).parents[2] / "examples" / "flip.toml").read_text()
    for old, new in {
        "n_citizens = 30_000": "n_citizens = 600", "n_ticks = 48": "n_ticks = 12",
        "[300, 3_000, 15_000, 30_000]": "[20, 100, 300, 600]", "warmup = 12": "warmup = 2",
        "trials = 48": "trials = 4", "replicates = 4": "replicates = 6",
        "fresh = 8": "fresh = 3", "served = 0.05": "served = 0.3",
    }.items():  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "flip.toml"
    file.write_text(text)
    code, out, err = scs("search", file, "-o", tmp_path / "kept", "-j", "1")
    assert code == 0, err
    assert "c2 at the scenario's own values" in out
    assert max(map(len, out.splitlines())) <= 100
    kept = {f: f.stat().st_mtime_ns for f in (tmp_path / "kept").rglob("*.json")}
    code, again, _ = scs("search", file, "-o", tmp_path / "kept", "--json")
    assert code == 0 and json.loads(again)["claim"] == "c2"
    assert kept == {
        f: f.stat().st_mtime_ns for f in (tmp_path / "kept").rglob("*.json")
    }
    assert np.isfinite(json.loads(again)["own"]["world.act_rates"])
