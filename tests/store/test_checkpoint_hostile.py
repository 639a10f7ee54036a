"""A changed checkpoint is refused, or harmless."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from support.fake_engine import small_campaign
from support.mutated_checkpoints import SCENARIOS, WORLD, sealed, try_all
from support.small_scenarios import scenario

from scsfast.engine import saved_state
from scsfast.engine.simulation import Simulation
from scsfast.model.integers.build import build_rules
from scsfast.store import checkpoint
from scsfast.store.create import open_for_writing

ROOT = Path(__file__).parents[2]
PRIOR = build_rules(scenario()).prior  # what the kernel adds to a count, and divides by


def test_every_array_that_is_saved_has_limits_and_keeps_them():
    change = [(3, {"scorer": "index", "memory_years": None})]
    appeal = {"appeal": {"level": "city", "delay": 3, "error": 0.0}}
    cases = (scenario(), scenario(change=change), scenario(regime=appeal))
    for rules in map(build_rules, cases):
        simulation = Simulation(rules, 7, 1)
        for tick in range(rules.n_ticks + 1):
            simulation.run(tick - simulation.tick)
            kept = simulation.saved()
            assert saved_state.fault(rules, kept) == ""
        for name in kept:
            if name.partition(".")[0] not in saved_state.TABLES_OF_RULES:
                saved_state.limits(rules, name)


@pytest.fixture
def started(tmp_path):
    """Give a store whose first block has a checkpoint: (store, block, key, arrays)."""
    campaign = small_campaign(1, scenario=SCENARIOS[:1], world=WORLD)
    with open_for_writing(tmp_path / "out.zarr", campaign) as store:
        (block,) = store.pending()
        simulation = Simulation(store.rules[0], seed=7)
        simulation.run(3)
        state = simulation.saved()
        checkpoint.save(store, block, checkpoint.Progress([], state, {}, 40.0))
        key = checkpoint._key(block)
        with np.load(store.place.open(key)) as file:
            yield store, block, key, dict(file)


@pytest.mark.parametrize(("n_done", "later"), [(2, []), (1, [0]), (0, [1]), (0, [-1])])
def test_replicates_outside_the_block_are_refused(started, n_done, later):
    store, block, key, arrays = started
    about = json.loads(bytes(arrays["about"])) | {"results": n_done, "later": later}
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), "u1")
    store.place.publish(key, lambda file: checkpoint.write_sealed(file, arrays))
    assert checkpoint.load(store, block) is checkpoint.NOTHING


def test_an_intact_checkpoint_is_resumed(started):
    store, block, _, arrays = started
    reached = checkpoint.load(store, block)
    assert reached.seconds == 40.0 and int(reached.state["tick"]) == 3
    assert {f"state.{name}" for name in reached.state} == arrays.keys() - {"about"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("score", 2**31 - 1), ("first_grade", 255), ("tercile", 200), ("tick", 10**9),
     ("tick", -1), ("ties", 255), ("strategy", 3), ("manipulates.0", 7),
     ("quality_class", 99), ("need.0", 2**30), ("capacity", -5), ("bin_count", -1),
     ("bin_count", -PRIOR), ("bin_wins", -1), ("bin_wins", 2**62), ("outside", -PRIOR)],
)  # fmt: skip
def test_a_state_out_of_range_starts_the_replicate_anew(started, name, value):
    store, block, key, arrays = started
    array = np.array(arrays[f"state.{name}"])
    array[...] = np.int64(value).astype(array.dtype)
    about = arrays.pop("about")
    store.place.put(key, sealed(about, {**arrays, f"state.{name}": array}))
    assert checkpoint.load(store, block) is checkpoint.NOTHING


@pytest.mark.parametrize("place", [0, 0.3, 0.7, -40, -1])
def test_a_flipped_bit_starts_the_replicate_anew(started, place):
    store, block, key, _ = started
    data = bytearray(store.place.read(key))
    at = int(place * len(data)) if isinstance(place, float) else place
    data[at] ^= 4
    store.place.put(key, bytes(data))
    assert checkpoint.load(store, block) is checkpoint.NOTHING
    store.place.put(key, bytes(data[: len(data) // 2]))
    assert checkpoint.load(store, block) is checkpoint.NOTHING


def test_a_decompression_bomb_starts_the_replicate_anew(started, tmp_path):
    store, block, key, arrays = started
    bomb = tmp_path / "bomb.npz"
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file,
        file.open("about.npy", "w") as member,
    ):
        np.lib.format.write_array(member, np.zeros(2**28, "u1"))
    data = bomb.read_bytes()
    store.place.put(key, data + hashlib.sha256(data).digest())
    assert checkpoint.load(store, block) is checkpoint.NOTHING


def test_the_kernel_survives_mutated_checkpoints(tmp_path):
    tally = try_all(tmp_path, 60)
    assert min(tally.values()) > 5


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_no_address_is_out_of_bounds_in_1000_mutated_checkpoints(tmp_path):
    """Build the baseline kernel with AddressSanitizer and try them under it."""
    library = subprocess.run(
        ["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True
    ).stdout.strip()
    if not Path(library).is_absolute():
        pytest.skip("needs gcc's libasan")
    tree = tmp_path / "tree"
    hidden = shutil.ignore_patterns(".*", "build", "*.so", "__pycache__", "wt")
    shutil.copytree(ROOT, tree, ignore=hidden)
    flags = "-fsanitize=address -fno-omit-frame-pointer -g"
    build = {"CFLAGS": flags, "LDFLAGS": flags, "SCSFAST_VARIANTS": "base"}
    setup = [sys.executable, "setup.py", "build_ext", "--inplace"]
    subprocess.run(setup, cwd=tree, env={**os.environ, **build}, check=True)
    paths = os.pathsep.join([str(tree), str(tree / "tests")])
    under = {
        "LD_PRELOAD": library,
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONPATH": paths,
    }
    script = [
        sys.executable,
        "tests/support/mutated_checkpoints.py",
        str(tmp_path),
        "1000",
    ]
    ended = subprocess.run(
        script, cwd=tree, env={**os.environ, **under}, capture_output=True, text=True
    )
    assert ended.returncode == 0, (ended.stdout[-500:], ended.stderr[-3000:])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda kept: kept.pop("score"), "other arrays: score"),
        (
            lambda kept: kept.update(score=kept["score"][1:]),
            "score is int32 (299,), not ",
        ),
        (lambda kept: kept.update(tick=np.int64(99)), "tick is 99, not within 0..8"),
        (
            lambda kept: kept["strategy"].__setitem__(0, 3),
            "strategy has values that no ",
        ),
    ],
    ids=["names", "shape", "tick", "strategy"],
)
def test_fault_of_a_state_is_named(change, told):
    rules = build_rules(scenario())
    simulation = Simulation(rules, 7, 1)
    simulation.run(3)
    kept = {name: np.array(values) for name, values in simulation.saved().items()}
    change(kept)
    assert saved_state.fault(rules, kept).startswith(told)
