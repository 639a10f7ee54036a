"""The registry of measures: numbers per replicate that are derived from the outputs.

Each measure is listed once, with unit, meaning and the outputs that it needs. Measures are
ratios of sums over the measured ticks (those after warm-up), or of the state at the end of
the run. They are missing (NaN) where the denominator is 0, where a measure needs scores
and the regime has none, or where an older store lacks an output.

The value of a prize is need x quality of its winner. V is the total value under the regime;
L, Q, N and O are those under a lottery (expected), quality alone, need alone and need x
quality, all with the same applicants, places and lots:

    efficiency = (V - L)/(O - L)    attainable = (Q - L)/(O - L)    skill = (V - L)/(Q - L)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..intervals import statistics
from .descriptions import described
from .measure_formulas import (
    auc,
    between,
    capture,
    fair_capture,
    gain,
    group_capture,
    group_skill,
    measured,
    once,
    per_citizen,
    prize_gini,
    share_of,
    total,
    wealth_gini,
)
from .plain_arrays import PlainArray, PlainDataset

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "capture",
    "measured",
    "once",
    "total",
]  # formulas that users import from here, and the functions below

POINT = MONEY = UNIT = 256
SCORED = ("ledger", "index", "model")  # scorers that give scores


class Measure(NamedTuple):
    """One measure: its meaning, the outputs it needs, and its formula."""

    name: str
    unit: str
    meaning: str
    outputs: tuple[str, ...]
    formula: Callable[[xr.Dataset], xr.DataArray]
    scored: bool = False  # whether it needs a regime with scores


def measure(dataset: Any, name: str) -> Any:
    """Return a measure of every replicate.

    Parameters
    ----------
    dataset : xarray.Dataset or PlainDataset
        Outputs by name, dimensions (scenario, replicate, ...), with the coordinates
        `scorer` and `n_citizens` and the attribute `first_measured_tick`.
    name : str
        One of `MEASURES` or `GROUP_MEASURES`.

    Returns
    -------
    xarray.DataArray or PlainArray
        float64, dimensions (scenario, replicate), for `GROUP_MEASURES` also (group,).
    """
    found = REGISTRY[name]
    if any(output not in dataset for output in found.outputs):
        return _missing(dataset, name)
    values = found.formula(dataset).astype("f8")
    return values.where(dataset["scorer"].isin(SCORED)) if found.scored else values


def measures(dataset: xr.Dataset, names: Iterable[str] | None = None) -> xr.Dataset:
    """Return measures of every replicate, by default all, with units and meanings."""
    names = [*MEASURES, *GROUP_MEASURES] if names is None else list(names)
    values = {name: measure(dataset, name) for name in names}
    import xarray as xr

    found = xr.Dataset(values).drop_vars(["scorer", "n_citizens"], errors="ignore")
    for name in names:
        found[name].attrs = about(name)
    return found


def summarise(dataset: xr.Dataset) -> xr.Dataset:
    """Return all of `MEASURES` of every replicate, dimensions (scenario, replicate)."""
    return measures(dataset, MEASURES)


def summary_table(dataset: xr.Dataset) -> xr.Dataset:
    """Return mean and 95 % t-interval of every measure in every scenario.

    Parameters
    ----------
    dataset : xarray.Dataset
        As returned by `scsfast.open`.

    Returns
    -------
    xarray.Dataset
        Dimensions (scenario, statistic), statistics "mean", "low", "high", "n"; the
        bounds are missing with fewer than two replicates.
    """
    return summarise(dataset).map(statistics)


def about(name: str) -> dict[str, str]:
    """Return unit and meaning of a measure as attributes."""
    return described(name, REGISTRY[name].unit, REGISTRY[name].meaning)


def plain_measures(
    dataset: PlainDataset, names: Iterable[str] | None = None
) -> dict[str, PlainArray]:
    """Return measures of every replicate, computed without xarray.

    Parameters
    ----------
    dataset : PlainDataset
    names : iterable of str, optional
        Measures; by default all.

    Returns
    -------
    dict of str to PlainArray
        float64, dimensions (scenario, replicate), for `GROUP_MEASURES` also (group,).
    """
    wanted = REGISTRY if names is None else names
    return {name: measure(dataset, name) for name in wanted}


def _missing(dataset: Any, name: str) -> Any:
    """Return NaN for a measure that a dataset cannot have."""
    dims = ["scenario", "replicate"]
    dims += ["group"] if name in GROUP_MEASURES and "group" in dataset.coords else []
    shape = [dataset.sizes[dim] for dim in dims]
    if isinstance(dataset, PlainDataset):
        return PlainArray(np.full(shape, np.nan), dims)
    coords = {dim: dataset[dim] for dim in dims if dim in dataset.coords}
    import xarray as xr

    return xr.DataArray(np.full(shape, np.nan), dims=dims, coords=coords)


_OF_VALUE = ("lottery_prize_value", "prize_value")
_BY_TIE = ("connected", "connected_prizes")
_OF_WEALTH = ("stratum_wealth_count", "stratum_wealth")

_MEASURES = (
    Measure(
        "efficiency",
        "1",
        "value of prizes on a scale from lottery (0) to oracle (1)",
        (*_OF_VALUE, "oracle_prize_value"),
        between("prize_value", "oracle_prize_value"),
    ),
    Measure(
        "fair_efficiency",
        "1",
        "efficiency if fair scores decided",
        ("lottery_prize_value", "fair_prize_value", "oracle_prize_value"),
        between("fair_prize_value", "oracle_prize_value"),
    ),
    Measure(
        "skill",
        "1",
        "value of prizes on a scale from lottery (0) to a perfect score of quality (1)",
        (*_OF_VALUE, "quality_prize_value"),
        between("prize_value", "quality_prize_value"),
    ),
    Measure(
        "fair_skill",
        "1",
        "skill if fair scores decided",
        ("lottery_prize_value", "fair_prize_value", "quality_prize_value"),
        between("fair_prize_value", "quality_prize_value"),
    ),
    Measure(
        "queue_skill",
        "1",
        "skill if need alone decided",
        ("lottery_prize_value", "need_prize_value", "quality_prize_value"),
        between("need_prize_value", "quality_prize_value"),
    ),
    Measure(
        "attainable",
        "1",
        "efficiency that a perfect score of quality would have",
        ("lottery_prize_value", "quality_prize_value", "oracle_prize_value"),
        between("quality_prize_value", "oracle_prize_value"),
    ),
    Measure(
        "winners_mean_quality",
        "1",
        "mean quality of winners",
        ("winners_quality", "prizes"),
        share_of("winners_quality", "prizes", unit=UNIT),
    ),
    Measure(
        "winners_mean_need",
        "1",
        "mean need of winners",
        ("winners_need", "prizes"),
        share_of("winners_need", "prizes", unit=UNIT),
    ),
    Measure(
        "repeat_share",
        "1",
        "share of prizes that went to earlier winners",
        ("prizes_again", "prizes"),
        share_of("prizes_again", "prizes"),
    ),
    Measure(
        "diversion",
        "1",
        "prizes to favoured citizens and buyers of points beyond what fair scores would "
        "have given them, as a share of prizes",
        ("favoured_prizes", "favoured_fair_prizes", "prizes"),
        gain("favoured"),
    ),
    Measure(
        "dissenters_loss",
        "1",
        "prizes that opposed dissenters would have won by fair score beyond those they "
        "won, as a share of prizes",
        ("opposed_prizes", "opposed_fair_prizes", "prizes"),
        lambda d: -gain("opposed")(d),
    ),
    Measure(
        "prizes_moved_share",
        "1",
        "share of winners who would not have won by fair score",
        ("prizes_moved", "prizes"),
        share_of("prizes_moved", "prizes"),
    ),
    Measure(
        "capture",
        "1",
        "prize rate of citizens tied to any leader over that of all others",
        _BY_TIE,
        capture,
    ),
    Measure(
        "capture_excess",
        "1",
        "capture less the capture that fair scores would give",
        (*_BY_TIE, "connected_fair_prizes"),
        lambda d: capture(d) - fair_capture(d),
    ),
    Measure(
        "mean_displacement",
        "point",
        "mean |score - fair score|",
        ("displacement",),
        per_citizen("displacement", POINT),
        scored=True,
    ),
    Measure(
        "auc",
        "1",
        "chance that a citizen of the better half outscores one of the worse",
        ("score_count",),
        auc,
        scored=True,
    ),
    Measure(
        "violation_rate",
        "1",
        "violations per temptation",
        ("violations", "temptations"),
        share_of("violations", "temptations"),
    ),
    Measure(
        "words_kept_share",
        "1",
        "share of words kept in meetings",
        ("words_kept", "meetings"),
        share_of("words_kept", "meetings"),
    ),
    Measure(
        "help_rate",
        "1/tick",
        "informal help per citizen",
        ("informal_help",),
        per_citizen("informal_help"),
    ),
    Measure(
        "mean_welfare",
        "monthly income/tick",
        "welfare per citizen",
        ("welfare",),
        per_citizen("welfare", MONEY),
    ),
    Measure(
        "wealth_gini",
        "1",
        "Gini coefficient of wealth at the end of the run",
        _OF_WEALTH,
        wealth_gini,
    ),
    Measure(
        "prize_gini",
        "1",
        "Gini coefficient of prizes won since warm-up, at the end of the run",
        ("stratum_prize_count",),
        prize_gini,
    ),
    Measure(
        "handling_rate",
        "1/tick",
        "records handled per citizen, once at each level that a record passes",
        ("records_handled",),
        per_citizen("records_handled"),
    ),
)
_GROUP_MEASURES = (
    Measure(
        "group_capture",
        "1",
        "prize rate of tied citizens over that of all others, within a group",
        ("stratum_prizes", "stratum_citizens"),
        group_capture,
    ),
    Measure(
        "group_moved_share",
        "1",
        "share of a group's winners who would not have won by fair score",
        ("stratum_prizes_moved", "stratum_prizes"),
        share_of("stratum_prizes_moved", "stratum_prizes", "group"),
    ),
    Measure(
        "group_skill",
        "1",
        "mean value of a group's prizes on a scale from the mean of its applicants (0) to that "
        "of the prizes which quality alone would give it (1)",
        (
            *("stratum_applicant_value", "stratum_applicants", "stratum_prize_value"),
            *(
                "stratum_prizes",
                "stratum_quality_prize_value",
                "stratum_quality_prizes",
            ),
        ),
        group_skill,
    ),
    Measure(
        "group_wealth_gini",
        "1",
        "Gini coefficient of wealth within a group at the end of the run",
        _OF_WEALTH,
        lambda d: wealth_gini(d, "group"),
    ),
    Measure(
        "group_prize_gini",
        "1",
        "Gini coefficient of prizes won since warm-up within a group, at the end",
        ("stratum_prize_count",),
        lambda d: prize_gini(d, "group"),
    ),
)
REGISTRY = {found.name: found for found in (*_MEASURES, *_GROUP_MEASURES)}
MEASURES = {found.name: found.meaning for found in _MEASURES}  # (scenario, replicate)
GROUP_MEASURES = {found.name: found.meaning for found in _GROUP_MEASURES}  # and group
UNITS = {found.name: found.unit for found in REGISTRY.values()}
