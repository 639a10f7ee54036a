"""The draw plan: no two purposes share a bit, and the kernel reads the same blocks."""

import importlib.util
from itertools import combinations
from pathlib import Path

import pytest

from scsfast.engine import available_variants, load_kernel
from scsfast.model import draws
from scsfast.model.draws import PLAN
from scsfast.model.government import LEVELS

MAKE_DRAWS = Path(__file__).parents[2] / "csrc" / "make_draws.py"
BLOCKS = tuple(draws.BLOCKS)
RANGES = (  # one per level, or four slots each
    *("AUDITS", "LEARNING", "MATCHING", "TIES"),
    *("LEADERS", "PLACEBO"),
)
SINGLE = [name for name in BLOCKS if name not in RANGES]
NUMBERS = draws.BLOCKS


def bits(draw) -> set[tuple[int, int]]:
    """Return the bits of its block that a purpose owns, as (word, bit)."""
    return {(draw.word, bit) for bit in range(draw.shift, draw.shift + draw.bits)}


def written_headers() -> dict[Path, str]:
    """Return the files that csrc/make_draws.py writes, by path."""
    spec = importlib.util.spec_from_file_location("make_draws", MAKE_DRAWS)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.headers()


def test_no_two_purposes_share_a_bit():
    overlapping = [
        (one, other)
        for (one, a), (other, b) in combinations(PLAN.items(), 2)
        if a.block == b.block and bits(a) & bits(b)
    ]
    assert overlapping == []


def test_every_purpose_fits_its_block():
    outside = [
        purpose
        for purpose, draw in PLAN.items()
        if not bits(draw) <= {(word, bit) for word in range(4) for bit in range(32)}
    ]
    assert outside == []


def test_a_block_is_addressed_in_one_way():
    ways = {}
    for draw in PLAN.values():
        ways.setdefault(draw.block, set()).add((draw.who, draw.when))
    assert [block for block, found in ways.items() if len(found) > 1] == []


def test_ranges_of_blocks_do_not_collide():
    n_matching = -(-draws.MAX_SLOTS // 4)
    ranges = [
        *(range(NUMBERS[name], NUMBERS[name] + 1) for name in SINGLE),
        range(draws.AUDITS, draws.AUDITS + len(LEVELS)),
        range(draws.LEARNING, draws.LEARNING + len(LEVELS)),
        range(draws.MATCHING, draws.MATCHING + n_matching),
        range(draws.TIES, draws.TIES + len(LEVELS)),
        range(draws.LEADERS, draws.LEADERS + len(LEVELS)),
        range(draws.PLACEBO, draws.PLACEBO + 2),
    ]
    blocks = [block for blocks in ranges for block in blocks]
    assert len(set(blocks)) == len(blocks)
    assert {draw.block for draw in PLAN.values()} == set(blocks)


@pytest.mark.parametrize("variant", available_variants())
def test_kernel_numbers_blocks_as_the_plan(variant):
    assert load_kernel(variant).block_numbers() == NUMBERS


def test_headers_are_those_of_the_plan():
    """After a change of the plan: python csrc/make_draws.py."""
    stale = [
        path.name
        for path, text in written_headers().items()
        if path.read_text(encoding="utf-8") != text
    ]
    assert stale == []
