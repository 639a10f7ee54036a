"""Writing a report: the file, the command, and refusals."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from support.fake_engine import failing, small_campaign
from support.read_report import Reader, partly

import scsfast
from scsfast.analysis.report import document as reports
from scsfast.errors import ConfigError, StoreError
from scsfast.store.create import open_for_writing


def test_a_scenario_without_results_is_named(tmp_path):
    path = partly(tmp_path / "part.zarr", failing())
    everything = reports.datasets.results(path)
    everything["status"][2] = 0
    found = reports.usable(everything)
    assert list(found["scenario"].values) == ["rongcheng", "lossy"]
    assert found.sizes["replicate"] == 2


def test_nothing_finished_is_refused(tmp_path, scs):
    with open_for_writing(tmp_path / "empty.zarr", small_campaign()):
        pass
    out = tmp_path / "report.html"
    code, _, err = scs("report", tmp_path / "empty.zarr", "-o", out)
    assert code == 2 and "nothing is finished yet" in err
    assert not out.exists()


def test_no_common_replicate_is_refused(tmp_path):
    path = partly(tmp_path / "part.zarr", failing())
    everything = reports.datasets.results(path)
    everything["status"].values[:] = [[1, 0], [0, 1], [1, 0]]
    assert reports.usable(everything).sizes["replicate"] == 0


def test_command_writes_the_same_page_under_all_settings(store, html, tmp_path):
    """Those of the user's own matplotlibrc do not reach the report."""
    settings, out = tmp_path / "settings", tmp_path / "written" / "report.html"
    settings.mkdir()
    out.parent.mkdir()
    own = "font.size: 31\naxes.facecolor: eeeeee\n"
    (settings / "matplotlibrc").write_text(own)
    command = [sys.executable, "-m", "scsfast", "report", str(store), "-o", str(out)]
    found = subprocess.run(
        [*command, "--baseline", "lottery"],
        env={**os.environ, "MATPLOTLIBRC": str(settings)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert out.read_text() == html
    assert found.stdout == "" and "opens in any browser" in found.stderr
    assert len(found.stderr.splitlines()) == 1
    assert [path.name for path in out.parent.iterdir()] == ["report.html"]


@pytest.mark.usefixtures("sketched")
def test_the_old_file_stays_if_writing_fails(part, tmp_path, monkeypatch):
    out = tmp_path / "report.html"
    out.write_text("old")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="cannot write the report: No space left"):
        scsfast.report(part, out)
    assert out.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_missing_folder_is_named(store, tmp_path):
    with pytest.raises(ConfigError, match="must be in an existing folder"):
        scsfast.report(store, tmp_path / "no" / "report.html")


def test_only_html_is_written(store, tmp_path):
    with pytest.raises(ConfigError, match=r"end with .html or .htm, got 'report.pdf'"):
        scsfast.report(store, tmp_path / "report.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("sketched")
def test_report_refers_to_compare_if_all_others_are_points_of_designs(tmp_path):
    tree = {
        "replicates": 1,
        "world": {"n_citizens": 500, "n_ticks": 3},
        "scenario": [{"pilot": "lottery"}, {"name": "swept", "pilot": "rongcheng"}],
        "sweep": {"of": ["swept"], "regime": {"loss": [0.0, 0.1]}},
    }
    scsfast.run(tree, tmp_path / "swept.zarr")
    page = Reader(scsfast.report(tmp_path / "swept.zarr", baseline="lottery"))
    said = " ".join(page.texts["baseline"].split())
    assert "All other scenarios are points of a design." in said
    assert "use `scsfast compare` with --baseline 'lottery'." in said
    assert "is a point of a sweep or a sample. See Sweeps." in page.texts["verdicts"]


def test_an_unknown_baseline_is_refused(store, tmp_path, scs):
    out = tmp_path / "report.html"
    code, _, err = scs("report", store, "-o", out, "--baseline", "lotery")
    assert code == 2 and "did you mean 'lottery'?" in err
    assert not out.exists()


def test_message_without_jinja_names_the_extra_to_install(store, tmp_path):
    code = (
        "import sys; sys.modules['jinja2'] = None\n"
        f"import scsfast.cli.main as c; c.main({['report', str(store), '-o', 'r.html']!r})"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert found.returncode == 2
    assert "pip install 'scsfast[report]'" in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_templates_are_package_data():
    project = tomllib.loads(
        (Path(scsfast.__file__).parents[1] / "pyproject.toml").read_text()
    )
    data = project["tool"]["setuptools"]["package-data"]["*"]
    assert "templates/*" in data


def test_refusal_is_a_config_error(tmp_path):
    with pytest.raises(ConfigError):
        scsfast.report(tmp_path / "none.zarr")
