"""docs/extending.md: its policy runs, and every file of the worked mechanism has its part."""

import re
from pathlib import Path

import pytest

from scsfast.campaign.config import load_campaign

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([^`]+)` \| [^|]+ \| `([^`]+)` \|$", TEXT, re.M)


def test_the_worked_mechanism_has_many_files():
    assert len(ROWS) > 12


@pytest.mark.parametrize(("file", "token"), ROWS)
def test_each_file_contains_the_token_on_the_page(file, token):
    assert token in (ROOT / file).read_text(encoding="utf-8")


def test_test_files_named_on_the_page_exist():
    (command,) = re.findall(r"^pytest (.*)$", TEXT, re.M)
    files = [word for word in command.split() if word.endswith(".py")]
    assert len(files) == 3 and all((ROOT / file).exists() for file in files)


def test_the_policy_on_the_page_runs():
    (code,) = re.findall(r"^```python\n(.*?)^```", TEXT, re.S | re.M)
    names = {}
    exec(code.replace("20_000", "2_000").replace("> 3", "> 0"), names)
    changes = names["run"].scenario.change
    assert [change.regime.name for change in changes] == ["fair-rongcheng"]
    assert names["run"]["suppressed"][changes[0].tick :].sum() == 0


def test_the_campaign_on_the_page_names_a_policy_that_is_found(tmp_path):
    (code,) = re.findall(r"^```python\n(.*?)^```", TEXT, re.S | re.M)
    (tree,) = re.findall(r"^```toml\n(.*?)^```", TEXT, re.S | re.M)
    function = code[code.index("def suspend") : code.index("run = ")]
    (tmp_path / "policies.py").write_text(function)
    (tmp_path / "a.toml").write_text("[world]\nn_citizens = 600\n" + tree)
    (scenario,) = load_campaign(tmp_path / "a.toml").scenarios
    assert scenario.policy.function == "suspend"
