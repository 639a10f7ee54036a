"""Properties of all figures: axes, captions, names, no pyplot, stable SVG."""

import inspect
import re
import subprocess
import sys

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure
from support.reported_store import HOSTILE, QUOTED

from scsfast.analysis import plots
from scsfast.analysis.plots.style import LONGEST_NAME, short
from scsfast.analysis.plots.svg import inline_svg
from scsfast.errors import ConfigError

EACH = {
    "trajectories": lambda d, ax: plots.trajectories(d, ax=ax),
    "capture": lambda d, ax: plots.efficiency_and_capture(d, ax=ax),
    "rank": lambda d, ax: plots.rank(d, ax=ax),
    "scores": lambda d, ax: plots.score_distribution(d, HOSTILE, ax),
    "grades": lambda d, ax: plots.grade_transitions(d, HOSTILE, ax),
}
MORE = EACH | {
    "grid": lambda d, _: plots.trajectory_grid(d),
    "errors": lambda d, _: plots.group_errors(d),
}


@pytest.mark.parametrize("name", EACH)
def test_axes_of_the_caller_are_drawn_on(dataset, name):
    ax = Figure().add_subplot()
    assert EACH[name](dataset, ax) is ax


@pytest.mark.parametrize("name", EACH)
def test_captions_name_the_number_of_replicates(dataset, name):
    caption = plots.caption(EACH[name](dataset, None))
    assert "N = 3 replicates of 2,000 citizens" in caption


@pytest.mark.parametrize("name", EACH)
def test_axes_have_names(dataset, name):
    ax = EACH[name](dataset, None)
    assert ax.get_xlabel()
    assert name == "rank" or ax.get_ylabel()


def test_matplotlib_settings_are_not_changed(dataset):
    with mpl.rc_context({"font.size": 31}):
        before = dict(mpl.rcParams)
        ax = plots.rank(dataset)
        assert dict(mpl.rcParams) == before
    assert ax.xaxis.label.get_size() == 31


def test_settings_of_the_user_take_precedence(dataset):
    wanted = {"axes.facecolor": "#eeeeee"}
    wanted["axes.prop_cycle"] = mpl.cycler(color=["#112233", "#445566"])
    with mpl.rc_context(wanted):
        ax = plots.trajectories(dataset, scenarios=["lottery", "market"])
    assert ax.get_facecolor() == mpl.colors.to_rgba("#eeeeee")
    assert {line.get_color() for line in ax.get_lines()} == {"#112233", "#445566"}
    assert not ax.spines["top"].get_visible()


@pytest.mark.parametrize("name", [*EACH, "grid", "errors"])
def test_jupyter_shows_a_new_figure_without_a_magic_command(dataset, name):
    drawn = MORE[name](dataset, None)
    assert drawn._repr_png_().startswith(b"\x89PNG")


def test_caller_sets_labels_and_legend(dataset):
    ax = plots.rank(dataset, scenarios=["lottery"], labels={"lottery": "by lot"})
    assert [text.get_text() for text in ax.get_yticklabels()] == ["by lot"]
    assert ax.get_legend()
    assert plots.rank(dataset, scenarios=["lottery"], legend=False).get_legend() is None
    lines = plots.trajectories(dataset, scenarios=["lottery"], legend=False)
    assert not lines.texts
    named = plots.trajectories(dataset, scenarios=["lottery"], labels={"lottery": "x"})
    assert [text.get_text() for text in named.texts] == ["x"]


def test_the_vertical_axis_may_be_skill(dataset):
    ax = plots.efficiency_and_capture(dataset, measure="skill")
    assert ax.get_ylabel().startswith("skill")
    with pytest.raises(ConfigError, match="`measure` must be one of"):
        plots.efficiency_and_capture(dataset, measure="height")


def test_signatures_show_what_every_figure_takes():
    for name in ("rank", "trajectories", "sensitivity"):
        function = getattr(plots, name)
        assert {"legend", "labels"} <= set(inspect.signature(function).parameters)
        assert "legend : bool, optional" in function.__doc__


def test_dollar_signs_in_names_are_not_mathtext(dataset):
    ax = plots.rank(dataset, scenarios=[QUOTED])
    svg = inline_svg(ax.figure, "odd", "t", "d")
    shown = re.sub("<!--.*?-->", "", svg, flags=re.DOTALL)
    assert "$odd$" in shown and "荣成" in shown


def test_svg_is_drawn_once_and_leaves_the_figure_as_it_was(dataset, monkeypatch):
    figure = plots.rank(dataset).figure
    figure.set_dpi(123)
    canvas, drawn = figure.canvas, []
    draw = figure.patch.draw
    monkeypatch.setattr(figure.patch, "draw", lambda r: drawn.append(r) or draw(r))
    assert "<svg" in inline_svg(figure, "one", "t", "d")
    assert len(drawn) == 1
    assert (figure.canvas, figure.get_dpi()) == (canvas, 123)


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


def test_message_without_matplotlib_names_the_extra_to_install():
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
        "figures need matplotlib: pip install 'scsfast[report]'"
    )


def test_two_drawings_share_no_ids(dataset):
    drawings = [
        inline_svg(plots.rank(dataset).figure, name, "t", "d") for name in ("a", "b")
    ]
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in drawings]
    assert ids[0] and not ids[0] & ids[1]
    for svg, own in zip(drawings, ids, strict=True):
        used = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg)
        assert {a or b for a, b in used} <= own
        assert used


def test_equal_figures_have_equal_bytes(dataset):
    drawings = {
        inline_svg(plots.efficiency_and_capture(dataset).figure, "a", "t", "d")
        for _ in range(2)
    }
    assert len(drawings) == 1


def test_drawings_have_a_title_and_a_description(dataset):
    svg = inline_svg(plots.rank(dataset).figure, "a", "A <title>", "B & C")
    assert 'role="img" aria-labelledby="a-title a-desc"' in svg
    assert '<title id="a-title">A &lt;title&gt;</title>' in svg
    assert '<desc id="a-desc">B &amp; C</desc>' in svg
    assert "<dc:date>" not in svg and "width=" not in svg.partition(">")[0]


@pytest.mark.parametrize("name", MORE)
def test_figures_return_their_numbers(dataset, name):
    table = plots.data(MORE[name](dataset, None))
    assert len(table) and set(table.columns[:1]) <= {"scenario", "of"}


def test_axes_of_other_figures_have_no_numbers():
    assert plots.data(Figure().add_subplot()).empty
