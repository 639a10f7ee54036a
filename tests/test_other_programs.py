"""Results and runs used from other programs: xarray files, networks, ranks of other jobs."""

import os
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr
from support.mpi_launch import MPIEXEC, ONE_NODE, needs_mpi

import scsfast
from scsfast.analysis.report.facts import unused_edges
from scsfast.errors import ConfigError
from scsfast.store.dataset_attributes import nested_attribute
from scsfast.store.store import Store
from scsfast.store.verify import verify

SMALL = {
    "world": {"n_citizens": 600, "n_ticks": 6},
    "scenario": [{"pilot": "rongcheng"}],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("store") / "small.zarr"
    scsfast.run(SMALL | {"replicates": 2}, path)
    return path


# Datasets as files of other programs.


def of_each_kind(dataset) -> list[str]:
    """Return one variable of each type and dimensions."""
    kinds = {(v.dims, v.dtype): name for name, v in dataset.data_vars.items()}
    assert len(dataset.data_vars) > 5 * len(kinds) > 50
    return [*kinds.values()]


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(list, marks=pytest.mark.slow),
        of_each_kind,
        lambda _: ["efficiency"],
        lambda _: ["group_prizes", "status"],
    ],
    ids=["all", "of each kind", "one", "two"],
)
def test_datasets_are_written_by_xarray_as_they_are(store, names, tmp_path):
    dataset = scsfast.open(store)
    dataset = dataset[names(dataset)]
    dataset.to_netcdf(tmp_path / "x.nc", engine="h5netcdf")
    dataset.to_zarr(tmp_path / "x.zarr", consolidated=False)
    for read in (
        xr.open_dataset(tmp_path / "x.nc", engine="h5netcdf"),
        xr.open_zarr(tmp_path / "x.zarr", consolidated=False),
    ):
        xr.testing.assert_equal(read.load(), dataset.load())
        ours, theirs = (nested_attribute(d, "config") for d in (dataset, read))
        assert ours == theirs and ours["scenarios"][0]["name"] == "rongcheng"


# Networks with citizens of very many partners.


def test_edges_beyond_max_degree_are_reported_with_what_keeps_them(scs, tmp_path):
    star = [(0, k) for k in range(1, 31)] + [(40, 41)]
    said = r"14 of 31 edges of the network .* max_degree = 30 keeps all"
    with pytest.warns(UserWarning, match=said):
        scsfast.simulate("lottery", n_citizens=600, n_ticks=2, network=star)
    np.save(tmp_path / "star.npy", np.array(star))
    text = (
        "[world]\nn_citizens = 600\nn_ticks = 2\n[world.population]\n"
        "network_file = 'star.npy'\nmax_degree = {}\n[[scenario]]\npilot = 'lottery'\n"
    )
    (tmp_path / "a.toml").write_text(text.format(16))
    (tmp_path / "b.toml").write_text(text.format(30))
    for verb in ("plan", "run"):
        words = ("-o", tmp_path / f"{verb}.zarr")
        code, _, err = scs(verb, tmp_path / "a.toml", *words)
        assert code == 0 and "14 of 31 edges" in err
        code, _, err = scs(verb, tmp_path / "b.toml", "-o", tmp_path / f"{verb}-b.zarr")
        assert code == 0 and "edges" not in err
    longer = ("-o", tmp_path / "longer.zarr", "--set", "replicates=5")
    assert scs("run", tmp_path / "a.toml", *longer)[0] == 0
    (tmp_path / "star.npy").unlink()  # stores know it without the file
    parts = (tmp_path / "run.zarr", tmp_path / "longer.zarr")
    code, _, err = scs("merge", *parts, "-o", tmp_path / "merged.zarr")
    assert code == 0, err
    for name, told in (("run", True), ("merged", True), ("run-b", False)):
        _, out, _ = scs("status", tmp_path / f"{name}.zarr")
        assert ("14 of 31 edges of the network" in out) == told
    attributes = Store(tmp_path / "merged.zarr").attributes
    assert unused_edges(attributes).startswith("14 of 31 edges of the network (45.2%)")


def test_partners_that_cannot_all_be_kept_are_named():
    star = [(0, k) for k in range(1, 2000)]
    told = "one citizen has 1,999, and no more than 1,024"
    with pytest.warns(UserWarning, match=told):
        scsfast.simulate("lottery", n_citizens=2400, n_ticks=2, network=star)


def test_a_hub_of_a_thousand_partners_keeps_all_if_asked(recwarn):
    star = [(0, k) for k in range(1, 1025)]
    world = {"population": {"max_degree": 1024}}
    run = scsfast.simulate(
        "lottery", n_citizens=2400, n_ticks=2, network=star, world=world
    )
    assert not [w for w in recwarn if "edges" in str(w.message)]
    assert run["prizes"].sum() > 0


# Ranks of a job.


SOME_RANKS = """
import sys
from mpi4py import MPI
import scsfast

tree = {"world": {"n_citizens": 600, "n_ticks": 6}, "scenario": [{"pilot": "lottery"}]}
if MPI.COMM_WORLD.Get_rank() == 1:
    scsfast.run(tree, sys.argv[1], jobs=1, **eval(sys.argv[2]))
MPI.COMM_WORLD.Barrier()
print("over")
"""


def some_ranks(options: str, path, seconds: str) -> subprocess.CompletedProcess:
    """Run a campaign on one rank of two."""
    words = [MPIEXEC, "-n", "2", sys.executable, "-c", SOME_RANKS, str(path), options]
    own = {**os.environ, **ONE_NODE, "SCSFAST_DEAD_SECONDS": seconds}
    return subprocess.run(words, capture_output=True, text=True, env=own, timeout=120)


@needs_mpi
def test_one_rank_of_several_runs_alone_if_asked(tmp_path):
    done = some_ranks("{'comm': None}", tmp_path / "o.zarr", "120")
    assert done.returncode == 0 and done.stdout.count("over") == 2, done.stderr
    assert verify(Store(tmp_path / "o.zarr")) == {}


@needs_mpi
def test_a_run_of_some_ranks_only_ends_with_a_message_not_a_hang(tmp_path):
    done = some_ranks("{}", tmp_path / "o.zarr", "2")
    assert done.returncode != 0 and "over" not in done.stdout
    assert "by some ranks\nonly" in done.stderr and "comm=None" in done.stderr


def test_other_values_of_comm_are_refused(tmp_path):
    with pytest.raises(ConfigError, match='`comm` must be "world" or None, got 3'):
        scsfast.run(SMALL, tmp_path / "o.zarr", comm=3)
