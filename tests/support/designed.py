"""Campaigns with designs, for tests of sweeps, samples and factorials."""

import pytest

from scsfast.campaign.config import campaign_from_dict
from scsfast.errors import ConfigError
from support.fake_engine import campaign_tree

RONGCHENG = {"pilot": "rongcheng"}


def campaign(*scenarios, **tables):
    """Return a campaign of a few scenarios, by default one of Rongcheng, with designs."""
    entries = list(scenarios) or [dict(RONGCHENG)]
    return campaign_from_dict(campaign_tree(scenario=entries, **tables))


def faults(*scenarios, **tables) -> str:
    with pytest.raises(ConfigError) as caught:
        campaign(*scenarios, **tables)
    return "\n".join(caught.value.faults)


def names(found) -> list[str]:
    return [scenario.name for scenario in found.scenarios]


def sample(method, over=None, n=4, **more):
    return {
        "method": method,
        "n": n,
        "over": over or {"regime.loss": [0.0, 0.1], "leaders.all.share": [0.2, 0.7]},
        **more,
    }
