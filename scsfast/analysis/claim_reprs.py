"""Verdicts on the talk's claims as text and as HTML, for a prompt and a notebook."""

from html import escape

import pandas as pd


def claims_repr(found) -> str:
    """Return verdicts and remarks as text, and the names of the tables behind them."""
    if found.verdicts.empty:
        table = "no verdict: every scenario is a yardstick or a point of a design"
    else:
        table = _shown(found.verdicts).T.to_string(header=False)
    return "\n".join([f"<scsfast claims>\n{table}", *found.remarks, _tables(found)])


def claims_html(found) -> str:
    """Return verdicts as a table, with the estimates in a collapsed section."""
    notes = "".join(f"<p>{escape(note)}</p>" for note in found.remarks)
    return (
        f"{_shown(found.verdicts).to_html(index=False, na_rep='')}{notes}"
        f"<details><summary>{len(found.estimates)} estimates</summary>"
        f"{found.estimates.to_html(index=False, float_format='{:.3f}'.format)}</details>"
    )


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with lists written as text."""
    return table.map(
        lambda value: ", ".join(value) if isinstance(value, list) else value
    )


def _tables(found) -> str:
    frames = [n for n in found._fields if isinstance(getattr(found, n), pd.DataFrame)]
    return f"Tables: {', '.join(f'.{name}' for name in frames)}"
