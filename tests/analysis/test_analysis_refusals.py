"""Questions about results that cannot be answered, each with the sentence that says why."""

import numpy as np
import pytest
from support.fake_engine import fake_replicate, small_campaign
from support.made_results import made, with_status
from support.sampled import sampled

from scsfast.analysis import export, plots, time_series
from scsfast.analysis.citizen_panel import citizen_panel
from scsfast.analysis.compare import compare
from scsfast.analysis.report.document import report
from scsfast.analysis.sensitivity import sensitivity
from scsfast.errors import ConfigError
from scsfast.execution.run import run_campaign
from scsfast.model.regime import ALLOCATIONS


def points(n):
    x = np.random.default_rng(1).random((n, 3))
    return sampled(x, x[:, 0], kind="latin-hypercube")


def few_points():
    return points(5)


def points_of_words():
    x = np.zeros((2, 3))
    return sampled(x, [0.1, 0.2], kind="points", texts=["ledger", "index"])


def with_snapshots(n_citizens):
    """Return two scenarios of four replicates, with snapshots of two ticks."""
    dims = ("scenario", "replicate", "snapshot_tick", "citizen")
    score = np.broadcast_to(np.int8(0), (2, 4, 2, n_citizens))
    return with_status(made("ab").assign(snapshot_score=(dims, score)), np.ones((2, 4)))


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
    "too many rows": (
        lambda: citizen_panel(with_snapshots(40_000_000)),
        "`table` citizens: would have 640,000,000 rows, more than ",
    ),
    "parameter of words": (
        lambda: plots.over_parameter(points_of_words(), "regime.scorer"),
        "`parameter` regime.scorer: its values must be numbers",
    ),
    "too many lines": (
        lambda: plots.over_parameter(points(40), "world.a"),
        "`parameter` world.a: needs 40 lines, at most 12; name scenarios with `of`",
    ),
    "points over time without points": (
        lambda: plots.points_over_time(made("ab")),
        "no scenario is a point of a sweep or a sample",
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


def test_report_of_replicates_that_no_scenarios_share_is_refused(tmp_path):
    campaign = small_campaign(2, scenario=[{"pilot": "lottery"}, {"pilot": "market"}])

    def engine(rules, *, replicate, **more):
        kept = ALLOCATIONS[rules.prizes[0].rule] == "lottery"
        if replicate != kept:
            raise ArithmeticError("no luck")
        return fake_replicate(rules, replicate=replicate, **more)

    run_campaign(campaign, tmp_path / "o.zarr", run_replicate=engine)
    with pytest.raises(ConfigError, match="no replicate is finished in all scenarios"):
        report(tmp_path / "o.zarr")
