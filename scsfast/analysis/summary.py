"""A store summarised in one table: mean and interval of every measure per scenario."""

import pandas as pd

from ..intervals import CONFIDENCE, estimate
from . import datasets
from .split_outputs import refuse_sums

COLUMNS = ("scenario", "variable", "unit", "mean", "low", "high", "n")


def summary(
    source,
    variables=None,
    scenarios=None,
    confidence: float = CONFIDENCE,
    measures=None,
) -> pd.DataFrame:
    """Return the mean and t-interval over replicates of each measure, per scenario.

    Parameters
    ----------
    source : path-like or xarray.Dataset
        A store, or the dataset that `scsfast.open` or `Run.to_xarray` returns.
    variables : sequence of str, optional
        Measures, other variables by scenario and replicate, or outputs by tick (summed
        over measured ticks); by default all measures.
    scenarios : sequence of str, optional
        By default all.
    confidence : float
        Of the intervals, in (0, 1).
    measures : mapping of str to callable, optional
        Measures of your own, as for `compare`.

    Returns
    -------
    pandas.DataFrame
        One row per scenario and variable: ``scenario``, ``variable``, ``unit``, ``mean``,
        ``low``, ``high`` (NaN with fewer than two replicates), ``n`` (replicates that have
        a value).

    Raises
    ------
    ConfigError
        If nothing is finished, or a name is unknown.
    """
    confidence = datasets.asked_confidence(confidence)
    dataset = datasets.results(source, measures)
    names = datasets.asked_variables(dataset, variables)
    refuse_sums(dataset, names)
    wanted = datasets.asked_scenarios(dataset, scenarios)
    found = datasets.values(dataset.sel(scenario=wanted), names)
    rows = [
        (scenario, name, found[name].attrs["units"])
        + tuple(estimate(found[name].sel(scenario=scenario).values, confidence))
        for scenario in wanted
        for name in names
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
