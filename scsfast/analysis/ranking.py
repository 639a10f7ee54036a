"""Whether sensitivity indices can rank parameters: overlap of the first intervals."""

import numpy as np
import pandas as pd

from .given_data import DUMMY


def unclear_rank(rows: pd.DataFrame) -> str:
    """Return a warning if the order of the first parameters is uncertain, "" otherwise.

    Parameters
    ----------
    rows : pandas.DataFrame
        One index of one measure: ``parameter``, ``value``, ``low``, ``high``. A row of
        dummies, if there is one, is the floor that parameters must exceed.
    """
    rows = rows[rows["low"].notna()]
    is_dummy = rows["parameter"] == DUMMY
    own = rows[~is_dummy]
    if own.empty:
        return ""
    size, low, high = _sizes(own)
    order = np.argsort(-size, kind="stable")
    floor = float(rows.loc[is_dummy, "high"].max())
    if size[order[0]] <= floor:
        return (
            f"no parameter is above the dummies (up to {floor:.3g}), so none is known to "
            "have an effect; more points, or replicates, are needed"
        )
    overlapping = [k for k in order[1:] if high[k] >= low[order[0]]]
    if not overlapping:
        return ""
    names = own["parameter"].to_numpy()[[order[0], *overlapping]]
    shown = ", ".join(map(str, names[:4]))
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return (
        f"the intervals of {shown}{more} overlap, so which is first is not known; "
        "more points, or replicates, are needed"
    )


def _sizes(own: pd.DataFrame):
    """Return the magnitudes of values, and lower and upper bounds of the magnitudes."""
    value, low, high = (own[name].to_numpy("f8") for name in ("value", "low", "high"))
    least = np.where(low * high <= 0, 0.0, np.minimum(np.abs(low), np.abs(high)))
    return np.abs(value), least, np.maximum(np.abs(low), np.abs(high))
