"""The registry of outputs: each is listed once, with dimensions, unit and meaning.

The kernel writes a few wide int64 arrays, one per `Table`; the last axis of a table runs
over its outputs, the others over its dimensions. Floats are derived on reading, never
stored. Bounds: every entry is a sum over at most 2^31 citizens of values below 2^31, so
below 2^63.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from . import registries
from .government import DOMAINS, LEVELS
from .output_tables import TABLES
from .output_types import Output, Table
from .population import GROUPS
from .regime import MAX_GRADES

__all__ = ["TABLES", "Output", "Table"]  # names of output_tables, and those below

SCORE_BINS = 128
QUALITY_CLASSES = 16
BINS = 128  # of wealth, and of prizes
TIES = (*LEVELS, "any", "all")
TERCILES = ("low", "middle", "high")
TIED = ("untied", "tied")  # to any leader
JUDGES = ("actual", "fair")


DIMENSIONS = {
    "domain": DOMAINS,
    "level": LEVELS,
    "tie": TIES,
    "tercile": TERCILES,
    "tied": TIED,
    "group": GROUPS,
    "grade": tuple(range(MAX_GRADES)),
    "first_grade": tuple(range(MAX_GRADES)),
    "judge": JUDGES,
    "score_bin": tuple(range(SCORE_BINS)),
    "quality_class": tuple(range(QUALITY_CLASSES)),
    "bin": tuple(range(BINS)),
}


class Extents(Protocol):
    """Attributes of `Rules` on which the sizes of outputs depend."""

    @property
    def n_ticks(self) -> int: ...
    @property
    def distribution_ticks(self) -> Sequence[int]: ...
    @property
    def n_mean_units(self) -> int: ...
    @property
    def prize_kinds(self) -> Sequence[str]: ...
    @property
    def registry(self) -> int: ...
    @property
    def bin_factor(self) -> int: ...
    @property
    def floor(self) -> int: ...


TABLE = {table.name: table for table in TABLES}


def distribution_ticks(n_ticks: int, every: int) -> list[int]:
    """Return the ticks at whose end distributions are recorded: every n-th and the last."""
    return sorted({*range(every - 1, n_ticks, every), n_ticks - 1})


def shape(table: Table, rules: Extents) -> tuple[int, ...]:
    """Return the shape of one replicate's array of `table`, int64, outputs last.

    Parameters
    ----------
    table : Table
    rules : scsfast.model.integers.rules.Rules
        Rules of the scenario, for its numbers of ticks and units.
    """
    sizes = {
        "tick": rules.n_ticks,
        "distribution_tick": len(rules.distribution_ticks),
        "unit": rules.n_mean_units,
        "prize_kind": len(rules.prize_kinds),
        **{name: len(labels) for name, labels in DIMENSIONS.items()},
    }
    return (*(sizes[dim] for dim in table.dims), len(table.outputs))


def sizes(rules: Extents) -> dict[str, int]:
    """Return the length of each dimension of the tables except scenario and replicate."""
    return {
        dim: size
        for table in registries.tables(rules.registry)
        for dim, size in zip(table.dims, shape(table, rules), strict=False)
    }


def labels(rules: Extents) -> dict[str, list[Any]]:
    """Return the labels of each dimension of the tables except scenario and replicate."""
    own = {
        "tick": range(rules.n_ticks),
        "distribution_tick": rules.distribution_ticks,
        "unit": range(rules.n_mean_units),
        "prize_kind": rules.prize_kinds,
        **DIMENSIONS,
    }
    used = sizes(rules)
    return {dim: list(values) for dim, values in own.items() if used.get(dim)}


def named(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the outputs of a replicate's tables by name, arrays without the last axis."""
    return {
        output.name: arrays[table.name][..., k]
        for table in TABLES
        for k, output in enumerate(table.outputs)
    }


def score_bin_starts(rules: Extents) -> list[float]:
    """Return the lowest score of each score bin, in points."""
    steps = [-(-(k << 32) // rules.bin_factor) for k in range(SCORE_BINS)]
    return [(rules.floor + step) / 256 for step in steps]


def wealth_bin_starts() -> list[float]:
    """Return the lowest wealth of each wealth bin, in monthly incomes."""
    exact = [float(k) for k in range(4)]
    wider = [float((4 + k % 4) << (k // 4 - 1)) for k in range(4, BINS)]
    return [start / 256 for start in exact + wider]
