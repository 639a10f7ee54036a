"""Pictures: what they draw is what the numbers are, and nothing is left behind."""

import re
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from support import reported_store
from support.reported_store import HIDDEN, HOSTILE, QUOTED

import scsfast
from scsfast.analysis import plots
from scsfast.analysis.attribute import TOGETHER, attribute
from scsfast.analysis.compare import compare
from scsfast.analysis.plots.judgement import error_rates
from scsfast.analysis.plots.style import LONGEST_NAME, short, spread_out
from scsfast.analysis.plots.svg import inline_svg
from scsfast.analysis.selection import (
    YARDSTICKS,
    families,
    main_scenarios,
    regime_at,
    role,
)
from scsfast.analysis.sensitivity import sensitivity
from scsfast.analysis.time_series import NEEDS, bands, over_time
from scsfast.errors import ConfigError
from scsfast.model.measures import MEASURES, summarise, summary_table

FULL = "by levels, village+township"
MAIN = [HOSTILE, QUOTED, HIDDEN, "judgment-defaulters", "lottery", "market", "oracle"]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return scsfast.open(reported_store.run(tmp_path_factory.mktemp("plots"))).load()


def thick(ax) -> list:
    """Return the lines of scenarios, without those of single replicates."""
    return [line for line in ax.get_lines() if line.get_linewidth() > 1]


def with_four(dataset):
    """Return a dataset with as many replicates as bands need."""
    first = dataset.isel(replicate=[0]).assign_coords(replicate=[3])
    return xr.concat([dataset, first], "replicate", data_vars="minimal")


# Which scenarios are shown.


def test_main_scenarios_are_those_of_the_file(dataset):
    assert main_scenarios(dataset) == [*MAIN, FULL]


def test_without_designs_all_scenarios_are_main(dataset):
    plain = dataset.drop_vars(["design", "player_village", "player_township"])
    assert main_scenarios(plain) == list(dataset["scenario"].values)


def test_where_all_are_points_some_are_shown(dataset):
    points = dataset.isel(scenario=np.flatnonzero(dataset["design"] == "sample"))
    assert main_scenarios(points) == list(points["scenario"].values)


def test_families_are_regimes_and_yardsticks(dataset):
    assert families(dataset) == {
        "rongcheng": [HOSTILE, QUOTED, FULL],
        "sesame": [HIDDEN],
        "judgment-defaulters": ["judgment-defaulters"],
        YARDSTICKS: ["lottery", "market", "oracle"],
    }


def test_roles_go_by_who_has_discretion(dataset):
    assert role(dataset, HOSTILE) == "led"
    assert role(dataset, QUOTED) == "honest"
    assert role(dataset, "oracle") == "yardstick"


@pytest.mark.parametrize(
    ("share", "discretion", "expected"),
    [(0.5, 0.3, "led"), (0.5, 0.0, "honest"), (0.0, 0.3, "honest")],
)
def test_leaders_need_a_will_and_discretion(share, discretion, expected):
    asked = {
        "name": "s",
        "regime": {"discretion": {"village": discretion, "township": 0.8}},
        "leaders": {
            "all": None,
            "village": {"share": share},
            "township": {"share": 0.0},
        },
    }
    dataset = xr.Dataset(
        coords={"scenario": ["s"], "scorer": ("scenario", ["ledger"])},
        attrs={"config": {"scenarios": [asked]}},
    )
    assert role(dataset, "s") == expected


def test_the_regime_is_the_one_in_force():
    first, later = {"name": "a"}, {"name": "b"}
    asked = {"name": "s", "regime": first, "change": [{"tick": 5, "regime": later}]}
    dataset = xr.Dataset(attrs={"config": {"scenarios": [asked]}})
    assert [regime_at(dataset, "s", tick) for tick in (4, 5)] == [first, later]


@pytest.mark.parametrize("plot", [plots.trajectories, plots.rank, plots.group_errors])
def test_unknown_scenarios_are_refused(dataset, plot):
    with pytest.raises(ConfigError, match="`scenario` must be one of .* got 'oracel'"):
        plot(dataset, scenarios=["oracel"])


def test_nothing_finished_is_refused(dataset):
    with pytest.raises(ConfigError, match="must hold a finished replicate"):
        plots.trajectories(dataset.isel(replicate=[]))


# Measures over time.


@pytest.mark.parametrize("name", [name for name in NEEDS if name != "auc"])
def test_one_period_of_all_measured_ticks_is_the_summary(dataset, name):
    first = dataset.attrs["first_measured_tick"]
    n = dataset.sizes["tick"] - first
    part = dataset.isel(tick=slice(first, None))
    found = over_time(part, name, n)
    assert found["tick"].values.tolist() == [dataset.sizes["tick"] - 1]
    expected = summarise(dataset)[name].values
    np.testing.assert_array_equal(found.values[..., 0], expected)


def test_auc_over_time_averages_to_the_summary(dataset):
    first = dataset.attrs["first_measured_tick"]
    found = over_time(dataset, "auc")
    measured = found.isel(tick=np.flatnonzero(found["tick"] >= first)).mean("tick")
    np.testing.assert_allclose(
        measured.values, summarise(dataset)["auc"].values, rtol=1e-12
    )


def test_every_measure_can_be_had_over_time():
    assert set(NEEDS) == set(MEASURES)


def test_mean_score_is_points_a_citizen(dataset):
    found = over_time(dataset, "mean_score", 2).values
    expected = dataset["score"].values / (256 * 2000)
    np.testing.assert_allclose(found[..., 0], expected[..., :2].mean(-1), rtol=1e-12)


def test_outputs_are_summed_and_averaged(dataset):
    found = over_time(dataset, "violations", 6)
    sums = dataset["violations"].sum("domain").values
    np.testing.assert_array_equal(
        found.values[..., -1], sums[..., -6:].mean(-1, dtype="f8")
    )


def test_a_variable_that_is_not_there_is_refused(dataset):
    with pytest.raises(ConfigError, match="`variable` must be .*, got 'efficency'"):
        plots.trajectories(dataset, "efficency")


def test_bands_are_intervals_or_quantiles():
    values = xr.DataArray([1.0, 2.0, 3.0], dims="replicate")
    mean, low, high = (float(edge) for edge in bands(values))
    assert (mean, round(high - mean, 6), round(mean - low, 6)) == (
        2,
        2.484138,
        2.484138,
    )
    assert [float(e) for e in bands(values, "quantiles")] == [2, 1.1, 2.9, 1.5, 2.5]
    assert len(bands(values[:1])) == len(bands(values[:1], "quantiles")) == 1
    with pytest.raises(ConfigError, match="`band` must be"):
        bands(values, "sd")


# What is drawn.


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


def test_grid_has_a_panel_a_regime(dataset):
    axes = plots.trajectory_grid(dataset)
    titles = [ax.get_title(loc="left") for ax in axes]
    assert titles == ["rongcheng", "sesame", "judgment-defaulters", YARDSTICKS]
    assert [len(thick(ax)) for ax in axes] == [3, 1, 1, 3]
    assert len({ax.get_ylim() for ax in axes}) == 1


def test_a_legend_names_scenarios_that_begin_with_an_underscore(dataset):
    (ax,) = plots.trajectory_grid(dataset, scenarios=[HIDDEN])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [HIDDEN]


def test_wide_bands_do_not_squeeze_lines(dataset):
    wild = with_four(dataset)
    moved = wild["prizes_moved"].copy()
    moved[{"scenario": 0, "replicate": 0}] *= 50
    wild["prizes_moved"] = moved
    ax = plots.trajectories(wild, "prizes_moved_share", [HOSTILE])
    (line,) = thick(ax)
    low, high = ax.get_ylim()
    assert high - low <= 1.81 * np.ptp(line.get_ydata())


def test_efficiency_and_capture_are_where_they_are(dataset):
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


def test_what_is_apart_stays_where_it_is():
    np.testing.assert_allclose(spread_out([0.9, 0.1, 0.5], 0.1), [0.9, 0.1, 0.5])


def test_touching_places_are_pushed_apart_evenly():
    np.testing.assert_allclose(spread_out([0.5, 0.5, 0.5], 0.1), [0.4, 0.5, 0.6])


def test_rank_is_in_order(dataset):
    ax = plots.rank(dataset, "capture")
    shown = [text.get_text() for text in ax.get_yticklabels()]
    means = summary_table(dataset)["capture"].sel(statistic="mean")
    order = sorted([*MAIN, FULL], key=lambda name: float(means.sel(scenario=name)))
    assert shown == [short(name) for name in order]
    with pytest.raises(ConfigError, match="`measure` must be one of"):
        plots.rank(dataset, "height")


def test_scores_add_up_and_cuts_are_the_regimes(dataset):
    ax = plots.score_distribution(dataset, HOSTILE)
    heights = [patch.get_data().values.sum() for patch in ax.patches]
    np.testing.assert_allclose(heights, [100, 100])
    cuts = {line.get_xdata()[0] for line in ax.get_lines()}
    low, high = ax.get_xlim()
    grades = regime_at(dataset, HOSTILE, 23)["grades"][1:]
    assert cuts == {g["from"] for g in grades if low < g["from"] < high}
    assert cuts


def test_scores_of_a_tick_are_those_of_the_tick(dataset):
    ax = plots.score_distribution(dataset, HOSTILE, tick=5)
    counts = dataset["score_count"].sel(
        scenario=HOSTILE, distribution_tick=5, judge="actual"
    )
    counts = counts.sum(["replicate", "quality_class"]).values
    drawn = ax.patches[0].get_data().values
    np.testing.assert_allclose(drawn, 100 * counts / counts.sum())
    with pytest.raises(ConfigError, match="`tick` must be one with distributions"):
        plots.score_distribution(dataset, HOSTILE, tick=4)


def test_scores_of_none_are_refused(dataset):
    with pytest.raises(ConfigError, match="gives scores, got 'oracle'"):
        plots.score_distribution(dataset, "oracle")


def test_transitions_are_shares_of_rows(dataset):
    ax = plots.grade_transitions(dataset, HOSTILE)
    shares = ax.collections[0].get_array()
    counts = dataset["grade_transition_count"].sel(
        scenario=HOSTILE, distribution_tick=23
    )
    counts = counts.sum("replicate").transpose("first_grade", "grade").values[:6, :6]
    for row, people in zip(shares, counts, strict=True):
        if people.sum():
            np.testing.assert_allclose(row, 100 * people / people.sum())
    assert counts.sum() == 3 * 2000
    with pytest.raises(ConfigError, match="'lottery' has none"):
        plots.grade_transitions(dataset, "lottery")


def test_error_rates_are_of_those_who_can_be_wronged(dataset):
    rates = error_rates(dataset)
    part = dataset.sel(scenario=HOSTILE, group="rural")
    part = part.isel(tick=slice(dataset.attrs["first_measured_tick"], None))
    names = ("citizens", "bad", "low", "low_bad")
    people, bad, low, low_bad = (
        part[f"group_{name}"].sum("tick").values for name in names
    )
    own = rates.sel(scenario=HOSTILE, group="rural")
    np.testing.assert_array_equal(
        own["false_positives"].values, (low - low_bad) / (people - bad)
    )
    np.testing.assert_array_equal(own["false_negatives"].values, (bad - low_bad) / bad)


def test_group_errors_draw_them(dataset):
    axes = plots.group_errors(dataset, [HOSTILE], kind="standing")
    found = [line.get_xdata()[0] for line in axes[0].get_lines()]
    rates = error_rates(dataset).sel(scenario=HOSTILE)["false_positives"]
    np.testing.assert_array_equal(found, 100 * rates.mean("replicate").values)
    with pytest.raises(ConfigError, match="`kind` must be"):
        plots.group_errors(dataset, kind="mood")


def test_tables_of_the_analysis_are_drawn(dataset):
    table = compare(dataset, "lottery", ["efficiency"])
    ax = plots.paired_differences(table, "efficiency")
    drawn = ax.containers[0].lines[0].get_xdata()
    np.testing.assert_array_equal(drawn, table["difference"])
    table = attribute(dataset, measures=["capture"])
    ax = plots.attribution(table, "capture", "by levels")
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == list(table["value"])
    assert table["player"].iloc[-1] == TOGETHER
    table = sensitivity(dataset, measures=["efficiency"])
    ax = plots.sensitivity(table, "efficiency", "sampled")
    shown = {text.get_text() for text in ax.get_yticklabels()}
    assert shown == {"regime.loss", "world.population.aware"}


def test_contributions_that_rounding_alone_keeps_from_nothing_are_nothing():
    dust = [1e-17, -3e-17, 2e-13]
    table = pd.DataFrame({
        "base": "r", "measure": "capture", "player": ["village", "city", TOGETHER],
        "value": dust, "low": [-1e-16] * 3, "high": [1e-16] * 3, "n": 3,
    })  # fmt: skip
    ax = plots.attribution(table, "capture", "r")
    assert [bar.get_width() for bar in ax.patches] == [0.0] * 3
    assert ax.get_xlim() == (-0.05, 0.05)
    real = plots.attribution(table.assign(value=0.001), "capture", "r")
    assert 0.001 < real.get_xlim()[1] < 0.01


def test_a_table_without_the_rows_is_refused():
    table = pd.DataFrame({"variable": ["auc"], "difference": [0.1]})
    with pytest.raises(ConfigError, match="`variable` must be one of auc, got 'gini'"):
        plots.paired_differences(table, "gini")


# How they behave.

EACH = {
    "trajectories": lambda d, ax: plots.trajectories(d, ax=ax),
    "capture": lambda d, ax: plots.efficiency_and_capture(d, ax=ax),
    "rank": lambda d, ax: plots.rank(d, ax=ax),
    "scores": lambda d, ax: plots.score_distribution(d, HOSTILE, ax),
    "grades": lambda d, ax: plots.grade_transitions(d, HOSTILE, ax),
}


@pytest.mark.parametrize("name", EACH)
def test_axes_of_the_caller_are_drawn_on(dataset, name):
    ax = Figure().add_subplot()
    assert EACH[name](dataset, ax) is ax


@pytest.mark.parametrize("name", EACH)
def test_captions_say_from_how_much(dataset, name):
    caption = plots.caption(EACH[name](dataset, None))
    assert "N = 3 replicates of 2,000 citizens" in caption


@pytest.mark.parametrize("name", EACH)
def test_axes_have_names(dataset, name):
    ax = EACH[name](dataset, None)
    assert ax.get_xlabel()
    assert name == "rank" or ax.get_ylabel()


def test_settings_around_stay_as_they_are(dataset):
    with mpl.rc_context({"font.size": 31}):
        before = dict(mpl.rcParams)
        ax = plots.rank(dataset)
        assert dict(mpl.rcParams) == before
    assert ax.xaxis.label.get_size() == 9


def test_dollars_in_names_are_dollars(dataset):
    ax = plots.rank(dataset, scenarios=[QUOTED])
    svg = inline_svg(ax.figure, "odd", "t", "d")
    shown = re.sub("<!--.*?-->", "", svg, flags=re.DOTALL)
    assert "$odd$" in shown and "荣成" in shown


def test_long_names_are_shortened():
    assert short("a" * 100) == "a" * 15 + "…" + "a" * 15
    assert short("b" * LONGEST_NAME) == "b" * LONGEST_NAME
    assert short("two\n lines") == "two lines"


def test_pyplot_is_never_touched(tmp_path):
    code = (
        "import sys, scsfast\n"
        "scsfast.plots\n"
        "assert 'matplotlib.figure' in sys.modules\n"
        "assert 'matplotlib.pyplot' not in sys.modules, 'pyplot'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_matplotlib_it_says_what_to_install():
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "import scsfast\n"
        "from scsfast.errors import ConfigError\n"
        "try: scsfast.plots\n"
        "except ConfigError as error: print(error)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == (
        "pictures need matplotlib: pip install 'scsfast[report]'"
    )


# SVG.


def test_two_drawings_have_no_name_in_common(dataset):
    drawings = [
        inline_svg(plots.rank(dataset).figure, name, "t", "d") for name in ("a", "b")
    ]
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in drawings]
    assert ids[0] and not ids[0] & ids[1]
    for svg, own in zip(drawings, ids, strict=True):
        used = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg)
        assert {a or b for a, b in used} <= own
        assert used


def test_the_same_figure_is_the_same_bytes(dataset):
    drawings = {
        inline_svg(plots.efficiency_and_capture(dataset).figure, "a", "t", "d")
        for _ in range(2)
    }
    assert len(drawings) == 1


def test_a_drawing_says_what_it_is(dataset):
    svg = inline_svg(plots.rank(dataset).figure, "a", "A <title>", "B & C")
    assert 'role="img" aria-labelledby="a-title a-desc"' in svg
    assert '<title id="a-title">A &lt;title&gt;</title>' in svg
    assert '<desc id="a-desc">B &amp; C</desc>' in svg
    assert "<dc:date>" not in svg and "width=" not in svg.partition(">")[0]
