"""The byte of a citizen's traits: one layout, that of the C header."""

import re
from pathlib import Path

import numpy as np
import pytest

from scsfast.model import traits

HEADER = Path(__file__).parents[2] / "csrc" / "scs_structs.h"


@pytest.mark.skipif(not HEADER.exists(), reason="csrc is not in an installed package")
def test_layout_is_that_of_the_header():
    line = re.search(r"enum \{ (SCS_GROUP = .*?) \}", HEADER.read_text("utf-8"))[1]
    known = dict(re.findall(r"SCS_(\w+) = (\d+)", line))
    ours = {"group": traits.GROUP_MASK, **traits.FLAGS, "bought": traits.BOUGHT}
    assert {name.lower(): int(bit) for name, bit in known.items()} == ours


def test_packed_traits_are_read_back():
    generator = np.random.default_rng(3)
    values = {"group": generator.integers(0, 4, 500)}
    values |= {name: generator.integers(0, 2, 500) for name in traits.FLAGS}
    has_bought = generator.integers(0, 2, 500)
    bits = traits.packed(values, has_bought)
    assert bits.dtype == np.uint8
    assert (traits.group(bits) == values["group"]).all()
    assert (traits.bought(bits) == has_bought).all()
    for name in traits.FLAGS:
        assert (traits.has(bits, name) == values[name]).all()


def test_values_replace_only_their_own_bits():
    bits = np.arange(256, dtype=np.uint8)
    new = traits.with_values(bits, {"aware": np.ones(256), "means": bits})
    assert traits.has(new, "aware").all()
    assert (new & 0xEF == bits & 0xEF).all()
