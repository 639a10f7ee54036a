"""`scsfast search` prints the front, resumes, and draws; its help has an example that runs."""

import json
import re
import shlex
from pathlib import Path

import pytest

from scsfast.cli.main import main
from scsfast.inference.search_question import question_of, search_table

ROOT = Path(__file__).parents[2]
SMALL = {
    "n_citizens = 30_000": "n_citizens = 600", "n_ticks = 48": "n_ticks = 12",
    "warmup = 12": "warmup = 6",
    "[300, 3_000, 15_000, 30_000]": "[20, 100, 300, 600]", "trials = 128": "trials = 5",
    "replicates = 2": "replicates = 1\nbatch = 5", "fresh = 8": "fresh = 2",
    "< 0.15": "< 0.9",
}  # fmt: skip


def called(capsys, *arguments) -> tuple[int, str]:
    with pytest.raises(SystemExit) as end:
        main(list(map(str, arguments)))
    return end.value.code or 0, capsys.readouterr().out


def test_example_of_the_help_runs_at_a_small_size(tmp_path, monkeypatch, capsys):
    _, text = called(capsys, "search", "--help")
    verb, *rest = shlex.split(re.search(r"Example: scsfast (.*)", text)[1])
    example = ROOT / rest[0]
    small = example.read_text()
    for old, new in SMALL.items():
        assert old in small
        small = small.replace(old, new)
    monkeypatch.chdir(tmp_path)
    Path("examples").mkdir()
    Path(rest[0]).write_text(small)
    code, out = called(capsys, verb, *rest, "--picture", "search.svg")
    assert code == 0 and "Best on fresh replicates: regime." in out
    assert "<svg" in Path("search.svg").read_text()
    kept = {file: file.stat().st_mtime_ns for file in Path("search").rglob("*.json")}
    code, again = called(capsys, verb, *rest, "--json")
    found = json.loads(again)
    assert len(found["trials"]) == 5 and len(found["front"]) >= 1
    assert kept == {f: f.stat().st_mtime_ns for f in Path("search").rglob("*.json")}


def test_the_block_of_the_page_is_a_valid_search(tmp_path):
    page = (ROOT / "docs" / "search.md").read_text()
    block = re.search(r"^```toml\n(.*?)^```", page, re.S | re.M)[1]
    file = tmp_path / "search.toml"
    file.write_text(block)
    question = question_of(search_table(file)[1])
    assert question.fresh == 16 and str(question.bounds["diversion"]) == "< 0.05"


def test_setting_overrides_a_value_of_the_table(tmp_path):
    file = ROOT / "examples" / "flip.toml"
    _, table = search_table(file, ["search.of=sesame", "search.trials=7"])
    assert (table["of"], table["trials"], table["flip"]) == ("sesame", 7, "c2")


def test_setting_reaches_the_campaign_that_is_searched(tmp_path):
    tree, _ = search_table(ROOT / "examples" / "search.toml", ["world.n_ticks=24"])
    assert tree["world"]["n_ticks"] == 24
