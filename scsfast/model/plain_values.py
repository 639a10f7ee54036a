"""Convert values of Python callers to the plain values that a TOML file would give.

Campaigns and regimes may be given as dicts. Numpy numbers, arrays, tuples and paths in
them become Python numbers, lists and text, so that later code handles only these.
"""

import os
from collections.abc import Mapping
from datetime import date, time
from typing import Any

import numpy as np

from ..errors import Faults
from .parameters import Tree

MOST_NESTED = 100  # tables and lists inside each other
LEAVES = (str, bool, int, float, date, time, type(None))


def plain(tree: object, where: str = "") -> Any:
    """Return a tree of values like those returned by `tomllib`.

    Parameters
    ----------
    tree : object
        Mappings, lists, tuples, ranges and numpy arrays of text, numbers, flags, dates,
        paths and numpy scalars. Lists come back as lists, mappings as dicts.
    where : str
        Name of the tree in error messages.

    Raises
    ------
    ConfigError
        With every value of another type, every key that is no text, and a tree that is
        nested more than `MOST_NESTED` deep or contains itself.
    """
    faults = Faults()
    found = _plain(tree, (), faults)
    faults.raise_any(where)
    return found


def _plain(node: object, path: tuple[str | int, ...], faults: Faults) -> Any:
    """Return a node as plain values after adding its faults."""
    if len(path) > MOST_NESTED:
        faults.sentences.append(
            f"`{path[0]}` must be nested at most {MOST_NESTED} deep, is deeper"
        )
        return None
    if isinstance(node, Mapping):
        return _table(node, path, faults)
    if isinstance(node, np.ndarray | np.generic):
        node = node.tolist()
    if isinstance(node, list | tuple | range):
        return [_plain(value, (*path, k), faults) for k, value in enumerate(node)]
    if isinstance(node, os.PathLike):
        node = os.fspath(node)
    if isinstance(node, str):  # without what a subclass adds to it
        return str.__str__(node)
    for number in (int, float):
        if isinstance(node, number) and not isinstance(node, bool):
            return number(node)
    if not isinstance(node, LEAVES):
        kind = type(node).__name__
        faults.sentences.append(
            f"`{_dotted(path)}` must be text, a number, true or false, a list or a table, "
            f"got {kind}"
        )
        return None
    return node


def _table(
    node: Mapping[object, object], path: tuple[str | int, ...], faults: Faults
) -> Tree:
    """Return a mapping as a dict after adding its faults."""
    found = {}
    for key, value in node.items():
        if isinstance(key, str):
            name = str.__str__(key)
            found[name] = _plain(value, (*path, name), faults)
        else:
            at = f"`{_dotted(path)}`: " if path else ""
            faults.sentences.append(f"{at}keys must be text, got {key!r}"[:200])
    return found


def _dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))
