"""Parameters: checked values with a unit, and a source or a stated modelling choice.

All parameter classes of the model derive from `Parameters`; all their fields are made by
`param`. Values in TOML files may be bare or carry their source. `strip_sources` returns the
bare values, `sourced_leaves` lists the source of each. No file is read here.
"""

import re
import sys
from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo

from ..errors import ConfigError

Tree: TypeAlias = dict[str, Any]  # tables in tables, as `tomllib` gives them
Keys: TypeAlias = tuple[str, ...]  # of a leaf, from the root

# Strict: neither text nor true and false are accepted as numbers.
Probability = Annotated[float, Field(ge=0, le=1, strict=True)]
Share = Annotated[float, Field(ge=0, le=1, strict=True)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]
Finite = Annotated[float, Field(allow_inf_nan=False, strict=True)]
Points = Annotated[float, Field(ge=-30_000, le=30_000, strict=True)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)]
Seed = Annotated[int, Field(ge=0, le=2**64 - 1, strict=True)]
# Limits far from any plausible value that keep all integers within 64 bits.
Money = Annotated[float, Field(ge=0, le=16_384, strict=True)]
Rate = Annotated[float, Field(ge=0, le=366, strict=True)]
Scale = Annotated[float, Field(gt=0, le=1_000_000, strict=True)]
Factor = Annotated[float, Field(ge=0, le=1_000_000, strict=True)]

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def _one_line(text: str) -> str:
    """Return a name unchanged; refuse one that would break the line in which it is shown."""
    if CONTROL.search(text):
        raise ValueError(f"must be text without control characters, got {text!r}")
    return text


Name = Annotated[str, Field(min_length=1), AfterValidator(_one_line)]

MARKS = {
    "O": "official document or statistic",
    "R": "peer-reviewed",
    "P": "press or think-tank",
    "S": "secondary or weak page",
    "U": "unconfirmed",
    "D": "derived here from sourced figures",
}


def _nothing(value: Any) -> Any:
    return None if value == "none" else value


T = TypeVar("T")
OrNone = Annotated[T | None, BeforeValidator(_nothing)]  # TOML has no null: "none"


class Parameters(BaseModel):
    """Base of all parameter classes: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def param(
    default: Any,
    meaning: str,
    *,
    unit: str = "1",
    source: str = "",
    plausible: tuple[float, float] | None = None,
    **lengths: Any,
) -> Any:
    """Return a pydantic field with its unit, source and plausible range.

    Parameters
    ----------
    default : object
        The default; ``...`` if the value is required.
    meaning : str
        One sentence for the documentation.
    unit : str
        Unit of the value, "1" for a pure number.
    source : str
        Source and mark of the default, or "modelling choice" and why.
    plausible : tuple of float or None
        Lowest and highest plausible value, in `unit`; a default number is within.
    **lengths
        ``min_length``, ``max_length``. Limits of numbers belong in the annotation, since
        pydantic ignores those given here if the type has its own.

    Raises
    ------
    TypeError
        If limits of numbers are given here.
    ValueError
        If the range is empty or does not contain the default.
    """
    if not lengths.keys() <= {"min_length", "max_length", "alias"}:
        raise TypeError(f"limits belong into the annotation, got {lengths}")
    if plausible is not None:
        plausible = _checked_range(default, plausible, meaning)
    extra: Tree = {"unit": unit, "source": source, "plausible": plausible}
    if callable(default) and default is not ...:
        return Field(
            default_factory=default,
            description=meaning,
            json_schema_extra=extra,
            **lengths,
        )
    return Field(default, description=meaning, json_schema_extra=extra, **lengths)


def _checked_range(
    default: Any, plausible: tuple[float, float], meaning: str
) -> tuple[float, float]:
    low, high = map(float, plausible)
    is_one = type(default) in (int, float)
    if not low < high or (is_one and not low <= default <= high):
        raise ValueError(f"{meaning}: {default} must be in the range {plausible}")
    return low, high


def extra_of(field: FieldInfo) -> Tree:
    """Return unit, source and plausible range of a field; empty if not made by `param`."""
    extra = field.json_schema_extra
    return dict(extra) if isinstance(extra, dict) else {}


def basis(field: FieldInfo) -> str:
    """Return the basis of a field's default: its source and plausible range."""
    extra = extra_of(field)
    if not extra:
        return ""
    return with_range(str(extra["source"]), extra["plausible"])


def with_range(text: str, bounds: Sequence[float] | None) -> str:
    """Return a source with the plausible range of its value, if it has one."""
    if not bounds:
        return text
    return f"{text}; plausible {bounds[0]:g}..{bounds[1]:g}"


def merge(below: Any, above: Any) -> Any:
    """Return `below` updated by `above`: tables merge by key, other values are replaced.

    A value with its source counts as a value, not as a table. Neither tree is changed.
    """
    if not (_is_table(below) and _is_table(above)):
        return above
    merged = dict(below)
    for key, value in above.items():
        merged[key] = merge(below[key], value) if key in below else value
    return merged


def _is_table(node: Any) -> bool:
    return isinstance(node, dict) and not is_sourced(node)


def is_sourced(node: Any) -> bool:
    """Return whether a TOML node is a value together with its source or choice."""
    return (
        isinstance(node, dict)
        and "value" in node
        and ("source" in node or "choice" in node)
    )


def strip_sources(node: Any) -> Any:
    """Return the tree with every sourced value replaced by the bare value."""
    if is_sourced(node):
        return strip_sources(node["value"])
    if isinstance(node, dict):
        return {key: strip_sources(value) for key, value in node.items()}
    if isinstance(node, list):
        return [strip_sources(value) for value in node]
    return node


def sourced_leaves(node: Any, path: Keys = ()) -> list[tuple[Keys, Tree | None]]:
    """List every leaf of a tree as (its keys, its sourced record or None if bare)."""
    if is_sourced(node):
        return [(path, node)]
    if isinstance(node, dict):
        items = list(node.items())
    elif isinstance(node, list) and any(isinstance(value, dict) for value in node):
        items = list(enumerate(node))
    else:
        return [(path, None)]
    leaves = (sourced_leaves(value, (*path, str(key))) for key, value in items)
    return [leaf for below in leaves for leaf in below]


def check_sources(tree: Any, where: str) -> None:
    """Refuse invalid sources, marks, choices and ranges beside the values of a tree.

    Parameters
    ----------
    tree : object
        As returned by `tomllib`.
    where : str
        The file or object it comes from.

    Raises
    ------
    ConfigError
        Unless ``source`` and ``choice`` are text, ``mark`` is one of `MARKS` and
        ``range`` is a pair of numbers; all faults at once.
    """
    faults = [
        f"`{'.'.join([*path, key])}` must be {must}, got {record[key]!r}"
        for path, record in sourced_leaves(tree)
        for key, (is_right, must) in RECORD.items()
        if record and key in record and not is_right(record[key])
    ]
    if faults:
        raise ConfigError(faults, where)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_mark(value: Any) -> bool:
    return _is_text(value) and value in MARKS


def _is_range(value: Any) -> bool:
    """Return whether a value is [low, high], both finite; [false, true] for flags."""
    is_pair = isinstance(value, list) and len(value) == 2
    if not (is_pair and all(isinstance(bound, int | float) for bound in value)):
        return False
    most = sys.float_info.max
    return bool(-most <= value[0] <= value[1] <= most)


RECORD = {
    "source": (_is_text, "text"),
    "choice": (_is_text, "text"),
    "mark": (_is_mark, f"one of {', '.join(MARKS)}"),
    "range": (_is_range, "[low, high], two numbers with low not above high"),
}
