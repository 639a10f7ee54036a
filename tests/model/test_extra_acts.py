"""Added or changed acts, without restating the catalogue."""

import numpy as np
import pytest

import scsfast
from scsfast.campaign.config import campaign_from_dict
from scsfast.campaign.identity import identity
from scsfast.errors import ConfigError
from scsfast.model.acts import default_catalogue

QUEUING = {
    "name": "queue-jumping",
    "domain": "social",
    "sign": "negative",
    "rate": 4.0,
    "scale": 0.01,
    "seen": 0.3,
}
CATALOGUE = [act.model_dump(mode="json") for act in default_catalogue()]


def campaign(common, **scenario):
    entry = {"pilot": "rongcheng", "name": "it", **scenario}
    return campaign_from_dict(
        {"world": {"n_citizens": 600, "n_ticks": 12, **common}, "scenario": [entry]}
    )


def test_an_extra_act_equals_restating_the_catalogue():
    short = campaign({"extra_acts": [QUEUING]})
    assert identity(short) == identity(campaign({"acts": [*CATALOGUE, QUEUING]}))
    assert [act.name for act in short.world.acts][-1] == "queue-jumping"
    assert len(short.world.acts) == len(CATALOGUE) + 1


def test_an_empty_list_of_extra_acts_changes_nothing():
    assert identity(campaign({"extra_acts": []})) == identity(campaign({}))


def test_an_act_of_the_catalogue_is_changed_where_it_stands():
    changed = campaign({"extra_acts": [{"name": "contract-breach", "rate": 0.2}]})
    acts = {act.name: act for act in changed.world.acts}
    assert acts["contract-breach"].rate == 0.2
    assert acts["contract-breach"].seen == CATALOGUE[0]["seen"]
    assert [*acts] == [act["name"] for act in CATALOGUE]


def test_a_scenario_may_have_further_acts_over_those_of_the_campaign():
    jaywalking = QUEUING | {"name": "jaywalking-at-night"}
    found = campaign({"extra_acts": [QUEUING]}, world={"extra_acts": [jaywalking]})
    names = [act.name for act in found.scenarios[0].world.acts]
    assert names[-2:] == ["queue-jumping", "jaywalking-at-night"]


def test_simulate_offers_the_act():
    world = {"extra_acts": [QUEUING], "acts": CATALOGUE[:1]}
    asked = {"n_citizens": 2_000, "n_ticks": 12}
    more = scsfast.simulate("lottery", world=world, **asked)
    less = scsfast.simulate("lottery", world={"acts": CATALOGUE[:1]}, **asked)
    offers = more["temptations"].sum() - less["temptations"].sum()
    assert abs(offers - 4.0 * 2_000) < 6 * np.sqrt(4.0 * 2_000)


@pytest.mark.parametrize(
    ("extra", "fault"),
    [
        (3, "`world.extra_acts` must be a list of acts"),
        ([3], "`world.extra_acts.0` must be a table with the `name`"),
        ([{"rate": 1.0}], "`world.extra_acts.0` must be a table with the `name`"),
        ([QUEUING, QUEUING], "act 'queue-jumping' is there twice"),
        ([{"name": "new"}], "world.acts.*missing key"),
    ],
)
def test_invalid_acts_are_refused(extra, fault):
    with pytest.raises(ConfigError, match=fault):
        campaign({"extra_acts": extra})
