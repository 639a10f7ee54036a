"""Pictures of tables of the analysis."""

import numpy as np
import pandas as pd
import pytest

from scsfast.analysis import plots
from scsfast.analysis.attribute import TOGETHER, attribute
from scsfast.analysis.compare import compare
from scsfast.analysis.sensitivity import sensitivity
from scsfast.errors import ConfigError


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


def test_contributions_that_differ_from_0_by_rounding_are_drawn_as_0():
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
