"""Derived parameters: values of a design's points by formulas of those that it varies.

A formula has numbers, the paths of varied parameters, + - * /, parentheses, min and max.
These are exact to the last bit on every machine; powers and logarithms are not. A formula is
parsed and never executed as code.
"""

import ast
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

from ...errors import ConfigError, refuse
from ...model.parameters import Tree
from ...model.paths import flat
from ...model.schema import is_number, is_whole
from .points import check_paths

KEY = "derive"
LONGEST = 400  # characters of a formula
TWO: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
CHOICES: dict[str, Callable[..., float]] = {"min": min, "max": max}
ALLOWED = "numbers, paths of varied parameters, + - * /, parentheses, min and max"


def check(formulas: object, varied: Tree, table: str) -> dict[str, str]:
    """Return the formulas of a design by path.

    Parameters
    ----------
    formulas : object
        The table ``derive`` of a design, as `tomllib` gives it.
    varied : dict
        Anything by the paths that the design varies.
    table : str
        Name of the design's table in a file.

    Raises
    ------
    ConfigError
        With every fault of the formulas.
    """
    if not isinstance(formulas, dict):
        raise ConfigError(f"`{table}.{KEY}` must be a table, got {formulas!r}")
    found = flat(formulas)
    refuse(_faults(found, varied, table))
    check_paths(found, f"{table}.{KEY}")
    return found


def _faults(formulas: Tree, varied: Tree, table: str) -> Iterator[str]:
    for path, formula in formulas.items():
        key = f"`{table}.{KEY}.{path}`"
        if path in varied:
            yield f"{key}: is varied by the design itself; it cannot be derived too"
        elif path.partition(".")[0] in ("regime", "leaders", "world") and not is_number(
            path
        ):
            yield f"{key} must be the path of a number of the model"
        if not isinstance(formula, str):
            yield f"{key} must be a formula in quotes, got {formula!r}"
            continue
        try:
            names = set(_paths(_parsed(formula)))
        except ConfigError as error:
            yield f"{key}: {error}"
            continue
        unknown = sorted(names - set(varied))
        if unknown:
            yield (
                f"{key}: {', '.join(unknown)} must be varied by the design, which varies "
                f"{', '.join(varied)}"
            )
        elif not names:
            yield f"{key} must contain a parameter that the design varies, got {formula!r}"


def derived(formulas: dict[str, str], values: Tree, table: str) -> Tree:
    """Return the values of derived parameters at one point, by path.

    Parameters
    ----------
    formulas : dict of str to str
        As `check` returns them.
    values : dict
        The values of varied parameters by path.
    table : str
        Name of the design's table, for messages.
    """
    found: Tree = {}
    for path, formula in formulas.items():
        key = f"`{table}.{KEY}.{path}`"
        try:
            value = _value(_parsed(formula), values)
        except ZeroDivisionError:
            raise ConfigError(f"{key}: division by zero at {_shown(values)}") from None
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            raise ConfigError(f"{key}: must be finite, is not at {_shown(values)}")
        found[path] = round(value) if is_whole(path) else float(value)
    return found


def _shown(values: Tree) -> str:
    return ", ".join(f"{path}={value}" for path, value in values.items())


def _parsed(formula: str) -> ast.expr:
    """Return the tree of a formula; raise ConfigError if it is none."""
    if len(formula) > LONGEST:
        raise ConfigError(f"must have at most {LONGEST} characters")
    try:
        tree = ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConfigError(f"must be a formula, got {formula!r}") from None
    _check(tree, formula)
    return tree


def _check(tree: ast.expr, formula: str) -> None:
    """Refuse whatever is not part of a formula."""
    if path_of(tree) is not None:
        return
    if isinstance(tree, ast.Constant) and type(tree.value) in (int, float):
        return
    parts = parts_of(tree)
    if not parts:
        text = ast.get_source_segment(formula.strip(), tree) or formula
        raise ConfigError(f"must have only {ALLOWED}, got {text!r}")
    for part in parts:
        _check(part, formula)


def path_of(tree: ast.expr) -> str | None:
    """Return the path that a part of a formula names, plain or in quotes; None if none."""
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        return tree.value
    if isinstance(tree, ast.Attribute):
        head = path_of(tree.value)
        return None if head is None else f"{head}.{tree.attr}"
    return tree.id if isinstance(tree, ast.Name) else None


def parts_of(tree: ast.expr) -> list[ast.expr]:
    """Return the operands of an operation that is allowed; empty for anything else."""
    if isinstance(tree, ast.BinOp) and type(tree.op) in TWO:
        return [tree.left, tree.right]
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub | ast.UAdd):
        return [tree.operand]
    if not isinstance(tree, ast.Call) or tree.keywords or len(tree.args) < 2:
        return []
    is_choice = isinstance(tree.func, ast.Name) and tree.func.id in CHOICES
    return tree.args if is_choice else []


def _paths(tree: ast.expr) -> Iterator[str]:
    path = path_of(tree)
    if path is not None:
        yield path
        return
    for part in parts_of(tree):
        yield from _paths(part)


def _value(tree: ast.expr, values: Tree) -> float:
    """Return the value of a formula that `_check` has accepted."""
    path = path_of(tree)
    if path is not None:
        return _number(path, values[path])
    if isinstance(tree, ast.Constant):
        return float(tree.value)  # type: ignore[arg-type]
    parts = [_value(part, values) for part in parts_of(tree)]
    if isinstance(tree, ast.BinOp):
        return TWO[type(tree.op)](*parts)
    if isinstance(tree, ast.UnaryOp):
        return -parts[0] if isinstance(tree.op, ast.USub) else parts[0]
    assert isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name)
    return CHOICES[tree.func.id](*parts)


def _number(path: str, value: Any) -> float:
    if type(value) not in (int, float):
        raise ConfigError(f"`{path}`: a formula needs a number, got {value!r}")
    return float(value)
