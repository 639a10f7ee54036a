"""Plans are compared with real runs (memory, files, bytes) and with known laws."""

import json
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.fake_engine import fake_replicate, small_campaign
from typer.testing import CliRunner

from scsfast.campaign.config import campaign_from_dict, load_campaign
from scsfast.cli.main import app
from scsfast.engine import state
from scsfast.errors import DifferentCampaignError
from scsfast.execution.run import run_campaign
from scsfast.model import outcomes
from scsfast.model.government import LEVELS
from scsfast.model.integers.build import build_rules
from scsfast.planning import probe
from scsfast.planning.estimate import estimate, makespan
from scsfast.planning.footprint import (
    bytes_by_citizen,
    footprint,
    given_bytes,
    own_slots,
    table_bytes,
)

ROOT = Path(__file__).parents[2]
MEASURED_RUN = """
import json, re, sys
from pathlib import Path
from scsfast.campaign.config import campaign_from_dict
from scsfast.execution.run import run_campaign
run_campaign(campaign_from_dict(json.loads(sys.argv[1])), sys.argv[2], jobs=int(sys.argv[3]))
# the peak of this program: getrusage's is at least that of the process that started it
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024)
"""


def tree(*pilots, n_citizens=20_000, n_ticks=24, replicates=1, **more) -> dict:
    world = {"n_citizens": n_citizens, "n_ticks": n_ticks, **more.pop("world", {})}
    scenarios = [{"pilot": pilot} for pilot in pilots]
    return {"replicates": replicates, "world": world, "scenario": scenarios, **more}


def campaign(*pilots, **rest):
    return campaign_from_dict(tree(*pilots, **rest))


CHANGED = tree("rongcheng", n_citizens=2_000_000, n_ticks=4)
CHANGED["scenario"][0]["change"] = [{"tick": 2, "pilot": "rongcheng-2021"}]
SHOTS = {"ticks": [0, 2, 3, 4], "variables": ["score", "wealth", "payoff", "quality"]}


@pytest.mark.parametrize(
    ("question", "jobs"),
    [
        pytest.param(
            tree("rongcheng", n_citizens=2_000_000, n_ticks=4),
            1,
            marks=pytest.mark.slow,  # a part of the next
        ),
        (tree("lottery", "honest-shanghai", n_citizens=2_000_000, n_ticks=12), 2),
        (CHANGED, 1),
        (tree("rongcheng", n_citizens=500, n_ticks=60, replicates=400), 2),
        (
            tree(
                "fuzhou", n_citizens=2_000_000, n_ticks=4, output={"snapshots": SHOTS}
            ),
            1,
        ),
    ],
    ids=["one", "two at once", "a change", "many replicates", "snapshots"],
)
def test_estimated_memory_is_that_of_a_run(tmp_path, question, jobs):
    found = estimate(campaign_from_dict(question), None, jobs, measure=False)
    estimated, peak = found.memory["in_all"], 0
    for k in range(3):  # two replicates need not overlap on a busy machine
        peak = max(peak, measured_peak(question, tmp_path / f"{k}.zarr", jobs))
        if estimated < 1.15 * peak:
            break
    assert 0.87 < estimated / peak < 1.15, (peak, found.memory)


def measured_peak(question: dict, path, jobs: int) -> int:
    """Return the resident bytes of a run at its peak."""
    words = [sys.executable, "-c", MEASURED_RUN, json.dumps(question), str(path)]
    run = subprocess.run(
        [*words, str(jobs)], capture_output=True, text=True, check=True
    )
    return int(run.stdout)


def test_state_is_counted_array_by_array():
    for pilot in ("rongcheng", "sesame", "honest-shanghai", "judgment-defaulters"):
        rules = build_rules(campaign(pilot, n_citizens=300_000).scenarios[0])
        keys = 4 * min(300_000, max(prize.pool_span for prize in rules.prizes))
        found = round(bytes_by_citizen(rules) * 300_000) + keys
        assert found == round(state.bytes_per_citizen(rules) * 300_000)


def test_a_network_of_ones_own_is_held_once_and_copied_by_each_replicate():
    drawn = campaign("rongcheng", n_citizens=100_000).world
    people = {"network_file": "edges.npy", "max_degree": 10}
    population = drawn.population.model_copy(update=people)
    own = drawn.model_copy(update={"population": population})
    rules = build_rules(campaign("rongcheng", n_citizens=100_000).scenarios[0])
    assert (given_bytes(drawn), given_bytes(own)) == (0, 11 * 8 * 100_000)
    bare = footprint(replace(rules, slot_spans=())).state
    assert footprint(rules, own_slots(own)).state - bare == 11 * 4 * 100_000


def test_a_large_block_counts_the_table_that_is_written_whole_and_compressed():
    rules = build_rules(campaign("rongcheng", n_citizens=10_000).scenarios[0])
    found = footprint(rules)
    tables = [table_bytes(table, rules) for table in outcomes.TABLES]
    held = 2 * 16 * sum(tables)  # one block is computed while another is written
    assert found.block(16) == held + 2 * 16 * max(tables)
    assert found.block(1) == 6 * sum(tables)


def test_all_of_china_fits_a_node_of_128_gb():
    """With about the numbers of units that were counted in 2017 (S52)."""
    china = load_campaign(ROOT / "examples" / "china.toml")
    counted = {"village": 704_382, "township": 41_034, "county": 2_862, "city": 334}
    spans = dict(zip(LEVELS, china.world.spans, strict=True))
    for level, n_units in {**counted, "province": 33, "centre": 1}.items():
        assert china.world.n_citizens / spans[level] == pytest.approx(n_units, rel=0.04)
    found = estimate(china, None, 1, measure=False)
    assert 60e9 < found.memory["in_all"] < 120e9
    assert found.memory["at_once"] == 1


def test_nothing_is_allocated_for_a_hundred_million_citizens():
    question = campaign("rongcheng", n_citizens=100_000_000, n_ticks=120)
    estimate(question, None, 2, measure=False)
    tracemalloc.start()
    found = estimate(question, None, 2, measure=False)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.memory["replicate"] > 5e9
    assert peak < 10e6


SNAPSHOTS = {"ticks": [0, 12, 24], "variables": ["score", "listed", "quality"]}


@pytest.mark.parametrize(
    "question",
    [
        tree("rongcheng", "lottery", n_ticks=60, replicates=9),
        tree("sesame", n_citizens=200_000, n_ticks=36, replicates=3),
        tree(
            *("rongcheng", "judgment-defaulters"),
            n_citizens=200_000,
            output={"snapshots": SNAPSHOTS},
        ),
        tree(
            "rongcheng", sweep={"regime.loss": [0.0, 0.1], "leaders.all.share": [0.5]}
        ),
    ],
    ids=["short blocks", "an index", "snapshots", "a design"],
)
def test_files_and_bytes_are_those_of_the_store(tmp_path, question):
    asked = campaign_from_dict(question)
    found = estimate(asked, tmp_path / "out.zarr", 2)
    assert list(tmp_path.iterdir()) == []
    run_campaign(asked, tmp_path / "out.zarr", jobs=2)
    files = [path for path in (tmp_path / "out.zarr").rglob("*") if path.is_file()]
    assert found.files["in_all"] == len(files)
    folders = sum(path.is_dir() for path in (tmp_path / "out.zarr").rglob("*")) + 1
    assert found.files["folders"] == folders
    done = estimate(asked, tmp_path / "out.zarr", 2)
    assert done.files["in_all"] == len(files)
    assert done.files["folders"] == folders
    n_bytes = sum(path.stat().st_size for path in files)
    assert 0.7 < found.disk["in_all"] / n_bytes < 1.3
    assert found.disk["least"] < n_bytes


def test_finished_replicates_are_not_counted_again(tmp_path):
    path = tmp_path / "out.zarr"
    run_campaign(small_campaign(3), path, jobs=1, run_replicate=fake_replicate)
    done = estimate(small_campaign(3), path, 1, measure=False)
    assert done.blocks["pending"] == done.blocks["replicates"] == 0
    assert done.done == {"rongcheng": 3, "lossy": 3, "lottery": 3}
    assert done.seconds["in_all"] is None
    size = done.blocks["size"]
    more = estimate(small_campaign(size + 2), path, 1, measure=False)
    assert more.blocks["pending"] == 3 * 2
    assert more.blocks["replicates"] == 3 * (size + 2)


def test_another_campaign_is_refused(tmp_path):
    run_campaign(small_campaign(1), tmp_path / "x", run_replicate=fake_replicate)
    with pytest.raises(DifferentCampaignError, match="holds another campaign"):
        estimate(small_campaign(1, seed=8), tmp_path / "x", measure=False)


def test_the_largest_world_counts():
    small, large = ({"pilot": "rongcheng", "name": n} for n in ("small", "large"))
    large["world"] = {"n_citizens": 50_000}
    world = {"n_citizens": 20_000, "n_ticks": 12}
    both = campaign_from_dict({"world": world, "scenario": [small, large]})
    rules = [build_rules(scenario) for scenario in both.scenarios]
    sizes = [footprint(r).memory(1, 1) + footprint(r).passing for r in rules]
    found = estimate(both, None, 2, measure=False)
    assert found.citizens == 50_000
    assert found.memory["replicate"] == max(sizes)
    assert found.memory["in_all"] == found.memory["process"] + sum(sizes)


def test_ranks_take_their_own_memory():
    asked = campaign("rongcheng", n_citizens=200_000, replicates=9)
    one, four = (estimate(asked, None, 1, n, measure=False) for n in (1, 4))
    assert four.memory["in_all"] == 4 * one.memory["in_all"]


def test_seconds_grow_with_citizens_and_ticks():
    base = campaign("rongcheng", n_citizens=50_000, n_ticks=24)
    long = campaign("rongcheng", n_citizens=50_000, n_ticks=240)
    paces = {k: p.pace for k, p in probe.play(base.scenarios, 1).items()}
    pace = probe.pace_of(base.scenarios[0], paces)
    assert pace == probe.pace_of(long.scenarios[0], paces)
    assert 0 < pace.tick < pace.setup < 1e-4


@pytest.mark.parametrize(
    ("blocks", "cores", "end"),
    [
        ([(3.0, 1), (2.0, 2), (1.0, 1)], 2, 4.0),
        ([(5.0, 1), (1.0, 2)], 2, 5.0),
        ([(6.0, 1)], 3, 2.0),
        ([], 4, 0.0),
        ([(2.0, 10_000)], 4, 5_000.0),
    ],
    ids=["even", "one dear", "threads", "none", "many"],
)
def test_makespan(blocks, cores, end):
    assert makespan(blocks, cores) == end


def test_kinds_are_mechanisms_not_strengths():
    weak, strong, honest, other = campaign_from_dict(
        {
            "world": {"n_citizens": 2_000, "n_ticks": 12},
            "scenario": [
                {"pilot": "rongcheng", "name": "a", "leaders": {"all": {"share": 0.6}}},
                {"pilot": "rongcheng", "name": "b", "leaders": {"all": {"share": 0.9}}},
                {"pilot": "rongcheng", "name": "c", "leaders": {"all": {"share": 0.0}}},
                {"pilot": "sesame"},
            ],
        }
    ).scenarios
    kinds = [probe.kind(build_rules(s)) for s in (weak, strong, honest, other)]
    assert kinds[0] == kinds[1]
    assert len(set(kinds)) == 3


def test_enlarged_tables_have_the_shape_and_the_size_of_the_world():
    asked = campaign("rongcheng", n_citizens=1_000_000, n_ticks=36).scenarios[0]
    rules = build_rules(asked)
    (piece,) = probe.play([asked], 1).values()
    tables = probe.enlarged(piece, rules, np.random.default_rng(1))
    assert {n: t.shape for n, t in tables.items()} == {
        table.name: outcomes.shape(table, rules) for table in outcomes.TABLES
    }
    sums = dict(zip(outcomes.TABLE["sums"].outputs, tables["sums"].T, strict=True))
    meetings = next(v for k, v in sums.items() if k.name == "meetings")
    assert np.all((meetings > 0.5e6) & (meetings <= 1.1e6))


def test_plan_prints_and_writes_json(tmp_path):
    file = tmp_path / "ask.toml"
    file.write_text(
        "replicates = 2\n[world]\nn_citizens = 5_000\nn_ticks = 12\n[[scenario]]\n"
        'pilot = "lottery"\n'
    )
    arguments = ["plan", str(file), "-o", str(tmp_path / "out.zarr"), "-j", "1"]
    text = CliRunner().invoke(app, arguments)
    assert text.exit_code == 0, text.output
    for word in ("2 replicates", "memory", "store", "files", "time", "5,000 citizens"):
        assert word in text.output
    found = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert found["blocks"] == {"size": 8, "pending": 1, "replicates": 2}
    assert found["seconds"]["in_all"] > 0
    assert list(tmp_path.iterdir()) == [file]


def test_plan_without_a_path_avoids_an_occupied_default_path(
    tmp_path, scs, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    file, taken = tmp_path / "ask.toml", tmp_path / "ask.zarr"
    file.write_text(
        '[world]\nn_citizens = 500\nn_ticks = 2\n[[scenario]]\npilot = "lottery"\n'
    )
    assert scs("plan", file)[1].count("in ask.zarr") == 1
    taken.mkdir()
    (taken / "mine").write_text("")
    code, out, err = scs("plan", file)
    assert code == 0 and "in ask-2.zarr" in out
    assert err.startswith("scsfast: ask.zarr holds something else")
    code, _, err = scs("plan", file, "-o", "ask.zarr")
    assert code == 2 and "is not a scsfast store" in err


def test_units_of_which_the_small_part_has_fewer_are_planned(monkeypatch):
    """Distributions at several ticks, by more villages than are simulated."""
    monkeypatch.setattr(probe, "CITIZENS", 2_000)
    world = {"n_citizens": 8_000, "n_ticks": 12, "distribution_every": 3}
    asked = campaign_from_dict(
        {
            "world": {**world, "unit_means": "village"},
            "scenario": [{"pilot": "lottery"}],
        }
    )
    assert estimate(asked).replicates == 1
