"""The random generator: known answers, the same bits from the reference and every kernel."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scsfast.engine import available_variants, load_kernel
from scsfast.model.reference.world import philox

DATA = Path(__file__).parents[1] / "data" / "philox.csv"
VARIANTS = available_variants()
WORD = st.integers(0, 2**32 - 1)
SEED = st.integers(0, 2**64 - 1)


def known_answers() -> list[tuple[tuple[int, ...], int, tuple[int, ...]]]:
    """Return (counter, seed, words) of each line of the file of known answers."""
    lines = DATA.read_text(encoding="utf-8").splitlines()
    rows = csv.reader(line for line in lines[1:] if not line.startswith("#"))
    numbers = [[int(cell, 16) for cell in row] for row in rows if row[0] != "who"]
    return [(tuple(row[:4]), row[4], tuple(row[5:])) for row in numbers]


def kernel_words(
    variant: str, who: list[int], rest, seed: int
) -> list[tuple[int, ...]]:
    """Return a kernel's four words for each counter (who, *rest)."""
    words = load_kernel(variant).philox(np.array(who, np.uint32), *rest, seed)
    return [tuple(block) for block in words.T.tolist()]


def test_there_are_known_answers():
    assert len(known_answers()) == 3


@pytest.mark.parametrize(("counter", "seed", "words"), known_answers())
def test_reference_gives_known_answers(counter, seed, words):
    assert philox(counter, seed) == words


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("counter", "seed", "words"), known_answers())
def test_kernel_gives_known_answers(variant, counter, seed, words):
    assert kernel_words(variant, [counter[0]], counter[1:], seed) == [words]


@pytest.mark.parametrize("variant", VARIANTS)
@given(who=st.lists(WORD, max_size=20), rest=st.tuples(WORD, WORD, WORD), seed=SEED)
def test_kernel_equals_reference(variant, who, rest, seed):
    expected = [philox((citizen, *rest), seed) for citizen in who]
    assert kernel_words(variant, who, rest, seed) == expected
