"""Equal values in another form are one campaign."""

import pytest
from support.fake_engine import campaign_tree

from scsfast.campaign.config import campaign_from_dict
from scsfast.campaign.identity import deciding, identity
from scsfast.model.trees import differences


def with_share(value):
    """Return a campaign whose leaders' share is given."""
    return campaign_from_dict(campaign_tree(leaders={"city": {"share": value}}))


@pytest.mark.parametrize(
    ("one", "other"), [(0.0, -0.0), (0, -0.0), (0, 0.0), (1, 1.0)], ids=repr
)
def test_equal_numbers_have_one_identity(one, other):
    assert identity(with_share(one)) == identity(with_share(other))


def test_order_of_keys_has_one_identity():
    tree = campaign_tree()
    other = {**dict(reversed(tree.items())), "scenario": tree["scenario"]}
    other["world"] = dict(reversed(other["world"].items()))
    assert identity(campaign_from_dict(tree)) == identity(campaign_from_dict(other))


@pytest.mark.parametrize("values", [(0.0, -0.0), (0, -0.0)], ids=repr)
def test_equal_values_of_a_sweep_have_one_identity(values):
    def swept(value):
        sweep = {"leaders": {"city": {"share": [value, 0.5]}}}
        return campaign_from_dict(campaign_tree(sweep=sweep))

    one, other = (swept(float(value)) for value in values)
    assert differences(deciding(one), deciding(other)) == []
    assert identity(one) == identity(other)


def test_campaigns_with_other_identities_have_named_differences():
    one, other = with_share(0.25), with_share(0.5)
    assert identity(one) != identity(other)
    assert differences(deciding(one), deciding(other))
