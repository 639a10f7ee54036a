"""What `scsfast.simulate` returns: the outputs of one replicate, and its citizens.

xarray and pandas are imported where they are used: they take longer than a small run.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from ..model import outcomes
from ..model.citizen_columns import citizen_columns
from ..model.descriptions import described
from ..model.integers.rules import Rules
from ..model.outcomes import named
from ..model.plain_arrays import PlainArray, PlainDataset
from ..model.world import Scenario
from ..text import html_table
from .simulation import Simulation
from .state import SCRATCH

if TYPE_CHECKING:
    import xarray as xr

SHOWN = ("efficiency", "skill", "diversion", "capture", "violation_rate")


class Run:
    """The result of `simulate`: outputs by name, and the citizens at the end.

    Attributes
    ----------
    scenario : Scenario
    seed, replicate : int
    outputs : dict of str to ndarray of int64
        By output name, shape (n_ticks, ...) without the scenario and replicate axes.
    citizens : dict of str to ndarray
        State of every citizen after the last tick, shape (n_citizens,).
    """

    def __init__(self, scenario: Scenario, rules: Rules, simulation: Simulation, **at):
        self.scenario, self._rules = scenario, rules
        self.seed, self.replicate = at["seed"], at["replicate"]
        n_citizens = scenario.world.n_citizens
        self.outputs = named(simulation.outputs())
        self.citizens = {
            name: array
            for name, array in simulation.arrays.items()
            if isinstance(array, np.ndarray)
            and array.shape == (n_citizens,)
            and not SCRATCH.fullmatch(name)
        }

    def __getitem__(self, name: str) -> np.ndarray:
        return self.outputs[name]

    def __repr__(self) -> str:
        world = self.scenario.world
        return (
            f"<scsfast run of '{self.scenario.name}': {world.n_citizens:,} citizens, "
            f"{world.n_ticks} ticks, {len(self.outputs)} outputs>"
        )

    def _repr_html_(self) -> str:
        from ..model.measures import about

        found = self.measures()
        rows = [
            ("citizens", f"{self.scenario.world.n_citizens:,}"),
            ("ticks", f"{self.scenario.world.n_ticks:,}"),
            ("seed, replicate", f"{self.seed}, {self.replicate}"),
            *((about(name)["long_name"], f"{found[name]:.3f}") for name in SHOWN),
        ]
        return html_table(f"Run of {self.scenario.name}", rows)

    def measures(self) -> dict[str, float]:
        """Return every measure of the run by name, NaN where it is undefined.

        Measures are ratios of sums over the ticks after warm-up (`World.warmup`).
        """
        from ..model.measures import MEASURES, measure

        dataset = self._plain_dataset()
        return {name: measure(dataset, name).values.item() for name in MEASURES}

    def _plain_dataset(self) -> PlainDataset:
        """Return what measures need of the outputs, without the time that xarray takes."""
        of_scenarios = {"scorer", "n_citizens"}
        coords, labels = self._coordinates(self._rules), {}
        for name, values in coords.items():
            if name not in of_scenarios and not isinstance(values, tuple):
                labels[name] = np.asarray(values)
        outputs = {
            output.name: PlainArray(
                self.outputs[output.name][None, None],
                ("scenario", "replicate", *table.dims),
                labels,
            )
            for table in outcomes.TABLES
            for output in table.outputs
            if self.outputs[output.name].size
        }
        plain = {name: PlainArray(values, (name,)) for name, values in labels.items()}
        for name in of_scenarios:
            dim, values = coords[name]
            plain[name] = PlainArray(np.asarray(values), (dim,))
        measured = {"first_measured_tick": self._rules.measured_from}
        return PlainDataset(outputs, plain, measured)

    def to_xarray(self) -> xr.Dataset:
        """Return the outputs with labels, like `scsfast.open` for a store.

        Returns
        -------
        xarray.Dataset
            int64 outputs, dimensions (scenario, replicate, ...) with one scenario and one
            replicate; `plots`, `summary` and `distributions` accept it.
        """
        import xarray as xr

        rules = self._rules
        outputs = {
            output.name: (
                ("scenario", "replicate", *table.dims),
                self.outputs[output.name][None, None],
                described(output.name, output.unit, output.meaning),
            )
            for table in outcomes.TABLES
            for output in table.outputs
            if self.outputs[output.name].size
        }
        return xr.Dataset(outputs, coords=self._coordinates(rules), attrs=self._about())

    def to_pandas(self):
        """Return the citizens after the last tick, one row each, decoded.

        Returns
        -------
        pandas.DataFrame
            Columns as in `scsfast.model.citizen_columns.citizen_columns`.
        """
        import pandas as pd

        return pd.DataFrame(citizen_columns(self.citizens, self.scenario.world))

    def _coordinates(self, rules: Rules) -> dict:
        """Return the labels of dimensions, and of the one scenario."""
        return {
            "scenario": [self.scenario.name],
            "replicate": [self.replicate],
            **outcomes.labels(rules),
            "scorer": ("scenario", [self.scenario.first_scorer]),
            "n_citizens": ("scenario", [self.scenario.world.n_citizens]),
            "score_bin_start": (
                ("scenario", "score_bin"),
                [outcomes.score_bin_starts(rules)],
            ),
            "wealth_bin_start": ("bin", outcomes.wealth_bin_starts()),
        }

    def _about(self) -> dict:
        tree = self.scenario.model_dump(mode="json", by_alias=True)
        config = {"world": tree.pop("world"), "scenarios": [tree]}
        return {
            "seed": str(self.seed),
            "n_citizens": self.scenario.world.n_citizens,
            "first_measured_tick": self._rules.measured_from,
            "config": json.dumps(config, ensure_ascii=False),
        }
