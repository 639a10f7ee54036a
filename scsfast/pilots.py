"""What the command line shows of the packaged pilots: values, units, sources."""

import re
import tomllib
from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from .errors import ConfigError
from .model import library
from .model.parameters import MARKS, sourced_values, strip_sources
from .model.regime import Grade, Regime, Scoring
from .tables import rendered

TITLES = ("name", "title", "about")
ABSENT = "-"
HEADER = re.compile(r"\[([\w.-]+)\]")
WORD = re.compile(r'([\w-]+) = "([^"]*)"(?: *# *(.*))?$')
KEYS = {"acts": Scoring, "grades": Grade}  # tables of tables


def listing() -> list[dict]:
    """Return name, title and description of every pilot."""
    regimes = [library.load(name) for name in library.names()]
    return [regime.model_dump(include=set(TITLES)) for regime in regimes]


def values(name: str) -> list[dict]:
    """Return each value that a regime sets: key, value, unit, and what it rests on.

    Parameters
    ----------
    name : str
        Of a packaged pilot, or the path of a regime's TOML file.

    Raises
    ------
    ConfigError
        If it does not exist or is wrong.
    """
    tree = _tree(name)
    library.load_tree(strip_sources(tree), name)
    rows, comments = [], remarks(name)
    for path, record in sourced_values(tree):
        value = record["value"] if record else _at(tree, path)
        rows.append(
            {
                "key": path,
                "value": value,
                "unit": unit(path),
                "source": rests_on(record or {}) or comments.get(path, ""),
            }
        )
    return [row for row in rows if row["key"] not in TITLES]


def difference(one: str, other: str) -> list[dict]:
    """Return each value in which two regimes differ, with what it rests on in both.

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
        if key in TITLES:
            continue
        ours, theirs = (everything.get(key, ABSENT) for _, everything, _ in sides)
        if ours != theirs:
            sources = [sources.get(key, "") for _, _, sources in sides]
            rows.append(
                {
                    "key": key,
                    "values": [ours, theirs],
                    "unit": unit(key),
                    "sources": sources,
                }
            )
    return rows


def _tree(name: str) -> dict:
    """Return the values, with sources, of a pilot or of a regime's file."""
    is_file = name.endswith(".toml")
    return library.file_tree(Path(name)) if is_file else library.tree(name)


def _side(name: str) -> tuple[dict, dict, dict]:
    """Return a regime's values that are set, all its values, and what they rest on."""
    tree = _tree(name)
    regime = library.load_tree(strip_sources(tree), name)
    dumps = (
        regime.model_dump(by_alias=True, exclude_unset=is_partial)
        for is_partial in (True, False)
    )
    set_here, everything = (_flat(dump) for dump in dumps)
    said = remarks(name) | {
        path: rests_on(record) for path, record in sourced_values(tree) if record
    }
    sources = {key: _source(key, said, key in set_here) for key in everything}
    return set_here, everything, sources


def _source(key: str, said: dict, is_set: bool) -> str:
    """Return what a value rests on: its own source, its table's, or that of a default."""
    parts = key.split(".")
    above = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
    own = next((said[path] for path in above if said.get(path)), "")
    if own or is_set:
        return own
    extra = getattr(_field(key), "json_schema_extra", None) or {}
    return f"by default: {extra['source']}" if extra.get("source") else "by default"


def _flat(node, path: str = "") -> dict:
    """Return a tree's leaves by path; tables of a list go by their numbers, from 0."""
    if isinstance(node, dict):
        items = node.items()
    elif isinstance(node, list) and node and isinstance(node[0], dict):
        items = enumerate(node)
    else:
        return {path: node}
    leaves = {}
    for key, value in items:
        leaves |= _flat(value, f"{path}.{key}" if path else key)
    return leaves


def difference_text(rows: list[dict], one: str, other: str) -> str:
    """Return what differs between two regimes as a table."""
    from rich.box import SIMPLE
    from rich.table import Table

    if not rows:
        return f"{one} and {other} are the same but for their names\n"
    grid = Table(box=SIMPLE, pad_edge=False)
    grid.add_column("key", overflow="fold")
    for name in (one, other):
        grid.add_column(name, overflow="fold")
    grid.add_column("unit", no_wrap=True)
    grid.add_column("source", overflow="fold")
    for row in rows:
        values = [_shown(value) for value in row["values"]]
        pairs = zip((one, other), row["sources"], strict=True)
        said = [f"{Path(name).stem}: {source}" for name, source in pairs if source]
        grid.add_row(row["key"], *values, row["unit"], "\n".join(said))
    return rendered(grid)


def _shown(value) -> str:
    return ABSENT if value is None else str(value)


def _is_number(annotation) -> bool:
    """Say whether an annotation is of numbers, or of numbers or nothing."""
    words = ("Literal", "class 'str'", "class 'bool'", "str |", "bool |")
    return not any(word in str(annotation) for word in words)


def remarks(name: str) -> dict[str, str]:
    """Return the comment that stands beside or above each word of a regime's file.

    Words (how a score comes about, who decides) have no number to give a source for;
    what they rest on is said in a comment.
    """
    if name.endswith(".toml"):
        text = library.read_toml(Path(name))
        parent = tomllib.loads(text).get("extends")
    else:
        text, parent = library.source(name), library.parent(name)
    return {**(remarks(parent) if parent else {}), **_remarks(text)}


def _remarks(text: str) -> dict[str, str]:
    found, above, table = {}, [], ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("#"):
            above.append(line.lstrip("# "))
            continue
        header, entry = HEADER.match(line), WORD.match(line)
        if header:
            table = f"{header[1]}."
        if entry:
            key, _, beside = entry.groups()
            found[table + key] = beside or " ".join(above)
        above = []
    return found


def rests_on(record: dict) -> str:
    """Return the source of a value with its mark, or the choice with its range."""
    if "source" in record:
        mark = record.get("mark", "")
        return (
            f"{record['source']} ({MARKS.get(mark, mark)})"
            if mark
            else record["source"]
        )
    if "choice" not in record:
        return ""
    bounds = record.get("range")
    text = f"modelling choice: {record['choice']}"
    return f"{text}; plausible {bounds[0]:g}..{bounds[1]:g}" if bounds else text


def unit(path: str) -> str:
    """Return the unit of a regime's value by its path, "" where it has none."""
    field = _field(path)
    extra = field.json_schema_extra if field else None
    is_word = field is not None and not _is_number(field.annotation)
    return "" if is_word or not extra else extra["unit"]


def _field(path: str):
    """Return the field of a regime's value by its path, None where there is none."""
    model, field = Regime, None
    for key in path.split("."):
        if model is None:
            return None
        names = {f.alias or name: f for name, f in model.model_fields.items()}
        if key in names:
            field = names[key]
            model = KEYS.get(key) or _model(field.annotation)
        elif model not in KEYS.values():
            return None
    return field


def _model(annotation):
    """Return the parameter class that an annotation names, "or none" included."""
    kinds = [annotation, *get_args(annotation)]
    models = [k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)]
    return models[0] if models else None


def _at(tree, path: str):
    for key in path.split("."):
        tree = tree[int(key)] if isinstance(tree, list) else tree[key]
    return tree


def table_text(rows: list[dict]) -> str:
    """Return a pilot's values as a table."""
    from rich.box import SIMPLE
    from rich.table import Table

    grid = Table(box=SIMPLE, pad_edge=False)
    grid.add_column("key", overflow="fold")
    for head in ("value", "unit"):
        grid.add_column(head, no_wrap=True)
    grid.add_column("source", overflow="fold")
    for row in rows:
        grid.add_row(row["key"], str(row["value"]), row["unit"], row["source"])
    return rendered(grid)


def copy(name: str, path: Path) -> Path:
    """Write a pilot's TOML file to a path where nothing is yet."""
    text = library.source(name)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ConfigError("exists; choose another path with -o", str(path)) from None
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", str(path)) from None
    return path
