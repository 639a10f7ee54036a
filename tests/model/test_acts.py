"""The packaged act catalogue: complete, sourced, of the intended size."""

import re

import pytest
from support.small_scenarios import WORLD, rules

from scsfast.model.acts import Act, catalogue_source, default_catalogue
from scsfast.model.parameters import is_sourced

ACTS = default_catalogue()
WORDS = {"name", "about", "domain", "sign", "only", "defies"}


def values() -> list[tuple[str, dict]]:
    """Return (act.key, record) of every value of the catalogue that is not a word."""
    return [
        (f"{act['name']}.{key}", record)
        for act in catalogue_source()["act"]
        for key, record in act.items()
        if key not in WORDS
    ]


def test_every_value_has_a_choice_or_a_source():
    bare = [
        path
        for path, record in values()
        if not is_sourced(record) or not {"range", "mark"} & set(record)
    ]
    assert bare == []


def test_value_without_a_choice_or_a_source_is_bare():
    assert not is_sourced({"value": 1, "range": [0, 2]})


def test_acts_of_defiance_are_those_that_officials_answer():
    defiant = [act.name for act in ACTS if act.defies]
    assert defiant == ["petitioning", "online-defamation"]


def test_only_officials_have_acts_of_their_own():
    assert {act.name: act.only for act in ACTS if act.only} == {
        "party-warning": "official"
    }


def test_ranges_contain_their_values():
    wrong = [
        path
        for path, record in values()
        if not record["range"][0] <= record["value"] <= record["range"][1]
    ]
    assert wrong == []


def test_ends_of_ranges_are_themselves_valid():
    for entry in catalogue_source()["act"]:
        words = {key: entry[key] for key in WORDS & set(entry)}
        for end in (0, 1):
            numbers = {k: v["range"][end] for k, v in entry.items() if k not in WORDS}
            Act(**words, **numbers)


def test_names_are_kebab_case_and_differ():
    names = [act.name for act in ACTS]
    wrong = [name for name in names if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)]
    assert (wrong, len(set(names))) == ([], len(names))


@pytest.mark.parametrize(
    ("sign", "low", "high"), [("negative", 1.5, 2.5), ("positive", 2.0, 3.0)]
)
def test_offers_of_a_year_are_as_many_as_intended(sign, low, high):
    assert low <= sum(act.rate for act in ACTS if act.sign == sign) <= high


def test_social_value_of_offences_is_not_positive_and_of_deeds_not_negative():
    wrong = [
        act.name
        for act in ACTS
        if act.social_value * (-1 if act.sign == "negative" else 1) < 0
    ]
    assert wrong == []


def test_only_deeds_have_a_price_and_only_offences_a_penalty():
    wrong = [
        act.name
        for act in ACTS
        if (act.price and act.sign == "negative")
        or (act.penalty and act.sign == "positive")
    ]
    assert wrong == []


def chances(**world) -> list[int]:
    """Return the thresholds of all acts of the test's world with changes."""
    found = rules(world=world)
    return [act.until for act in (*found.offences, *found.deeds)]


def test_act_rates_multiply_the_rate_of_every_act():
    """Half the factor is the same as half of every rate."""
    half = [{**act, "rate": act["rate"] / 2} for act in WORLD["acts"]]
    assert chances(act_rates=0.5) == chances(acts=half) != chances()


def test_no_acts_at_rate_0():
    assert set(chances(act_rates=0.0)) == {0}
