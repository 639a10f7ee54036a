"""The examples that the verbs of samples show in their help run as they stand."""

import json
import re
import shlex

import pytest

import scsfast
from scsfast.campaign.config import load_campaign

CAMPAIGN = """
seed = 3
replicates = 2
[world]
n_citizens = 600
n_ticks = 12
warmup = 4
spans = [20, 100, 300, 600]
[leaders.all]
credit_rate = 4.0
[[scenario]]
name = "wide"
pilot = "rongcheng"
[sample]
method = "sobol"
n = 32
[sample.over]
world.population.aware = [0.05, 0.9]
world.act_rates = [0.2, 4.0]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("help")
    (folder / "sample.toml").write_text(CAMPAIGN)
    scsfast.run(folder / "sample.toml", folder / "sample.zarr")
    return folder


def example(scs, verb) -> list[str]:
    """Return the words of the example that a verb's help shows."""
    code, out, _ = scs(verb, "--help")
    assert code == 0
    text = " ".join(out.partition("Example: scsfast ")[2].split())
    return shlex.split(re.split("; ", text)[0])


@pytest.mark.parametrize(
    "verb", ["claims", "sensitivity", "measure-next", "discover", "constrain"]
)
def test_example_runs_on_a_sample(scs, folder, monkeypatch, verb):
    monkeypatch.chdir(folder)
    words = example(scs, verb)
    assert words[:2] == [verb, "sample.zarr"]
    code, out, err = scs(*words)
    assert code == 0, err
    assert max(map(len, out.splitlines())) <= 100


@pytest.mark.parametrize("verb", ["claims", "sensitivity", "measure-next"])
def test_example_writes_json(scs, folder, monkeypatch, verb):
    monkeypatch.chdir(folder)
    code, out, err = scs(*example(scs, verb), "--json")
    assert code == 0, err
    assert json.loads(out)


def test_next_wave_samples_what_is_left(scs, folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert (folder / "next.toml").exists() or scs(*example(scs, "constrain"))[0] == 0
    assert len(load_campaign(folder / "next.toml").scenarios) == 32
