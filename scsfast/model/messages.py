"""Turn pydantic's errors into one sentence per fault, with the dotted path of its key.

The form is always: `regime.loss` must be a number in [0, 1], got 1.2. The valid values are
read from the parameter class, so that a message names both bounds, not only the one that
was violated.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Literal, NamedTuple, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from ..errors import ConfigError
from .schema import Spec, below, fields, is_model, members, plain

MAX_SHOWN = 60  # characters of a wrong value that a message repeats
TAG = "kind"  # the key that distinguishes the members of a tagged union
DATE = "a date or time"  # first entry of a list that represents one; no parameter accepts it
KEY = "[key]"  # pydantic's name for the key of an entry of a table
PLAIN = {
    str: "text",
    bool: "true or false",
    float: "a number",
    int: "a whole number",
    dict: "a table",
}


Model = TypeVar("Model", bound=BaseModel)


class _Place(NamedTuple):
    """The path of an error in the user's keys, and the type expected there."""

    path: tuple[str | int, ...]
    spec: Spec | None
    table: Spec | None  # the `Spec` of the table that holds the key
    is_exact: bool = True  # False: further down, inside one of several types


def config_error(
    error: ValidationError, where: str, model: type[BaseModel], prefix: str = ""
) -> ConfigError:
    """Return a `ConfigError` with the faults of a pydantic error as sentences.

    Parameters
    ----------
    error : pydantic.ValidationError
        What validating `model` raised.
    where : str
        The file or object that the values come from.
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
        place = _locate(Spec(model), entry["loc"])
        path = ".".join(map(str, (*([prefix] if prefix else []), *place.path)))
        faults.setdefault(path, _sentence(entry, place, path))
    return ConfigError(list(faults.values()), where)


def validated(
    model: type[Model], data: Mapping[str, Any], where: str, prefix: str = ""
) -> Model:
    """Return `model` made from `data`, or raise a `ConfigError` with all its faults.

    Parameters
    ----------
    model : type of BaseModel
        The class to validate.
    data : dict
    where : str
        The file or object to name.
    prefix : str
        Path of the table in the file.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise config_error(error, where, model, prefix) from None


def _locate(spec: Spec | None, loc: tuple[str | int, ...]) -> _Place:
    """Follow pydantic's location through the classes, without its names for branches."""
    path: list[str | int] = []
    rest, table = list(loc), None
    while rest:
        kinds = members(spec)
        if len(kinds) > 1:
            if not all(is_model(kind.type) for kind in kinds):
                return _Place(tuple(path), spec, table, is_exact=len(rest) == 1)
            tag = rest.pop(0)
            spec = next((m for m in kinds if _tag(m) == tag), None)
            continue
        key = rest.pop(0)
        if rest == [KEY]:
            name = plain(get_args(kinds[0].type)[0])
            return _Place((*path, KEY), name, None)
        path.append(key)
        table = kinds[0] if kinds else None
        spec = below(kinds[0], key) if kinds else None
    return _Place(tuple(path), spec, table)


def _tag(spec: Spec) -> str | None:
    field = spec.type.model_fields.get(TAG)
    return field.default if field else None


def _sentence(entry: Mapping[str, Any], place: _Place, path: str) -> str:
    """Return the sentence for one pydantic error."""
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
        count = _count(members(place.spec)[0])
        return f"`{path}` must have {count} entries, got {len(entry['input'])}"
    got = f", got {_shown(entry['input'])}" if place.is_exact else ""
    key = f"`{path}` " if path else ""
    return f"{key}{_must(place.spec, entry)}{got}{_near_word(entry, place)}"


def did_you_mean(word: object, known: Iterable[object], cutoff: float = 0.5) -> str:
    """Return "did you mean ...?" if a word is nearly a known one, else "".

    Parameters
    ----------
    word : object
        The unknown word.
    known : iterable of str
        The known words.
    cutoff : float
        Least similarity, in [0, 1].
    """
    near = get_close_matches(str(word), list(map(str, known)), n=1, cutoff=cutoff)
    return f"; did you mean '{near[0]}'?" if near else ""


def _near_word(entry: Mapping[str, Any], place: _Place) -> str:
    """Return a suggestion for a wrong word, where there are few to choose from."""
    words = [m for m in members(place.spec) if get_origin(m.type) is Literal]
    if not (place.is_exact and len(words) == 1 and isinstance(entry["input"], str)):
        return ""
    return did_you_mean(entry["input"], get_args(words[0].type), cutoff=0.7)


def _must(spec: Spec | None, entry: Mapping[str, Any]) -> str:
    """Return "must be ..."; pydantic's own words if no class describes the value."""
    if spec is None:
        return str(entry["msg"])
    is_other = entry["type"] == "string_type"  # then its length does not matter yet
    must = "must be text" if is_other else f"must be {describe(spec)}"
    is_infinite = entry["type"] == "finite_number"
    return must.replace("number", "finite number", 1) if is_infinite else must


def _guess(place: _Place) -> str:
    """Return a suggestion for an unknown key, or all known keys."""
    known = list(fields(place.table.type)) if place.table else []
    near = get_close_matches(str(place.path[-1]), known, n=1)
    return f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}"


def _tags(spec: Spec | None) -> str:
    return "one of " + ", ".join(repr(_tag(member)) for member in members(spec))


def _shown(value: object) -> str:
    """Return a wrong value as text, cut short if it is long."""
    inner = value[0] if isinstance(value, list) and len(value) == 1 else value
    text = repr(value)
    if isinstance(inner, list) and inner[:1] == [DATE]:
        text = " ".join(inner)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."


def describe(spec: Spec) -> str:
    """Return the description of valid values, such as "a number in [0, 1]"."""
    kinds = [_describe_one(member) for member in members(spec)]
    return " or ".join(dict.fromkeys(kinds))


def _describe_one(spec: Spec) -> str:
    origin, args = get_origin(spec.type), get_args(spec.type)
    if origin is Literal:
        return "one of " + ", ".join(map(repr, args))
    if origin is dict or is_model(spec.type):
        return "a table"
    if origin is tuple:
        limits = _interval(plain(args[0]))
        return f"a list of {len(args)} {_plural(args[0])} {limits}".rstrip()
    if origin is list:
        return f"a list of {_plural(args[0])}"
    if spec.type is str:
        count = _count(spec)
        return f"text of {count} characters" if count else PLAIN[str]
    limits = _interval(spec)
    kind = PLAIN.get(spec.type, "valid")
    return f"{kind} {limits}" if limits else kind


def _plural(annotation: Any) -> str:
    """Return the plural name of the entries of a list."""
    kind = plain(annotation).type
    return {str: "texts", float: "numbers", int: "whole numbers"}.get(kind, "tables")


def _limit(spec: Spec, name: str, tightest: Any) -> Any:
    """Return the tightest limit of a kind ("ge", "le", ...), None if there is none."""
    found = [getattr(limit, name, None) for limit in spec.limits]
    return tightest((value for value in found if value is not None), default=None)


def _interval(spec: Spec) -> str:
    """Return the limits of a number in words; "" if there are none."""
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


def _count(spec: Spec) -> str:
    """Return the valid number of entries or characters; "" if there is no limit."""
    low, high = _limit(spec, "min_length", max), _limit(spec, "max_length", min)
    if low is not None and high is not None:
        return f"{low}" if low == high else f"{low} to {high}"
    if low is not None:
        return f"{low} or more"
    return f"at most {high}" if high is not None else ""
