"""Exports read by R: netCDF by ncdf4, CSV by read.csv.

Needs R with ncdf4 (Debian: ``apt-get install r-base-core r-cran-ncdf4``); where they are
missing the tests are skipped, but on a build server (CI is set) they fail.
"""

import json
import os
import shutil
import subprocess

import numpy as np
import pytest

import scsfast

RSCRIPT = shutil.which("Rscript")
TREE = {
    "replicates": 2,
    "world": {"n_citizens": 600, "n_ticks": 6, "warmup": 2},
    "scenario": [{"pilot": "rongcheng"}, {"name": "荣成 \"a\"", "pilot": "lottery"}],
    "sweep": {"of": ["rongcheng"], "regime": {"loss": [0.0, 0.2]}},
}  # fmt: skip
NETCDF = """
library(ncdf4)
nc <- nc_open("r.nc")
moved <- ncvar_get(nc, "prizes_moved")
skill <- ncvar_get(nc, "skill")
cat(dim(moved), "\\n")
cat(sprintf("%.0f", moved), "\\n")
cat(sprintf("%.17g", skill), "\\n")
cat(ncvar_get(nc, "scenario"), sep = "\\n")
cat(ncatt_get(nc, "prizes_moved", "units")$value, "\\n")
cat(ncatt_get(nc, 0, "config")$value, "\\n")
"""
CSV = """
table <- read.csv("r.csv", check.names = FALSE, encoding = "UTF-8")
cat(names(table), sep = "\\n")
cat("\\n")
cat(sprintf("%.17g", table$skill), "\\n")
cat(table[["regime.loss"]], "\\n")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    if RSCRIPT is None or _fails("library(ncdf4)"):
        missing = "R or its package ncdf4 is not installed"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    path = tmp_path_factory.mktemp("r")
    scsfast.run(TREE, path / "r.zarr")
    for end in ("nc", "csv"):
        scsfast.export(path / "r.zarr", path / f"r.{end}")
    return path


def _fails(code: str) -> bool:
    return subprocess.run([RSCRIPT, "-e", code], capture_output=True).returncode != 0


def lines_of(folder, code: str) -> list[str]:
    """Return what R prints, as lines."""
    (folder / "read.R").write_text(code)
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    command = [RSCRIPT, "read.R"]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_r_reads_netcdf_with_the_same_numbers(folder):
    dataset = scsfast.open(folder / "r.zarr").load()
    shape, moved, skill, *names, unit, config = lines_of(folder, NETCDF)
    variable = dataset["prizes_moved"]  # R has the first dimension last
    kept = [n for n in reversed(variable.shape) if n > 1]
    assert [int(n) for n in shape.split()] == kept
    assert [int(n) for n in moved.split()] == variable.values.ravel().tolist()
    np.testing.assert_array_equal(
        [float(n) for n in skill.split()], dataset["skill"].values.ravel()
    )
    assert names == [str(name) for name in dataset["scenario"].values]
    assert unit.strip() == variable.attrs["units"]
    assert json.loads(config)["replicates"] == 2


def test_r_reads_csv_with_the_same_numbers(folder):
    dataset = scsfast.open(folder / "r.zarr")
    *names, skill, losses = lines_of(folder, CSV)
    assert names[:2] == ["scenario", "base"] and "regime.loss" in names
    np.testing.assert_array_equal(
        [float(n) for n in skill.split()], dataset["skill"].values.ravel()
    )
    assert losses.split()[:4] == ["0", "0", "0.2", "0.2"]
