"""Mutants of Python source: one change each, put into the running modules.

A mutant nudges a constant, flips a comparison, or swaps an operator, as a mistake in a
rule would. The changed code replaces that of the loaded functions, so that every module
that has imported one of them runs the mutant.
"""

import ast
import copy
import os
import signal
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

BOUNDARY = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
OPPOSITE = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.FloorDiv: ast.Mult,
}
LOGIC = {ast.And: ast.Or, ast.Or: ast.And}
NAMES = {"min": "max", "max": "min"}
SKIPPED = (
    "annotation",
    "returns",
    "decorator_list",
    "msg",
    "exc",
)  # of a node: no rule


@dataclass(frozen=True)
class Mutant:
    """One change of a module: the node's place in the walk, and which change of it."""

    module: str
    node: int
    way: int
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.what}"


def nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a module that are rules: no docstrings, types or messages."""
    yield tree
    for name, value in ast.iter_fields(tree):
        if name in SKIPPED or isinstance(tree, ast.Assert | ast.Raise):
            continue
        if isinstance(tree, ast.keyword) and tree.arg == "strict":  # of zip: a guard
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
                continue
            if isinstance(child, ast.AST):
                yield from nodes(child)


def constants(value) -> list[tuple[str, ast.expr]]:
    """Return the nudges of a constant."""
    if isinstance(value, bool):
        return [(f"{value} -> {not value}", ast.Constant(not value))]
    if isinstance(value, int):
        return [
            (f"{value} -> {new}", ast.Constant(new)) for new in (value + 1, value - 1)
        ]
    if isinstance(value, float):
        new = value * 1.01 if value else 0.01
        return [(f"{value} -> {new}", ast.Constant(new))]
    return []


def changes(node: ast.AST) -> list[tuple[str, ast.AST]]:
    """Return (what, changed node) for every change of a node."""
    found: list[tuple[str, ast.AST]] = []
    kinds: tuple[dict, ...] = ()
    if isinstance(node, ast.Constant):
        return constants(node.value)
    if isinstance(node, ast.Name) and node.id in NAMES:
        new = NAMES[node.id]
        return [(f"{node.id} -> {new}", ast.Name(new, node.ctx))]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [("not dropped", node.operand)]
    if isinstance(node, ast.Compare):
        for k, op in enumerate(node.ops):
            for table in (BOUNDARY, OPPOSITE):
                if type(op) in table:
                    new = copy.deepcopy(node)
                    new.ops[k] = table[type(op)]()
                    found.append(
                        (f"{type(op).__name__} -> {type(new.ops[k]).__name__}", new)
                    )
        return found
    if isinstance(node, ast.BinOp | ast.AugAssign):
        kinds = (ARITHMETIC,)
    elif isinstance(node, ast.BoolOp):
        kinds = (LOGIC,)
    for table in kinds:
        if type(node.op) in table:
            new = copy.copy(node)
            new.op = table[type(node.op)]()
            found.append((f"{type(node.op).__name__} -> {type(new.op).__name__}", new))
    return found


def source(module: str) -> str:
    """Return the source of a module."""
    return Path(str(import_module(module).__file__)).read_text(encoding="utf-8")


def mutants(module: str) -> list[Mutant]:
    """Return every mutant of a module."""
    return [
        Mutant(module, place, way, node.lineno, what)
        for place, node in enumerate(nodes(ast.parse(source(module))))
        for way, (what, _) in enumerate(changes(node))
    ]


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.old:
            return ast.copy_location(self.new, node)
        return self.generic_visit(node)


def put(mutant: Mutant) -> None:
    """Put a mutant's code into the loaded modules of this process, for good."""
    tree = ast.parse(source(mutant.module))
    old = list(nodes(tree))[mutant.node]
    _, new = changes(old)[mutant.way]
    tree = ast.fix_missing_locations(_Replace(old, new).visit(tree))
    real = import_module(mutant.module)
    fresh = {"__name__": real.__name__, "__package__": real.__package__}
    exec(compile(tree, real.__file__, "exec"), fresh)
    for name, value in fresh.items():
        if not name.startswith("__"):
            _put_one(name, vars(real)[name], value)


def _put_one(name: str, ours, theirs) -> None:
    """Replace one global of a module: the code of functions, the value of constants."""
    while hasattr(ours, "cache_clear"):
        ours.cache_clear()
        ours, theirs = ours.__wrapped__, theirs.__wrapped__
    if isinstance(ours, types.FunctionType):
        ours.__code__, ours.__defaults__ = theirs.__code__, theirs.__defaults__
        ours.__kwdefaults__ = theirs.__kwdefaults__
    elif isinstance(ours, type) and ours.__module__.startswith("scsfast.model"):
        for key, value in vars(theirs).items():
            if isinstance(value, types.FunctionType):
                _put_one(key, vars(ours)[key], value)
            elif isinstance(value, property):
                _put_one(key, vars(ours)[key].fget, value.fget)
    elif not isinstance(ours, types.ModuleType | type):
        _put_constant(name, ours, theirs)


def _put_constant(name: str, ours, theirs) -> None:
    """Give every module that has imported a constant its new value."""
    for key, module in list(sys.modules.items()):
        if key.startswith("scsfast") and vars(module).get(name) is ours:
            setattr(module, name, theirs)


def in_child(mutant: Mutant | None, killer: Callable[[], str], seconds: float) -> str:
    """Return what a killer says of a mutant, '' if it survives, in a process of its own.

    A crash and an endless loop kill the mutant too, as they would fail any test. `seconds`
    are of processor time, as other programs share the machine.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        signal.setitimer(signal.ITIMER_PROF, seconds)  # of its own processor time
        try:
            if mutant:
                put(mutant)
            said = killer()
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode()[:4096])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    return said if os.WIFEXITED(status) else f"signal {os.WTERMSIG(status)}"
