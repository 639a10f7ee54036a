"""What only some verbs need is asked for by name when it is missing, and not before."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scsfast.errors import ConfigError
from scsfast.optional import optional

ROOT = Path(__file__).parent.parent
MODULES = {"sensitivity": "SALib", "report": "matplotlib", "search": "optuna"}
MODULES |= {"parquet": "pyarrow", "s3": "obstore", "netcdf": "h5netcdf"}
FIRST = """
import sys
for name in {names}:
    sys.modules[name] = None
import scsfast
run = scsfast.simulate("rongcheng", n_citizens=2_000, n_ticks=13)
scsfast.run({campaign!r}, {store!r})
print(*run.measures(), *scsfast.open({store!r}).sizes)
"""


def test_message_names_use_package_extra_and_place():
    expected = r"a\.x: some files need nowhere: pip install 'scsfast\[some\]'"
    with pytest.raises(ConfigError, match=expected):
        optional("nowhere.inside", "some files", "some", "a.x")


def test_module_that_is_there_is_returned():
    assert optional("json.decoder", "some files", "some").JSONDecoder


@pytest.mark.parametrize("extra", MODULES)
def test_extras_of_the_messages_are_declared_and_not_in_the_base(extra):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    package = MODULES[extra].lower()
    assert package in " ".join(project["optional-dependencies"][extra]).lower()
    assert package not in " ".join(project["dependencies"]).lower()


def test_runs_and_tables_need_no_extra(tmp_path):
    campaign = tmp_path / "small.toml"
    campaign.write_text(
        "seed = 1\nreplicates = 2\n[world]\nn_citizens = 2000\nn_ticks = 13\n"
        '[[scenario]]\npilot = "rongcheng"\n'
    )
    names = [*MODULES.values(), "jinja2", "multiprocess", "IPython"]
    code = FIRST.format(
        names=names, campaign=str(campaign), store=str(tmp_path / "small.zarr")
    )
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert "skill" in found.stdout
    assert "replicate" in found.stdout


@pytest.mark.parametrize("method", ["saltelli", "morris"])
def test_samples_of_salib_name_its_extra(method, monkeypatch):
    from scsfast.campaign.designs.sample import _salib

    for module in ("sobol", "morris"):
        monkeypatch.setitem(sys.modules, f"SALib.sample.{module}", None)
    expected = rf"{method} samples need SALib: pip install 'scsfast\[sensitivity\]'"
    with pytest.raises(ConfigError, match=expected):
        _salib(method)
