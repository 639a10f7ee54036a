"""What the command line shows of the packaged pilots: values, units, sources."""

from pathlib import Path

from pydantic import BaseModel

from .errors import ConfigError
from .model import library
from .model.parameters import MARKS, sourced_values
from .model.regime import Grade, Regime, Scoring
from .tables import rendered

TITLES = ("name", "title", "about")
KEYS = {"acts": Scoring, "grades": Grade}  # tables of tables


def listing() -> list[dict]:
    """Return name, title and description of every pilot."""
    regimes = [library.load(name) for name in library.names()]
    return [regime.model_dump(include=set(TITLES)) for regime in regimes]


def values(name: str) -> list[dict]:
    """Return each value that a pilot sets: key, value, unit, and what it rests on."""
    rows = []
    for path, record in sourced_values(library.tree(name)):
        value = record["value"] if record else _at(library.tree(name), path)
        rows.append(
            {
                "key": path,
                "value": value,
                "unit": unit(path),
                "source": rests_on(record or {}),
            }
        )
    return [row for row in rows if row["key"] not in TITLES]


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
    model, field = Regime, None
    for key in path.split("."):
        if model is None:
            return ""
        names = {f.alias or name: f for name, f in model.model_fields.items()}
        if key in names:
            field = names[key]
            model = KEYS.get(key) or _model(field.annotation)
        elif model not in KEYS.values():
            return ""
    extra = field.json_schema_extra if field else None
    is_text = field is not None and (
        field.annotation is str or "Literal" in str(field.annotation)
    )
    return "" if is_text or not extra else extra["unit"]


def _model(annotation):
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation if is_model else None


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
