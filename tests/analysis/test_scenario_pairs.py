"""Pairs of scenarios and their honest counterparts."""

import pytest
from support.claimed import REGIME, asked, entry

from scsfast.analysis.scenario_pairs import ScenarioPairs, cases

pytestmark = pytest.mark.filterwarnings("error")


def twin_of(name, entries):
    """Return the name of the honest counterpart that is found, or None."""
    known = cases(asked(entries))
    (case,) = (case for case in known if case.name == name)
    counterpart = ScenarioPairs(known).of(case)
    return counterpart and counterpart.name


def test_an_honest_counterpart_is_found_by_its_configuration():
    same = entry("any name", 0.0, name="another", title="text")
    assert (
        twin_of("a", [entry("a"), same, entry("loose", 0.0, base=11.0)]) == "any name"
    )


@pytest.mark.parametrize(
    "other",
    [
        entry("b", 0.0, base=11.0),
        entry("b", 0.0, world={"n_citizens": 7}),
        entry("b", 0.0, change=[{"tick": 3, "regime": REGIME}]),
        entry("b", 0.1),
    ],
    ids=["other rules", "other world", "other change", "leaders who manipulate"],
)
def test_scenarios_with_other_rules_or_worlds_are_no_counterparts(other):
    assert twin_of("a", [entry("a"), other]) is None


def test_texts_of_changes_do_not_matter():
    one = [{"tick": 3, "regime": {**REGIME, "name": "x", "title": "old"}}]
    other = [{"tick": 3, "regime": {**REGIME, "name": "y", "title": "new"}}]
    assert twin_of("a", [entry("a", change=one), entry("b", 0.0, change=other)]) == "b"


def test_of_several_counterparts_the_nearest_is_taken():
    far = entry("far", 0.0, leaders={"audit_rate": 1.0, "tenure": 2.0})
    near = entry("near", 0.0)
    assert twin_of("a", [entry("a"), far, near]) == "near"


def test_leaders_of_levels_that_the_world_lacks_do_not_matter():
    (case,) = cases(asked([entry("a", 0.0)]))
    assert not case.manipulates and case.n_levels == 3


@pytest.mark.parametrize(
    ("regime", "yardstick"),
    [
        ({"scorer": "none", "allocation": "market"}, "market"),
        ({"scorer": "none", "allocation": {"a": "oracle", "b": "oracle"}}, "oracle"),
        ({"scorer": "none", "allocation": {"a": "oracle", "b": "market"}}, ""),
        ({"scorer": "none", "allocation": "exclusion", "listing": {"term": 1}}, ""),
        ({"scorer": "ledger", "allocation": "lottery"}, ""),
    ],
)
def test_yardsticks_have_neither_scores_nor_lists(regime, yardstick):
    (case,) = cases(asked([entry("a", **regime)]))
    assert case.yardstick == yardstick
