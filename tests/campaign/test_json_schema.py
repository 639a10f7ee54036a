"""The JSON Schema of campaigns and regimes accepts the same files as the program."""

import copy
import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

import scsfast.model
from scsfast.campaign.json_schema import campaign_schema, regime_schema

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
PILOTS = sorted((Path(scsfast.model.__file__).parent / "pilots").glob("*.toml"))
CAMPAIGN = jsonschema.Draft202012Validator(campaign_schema())
REGIME = jsonschema.Draft202012Validator(regime_schema())
GOOD = {
    "replicates": 2,
    "world": {
        "n_citizens": 1000,
        "extra_acts": [{"name": "contract-breach", "rate": 0.2}],
    },
    "leaders": {"all": {"share": 0.5}, "village": {"credit_rate": 1.0}},
    "scenario": [
        {
            "pilot": "rongcheng",
            "regime": {"loss": {"value": 0.1, "choice": "mine", "range": [0, 0.2]}},
            "change": [{"tick": 5, "regime": {"loss": 0.0}}],
        }
    ],
}


def faults(validator, path):
    tree = tomllib.loads(path.read_text(encoding="utf-8"))
    return [error.json_path for error in validator.iter_errors(tree)]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_valid(path):
    assert faults(CAMPAIGN, path) == []


@pytest.mark.parametrize("path", PILOTS, ids=lambda path: path.stem)
def test_pilots_are_valid(path):
    assert faults(REGIME, path) == []


def test_schemas_are_schemas():
    for validator in (CAMPAIGN, REGIME):
        jsonschema.Draft202012Validator.check_schema(validator.schema)


def wrong(at, value):
    tree = copy.deepcopy(GOOD)
    node = tree
    for key in at[:-1]:
        node = node[key]
    node[at[-1]] = value
    return tree


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (("replicate",), 3),
        (("world", "n_citizen"), 3),
        (("world", "n_citizens"), "many"),
        (("world", "extra_acts", 0, "rat"), 0.1),
        (("leaders", "all", "share"), 1.5),
        (("leaders", "villages"), {}),
        (("scenario", 0, "regime", "loss"), 2.0),
        (("scenario", 0, "regime", "los"), 0.1),
        (("scenario", 0, "change", 0, "regime", "allocation"), "by-lot"),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_mistakes_are_found(at, value):
    assert CAMPAIGN.is_valid(GOOD)
    assert not CAMPAIGN.is_valid(wrong(at, value))


def test_the_command_writes_it(scs):
    code, out, _ = scs("schema", "campaign")
    assert code == 0 and json.loads(out) == campaign_schema()
    assert json.loads(scs("schema", "regime")[1]) == regime_schema()


def test_keys_have_descriptions_with_units():
    about = regime_schema()["properties"]["memory_years"]["description"]
    assert "year" in about
