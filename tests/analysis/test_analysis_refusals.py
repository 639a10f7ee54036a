"""Questions about results that cannot be answered, each with the sentence that says why."""

import numpy as np
import pytest
from support.made_results import made, with_status
from support.sampled import sampled

from scsfast.analysis import export, plots, time_series
from scsfast.analysis.compare import compare
from scsfast.analysis.sensitivity import sensitivity
from scsfast.errors import ConfigError


def few_points():
    x = np.random.default_rng(1).random((5, 3))
    return sampled(x, x[:, 0], kind="latin-hypercube")


def points_of_two_bases():
    """Return points at the same values in two scenarios."""
    at = {"world.a": [0.0, 1.0] * 2, "world.b": [0.5] * 4, "base": ["r", "r", "s", "s"]}
    design = {"of": ["r", "s"], "parameters": {"world.a": [0, 1], "world.b": [0, 1]}}
    coords = {**at, "design": ["sweep"] * 4, "point": [0, 1, 0, 1]}
    return made("abcd", 2, coords=coords, attrs={"designs": [{**design, "n": 2}]})


REFUSED = {
    "unfinished baseline": (
        lambda: compare(with_status(made("ab"), [[0] * 4, [1] * 4]), "a"),
        "`baseline`: nothing of 'a' is finished yet",
    ),
    "few points": (
        lambda: sensitivity(few_points(), measures="efficiency", method="pawn"),
        "pawn and delta need at least 30 points, this sample has 5",
    ),
    "kind of judgement": (
        lambda: plots.group_errors(made("ab"), kind="stand"),
        "`kind` must be 'standing' or 'list', got 'stand'",
    ),
    "kind of band": (
        lambda: time_series.bands(made("ab")["prizes"], "range"),
        "`band` must be 'interval' or 'quantiles', got 'range'",
    ),
    "several scenarios in a cell": (
        lambda: plots.heat_map(points_of_two_bases(), "world.a", "world.b"),
        "several of world.a=0, world.b=0.5; select the points of one scenario",
    ),
}


@pytest.mark.parametrize(("ask", "message"), REFUSED.values(), ids=REFUSED)
def test_refusal_says_why(ask, message):
    with pytest.raises(ConfigError) as caught:
        ask()
    assert message in str(caught.value)


def test_file_that_appears_during_an_export_is_not_replaced(tmp_path):
    draft, path = tmp_path / "draft.csv", tmp_path / "a.csv"
    draft.write_text("mine")
    path.write_text("theirs")
    with pytest.raises(ConfigError, match=r"a.csv: exists; --force replaces it"):
        export._publish(draft, path, force=False)
    assert path.read_text() == "theirs"
