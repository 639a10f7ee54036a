"""Figures: they draw the numbers, and leave nothing behind."""

import matplotlib as mpl
import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from support.plot_scenarios import FULL, MAIN
from support.reported_store import HIDDEN, HOSTILE

from scsfast.analysis import plots
from scsfast.analysis.plots.style import short, spread_out
from scsfast.analysis.selection import (
    YARDSTICKS,
)
from scsfast.analysis.time_series import bands, over_time
from scsfast.errors import ConfigError
from scsfast.intervals import statistics
from scsfast.model.measures import summary_table


def thick(ax) -> list:
    """Return the lines of scenarios, without those of single replicates."""
    return [line for line in ax.get_lines() if line.get_linewidth() > 1]


def with_four(dataset):
    """Return a dataset with as many replicates as bands need."""
    first = dataset.isel(replicate=[0]).assign_coords(replicate=[3])
    return xr.concat([dataset, first], "replicate", data_vars="minimal")


def test_trajectories_draw_the_mean_of_each_scenario(dataset):
    ax = plots.trajectories(dataset, scenarios=[HOSTILE, "lottery"], every=6)
    expected = over_time(dataset, "efficiency", 6).mean("replicate")
    for line, name in zip(thick(ax), (HOSTILE, "lottery"), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), expected.sel(scenario=name))


def test_a_few_replicates_are_drawn_one_by_one(dataset):
    ax = plots.trajectories(dataset, scenarios=[HOSTILE], every=6)
    thin = [line for line in ax.get_lines() if line.get_linewidth() == 0.6]
    values = over_time(dataset, "efficiency", 6).sel(scenario=HOSTILE).values
    for line, own in zip(thin, values, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), own)
    assert len(ax.collections) == 0 and "each replicate" in plots.caption(ax)


def test_more_replicates_have_a_band(dataset):
    ax = plots.trajectories(with_four(dataset), scenarios=[HOSTILE], every=6)
    (band,) = ax.collections
    _, low, high = bands(over_time(with_four(dataset), "efficiency", 6))
    edges = band.get_paths()[0].get_extents()
    own = (edge.sel(scenario=HOSTILE).values for edge in (low, high))
    assert (edges.y0, edges.y1) == (next(own).min(), next(own).max())
    assert "mean with 95 % t-interval" in plots.caption(ax)


def test_quantiles_have_two_bands(dataset):
    four = with_four(dataset)
    ax = plots.trajectories(four, scenarios=["lottery"], band="quantiles")
    assert len(ax.collections) == 2
    assert "median with the middle 50 %" in plots.caption(ax)


def test_grid_has_one_panel_per_regime(dataset):
    axes = plots.trajectory_grid(dataset)
    titles = [ax.get_title(loc="left") for ax in axes]
    assert titles == ["rongcheng", "sesame", "judgment-defaulters", YARDSTICKS]
    assert [len(thick(ax)) for ax in axes] == [3, 1, 1, 3]
    assert len({ax.get_ylim() for ax in axes}) == 1


def test_a_legend_names_scenarios_that_begin_with_an_underscore(dataset):
    (ax,) = plots.trajectory_grid(dataset, scenarios=[HIDDEN])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [HIDDEN]


def test_data_behind_lines_are_their_points(dataset):
    dataset = with_four(dataset)
    ax = plots.trajectories(dataset, "efficiency", [HOSTILE, "lottery"], every=2)
    table = plots.data(ax)
    assert list(table) == ["scenario", "variable", "tick", "mean", "low", "high", "n"]
    assert list(dict.fromkeys(table["scenario"])) == [HOSTILE, "lottery"]
    for name, line in zip((HOSTILE, "lottery"), thick(ax), strict=True):
        own = table[table["scenario"] == name]
        assert np.array_equal(own[["tick", "mean"]].values, line.get_xydata())
        band = over_time(dataset, "efficiency", 2).sel(scenario=name)
        low = statistics(band).sel(statistic="low")
        assert np.array_equal(own["low"].values, low.values)
        assert (own["n"] == 4).all()


def test_wide_bands_do_not_squeeze_lines(dataset):
    wild = with_four(dataset)
    moved = wild["prizes_moved"].copy()
    moved[{"scenario": 0, "replicate": 0}] *= 50
    wild["prizes_moved"] = moved
    ax = plots.trajectories(wild, "prizes_moved_share", [HOSTILE])
    (line,) = thick(ax)
    low, high = ax.get_ylim()
    assert high - low <= 1.81 * np.ptp(line.get_ydata())


def test_efficiency_and_capture_are_drawn_at_their_values(dataset):
    ax = plots.efficiency_and_capture(dataset)
    table = summary_table(dataset)
    points = {tuple(c.lines[0].get_xydata()[0]) for c in ax.containers}
    expected = {
        tuple(
            float(table[m].sel(scenario=n, statistic="mean"))
            for m in ("capture", "efficiency")
        )
        for n in [*MAIN[:-1], FULL]
    }
    assert points == expected
    assert "Not drawn: oracle" in plots.caption(ax)


def many(n: int):
    """Return a dataset of n scenarios, nearly all in one place."""
    names = [f"scenario number {k}" for k in range(n)]
    generator = np.random.default_rng(1)
    tie, ticks = ["any", "all"], [0, 1]
    dims = ("scenario", "replicate", "tick")
    shape = n, 3, 2
    prizes = generator.integers(100, 110, shape)
    one = np.ones(shape, "i8")
    people = np.stack([50 * one, 1000 * one], -1)
    won = np.stack([prizes // 10, 2 * prizes], -1)
    return xr.Dataset(
        {
            "prize_value": (dims, prizes),
            "fair_prize_value": (dims, prizes),
            "lottery_prize_value": (dims, 90 * 65536 * one),
            "oracle_prize_value": (dims, 400 * one),
            "prizes": (dims, prizes),
            "prizes_moved": (dims, one),
            "connected": ((*dims, "tie"), people),
            "connected_prizes": ((*dims, "tie"), won),
            "displacement": (dims, one),
            "violations": (dims, one),
            "temptations": (dims, one),
            "score_count": (
                ("scenario", "replicate", "distribution_tick", "judge", "score_bin",
                 "quality_class"),
                np.ones((n, 3, 1, 1, 2, 16), "i8"),
            ),
        },
        coords={
            "scenario": names, "replicate": range(3), "tick": ticks, "tie": tie,
            "scorer": ("scenario", ["ledger"] * n), "judge": ["actual"],
            "distribution_tick": [1], "quality_class": range(16),
        },
        attrs={"first_measured_tick": 0, "n_citizens": 1000},
    )  # fmt: skip


@pytest.mark.parametrize("n", [5, 20, 32])
def test_labels_do_not_overlap(n):
    ax = plots.efficiency_and_capture(many(n))
    ax.figure.draw_without_rendering()
    boxes = [mpl.text.Text.get_window_extent(text) for text in ax.texts]
    assert len(boxes) == n
    boxes.sort(key=lambda box: box.y0)
    gaps = [b.y0 - a.y1 for a, b in zip(boxes, boxes[1:], strict=False)]
    assert min(gaps) > -1  # pixels


@given(
    st.lists(st.floats(-0.5, 1.5), min_size=1, max_size=40),
    st.floats(0.001, 0.2),
)
def test_spreading_keeps_order_bounds_and_gaps(places, gap):
    found = spread_out(places, gap)
    room = 1 / max(len(places) - 1, 1)
    order = sorted(range(len(places)), key=lambda k: places[k])
    inorder = [found[k] for k in order]
    steps = np.diff(inorder)
    assert min(inorder) >= -1e-9 and max(inorder) <= 1 + 1e-9
    assert (steps >= min(gap, room) - 1e-9).all()


def test_labels_that_do_not_touch_are_not_moved():
    np.testing.assert_allclose(spread_out([0.9, 0.1, 0.5], 0.1), [0.9, 0.1, 0.5])


def test_touching_labels_are_moved_apart_evenly():
    np.testing.assert_allclose(spread_out([0.5, 0.5, 0.5], 0.1), [0.4, 0.5, 0.6])


def test_rank_is_in_order(dataset):
    ax = plots.rank(dataset, "capture")
    shown = [text.get_text() for text in ax.get_yticklabels()]
    means = summary_table(dataset)["capture"].sel(statistic="mean")
    order = sorted([*MAIN, FULL], key=lambda name: float(means.sel(scenario=name)))
    assert shown == [short(name) for name in order]
    with pytest.raises(ConfigError, match="`measure` must be one of"):
        plots.rank(dataset, "height")
