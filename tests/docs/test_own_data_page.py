"""docs/own-data.md: villages of unequal size, in Python and in a campaign."""

import re
import tomllib
from pathlib import Path

import numpy as np

import scsfast
from scsfast.campaign.config import campaign_from_dict

PAGE = (Path(__file__).parents[2] / "docs" / "own-data.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("### Villages of unequal size\n")[2].partition("\n### ")[0]


def test_the_example_of_unequal_villages_runs(capsys):
    (code,) = re.findall(r"^```python\n(.*?)^```", SECTION, re.S | re.M)
    names = {"np": np, "scsfast": scsfast}
    exec(code, names)
    expected = np.bincount(names["township"])
    assert capsys.readouterr().out == f"{expected}\n"
    units = names["run"].scenario.world.units
    assert np.diff(units.bounds(0)).tolist() == np.bincount(names["village"]).tolist()
    assert units.bounds(2).tolist() == [0, *np.cumsum(expected)[[1, 3]]]


def test_the_sizes_of_the_campaign_are_those_that_its_comments_say():
    (text,) = re.findall(r"^```toml\n(.*?)^```", SECTION, re.S | re.M)
    tree = {**tomllib.loads(text), "scenario": [{"pilot": "rongcheng"}]}
    units = campaign_from_dict(tree).world.units
    assert [units.count(level) for level in range(units.n_levels)] == [6, 3, 1]
    del tree["world"]["sizes"]["township"]
    assert campaign_from_dict(tree).world.units.bounds(1).tolist() == [
        0,
        720,
        1250,
        1500,
    ]
