"""The report of a store: one HTML file that needs no network and no other file.

What is asked, how it was run, what came of it with intervals, and how sure one may be.
Sections are made in `question`, `results`, `designs` and `facts`; `page` turns them into
HTML. The same store gives the same bytes.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import xarray as xr

from ...atomic_files import explained, publish
from ...errors import ConfigError
from ...intervals import statistics
from ...model.measures import summary_table
from ...store.layout import DONE
from ...store.store import Store
from .. import datasets
from ..claims import Claims, claims
from ..selection import main_scenarios
from .page import Page, rendered

SUFFIXES = (".html", ".htm")


class Source(NamedTuple):
    """What a report is made from.

    Attributes
    ----------
    store : Store
    everything : xarray.Dataset
        All scenarios and replicates, with their status.
    finished : xarray.Dataset
        Scenarios of which something is finished, and the replicates that are finished in
        all of them.
    main : list of str
        Names of the scenarios that figures and main tables show.
    summary : xarray.Dataset
        Of the main scenarios, as of `summary_table`.
    baseline : str or None
    claims : Claims
    """

    store: Store
    everything: xr.Dataset
    finished: xr.Dataset
    main: list[str]
    summary: xr.Dataset
    baseline: str | None
    claims: Claims


def report(
    path,
    output=None,
    baseline: str | None = None,
    title: str | None = None,
    measures=None,
    constrained=None,
):
    """Write the report of a store as one HTML file, whole or not at all.

    Parameters
    ----------
    path : path-like
        Of a store, finished or not.
    output : path-like, optional
        Of the file; what was there is replaced. By default nothing is written.
    baseline : str, optional
        Name of a scenario that all others are compared with.
    title : str, optional
        By default the campaign's.
    measures : mapping of str to callable, optional
        Measures of your own, as of `compare`, shown beside the others.
    constrained : scsfast.inference.constrain.Constrained, optional
        What `constrain` gives for the store, as of `claims`.

    Returns
    -------
    str
        The HTML.

    Raises
    ------
    ConfigError
        If nothing is finished, there is no such baseline, no folder for the file, its
        name does not end with one of `SUFFIXES`, or matplotlib or jinja2 is not
        installed.
    StoreError
        If the file cannot be written.
    """
    if output is not None:
        _refuse(Path(output))
    from ..plots.style import own_style

    with own_style():
        source = source_of(path, baseline, measures, constrained)
        html = rendered(page_of(source, title))
    if output is not None:
        with explained(output, "write the report", "What was there is untouched"):
            publish(Path(output), lambda file: file.write(html.encode()))
    return html


def _refuse(output: Path) -> None:
    """Raise ConfigError for all that is wrong with where a report is to be."""
    faults = []
    if output.suffix.lower() not in SUFFIXES:
        ends = " or ".join(SUFFIXES)
        faults.append(f"`output` must end with {ends}, got '{output.name}'")
    if not output.absolute().parent.is_dir():
        faults.append(f"`output` must be in a folder that is there, got '{output}'")
    if faults:
        raise ConfigError(faults)


def source_of(
    path, baseline: str | None = None, measures=None, constrained=None
) -> Source:
    """Return what a report of a store is made from, or raise ConfigError.

    Parameters
    ----------
    path : path-like
        Of the store.
    baseline : str or None
        Scenario to compare with.
    measures : list of str or None
    constrained : scsfast.inference.constrain.Constrained or None
    """
    everything = datasets.results(path, measures)
    if baseline is not None:
        datasets.asked_scenario(everything, baseline)
    finished = usable(everything)
    if not finished.sizes["replicate"]:
        raise ConfigError(
            "no replicate is finished in all scenarios that have finished ones: the same "
            "`run` goes on",
            str(path),
        )
    main = main_scenarios(finished)
    summary = _summary(finished.sel(scenario=main))
    found = claims(everything, constrained=constrained)
    return Source(Store(path), everything, finished, main, summary, baseline, found)


def _summary(dataset: xr.Dataset) -> xr.Dataset:
    """Return mean and interval of all measures, those of the user included."""
    own = datasets.values(dataset, datasets.own_variables(dataset))
    return summary_table(dataset).assign(own.map(statistics).data_vars)


def usable(everything: xr.Dataset) -> xr.Dataset:
    """Return scenarios with finished replicates, and the replicates all of them share."""
    done = everything["status"].values == DONE
    scenarios = np.flatnonzero(done.any(axis=1))
    replicates = np.flatnonzero(done[scenarios].all(axis=0))
    return everything.isel(scenario=scenarios, replicate=replicates)


def page_of(source: Source, title: str | None = None) -> Page:
    """Return what a report says."""
    from . import designs, facts, findings, question, results

    attributes = source.store.attributes
    made = facts.maker(source)
    return Page(
        title or attributes["title"] or str(source.store.path),
        [
            f"A campaign of scsfast: {facts.size_in_words(source)}.",
            "All figures are of a model, reconstructed from the claims of a talk; none "
            "is a fact about a city, a company or a country.",
        ],
        [
            *findings.sections(source),
            *question.sections(source),
            *results.sections(source),
            *designs.sections(source),
            *facts.sections(source),
        ],
        f"Made by scsfast {made} from a store of {attributes['created']}, "
        f"identity {attributes['identity'][:16]}.",
    )
