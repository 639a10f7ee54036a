"""From pydantic's errors to ours: one sentence a fault, with its key's dotted path.

The grammar is always: `regime.loss` must be a number in [0, 1], got 1.2. What a value
must be is read off the parameter class, so that a message names both bounds, not only
the one that was passed. Knows no parameter by name.
"""

from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from ..errors import ConfigError

MAX_SHOWN = 60  # characters of a wrong value that a message repeats
TAG = "kind"  # the key that tells the members of a tagged union apart
DATE = "a date or time"  # first of the list that stands for one; no parameter takes it
KEY = "[key]"  # what pydantic calls the name of an entry of a table
PLAIN = {
    str: "text",
    bool: "true or false",
    float: "a number",
    int: "a whole number",
    dict: "a table",
}


class _Spec(NamedTuple):
    """What a value may be: a type, and the limits set on it."""

    type: Any
    limits: tuple = ()


class _Place(NamedTuple):
    """Where an error is, in the user's keys, and what belongs there."""

    path: tuple
    spec: _Spec | None
    table: _Spec | None  # what belongs one step up
    is_exact: bool = True  # False: further down, inside one of several types


def config_error(
    error: ValidationError, where: str, model: type[BaseModel], prefix: str = ""
) -> ConfigError:
    """Return the `ConfigError` that says in sentences what a pydantic error says.

    Parameters
    ----------
    error : pydantic.ValidationError
        What validating `model` raised.
    where : str
        The file or object the values come from.
    model : type of BaseModel
        The class that was validated.
    prefix : str
        Path of the validated table inside the file, such as "regime".

    Returns
    -------
    ConfigError
        One sentence for each wrong key, in pydantic's order.
    """
    faults: dict[str, str] = {}
    for entry in error.errors(include_url=False):
        place = _locate(_Spec(model), entry["loc"])
        path = ".".join(map(str, (*([prefix] if prefix else []), *place.path)))
        faults.setdefault(path, _sentence(entry, place, path))
    return ConfigError(list(faults.values()), where)


def validated(model: type[BaseModel], data: dict, where: str, prefix: str = ""):
    """Return `model` made from `data`, or raise the `ConfigError` of all its faults."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise config_error(error, where, model, prefix) from None


def _locate(spec: _Spec | None, loc: tuple) -> _Place:
    """Follow pydantic's location through the classes; drop its names for branches."""
    path, rest, table = [], list(loc), None
    while rest:
        members = _members(spec)
        if len(members) > 1:
            if not all(_is_model(member.type) for member in members):
                return _Place(tuple(path), spec, table, is_exact=len(rest) == 1)
            tag = rest.pop(0)
            spec = next((m for m in members if _tag(m) == tag), None)
            continue
        key = rest.pop(0)
        if rest == [KEY]:
            name = _plain(get_args(members[0].type)[0])
            return _Place((*path, KEY), name, None)
        path.append(key)
        table = members[0] if members else None
        spec = _below(members[0], key) if members else None
    return _Place(tuple(path), spec, table)


def _below(spec: _Spec, key) -> _Spec | None:
    """Return what belongs at a key of a table or an index of a list."""
    if _is_model(spec.type):
        return fields(spec.type).get(key)
    origin, args = get_origin(spec.type), get_args(spec.type)
    if origin is dict:
        return _plain(args[1])
    if origin in (list, tuple):
        kind = args[key] if origin is tuple and ... not in args else args[0]
        return _plain(kind)
    return None


def fields(model: type[BaseModel]) -> dict[str, _Spec]:
    """Return what belongs at each key of a table, under the names that users write."""
    return {
        field.alias or name: _plain(field.annotation, tuple(field.metadata))
        for name, field in model.model_fields.items()
    }


def _plain(annotation, limits: tuple = ()) -> _Spec:
    """Return a type without ``Annotated``, and with the limits that stood in it."""
    while get_origin(annotation) is Annotated:
        annotation, *extras = get_args(annotation)
        for extra in extras:
            is_field = isinstance(extra, FieldInfo)
            limits += tuple(extra.metadata) if is_field else (extra,)
    return _Spec(annotation, limits)


def _members(spec: _Spec | None) -> list[_Spec]:
    """Return what a union may be, without None, which TOML cannot write."""
    if spec is None:
        return []
    if get_origin(spec.type) not in (Union, UnionType):
        return [spec]
    members = (member for member in get_args(spec.type) if member is not NoneType)
    return [_plain(member, spec.limits) for member in members]


def _is_model(kind) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _tag(spec: _Spec) -> str | None:
    field = spec.type.model_fields.get(TAG)
    return field.default if field else None


def _sentence(entry: dict, place: _Place, path: str) -> str:
    """Return the fault of one pydantic error."""
    kind, context = entry["type"], entry.get("ctx", {})
    if kind == "value_error":
        return f"`{path}`: {context['error']}" if path else str(context["error"])
    if kind == "extra_forbidden":
        return f"`{path}`: unknown key; {_guess(place)}"
    if kind == "missing":
        return f"`{path}`: missing key, {_must(place.spec, entry)}"
    if kind == "union_tag_not_found":
        return f"`{path}.{TAG}`: missing key, must be {_tags(place.spec)}"
    if kind == "union_tag_invalid":
        return f"`{path}.{TAG}` must be {_tags(place.spec)}, got '{context['tag']}'"
    if kind in ("too_long", "too_short"):
        count = _count(_members(place.spec)[0])
        return f"`{path}` must have {count} entries, got {len(entry['input'])}"
    got = f", got {_shown(entry['input'])}" if place.is_exact else ""
    key = f"`{path}` " if path else ""
    return f"{key}{_must(place.spec, entry)}{got}{_near_word(entry, place)}"


def did_you_mean(word, known, cutoff: float = 0.5) -> str:
    """Return a question for a word that is nearly one of those known, else nothing."""
    near = get_close_matches(str(word), list(map(str, known)), n=1, cutoff=cutoff)
    return f"; did you mean '{near[0]}'?" if near else ""


def _near_word(entry: dict, place: _Place) -> str:
    """Return the word that may have been meant, where there are few to choose from."""
    words = [m for m in _members(place.spec) if get_origin(m.type) is Literal]
    if not (place.is_exact and len(words) == 1 and isinstance(entry["input"], str)):
        return ""
    return did_you_mean(entry["input"], get_args(words[0].type), cutoff=0.7)


def _must(spec: _Spec | None, entry: dict) -> str:
    """Return "must be ..."; pydantic's own words where no class tells."""
    if spec is None:
        return entry["msg"]
    is_other = entry["type"] == "string_type"  # then its length does not matter yet
    must = "must be text" if is_other else f"must be {describe(spec)}"
    is_infinite = entry["type"] == "finite_number"
    return must.replace("number", "finite number", 1) if is_infinite else must


def _guess(place: _Place) -> str:
    """Return the key that may have been meant by an unknown one, or all there are."""
    known = list(fields(place.table.type))
    near = get_close_matches(str(place.path[-1]), known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}"


def _tags(spec: _Spec) -> str:
    return "one of " + ", ".join(repr(_tag(member)) for member in _members(spec))


def _shown(value) -> str:
    """Return a wrong value as text, cut short if it is long."""
    inner = value[0] if isinstance(value, list) and len(value) == 1 else value
    is_date = isinstance(inner, list) and inner[:1] == [DATE]
    text = " ".join(inner) if is_date else repr(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."


def describe(spec: _Spec) -> str:
    """Return what a value must be, such as "a number in [0, 1]"."""
    kinds = [_describe_one(member) for member in _members(spec)]
    return " or ".join(dict.fromkeys(kinds))


def _describe_one(spec: _Spec) -> str:
    origin, args = get_origin(spec.type), get_args(spec.type)
    if origin is Literal:
        return "one of " + ", ".join(map(repr, args))
    if origin is dict or _is_model(spec.type):
        return "a table"
    if origin is tuple:
        limits = _interval(_plain(args[0]))
        return f"a list of {len(args)} {_plural(args[0])} {limits}".rstrip()
    if origin is list:
        return f"a list of {_plural(args[0])}"
    if spec.type is str:
        count = _count(spec)
        return f"text of {count} characters" if count else PLAIN[str]
    limits = _interval(spec)
    plain = PLAIN.get(spec.type, "valid")
    return f"{plain} {limits}" if limits else plain


def _plural(annotation) -> str:
    """Return what the entries of a list are called."""
    kind = _plain(annotation).type
    return {str: "texts", float: "numbers", int: "whole numbers"}.get(kind, "tables")


def _limit(spec: _Spec, name: str, tightest):
    """Return the tightest limit of a name ("ge", "le", ...), None without any."""
    found = [getattr(limit, name, None) for limit in spec.limits]
    return tightest((value for value in found if value is not None), default=None)


def _interval(spec: _Spec) -> str:
    """Return the limits of a number in words; empty without any."""
    low, above = _limit(spec, "ge", max), _limit(spec, "gt", max)
    high, below = _limit(spec, "le", min), _limit(spec, "lt", min)
    is_open_low = above is not None and (low is None or above >= low)
    is_open_high = below is not None and (high is None or below <= high)
    start = above if is_open_low else low
    end = below if is_open_high else high
    if start is not None and end is not None:
        left, right = "(" if is_open_low else "[", ")" if is_open_high else "]"
        return f"in {left}{start}, {end}{right}"
    if start is not None:
        return f"above {start}" if is_open_low else f"of at least {start}"
    if end is not None:
        return f"below {end}" if is_open_high else f"of at most {end}"
    return ""


def _count(spec: _Spec) -> str:
    """Return how many entries or characters there must be; empty without limits."""
    low, high = _limit(spec, "min_length", max), _limit(spec, "max_length", min)
    if low is not None and high is not None:
        return f"{low}" if low == high else f"{low} to {high}"
    if low is not None:
        return f"{low} or more"
    return f"at most {high}" if high is not None else ""
