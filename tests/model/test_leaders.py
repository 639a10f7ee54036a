"""Whom manipulating leaders favour and oppose, in integers."""

import pytest

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
