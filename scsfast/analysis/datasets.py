"""Checked access to results: a store, its scenarios, its variables, its designs.

Every analysis of results uses this module, so that a request which cannot be met is refused
in the same words everywhere, and so that a replicate counts only if it is finished. Values
are read a few scenarios at a time.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import xarray as xr

from ..errors import ConfigError
from ..intervals import statistics
from ..model.descriptions import described
from ..model.measures import MEASURES, about, measure, total
from ..model.messages import did_you_mean
from ..store.dataset_attributes import nested_attribute
from ..store.layout import DONE
from ..store.open import read_all

MOST_NAMES = 12  # in a message
BY_REPLICATE = ("scenario", "replicate")
AT_ONCE = 128 * 2**20  # bytes of the largest variable that are read at a time


def results(source, measures=None) -> xr.Dataset:
    """Return the results of a store, unfinished replicates included.

    Parameters
    ----------
    source : path-like or xarray.Dataset
        A store, or the dataset that `scsfast.open` returns.
    measures : mapping of str to callable, optional
        The user's own measures, see `with_measures`.

    Raises
    ------
    ConfigError
        If no replicate of any scenario is finished.
    """
    dataset = source if isinstance(source, xr.Dataset) else read_all(source)
    where = "" if isinstance(source, xr.Dataset) else str(source)
    if not is_finished(dataset).any():
        raise ConfigError(
            "nothing is finished yet: no replicate of any scenario"
            + (" is stored" if where else "; for a growing store pass its path"),
            where,
        )
    return with_measures(dataset, measures) if measures else dataset


def with_measures(dataset: xr.Dataset, measures) -> xr.Dataset:
    """Return a dataset with the user's own measures as further variables.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.
    measures : mapping of str to callable
        From a new name to a function of a dataset that returns an array with the
        dimensions (scenario, replicate). It is called with a few scenarios at a time, of
        finished replicates only.

    Raises
    ------
    ConfigError
        If a name is taken, or a function returns something else: all faults at once.
    """
    taken = set(MEASURES) | set(dataset.variables)
    faults = [
        f"`measures` {name}: is the name of a variable of these results; choose another"
        for name in measures
        if name in taken
    ]
    faults += [
        f"`measures` {name}: must be a function of a dataset, got {value!r}"
        for name, value in measures.items()
        if not callable(value)
    ]
    if faults:
        raise ConfigError(faults)
    own = {name: _checked(name, function) for name, function in measures.items()}
    return dataset.assign(values(dataset, [], own).data_vars)


def functions_in(measures):
    """Return the argument `measures` if it is a mapping to functions, else None."""
    return measures if isinstance(measures, Mapping) else None


def _checked(name: str, function):
    """Return a function that checks that its result is by scenario and replicate."""

    def formula(dataset):
        found = function(dataset)
        if isinstance(found, xr.DataArray) and set(found.dims) == set(BY_REPLICATE):
            return found.reset_coords(drop=True)
        got = dict(found.sizes) if isinstance(found, xr.DataArray) else type(found)
        raise ConfigError(
            f"`measures` {name}: must return an xarray.DataArray with the dimensions "
            f"(scenario, replicate), got {got}; sum or average over all others"
        )

    return formula


def asked_confidence(value: float) -> float:
    """Return the confidence of intervals, or raise ConfigError."""
    if not 0 < value < 1:
        raise ConfigError(f"`confidence` must be a number in (0, 1), got {value:g}")
    return value


def is_finished(dataset: xr.Dataset) -> xr.DataArray:
    """Return whether each replicate is finished, dimensions (scenario, replicate)."""
    if "status" in dataset:
        return (dataset["status"] == DONE).transpose("scenario", "replicate")
    shape = dataset.sizes["scenario"], dataset.sizes["replicate"]
    return xr.DataArray(np.ones(shape, bool), dims=("scenario", "replicate"))


def with_variables(dataset: xr.Dataset, names: Iterable[str]) -> xr.Dataset:
    """Return a dataset with few variables, or all of them if it lacks one of these.

    To select scenarios from a hundred variables takes most of the time of a figure.
    """
    wanted = [*names, *(["status"] if "status" in dataset else [])]
    has_all = all(name in dataset for name in wanted)
    return dataset[wanted] if has_all else dataset


def finished_part(dataset: xr.Dataset, place: int) -> xr.Dataset:
    """Return the finished replicates of the scenario at a place."""
    finished = is_finished(dataset).values[place]
    return dataset.isel(scenario=place, replicate=np.flatnonzero(finished))


def variables(dataset: xr.Dataset) -> list[str]:
    """Return the names of the variables of a dataset that an analysis accepts.

    These are measures, other variables by scenario and replicate (such as the user's own),
    and outputs by tick.
    """
    outputs = [name for name, v in data_variables(dataset) if "tick" in v.dims]
    return [*MEASURES, *own_variables(dataset), *outputs]


def data_variables(dataset: xr.Dataset) -> Iterator[tuple[str, xr.Variable]]:
    """Yield the name and the variable of each array of a dataset but its coordinates.

    `Dataset.data_vars` gives each array its coordinates, which takes most of the time of a
    loop over a hundred outputs.
    """
    for name in dataset.data_vars:
        yield str(name), dataset.variables[name]


def own_variables(dataset: xr.Dataset) -> list[str]:
    """Return variables by scenario and replicate other than the measures of scsfast."""
    known = {*MEASURES, "status"}
    return [
        name
        for name, v in data_variables(dataset)
        if set(v.dims) == set(BY_REPLICATE) and name not in known
    ]


def asked_variables(dataset: xr.Dataset, asked=None) -> list[str]:
    """Return the requested variables, by default all measures and the user's own.

    Raises
    ------
    ConfigError
        If a name is unknown.
    """
    default = [*MEASURES, *own_variables(dataset)]
    return among(variables(dataset), "variable", asked) or default


def asked_scenario(dataset: xr.Dataset, name: str, key: str = "baseline") -> str:
    """Return the name of a scenario if it exists, else raise ConfigError.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.
    name : str
    key : str
        The key to name in the error message.
    """
    known = [str(scenario) for scenario in dataset["scenario"].values]
    if name not in known:
        raise ConfigError(unknown(key, name, known))
    return name


def asked_scenarios(dataset: xr.Dataset, asked=None) -> list[str]:
    """Return the requested scenarios, by default all; refuse unknown names."""
    known = [str(scenario) for scenario in dataset["scenario"].values]
    return among(known, "scenario", asked) or known


def among(known: list[str], key: str, asked=None) -> list[str]:
    """Return the requested names, each once; an empty list if none is requested.

    Parameters
    ----------
    known : list of str
    key : str
        What an error message calls them.
    asked : str, sequence of str or None

    Raises
    ------
    ConfigError
        If a name is unknown.
    """
    asked = [asked] if isinstance(asked, str) else list(asked or ())
    faults = [unknown(key, name, known) for name in asked if name not in known]
    if faults:
        raise ConfigError(faults)
    return list(dict.fromkeys(asked))


def unknown(key: str, got: str, known: list[str]) -> str:
    """Return the error message for an unknown name: the known ones and the closest match.

    Parameters
    ----------
    key : str
        The key to name in the error message.
    got : object
        The unknown value.
    known : iterable of str
        The known names.
    """
    names = ", ".join(known) if key == "variable" else shown(known)
    return f"`{key}` must be one of {names}, got {got!r}{did_you_mean(got, known)}"


def shown(names) -> str:
    """Return names separated by commas; only the first few if there are many."""
    names = [str(name) for name in names]
    more = len(names) - MOST_NAMES
    head = ", ".join(names[:MOST_NAMES])
    return f"{head} and {more} more" if more > 0 else head


def values(dataset: xr.Dataset, names, formulas=None) -> xr.Dataset:
    """Return variables by replicate, missing (NaN) where a replicate is not finished.

    Parameters
    ----------
    dataset : xarray.Dataset
    names : sequence of str
        Names as `variables` returns them. Outputs by tick are summed over measured ticks
        and all other dimensions.
    formulas : dict of str to callable, optional
        Further variables: functions from a dataset to an array (scenario, replicate).

    Returns
    -------
    xarray.Dataset
        float64, dimensions (scenario, replicate), with units.
    """
    wanted = {name: _formula(name) for name in names} | (formulas or {})
    parts = batches(dataset)
    if len(parts) == 1:
        return _values(dataset, wanted)
    found = [_values(dataset.isel(scenario=part), wanted) for part in parts]
    return xr.concat(found, "scenario")


def summary(dataset: xr.Dataset, names) -> xr.Dataset:
    """Return mean and 95 % t-interval of variables by replicate in every scenario.

    Measures that the dataset has are read; `model.measures.summary_table` computes them.

    Parameters
    ----------
    dataset : xarray.Dataset
    names : sequence of str
        As in `values`.

    Returns
    -------
    xarray.Dataset
        Dimensions (scenario, statistic), as `model.measures.summary_table` returns them.
    """
    return values(dataset, names).map(statistics)


def _formula(name: str):
    """Return a function that reads a variable of a dataset, or computes it."""

    def formula(dataset):
        if name not in MEASURES:
            is_own = name in own_variables(dataset)
            return dataset[name] if is_own else total(dataset, name)
        return dataset[name] if name in dataset else measure(dataset, name)

    return formula


def _values(dataset: xr.Dataset, formulas: dict) -> xr.Dataset:
    """Return variables of a few scenarios, without reading unfinished replicates."""
    finished = is_finished(dataset).values
    if finished.all():
        return _computed(dataset, formulas)
    parts = []
    for k, row in enumerate(finished):
        part = dataset.isel(scenario=[k], replicate=np.flatnonzero(row))
        parts.append(_computed(part, formulas).reindex(replicate=dataset["replicate"]))
    return xr.concat(parts, "scenario")


def _computed(dataset: xr.Dataset, formulas: dict) -> xr.Dataset:
    found = {}
    for name, formula in formulas.items():
        array = formula(dataset).astype("f8").transpose("scenario", "replicate")
        found[name] = array.assign_attrs(_about(dataset, name))
    return xr.Dataset(found).drop_vars("tie", errors="ignore").load()


def _about(dataset: xr.Dataset, name: str) -> dict:
    """Return the unit and the meaning of a variable."""
    if name in MEASURES:
        return about(name)
    own = dataset[name].attrs if name in dataset else {}
    return described(name, own.get("units", "1"), own.get("description", name)) | own


def batches(dataset: xr.Dataset) -> list[slice]:
    """Return slices of scenarios, each small enough to fit in memory."""
    n = dataset.sizes["scenario"]
    outputs = [v for _, v in data_variables(dataset) if "citizen" not in v.dims]
    largest = max((math.prod(v.shape) for v in outputs), default=1)
    size = max(1, AT_ONCE * n // max(1, 8 * largest))
    return [slice(first, first + size) for first in range(0, n, size)]


def citizens_in_words(dataset: xr.Dataset) -> str:
    """Return how many citizens the scenarios have, such as "1,000 to 2,000"."""
    given = dataset.coords.get("n_citizens", dataset.attrs.get("n_citizens"))
    least, most = int(np.min(given)), int(np.max(given))
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def own_worlds(dataset: xr.Dataset) -> list[str]:
    """Return each scenario's changes to the common world, as JSON; "{}" for no change."""
    entries = nested_attribute(dataset, "config", {}).get("scenarios", ())
    found = {entry["name"]: entry.get("world") or {} for entry in entries}
    names = map(str, dataset["scenario"].values)
    return [json.dumps(found.get(name, {}), sort_keys=True) for name in names]


def text_coordinate(dataset: xr.Dataset, name: str, default) -> list[str]:
    """Return a coordinate by scenario as plain text, or a default if it does not exist.

    Parameters
    ----------
    dataset : xarray.Dataset
        As `scsfast.open` returns it.
    name : str
    default : sequence of str
        Returned if there is no such coordinate.
    """
    found = dataset.coords[name].values if name in dataset.coords else default
    return [str(value) for value in found]


def bases(dataset: xr.Dataset) -> list[str]:
    """Return, per scenario, the scenario of the campaign file that it is derived from."""
    return text_coordinate(dataset, "base", dataset["scenario"].values)


def kinds(dataset: xr.Dataset) -> list[str]:
    """Return, per scenario, the kind of its design; "" without a design."""
    return text_coordinate(dataset, "design", [""] * dataset.sizes["scenario"])


def designs(dataset: xr.Dataset, *wanted: str) -> list[dict]:
    """Return a campaign's designs of the given kinds, as the campaign describes them."""
    found = nested_attribute(dataset, "designs", [])
    return [design for design in found if design["kind"] in wanted]
