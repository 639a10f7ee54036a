"""Sizes, durations and counts in words."""

import math
from collections.abc import Iterable
from html import escape

UNITS = ("bytes", "kB", "MB", "GB", "TB")


def size(n_bytes: float) -> str:
    """Return a number of bytes in words, such as "1.2 GB"."""
    power = min(len(UNITS) - 1, int(math.log(max(1, abs(n_bytes)), 1000)))
    digits = 0 if n_bytes >= 100 * 1000**power or not power else 1
    return f"{n_bytes / 1000**power:,.{digits}f} {UNITS[power]}"


def duration(seconds: float) -> str:
    """Return a time in words, such as "1 min 20 s"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def many(n: int, what: str) -> str:
    """Return a number of things, such as "1 replicate" or "1,000 replicates"."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def html_table(title: str, rows: Iterable[tuple[str, object]]) -> str:
    """Return a small table as HTML, for notebooks: (label, value) per row."""
    body = "".join(
        f"<tr><th style='text-align:left'>{escape(str(label))}</th>"
        f"<td style='text-align:left'>{escape(str(value))}</td></tr>"
        for label, value in rows
    )
    return f"<table><caption><b>{escape(title)}</b></caption>{body}</table>"
