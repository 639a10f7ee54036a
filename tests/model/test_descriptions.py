"""Attributes of variables: short names for axes, descriptions, flags of bit fields."""

import numpy as np

import scsfast
from scsfast.model.descriptions import described, flags
from scsfast.model.measures import REGISTRY, about
from scsfast.model.output_tables import TABLES

LONGEST = 40  # characters that fit along an axis


def decoded(values, attributes) -> dict:
    """Return by meaning where a flag is set, as readers of CF conventions do."""
    numbers = attributes.get("flag_values") or attributes["flag_masks"]
    masks = attributes.get("flag_masks") or [255] * len(numbers)
    names = attributes["flag_meanings"].split()
    return {
        name: (values & mask) == number
        for name, mask, number in zip(names, masks, numbers, strict=True)
    }


def test_every_long_name_fits_an_axis():
    outputs = [output for table in TABLES for output in table.outputs]
    every = [described(*output) for output in outputs] + [about(m) for m in REGISTRY]
    assert max(len(found["long_name"]) for found in every) <= LONGEST
    assert all(found["description"] and found["units"] for found in every)


def test_flags_decode_the_traits_of_citizens():
    run = scsfast.simulate("rongcheng", n_citizens=600, n_ticks=1)
    found = decoded(run.citizens["traits"], flags("snapshot_traits"))
    groups = sum(
        found[g].astype(int) for g in ("urban", "rural", "migrant", "official")
    )
    assert (groups == 1).all() and found["rural"].any()
    by_group = [found[g].sum() for g in ("urban", "rural", "migrant", "official")]
    np.testing.assert_array_equal(run["group_citizens"][-1], by_group)
    assert found["aware"].sum() == run["aware"][-1]
    assert found["enrolled"].sum() == run["enrolled"][-1]


def test_flags_decode_strategies_and_ties():
    run = scsfast.simulate("rongcheng", n_citizens=600, n_ticks=1)
    strategies = decoded(run.citizens["strategy"], flags("strategy"))
    assert strategies["reliable"].sum() == run["reliable"][-1]
    ties = decoded(run.citizens["ties"], flags("ties"))
    tied = ties["village"] | ties["township"] | ties["county"] | ties["city"]
    assert list(ties) == ["village", "township", "county", "city", *list(ties)[4:]]
    assert tied.any()
