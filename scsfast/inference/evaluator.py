"""The simulator as a function: parameter values in, measures with standard errors out.

The interface for an external optimiser, emulator or sampler. All points have the same
citizens and draws (common random numbers), so a measure is a fixed function of the
parameters for a given number of replicates.
"""

import inspect
import tomllib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..analysis import datasets
from ..campaign.campaign import Campaign
from ..campaign.config import campaign_from_dict
from ..campaign.identity import deciding, identity_of
from ..campaign.user_data import load_given
from ..engine.finished_run import Run
from ..engine.simulate import run_through
from ..engine.simulation import Simulation
from ..errors import ConfigError, refuse
from ..machine import available_cores
from ..model.integers.build import build_rules
from ..model.measures import MEASURES
from ..model.messages import did_you_mean
from ..model.pilot_library import read_toml
from ..model.world import Scenario
from ..store.documents import digest_of
from .evaluations import InMemory, OnDisk

DESIGNS = ("sweep", "sample", "factorial", "points", "search")
NAME = "point"  # name of every evaluated scenario; names do not affect results
ERROR = "_error"  # suffix of the name of a measure's standard error


class Task(NamedTuple):
    """One replicate of one point, to be computed."""

    scenario: Scenario
    point: str
    replicate: int


class Evaluator:
    """A scenario as a function from values of parameters to measures.

    Parameters
    ----------
    campaign : path-like or dict
        A campaign file, or its content as a dict. Its designs are not used.
    store : path-like, optional
        Folder in which evaluations are kept. No process computes a replicate again that
        is kept there. By default evaluations are kept in memory.
    scenario : str, optional
        Scenario of the campaign whose values points replace; the first by default.
    jobs : int, optional
        Number of cores; by default all that the process may use. Never changes a result.
    comm : mpi4py communicator, optional
        All of its ranks must make the same calls; each computes its part, all get the
        same table.
    folder : path-like
        Folder of the files that a dict names. Files named by a campaign file are looked
        up in the folder of that file.
    measures : mapping of str to callable, optional
        Your own measures: functions from a dataset (`Run.to_xarray`) to an array by scenario
        and replicate, as of `scsfast.compare`. Their source is part of what an evaluation
        is kept under, that of functions which they call is not.

    Raises
    ------
    ConfigError
        If the campaign is invalid, has no such scenario, or a measure cannot be used.
    """

    def __init__(
        self,
        campaign: str | PathLike[str] | Mapping[str, Any],
        store: str | PathLike[str] | None = None,
        *,
        scenario: str | None = None,
        jobs: int | None = None,
        comm=None,
        folder: str | PathLike[str] = ".",
        measures: Mapping[str, Callable] | None = None,
    ) -> None:
        self._tree, self._folder = _tree_of(campaign, Path(folder))
        self._tree = {k: v for k, v in self._tree.items() if k not in DESIGNS}
        whole = self._campaign()
        self._entry = _entry_of(whole, self._tree["scenario"], scenario)
        if "policy" in self._entry:
            raise ConfigError(
                "`policy` is for runs: an Evaluator and a search compute scenarios whose "
                "changes are written down, as [[scenario.change]]"
            )
        self._given = load_given(whole.world)
        self.replicates, self.seed = whole.replicates, whole.seed
        self.jobs, self.comm = jobs or available_cores(), comm
        self._own = dict(measures or {})
        self._sources = _sources_of(self._own)
        self._kept = InMemory() if store is None else OnDisk(store)
        self.computed = 0  # replicates that this process has computed

    def evaluate(
        self,
        points: pd.DataFrame | Sequence[Mapping[str, Any]] | Mapping[str, Any],
        measures: Sequence[str] = ("skill", "diversion"),
        replicates: int | None = None,
        first: int = 0,
    ) -> pd.DataFrame:
        """Return measures of points, with their standard errors.

        Parameters
        ----------
        points : DataFrame, list of dict, or dict
            Values by path of the parameter (``"leaders.all.share"``), one row per point.
        measures : sequence of str
            Names as in `scsfast.summary`, or of the evaluator's own `measures`.
        replicates : int, optional
            Replicates per point; by default as many as the campaign has.
        first : int
            Number of the first replicate; replicates not used before have fresh draws.

        Returns
        -------
        pandas.DataFrame
            One row per point, in order: the values, each measure (mean over replicates), its
            standard error (``<measure>_error``, NaN for one replicate) and ``replicates``
            that have a value of the first measure.

        Raises
        ------
        ConfigError
            Listing every fault of the points, by row and column, or of the measures.
        """
        names, rows = _asked_measures(measures, self._own), _rows_of(points)
        count = self.replicates if replicates is None else replicates
        if count < 1 or first < 0:
            raise ConfigError(
                f"`replicates` must be at least 1 and `first` at least 0, got {count}, "
                f"{first}"
            )
        scenarios = self._scenarios(rows)
        keys = [self._key(scenario) for scenario in scenarios]
        numbers = range(first, first + count)
        distinct = dict(zip(keys, scenarios, strict=True))
        self._compute(Task(s, key, r) for key, s in distinct.items() for r in numbers)
        found = [[self._kept.get(key, r) for r in numbers] for key in keys]
        return _table(rows, found, names)

    @property
    def scenario(self) -> Scenario:
        """The scenario whose values points replace, with its own values."""
        (scenario,) = self._campaign(scenario=[{**self._entry, "name": NAME}]).scenarios
        return scenario

    def _campaign(self, **more) -> Campaign:
        tree = {**self._tree, **more}
        return campaign_from_dict(tree, "evaluator", folder=self._folder)

    def _scenarios(self, rows: list[dict]) -> list[Scenario]:
        """Return the scenario of each point, checked."""
        entry = {**self._entry, "name": NAME}
        design = {"rows": rows, "of": [NAME]}
        made = self._campaign(scenario=[entry], points=design).scenarios
        return [scenario.model_copy(update={"name": NAME}) for scenario in made]

    def _key(self, scenario: Scenario) -> str:
        """Return the SHA-256 of everything that decides the bits of the replicates."""
        alone = Campaign(seed=self.seed, world=scenario.world, scenarios=(scenario,))
        identity = identity_of(deciding(alone))
        if not self._own:
            return identity
        return digest_of({"point": identity, "measures": self._sources})

    def _compute(self, tasks) -> None:
        """Compute the replicates that are not known yet, on all cores and ranks."""
        left = [t for t in tasks if self._kept.get(t.point, t.replicate) is None]
        rank, size = (self.comm.rank, self.comm.size) if self.comm else (0, 1)
        mine = left[rank::size]
        with ThreadPoolExecutor(self.jobs) as pool:
            done = list(pool.map(self._one, mine))
        self.computed += len(done)
        if self.comm:
            everything = [each for part in self.comm.allgather(done) for each in part]
            for point, replicate, found in everything:
                InMemory.put(self._kept, point, replicate, found)

    def _one(self, task: Task) -> tuple[str, int, dict]:
        """Compute a replicate and keep its measures."""
        rules = build_rules(task.scenario)
        simulation = Simulation(rules, self.seed, task.replicate, given=self._given)
        run_through(simulation)
        at = {"seed": self.seed, "replicate": task.replicate}
        run = Run(task.scenario, rules, simulation, **at)
        values = run.measures() | self._own_values(run)
        found = {name: _plain(value) for name, value in values.items()}
        self._kept.put(task.point, task.replicate, found)
        return task.point, task.replicate, found

    def _own_values(self, run: Run) -> dict[str, float]:
        """Return the user's own measures of a run."""
        if not self._own:
            return {}
        found = datasets.with_measures(run.to_xarray(), self._own)
        return {name: float(found[name].item()) for name in self._own}


def _sources_of(measures: Mapping[str, Any]) -> dict[str, str]:
    """Return the source of each of the user's own measures."""
    sources, faults = {}, []
    for name, function in measures.items():
        if name in MEASURES:
            faults.append(
                f"`measures` {name}: is a measure of scsfast; choose another name"
            )
            continue
        try:
            sources[name] = inspect.getsource(function)
        except (OSError, TypeError):
            faults.append(
                f"`measures` {name}: must be a function that is defined in a file or a "
                f"notebook, got {function!r}"
            )
    refuse(faults)
    return sources


def _tree_of(campaign, folder: Path) -> tuple[dict, Path]:
    """Return the content of a campaign, and the folder of the files that it names."""
    if isinstance(campaign, Mapping):
        return dict(campaign), folder
    path = Path(campaign)
    return tomllib.loads(read_toml(path)), path.parent


def _entry_of(whole: Campaign, entries: list[dict], name: str | None) -> dict:
    """Return the entry of a scenario by its name, by default the first."""
    names = [scenario.name for scenario in whole.scenarios]
    if name is not None and name not in names:
        raise ConfigError(
            f"`scenario` must be one of {', '.join(names)}, got {name!r}"
            + did_you_mean(name, names)
        )
    return entries[0 if name is None else names.index(name)]


def _asked_measures(measures, own) -> list[str]:
    names = [measures] if isinstance(measures, str) else list(measures)
    known = [*MEASURES, *own]
    faults = [
        f"`measures` must be of {', '.join(known)}, got {name!r}"
        + did_you_mean(str(name), known)
        for name in names
        if name not in known
    ]
    if faults or not names:
        raise ConfigError(faults or "`measures` must name one measure or more")
    return names


def _rows_of(points) -> list[dict[str, Any]]:
    """Return the values of each point by path."""
    if isinstance(points, pd.DataFrame):
        columns = [str(name) for name in points.columns]
        cells = points.to_numpy(object).tolist()
        return [dict(zip(columns, row, strict=True)) for row in cells]
    rows = [points] if isinstance(points, Mapping) else list(points)
    return [dict(row) for row in rows]


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _table(rows: list[dict], found: list[list[dict]], names: list[str]) -> pd.DataFrame:
    """Return the table of `Evaluator.evaluate`."""
    table = []
    for row, replicates in zip(rows, found, strict=True):
        line, counts = dict(row), []
        for name in names:
            values = np.array([each[name] for each in replicates], "f8")
            values = values[~np.isnan(values)]
            n = len(values)
            counts.append(n)
            line[name] = values.mean() if n else np.nan
            line[name + ERROR] = values.std(ddof=1) / np.sqrt(n) if n > 1 else np.nan
        table.append({**line, "replicates": counts[0]})
    return pd.DataFrame(table)
