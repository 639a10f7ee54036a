"""How the packaged pilots, their values and differences look in a terminal."""

from pathlib import Path

from ..model.pilot_values import ABSENT
from .tables import rendered


def difference_text(rows: list[dict], one: str, other: str) -> str:
    """Return the differences between two regimes as a table."""
    from rich.box import SIMPLE
    from rich.table import Table

    if not rows:
        return f"{one} and {other} are the same but for their names\n"
    grid = Table(box=SIMPLE, pad_edge=False)
    grid.add_column("key", overflow="fold")
    for name in (one, other):
        grid.add_column(name, overflow="fold")
    grid.add_column("unit", no_wrap=True)
    grid.add_column("source", overflow="fold")
    for row in rows:
        values = [_shown(value) for value in row["values"]]
        pairs = zip((one, other), row["sources"], strict=True)
        said = [f"{Path(name).stem}: {source}" for name, source in pairs if source]
        grid.add_row(row["key"], *values, row["unit"], "\n".join(said))
    return rendered(grid)


def _shown(value) -> str:
    return ABSENT if value is None else str(value)


def table_text(rows: list[dict]) -> str:
    """Return a pilot's values as a table."""
    from rich.box import SIMPLE
    from rich.table import Table

    grid = Table(box=SIMPLE, pad_edge=False)
    grid.add_column("key", overflow="fold")
    for head in ("value", "unit"):
        grid.add_column(head, no_wrap=True)
    grid.add_column("source", overflow="fold")
    for row in rows:
        grid.add_row(row["key"], str(row["value"]), row["unit"], row["source"])
    return rendered(grid)
