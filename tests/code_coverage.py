"""Coverage of the Python files by the tests: lines and branches of each room.

``python tests/code_coverage.py`` runs the tests under the package coverage, processes and
ranks that tests start included, prints a table, and ends with 1 if a test fails or any
figure is below 95 %. Arguments are those of pytest: ``python tests/code_coverage.py
tests/store`` runs the tests of one room; ``--add`` keeps what earlier runs covered, so that a
long measurement can be made in parts. Then ``python -m support.refusals`` (in tests/) lists the
refusals that no test has raised.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
DATA = ROOT / "build" / "coverage"
LEAST = 95.0  # per cent


class Count(NamedTuple):
    """Lines and branches of some files, and how many of them were run."""

    lines: int = 0
    lines_run: int = 0
    branches: int = 0
    branches_run: int = 0

    def plus(self, summary: dict) -> "Count":
        """Return the count with a file of a report added."""
        return Count(
            self.lines + summary["num_statements"],
            self.lines_run + summary["covered_lines"],
            self.branches + summary["num_branches"],
            self.branches_run + summary["covered_branches"],
        )

    def percentages(self) -> tuple[float, float]:
        """Return the covered share of lines and of branches, in per cent."""
        return (
            100 * self.lines_run / max(self.lines, 1),
            100 * self.branches_run / self.branches if self.branches else 100.0,
        )


def count_rooms(report: dict) -> dict[str, Count]:
    """Return the counts of each room, of the files outside rooms, and of all together."""
    rooms: dict[str, Count] = {}
    for name, found in report["files"].items():
        parts = Path(name).parts
        inner = parts[parts.index("scsfast") + 1 :]
        for room in (inner[0] if len(inner) > 1 else "(no room)", "total"):
            rooms[room] = rooms.get(room, Count()).plus(found["summary"])
    rooms["total"] = rooms.pop("total")
    return rooms


def table(rooms: dict[str, Count]) -> str:
    """Return the counts as a table of text."""
    lines = [f"{'room':<12}{'lines':>7}{'run':>9}{'branches':>11}{'run':>9}"]
    for room, count in rooms.items():
        lines_run, branches_run = count.percentages()
        lines.append(
            f"{room:<12}{count.lines:>7}{lines_run:>7.1f} %{count.branches:>11}"
            f"{branches_run:>7.1f} %"
        )
    return "\n".join(lines)


def measure(arguments: list[str], add: bool) -> tuple[int, dict]:
    """Run tests under coverage and return the exit code and the report."""
    DATA.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"COVERAGE_FILE": str(DATA / "data")}

    def run(*command: str) -> int:
        command = (sys.executable, "-m", "coverage", *command)
        return subprocess.run(command, cwd=ROOT, env=environment).returncode

    if not add:
        run("erase")
    code = run("run", "-m", "pytest", "-q", *arguments)
    run("combine", "-q", "--append")
    run("json", "-q", "--include", "scsfast/*", "-o", str(DATA / "report.json"))
    return code, json.loads((DATA / "report.json").read_text(encoding="utf-8"))


def main() -> int:
    """Measure, print the table and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--add", action="store_true", help="add to earlier runs")
    asked, arguments = parser.parse_known_args()
    code, report = measure(arguments, asked.add)
    rooms = count_rooms(report)
    print(table(rooms))
    low = [room for room, n in rooms.items() if min(n.percentages()) < LEAST]
    if low:
        print(f"below {LEAST:g} %: {', '.join(low)}")
    return code or bool(low)


if __name__ == "__main__":
    sys.exit(main())
