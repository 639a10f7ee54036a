"""Published figures as targets that the points of a sample can miss.

A target is a value with two errors: of the observation, and of the model (discrepancy). The
packaged targets are those of ``targets.toml`` that can be computed from a store; a user's
own file has the same form, and its measures may be any measure or output of a store.
"""

import tomllib
from typing import Literal, NamedTuple

import numpy as np
from pydantic import model_validator

from ..analysis import datasets
from ..errors import ConfigError
from ..model.measures import measured
from ..model.messages import validated
from ..model.parameters import Finite, Name, NonNegative, Parameters, param
from . import calibrate

EDGE = 3.0  # implausibility at the edge of a tolerance: where points are ruled out
LATE = 2 / 5  # share of a run that a list takes to fill
SCALES = {"1": 1.0, "%": 100.0, "pp": 100.0, "per 1,000": 1000.0, "year": 1.0}


class Target(Parameters):
    """A published figure that runs of a pilot should give."""

    name: Name = param(..., "what the figure measures")
    pilot: str = param(..., "name of the regime that the figure is about")
    measure: str = param(..., "measure of a store, output, or packaged target measure")
    unit: Literal[tuple(SCALES)] = param("1", "unit of the numbers below")
    value: Finite = param(..., "the figure")
    tolerance: tuple[Finite, Finite] | None = param(
        None, "range that is as good as the figure; replaces both errors"
    )
    observation: NonNegative | None = param(
        None, "standard error of the figure as observed"
    )
    discrepancy: NonNegative | None = param(
        None, "standard error of the model: how far even the best values would miss"
    )
    source: str = param("", "where the figure is from")

    @model_validator(mode="after")
    def _has_errors(self):
        given = [self.observation, self.discrepancy]
        if self.tolerance is None and not any(given):
            raise ValueError(
                "must have `tolerance`, or `observation` or `discrepancy` above 0"
            )
        if self.tolerance and any(value is not None for value in given):
            raise ValueError(
                "`tolerance` replaces `observation` and `discrepancy`; give either it or "
                "them"
            )
        if self.tolerance and not self.tolerance[0] <= self.value <= self.tolerance[1]:
            raise ValueError("`tolerance` must contain `value`")
        return self

    def implausibility(self, got: np.ndarray, error: np.ndarray) -> np.ndarray:
        """Return |got - value| over its standard error, sources added in squares.

        Parameters
        ----------
        got, error : ndarray of float64, shape (points,)
            Means over replicates and their standard errors, in the target's unit.
        """
        if self.tolerance:
            below, above = (abs(edge - self.value) / EDGE for edge in self.tolerance)
            own = np.where(got < self.value, below, above)
        else:
            own = np.hypot(self.observation or 0.0, self.discrepancy or 0.0)
        spread = np.hypot(own, np.nan_to_num(error))
        away = np.abs(got - self.value)
        return np.divide(
            away, spread, out=np.where(away > 0, np.inf, 0.0), where=spread > 0
        )


class _File(Parameters):
    target: list[Target] = param(..., "the targets", min_length=1)


def packaged() -> list[Target]:
    """Return the packaged targets that can be compared with the outputs of a store.

    Targets of experiments, and those marked "open" (which are known to be out of reach),
    are left out.
    """
    return [
        Target(
            name=t.name,
            pilot=t.pilot,
            measure=t.measure,
            unit=t.unit,
            value=t.value,
            tolerance=t.tolerance,
            source=t.source,
        )
        for t in calibrate.targets()
        if t.measure in MEASURES and t.variant == "as packaged" and t.claim != "open"
    ]


def from_file(path) -> list[Target]:
    """Return the targets of a user's file.

    Raises
    ------
    ConfigError
        If the file cannot be read or is invalid; all faults are listed.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123, a URL is no path
            tree = tomllib.load(file)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"is not TOML: {error}", str(path)) from None
    return validated(_File, tree, str(path)).target


class Place(NamedTuple):
    """One scenario of a store: its finished replicates, and how its regime is graded."""

    dataset: object
    regime: dict

    def late(self, name: str) -> np.ndarray:
        """Return an output summed over the ticks in which a list is full, by replicate."""
        ticks = self.dataset.sizes["tick"]
        part = self.dataset[name].isel(tick=slice(int(LATE * ticks), None))
        return part.sum([d for d in part.dims if d != "replicate"]).values.astype("f8")

    def total(self, name: str) -> np.ndarray:
        """Return an output summed over measured ticks, by replicate."""
        variable = self.dataset[name]
        part = variable.isel(tick=measured(variable["tick"], self.dataset))
        return part.sum([d for d in part.dims if d != "replicate"]).values.astype("f8")

    @property
    def n_citizens(self) -> float:
        """Citizens of the scenario."""
        known = self.dataset.coords.get("n_citizens", self.dataset.attrs["n_citizens"])
        return float(np.max(known))

    @property
    def grades(self) -> tuple[np.ndarray, int]:
        """Enrolled citizens x ticks, shape (replicates, grades), and the base's grade."""
        counts = self.dataset["grade_citizens"]
        ticks = measured(counts["tick"], self.dataset)
        people = counts.isel(tick=ticks).sum("tick").transpose("replicate", "grade")
        people = people.values.astype("f8")
        cuts = [grade["from"] for grade in self.regime["grades"][1:]]
        base = sum(cut <= self.regime["base"] for cut in cuts)
        enrolled = self.regime.get("enrolled")
        if enrolled is not None:  # all others stay at the base
            people[:, base] -= (1 - enrolled) * people.sum(axis=1)
        return people, base


def _over(above, below) -> np.ndarray:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below != 0)


def _outside_base_grade(place: Place) -> np.ndarray:
    people, base = place.grades
    return _over(people.sum(axis=1) - people[:, base], people.sum(axis=1))


def _good_per_bad(place: Place) -> np.ndarray:
    people, base = place.grades
    return _over(people[:, base + 1 :].sum(axis=1), people[:, :base].sum(axis=1))


def _list_stock(place: Place) -> np.ndarray:
    ticks = place.dataset.sizes["tick"]
    ticks -= int(LATE * ticks)
    return place.late("group_listed") / (place.n_citizens * ticks)


def _list_stay(place: Place) -> np.ndarray:
    stock = place.late("group_listed") / calibrate.YEAR
    return _over(stock, place.late("listings"))


def _list_performed(place: Place) -> np.ndarray:
    return _over(place.late("performed"), place.late("listings"))


MEASURES = {
    "outside_base_grade": _outside_base_grade,
    "good_per_bad": _good_per_bad,
    "list_stock": _list_stock,
    "list_stay": _list_stay,
    "list_performed": _list_performed,
}


OUTPUTS = {
    "outside_base_grade": ("grade_citizens",),
    "good_per_bad": ("grade_citizens",),
    "list_stock": ("group_listed",),
    "list_stay": ("group_listed", "listings"),
    "list_performed": ("performed", "listings"),
}  # outputs from which each measure is computed


def simulated(target: Target, place: Place) -> np.ndarray:
    """Return the simulated value of a target, by replicate, in the target's unit.

    Raises
    ------
    ConfigError
        If the measure is unknown.
    """
    if target.measure in MEASURES:
        return SCALES[target.unit] * MEASURES[target.measure](place)
    part = place.dataset.expand_dims("scenario")
    names = datasets.asked_variables(part, [target.measure])
    values = datasets.values(part, names)[target.measure]
    return SCALES[target.unit] * values.values[0]
