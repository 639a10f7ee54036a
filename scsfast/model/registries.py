"""Registries of outputs that stores may have: the current one, and those of older models.

A store keeps the names of its outputs. The registry of an older model is a data file
(``outputs_v3.json``), so that the tables of old stores can be read correctly.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from .output_tables import TABLES
from .output_types import Output, Table

CURRENT = 0
FROZEN = (3,)  # versions of the model whose registry is kept


@cache
def tables(version: int = CURRENT) -> tuple[Table, ...]:
    """Return the tables of a registry: `CURRENT`, or that of an older model version."""
    if version == CURRENT:
        return TABLES
    data = resources.files(__package__).joinpath(f"outputs_v{version}.json")
    found = json.loads(data.read_text(encoding="utf-8"))["tables"]
    return tuple(
        Table(name, tuple(t["dims"]), tuple(Output(*row) for row in t["outputs"]))
        for name, t in found.items()
    )


def names(version: int = CURRENT) -> dict[str, list[str]]:
    """Return the names of the outputs of every table of a registry."""
    return {t.name: [o.name for o in t.outputs] for t in tables(version)}


def version_of(outputs: Mapping[str, Sequence[str]]) -> int | None:
    """Return which registry has these names by table; None if no known one has."""
    return next((v for v in (CURRENT, *FROZEN) if names(v) == outputs), None)
