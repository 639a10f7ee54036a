"""JSON Schema of campaigns and regimes, for editors that complete and check TOML files.

The schema is derived from the classes that validate. It checks keys, types and bounds.
Rules between several values (levels of a world, acts of the catalogue) are checked only by
the program.
"""

from typing import Any

from pydantic import BaseModel

from ..model.extra_acts import KEY as EXTRA_ACTS
from ..model.government import LEVELS, Government, Leaders
from ..model.parameters import Tree
from ..model.regime import Regime
from ..model.world import World
from .config import _File
from .scenarios import Entry, _Change

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DROPPED = ("title", "plausible", "unit", "source")
SOURCED = {
    "type": "object",
    "required": ["value"],
    "properties": {
        "value": True,
        "source": {"type": "string"},
        "choice": {"type": "string"},
        "range": {"type": "array"},
    },
}
KINDS = ("campaign", "regime")


def schema(kind: str) -> Tree:
    """Return the JSON Schema of a campaign file, or of a regime's own file."""
    return campaign_schema() if kind == "campaign" else regime_schema()


def regime_schema() -> Tree:
    """Return the schema of a regime's file, which may extend another."""
    found = _schema_of(Regime)
    found["properties"]["extends"] = {
        "type": "string",
        "description": "a packaged pilot, or the path of a regime's file",
    }
    return {"$schema": DIALECT, "title": "scsfast regime", **found}


def campaign_schema() -> Tree:
    """Return the schema of a campaign's file."""
    definitions: dict[str, Tree] = {
        "World": _world(),
        "Regime": _schema_of(Regime),
        "Government": _leaders(),
        "Change": _schema_of(_Change),
        "Scenario": _schema_of(Entry),
    }
    _refer(definitions["Change"], regime="Regime")
    _refer(
        definitions["Scenario"], regime="Regime", leaders="Government", world="World"
    )
    definitions["Scenario"]["properties"]["change"]["items"] = _ref("Change")
    found = _schema_of(_File)
    found["required"] = ["scenario", "world"]
    _refer(found, world="World", leaders="Government")
    found["properties"]["scenario"]["items"] = _ref("Scenario")
    inner = {
        k: v for part in definitions.values() for k, v in part.pop("$defs").items()
    }
    definitions = found.pop("$defs") | inner | definitions
    return {
        "$schema": DIALECT,
        "title": "scsfast campaign",
        **found,
        "$defs": definitions,
    }


def _world() -> Tree:
    """Return the schema of a world's table, with the acts beside the catalogue."""
    found = _schema_of(World)
    found["properties"][EXTRA_ACTS] = {
        "type": "array",
        "items": _ref("Act"),
        "description": "acts beside the catalogue, or other values for some of its acts",
    }
    return found


def _leaders() -> Tree:
    """Return the schema of leaders: for all levels, and for each."""
    found = _schema_of(Government)
    found["$defs"]["Leaders"] = _schema_of(Leaders)
    found["$defs"] |= found["$defs"]["Leaders"].pop("$defs")
    for level in ("all", *LEVELS):
        found["properties"][level] = _ref("Leaders")
    return found


def _schema_of(model: type[BaseModel]) -> Tree:
    """Return the schema of a class for tables that may leave values out."""
    found = model.model_json_schema(by_alias=True)
    definitions = {k: _partial(v) for k, v in found.pop("$defs", {}).items()}
    return {**_partial(found), "$defs": definitions}


def _partial(node: Tree) -> Tree:
    """Return the schema of a class in which nothing is required."""
    found = {k: v for k, v in node.items() if k not in ("required", "title")}
    if "properties" in node:
        own = {k: _value(v) for k, v in node["properties"].items()}
        found["properties"] = own
    return found


def _value(node: Tree) -> Tree:
    """Return the schema of a value, bare or in a record with its source."""
    about = {"description": _described(node)}
    plain = _plain(
        {k: v for k, v in node.items() if k not in ("description", "default")}
    )
    return {"anyOf": [plain, SOURCED], **about}


def _plain(node: Any) -> Any:
    """Return a schema without keys that only scsfast knows; entries may be sourced."""
    if isinstance(node, list):
        return [_plain(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    found = {k: _plain(v) for k, v in node.items() if k not in DROPPED}
    for key in ("items", "additionalProperties"):
        if isinstance(found.get(key), dict):
            found[key] = {"anyOf": [found[key], SOURCED]}
    return found


def _described(node: Tree) -> str:
    unit, default = node.get("unit", "1"), node.get("default")
    words: str = node.get("description", "")
    words += f", {unit}" if unit not in ("1", None) else ""
    is_short = isinstance(default, int | float | str) and default != ""
    return words + (f"; default {default}" if is_short else "")


def _ref(name: str) -> Tree:
    return {"$ref": f"#/$defs/{name}"}


def _refer(node: Tree, **names: str) -> None:
    """Replace properties of a schema by references to definitions."""
    for key, name in names.items():
        node["properties"][key] = _ref(name)
