"""Pilots extend each other; wrong regimes are refused."""

import inspect

import pytest
from support.pilot_sources import PILOTS

from scsfast.errors import ConfigError
from scsfast.model import pilot_library
from scsfast.model.parameters import strip_sources


def test_source_is_the_file_with_its_comments():
    assert pilot_library.source("rongcheng").startswith("# Rongcheng, Shandong")


def test_user_tree_changes_one_key_of_a_table():
    tree = {"extends": "rongcheng", "discretion": {"village": 0.1}}
    regime = pilot_library.load_tree(tree, "my.toml")
    parent = pilot_library.load("rongcheng").discretion
    assert regime.discretion == parent.model_copy(update={"village": 0.1})


def test_sourced_value_replaces_a_table_whole():
    discretion = pilot_library.tree("fair-rongcheng")["discretion"]
    assert set(discretion) == {"value", "choice", "range"}


def test_table_replaces_a_sourced_value_whole():
    tree = {"extends": "fair-rongcheng", "discretion": {"village": 0.1}}
    regime = pilot_library.load_tree(tree, "my.toml")
    assert (regime.discretion.village, regime.discretion.county) == (0.1, 0.0)


def test_bare_number_replaces_a_table():
    regime = pilot_library.load_tree(
        {"extends": "rongcheng", "discretion": 1}, "my.toml"
    )
    assert set(regime.discretion.model_dump().values()) == {1.0}


def test_tree_without_its_sources_equals_the_loaded_regime():
    bare = strip_sources(pilot_library.tree("fair-rongcheng"))
    assert pilot_library.load_tree(bare, "bare") == pilot_library.load("fair-rongcheng")


def refusal(action, *arguments) -> str:
    """Return the message with which a call is refused."""
    with pytest.raises(ConfigError) as caught:
        action(*arguments)
    return str(caught.value)


THERE_ARE = f"there are: {', '.join(PILOTS)}"


REFUSED_TREES = {
    "unknown parent": (
        {"extends": "rongchen"},
        "my.toml: `extends`: no pilot 'rongchen'; "
        f"did you mean 'rongcheng'? {THERE_ARE}",
    ),
    "parent is no name": (
        {"extends": 3},
        "my.toml: `extends` must be the name of a pilot, got 3",
    ),
    "misspelt key": (
        {"extends": "rongcheng", "los": 0.1},
        "my.toml: `los`: unknown key; did you mean `loss`?",
    ),
    "probability above 1": (
        {"extends": "rongcheng", "loss": {"value": 1.2, "choice": "no"}},
        "my.toml: `loss` must be a number in [0, 1], got 1.2",
    ),
    "two faults at once": (
        {"name": "mine", "noise": 0.7, "meeting": {"sen": 1}},
        "my.toml: `meeting.sen`: unknown key; did you mean `seen`?\n"
        "my.toml: `noise` must be a number in [0, 0.5], got 0.7",
    ),
    "no name": (
        {},
        "my.toml: `name`: missing key, must be text of 1 or more characters",
    ),
}


@pytest.mark.parametrize(("tree", "message"), REFUSED_TREES.values(), ids=REFUSED_TREES)
def test_wrong_tree_is_refused(tree, message):
    assert refusal(pilot_library.load_tree, tree, "my.toml") == message


def test_misspelt_pilot_is_refused_with_the_nearest_name():
    message = f"no pilot 'rongchen'; did you mean 'rongcheng'? {THERE_ARE}"
    assert refusal(pilot_library.load, "rongchen") == message


def test_unknown_pilot_is_refused_with_the_list():
    assert (
        refusal(pilot_library.source, "../acts") == f"no pilot '../acts'; {THERE_ARE}"
    )


def test_circle_of_pilots_is_refused(monkeypatch):
    texts = {"a": 'extends = "b"', "b": 'extends = "a"'}
    monkeypatch.setattr(pilot_library, "names", lambda: list(texts))
    monkeypatch.setattr(pilot_library, "source", texts.get)
    must = "`extends` must not lead back to a pilot before it"
    assert refusal(pilot_library.tree, "a") == f"pilot 'b': {must}, got a -> b -> a"


def test_library_names_no_pilot():
    code = inspect.getsource(pilot_library)
    assert [pilot for pilot in PILOTS if pilot in code] == []
