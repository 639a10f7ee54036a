"""Run many command lines in this process, and write how each ended.

``python -m support.many_commands ENDS LINES`` reads one command line per line of the file
LINES, because stdin may be closed, and writes a JSON list of (command line, exit code or the
traceback of an exception) to the file ENDS. What the commands print goes where the streams
of this process go.
"""

import json
import shlex
import sys
import traceback
from pathlib import Path


def ended(words: list[str]) -> int | str:
    """Return the exit code of a command line, or the exception that it let through."""
    from scsfast.cli.main import main

    try:
        main(words)
    except SystemExit as end:
        return end.code or 0
    except BaseException:
        return traceback.format_exc()
    return "did not exit"


def run(ends: str, lines: str) -> None:
    """Run the command lines of a file."""
    found = []
    for line in Path(lines).read_text(encoding="utf-8").splitlines():
        found.append((line, ended(shlex.split(line))))
        Path(ends).write_text(json.dumps(found))


if __name__ == "__main__":
    run(*sys.argv[1:])
