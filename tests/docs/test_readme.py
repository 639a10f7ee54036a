"""The README's examples are what the program does."""

import re
import tomllib
from pathlib import Path

import scsfast
from scsfast.campaign.config import campaign_from_dict
from scsfast.model.integers.build import build_rules

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.S | re.M)


def test_campaigns_in_the_readme_are_valid():
    found = blocks("toml")
    assert found
    for text in found:
        assert campaign_from_dict(tomllib.loads(text), "README").scenarios


def test_python_in_the_readme_runs(tmp_path, monkeypatch):
    (code,) = blocks("python")
    monkeypatch.chdir(tmp_path)
    tiny = {
        "replicates": 1,
        "world": {"n_citizens": 1000, "n_ticks": 2},
        "scenario": [{"pilot": "rongcheng"}],
    }
    scsfast.run(tiny, "first.zarr")
    names = {}
    exec(code.replace("100_000", "2_000"), names)
    assert names["run"]["prizes"].shape == (120, 1)
    asked = {"world": {"n_citizens": 2_000}, "scenario": [{"pilot": "rongcheng"}]}
    rules = build_rules(campaign_from_dict(asked).scenarios[0])
    assert names["moved"].shape == (120 - rules.measured_from, 1)
    assert names["ds"].sizes["tick"] == 2


def test_the_first_result_is_within_sixty_lines():
    head, _, _ = README.partition(" rongcheng  ")
    assert len(head.splitlines()) < 60
