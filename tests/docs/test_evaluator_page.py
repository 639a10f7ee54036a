"""The blocks of docs/evaluator.md run, in order."""

import re
from pathlib import Path

import numpy as np
import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "evaluator.md").read_text(encoding="utf-8")
OTHERS = "<!-- other programs -->\n"
OURS, _, THEIRS = PAGE.partition(OTHERS)


def run(text: str) -> tuple[dict, int]:
    """Run the blocks of a text in order; return their names and how many they are."""
    names: dict = {}
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.S | re.M)
    for block in blocks:
        exec(compile(block, "evaluator.md", "exec"), names)
    return names, len(blocks)


def test_blocks_of_the_page_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names, count = run(OURS)
    assert count == 3
    table = names["table"]
    assert list(table) == [
        "leaders.all.share", "skill", "skill_error", "diversion", "diversion_error",
        "replicates",
    ]  # fmt: skip
    assert table["diversion"][0] == 0 < table["diversion"][1]
    assert names["study"].best_value >= max(names["table"]["skill"]) - 1
    assert names["evaluator"].computed == len(list(Path("evaluations").rglob("*.json")))


@pytest.mark.slow  # .ci/run has them; the README's command does not install them
@pytest.mark.filterwarnings("ignore")  # of the other programs
def test_blocks_of_other_programs_run(tmp_path, monkeypatch):
    for program in ("ema_workbench", "pyabc"):
        pytest.importorskip(program, reason="needs the extra docs")
    monkeypatch.chdir(tmp_path)
    names, count = run(OURS.partition("## optuna")[0] + THEIRS)
    assert count == 3 and len(names["experiments"]) == len(names["outcomes"]["skill"])
    assert np.ptp(names["outcomes"]["skill"]) > 0.05
    share = (names["accepted"]["share"] * names["weights"]).sum()
    found = names["evaluator"].evaluate({"leaders.all.share": share}, "diversion")
    assert found["diversion"].item() == pytest.approx(0.03, abs=0.06)
