"""docs/exit-codes.md lists the exit codes that there are, and no others."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scsfast import errors
from scsfast.campaign.execute import SIGNALS

PAGE = Path(__file__).parent.parent / "docs" / "exit-codes.md"
BROKEN_PIPE = 128 + signal.SIGPIPE


def listed() -> dict[int, str]:
    """Return the meaning of each code on the page."""
    rows = re.findall(r"^\| (\d+) \| (.*?) \|", PAGE.read_text(), re.MULTILINE)
    return {int(code): meaning for code, meaning in rows}


def test_the_page_lists_every_code_there_is():
    kinds = [e for e in vars(errors).values() if isinstance(e, type)]
    codes = {getattr(kind, "exit_code", 0) for kind in kinds}
    codes |= {128 + number for number in SIGNALS} | {0, BROKEN_PIPE}
    assert set(listed()) == codes


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_codes_of_signals_are_theirs(number):
    interrupted = errors.Interrupted(number)
    assert interrupted.exit_code == 128 + number
    name = "Ctrl-C" if number == signal.SIGINT else number.name
    assert name in listed()[interrupted.exit_code]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--version"], 0),
        (["status", "nowhere.zarr"], 2),
        (["run", "--no-such-option"], 2),
        (["run", "nowhere.toml", "-o", "out.zarr"], 2),
    ],
    ids=["all well", "no store", "no option", "no file"],
)
def test_verbs_end_as_the_page_says(tmp_path, words, code):
    command = [sys.executable, "-m", "scsfast", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == code
    assert code in listed()
