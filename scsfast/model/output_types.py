"""The types of an output and of a table of outputs, and their units."""

from typing import NamedTuple


class Output(NamedTuple):
    """One named output of a table."""

    name: str
    unit: str
    meaning: str


class Table(NamedTuple):
    """One wide array: `dims` after scenario and replicate, outputs along the last axis."""

    name: str
    dims: tuple[str, ...]
    outputs: tuple[Output, ...]


VALUE = "1/65025"  # need x quality, each 0..255
UNIT = "1/256"  # of quality or need
MONEY = "1/256 monthly income"
FINE_MONEY = "1/65536 monthly income"
POINT = "1/256 point"
