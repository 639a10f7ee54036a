"""Comparison of scenarios with a baseline, replicate by replicate.

In replicate r all scenarios have the same citizens, temptations and draws (common random
numbers), so the difference of a pair is far less uncertain than its two values.
"""

import numpy as np
import pandas as pd

from ..errors import ConfigError
from ..intervals import (
    CONFIDENCE,
    bootstrap,
    correlation,
    estimate,
    holm,
    independent_replicates,
    paired_p,
)
from . import datasets
from .split_outputs import checked_split, refuse_sums, split_values

FEWEST_TO_RESAMPLE = 8  # pairs; with fewer, a BCa interval is too narrow


def compare(
    source,
    baseline: str,
    variables=None,
    confidence: float = CONFIDENCE,
    scenarios=None,
    by: str | None = None,
    measures=None,
) -> pd.DataFrame:
    """Return the paired differences of every scenario to a baseline.

    Parameters
    ----------
    source : path-like or xarray.Dataset
        A store, or the dataset that `scsfast.open` returns.
    baseline : str
        Name of a scenario.
    variables : sequence of str, optional
        Measures, or outputs by tick (summed over measured ticks and all other dimensions);
        by default all measures.
    confidence : float
        Of the intervals, in (0, 1).
    scenarios : sequence of str, optional
        The scenarios to compare, by default all but the baseline.
    by : str, optional
        "group", "level" or "grade": one row per label of this dimension. All `variables`
        must be outputs by it. Without `by`, outputs by group and by grade are refused.
    measures : mapping of str to callable, optional
        Measures of your own: from a name to a function of the dataset that returns an
        array (scenario, replicate).

    Returns
    -------
    pandas.DataFrame
        One row per scenario and variable (and label of `by`, in a column of that name):
        ``scenario``, ``variable``, ``unit``,
        ``baseline`` and ``value`` (means over the pairs), ``difference`` (value less
        baseline), ``low`` and ``high`` (its t-interval), ``boot_low`` and ``boot_high``
        (BCa bootstrap, from `FEWEST_TO_RESAMPLE` pairs), ``p`` (paired t-test),
        ``p_holm`` (corrected for all rows), ``correlation`` of the pairs, ``n`` (pairs in
        which both have a value), and ``n_independent``: replicates per side that two
        independent samples would need for an equally narrow t-interval (infinite where all
        pairs have the same difference). NaN with too few pairs. ``same_world``: whether
        both have the same citizens; otherwise replicates are paired by number alone.

    Raises
    ------
    ConfigError
        If nothing is finished, if the baseline, a scenario or a variable is unknown, or if
        the baseline is the only scenario.
    """
    confidence = datasets.asked_confidence(confidence)
    dataset = datasets.results(source, measures)
    baseline = datasets.asked_scenario(dataset, baseline)
    _refuse_unpaired(dataset, baseline)
    names = _names(dataset, variables, by)
    wanted = datasets.asked_scenarios(dataset, scenarios)
    others = _others(wanted, baseline, scenarios)
    return _table(dataset, baseline, others, names, by, confidence)


def _others(wanted: list[str], baseline: str, asked) -> list[str]:
    """Return the scenarios to compare; raise ConfigError if only the baseline is left."""
    others = [scenario for scenario in wanted if scenario != baseline]
    if not others:
        why = "was asked for" if asked else "is in this store"
        raise ConfigError(f"nothing to compare: only the baseline {why}")
    return others


def _names(dataset, variables, by: str | None) -> list[str]:
    """Return the requested variables; refuse sums without meaning."""
    names = datasets.asked_variables(dataset, variables)
    if by is None:
        refuse_sums(dataset, names)
    else:
        checked_split(dataset, names if variables else [], by)
        if not variables:
            raise ConfigError(f"`by` {by} needs a variable: an output by {by}")
    return names


def _table(dataset, baseline, others, names, by, confidence) -> pd.DataFrame:
    """Return the rows of `compare`, with p-values corrected for all rows."""
    values = _values(dataset.sel(scenario=[*others, baseline]), names, by)
    rows = [
        _row(array, scenario, baseline, confidence) | ({by: label} if by else {})
        for scenario in others
        for (_, label), array in values.items()
    ]
    heads = ["scenario", "variable", *([by] if by else []), "unit", *PAIRED]
    table = pd.DataFrame(rows, columns=heads)
    table.insert(table.columns.get_loc("p") + 1, "p_holm", holm(table["p"]))
    table["same_world"] = _same_world(dataset, table["scenario"], baseline)
    return table


def _values(dataset, names, by: str | None) -> dict:
    """Return values by replicate, from (variable, label) to an array; "" without `by`."""
    if by is not None:
        return split_values(dataset, names, by)
    found = datasets.values(dataset, names)
    return {(name, ""): found[name] for name in names}


def _same_world(dataset, scenarios, baseline: str) -> list[bool]:
    """Return, per scenario, whether it has the world of the baseline."""
    own = datasets.own_worlds(dataset)
    worlds = dict(zip(dataset["scenario"].values, own, strict=True))
    return [worlds[scenario] == worlds[baseline] for scenario in scenarios]


def _refuse_unpaired(dataset, baseline: str) -> None:
    """Raise ConfigError if nothing of the baseline is finished."""
    if not datasets.is_finished(dataset.sel(scenario=[baseline])).any():
        raise ConfigError(
            f"`baseline`: nothing of '{baseline}' is finished yet, so nothing can be "
            "compared with it"
        )


def _row(values, scenario: str, baseline: str, confidence: float) -> dict:
    """Return the row of one scenario and variable."""
    pair = (values.sel(scenario=name) for name in (scenario, baseline))
    about = {
        "scenario": scenario,
        "variable": values.name,
        "unit": values.attrs["units"],
    }
    return {**about, **paired(*pair, confidence)}


PAIRED = (
    "baseline", "value", "difference", "low", "high", "boot_low", "boot_high", "p",
    "correlation", "n", "n_independent",
)  # fmt: skip


def paired(values, others, confidence: float = CONFIDENCE) -> dict:
    """Return statistics of the paired differences of values to others.

    Parameters
    ----------
    values, others : array_like of float
        By replicate; a pair counts if neither is NaN.
    confidence : float

    Returns
    -------
    dict
        The columns `PAIRED` of `compare`.
    """
    values, others = np.asarray(values, "f8"), np.asarray(others, "f8")
    both = ~(np.isnan(values) | np.isnan(others))
    values, others = values[both], others[both]
    differences = values - others
    found = estimate(differences, confidence)
    boot_low = boot_high = float("nan")
    if found.n >= FEWEST_TO_RESAMPLE:
        boot_low, boot_high = bootstrap(differences, confidence)
    return {
        "baseline": estimate(others).mean,
        "value": estimate(values).mean,
        "difference": found.mean,
        "low": found.low,
        "high": found.high,
        "boot_low": boot_low,
        "boot_high": boot_high,
        "p": paired_p(differences),
        "correlation": correlation(values, others),
        "n": found.n,
        "n_independent": independent_replicates(values, others, confidence),
    }
