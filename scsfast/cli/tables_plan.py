"""How the plan of a campaign looks in a terminal. Nothing is computed here."""

from ..text import duration, size
from .tables import rendered


def plan_text(found, path) -> str:
    """Return an estimate as a compact table.

    Parameters
    ----------
    found : Estimate
    path : path-like
        Path of the store.
    """
    from rich.box import SIMPLE
    from rich.table import Table

    grid = Table(box=SIMPLE, pad_edge=False, show_header=False)
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right")
    grid.add_column()
    for row in plan_rows(found, path):
        grid.add_row(*row)
    return rendered(grid)


def plan_rows(found, path) -> list[tuple[str, str, str]]:
    """Return (what, how much, remark) for every line of the plan."""
    of_all = found.scenarios * found.replicates
    blocks = found.blocks
    done = sum(found.done.values())
    return [
        (
            "campaign",
            f"{of_all:,} replicates",
            f"{found.scenarios:,} scenarios x {found.replicates:,}; up to "
            f"{found.citizens:,} citizens, {found.ticks:,} ticks",
        ),
        ("done already", f"{done:,} replicates", f"in {path}"),
        *(
            [("to reuse", f"{found.reused:,} replicates", "from other stores")]
            if found.reused is not None
            else []
        ),
        (
            "to compute",
            f"{blocks['replicates']:,} replicates",
            f"in {blocks['pending']:,} blocks of {blocks['size']}",
        ),
        *(_memory_rows(found.memory) if blocks["pending"] else []),
        *_disk_rows(found.disk, found.files),
        *_time_rows(found.seconds),
    ]


def _memory_rows(memory: dict) -> list[tuple[str, str, str]]:
    return [
        ("memory", size(memory["in_all"]), f"{size(memory['available'])} free"),
        (
            "  per replicate",
            size(memory["replicate"]),
            f"{memory['at_once']} at once, plus {size(memory['process'])} for Python",
        ),
    ]


def _disk_rows(disk: dict, files: dict) -> list[tuple[str, str, str]]:
    free = f"{size(disk['free'])} free" if disk.get("free") is not None else ""
    bound = f"{size(disk['raw'])} before compression"
    rows = []
    if disk["in_all"] is not None:
        rows.append(
            ("store", size(disk["in_all"]), ", ".join(filter(None, [bound, free])))
        )
    return [
        *rows,
        ("  files", f"{files['in_all']:,}", f"{files['tables']:,} of blocks"),
        ("  folders", f"{files['folders']:,}", "a file system counts them too"),
    ]


def _time_rows(seconds: dict) -> list[tuple[str, str, str]]:
    if seconds["in_all"] is None:
        return [("time", "0 s", "nothing to compute")]
    return [
        (
            "time",
            duration(seconds["in_all"]),
            f"on {seconds['cores']} cores like this one; "
            f"{duration(seconds['computing'])} of one core",
        )
    ]
