"""Lines of a package that a call executes, and the lines of a mutant's statement.

A world that never executes a mutant's statement cannot show it.
"""

import ast
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from support.mutants import Mutant, source

Line = tuple[str, int]  # name of a module in its package, number
HEADS = (ast.FunctionDef, ast.ClassDef)


def executed(call: Callable[[], object], folder: Path) -> set[Line]:
    """Return the lines of a folder's modules that a call executes."""
    start, found = f"{folder}/", set[tuple[str, int]]()

    def local(frame, _event, _arg):
        found.add((frame.f_code.co_filename, frame.f_lineno))
        return local

    def at_call(frame, _event, _arg):
        return local if frame.f_code.co_filename.startswith(start) else None

    before = sys.gettrace()
    sys.settrace(at_call)
    try:
        call()
    finally:
        sys.settrace(before)
    return {(Path(name).stem, line) for name, line in found}


def forget_cached(package: str) -> None:
    """Empty the caches of a package's functions, so that calls execute their lines again."""
    for name, module in list(sys.modules.items()):
        if name.startswith(package):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


@cache
def own_lines(module: str) -> list[range]:
    """Return the lines of each statement inside functions, without those in its body."""
    tree = ast.parse(source(module))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found = []
    for function in functions:
        for top in function.body:
            for node in ast.walk(top):
                if isinstance(node, ast.stmt) and not isinstance(node, HEADS):
                    body = getattr(node, "body", None)
                    stop = body[0].lineno if body else int(node.end_lineno or 0) + 1
                    found.append(range(node.lineno, stop))
    return found


def lines_of(mutant: Mutant) -> set[Line]:
    """Return the lines of a mutant's statement; none where it runs at import."""
    around = [lines for lines in own_lines(mutant.module) if mutant.line in lines]
    inmost = min(around, key=len, default=range(0))
    name = mutant.module.rpartition(".")[2]
    return {(name, line) for line in inmost}
