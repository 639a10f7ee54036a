"""Estimates over replicates that the verdicts rest on.

Direct effects of leaders compare actual and fair scores in one run. Total effects, placebos
and yardsticks compare two scenarios replicate by replicate.
"""

import numpy as np
import xarray as xr

from ..intervals import CONFIDENCE, Estimate, estimate
from ..model.measures import capture, total
from . import datasets
from .scenario_pairs import Case

SIDE_EFFECTS = {
    "deterrence": "violation_rate",
    "trust": "words_kept_share",
    "informal help": "help_rate",
    "inequality": "wealth_gini",
}  # other purposes of scores, and the measure of each
MEASURED = (
    "efficiency",
    "skill",
    "queue_skill",
    "diversion",
    "prizes_moved_share",
    "capture",
    "mean_displacement",
    *SIDE_EFFECTS.values(),
)
DIRECT = (
    "diversion",
    "capture",
    "capture_excess",
    "prizes_moved_share",
    "mean_displacement",
)
TOTAL = ("diversion", "capture", "prizes_moved_share", "skill", "efficiency")
BEYOND = ("diversion", "capture_excess")  # compared with a placebo
NOTHING = Estimate(float("nan"), float("nan"), float("nan"), 0)


class Evidence:
    """The measures of every finished replicate.

    Parameters
    ----------
    dataset : xarray.Dataset
    confidence : float
        Of all intervals.
    """

    def __init__(self, dataset, confidence: float = CONFIDENCE):
        formulas = {
            "fair_capture": lambda part: capture(part, "connected_fair_prizes"),
            "served": served,
        }
        values = datasets.values(dataset, MEASURED, formulas)
        self.values = {name: array.values for name, array in values.items()}
        self.values["capture_excess"] = (
            self.values["capture"] - self.values["fair_capture"]
        )
        self.values["less_queue"] = self.values["skill"] - self.values["queue_skill"]
        self.confidence = confidence

    def of(self, case: Case | None, name: str) -> Estimate:
        """Return the estimate of a measure; `NOTHING` without a scenario."""
        if case is None:
            return NOTHING
        return estimate(self.values[name][case.place], self.confidence)

    def difference(self, case: Case, other: Case | None, name: str) -> Estimate:
        """Return the paired difference of a measure between two scenarios."""
        if other is None:
            return NOTHING
        values = self.values[name]
        return estimate(values[case.place] - values[other.place], self.confidence)

    def relative(self, case: Case, other: Case | None, name: str) -> Estimate:
        """Return the change of a measure relative to its value in another scenario."""
        if other is None:
            return NOTHING
        own, beside = (self.values[name][one.place] for one in (case, other))
        change = np.divide(
            own - beside, beside, out=np.full_like(own, np.nan), where=beside != 0
        )
        return estimate(change, self.confidence)

    def direct(self, case: Case) -> dict[str, Estimate]:
        """Return the direct effects of leaders in one run: actual against fair scores."""
        return {name: self.of(case, name) for name in DIRECT}

    def beyond(self, case: Case, placebo: Case | None) -> dict[str, Estimate]:
        """Return diversion and rise of capture, less those of a placebo if there is one."""
        if placebo is None:
            return {name: self.of(case, name) for name in BEYOND}
        return {name: self.difference(case, placebo, name) for name in BEYOND}

    def total(self, case: Case, counterpart: Case | None) -> dict[str, Estimate]:
        """Return total effects: differences to the honest counterpart, conduct included."""
        return {name: self.difference(case, counterpart, name) for name in TOTAL}

    def has_any(self, case: Case) -> bool:
        """Return whether a scenario has a finished replicate."""
        return not all(np.isnan(v[case.place]).all() for v in self.values.values())


def served(dataset) -> xr.DataArray:
    """Return the share of applicants who get a prize, by scenario and replicate."""
    if "applicants" not in dataset:
        return xr.full_like(total(dataset, "prizes"), np.nan)
    applicants = total(dataset, "applicants")
    return total(dataset, "prizes") / applicants.where(applicants > 0)
