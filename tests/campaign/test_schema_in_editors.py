"""The JSON Schemas in the validators that editors use: Taplo and check-jsonschema.

Where a validator is not installed its tests are skipped, but on a build server (CI is set)
they fail.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import scsfast.model
from scsfast.campaign.json_schema import campaign_schema, regime_schema

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
PILOTS = sorted((Path(scsfast.model.__file__).parent / "pilots").glob("*.toml"))
SCHEMAS = {"campaign": (campaign_schema, EXAMPLES), "regime": (regime_schema, PILOTS)}
FAULTY = {
    "campaign": 'replicates = "four"\n[[scenario]]\npilot = "lottery"\n',
    "regime": 'title = "x"\nloss = "much"\n',
}


def taplo(schema: Path, files) -> list[str]:
    return ["lint", "--no-auto-config", "--schema", schema.as_uri(), *map(str, files)]


def check_jsonschema(schema: Path, files) -> list[str]:
    return ["--schemafile", str(schema), *map(str, files)]


VALIDATORS = {"taplo": taplo, "check-jsonschema": check_jsonschema}


@pytest.fixture(params=VALIDATORS)
def accepts(request, tmp_path):
    """Return a function that asks a validator whether files have a schema."""
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    program = shutil.which(request.param, path=places)
    if program is None:
        missing = f"{request.param} is not installed"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)

    def ask(kind: str, files) -> bool:
        schema = tmp_path / f"{kind}.schema.json"
        schema.write_text(json.dumps(SCHEMAS[kind][0]()))
        words = VALIDATORS[request.param](schema, files)
        done = subprocess.run([program, *words], capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stderr
        return done.returncode == 0

    return ask


@pytest.mark.parametrize("kind", SCHEMAS)
def test_files_of_the_project_are_accepted(accepts, kind):
    files = SCHEMAS[kind][1]
    assert len(files) >= 10 and accepts(kind, files)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_faulty_files_are_refused(accepts, kind, tmp_path):
    file = tmp_path / "faulty.toml"
    file.write_text(FAULTY[kind])
    assert not accepts(kind, [file])
