"""Options of a campaign other than scenarios: stopping rule, snapshots, block size."""

import pytest
from support.fake_engine import campaign_tree, small_campaign

from scsfast.campaign.campaign import campaign_from_resolved
from scsfast.campaign.config import campaign_from_dict
from scsfast.campaign.identity import resolved
from scsfast.campaign.options import SNAPSHOT_VARIABLES
from scsfast.engine import state
from scsfast.errors import ConfigError

UNTIL = {"variable": "efficiency", "halfwidth": 0.01, "max": 256}
SNAPSHOTS = {"snapshots": {"ticks": [0, 3, 6], "variables": ["score", "quality"]}}


def snapshots(**changes):
    return {"output": {"snapshots": {**SNAPSHOTS["snapshots"], **changes}}}


def test_options_are_read():
    campaign = small_campaign(until=UNTIL, output=SNAPSHOTS, block_size=4)
    defaults = {"confidence": 0.95, "per": "campaign", "verdict": None}
    assert campaign.until.model_dump() == {**UNTIL, **defaults}
    assert campaign.snapshots.ticks == [0, 3, 6]
    assert campaign.snapshots.variables == ["score", "quality"]
    assert campaign.block_size == 4
    assert campaign_from_resolved(resolved(campaign)) == campaign


def test_options_are_off_by_default():
    campaign = small_campaign()
    options = campaign.until, campaign.snapshots, campaign.block_size
    assert options == (None, None, None)
    assert small_campaign(output={}).snapshots is None


def test_only_snapshots_are_part_of_the_identity():
    plain = small_campaign().identity()
    assert small_campaign(until=UNTIL).identity() == plain
    assert small_campaign(block_size=4).identity() == plain
    assert small_campaign(output=SNAPSHOTS).identity() != plain


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        (
            {"until": {**UNTIL, "halfwidth": 0}},
            "`until.halfwidth` must be a number",
        ),
        ({"until": {**UNTIL, "halfwidth": 0}}, "above 0"),
        ({"until": {**UNTIL, "confidence": 1.0}}, "`until.confidence` must be a"),
        ({"until": {**UNTIL, "max": 2}}, "at least `replicates` = 3, got 2"),
        ({"until": {"variable": "auc"}}, "`until.max`: missing key"),
        ({"until": {**UNTIL, "min": 2}}, "`until.min`: unknown key"),
        ({"until": {"max": 9}}, "`until`: must have `variable` and `halfwidth`, or `v"),
        (
            {"until": {**UNTIL, "verdict": "c1"}},
            "`until`: must not have `verdict` beside",
        ),
        ({"until": {"verdict": "c3", "max": 9}}, "`until.verdict` must be"),
        ({"until": {**UNTIL, "per": "point"}}, "`until.per` must be"),
        (
            snapshots(ticks=[0, 7]),
            "`output.snapshots.ticks` must be within the run, 0 to 6",
        ),
        (snapshots(ticks=[3, 0]), "`output.snapshots`: ticks must rise, got 3, 0"),
        (snapshots(ticks=[]), "`output.snapshots.ticks` must have 1 or more entries"),
        (snapshots(variables=["published_odd"]), "must be among quality, guile"),
        (snapshots(variables=["score", "score"]), "one is named twice"),
        ({"output": {"snapshot": {}}}, "`output.snapshot`: unknown key; did you mean"),
        (
            {"block_size": 0},
            "`block_size` must be a whole number in [1, 1000000], got 0",
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_invalid_options_are_refused(table, fault):
    with pytest.raises(ConfigError) as caught:
        campaign_from_dict(campaign_tree(**table))
    assert fault in "\n".join(caught.value.faults)


def test_snapshots_offer_the_state_of_citizens_without_kernel_scratch():
    arrays = {*state.CITIZEN_ARRAYS, *state.LIST_ARRAYS, *state.PART_ARRAYS}
    inner = {"published_even", "published_odd", "shown_even", "shown_odd"}
    assert set(SNAPSHOT_VARIABLES) == arrays - inner
