"""The examples that the verbs show in their help run as they stand."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer

import scsfast
from scsfast.campaign.config import load_campaign
from scsfast.cli.main import app

ROOT = Path(__file__).parents[2]

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


def all_examples() -> dict[str, list[str]]:
    """Return the command lines that each verb's help shows, without "scsfast"."""
    found, groups = {}, [typer.main.get_command(app)]
    for group in groups:
        for name, verb in group.commands.items():
            text = re.sub(r" > \S+$", "", verb.epilog)
            found[f"{group.name} {name}"] = re.findall(r"scsfast (.*?)(?:;|$)", text)
            groups += [verb] if hasattr(verb, "commands") else []
    return found


EXAMPLES = [line for lines in all_examples().values() for line in lines]
SMALLER = [  # in the examples that examples name: sizes
    (r"n_citizens = [\d_]+", "n_citizens = 600"),
    (r"n_ticks = \d+", "n_ticks = 12"),
    (r"warmup = \d+", "warmup = 4"),
    (r"spans = \[.*\]", "spans = [20, 100, 300, 600]"),
    (r"trials = \d+", "trials = 4"),
]


def test_every_verb_shows_an_example():
    assert all(all_examples().values()) and len(EXAMPLES) > 26


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_can_be_parsed(line):
    command, words = typer.main.get_command(app), shlex.split(line)
    while hasattr(command, "commands"):
        context = command.make_context("scsfast", words, resilient_parsing=True)
        name, command, words = command.resolve_command(context, words)
        assert command is not None, f"no verb {name}"
    assert command.make_context(name, list(words)).params
    assert all((ROOT / word).exists() for word in words if word.startswith("examples"))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_example_runs(scs, folder, tmp_path, monkeypatch):
    """In an order in which each finds what it names, and on worlds made small."""
    monkeypatch.chdir(tmp_path)
    Path("sample.zarr").symlink_to(folder / "sample.zarr")
    Path("examples").mkdir()
    for path in (ROOT / "examples").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        for old, new in SMALLER:
            text = re.sub(old, new, text)
        Path("examples", path.name).write_text(text, encoding="utf-8")
    shutil.copy("examples/first.toml", "more.toml")
    assert scs("run", "examples/levels.toml", "-o", "levels.zarr")[0] == 0
    assert scs("run", "more.toml", "-o", "one.zarr", "--set", "replicates=2")[0] == 0
    assert scs("run", "more.toml", "-o", "other.zarr", "--from", "2")[0] == 0
    order = ["run", "pilots copy"]  # the others need what these write
    for line in sorted(EXAMPLES, key=lambda line: not line.startswith(tuple(order))):
        words = shlex.split(line)
        if words[0] in ("calibrate", "bench"):
            words += ["--citizens", "5000"]
        code, _, err = scs(*words)
        assert code == 0 or (code, words[0]) == (1, "calibrate"), f"{line}: {err}"
