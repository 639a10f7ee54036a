"""The parameter at a path: type and limits, unit, meaning, and plausible range.

One walk over the classes of parameters serves error messages, the bounds of samples, and
the tables of units. A plausible range is data: that of a default is an argument of `param`,
that of a value in a TOML file is written beside the value (``range = [low, high]``).
"""

from collections.abc import Iterable
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .government import LEVELS
from .parameters import Tree, extra_of, is_sourced
from .paths import found
from .world import Scenario

ROOTS = ("regime", "leaders", "world")


class Spec(NamedTuple):
    """The valid values at a path: a type, its limits, and the field that it belongs to."""

    type: Any
    limits: tuple[Any, ...] = ()
    field: FieldInfo | None = None  # None for the entries of lists and tables


def fields(model: type[BaseModel]) -> dict[str, Spec]:
    """Return the `Spec` of each key of a table, under the names that users write."""
    return {
        field.alias or name: plain(field.annotation, tuple(field.metadata), field)
        for name, field in model.model_fields.items()
    }


def plain(
    annotation: Any, limits: tuple[Any, ...] = (), field: FieldInfo | None = None
) -> Spec:
    """Return a type without ``Annotated``, and the limits that it contained.

    Parameters
    ----------
    annotation : type
        Annotation of a field, or of an entry.
    limits : tuple
        Limits known so far.
    field : pydantic.fields.FieldInfo or None
        The field that has the annotation.
    """
    while get_origin(annotation) is Annotated:
        annotation, *extras = get_args(annotation)
        for extra in extras:
            is_field = isinstance(extra, FieldInfo)
            limits += tuple(extra.metadata) if is_field else (extra,)
    return Spec(annotation, limits, field)


def members(spec: Spec | None) -> list[Spec]:
    """Return the members of a union, without None, which TOML cannot write."""
    if spec is None:
        return []
    if get_origin(spec.type) not in (Union, UnionType):
        return [spec]
    kinds = (kind for kind in get_args(spec.type) if kind is not NoneType)
    return [
        member
        for kind in kinds
        for member in members(plain(kind, spec.limits, spec.field))
    ]


def below(spec: Spec, key: str | int) -> Spec | None:
    """Return the `Spec` at a key of a table or an index of a list; None if invalid."""
    if is_model(spec.type):
        return fields(spec.type).get(str(key))
    origin, args = get_origin(spec.type), get_args(spec.type)
    if origin is dict:
        return plain(args[1])
    if origin is tuple and ... not in args:
        return plain(args[int(key)]) if int(key) < len(args) else None
    return plain(args[0]) if origin in (list, tuple) else None


def is_model(kind: object) -> bool:
    """Return whether a type is a class of parameters."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def at(keys: Iterable[str], model: type[BaseModel] = Scenario) -> list[Spec]:
    """Return every `Spec` that is valid at a path below a class; empty if none is."""
    specs = [Spec(model)]
    for key in keys:
        specs = [
            member
            for spec in specs
            if (inner := below(spec, key)) is not None
            for member in members(inner)
        ]
    return specs


def unit_of(specs: list[Spec]) -> str:
    """Return the unit of a number, "" of anything else.

    Parameters
    ----------
    specs : list of Spec
        As `at` returns them.
    """
    kinds = {kind for spec in specs for kind in _elements(spec)}
    field = field_of(specs)
    is_word = bool(kinds & {str, bool, Literal})
    return "" if is_word or field is None else _about(field).get("unit", "")


def field_of(specs: list[Spec]) -> FieldInfo | None:
    """Return the first field that a path names, None if there is none."""
    return next((spec.field for spec in specs if spec.field is not None), None)


def is_whole(path: str) -> bool:
    """Return whether a scenario's path names a whole number."""
    return int in _kinds(path)


def is_number(path: str) -> bool:
    """Return whether a scenario's path names a number."""
    return bool(_kinds(path) & {int, float})


def about(path: str) -> tuple[str, str]:
    """Return the unit and the meaning of a parameter; ("1", path) if it is unknown."""
    field = field_of(_at(path))
    if field is None:
        return "1", path
    return _about(field).get("unit", "1"), field.description or path


def plausible(path: str, trees: list[Tree]) -> tuple[float, float] | None:
    """Return the plausible range of a parameter, None if none is known.

    Parameters
    ----------
    path : str
        A path that begins with ``regime``, ``leaders`` or ``world``.
    trees : list of dict
        Trees in which values may be written with their sources, in order of precedence:
        tables with the keys ``regime``, ``leaders``, ``world``.
    """
    for tree in trees:
        for written in _spellings(path):
            bounds = _written_range(found(tree, written))
            if bounds:
                return bounds
    field = field_of(_at(path))
    return _about(field)["plausible"] if field is not None else None


def _at(path: str) -> list[Spec]:
    keys = path.split(".")
    return at(keys) if keys[0] in ROOTS else []


def _kinds(path: str) -> set[Any]:
    return {spec.type for spec in _at(path)}


def _elements(spec: Spec) -> set[Any]:
    """Return the plain types of a value, or of the entries of a list."""
    if get_origin(spec.type) in (list, tuple):
        inner = [plain(arg) for arg in get_args(spec.type) if arg is not ...]
        return {
            kind for entry in inner for m in members(entry) for kind in _elements(m)
        }
    return {get_origin(spec.type) or spec.type}


def _about(field: FieldInfo) -> Tree:
    """Return unit, source and plausible range of a field, as given to `param`."""
    return extra_of(field) or {"plausible": None}


def _spellings(path: str) -> list[str]:
    """Return the paths at which a value may be written: those of a level also under all."""
    first, *rest = path.split(".")
    if first == "leaders" and rest[0] in LEVELS:
        return [path, ".".join(["leaders", "all", *rest[1:]])]
    if path.startswith("regime.discretion."):
        return [path, "regime.discretion"]
    return [path]


def _written_range(node: Any) -> tuple[float, float] | None:
    bounds = node.get("range") if is_sourced(node) else None
    if not isinstance(bounds, list) or len(bounds) != 2:
        return None
    if all(type(bound) in (int, float) for bound in bounds):
        return bounds[0], bounds[1]
    return None
