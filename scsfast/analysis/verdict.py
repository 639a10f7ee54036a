"""Verdict words: what intervals mean for the two claims, at stated thresholds.

A word is given only where the whole interval is on one side of a threshold; otherwise the
verdict is "undecided". All words are about the model, not about the world.
"""

from pydantic import model_validator

from ..errors import ConfigError
from ..intervals import Estimate
from ..model.messages import validated
from ..model.parameters import NonNegative, Parameters, param

MANIPULABLE = "manipulable"
CHURN = "churn"  # prizes move, but to no particular citizens
NOT_MANIPULABLE = "not manipulable"
UNDECIDED = "undecided"
NOT_MEASURED = "not measured"
WORSE = "worse than a lottery"
NO_BETTER = "no better than a lottery"
AT_MOST_HARDLY = "at most hardly better than a lottery"
HARDLY_BETTER = "hardly better than a lottery"
BETTER = "better than a lottery"
NEAR_BEST = "close to a perfect score"
OPEN = (UNDECIDED, NOT_MEASURED, AT_MOST_HARDLY)  # words that leave the claim open
HONEST = "honest leaders"
MORE, LESS, EQUAL = "more", "less", "about equal"
FACTORS = (0.5, 2.0)  # by which thresholds are multiplied to see which words change


class Thresholds(Parameters):
    """The thresholds at which verdict words change."""

    diversion: NonNegative = param(
        0.01,
        "share of prizes diverted from which a regime counts as manipulable",
        source="modelling choice: one prize in a hundred",
        plausible=(0.005, 0.05),
    )
    capture_excess: NonNegative = param(
        0.1,
        "rise of capture from which a regime counts as manipulable",
        source="modelling choice: a tenth more often than fair scores would have it",
        plausible=(0.05, 0.5),
    )
    moved: NonNegative = param(
        0.01,
        "share of prizes moved from which there is churn, without diversion or capture",
        source="modelling choice: as of diversion",
        plausible=(0.005, 0.05),
    )
    no_better: NonNegative = param(
        0.05,
        "skill below which an interval that contains 0 is no better than a lottery",
        source="modelling choice",
        plausible=(0.02, 0.1),
    )
    hardly_better: NonNegative = param(
        0.25,
        "skill below which a regime above a lottery is hardly better",
        source="modelling choice: a quarter of what a perfect score would bring",
        plausible=(0.1, 0.33),
    )
    near_best: NonNegative = param(
        0.75,
        "skill from which a regime is close to a perfect score",
        source="modelling choice",
        plausible=(0.66, 0.9),
    )
    side_effect: NonNegative = param(
        0.01,
        "change beside no regime, as a share, below which a side effect is none",
        source="modelling choice",
        plausible=(0.005, 0.05),
    )

    @model_validator(mode="after")
    def _in_order(self):
        if not self.no_better <= self.hardly_better <= self.near_best:
            raise ValueError(
                "no_better, hardly_better and near_best must not fall, got "
                f"{self.no_better:g}, {self.hardly_better:g}, {self.near_best:g}"
            )
        return self

    def changed(self, name: str, factor: float) -> "Thresholds":
        """Return these thresholds with one multiplied, limited to keep their order."""
        value = factor * getattr(self, name)
        if name == "no_better":
            value = min(value, self.hardly_better)
        if name == "hardly_better":
            value = min(max(value, self.no_better), self.near_best)
        if name == "near_best":
            value = max(value, self.hardly_better)
        return self.model_copy(update={name: value})


def manipulable(
    diverted: Estimate, excess: Estimate, moved: Estimate, limits: Thresholds
) -> str:
    """Return the word on C1.

    Parameters
    ----------
    diverted, excess : Estimate
        Share of prizes diverted and rise of capture, beyond those of a placebo if there is
        one. If one is NaN (not measured), the other decides.
    moved : Estimate
        Share of prizes moved, whoever receives them.
    limits : Thresholds

    Returns
    -------
    str
        `MANIPULABLE` if the lower bound of diversion or of the rise of capture reaches its
        threshold. If both upper bounds are below their thresholds: `CHURN` if the lower
        bound of prizes moved reaches its own, `NOT_MANIPULABLE` otherwise. `UNDECIDED` in
        all other cases, `NOT_MEASURED` if both are NaN.
    """
    pairs = ((diverted, limits.diversion), (excess, limits.capture_excess))
    measured = [(found, limit) for found, limit in pairs if found.mean == found.mean]
    if not measured:
        return NOT_MEASURED
    if any(found.low >= limit for found, limit in measured):
        return MANIPULABLE
    if all(found.high < limit for found, limit in measured):
        return CHURN if moved.low >= limits.moved else NOT_MANIPULABLE
    return UNDECIDED


def serving(skill: Estimate, limits: Thresholds) -> str:
    """Return the word on C2 for a skill (0 lottery, 1 a perfect score).

    "Hardly better" needs an interval above 0, "no better" one that contains it.
    """
    if skill.mean != skill.mean:
        return NOT_MEASURED
    if skill.high < 0:
        return WORSE
    if skill.low > 0:
        return _above(skill, limits)
    if skill.high < limits.no_better:
        return NO_BETTER
    return AT_MOST_HARDLY if skill.high < limits.hardly_better else UNDECIDED


def _above(skill: Estimate, limits: Thresholds) -> str:
    """Return the word on a skill whose whole interval is above 0."""
    if skill.high < limits.hardly_better:
        return HARDLY_BETTER
    if skill.low >= limits.near_best:
        return NEAR_BEST
    return BETTER if skill.low >= limits.hardly_better else UNDECIDED


def effect(change: Estimate, limits: Thresholds) -> str:
    """Return the word on a regime's relative change compared with no regime."""
    if change.mean != change.mean:
        return NOT_MEASURED
    if change.low > -limits.side_effect and change.high < limits.side_effect:
        return EQUAL
    return against(change)


def against(difference: Estimate) -> str:
    """Return the word on a difference between regimes: more, less or undecided."""
    if difference.mean != difference.mean:
        return NOT_MEASURED
    if difference.low > 0:
        return MORE
    return LESS if difference.high < 0 else UNDECIDED


def certain(found: Estimate) -> Estimate:
    """Return an estimate as if its mean were known exactly."""
    return found._replace(low=found.mean, high=found.mean)


def thresholds_of(settings) -> Thresholds:
    """Return the thresholds with some of them set, each given as "name=value".

    Raises
    ------
    ConfigError
        If a name is unknown or a value is not valid.
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
