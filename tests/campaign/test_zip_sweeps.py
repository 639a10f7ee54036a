"""Sweeps side by side: the first values of all parameters together, then the second."""

import pytest

from scsfast.campaign.config import campaign_from_dict
from scsfast.campaign.identity import identity
from scsfast.errors import ConfigError

LOSS, SHARE = [0.0, 0.1, 0.2], [1.0, 0.5, 1.0]


def campaign(sweep):
    tree = {"world": {"n_citizens": 600}, "scenario": [{"pilot": "rongcheng"}]}
    return campaign_from_dict(tree | {"sweep": sweep})


def zipped(loss=LOSS, share=SHARE, **more):
    values = {"regime": {"loss": loss}, "leaders": {"all": {"share": share}}}
    return campaign({"how": "zip", **values, **more})


def test_points_take_the_values_side_by_side():
    found = zipped()
    pairs = [(s.regime.loss, s.leaders.village.share) for s in found.scenarios]
    assert pairs == [(0.0, 1.0), (0.1, 0.5), (0.2, 1.0)]
    assert found.scenarios[1].name == (
        "rongcheng, regime.loss=0.1, leaders.all.share=0.5"
    )
    assert [origin.point for origin in found.origins] == [0, 1, 2]


def test_a_grid_is_the_default():
    values = {"regime": {"loss": LOSS}}
    assert identity(campaign(values)) == identity(campaign({"how": "grid", **values}))
    assert (
        len(campaign({**values, "leaders": {"all": {"share": [0, 1]}}}).scenarios) == 6
    )


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        (
            {"share": [0.0, 1.0]},
            "needs lists of one length: regime.loss has 3, leaders.all",
        ),
        (
            {"how": "pairs", "share": [0.0, 1.0]},
            "`sweep.how` must be one of grid, zip, got 'pairs'",
        ),
        ({"loss": [0.1] * 3, "share": [1.0] * 3}, "points must differ"),
    ],
)
def test_lists_that_do_not_fit_are_refused(asked, fault):
    with pytest.raises(ConfigError, match=fault):
        zipped(**asked)
