"""Factorials: every coalition of levels and channels; those outside it are inert."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
from support.designed import RONGCHENG, campaign, faults, names

from scsfast.campaign.designs.factorial import DEFAULT_CHANNELS, INERT
from scsfast.model.government import LEVELS, Agenda, Leaders, Target
from scsfast.model.integers.build import build_rules
from scsfast.model.scorers import Parts
from scsfast.store.coordinates import coordinates_of


def without_name(scenario):
    return scenario.model_copy(update={"name": ""})


LEAN = {"all": {"share": 0.5, "ambition": 0.5, "recentring": 0.25, "tilt": 5.0}}


def coalition(found, *players):
    """Return the scenario of a coalition."""
    axes = coordinates_of(found)
    everyone = [name for name in axes if name.startswith("player_")]
    is_it = [
        all(axes[p][k] == (p.removeprefix("player_") in players) for p in everyone)
        for k in range(len(found.scenarios))
    ]
    (scenario,) = itertools.compress(found.scenarios, is_it)
    return scenario


@given(
    levels=st.lists(st.sampled_from(LEVELS[:4]), unique=True, max_size=3),
    channels=st.sampled_from([False, True, {"desk": ["desk_bonus"]}]),
)
@settings(max_examples=12, deadline=None)
def test_factorial_has_every_coalition_once(levels, channels):
    n = len(levels) + (2 if channels is True else len(channels or {}))
    table = {"levels": levels, "channels": channels}
    if n == 0:
        assert "must have 1 to 8 players" in faults(factorial=table)
        return
    found = campaign({**RONGCHENG, "leaders": LEAN}, factorial=table)
    axes = coordinates_of(found)
    players = [name for name in axes if name.startswith("player_")]
    assert [p.removeprefix("player_") for p in players] == found.designs[0].players
    rows = list(zip(*(axes[p].tolist() for p in players), strict=True))
    assert sorted(rows) == sorted(itertools.product((0, 1), repeat=n))
    assert len(set(names(found))) == 2**n
    assert "rongcheng, nobody" in names(found)
    assert "rongcheng, " + "+".join(found.designs[0].players) in names(found)


def test_full_coalition_is_the_scenario_as_written():
    entry = {**RONGCHENG, "leaders": LEAN}
    found = campaign(entry, factorial={"channels": True})
    (plain,) = campaign(entry).scenarios
    full = coalition(found, *LEVELS[:4], "records", "units")
    assert without_name(full) == without_name(plain)


def test_empty_coalition_has_honest_leaders():
    entry = {**RONGCHENG, "leaders": LEAN}
    found = campaign(entry, factorial={}, leaders={"village": {"share": 1.0}})
    rules = build_rules(coalition(found))
    assert set(rules.manipulator_share[:4]) == {0}
    assert set(rules.recentring[:4]) == {0}
    honest = build_rules(campaign({**entry, "leaders": LEAN}).scenarios[0])
    assert any(honest.manipulator_share)
    assert any(honest.recentring)


def test_a_level_outside_the_coalition_does_not_change_the_others():
    found = campaign({**RONGCHENG, "leaders": LEAN}, factorial={})
    only = coalition(found, "village").leaders
    assert (only.village.share, only.village.recentring) == (0.5, 0.25)
    assert (only.county.share, only.county.recentring) == (0.0, 0.0)
    assert only.county.favouritism == Leaders().favouritism


def test_groups_outside_the_coalition_are_inert_at_every_level():
    found = campaign(
        {**RONGCHENG, "leaders": LEAN}, factorial={"levels": [], "channels": True}
    )
    none = coalition(found).leaders
    for level in LEVELS:
        leader = getattr(none, level)
        assert leader.share == 0.5
        for key in INERT:
            value = getattr(leader, key)
            assert value in (0, Agenda(), Parts(), Target()), key
    records = coalition(found, "records").leaders.village
    assert (records.favouritism, records.desk_bonus) == (Leaders().favouritism, 0.0)


def test_usual_groups_are_all_the_ways_in_which_leaders_act():
    grouped = [key for keys in DEFAULT_CHANNELS.values() for key in keys]
    assert sorted(grouped) == sorted(INERT)
    # the rest sets the strength of acts, the share of leaders, and the time in office
    rest = set(Leaders.model_fields) - set(INERT)
    assert rest == {
        "share",
        "tenure",
        "audit_rate",
        "career",  # copies what siblings do: where all are honest nobody begins
        "rich_from",
        "inflation_rate",
        "inflation_cap",
        *(f"{act}_points" for act in ("credit", "frame", "retaliation", "sale")),
        "sale_price",
    }


def test_leaders_without_channels_leave_no_trace():
    from scsfast.engine.simulate import run_replicate
    from scsfast.model.outcomes import named

    found = campaign(
        {**RONGCHENG, "leaders": {"all": {**LEAN["all"], "share": 1.0}}},
        factorial={"levels": [], "channels": True},
        world={"n_ticks": 24},
    )
    inert, full = (
        named(run_replicate(build_rules(s), seed=1, replicate=0))
        for s in (coalition(found), coalition(found, "records", "units"))
    )
    assert inert["manipulating"].any()
    assert inert["displacement"].sum() == inert["prizes_moved"].sum() == 0
    assert full["displacement"].sum() > 0
