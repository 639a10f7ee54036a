"""Values, units and sources of the packaged pilots, as the command line shows them."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from ..errors import ConfigError
from . import pilot_library, schema
from .parameters import (
    MARKS,
    Keys,
    Tree,
    basis,
    sourced_leaves,
    strip_sources,
    with_range,
)
from .regime import Regime

TITLES = ("name", "title", "about")
Leaves: TypeAlias = dict[Keys, Any]
ABSENT = "-"
BARE = re.compile(r"[\w-]+")  # a key that needs no quotes
BESIDE = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*')[\s}]*#\s*(.*)$""")


def listing() -> list[Tree]:
    """Return name, title and description of every pilot."""
    regimes = [pilot_library.load(name) for name in pilot_library.names()]
    return [regime.model_dump(include=set(TITLES)) for regime in regimes]


def values(name: str) -> list[Tree]:
    """Return each value that a regime sets: key, value, unit and source.

    Parameters
    ----------
    name : str
        Name of a packaged pilot, or path of a regime's TOML file.

    Raises
    ------
    ConfigError
        If it does not exist or is wrong.
    """
    tree = _tree(name)
    pilot_library.load_tree(strip_sources(tree), name)
    rows, comments = [], remarks(name)
    for path, record in sourced_leaves(tree):
        rows.append(
            {
                "key": dotted(path),
                "value": strip_sources(_at(tree, path)),
                "unit": unit(path),
                "source": rests_on(record or {}) or comments.get(path, ""),
            }
        )
    return [row for row in rows if row["key"] not in TITLES]


def difference(one: str, other: str) -> list[Tree]:
    """Return each value in which two regimes differ, with its source in both.

    Parameters
    ----------
    one, other : str
        Names of packaged pilots, or paths of regimes' TOML files.

    Raises
    ------
    ConfigError
        If either does not exist or is wrong.
    """
    sides = [_side(name) for name in (one, other)]
    keys = dict.fromkeys(key for set_here, _, _ in sides for key in set_here)
    rows = []
    for key in keys:
        if key[0] in TITLES:
            continue
        ours, theirs = (everything.get(key, ABSENT) for _, everything, _ in sides)
        if ours != theirs:
            sources = [sources.get(key, "") for _, _, sources in sides]
            rows.append(
                {
                    "key": dotted(key),
                    "values": [ours, theirs],
                    "unit": unit(key),
                    "sources": sources,
                }
            )
    return rows


def _tree(name: str) -> Tree:
    """Return the values, with sources, of a pilot or of a regime's file."""
    is_file = name.endswith(".toml")
    return pilot_library.file_tree(Path(name)) if is_file else pilot_library.tree(name)


def _side(name: str) -> tuple[Leaves, Leaves, dict[Keys, str]]:
    """Return the values that a regime sets, all its values, and their sources."""
    tree = _tree(name)
    regime = pilot_library.load_tree(strip_sources(tree), name)
    dumps = (
        regime.model_dump(by_alias=True, exclude_unset=is_partial)
        for is_partial in (True, False)
    )
    set_here, everything = (_flat(dump) for dump in dumps)
    said = remarks(name) | {
        path: rests_on(record) for path, record in sourced_leaves(tree) if record
    }
    sources = {key: _source(key, said, key in set_here) for key in everything}
    return set_here, everything, sources


def _source(key: Keys, said: dict[Keys, str], is_set: bool) -> str:
    """Return the source of a value: its own, that of its table, or that of the default."""
    above = [key[:n] for n in range(len(key), 0, -1)]
    own = next((said[path] for path in above if said.get(path)), "")
    if own or is_set:
        return own
    field = schema.field_of(schema.at(key, Regime))
    source = basis(field) if field is not None else ""
    return f"by default: {source}" if source else "by default"


def dotted(path: Sequence[str]) -> str:
    """Return keys as written in TOML: separated by dots, quoted where necessary."""
    quoted = (json.dumps(key, ensure_ascii=False) for key in path)
    pairs = zip(path, quoted, strict=True)
    return ".".join(key if BARE.fullmatch(key) else text for key, text in pairs)


def _flat(node: Any, path: Keys = ()) -> Leaves:
    """Return a tree's leaves by their keys; entries of lists are numbered from 0."""
    if isinstance(node, dict):
        items = list(node.items())
    elif isinstance(node, list) and node and isinstance(node[0], dict):
        items = list(enumerate(node))
    else:
        return {path: node}
    leaves: Leaves = {}
    for key, value in items:
        leaves |= _flat(value, (*path, str(key)))
    return leaves


def remarks(name: str) -> dict[Keys, str]:
    """Return the comment beside or above each text value of a regime's file.

    Text values (the scorer, the deciding level) cannot carry a source, so a comment gives
    it. Comments of an extended pilot do not apply to values that the file itself sets.
    """
    is_file = name.endswith(".toml")
    text = (
        pilot_library.read_toml(Path(name)) if is_file else pilot_library.source(name)
    )
    own = tomllib.loads(text)
    set_here = [path for path, _ in sourced_leaves(own)]
    inherited = remarks(own["extends"]) if "extends" in own else {}
    kept = {
        path: said
        for path, said in inherited.items()
        if not any(path[: len(other)] == other[: len(path)] for other in set_here)
    }
    return kept | _remarks(text)


def _remarks(text: str) -> dict[Keys, str]:
    """Return the comments of a file's own text values by their keys."""
    found: dict[Keys, str] = {}
    above: list[str] = []
    table: Keys = ()
    numbers: Counter[Keys] = Counter()
    for statement in _statements(text):
        if statement.startswith("#"):
            above.append(statement.lstrip("# "))
            continue
        path, value = _only(tomllib.loads(statement))
        if statement.startswith("[["):
            table = (*path, str(numbers[path]))
            numbers[path] += 1
        elif statement.startswith("["):
            table = path
        elif isinstance(value, str):
            beside = BESIDE.search(statement)
            found[table + path] = beside[2] if beside else " ".join(above)
        above = []
    return found


def _statements(text: str) -> Iterator[str]:
    """Yield each statement of a TOML file; one over several lines is joined."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines.append(line)
        statement = "\n".join(lines).strip()
        try:
            tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue  # it goes on
        lines = []
        yield statement


def _only(node: Any) -> tuple[Keys, object]:
    """Return the keys of tables with one entry each, and what is inside the last."""
    path: Keys = ()
    while isinstance(node, dict) and len(node) == 1:
        ((key, node),) = node.items()
        path += (key,)
    return path, node


def rests_on(record: Tree) -> str:
    """Return the source of a value with its mark, or the choice with its range."""
    if "source" in record:
        mark = record.get("mark", "")
        source = str(record["source"])
        return f"{source} ({MARKS.get(mark, mark)})" if mark else source
    if "choice" not in record:
        return ""
    return with_range(f"modelling choice: {record['choice']}", record.get("range"))


def unit(path: Sequence[str]) -> str:
    """Return the unit of a regime's value by its keys, "" where it has none."""
    return schema.unit_of(schema.at(path, Regime))


def _at(tree: Any, path: Sequence[str]) -> Any:
    for key in path:
        tree = tree[int(key)] if isinstance(tree, list) else tree[key]
    return tree


def copy(name: str, path: Path) -> Path:
    """Write a pilot's TOML file to a path that does not exist yet."""
    text = pilot_library.source(name)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ConfigError("exists; choose another path with -o", str(path)) from None
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", str(path)) from None
    return path
