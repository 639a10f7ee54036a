"""The stopping rule: whether a measure, or a verdict, is known well enough.

It is decided on the first replicates in their order, not on those that were ready first, so
the answer is the same on any number of cores. Scenarios may stop one by one: which are open
after a number of replicates follows from the first replicates of each, from the start of
the run on, so a run that is resumed decides like one that was never stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..errors import ConfigError
from ..intervals import mean_and_half
from ..model.measures import MEASURES, measure
from ..model.messages import did_you_mean
from ..model.output_tables import TABLES
from ..text import many

if TYPE_CHECKING:
    import xarray as xr

    from ..campaign.campaign import Campaign
    from ..campaign.options import Until

Undecided = Callable[[Any, str, float], Collection[int]]
Measured = Callable[[Any, str], Any]
SUMMED = tuple(
    output.name
    for table in TABLES
    if table.dims == ("tick",)
    for output in table.outputs
)  # outputs that have one value per tick: summed over measured ticks


class Step(NamedTuple):
    """What to have next: so many replicates of some scenarios, None for all."""

    replicates: int
    scenarios: frozenset[int] | None


def check_rule(until: Until | None, own: Collection[str] = ()) -> None:
    """Raise ConfigError if a rule names a measure that does not exist.

    Parameters
    ----------
    until : Until or None
    own : collection of str
        Names of the user's own measures.
    """
    known = [*MEASURES, *SUMMED, *own]
    if until and until.variable is not None and until.variable not in known:
        raise ConfigError(
            f"`until.variable` must be one of {', '.join([*MEASURES, *own])}, or an output "
            f"by tick, got '{until.variable}'{did_you_mean(until.variable, known)}"
        )


def confidence_of_look(confidence: float, look: int) -> float:
    """Return the confidence of the intervals at one of several looks at a verdict.

    A look is a chance to be wrong, so look k may be wrong with only 1 / (k (k + 1)) of the
    chance that is allowed. These shares add up to 1 over any number of looks: the chance
    that a verdict is ever decided wrongly is at most 1 - `confidence`, and a larger `max`
    changes no look before it.

    Parameters
    ----------
    confidence : float
        Over all looks, in (0, 1).
    look : int
        Number of the look, from 1.
    """
    return 1 - (1 - confidence) / (look * (look + 1))


def half_widths(
    path: str | PathLike[str],
    until: Until,
    replicates: int,
    measured: Measured = measure,
) -> np.ndarray:
    """Return half the interval of a measure in each scenario.

    Parameters
    ----------
    path : path-like
        Path of a store in which the first replicates are done, or failed.
    until : Until
        The measure and the confidence.
    replicates : int
        Number of the first replicates that count.
    measured : callable
        From results and a name to the values, dimensions (scenario, replicate).

    Returns
    -------
    ndarray of float64, shape (scenarios,)
        In the measure's unit. Infinite while a scenario has fewer than two values; NaN if
        the measure is missing throughout.
    """
    assert until.variable is not None
    dataset = _first(path, replicates)
    values = measured(dataset, until.variable)
    is_done = (dataset["status"] == 1).transpose("scenario", "replicate").values
    done = np.where(is_done, values.transpose("scenario", "replicate").values, np.nan)
    _, half, _ = mean_and_half(done, until.confidence)
    half = np.where(np.isnan(half), np.inf, half)
    is_missing = np.isnan(done).all(axis=1) & is_done.any(axis=1)
    return np.where(is_missing, np.nan, half)


def _first(path: str | PathLike[str], replicates: int) -> xr.Dataset:
    """Return the results of the first replicates; only rules import what reads them."""
    from ..store.open import read_all

    return read_all(path).isel(replicate=slice(replicates))


def widest_half(
    path: str | PathLike[str],
    until: Until,
    replicates: int,
    measured: Measured = measure,
) -> float:
    """Return the widest half interval over the scenarios.

    Parameters
    ----------
    path : path-like
    until : Until
    replicates : int
    measured : callable
        As of `half_widths`.

    Returns
    -------
    float
        Scenarios in which the measure is missing throughout do not count; 0 if it is
        missing in all.
    """
    half = half_widths(path, until, replicates, measured)
    return float(np.max(half[~np.isnan(half)], initial=0.0))


def next_step(
    path: str | PathLike[str],
    campaign: Campaign,
    now: Step,
    say: Callable[[str], Any],
    undecided: Undecided | None = None,
    measured: Measured | None = None,
) -> Step | None:
    """Return the replicates to reach next, None if the existing ones suffice.

    Parameters
    ----------
    path : path-like
    campaign : Campaign
    now : Step
        The existing replicates.
    say : callable
        Called with a message on the result.
    undecided : callable or None
        Called with the results of the first replicates, the claim and the confidence;
        returns the numbers of the scenarios whose verdict is not decided, and of those that
        they are compared with. Needed by rules on verdicts.
    measured : callable or None
        As of `half_widths`. Needed by rules on outputs by tick and the user's own measures.
    """
    measured = measured or measure
    until = campaign.until
    if until is None:
        return None
    if until.is_per_scenario:
        return _next_of_each(path, campaign, until, now, say, undecided, measured)
    assert until.halfwidth is not None
    half = widest_half(path, until, now.replicates, measured)
    found = (
        f"{until.variable} is known to ±{half:.3g} after {now.replicates} replicates"
    )
    if half <= until.halfwidth:
        say(f"{found}, ±{until.halfwidth:g} was asked for: enough")
        return None
    if now.replicates >= until.max:
        say(f"{found}, ±{until.halfwidth:g} was asked for: not reached, `max` is")
        return None
    more = min(now.replicates + campaign.replicates, until.max)
    say(f"{found}, ±{until.halfwidth:g} is asked for: on to {more}")
    return Step(more, None)


def _next_of_each(
    path: str | PathLike[str],
    campaign: Campaign,
    until: Until,
    now: Step,
    say: Callable[[str], Any],
    undecided: Undecided | None,
    measured: Measured,
) -> Step | None:
    """Return what scenarios that are still open are to have next."""
    n_scenarios = len(campaign.scenarios)
    before = range(n_scenarios) if now.scenarios is None else now.scenarios
    look = -(-now.replicates // campaign.replicates)
    if until.verdict is None:
        half = half_widths(path, until, now.replicates, measured)
        found = set(np.flatnonzero(half > until.halfwidth).tolist())  # NaN is not
        what = f"{until.variable} is known to ±{until.halfwidth:g}"
    else:
        if undecided is None:
            raise ConfigError("`until.verdict` needs the analysis of verdicts")
        dataset = _first(path, now.replicates)
        confidence = confidence_of_look(until.confidence, look)
        found = set(undecided(dataset, until.verdict, confidence))
        what = f"the word on {until.verdict} is decided"
    still = frozenset(before) & found
    head = (
        f"look {look}, after {now.replicates} replicates: {what} in "
        f"{n_scenarios - len(still)} of {many(n_scenarios, 'scenario')}"
    )
    if not still:
        say(f"{head}: enough")
        return None
    if now.replicates >= until.max:
        say(f"{head}: not reached in the others, `max` is")
        return None
    more = min(now.replicates + campaign.replicates, until.max)
    say(f"{head}: the others go on to {more}")
    return Step(more, still)
