"""Dotted paths into trees of plain values, and values set on the command line.

A path consists of the keys of nested tables; entries of lists are numbered from 0. Trees are
never changed: functions return new ones.
"""

import json
import tomllib
from collections.abc import Iterable
from typing import Any

from ..errors import ConfigError
from .parameters import Tree


def flat(tree: Tree, path: str = "") -> Tree:
    """Return the leaves of tables in tables by dotted path; lists are leaves."""
    leaves: Tree = {}
    for key, value in tree.items():
        inner = f"{path}.{key}" if path else str(key)
        leaves |= flat(value, inner) if isinstance(value, dict) else {inner: value}
    return leaves


def found(tree: Any, path: str) -> Any:
    """Return the value at a path, None where there is none."""
    for key in path.split("."):
        if isinstance(tree, list) and key.isdigit() and int(key) < len(tree):
            tree = tree[int(key)]
        else:
            tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def with_value(
    tree: Tree, path: str | list[str], value: object, whole: Tree | None = None
) -> Tree:
    """Return a tree with a value set at a path; missing tables on the way are created.

    Parameters
    ----------
    tree : dict
    path : str or list of str
        Dotted, or as keys.
    value : object
    whole : dict or None
        A tree with the lists that `tree` omits.

    Raises
    ------
    ConfigError
        If the path leads through a value that is neither table nor list, or to an entry
        that a list does not have.
    """
    keys = path.split(".") if isinstance(path, str) else list(path)
    made: Tree = _put(tree, keys, value, whole, [])
    return made


def _put(
    node: Any, keys: list[str], value: object, whole: object, done: list[str]
) -> Any:
    if not keys:
        return value
    key, rest = keys[0], keys[1:]
    if node is None:
        node = whole if isinstance(whole, list) else {}
    if isinstance(node, list):
        k, below = _index(node, key, done), None
        return [
            *node[:k],
            _put(node[k], rest, value, below, [*done, key]),
            *node[k + 1 :],
        ]
    if not isinstance(node, dict):
        at = ".".join(done)
        raise ConfigError(
            f"`{'.'.join([*done, key])}`: `{at}` must be a table, got {node!r}"
        )
    below = whole.get(key) if isinstance(whole, dict) else None
    return {**node, key: _put(node.get(key), rest, value, below, [*done, key])}


def _index(entries: list[Any], key: str, done: list[str]) -> int:
    if not (key.isdigit() and int(key) < len(entries)):
        at = ".".join(done)
        raise ConfigError(
            f"`{at}.{key}`: `{at}` is a list of {len(entries)}, its entries are counted from 0"
        )
    return int(key)


def shown(value: object) -> str:
    """Return a value as written in the name of a scenario."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        value += 0.0  # -0.0 is 0.0
    return json.dumps(value, ensure_ascii=False, default=str)


def with_settings(tree: Tree, sets: Iterable[str]) -> Tree:
    """Return a campaign's tree with values set as on the command line.

    Parameters
    ----------
    tree : dict
        As returned by `tomllib`.
    sets : iterable of str
        Each ``path=value``: the value is read as TOML, or as text if it is no TOML.

    Raises
    ------
    ConfigError
        With every setting that cannot be read or whose path does not exist.
    """
    faults = []
    for setting in sets:
        try:
            keys, value = _setting(setting)
            tree = with_value(tree, keys, value)
        except ConfigError as error:
            faults += [f"--set {setting}: {fault}" for fault in error.faults]
    if faults:
        raise ConfigError(faults)
    return tree


def _setting(setting: str) -> tuple[list[str], object]:
    """Return the keys and the value of ``path=value``."""
    path, is_there, text = setting.partition("=")
    try:
        node, keys = tomllib.loads(f"{path} = 0") if is_there else {}, []
        while isinstance(node, dict):
            ((key, node),) = node.items()
            keys.append(key)
    except (tomllib.TOMLDecodeError, ValueError):
        raise ConfigError(
            f"must be PATH=VALUE, such as world.n_citizens=1000, got {setting!r}"
        ) from None
    return keys, _value(text)


def _value(text: str) -> Any:
    """Return the text read as a TOML value, or the text itself if it is no TOML."""
    try:
        tree = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return tree["value"] if len(tree) == 1 else text
