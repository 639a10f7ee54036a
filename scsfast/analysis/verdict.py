"""Verdict words: what an interval says of the two claims, at thresholds that are stated.

A word is given only where the whole interval is on one side of a threshold; otherwise it
is "undecided". All words are about the model, not about the world.
"""

from pydantic import model_validator

from ..errors import ConfigError
from ..intervals import Estimate
from ..model.messages import validated
from ..model.parameters import NonNegative, Parameters, param

MANIPULABLE = "manipulable"
NOT_MANIPULABLE = "not manipulable"
UNDECIDED = "undecided"
NOT_MEASURED = "not measured"
NO_BETTER = "no better than a lottery"
LITTLE_BETTER = "little better than a lottery"
AT_MOST_LITTLE = "at most little better than a lottery"
BETTER = "better than a lottery"
NEAR_BEST = "close to an oracle"
OPEN = (UNDECIDED, NOT_MEASURED, AT_MOST_LITTLE)  # words that leave something open
HONEST = "honest leaders"
MORE, LESS = "more", "less"
CHOICE = "modelling choice, plausible"


class Thresholds(Parameters):
    """Where verdict words change."""

    moved: NonNegative = param(
        0.01,
        "share of prizes moved from which a regime counts as manipulable",
        source="modelling choice: one prize in a hundred",
        plausible=(0.005, 0.05),
    )
    capture_excess: NonNegative = param(
        0.1,
        "rise of capture from which a regime counts as manipulable",
        source="modelling choice: a tenth more often than fair scores would have it",
        plausible=(0.05, 0.5),
    )
    no_better: NonNegative = param(
        0.05,
        "efficiency below which a regime is no better than a lottery",
        source="modelling choice",
        plausible=(0.02, 0.1),
    )
    little_better: NonNegative = param(
        0.25,
        "efficiency below which it is little better",
        source="modelling choice: a quarter of what knowing everything would bring",
        plausible=(0.1, 0.33),
    )
    near_best: NonNegative = param(
        0.75,
        "efficiency from which it is close to an oracle",
        source="modelling choice",
        plausible=(0.66, 0.9),
    )

    @model_validator(mode="after")
    def _in_order(self):
        if not self.no_better <= self.little_better <= self.near_best:
            raise ValueError(
                "no_better, little_better and near_best must not fall, got "
                f"{self.no_better:g}, {self.little_better:g}, {self.near_best:g}"
            )
        return self


def manipulable(moved: Estimate, excess: Estimate, limits: Thresholds) -> str:
    """Return the word on C1 for prizes moved and the rise of capture.

    Parameters
    ----------
    moved, excess : Estimate
        NaN where it is not measured; then the other decides.
    limits : Thresholds

    Returns
    -------
    str
        `MANIPULABLE` if the lower bound of either reaches its threshold,
        `NOT_MANIPULABLE` if the upper bounds of all that are measured are below,
        `UNDECIDED` otherwise, `NOT_MEASURED` if there is neither.
    """
    pairs = ((moved, limits.moved), (excess, limits.capture_excess))
    measured = [(found, limit) for found, limit in pairs if found.mean == found.mean]
    if not measured:
        return NOT_MEASURED
    if any(found.low >= limit for found, limit in measured):
        return MANIPULABLE
    if all(found.high < limit for found, limit in measured):
        return NOT_MANIPULABLE
    return UNDECIDED


def serving(efficiency: Estimate, limits: Thresholds) -> str:
    """Return the word on C2 for an efficiency (0 lottery, 1 oracle).

    An interval over `no_better` that ends below `little_better` still says the latter:
    `AT_MOST_LITTLE`.
    """
    if efficiency.mean != efficiency.mean:
        return NOT_MEASURED
    if efficiency.high < limits.no_better:
        return NO_BETTER
    if efficiency.high < limits.little_better:
        is_better = efficiency.low >= limits.no_better
        return LITTLE_BETTER if is_better else AT_MOST_LITTLE
    if efficiency.low >= limits.near_best:
        return NEAR_BEST
    return BETTER if efficiency.low >= limits.little_better else UNDECIDED


def against(difference: Estimate) -> str:
    """Return whether a regime is more or less efficient than another."""
    if difference.mean != difference.mean:
        return NOT_MEASURED
    if difference.low > 0:
        return MORE
    return LESS if difference.high < 0 else UNDECIDED


def certain(found: Estimate) -> Estimate:
    """Return an estimate as if its mean were known exactly."""
    return found._replace(low=found.mean, high=found.mean)


def thresholds_of(settings) -> Thresholds:
    """Return the thresholds with some set, each as "name=value".

    Raises
    ------
    ConfigError
        If a name or a value cannot be.
    """
    data, faults = {}, []
    for setting in settings:
        name, _, value = setting.partition("=")
        try:
            data[name] = float(value)
        except ValueError:
            faults.append(f"`{name}` must be set as NAME=NUMBER, got {setting!r}")
    if faults:
        raise ConfigError(faults, "--threshold")
    return validated(Thresholds, data, "--threshold")
