"""Find the two columns of a table that are the ends of an edge, by name, not by position.

Programs that save tables add columns of their own in front (row numbers of pandas, row
names of R), so the first two columns of a file need not be the edge.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

PAIRS = (
    ("source", "target"),
    ("from", "to"),
    ("src", "dst"),
    ("ego", "alter"),
    ("citizen", "partner"),
    ("sender", "receiver"),
    ("node1", "node2"),
    ("id1", "id2"),
    ("v1", "v2"),
    ("i", "j"),
    ("u", "v"),
    ("a", "b"),
)
ROW_LABELS = ("", "index", "row", "rowname", "rownames", "row_names", "level_0")
NOT_CITIZENS = ("id", "weight", "w", "count", "n", "time", "date", "tick", "type")


def end_columns(names: Sequence[object]) -> tuple[int, int]:
    """Return the positions of the two columns that hold the ends of an edge.

    Parameters
    ----------
    names : sequence of str
        Names of all columns in order. Case, quotes and surrounding space do not count.

    Returns
    -------
    tuple of int
        Positions of the only pair of `PAIRS` among the names; without such a pair, both
        columns of a table with two, unless a name is that of row labels or weights.

    Raises
    ------
    ValueError
        If the names are ambiguous; the message is a sentence for the user.
    """
    plain = [str(name).strip().strip("\"'").strip().lower() for name in names]
    pairs = [pair for pair in PAIRS if all(plain.count(end) == 1 for end in pair)]
    if len(pairs) == 1:
        first, second = (plain.index(end) for end in pairs[0])
        return first, second
    if not pairs and len(plain) == 2 and not any(map(_is_other, plain)):
        return 0, 1
    shown = ", ".join(repr(str(name)) for name in list(names)[:8])
    raise ValueError(
        "must name the two columns of an edge source and target (or from and to, i and "
        f"j, ...), one pair only, got columns {shown}"
    )


def _is_other(name: str) -> bool:
    """Return whether a column holds row labels or a property of the edge."""
    is_row_label = name in ROW_LABELS or name.startswith(("unnamed:", "__index_level_"))
    return is_row_label or name in NOT_CITIZENS


def is_row_count(column: NDArray[np.int64]) -> bool:
    """Return whether numbers count the rows from 0 or from 1, as row numbers do.

    Parameters
    ----------
    column : ndarray of int64, shape (rows,)
    """
    n = len(column)
    steps_by_one = bool((column[1:] - column[:-1] == 1).all())
    return n > 1 and column[0] in (0, 1) and steps_by_one
