"""Mutants of the C headers: each is compiled, and the kernel compared with the reference.

``python -m support.mutated_headers FROM TO`` tries mutants FROM .. TO - 1 of a shuffled list
in a copy of the repository, and prints what kills each: the first of a grid of small worlds
in which the kernel differs from the reference, else the C tests (small worlds have few ties,
and no extreme values). A mutant flips a comparison, swaps an operator or nudges a constant.
The copy is built without optimisation, for the base instruction set alone, so code of other
instruction sets has no mutants.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT, SEED, SECONDS = Path(__file__).parents[2], 20261129, 240
COPIED = (
    "csrc",
    "scsfast",
    "tests",
    "build",
    "setup.py",
    "pyproject.toml",
    "README.md",
)
LEFT_OUT = (  # no rules: names, and tables that scripts beside them make
    "scs_barrier.h",
    "scs_draws.h",
    "scs_exp.h",
    "scs_outputs.h",
    "scs_structs.h",
)
SWAPS = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==",
    "<<": ">>", ">>": "<<", "&&": "||", "||": "&&", "+": "-", "-": "+",
}  # fmt: skip
SANITIZED = ["-w", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
TOKEN = re.compile(
    r"->|\+\+|--|[-+*/|&^<>]=|<<=|>>=|<<|>>|[=!]=|&&|\|\||[<>]"
    r"|(?<=[\w)\]]) ?[-+]|(?<![\w.])\d+(?=[uUlL]*\b)"
)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
KILLER = "from support.mutated_rules import *; print(kernel_differs(worlds()))"


class HeaderMutant(NamedTuple):
    """One change of a header: the text from start to stop becomes another."""

    header: str
    line: int
    start: int
    stop: int
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.header}:{self.line}: {self.old} -> {self.new}"


def mutants(path: Path) -> list[HeaderMutant]:
    """Return every mutant of a header, in order."""
    text = path.read_text(encoding="utf-8")
    code = COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
    starts, found, place = base_lines(code), [], 0
    for number, line in enumerate(code.splitlines(keepends=True), 1):
        if number in starts and "_Static_assert" not in line:
            for token in TOKEN.finditer(line):
                old = token.group().strip()
                new = str(int(old) + 1) if old.isdigit() else SWAPS.get(old)
                stop = place + token.end()
                if new:
                    found.append(
                        HeaderMutant(path.name, number, stop - len(old), stop, old, new)
                    )
        place += len(line)
    return found


def base_lines(code: str) -> set[int]:
    """Return the numbers of the lines that the base instruction set, SSE2, compiles."""
    lines: set[int] = set()
    open_ifs: list[tuple[bool, bool]] = []  # not compiled; code for SSE2 was met
    for number, line in enumerate(code.splitlines(), 1):
        words = line.split()
        if line.startswith(("#if", "# if")):
            open_ifs.append(("__AVX" in line, "__SSE" in line))
        elif line.startswith(("#else", "#elif")):
            is_met = open_ifs[-1][1]
            open_ifs[-1] = is_met or "__AVX" in line, is_met or "__SSE" in line
        elif line.startswith("#endif"):
            open_ifs.pop()
        elif words and line[0] != "#" and not any(apart for apart, _ in open_ifs):
            lines.add(number)
    return lines


def every_mutant() -> list[HeaderMutant]:
    """Return the mutants of all headers with rules, in a shuffled order."""
    headers = sorted((ROOT / "csrc").glob("*.h"))
    found = [m for path in headers if path.name not in LEFT_OUT for m in mutants(path)]
    random.Random(SEED).shuffle(found)
    return found


def tried(mutant: HeaderMutant | None, copy: Path) -> str:
    """Return what kills a mutant in a copy of the repository, "" if it survives."""
    path = copy / "csrc" / mutant.header if mutant else None
    text = path.read_text(encoding="utf-8") if path else ""
    if mutant and path:
        path.write_text(text[: mutant.start] + mutant.new + text[mutant.stop :])
    try:
        return killed(copy)
    finally:
        if path:
            path.write_text(text)


def killed(copy: Path) -> str:
    """Build a copy and compare its kernel with the reference; return the difference."""
    settings = {"SCSFAST_DEBUG": "1", "SCSFAST_VARIANTS": "base"}
    own = {**os.environ, **settings, "PYTHONPATH": str(copy)}
    build = [sys.executable, "setup.py", "-q", "build_ext", "--inplace", "--force"]
    made = subprocess.run(build, cwd=copy, env=own, capture_output=True, text=True)
    if made.returncode:
        return f"does not compile: {made.stderr[-200:]}"
    run = [sys.executable, "-c", KILLER]
    try:
        done = subprocess.run(
            run,
            cwd=copy / "tests",
            env=own,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"still running after {SECONDS} s"
    said = done.stdout.strip() or (done.stderr[-200:] if done.returncode else "")
    return said or fails_c_tests(copy)


def fails_c_tests(copy: Path) -> str:
    """Return that the C tests fail with the headers of a copy, "" if they pass."""
    csrc, program = copy / "csrc", copy / "test_csrc"
    sources = sorted((csrc / "tests").glob("*.c"))
    flags = [
        "-std=c11",
        "-O1",
        "-ffp-contract=off",
        f"-I{csrc}",
        "-pthread",
        *SANITIZED,
    ]
    subprocess.run(["gcc", *flags, *sources, "-o", program], check=True)
    try:
        done = subprocess.run(
            [program], capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"C tests: still running after {SECONDS} s"
    return f"C tests end with {done.returncode}" if done.returncode else ""


def results(start: int, stop: int) -> Iterator[tuple[HeaderMutant, str]]:
    """Yield each mutant with what kills it, '' if it survives."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in COPIED:
            whole = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            if (ROOT / name).exists():
                whole(ROOT / name, copy / name)
        if said := tried(None, copy):
            raise SystemExit(f"the headers as they are: {said}")
        for mutant in every_mutant()[start:stop]:
            yield mutant, tried(mutant, copy)


def main(start: str, stop: str) -> int:
    """Try mutants; return how many survive."""
    n = survivors = 0
    for mutant, said in results(int(start), int(stop)):
        n, survivors = n + 1, survivors + (not said)
        word = "killed" if said else "SURVIVES"
        print(
            f"{word}  {mutant}  {said.splitlines()[-1][:90] if said else ''}",
            flush=True,
        )
    print(f"{n - survivors} of {n} killed")
    return survivors


if __name__ == "__main__":
    sys.exit(bool(main(*sys.argv[1:])))
