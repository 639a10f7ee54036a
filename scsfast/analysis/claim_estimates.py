"""What single scenarios of a store say of the two claims, as estimates over replicates.

Direct effects of leaders compare actual and fair scores in one run; total effects and
yardsticks compare two scenarios replicate by replicate.
"""

import numpy as np

from ..intervals import CONFIDENCE, Estimate, estimate
from ..model.measures import capture
from . import datasets
from .scenario_pairs import Case

MEASURED = (
    "efficiency",
    "prizes_moved_share",
    "capture",
    "mean_displacement",
)
TOTAL = ("prizes_moved_share", "capture", "efficiency")
NOTHING = Estimate(float("nan"), float("nan"), float("nan"), 0)


class Evidence:
    """The measures of every replicate that is finished.

    Parameters
    ----------
    dataset : xarray.Dataset
    confidence : float
        Of all intervals.
    """

    def __init__(self, dataset, confidence: float = CONFIDENCE):
        fair = {"fair_capture": lambda part: capture(part, "connected_fair_prizes")}
        values = datasets.values(dataset, MEASURED, fair)
        self.values = {name: array.values for name, array in values.items()}
        self.values["capture_excess"] = (
            self.values["capture"] - self.values["fair_capture"]
        )
        self.confidence = confidence

    def of(self, case: Case | None, name: str) -> Estimate:
        """Return a measure of a scenario; nothing without one."""
        if case is None:
            return NOTHING
        return estimate(self.values[name][case.place], self.confidence)

    def difference(self, case: Case, other: Case | None, name: str) -> Estimate:
        """Return a measure less that of another scenario, over pairs of replicates."""
        if other is None:
            return NOTHING
        values = self.values[name]
        return estimate(values[case.place] - values[other.place], self.confidence)

    def direct(self, case: Case) -> dict[str, Estimate]:
        """Return what leaders move in one run: actual against fair scores."""
        names = ("prizes_moved_share", "capture", "capture_excess", "mean_displacement")
        return {name: self.of(case, name) for name in names}

    def total(self, case: Case, twin: Case | None) -> dict[str, Estimate]:
        """Return what leaders change against the honest twin, conduct included."""
        return {name: self.difference(case, twin, name) for name in TOTAL}

    def has_any(self, case: Case) -> bool:
        """Say whether a replicate of a scenario is finished."""
        return not all(np.isnan(v[case.place]).all() for v in self.values.values())
