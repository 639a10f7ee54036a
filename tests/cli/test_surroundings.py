"""Every verb works without a terminal, on a narrow one, in ASCII, without a home, and strictly.

Each surrounding is one process that runs a command line per verb. The quick form puts what can
be combined into one process; ``-m slow`` tries each surrounding alone with every verb.
"""

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
from pathlib import Path

import pytest
import typer
from support.many_commands import ended

import scsfast
from scsfast.cli.main import app

TESTS = Path(__file__).parents[1]
QUESTION = """
title = "Credit, \u4fe1\u7528"
replicates = 2
[world]
n_citizens = 600
n_ticks = 12
warmup = 4
spans = [20, 100, 300, 600]
"""
LEVELS = """
[[scenario]]
name = "\u4fe1\u7528"
pilot = "rongcheng"
leaders.all.share = 0.5
[[scenario]]
pilot = "lottery"
[factorial]
of = ["\u4fe1\u7528"]
levels = ["village", "county"]
"""
SAMPLE = """
[leaders.all]
credit_rate = 4.0
[[scenario]]
name = "wide"
pilot = "rongcheng"
[sample]
method = "sobol"
n = 16
over.world.population.aware = [0.05, 0.9]
over.world.act_rates = [0.2, 4.0]
"""
SEARCH = """
[[scenario]]
pilot = "rongcheng"
[search]
maximise = "skill"
trials = 4
replicates = 2
fresh = 2
over.regime.memory_years = [1.0, 5.0]
"""
LINES = {  # a command line by verb: those of LITTLE print without computing much
    "run": "run levels.toml -o new.zarr -j 1",
    "status": "status levels.zarr",
    "verify": "verify levels.zarr",
    "merge": "merge levels.zarr rest.zarr -o both.zarr",
    "plan": "plan levels.toml -o other.zarr -j 1",
    "slurm": "slurm levels.toml -o other.zarr --time 1:00:00",
    "explain": "explain levels.toml --citizen 7",
    "pilots": "pilots",
    "pilots list": "pilots list",
    "pilots show": "pilots show rongcheng",
    "pilots diff": "pilots diff rongcheng lottery",
    "pilots copy": "pilots copy rongcheng -o mine.toml",
    "schema": "schema campaign",
    "bench": "bench --citizens 600",
    "compare": "compare levels.zarr --baseline lottery",
    "attribute": "attribute levels.zarr",
    "sensitivity": "sensitivity sample.zarr --variable skill",
    "claims": "claims levels.zarr",
    "export": "export levels.zarr -o new.csv",
    "report": "report levels.zarr -o new.html",
    "constrain": "constrain sample.zarr --wave next.toml",
    "discover": "discover sample.zarr --where efficiency>=0.25",
    "measure-next": "measure-next sample.zarr --where efficiency>=0.25",
    "search": "search search.toml -o searched",
}
SLOW = {"check": "check", "calibrate": "calibrate --citizens 5000 --replicates 1"}
LITTLE = ("status", "pilots show", "slurm", "explain", "compare", "merge")

NO_HOME = {"HOME": "/dev/null/home", "MPLCONFIGDIR": "", "XDG_CONFIG_HOME": ""}
ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
CLOSED = "exec <&- >&- 2>&-; "


def leaves(group=None, before=()) -> set[str]:
    """Return the words of every verb."""
    group = group or typer.main.get_command(app)
    found: set[str] = set()
    for name, verb in group.commands.items():
        words = (*before, name)
        if not hasattr(verb, "commands") or verb.invoke_without_command:
            found.add(" ".join(words))
        if hasattr(verb, "commands"):
            found |= leaves(verb, words)
    return found


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """Give a folder with campaigns and their stores."""
    folder = tmp_path_factory.mktemp("surroundings")
    texts = {"levels": LEVELS, "sample": SAMPLE, "search": SEARCH}
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(QUESTION + text, encoding="utf-8")
    scsfast.run(folder / "levels.toml", folder / "levels.zarr")
    scsfast.run(folder / "sample.toml", folder / "sample.zarr")
    rest = f"run {folder}/levels.toml -o {folder}/rest.zarr --from 1 -q"
    assert ended(rest.split()) == 0
    return folder


@pytest.fixture
def place(stores, tmp_path):
    """Give a new folder that has links to the campaigns and stores."""
    for path in stores.iterdir():
        (tmp_path / path.name).symlink_to(path)
    return tmp_path


def ends(place, lines, flags=(), environment=None, shell="", **streams) -> dict:
    """Run command lines in one process; return how each ended, and the process."""
    (place / "lines").write_text("\n".join(lines))
    words = [sys.executable, *flags, "-m", "support.many_commands", "ends", "lines"]
    if shell:
        words = ["sh", "-c", f'{shell}exec "$0" "$@"', *words]
    around = {**os.environ, "PYTHONPATH": str(TESTS), **(environment or {})}
    around = {name: value for name, value in around.items() if value}
    done = subprocess.run(words, cwd=place, env=around, **streams)
    assert done.returncode == 0, done.stderr
    return dict(json.loads((place / "ends").read_text())), done


def all_well(found: dict) -> None:
    """Fail if a command line of which it is not the result ended with an error."""
    wrong = {line: end for line, end in found.items() if end}
    assert wrong in ({}, {SLOW["calibrate"]: 1})  # so small a world misses targets


def test_every_verb_has_a_command_line_here():
    assert leaves() == {*LINES, *SLOW}


def test_all_surroundings_at_once_without_a_terminal(place):
    flags, piped = ("-W", "error"), {"capture_output": True, "text": True}
    around = {**ASCII, **NO_HOME, "COLUMNS": "40"}
    found, done = ends(
        place, LINES.values(), flags, around, stdin=subprocess.DEVNULL, **piped
    )
    all_well(found)
    assert len(found) == len(LINES) and done.stdout.isascii() and done.stderr.isascii()
    for escaped in ("\\u4fe1\\u7528", "\\xb1"):
        assert escaped in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "verbs", [LITTLE, pytest.param([*LINES], marks=pytest.mark.slow)]
)
def test_closed_streams(place, verbs):
    found, _ = ends(place, [LINES[verb] for verb in verbs], shell=CLOSED)
    all_well(found)
    assert len(found) == len(verbs)


def seen_on(master: int, shown: list[bytes]) -> None:
    """Read what a terminal shows until it is closed."""
    try:
        while data := os.read(master, 65_536):
            shown.append(data)
    except OSError:  # the last process that had it open has ended
        pass


@pytest.mark.parametrize(
    "verbs", [LITTLE, pytest.param([*LINES], marks=pytest.mark.slow)]
)
def test_terminal_of_40_columns(place, verbs):
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    shown: list[bytes] = []
    reader = threading.Thread(target=seen_on, args=(master, shown))
    reader.start()
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), slave)
    lines, sizeless = [LINES[verb] for verb in verbs], {"COLUMNS": "", "LINES": ""}
    found, _ = ends(place, lines, environment=sizeless, **streams)
    os.close(slave)
    reader.join(60)
    os.close(master)
    all_well(found)
    text = b"".join(shown).decode()
    rows = [
        row for row in text.splitlines() if "\N{BOX DRAWINGS LIGHT HORIZONTAL}" in row
    ]
    assert rows and max(map(len, rows)) <= 40 and "Traceback" not in text


def test_python_without_assertions_is_refused_by_every_verb(place):
    before = {path.name for path in place.iterdir()}
    lines = [*LINES.values(), *SLOW.values()]
    found, done = ends(place, lines, ("-O",), capture_output=True, text=True)
    assert len(found) == len(lines) and set(found.values()) == {2}
    assert done.stdout == "" and done.stderr.count("must run with assertions") == len(
        lines
    )
    assert {path.name for path in place.iterdir()} - before == {"lines", "ends"}


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("flags", "environment"),
    [((), ASCII), ((), NO_HOME), (("-W", "error"), {}), (("-X", "dev"), {})],
    ids=["ASCII", "no home", "warnings are errors", "development mode"],
)
def test_each_surrounding_alone(place, flags, environment):
    lines = [*LINES.values(), *SLOW.values()]
    found, done = ends(place, lines, flags, environment, capture_output=True, text=True)
    all_well(found)
    assert len(found) == len(lines) and "Traceback" not in done.stderr
