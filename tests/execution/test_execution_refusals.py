"""Runs that cannot begin or go on, each with the sentence that says why; no ranks here."""

import hashlib
import importlib.util
import os
import signal
import sys
import types
from pathlib import Path

import pytest
from support.fake_engine import fake_replicate, small_campaign

import scsfast
from scsfast.api import as_campaign
from scsfast.campaign.config import load_campaign
from scsfast.errors import (
    ConfigError,
    Interrupted,
    LauncherError,
    NotBuiltError,
    StoreError,
)
from scsfast.execution import mpi_comm
from scsfast.execution.mpi_scheduler import Coordinator
from scsfast.execution.policy_functions import policed
from scsfast.execution.run import run_campaign

POLICY = "def suspend(now):\n    return None\n"
WORLD = "[world]\nn_citizens = 600\nn_ticks = 6\nwarmup = 2\n"


@pytest.fixture
def policy(tmp_path):
    """Give the scenario of a campaign with a policy, and the file of its function."""
    file = tmp_path / "rules.py"
    file.write_text(POLICY)
    (tmp_path / "c.toml").write_text(
        f'{WORLD}[[scenario]]\npilot = "lottery"\npolicy = "rules.py:suspend"\n'
    )
    return load_campaign(tmp_path / "c.toml").scenarios[0], file


def refused_policy(scenario) -> str:
    with pytest.raises(ConfigError) as caught:
        policed([scenario])
    return str(caught.value)


def test_policy_that_changed_or_is_gone_is_named(policy):
    scenario, file = policy
    file.write_text(POLICY + "\n")
    assert f"{file} has changed since the campaign was read" in refused_policy(scenario)
    file.unlink()
    message = "policy rules.py:suspend: cannot be read: No such file or directory"
    assert message in refused_policy(scenario)


def test_policy_of_a_store_is_not_executed(policy):
    scenario, _ = policy
    unplaced = scenario.policy.model_copy(update={"path": ""})
    scenario = scenario.model_copy(update={"policy": unplaced})
    assert "a store does not say where its file is" in refused_policy(scenario)


def test_error_of_a_policys_file_is_named(policy):
    scenario, file = policy
    file.write_text("1 / 0")
    wrong = hashlib.sha256(b"1 / 0").hexdigest()
    changed = scenario.policy.model_copy(update={"sha256": wrong})
    scenario = scenario.model_copy(update={"policy": changed})
    assert f"{file} raises ZeroDivisionError: division by zero" in refused_policy(
        scenario
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"jobs": 0}, "`jobs` must be a whole number of at least 1, got 0"),
        ({"first": 2}, "below the number of replicates, 2, got 2"),
    ],
)
def test_runs_of_nothing_are_refused(tmp_path, options, message):
    with pytest.raises(ConfigError, match=message):
        run_campaign(small_campaign(2), tmp_path / "o.zarr", **options)
    assert not (tmp_path / "o.zarr").exists()


def test_verdicts_to_wait_for_need_the_analysis(tmp_path):
    campaign = small_campaign(2, until={"verdict": "c1", "max": 4})
    with pytest.raises(ConfigError, match="`until.verdict` needs the analysis"):
        run_campaign(campaign, tmp_path / "o.zarr", run_replicate=fake_replicate)


@pytest.fixture
def launched(monkeypatch):
    """Let this process look like one of three of mpiexec, for a given `mpi4py.MPI`."""
    monkeypatch.setenv("PMI_SIZE", "3")

    def connected(MPI):
        package = types.ModuleType("mpi4py")
        if MPI is not None:
            package.MPI = MPI
        monkeypatch.setitem(sys.modules, "mpi4py", package)

    return connected


def test_processes_that_mpi_does_not_connect_are_told_how_to_start(launched):
    world = types.SimpleNamespace(Get_size=lambda: 1)
    MPI = types.SimpleNamespace(
        COMM_WORLD=world, Get_library_version=lambda: "MPICH 4\nmore"
    )
    for library, given in (("MPICH 4", MPI), ("none: cannot import name 'MPI'", None)):
        launched(given)
        with pytest.raises(LauncherError) as caught:
            mpi_comm.find_communicator()
        said = str(caught.value)
        assert "mpiexec (MPICH) says 3" in said and "mpiexec -n 3 scsfast run" in said
        assert library in said and "more" not in said


def communicator(*told):
    """Return a communicator whose ranks said (host, campaign, error)."""
    made = object.__new__(mpi_comm.Communicator)
    made.world = types.SimpleNamespace(allgather=lambda _: list(told))
    return made


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ([("a", "q", "no file"), ("b", "q", "no file")], "no file"),
        (
            [("a", "q", ""), ("b", "", "no file"), ("c", "", "not TOML")],
            "rank 1 on b: no file\nrank 2 on c: not TOML",
        ),
        ([("a", "q", ""), ("b", "other", "")], "ranks read different campaigns: "),
    ],
    ids=["all", "some", "different"],
)
def test_ranks_without_one_campaign_say_why(told, message):
    with pytest.raises(ConfigError) as caught:
        communicator(*told).agree("q")
    assert str(caught.value).startswith(message)


def test_blocks_and_ranks_that_were_lost_are_named():
    leader = object.__new__(Coordinator)
    leader.faults, leader.unseen = [(2, "cannot write")], {"one", "two"}
    with pytest.raises(StoreError) as caught:
        leader.raise_faults()
    first, second = str(caught.value).splitlines()
    assert first == "rank 2: cannot write"
    assert second.startswith("2 blocks that other ranks have committed are not seen")


def test_arguments_of_a_run_that_contradict_are_refused(tmp_path):
    with pytest.raises(ConfigError, match='`comm` must be "world" or None, got 7'):
        scsfast.run(small_campaign(1), tmp_path / "o.zarr", comm=7)
    with pytest.raises(ConfigError, match="`sets` must come with a file or a dict"):
        as_campaign(small_campaign(1), ["replicates=2"])
    assert list(tmp_path.iterdir()) == []


def test_measure_of_a_rule_that_does_not_exist_is_named():
    campaign = small_campaign(
        1, until={"variable": "efficienci", "halfwidth": 0.1, "max": 4}
    )
    with pytest.raises(ConfigError) as caught:
        as_campaign(campaign)
    assert "`until.variable` must be one of " in str(caught.value)
    assert "did you mean 'efficiency'" in str(caught.value)
    as_campaign(campaign, own={"efficienci"})


def test_signal_between_blocks_ends_the_run_with_its_code(tmp_path):
    path, before = tmp_path / "o.zarr", signal.getsignal(signal.SIGTERM)
    run_campaign(small_campaign(2), path, run_replicate=fake_replicate)
    said = []

    def say(text):
        said.append(text)
        os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Interrupted) as caught:
        run_campaign(small_campaign(1), path, run_replicate=fake_replicate, say=say)
    assert caught.value.exit_code == 128 + signal.SIGTERM
    assert "holds 2 replicates of each scenario, more than the 1 asked for" in said[0]
    assert signal.getsignal(signal.SIGTERM) is before
    run_campaign(small_campaign(2), path, run_replicate=fake_replicate)  # not locked


def test_package_without_its_kernel_says_where_it_lies(monkeypatch):
    import scsfast.engine

    monkeypatch.setitem(sys.modules, "scsfast.engine.kernel._kernel_base", None)
    monkeypatch.delattr(scsfast.engine.kernel, "_kernel_base")
    module = importlib.util.module_from_spec(scsfast.engine.__spec__)
    with pytest.raises(NotBuiltError) as caught:
        scsfast.engine.__spec__.loader.exec_module(module)
    root = Path(scsfast.__file__).parents[1]
    assert f"the scsfast in {root} cannot be loaded" in str(caught.value)
    assert "pip install -e ." in str(caught.value)
