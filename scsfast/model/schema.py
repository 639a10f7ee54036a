"""What a parameter may be varied over: its kind of number, and its plausible range.

A range stands beside the value where it is written (``range = [low, high]`` in a pilot's
or a campaign's TOML), or in the words that say what a default of the model rests on
("plausible 0.05..1"). A range that its own default is not in belongs to something else,
such as a ratio, and is not taken.
"""

import re
from types import NoneType, UnionType
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel

from .government import LEVELS, Government
from .parameters import is_sourced
from .paths import found
from .regime import Regime
from .world import World

ROOTS = {"regime": Regime, "leaders": Government, "world": World}
NUMBER = r"-?\d[\d,]*(?:\.\d+)?"
BOUNDS = rf"({NUMBER})\.\.({NUMBER})"


def is_whole(path: str) -> bool:
    """Say whether a path names a whole number."""
    return int in _kinds(path)


def is_number(path: str) -> bool:
    """Say whether a path names a number."""
    return bool(_kinds(path) & {int, float})


def about(path: str) -> tuple[str, str]:
    """Return the unit and the meaning of a parameter, as far as they are known."""
    field = _field(path)
    if field is None:
        return "1", path
    return (field.json_schema_extra or {}).get("unit", "1"), field.description or path


def plausible(path: str, trees: list[dict]) -> tuple[float, float] | None:
    """Return the plausible range of a parameter, None if none is known.

    Parameters
    ----------
    path : str
        Beginning with ``regime``, ``leaders`` or ``world``.
    trees : list of dict
        Where values may be written with their sources, the nearest first: tables with
        the keys ``regime``, ``leaders``, ``world``.
    """
    for tree in trees:
        for written in _spellings(path):
            bounds = _written_range(found(tree, written))
            if bounds:
                return bounds
    field = _field(path)
    return range_in_words(field) if field is not None else None


def _spellings(path: str) -> list[str]:
    """Return the paths at which a value may be written: for a level also for all."""
    first, *rest = path.split(".")
    if first == "leaders" and rest[0] in LEVELS:
        return [path, ".".join(["leaders", "all", *rest[1:]])]
    if path.startswith("regime.discretion."):
        return [path, "regime.discretion"]
    return [path]


def _written_range(node) -> tuple[float, float] | None:
    bounds = node.get("range") if is_sourced(node) else None
    is_pair = isinstance(bounds, list) and len(bounds) == 2
    if is_pair and all(type(bound) in (int, float) for bound in bounds):
        return tuple(bounds)
    return None


def range_in_words(field) -> tuple[float, float] | None:
    """Return the range that the source of a field tells, None if it tells none.

    Parameters
    ----------
    field : pydantic.fields.FieldInfo
        As `param` makes it.
    """
    source = (field.json_schema_extra or {}).get("source", "")
    match = re.search(f"plausible {BOUNDS}", source) or re.search(BOUNDS, source)
    if match is None:
        return None
    low, high = (float(text.replace(",", "")) for text in match.groups())
    default = field.get_default(call_default_factory=True)
    is_other = type(default) in (int, float) and not low <= default <= high
    return None if is_other else (low, high)


def _kinds(path: str) -> set:
    """Return the types of the value at a path."""
    kinds = {ROOTS[path.split(".")[0]]} if path.split(".")[0] in ROOTS else set()
    for key in path.split(".")[1:]:
        kinds = {below for kind in kinds for below in _below(kind, key)}
    return {kind for kind in kinds if isinstance(kind, type)}


def _field(path: str):
    """Return the field of the class that a path names, None if it names none."""
    above, _, key = path.rpartition(".")
    for kind in _kinds(above) if above else ():
        if issubclass(kind, BaseModel):
            for name, field in kind.model_fields.items():
                if (field.alias or name) == key:
                    return field
    return None


def _below(kind, key: str) -> set:
    """Return the types of what is at a key of a table, or an entry of a list."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is dict:
        return _members(args[1])
    if origin is list:
        return _members(args[0])
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if (field.alias or name) == key:
                return _members(field.annotation)
    return set()


def _members(annotation) -> set:
    """Return what an annotation may be, without limits and without None."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return {kind for arg in get_args(annotation) for kind in _members(arg)}
    return set() if annotation is NoneType else {annotation}
