"""Every pydantic error becomes one sentence with the user's own path of the key."""

import pytest
from pydantic import ValidationError

from scsfast.campaign.designs.sample import Sample
from scsfast.model.government import Government
from scsfast.model.messages import config_error
from scsfast.model.regime import Regime
from scsfast.model.world import World

POINTS = "a number in [-30000, 30000] or a list of 2 numbers in [-30000, 30000]"
LEVELS = "'village', 'township', 'county', 'city', 'province', 'centre'"
KINDS = "'constant', 'uniform', 'beta', 'normal', 'lognormal', 'table'"

REGIME = {
    "number out of bounds": (
        {"loss": 1.2},
        "`r.loss` must be a number in [0, 1], got 1.2",
    ),
    "number not above 0": (
        {"memory_years": 0},
        "`r.memory_years` must be a number above 0, got 0",
    ),
    "tighter of two limits": (
        {"belief": {"memory": 0.5}},
        "`r.belief.memory` must be a number in [1, 120], got 0.5",
    ),
    "infinite": (
        {"floor": float("inf")},
        "`r.floor` must be a finite number in [-30000, 30000], got inf",
    ),
    "text for a number": (
        {"loss": "x"},
        "`r.loss` must be a number in [0, 1], got 'x'",
    ),
    "number for text": ({"title": 3}, "`r.title` must be text, got 3"),
    "unknown word": (
        {"deciding": "town"},
        f"`r.deciding` must be one of {LEVELS}, got 'town'",
    ),
    "number for a table": ({"acts": 3}, "`r.acts` must be a table, got 3"),
    "unknown key of a table that may be left out": (
        {"listing": {"trem": 3}},
        "`r.listing.trem`: unknown key; did you mean `term`?",
    ),
    "unknown key, near one": (
        {"acts": {"a": {"point": 1}}},
        "`r.acts.a.point`: unknown key; did you mean `points`?",
    ),
    "unknown key, near none": (
        {"meeting": {"zzz": 1}},
        "`r.meeting.zzz`: unknown key; there are: norm, group_norms, seen, plus, minus",
    ),
    "key with an alias": (
        {"grades": [{"name": "D"}, {"name": "C", "form": 3}]},
        "`r.grades.1.form`: unknown key; did you mean `from`?",
    ),
    "missing key": (
        {"grades": [{}]},
        "`r.grades.0.name`: missing key, must be text of 1 or more characters",
    ),
    "too many entries": (
        {"grades": [{"name": "x"}] * 9},
        "`r.grades` must have at most 8 entries, got 9",
    ),
    "neither of two types": (
        {"acts": {"a": {"points": [-5]}}},
        f"`r.acts.a.points` must be {POINTS}, got [-5]",
    ),
    "wrong entry of one of two types": (
        {"acts": {"a": {"points": [1, 99_999]}}},
        f"`r.acts.a.points` must be {POINTS}, got [1, 99999]",
    ),
    "rule between keys": (
        {"base": 9000},
        "`r`: base must be within [floor, ceiling] = [0, 2000], got 9000",
    ),
    "scores out of reach": (
        {
            "floor": 0,
            "base": 100,
            "ceiling": 200,
            "grades": [{"name": "B"}, {"name": "A", "from": 900}],
        },
        "`r`: good_from must be at most ceiling 200, got 1000; "
        "grades.1.from must be at most ceiling 200, got 900",
    ),
    "memory of an index": (
        {"scorer": "index", "memory_years": 2},
        "`r`: memory_years must be \"none\" for scorer 'index', whose scores do not "
        "drift, got 2.0",
    ),
    "long value": (
        {"scrutiny": "x" * 99},
        "`r.scrutiny` must be a table, got '" + "x" * 56 + "...",
    ),
}

WORLD = {
    "whole number": (
        {"n_ticks": 2.5},
        "`w.n_ticks` must be a whole number in [1, 1000000], got 2.5",
    ),
    "tag unknown": (
        {"population": {"quality": {"kind": "betta"}}},
        f"`w.population.quality.kind` must be one of {KINDS}, got 'betta'",
    ),
    "tag missing": (
        {"population": {"quality": {"a": 1}}},
        f"`w.population.quality.kind`: missing key, must be one of {KINDS}",
    ),
    "below a tag": (
        {"population": {"quality": {"kind": "beta", "a": 0, "b": 1}}},
        "`w.population.quality.a` must be a number in (0, 1000000], got 0",
    ),
    "unknown key below a tag": (
        {"population": {"quality": {"kind": "normal", "means": 1}}},
        "`w.population.quality.means`: unknown key; did you mean `mean`?",
    ),
    "open interval": (
        {"population": {"means": {"kind": "lognormal", "gini": 1}}},
        "`w.population.means.gini` must be a number in (0, 1), got 1",
    ),
    "exact length": (
        {"population": {"guile": {"kind": "table", "values": [1.0]}}},
        "`w.population.guile.values` must have 256 entries, got 1",
    ),
    "entry of a list": (
        {"spans": [0]},
        "`w.spans.0` must be a whole number in [1, 2147483647], got 0",
    ),
    "too many entries of a table": (
        {"prize": dict.fromkeys("abcde", {})},
        "`w.prize` must have 1 to 4 entries, got 5",
    ),
    "name of an entry": (
        {"prize": {"": {}}},
        "`w.prize.[key]` must be text of 1 or more characters, got ''",
    ),
    "name of an entry that breaks its line": (
        {"prize": {"a\n": {}}},
        "`w.prize.[key]`: must be text without control characters, got 'a\\n'",
    ),
    "list of tables": ({"acts": 3}, "`w.acts` must be a list of tables, got 3"),
}


def fault(model, data, prefix) -> str:
    """Return the message for data that a class refuses."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(data)
    return str(config_error(caught.value, "", model, prefix))


@pytest.mark.parametrize(("data", "message"), REGIME.values(), ids=REGIME)
def test_wrong_regime(data, message):
    assert fault(Regime, {"name": "x", **data}, "r") == message


@pytest.mark.parametrize(("data", "message"), WORLD.values(), ids=WORLD)
def test_wrong_world(data, message):
    assert fault(World, {"n_citizens": 10, **data}, "w") == message


def test_too_few_entries_of_a_list_that_may_be_left_out():
    data = {"method": "sobol", "n": 2, "over": {"regime.loss": [0, 1]}, "of": []}
    assert fault(Sample, data, "s") == "`s.of` must have 1 or more entries, got 0"


@pytest.mark.parametrize(
    "data",
    [
        {"scorer": "none", "base": 0, "ceiling": 1},
        {"base": 0, "ceiling": 1, "good_from": -1},
        {"scorer": "index", "memory_years": "none"},
    ],
)
def test_scores_that_are_unused_or_reached_by_all_are_allowed(data):
    assert Regime.model_validate({"name": "x", **data})


def test_path_without_prefix_begins_at_the_key():
    assert fault(Regime, {"name": "x", "loss": 2}, "").startswith("`loss` must")


def test_wrong_kind_of_whole_has_no_path():
    assert fault(Government, 3, "") == "must be a table, got 3"


def test_all_faults_are_reported_at_once():
    told = fault(Regime, {"name": "x", "loss": 2, "noise": 2, "x": 1}, "r").splitlines()
    assert [line.split("`")[1] for line in told] == ["r.loss", "r.noise", "r.x"]


def test_where_begins_every_line():
    with pytest.raises(ValidationError) as caught:
        Regime.model_validate({"loss": 2})
    lines = str(config_error(caught.value, "my.toml", Regime)).splitlines()
    assert [line.startswith("my.toml: `") for line in lines] == [True, True]
