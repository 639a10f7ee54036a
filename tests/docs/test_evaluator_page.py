"""The blocks of docs/evaluator.md run, in order."""

import re
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "evaluator.md").read_text(encoding="utf-8")
SKIPPED = "<!-- not run -->\n"


def test_blocks_of_the_page_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = PAGE.split(SKIPPED)[0]
    blocks = re.findall(r"^```python\n(.*?)^```", run, re.S | re.M)
    assert len(blocks) == 3
    names = {}
    for block in blocks:
        exec(compile(block, "evaluator.md", "exec"), names)
    table = names["table"]
    assert list(table) == [
        "leaders.all.share", "skill", "skill_error", "diversion", "diversion_error",
        "replicates",
    ]  # fmt: skip
    assert table["diversion"][0] == 0 < table["diversion"][1]
    assert names["study"].best_value >= max(names["table"]["skill"]) - 1
    assert names["evaluator"].computed == len(list(Path("evaluations").rglob("*.json")))
    assert "not run by the tests" in PAGE
