"""Faults of a campaign that no other test makes, each with the sentence that names it."""

import copy
from pathlib import Path

import pandas as pd
import pytest
from support.fake_engine import campaign_tree

from scsfast.campaign.config import campaign_from_dict
from scsfast.errors import ConfigError
from scsfast.inference.search_question import question_of
from scsfast.model.parameters import param

GRADES = [{"name": "D"}, {"name": "A", "from": 900}]


def regime(**changes) -> dict:
    """Return a change of the first scenario's regime."""
    return {"scenario": [{"pilot": "rongcheng", "regime": changes}]}


def world(**changes) -> dict:
    """Return a change of the world."""
    return {"world": changes}


FAULTS = {
    "formulas that are not a table": (
        {"sweep": {"regime.loss": [0.1], "derive": 3}},
        "`sweep.derive` must be a table, got 3",
    ),
    "points from nowhere": ({"points": {"of": ["lottery"]}}, "either `file` or `rows`"),
    "points twice": (
        {"points": {"file": "a.csv", "rows": [{"regime.loss": 0.1}]}},
        "must have either `file` or `rows`",
    ),
    "appeals named twice": (
        regime(appeal={"reverses": ["framed", "framed"]}),
        "must name each act once, got twice: framed",
    ),
    "groups": (
        world(population={"groups": {"urban": 0.5}}),
        "the shares of groups must add up to 1, got 0.92",
    ),
    "strategies": (
        world(population={"strategies": {"reliable": 1.0}}),
        "the shares of strategies must add up to 1, got",
    ),
    "quantiles": (
        world(population={"means": {"kind": "lognormal", "gini": 0.9999999999999999}}),
        "all quantiles must be finite, these are not",
    ),
    "network": (
        world(population={"network": ["street"]}),
        "a network slot must be 'top' or one of village, township, .*, got 'street'",
    ),
    "discretion": (
        regime(discretion=1.5),
        r"must be a number in \[0, 1\] or a table of levels, got 1.5",
    ),
    "table of scores": (
        regime(belief={"kind": "table", "values": [1.0, 2.0]}),
        "values must have 128 entries, got 2",
    ),
    "grade at the bottom": (
        regime(grades=[{"name": "D", "from": 0}, *GRADES[1:]]),
        "the lowest grade must have no 'from'",
    ),
    "grades without order": (
        regime(grades=[*GRADES, {"name": "AA", "from": 800}]),
        "grades above the lowest must each have a higher 'from'",
    ),
    "range": (
        regime(floor=1000, base=1000, ceiling=1000.5),
        "ceiling must be at least 1 point above floor 1000, got 1000.5",
    ),
    "parts": (
        regime(scorer="index", index={"weights": {"history": 0.5}}),
        "the weights of the parts must add up to 1, got 1.15",
    ),
    "spans": (
        world(spans=[20, 100, 250]),
        r"each span must be a true multiple of the one below, got \[20, 100, 250\]",
    ),
}


def changed(tree: dict, changes: dict) -> dict:
    """Return a tree with some tables merged into it."""
    tree = copy.deepcopy(tree)
    for key, value in changes.items():
        tree[key] = tree[key] | value if key == "world" else value
    return tree


@pytest.mark.parametrize(("changes", "message"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_named(changes, message):
    with pytest.raises(ConfigError, match=message):
        campaign_from_dict(changed(campaign_tree(), changes))


def test_a_policy_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    def refuse(_):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "policy.py").write_text("def suspend(): pass\n")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    entry = {"pilot": "rongcheng", "policy": "policy.py:suspend"}
    with pytest.raises(ConfigError, match="policy.py: cannot be read: Permission den"):
        campaign_from_dict(campaign_tree(scenario=[entry]), folder=tmp_path)


def test_value_of_another_type_is_named():
    with pytest.raises(TypeError, match="set cannot be a value of a campaign"):
        question_of({"maximise": "skill", "over": {"regime.loss": {7}}})


def test_points_in_parquet_need_its_package(tmp_path, monkeypatch):
    def read_parquet(path):
        raise ImportError("no pyarrow")

    monkeypatch.setattr(pd, "read_parquet", read_parquet)
    (tmp_path / "p.parquet").write_bytes(b"")
    points = {"file": str(tmp_path / "p.parquet"), "of": ["rongcheng"]}
    with pytest.raises(
        ConfigError, match=r"Parquet needs pyarrow: pip install scsfast"
    ):
        campaign_from_dict(campaign_tree(points=points))


def test_acts_of_one_name_are_refused():
    act = {"name": "a", "domain": "social", "sign": "positive", "rate": 1.0,
           "scale": 1.0, "seen": 0.5}  # fmt: skip
    with pytest.raises(ConfigError, match="act names must differ, got twice: a"):
        campaign_from_dict(campaign_tree(world={"acts": [act, {**act, "rate": 2.0}]}))


def test_limits_of_a_parameter_belong_into_its_annotation():
    with pytest.raises(TypeError, match="limits belong into the annotation, got .*ge"):
        param(1, "a number", ge=0)
