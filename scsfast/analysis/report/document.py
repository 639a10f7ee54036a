"""The report of a store: one HTML file that needs no network and no other file.

It shows the question, how the campaign was run, and the results with their uncertainty.
Sections are made in `question`, `results`, `designs` and `facts`; `page` turns them into
HTML. The same store gives the same bytes.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xarray as xr

from ...atomic_files import explained, publish
from ...errors import ConfigError
from ...model.measures import MEASURES
from ...store.layout import DONE
from ...store.store import Store
from .. import datasets
from ..claims import Claims, claims
from ..selection import is_all_points, main_scenarios
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
        Scenarios with a finished replicate, and the replicates that are finished in all
        of these scenarios.
    main : list of str
        Names of the `main_scenarios`, which figures and main tables show. None if all
        scenarios are points of sweeps and samples, which are shown together.
    summary : xarray.Dataset
        The `summary_table` of the main scenarios; if there are none, of the first point.
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
    """Write the report of a store as one HTML file: complete, or not at all.

    Parameters
    ----------
    path : path-like
        Path of a store, finished or not.
    output : path-like, optional
        Path of the file; an existing file is replaced. By default no file is written.
    baseline : str, optional
        Name of a scenario that all others are compared with.
    title : str, optional
        By default the title of the campaign.
    measures : mapping of str to callable, optional
        User-defined measures, as in `compare`, shown with the others.
    constrained : scsfast.inference.constrain.Constrained, optional
        The result of `constrain` for the store, as in `claims`.

    Returns
    -------
    str
        The HTML.

    Raises
    ------
    ConfigError
        If no replicate is finished, the baseline is unknown, the folder of the file does
        not exist, the file name does not end with one of `SUFFIXES`, or matplotlib or
        jinja2 is not installed.
    StoreError
        If the file cannot be written.
    """
    if output is not None:
        _refuse(Path(output))
    from ..plots.style import own_style

    with own_style(), _few_collections():
        source = source_of(path, baseline, measures, constrained)
        html = rendered(page_of(source, title))
    if output is not None:
        with explained(output, "write the report", "An existing file is untouched"):
            publish(Path(output), lambda file: file.write(html.encode()))
    return html


@contextmanager
def _few_collections() -> Iterator[None]:
    """Keep the garbage collector from walking through all existing objects many times.

    Figures are many objects, and those of the imported modules are many more.
    """
    is_ours = gc.get_freeze_count() == 0
    if is_ours:
        gc.freeze()
    try:
        yield
    finally:
        if is_ours:
            gc.unfreeze()


def _refuse(output: Path) -> None:
    """Raise ConfigError with all faults of the output path."""
    faults = []
    if output.suffix.lower() not in SUFFIXES:
        ends = " or ".join(SUFFIXES)
        faults.append(f"`output` must end with {ends}, got '{output.name}'")
    if not output.absolute().parent.is_dir():
        faults.append(f"`output` must be in an existing folder, got '{output}'")
    if faults:
        raise ConfigError(faults)


def source_of(
    path, baseline: str | None = None, measures=None, constrained=None
) -> Source:
    """Return the data that a report of a store is made from, or raise ConfigError.

    Parameters
    ----------
    path : path-like
        Path of the store.
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
            "no replicate is finished in all scenarios that have finished replicates: "
            "give the same `run` command again to resume",
            str(path),
        )
    main = [] if is_all_points(finished) else main_scenarios(finished)
    first = finished["scenario"].values[:1]
    summary = _summary(finished.sel(scenario=main or first))
    found = claims(everything, constrained=constrained)
    return Source(Store(path), everything, finished, main, summary, baseline, found)


def _summary(dataset: xr.Dataset) -> xr.Dataset:
    """Return mean and interval of all measures, including user-defined ones."""
    names = [*MEASURES, *datasets.own_variables(dataset)]
    return datasets.summary(dataset, names)


def usable(everything: xr.Dataset) -> xr.Dataset:
    """Return scenarios with finished replicates, and the replicates all of them share."""
    done = everything["status"].values == DONE
    scenarios = np.flatnonzero(done.any(axis=1))
    replicates = np.flatnonzero(done[scenarios].all(axis=0))
    if done.all():
        return everything
    return everything.isel(scenario=scenarios, replicate=replicates)


def page_of(source: Source, title: str | None = None) -> Page:
    """Return the page of a report, with all its sections."""
    from . import designs, facts, findings, question, results

    attributes = source.store.attributes
    made = facts.maker(source)
    asked, found = question.sections(source), results.sections(source)
    varied = designs.sections(source)
    results_first = [*asked, *found, *varied]
    designs_first = [*varied, *found, *asked]  # all is about points
    return Page(
        title or attributes["title"] or str(source.store.path),
        [
            f"A campaign of scsfast: {facts.size_in_words(source)}.",
            "All figures come from a model reconstructed from the claims of a talk; none "
            "is a fact about a city, a company or a country.",
        ],
        [
            *findings.sections(source),
            *(results_first if source.main else designs_first),
            *facts.sections(source),
        ],
        f"Made by scsfast {made} from a store created {attributes['created']}, "
        f"identity {attributes['identity'][:16]}.",
    )
