"""Mutants that docs/mutants.md lists as changing nothing, and the page's table of findings."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from support.mutants import Mutant, source

PAGE = Path(__file__).parents[2] / "docs/mutants.md"
ENTRY = re.compile(r"^\| `(\w+)` \| `(.*)` \| (.*) \| .* \|$", re.MULTILINE)
WIDEST, DOTS = 60, " ..."  # of a line as the page shows it
Key = tuple[str, str, str]  # name of a module, start of a line of it, change


def key(mutant: Mutant) -> Key:
    """Return by what the page names a mutant; mutants of equal lines share it."""
    line = source(mutant.module).splitlines()[mutant.line - 1]
    line = line.partition("  # ")[0].strip().rstrip(":,")
    if len(line) > WIDEST + len(DOTS):
        line = line[:WIDEST].rstrip() + DOTS
    change = mutant.what.replace(" -> ", " to ")
    return mutant.module.rpartition(".")[2], line, change


def listed(part: str) -> Counter[Key]:
    """Return how many mutants the page lists as changing nothing, by key."""
    text = PAGE.read_text(encoding="utf-8").partition(f"### `{part}`\n")[2]
    found = Counter[Key]()
    for module, line, changes in ENTRY.findall(text.partition("\n#")[0]):
        for change in changes.split(", "):
            what, _, times = change.partition(" (")  # such as "1 to 2 (2 times)"
            found[module, line, what] += int(times.partition(" ")[0] or 1)
    return found


def row(part: str, findings: Mapping[Mutant, str]) -> str:
    """Return a row of the page's table: what found how many mutants of a part.

    Parameters
    ----------
    part : str
    findings : mapping of Mutant to str
        What finds each; '' if nothing does.
    """
    by_tests = sum(said.startswith("test") for said in findings.values())
    left = _left(findings)
    unlisted = (left - listed(part)).total()
    others = len(findings) - by_tests - left.total()
    counts = (len(findings), others, by_tests, left.total() - unlisted, unlisted)
    return f"| `{part}` | {' | '.join(f'{n:,}' for n in counts)} |"


def faults(part: str, findings: Mapping[Mutant, str]) -> list[str]:
    """Return where findings and page differ, a line for each mutant.

    Nothing finds a mutant that the page does not list, or something finds one that it lists.

    Parameters
    ----------
    part : str
    findings : mapping of Mutant to str
        As in `row`, of all mutants of the part.
    """
    left, known = _left(findings), listed(part)
    wrong = {"not found": left - known, "listed, but found": known - left}
    return [
        f"{fault}: {module}: {line}: {change}" + (f" ({n} times)" if n > 1 else "")
        for fault, keys in wrong.items()
        for (module, line, change), n in sorted(keys.items())
    ]


def _left(findings: Mapping[Mutant, str]) -> Counter[Key]:
    return Counter(key(mutant) for mutant, said in findings.items() if not said)
