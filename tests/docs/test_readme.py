"""The README's examples run as written."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

import scsfast
from scsfast.campaign.config import campaign_from_dict, load_campaign
from scsfast.model.integers.build import build_rules

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CAMPAIGNS = (ROOT / "docs" / "campaigns.md").read_text(encoding="utf-8")
TINY = [
    *("world.n_citizens=600", "world.n_ticks=12", "replicates=2"),
    *("world.warmup=6", "world.distribution_every=6"),
]


def blocks(language, page=README):
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.S | re.M)


@pytest.mark.parametrize("page", [README, CAMPAIGNS], ids=["README", "campaigns"])
def test_campaigns_on_the_page_are_valid(page):
    found = blocks("toml", page)
    assert found
    for text in found:
        assert campaign_from_dict(tomllib.loads(text), "page").scenarios


def installed_extras(command):
    """Return the extras that a line of pip installs from this folder in place."""
    return set(re.search(r"pip install -e '\.\[([\w,]+)\]'", command)[1].split(","))


def test_install_in_place_brings_all_that_the_readme_uses():
    """In place, since Python in this folder would find the unbuilt source tree."""
    assert "scsfast report" in README
    assert installed_extras(blocks("sh")[0]) == {"report"}


def test_readme_is_short():
    assert len(README.splitlines()) < 130


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


def test_the_picture_is_drawn_by_a_command_of_the_repository(tmp_path):
    (shown,) = re.findall(r"!\[[^]]+\]\((.+?)\)", README)
    assert "python docs/make_picture.py" in README
    file = ROOT / "docs" / "make_picture.py"
    spec = importlib.util.spec_from_file_location("make_picture", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert ROOT / shown == module.PICTURE
    campaign = load_campaign(ROOT / "examples" / "first.toml", TINY)
    scsfast.run(campaign, tmp_path / "tiny.zarr")
    drawn, committed = (
        module.picture(tmp_path / "tiny.zarr"),
        module.PICTURE.read_text(),
    )
    for name in (s.name for s in campaign.scenarios if s.name != "oracle"):
        assert f">{name}<" in drawn and f">{name}<" in committed
