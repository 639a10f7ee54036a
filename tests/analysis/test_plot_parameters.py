"""Figures over swept parameters: each point is drawn at its values."""

import numpy as np
import pytest

import scsfast
from scsfast.analysis import plots
from scsfast.analysis.labels import explained
from scsfast.analysis.plots.style import NARROW, narrowed
from scsfast.errors import ConfigError
from scsfast.model.measures import summary_table

GRID = {
    "replicates": 2,
    "world": {"n_citizens": 600, "n_ticks": 12, "warmup": 6, "distribution_every": 6},
    "scenario": [{"pilot": "rongcheng"}, {"pilot": "lottery"}],
    "sweep": {
        "of": ["rongcheng"],
        "regime": {"loss": [0.2, 0.0]},
        "leaders": {"all": {"share": [0.0, 1.0]}},
    },
}
LOSS, SHARE = "regime.loss", "leaders.all.share"


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    path = tmp_path_factory.mktemp("grid") / "g.zarr"
    return scsfast.run(GRID, path).load()


def mean(dataset, measure, **at):
    rows = np.ones(dataset.sizes["scenario"], bool)
    for name, value in at.items():
        rows &= dataset[{"loss": LOSS, "share": SHARE}[name]].values == value
    found = summary_table(dataset.isel(scenario=rows))[measure]
    return found.sel(statistic="mean").item()


def test_lines_are_over_the_parameter_in_its_order(swept):
    ax = plots.over_parameter(swept, LOSS, "skill")
    lines = {c.get_label(): c.lines[0].get_xydata() for c in ax.containers}
    assert set(lines) == {"rongcheng, share=0", "rongcheng, share=1"}
    for share in (0.0, 1.0):
        expected = [
            (loss, mean(swept, "skill", loss=loss, share=share)) for loss in (0, 0.2)
        ]
        np.testing.assert_allclose(lines[f"rongcheng, share={share:g}"], expected)
    assert (ax.get_xlabel(), ax.get_ylabel()) == (LOSS, explained("skill"))


def test_cells_of_a_heat_map_are_means(swept):
    ax = plots.heat_map(swept, LOSS, SHARE, "skill")
    cells = ax.images[0].get_array()
    for row, share in enumerate((0.0, 1.0)):
        for column, loss in enumerate((0.2, 0.0)):
            expected = mean(swept, "skill", loss=loss, share=share)
            np.testing.assert_allclose(cells[row, column], expected)


def test_parameters_that_were_not_varied_are_refused(swept):
    with pytest.raises(ConfigError, match="`parameter` must be one of regime.loss"):
        plots.over_parameter(swept, "regime.lost")
    with pytest.raises(ConfigError, match="`parameter` must be one of"):
        plots.heat_map(swept, LOSS, "world.height")


def test_the_report_draws_sweeps_and_has_a_column_per_parameter(swept, tmp_path):
    path = tmp_path / "g.zarr"
    scsfast.run(GRID, path)
    html = scsfast.report(path)
    assert "Skill of rongcheng" in html
    assert f'<th scope="col" class="number">{SHARE}</th>' in html
    assert html.count('class="wide"') == html.count('class="narrow"') > 3


def test_a_narrow_figure_has_its_panels_one_below_the_other(swept):
    axes = plots.trajectory_grid(swept, "violation_rate")
    figure = narrowed(axes[0].figure)
    figure.draw_without_rendering()
    boxes = [ax.get_position() for ax in axes]
    assert figure.get_size_inches()[0] == NARROW
    assert all(a.y0 > b.y1 for a, b in zip(boxes, boxes[1:], strict=False))
    assert max(box.x0 for box in boxes) < 0.3


def test_points_of_designs_are_at_their_means(swept):
    ax = plots.points(swept, "capture", "skill")
    table = plots.data(ax)
    assert list(table["of"]) == 4 * ["rongcheng"] and {LOSS, SHARE} <= set(table)
    for row in table.to_dict("records"):
        at = {"loss": row[LOSS], "share": row[SHARE]}
        assert row["skill"] == pytest.approx(mean(swept, "skill", **at))
        assert row["capture"] == pytest.approx(mean(swept, "capture", **at))
    np.testing.assert_allclose(ax.get_lines()[0].get_ydata(), table["skill"])


def test_small_heat_maps_have_their_numbers(swept):
    ax = plots.heat_map(swept, LOSS, SHARE, "skill")
    assert len(ax.texts) == 4
    assert f"{mean(swept, 'skill', loss=0.2, share=1.0):.3g}" in {
        text.get_text() for text in ax.texts
    }
