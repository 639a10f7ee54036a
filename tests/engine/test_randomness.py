"""The draws pass a battery of tests, and each planted defect fails it."""

import numpy as np
import pytest
from support.randomness import MOST_TESTS, battery, failures, kernel, purposes

from scsfast.model.draws import PLAN

BLOCK_BITS = 2**32 - 1


def stuck_bit(who, **at):
    words = kernel(who, **at)
    words[2] &= ~np.uint32(1 << 7)
    return words


def shared_block(who, **at):
    return kernel(who, **{**at, "block": 3 if at["block"] == 2 else at["block"]})


def neighbours_share(who, **at):
    return kernel(who >> 1, **at)


def citizens_wrap(who, **at):
    return kernel(who & 0x3FFF, **at)


def ticks_share(who, **at):
    return kernel(who, **{**at, "when": at["when"] | 1})


def replicates_share(who, **at):
    return kernel(who, **{**at, "replicate": 0})


def seeds_lose_their_upper_half(who, **at):
    return kernel(who, **{**at, "seed": at["seed"] & BLOCK_BITS})


def tick_is_added_to_the_citizen(who, **at):
    return kernel(who + at["when"], **{**at, "when": 0})


def replicate_is_mixed_with_the_block(who, **at):
    mixed = at["replicate"] ^ at["block"]
    return kernel(who, **{**at, "replicate": mixed, "block": mixed})


def a_bit_is_biased(who, **at):
    words = kernel(who, **at)
    words[1] |= (words[0] < 2**28).astype(np.uint32)  # once in 16
    return words


def a_word_repeats_its_neighbour(who, **at):
    words = kernel(who, **at)
    often = words[1, 1:] < 2**28  # once in 16
    words[0, 1:] = np.where(often, words[0, :-1], words[0, 1:])
    return words


def two_words_are_one(who, **at):
    words = kernel(who, **at)
    words[3] = words[2] ^ np.uint32(0x5555)
    return words


def a_counter_in_place_of_draws(who, **at):
    step = np.uint32(0x9E3779B9)
    first = np.array(list(at.values()), np.uint64).sum().astype(np.uint32)
    return np.stack(
        [(who.astype(np.uint32) * step + first) * (2 * k + 1) for k in range(4)]
    ).astype(np.uint32)


DEFECTS = [
    stuck_bit,
    shared_block,
    neighbours_share,
    citizens_wrap,
    ticks_share,
    replicates_share,
    seeds_lose_their_upper_half,
    tick_is_added_to_the_citizen,
    replicate_is_mixed_with_the_block,
    a_bit_is_biased,
    a_word_repeats_its_neighbour,
    two_words_are_one,
    a_counter_in_place_of_draws,
]


def test_draws_pass_the_battery():
    found = list(battery())
    assert 100 < len(found) < MOST_TESTS and list(failures(found)) == []


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda f: f.__name__)
def test_battery_finds_a_planted_defect(defect):
    assert next(failures(battery(defect)), None) is not None


@pytest.mark.parametrize(("purpose", "other"), [("commit", "do"), ("lot_1", "sale")])
def test_battery_finds_purposes_that_share_bits(purpose, other):
    shared = {**PLAN, purpose: PLAN[other]}
    assert next(failures(purposes(kernel, 1, shared)), None) is not None


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_draws_of_50_seeds_pass_the_battery():
    for seed in range(50):
        assert list(failures(battery(seed=seed << 33 | seed))) == []
