"""docs/exit-codes.md lists all exit codes, and no others."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scsfast import errors
from scsfast.cli.main import main
from scsfast.execution.signals import STOPPING

PAGE = Path(__file__).parents[2] / "docs" / "exit-codes.md"
BROKEN_PIPE = 128 + signal.SIGPIPE


def listed() -> dict[int, str]:
    """Return the meaning of each code on the page."""
    rows = re.findall(r"^\| (\d+) \| (.*?) \|", PAGE.read_text(), re.MULTILINE)
    return {int(code): meaning for code, meaning in rows}


def test_the_page_lists_every_exit_code():
    kinds = [e for e in vars(errors).values() if isinstance(e, type)]
    codes = {getattr(kind, "exit_code", 0) for kind in kinds}
    codes |= {128 + number for number in STOPPING} | {0, BROKEN_PIPE}
    assert set(listed()) == codes


@pytest.mark.parametrize("number", STOPPING, ids=lambda number: number.name)
def test_codes_of_signals_are_128_plus_their_number(number):
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


def into_closed_pipe(code: str) -> subprocess.CompletedProcess:
    """Run Python code whose stdout is a pipe that nobody reads any more."""
    read, write = os.pipe()
    os.close(read)
    try:
        return subprocess.run(
            [sys.executable, "-c", code],
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        os.close(write)


VERB = "from scsfast.cli.main import app, main\n@app.command('speak')\ndef speak():\n"
FULL_BUFFER = (
    "    for k in range(100_000): print('a line of what there is to say', k)\n"
)
AT_EXIT = "    print('one line, which waits in a buffer until the end')\n"
THEN_FAILS = AT_EXIT + "    from scsfast.errors import StoreError\n"
THEN_FAILS += "    raise StoreError('is damaged')\n"


@pytest.mark.parametrize(
    "body",
    [FULL_BUFFER, AT_EXIT, THEN_FAILS],
    ids=["while it is written", "at the end", "after an error"],
)
def test_a_closed_pipe_ends_with_141(body):
    done = into_closed_pipe(f"{VERB}{body}main(['speak'])")
    assert done.returncode == BROKEN_PIPE in listed()
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


ECHO = VERB + "    import sys\n    sys.stderr.write('talk')\n    print('result')\n"


@pytest.mark.parametrize(
    ("streams", "code", "message"),
    [
        (">/dev/full", 1, "talkscsfast: error: cannot write the output: No space left"),
        (">/dev/full 2>&1", 1, ""),
        ("2>/dev/full", 1, ""),
        (">&-", 0, "talk"),
        (">&- 2>&-", 0, ""),
    ],
)
def test_output_that_cannot_be_written_ends_with_code_1(streams, code, message):
    shell = f'"$0" -c "$1" {streams}'
    words = ["sh", "-c", shell, sys.executable, f"{ECHO}main(['speak'])"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == code
    assert done.stderr.startswith(message) and "Traceback" not in done.stderr


def test_messages_do_not_go_to_stdout_if_stderr_is_closed(tmp_path):
    (tmp_path / "a.toml").write_text(
        '[world]\nn_citizens = 600\nn_ticks = 12\n[[scenario]]\npilot = "lottery"\n'
    )
    shell = '"$0" -m scsfast run a.toml -o a.zarr -j 1 --json 2>&-'
    words = ["sh", "-c", shell, sys.executable]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0 and json.loads(done.stdout)["status"]["complete"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run"], "Missing argument 'file'; see `scsfast run --help`"),
        (["sing"], "No such command 'sing'; see `scsfast --help`"),
        (
            ["pilots", "show"],
            "Missing argument 'name'; see `scsfast pilots show --help`",
        ),
        (["run", "a.toml", "-o", "b.zarr", "-j", "0"], "'--jobs' / '-j'"),
    ],
    ids=["argument", "verb", "verb of a verb", "value"],
)
def test_misuse_is_one_line_like_any_other_error(scs, words, message):
    code, out, err = scs(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("scsfast: error: ")
    assert message.casefold() in err.casefold()  # typer's versions spell NAME or name
    assert err.endswith("--help`\n")


def test_no_verb_shows_the_verbs(scs):
    code, out, err = scs()
    assert (code, out) == (2, "") and err.startswith("Usage: scsfast")


def pilots_that_raise(monkeypatch, error):
    """Let the verb `pilots` raise an error."""
    from scsfast.model import pilot_values

    def raising():
        raise error

    monkeypatch.setattr(pilot_values, "listing", raising)


def test_ctrl_c_outside_a_run_gives_a_message(scs, monkeypatch):
    pilots_that_raise(monkeypatch, KeyboardInterrupt())
    code, _, err = scs("pilots")
    assert code == 130 and err.startswith("scsfast: error: stopped by SIGINT")


def test_ctrl_c_before_a_verb_gives_a_message(scs, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("scsfast.cli.main.refuse_unusable", interrupted)
    code, _, err = scs("pilots")
    assert code == 130 and err.startswith("scsfast: error: stopped by SIGINT")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MemoryError(), "(MemoryError)"),
        (RuntimeError("can't start new thread"), "(can't start new thread)"),
        (ImportError("a.so: failed to map segment"), "(a.so: failed to map segment)"),
    ],
    ids=["memory", "threads", "libraries"],
)
def test_too_little_memory_is_one_line(scs, monkeypatch, error, told):
    pilots_that_raise(monkeypatch, error)
    code, out, err = scs("pilots")
    assert (code, out, err.count("\n")) == (errors.ScsError.exit_code, "", 1)
    assert f"this process got no more memory or threads {told}" in err


@pytest.mark.parametrize(
    "error",
    [RuntimeError("a fault"), ImportError("a fault"), OSError(5, "a fault", "a file")],
    ids=lambda error: type(error).__name__,
)
def test_faults_of_the_program_keep_their_traceback(monkeypatch, error):
    pilots_that_raise(monkeypatch, error)
    with pytest.raises(type(error), match="a fault"):
        main(["pilots"])
