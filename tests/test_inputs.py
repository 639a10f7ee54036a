"""Unusual input and environments: each is interpreted correctly, or refused with a message."""

import copy
import datetime
import inspect
import multiprocessing
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from support.made_results import made

import scsfast
from scsfast import errors
from scsfast.analysis.scenario_pairs import cases
from scsfast.analysis.selection import families, role
from scsfast.campaign.config import campaign_from_dict
from scsfast.errors import ConfigError, ScsError
from scsfast.execution import mpi_comm
from scsfast.model.plain_values import plain
from scsfast.store.results import Failure
from scsfast.store.store import Store
from scsfast.store.verify import verify

ROOT = Path(__file__).parent.parent
SMALL = {
    "world": {"n_citizens": 600, "n_ticks": 6},
    "scenario": [{"pilot": "rongcheng"}],
}
WRONG = [
    2024, -1, 0, 1.5, float("nan"), float("inf"), True, "text", "", [], {}, [1], ["a"],
    [[1, 2]], [{}], {"a": 1}, {"value": 1, "source": "x"}, {"value": 2024}, 2**70, "\0",
    datetime.date(2020, 1, 1), None, np.float64(0.5), (1,), b"text", 1j, {1: 2}, object,
]  # fmt: skip


def in_process(*words, **environment) -> subprocess.CompletedProcess:
    """Run scsfast in a process of its own."""
    command = [sys.executable, "-m", "scsfast", *map(str, words)]
    environment = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("store") / "small.zarr"
    scsfast.run(SMALL | {"replicates": 2}, path)
    return path


# Values of campaigns that are dicts.


def test_numpy_values_tuples_and_paths_become_plain_values():
    tree = {
        "a": np.float32(0.5),
        "b": (np.int64(1), np.bool_(True)),
        "c": np.linspace(0, 1, 3),
        "d": PurePosixPath("x/y"),
        "e": np.array(["p"]),
    }
    found = plain(tree)
    assert found == {
        "a": 0.5,
        "b": [1, True],
        "c": [0.0, 0.5, 1.0],
        "d": "x/y",
        "e": ["p"],
    }
    kinds = [type(found["a"]), *map(type, found["b"]), *map(type, found["c"])]
    assert kinds == [float, int, bool, float, float, float]


def test_numpy_values_of_a_sweep_are_stored_as_numbers(tmp_path):
    shares = list(np.linspace(0, 1, 3))
    tree = SMALL | {"sweep": {"leaders": {"all": {"share": shares}}}}
    dataset = scsfast.run(tree, tmp_path / "o.zarr")
    assert dataset["leaders.all.share"].dtype.kind == "f"
    assert verify(Store(tmp_path / "o.zarr")) == {}
    same = SMALL | {"sweep": {"leaders": {"all": {"share": [0.0, 0.5, 1.0]}}}}
    assert campaign_from_dict(same).identity() == campaign_from_dict(tree).identity()


@pytest.mark.parametrize("value", [b"text", 1j, object(), {1, 2}, np.array([object()])])
def test_values_that_toml_cannot_hold_are_refused_with_their_path(value):
    with pytest.raises(
        ConfigError, match=r"`world.n_ticks(\.0)?` must be text, a number"
    ):
        campaign_from_dict({**SMALL, "world": {"n_citizens": 600, "n_ticks": value}})


def test_trees_that_contain_themselves_are_refused():
    tree = copy.deepcopy(SMALL)
    tree["world"]["world"] = tree
    with pytest.raises(ConfigError, match="must be nested at most 100 deep"):
        campaign_from_dict(tree)


# Values of the wrong type, anywhere.


def places(node, path=()):
    """Yield the path of every value in a tree."""
    pairs = node.items() if isinstance(node, dict) else ()
    pairs = enumerate(node) if isinstance(node, list) else pairs
    for key, value in pairs:
        yield (*path, key)
        yield from places(value, (*path, key))


def replaced(tree, path: tuple, value):
    """Return a copy of a tree with another value at a path."""
    tree = node = copy.deepcopy(tree)
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return tree


def examples() -> dict[str, dict]:
    """Return the trees of the examples, the designs of the largest made small."""
    found = {
        p.name: tomllib.loads(p.read_text()) for p in (ROOT / "examples").glob("*.toml")
    }
    sample = found["claims.toml"].get("sample", {})
    sample |= {key: 1 for key in ("n", "trajectories") if key in sample}
    found["claims.toml"].pop("factorial", None)
    return found


def survive(swaps) -> int:
    """Check campaigns with a wrong value: each is taken, or refused in words."""
    n = 0
    for tree, path, value in swaps:
        n += 1
        try:
            campaign_from_dict(replaced(tree, path, value), folder=ROOT / "examples")
        except ScsError as error:
            assert str(error).strip()
        except Exception as error:
            pytest.fail(f"{path} = {value!r}: {type(error).__name__}: {error}")
    return n


def all_swaps():
    """Return every (example, path, wrong value)."""
    return [
        (tree, path, value)
        for _, tree in sorted(examples().items())
        for path in places(tree)
        for value in WRONG
    ]


def test_wrong_values_in_examples_never_end_in_a_traceback():
    small = [swap for swap in all_swaps() if len(swap[0]["scenario"]) < 6]
    assert survive(random.Random(35).sample(small, 150)) == 150


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_no_wrong_value_of_10_000_in_examples_ends_in_a_traceback():
    swaps = all_swaps()
    assert survive(random.Random(35).sample(swaps, min(10_000, len(swaps)))) > 5_000


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("scenario", 0, "name"), 2024, "`scenario.0.name` must be text, got 2024"),
        (("scenario", 0, "name"), [1], "`scenario.0.name` must be text, got \\[1\\]"),
        (
            ("scenario", 0),
            datetime.date(2020, 1, 1),
            "`scenario.0` must be a table, got a date or time 2020-01-01",
        ),
    ],
)
def test_wrong_types_are_named_with_their_key(path, value, message):
    with pytest.raises(ConfigError, match=message):
        campaign_from_dict(replaced(SMALL, (*path,), value) if path[2:] else
                           replaced(SMALL, path, value))  # fmt: skip


# Exceptions cross processes.


def every_exception() -> list[ScsError]:
    """Return one of each kind of exception that the package raises on purpose."""
    special = {
        errors.ConfigError: (["`a` is wrong", "`b` too"], "file.toml"),
        errors.DoesNotFitError: ("too large",),
        errors.Interrupted: (signal.SIGTERM,),
        errors.EndedElsewhere: (3,),
    }
    kinds = [k for k in vars(errors).values() if inspect.isclass(k)]
    kinds = [k for k in kinds if issubclass(k, BaseException)]
    return [kind(*special.get(kind, ("what happened",))) for kind in [*kinds, Failure]]


@pytest.mark.parametrize("error", every_exception(), ids=lambda e: type(e).__name__)
def test_every_exception_survives_pickling(error):
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(other) is type(error) and str(other) == str(error)
        assert vars(other) == vars(error) and other.args == error.args


def stopped(_):
    """Raise the exception of a run that a signal stops."""
    raise errors.Interrupted(signal.SIGUSR1)


def test_an_interruption_reaches_the_parent_of_a_worker():
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        result = pool.map_async(stopped, [1])
        with pytest.raises(errors.Interrupted, match="stopped by SIGUSR1"):
            result.get(60)


# Surroundings: assertions, memory, other settings (output: cli/test_surroundings.py).


def test_python_without_assertions_is_refused_before_anything_starts(tmp_path):
    words = ("run", ROOT / "examples" / "first.toml", "-o", tmp_path / "o.zarr")
    done = in_process(*words, PYTHONOPTIMIZE="1")
    assert done.returncode == 2 and "got python -O" in done.stderr
    assert not (tmp_path / "o.zarr").exists()
    assert in_process("--version", PYTHONOPTIMIZE="1").returncode == 0


def test_too_little_address_space_is_refused_in_one_sentence(store):
    command = f"ulimit -v 600000; exec {sys.executable} -m scsfast status {store}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "RLIMIT_AS (ulimit -v)" in done.stderr


def test_a_wrong_setting_of_matplotlib_is_named(store, tmp_path):
    done = in_process("report", store, "-o", tmp_path / "r.html", MPLBACKEND="foo")
    assert done.returncode == 2 and done.stderr.startswith("scsfast: error:")
    assert "MPLBACKEND" in done.stderr and "Traceback" not in done.stderr


def test_a_source_tree_without_its_kernel_is_reported(tmp_path):
    ignored = shutil.ignore_patterns("*.so", "__pycache__")
    shutil.copytree(Path(scsfast.__file__).parent, tmp_path / "scsfast", ignore=ignored)
    code = "import scsfast; scsfast.simulate('lottery', n_citizens=600)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1 and "NotBuiltError" in last
    assert "pip install -e ." in last and str(tmp_path) in last


def test_a_file_that_cannot_be_written_is_named_not_the_draft_of_it(store, monkeypatch):
    def refuse(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("pandas.DataFrame.to_csv", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(
        errors.StoreError, match="x.csv: cannot write the results: Read-only"
    ):
        scsfast.export(store, store.with_name("x.csv"))


# What a yardstick is.


@pytest.mark.parametrize(
    ("regime", "expected"),
    [
        ({"scorer": "none", "allocation": "lottery"}, True),
        ({"scorer": "none", "allocation": {"a": "oracle", "b": "market"}}, True),
        ({"scorer": "none", "allocation": "exclusion", "listing": {"term": 1}}, False),
        ({"scorer": "ledger", "allocation": "score"}, False),
    ],
)
def test_claims_and_figures_agree_on_what_a_yardstick_is(regime, expected):
    levels = ("village", "township", "county", "city", "province", "nation")
    leaders = {level: {"share": 0.5} for level in levels} | {"clients_know": True}
    entry = {"name": "a", "regime": {"name": "r", **regime}, "leaders": leaders}
    config = {"scenarios": [entry], "world": {"spans": [10, 20]}}
    dataset = made(["a"], scorers=[regime["scorer"]], attrs={"config": config})
    (case,) = cases(dataset)
    assert case.is_yardstick == expected
    assert (role(dataset, "a") == "yardstick") == expected
    assert ("yardsticks" in families(dataset)) == expected


# Ranks, and what only looks like them.


def test_a_shell_inside_a_step_of_slurm_runs_alone(monkeypatch):
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "8")
    monkeypatch.setenv("SLURM_PTY_PORT", "1")
    assert mpi_comm.find_communicator() is None


@pytest.mark.parametrize("text", ["abc", "0", "-1", "inf", "nan", ""])
def test_invalid_seconds_of_patience_are_refused(monkeypatch, text):
    monkeypatch.setenv("SCSFAST_DEAD_SECONDS", text)
    with pytest.raises(ConfigError, match="SCSFAST_DEAD_SECONDS must be a number"):
        mpi_comm.patience()
