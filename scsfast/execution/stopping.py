"""The stopping rule: whether a measure is known well enough from so many replicates.

It is decided on the first replicates in their order, not on those that were ready first, so
the answer is the same on any number of cores.
"""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ConfigError
from ..intervals import mean_and_half
from ..model.measures import MEASURES, measure
from ..store.open import read_all

if TYPE_CHECKING:
    from ..campaign.config import Campaign
    from ..campaign.options import Until


def check_rule(until: Until | None) -> None:
    """Raise ConfigError if a rule names a measure that does not exist."""
    if until and until.variable not in MEASURES:
        raise ConfigError(
            f"`until.variable` must be one of {', '.join(MEASURES)}, got "
            f"'{until.variable}'"
        )


def widest_half(path: str | PathLike[str], until: Until, replicates: int) -> float:
    """Return the widest half interval over the scenarios.

    Parameters
    ----------
    path : path-like
        Path of a store in which the first replicates are done, or failed.
    until : Until
        The measure and the confidence.
    replicates : int
        Number of the first replicates that count.

    Returns
    -------
    float
        Infinite while a scenario has fewer than two values; scenarios in which the
        measure is missing throughout do not count; 0 if it is missing in all.
    """
    dataset = read_all(path).isel(replicate=slice(replicates))
    values = measure(dataset, until.variable)
    is_done = (dataset["status"] == 1).transpose("scenario", "replicate")
    if not is_done.any("replicate").all():
        return float("inf")
    done = values.where(is_done).transpose("scenario", "replicate").values
    some = done[~np.isnan(done).all(axis=1)]
    _, half, _ = mean_and_half(some, until.confidence)
    return float(np.nan_to_num(half, nan=np.inf).max(initial=0.0))


def next_size(
    path: str | PathLike[str],
    campaign: Campaign,
    replicates: int,
    say: Callable[[str], Any],
) -> int | None:
    """Return the number of replicates to reach next, None if the existing ones suffice.

    Parameters
    ----------
    path : path-like
    campaign : Campaign
    replicates : int
        Number of existing replicates.
    say : callable
        Called with a message on the result.
    """
    until = campaign.until
    if until is None:
        return None
    half = widest_half(path, until, replicates)
    found = f"{until.variable} is known to ±{half:.3g} after {replicates} replicates"
    if half <= until.halfwidth:
        say(f"{found}, ±{until.halfwidth:g} was asked for: enough")
        return None
    if replicates >= until.max:
        say(f"{found}, ±{until.halfwidth:g} was asked for: not reached, `max` is")
        return None
    more = min(replicates + campaign.replicates, until.max)
    say(f"{found}, ±{until.halfwidth:g} is asked for: on to {more}")
    return more
