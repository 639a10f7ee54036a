"""Packed scenarios are restored exactly, and take little space."""

import json

from hypothesis import given
from hypothesis import strategies as st
from support.fake_engine import campaign_tree, fake_replicate

import scsfast
from scsfast.campaign.campaign import campaign_from_resolved
from scsfast.campaign.config import campaign_from_dict
from scsfast.campaign.identity import deciding, resolved
from scsfast.campaign.packing import packed, unpacked
from scsfast.execution.run import run_campaign
from scsfast.store.dataset_attributes import nested_attribute

SAMPLE = {
    "method": "latin-hypercube",
    "n": 100,
    "over": {"regime.loss": "plausible", "world.population.aware": "plausible"},
}

leaves = st.integers(0, 2) | st.sampled_from(["a", "b"]) | st.lists(st.integers(0, 1))
trees = st.recursive(
    leaves,
    lambda inner: st.dictionaries(
        st.sampled_from(["kind", "x", "y", "like", "but"]), inner
    ),
    max_leaves=8,
)
regimes = st.fixed_dictionaries({"name": st.sampled_from(["p", "q"]), "of": trees})
entries = st.builds(
    lambda r, w: {"regime": r, **w},
    regimes,
    st.fixed_dictionaries({}, optional={"world": trees}),
)


@given(st.lists(entries, max_size=6))
def test_packing_round_trips(scenarios):
    tree = {"seed": 1, "scenarios": scenarios}
    assert unpacked(json.loads(json.dumps(packed(tree)))) == tree
    assert unpacked(tree) == tree


def sampled(n=100):
    return campaign_from_dict(
        campaign_tree(1, scenario=[{"pilot": "rongcheng"}], sample={**SAMPLE, "n": n})
    )


def test_a_sample_packs_to_little_more_than_one_scenario():
    one, hundred = (resolved(sampled(n)) for n in (1, 100))
    for tree in (one, hundred):
        del tree["origins"]
    assert len(json.dumps(hundred)) > 25 * len(json.dumps(one))
    assert len(json.dumps(packed(hundred))) < 3 * len(json.dumps(one))
    assert campaign_from_resolved(packed(resolved(sampled()))) == sampled()


def test_a_store_is_packed_and_opens_in_full(tmp_path):
    campaign, path = sampled(3), tmp_path / "s.zarr"
    run_campaign(campaign, path, run_replicate=fake_replicate)
    stored = json.loads((path / "zarr.json").read_bytes())["attributes"]
    assert [set(e) == {"like", "but"} for e in stored["config"]["scenarios"]] == [
        False,
        True,
        True,
    ]
    found = scsfast.open(path)
    assert nested_attribute(found, "config") == json.loads(
        json.dumps(resolved(campaign))
    )
    assert nested_attribute(found, "deciding") == json.loads(
        json.dumps(deciding(campaign))
    )
    more = campaign.model_copy(update={"replicates": 2})
    assert not run_campaign(more, path, run_replicate=fake_replicate)
    assert scsfast.open(path).sizes["replicate"] == 2
