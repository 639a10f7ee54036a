"""Stopping rules by scenario and by verdict: the same on any cores, and after any stop."""

import json

import numpy as np
import pytest
from support.claimed import asked, entry
from support.fake_engine import fake_replicate, small_campaign

import scsfast
from scsfast.analysis.undecided import undecided
from scsfast.api import run_campaign
from scsfast.errors import Interrupted
from scsfast.execution import stopping
from scsfast.store.open import read_all
from scsfast.store.store import Store
from scsfast.store.verify import verify

RULE = {"variable": "efficiency", "halfwidth": 0.3, "max": 12, "per": "scenario"}


@pytest.fixture
def rule(monkeypatch):
    """Let each scenario of the small campaign be open below a number of replicates."""
    needed = np.array([3, 9, 5])

    def half_widths(path, until, replicates, measured):
        return np.where(needed <= replicates, 0.1, 1.0)

    monkeypatch.setattr(stopping, "half_widths", half_widths)


def counts(path) -> list[int]:
    return (Store(path).status() == 1).sum(axis=1).tolist()


def run(path, engine=fake_replicate, **options):
    campaign = small_campaign(3, until=RULE, block_size=options.pop("size", 2))
    said = []
    run_campaign(campaign, path, run_replicate=engine, say=said.append, **options)
    return said


@pytest.mark.parametrize("size", [1, pytest.param(2, marks=pytest.mark.slow), 8])
def test_each_scenario_stops_by_itself(tmp_path, rule, size):
    path = tmp_path / "o.zarr"
    said = run(path, size=size)
    assert counts(path) == [3, 9, 6]
    assert "in 3 of 3 scenarios: enough" in said[-1]
    assert verify(Store(path)) == {}


def test_digest_does_not_depend_on_cores_or_on_being_run_again(tmp_path, rule):
    for name, jobs in (("one", 1), ("two", 2)):
        run(tmp_path / name, jobs=jobs)
    first = Store(tmp_path / "one").digest()
    assert first == Store(tmp_path / "two").digest()
    computed = []

    def counted(*args, **more):
        computed.append(more["replicate"])
        return fake_replicate(*args, **more)

    run(tmp_path / "one", engine=counted, size=2)
    assert (computed, Store(tmp_path / "one").digest()) == ([], first)
    assert Store(tmp_path / "one").is_finished


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(1, marks=pytest.mark.slow),
        5,
        pytest.param(11, marks=pytest.mark.slow),
        14,
    ],
)
def test_interrupted_run_goes_on_to_the_same_store(tmp_path, rule, after):
    run(tmp_path / "whole")
    left = [after]

    def stopping_engine(*args, **more):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return fake_replicate(*args, **more)

    with pytest.raises((Interrupted, KeyboardInterrupt)):
        run(tmp_path / "part", engine=stopping_engine, jobs=1)
    run(tmp_path / "part")
    assert counts(tmp_path / "part") == counts(tmp_path / "whole")
    assert Store(tmp_path / "part").digest() == Store(tmp_path / "whole").digest()


def test_results_of_a_scenario_that_stopped_early_are_missing_beyond(tmp_path, rule):
    run(tmp_path / "o.zarr")
    status = read_all(tmp_path / "o.zarr")["status"].values
    assert status.shape == (3, 9)
    assert (status[0, 3:] == 0).all() and (status[2, 6:] == 0).all()


def test_most_replicates_bound_a_scenario_that_never_gets_narrow(tmp_path, monkeypatch):
    monkeypatch.setattr(
        stopping, "half_widths", lambda p, u, n, m: np.array([1.0, 0.1, np.nan])
    )
    said = run(tmp_path / "o.zarr")
    assert counts(tmp_path / "o.zarr") == [12, 3, 3]
    assert "not reached in the others, `max` is" in said[-1]


UNDECIDED = [0.0, 0.6, 0.0, 0.6]  # rise of capture by replicate


def captures(*rows):
    """Return captures with such rises over fair scores, by scenario and replicate."""
    return np.array(rows) + 1.0


def test_open_words_keep_their_counterparts_open():
    entries = [
        entry("open"),
        entry("decided", base=20.0),
        entry("open honest", 0.0),
        entry("decided honest", 0.0, base=20.0),
    ]
    data = asked(entries, capture=captures(UNDECIDED, [2] * 4, [0] * 4, [0] * 4))
    assert undecided(data, "c1", 0.95) == {0, 2}


def test_word_that_cannot_be_measured_is_not_waited_for():
    data = asked([entry("alone")], capture=captures([2] * 4))
    assert undecided(data, "c1_total", 0.95) == set()
    one = data.isel(replicate=[0])
    assert undecided(one, "c1_total", 0.95) == {0}


CAMPAIGN = """
replicates = 2
until = {{ verdict = "c1", max = {most} }}
block_size = 1
[world]
n_citizens = 600
n_ticks = 12
[leaders.all]
credit_rate = 4.0
[[scenario]]
pilot = "rongcheng"
[[scenario]]
name = "honest"
pilot = "rongcheng"
leaders.all.share = 0.0
[[scenario]]
pilot = "lottery"
"""


def test_verdict_rule_stops_where_the_word_is_decided_or_at_most(tmp_path):
    (tmp_path / "c.toml").write_text(CAMPAIGN.format(most=6))
    with pytest.warns(UserWarning, match="the word on c1 is decided in"):
        scsfast.run(tmp_path / "c.toml", tmp_path / "c.zarr")
    got = counts(tmp_path / "c.zarr")
    word = scsfast.claims(tmp_path / "c.zarr").verdicts.set_index("scenario")["c1"]
    assert got[2] == 2  # the lottery has no word
    assert got[0] == got[1] and (got[0] == 6 or word["rongcheng"] != "undecided")


def test_status_says_that_the_rule_ended_the_store(scs, tmp_path, rule):
    run(tmp_path / "o.zarr")
    code, out, _ = scs("status", tmp_path / "o.zarr")
    assert code == 0 and "complete: its stopping rule wants no more" in out
    assert "9 not wanted" in out


def test_summary_of_a_run_rests_on_all_that_each_scenario_has(scs, tmp_path):
    (tmp_path / "c.toml").write_text(CAMPAIGN.format(most=4))
    code, out, err = scs(
        "run", tmp_path / "c.toml", "-o", tmp_path / "c.zarr", "--json"
    )
    assert code == 0, err
    summary = json.loads(out)["summary"]
    found = [summary[name]["prizes_moved_share"]["n"] for name in summary]
    assert found == counts(tmp_path / "c.zarr")


@pytest.mark.usefixtures("sketched")
def test_report_says_that_pending_replicates_are_not_wanted(tmp_path):
    (tmp_path / "c.toml").write_text(CAMPAIGN.format(most=4))
    with pytest.warns(UserWarning, match="the word on c1"):
        scsfast.run(tmp_path / "c.toml", tmp_path / "c.zarr")
    assert "pending replicates are not needed" in scsfast.report(tmp_path / "c.zarr")
