"""Whom manipulating leaders favour and oppose, in integers."""

import pytest
from support.busy_parts import INDEX
from support.small_scenarios import rules as small_rules

from scsfast.campaign.config import campaign_from_dict
from scsfast.model.government import LEVELS
from scsfast.model.integers.build import build_rules

QUIET = {"share": 0.5, "credit_rate": 0.0, "frame_rate": 0.0, "favouritism": 0.0}
COUNTY = LEVELS.index("county")


def rules(**leaders):
    """Return the integers of Rongcheng's points under leaders who do little else."""
    tree = {
        "world": {"n_citizens": 600, "n_ticks": 6, "spans": [20, 100, 300, 600]},
        "leaders": {"all": QUIET | {"tilt": 0.0} | leaders},
        "scenario": [{"pilot": "rongcheng"}],
    }
    return build_rules(campaign_from_dict(tree).scenarios[0])


@pytest.mark.parametrize(("use", "expected"), [(0.0, False), (1.0, True)])
def test_an_agenda_alone_neither_favours_nor_opposes(use, expected):
    """The points of all citizens are weighed then, whoever they are."""
    found = rules(discretion_use=use)
    assert any(act.dealt[3] != act.dealt[0] for act in found.deeds)  # neutral citizens
    assert bool(found.favours[COUNTY]) == bool(found.opposes[COUNTY]) == expected


TINY = 2**-16  # of a chance: one unit of 16 bits
NOTHING = {**QUIET, "tilt": 0.0, "discretion_use": 0.0}
LISTED = {"listing": {"framed": False}}
CHANNELS = {  # leaders of all levels, regime: whether villages favour and oppose
    "nothing": ({}, {}, False, False),
    "the least favouritism": ({"favouritism": TINY}, {}, True, False),
    "the rarest credit": ({"credit_rate": 12 * 2**-32}, {}, True, False),
    "the rarest frame": ({"frame_rate": 12 * 2**-32}, {}, False, True),
    "credit of no points": ({"credit_rate": 1.0, "credit_points": 0.0}, {}, False, False),
    "frame of no points": ({"frame_rate": 1.0, "frame_points": 0.0}, {}, False, False),
    "credit that ends a listing": (
        {"credit_rate": 1.0, "credit_points": 0.0}, LISTED, True, False,
    ),
    "frame that does not list": (
        {"frame_rate": 1.0, "frame_points": 0.0}, LISTED, False, False,
    ),
    "frame that lists": (
        {"frame_rate": 1.0, "frame_points": 0.0}, {"listing": {"framed": True}}, False, True,
    ),
    "credit that enters an index": (
        {"credit_rate": 1.0, "credit_points": 0.0}, INDEX, True, False,
    ),
    "the least tilt": ({"tilt": 1 / 256}, INDEX, True, True),
    "a tilt without an index": ({"tilt": 9.0}, {}, False, False),
}  # fmt: skip


def test_points_that_use_of_discretion_moves_for_clients_alone_favour_and_do_not_oppose():
    """Middle points of 0.5/256 round to 0: more makes 1/256, less makes 0 again."""
    found = small_rules(
        regime={"acts": {"labour": {"points": [0, 1 / 256]}}},
        leaders={"all": {**NOTHING, "discretion_use": 1.0, "agenda": {"social": 1.0}}},
    )
    assert [act.dealt for act in found.deeds if act.scored] == [(0, 0, 0, 0, 1, 0)]
    assert found.favours[COUNTY] == 1
    assert found.opposes[COUNTY] == 0


@pytest.mark.parametrize("case", CHANNELS)
def test_a_channel_alone_favours_or_opposes(case):
    leaders, regime, favours, opposes = CHANNELS[case]
    free = {"village": 1.0, "township": 1.0, "county": 1.0}
    found = small_rules(
        regime={"discretion": free, "acts": {"labour": {"points": 2}}, **regime},
        leaders={"all": {**NOTHING, **leaders}},
    )
    for level in range(COUNTY + 1):
        assert (found.favours[level], found.opposes[level]) == (favours, opposes)
    assert found.favours[COUNTY + 1 :] == found.opposes[COUNTY + 1 :] == (0, 0, 0)


def test_the_least_word_from_above_favours_as_the_deciding_level_does():
    for channel, expected in (({}, 0), ({"favouritism": 0.5}, 1)):
        found = small_rules(
            leaders={
                "all": {**NOTHING, **channel},
                "city": {**NOTHING, **channel, "orders": TINY},
            }
        )
        assert found.favours[COUNTY] == found.favours[COUNTY + 1] == expected
