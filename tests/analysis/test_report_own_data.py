"""The report names the user's files of citizens and networks."""

import hashlib

import numpy as np
import pytest

import scsfast
from scsfast.analysis.report.facts import own_files

WORLD = {"n_citizens": 600, "n_ticks": 12, "warmup": 6, "distribution_every": 6}


@pytest.mark.usefixtures("sketched")
def test_files_of_the_user_are_named_in_the_design_and_the_methods(tmp_path):
    quality = np.zeros(600, [("quality", "f8")])
    quality["quality"] = np.linspace(0, 1, 600)
    np.save(tmp_path / "survey.npy", quality)
    people = {"people_file": str(tmp_path / "survey.npy")}
    asked = {
        "world": WORLD | {"population": people},
        "scenario": [{"pilot": "lottery"}],
    }
    scsfast.run(asked, tmp_path / "s.zarr")
    html = scsfast.report(tmp_path / "s.zarr")
    digest = hashlib.sha256((tmp_path / "survey.npy").read_bytes()).hexdigest()
    told = f"traits of citizens are from survey.npy (SHA-256 {digest[:16]})"
    assert html.count(told) == 2 and "Data of the user:" in html


@pytest.mark.usefixtures("sketched")
def test_drawn_citizens_are_not_mentioned():
    assert own_files({"population": {"people_file": None, "network_file": None}}) == ""


@pytest.mark.usefixtures("sketched")
def test_report_and_its_methods_name_the_edges_that_are_not_used(tmp_path):
    np.save(
        tmp_path / "star.npy", np.array([(0, k) for k in range(1, 31)] + [(40, 41)])
    )
    told = "14 of 31 edges of the network (45.2%) are not used"
    for degree, times in ((16, 3), (30, 0)):
        people = {"network_file": str(tmp_path / "star.npy"), "max_degree": degree}
        asked = {
            "world": WORLD | {"population": people},
            "scenario": [{"pilot": "lottery"}],
        }
        scsfast.run(asked, tmp_path / f"{degree}.zarr")
        html = scsfast.report(tmp_path / f"{degree}.zarr")
        facts, methods = html.split('id="facts"')[-1], html.split('id="methods"')[-1]
        assert html.count(told) == times
        assert (
            (told in facts) == (told in methods.partition("<section")[0]) == bool(times)
        )
