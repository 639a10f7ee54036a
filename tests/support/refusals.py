"""Refusals that no test has raised, from a report of coverage.

After ``python tests/code_coverage.py``, ``python -m support.refusals`` (in tests/) lists each
``raise`` of the package that no test has run; another report of coverage may be named.
"""

import ast
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "build" / "coverage" / "report.json"


def refusals(source: str) -> list[tuple[int, str]]:
    """Return line and text of every ``raise`` that makes an exception."""
    return [
        (node.lineno, ast.unparse(node))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
    ]


def main(report: str | Path = REPORT) -> None:
    """Print the refusals of all files of a report that were not run."""
    files, n, n_missed = json.loads(Path(report).read_text())["files"], 0, 0
    for name, found in sorted(files.items()):
        missed = set(found["missing_lines"])
        for line, text in refusals((ROOT / name).read_text(encoding="utf-8")):
            n += 1
            n_missed += line in missed
            if line in missed:
                print(f"{name}:{line}: {text}")
    print(f"{n - n_missed} of {n} refusals were raised by a test")


if __name__ == "__main__":
    main(*sys.argv[1:])
