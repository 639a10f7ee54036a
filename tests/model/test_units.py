"""Units: which citizens, and which units below, each one holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.random_sizes import any_sizes

from scsfast.engine.tiles import TILE, n_tiles, tile_starts
from scsfast.engine.unit_tables import unit_tables
from scsfast.model.government import LEVELS
from scsfast.model.sizes import Sizes
from scsfast.model.units import make_units


@st.composite
def worlds(draw):
    """Draw the citizens, spans and sizes of a world."""
    n, spans = draw(st.integers(1, 900)), [draw(st.integers(1, 600))]
    for _ in range(draw(st.integers(0, 5))):
        spans.append(spans[-1] * draw(st.integers(2, 3)))
    sizes = draw(st.one_of(st.just({}), any_sizes(n, spans)))
    return n, spans, [sizes.get(level, []) for level in LEVELS[: len(spans)]]


def unit_of_all(n: int, spans: list[int], sizes: list[list[int]]) -> list[list[int]]:
    """Return the unit of every citizen by level, one part after the other."""
    found, parts = [], range(n)  # parts: the unit below of every citizen
    for level, span in enumerate(spans):
        step = span // spans[level - 1] if level else span
        own = sizes[level] or [step] * n
        of = [unit for unit, size in enumerate(own) for _ in range(size)]
        found.append([of[part] for part in parts])
        parts = found[-1]
    return [*found, [0] * n]


@given(worlds())
def test_units_are_those_of_counting(world):
    n, spans, _ = world
    units, expected = make_units(*world), unit_of_all(*world)
    assert (units.n_citizens, units.n_levels) == (n, len(spans))
    for level, of_level in enumerate(expected):
        assert units.count(level) == of_level[-1] + 1
        assert [units.of(level, i) for i in range(n)] == of_level
        if level < len(spans):
            assert units.of_all(level).tolist() == of_level
        sizes = np.bincount(of_level)
        assert np.diff(units.bounds(level)).tolist() == sizes.tolist()
        assert units.spans[level] >= sizes.max()
        for unit in range(units.count(level)):
            held = [i for i in range(n) if of_level[i] == unit]
            assert list(units.citizens(level, unit)) == held
            if level < len(spans):
                assert units.above(level, unit) == expected[level + 1][held[0]]
            if level:
                below = {expected[level - 1][i] for i in held}
                assert set(units.below(level, unit)) == below


@given(worlds())
def test_tiles_cut_villages(world):
    units = make_units(*world)
    starts = [
        first
        for village in range(units.count(0))
        for first in list(units.citizens(0, village))[::TILE]
    ]
    assert tile_starts(units).tolist() == starts
    assert n_tiles(units) == len(starts)


@given(worlds())
def test_tables_of_the_kernel_say_the_same(world):
    units = make_units(*world)
    tables = unit_tables(units)
    starts = tables["start"]
    assert tables["n"] == [units.count(level) for level in range(units.n_levels + 1)]
    assert starts.tolist() == units.bounds(0).tolist()
    assert tables["tile_start"][tables["tile"]].tolist() == starts.tolist()
    for level, (of, village) in enumerate(
        zip(tables["of"], tables["village"], strict=True)
    ):
        assert starts[village].tolist() == units.bounds(level).tolist()
        expected = [units.of(level, int(first)) for first in starts[:-1]]
        assert of.tolist() == [*expected, units.count(level)]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([[3, 3]], "sizes.village must add up to the 7 n_citizens, got 6"),
        (
            [[3, 4], [3]],
            "sizes.township must add up to the 2 village units, got 3",
        ),
        ([[], [7]], "sizes must have those of each village, sizes.village"),
        ([[7], [], [1]], "sizes.county: the world has no such level, it has village"),
    ],
    ids=str,
)
def test_sizes_that_do_not_add_up_are_named(sizes, expected):
    with pytest.raises(ValueError, match=expected):
        make_units(7, [3, 6], sizes)


def test_units_of_fewer_citizens_are_as_large_as_the_largest():
    units = make_units(9, [2, 4], [[5, 1, 3], [1, 2]])
    assert units.spans == (5, 5, 9)
    assert units.of_fewer(6).bounds(0).tolist() == [0, 5, 6]


def test_spans_of_the_mean_give_about_as_many_units():
    units = make_units(900, [2, 4, 8], [[100, 200, 50, 150, 250, 150], [1, 2, 3]])
    assert units.mean_spans() == [150, 300, 600]
    assert make_units(90, [30, 60]).mean_spans() == [30, 60]


def test_sizes_end_with_the_last_level_that_has_some():
    sizes = Sizes(township=[2, 1])
    assert [own.tolist() for own in sizes.by_level] == [[], [2, 1]]
    assert Sizes().by_level == []
