"""A sample: points of a plan within the bounds of some parameters.

The points are those of `scipy.stats.qmc` (latin-hypercube, sobol) or of SALib (saltelli,
morris), in their order, so that SALib can analyse the results. The same seed, number of
points and order of parameters give the same points within the unit cube.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ...errors import ConfigError, Faults, refuse
from ...model.parameters import Count, Parameters, Seed, Tree, param
from ...model.paths import flat
from ...model.schema import is_number, is_whole, plausible
from ...optional import optional
from ..scenarios import checked
from . import derive as formulas
from .points import Base, Point, check_paths, is_range, pilot_of, written

TABLE = "sample"
PLAUSIBLE = "plausible"
IF_PLAUSIBLE = "if plausible"
POWERS = ("sobol", "saltelli")
MORRIS_LEVELS = 4
Interval: TypeAlias = tuple[float, float]  # (low, high), in the unit of the parameter


class Sample(Parameters):
    """A ``[sample]``."""

    method: Literal["latin-hypercube", "sobol", "saltelli", "morris"] = param(
        ..., "how points are chosen"
    )
    n: Annotated[Count, Field(ge=1)] | None = param(
        None, "points, or base points (saltelli)"
    )
    trajectories: Annotated[Count, Field(ge=1)] | None = param(
        None, "trajectories (morris)"
    )
    levels: Annotated[Count, Field(ge=2, le=1000)] | None = param(
        None, "levels of the grid (morris), 4 by default"
    )
    second_order: bool | None = param(
        None, "whether effects of pairs can be estimated (saltelli), true by default"
    )
    seed: Seed | None = param(None, "seed of the points, the campaign's by default")
    of: Annotated[list[str], Field(min_length=1)] | None = param(
        None, "scenarios to vary, by default all"
    )
    over: dict[str, Any] = param(
        ..., "by path: [low, high], 'plausible' or 'if plausible'", min_length=1
    )
    derive: dict[str, Any] = param(dict, "by path: a formula of sampled parameters")

    @model_validator(mode="after")
    def _fit(self) -> Self:
        faults = [text for is_wrong, text in self._contradictions() if is_wrong]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _contradictions(self) -> Iterator[tuple[bool, str]]:
        """Yield each rule between the keys: whether it is broken, and its sentence."""
        is_morris, is_saltelli = self.method == "morris", self.method == "saltelli"
        size, method = self.size, f"method = '{self.method}'"
        names = "`n` or `trajectories`" if is_morris else "`n`"
        given = [self.n, self.trajectories if is_morris else None]
        yield sum(value is not None for value in given) != 1, f"must have {names}, once"
        for name in ("trajectories", "levels"):
            is_there = getattr(self, name) is not None
            yield is_there and not is_morris, f"`{name}` is for morris, got {method}"
        is_there = self.second_order is not None
        yield (
            is_there and not is_saltelli,
            f"`second_order` is for saltelli, got {method}",
        )
        yield (
            self.levels is not None and self.levels % 2 == 1,
            f"`levels` must be even, got {self.levels}",
        )
        yield (
            self.method in POWERS and size & (size - 1) != 0,
            f"`n` must be a power of two for {self.method}, got {size}",
        )

    @property
    def size(self) -> int:
        """Number of points or trajectories; 0 where neither is given, which is a fault."""
        return self.n or self.trajectories or 0

    @property
    def pairs(self) -> bool:
        """Whether the effects of pairs of parameters can be estimated."""
        return self.second_order is None or self.second_order

    @property
    def table(self) -> str:
        """Name of the design's table in a file."""
        return TABLE

    def count(self, base: Base) -> int:
        """Return the number of points."""
        d = len(flat(self.over))
        rows = {"saltelli": 2 * d + 2 if self.pairs else d + 2, "morris": d + 1}
        return self.size * rows.get(self.method, 1)

    def points(self, base: Base) -> tuple[Tree, list[Point]]:
        """Return the fields of the `Design`, and its points; raises ConfigError."""
        bounds = _bounds(flat(self.over), base)
        varied = {path: pair for path, pair in bounds.items() if pair is not None}
        _refuse_coarse(self, varied)
        derived = formulas.check(self.derive, varied, TABLE)
        points = []
        for number, row in enumerate(rows(self, bounds)):
            pairs = zip(bounds, row.tolist(), strict=True)
            values = {
                p: round(v) if is_whole(p) else v for p, v in pairs if p in varied
            }
            others = formulas.derived(derived, values, TABLE)
            entry = written(base, TABLE, {**values, **others})
            points.append(Point(f"point {number}", entry, values, {}))
        return {**_about(self, varied), "derived": derived or None}, points


def plan_of(tree: Tree, seed: int) -> Sample:
    """Return the plan of a ``[sample]``.

    Parameters
    ----------
    tree : dict
        As `tomllib` gives it.
    seed : int
        Seed of the campaign.

    Raises
    ------
    ConfigError
        With every fault of the table.
    """
    faults = Faults()
    leaves = flat(tree["over"]) if isinstance(tree.get("over"), dict) else {}
    with faults.at():
        plan = checked(Sample, tree, TABLE)
    with faults.at():
        check_paths(leaves, f"{TABLE}.over")
    with faults.at():
        _check_bounds(leaves)
    faults.raise_any()
    refuse(_indices_faults(plan, leaves))
    return plan if plan.seed is not None else plan.model_copy(update={"seed": seed})


def _check_bounds(leaves: Tree) -> None:
    """Refuse whatever is neither a range nor a word that stands for one."""
    refuse(
        f"`{TABLE}.over.{path}` must be [low, high] with low below high, "
        f"'plausible' or 'if plausible', got {bounds!r}"
        for path, bounds in leaves.items()
        if bounds not in (PLAUSIBLE, IF_PLAUSIBLE) and not is_range(bounds)
    )


def _indices_faults(plan: Sample, leaves: Tree) -> list[str]:
    """Return a fault per parameter that may be left out, if the indices need all."""
    if plan.method not in ("saltelli", "morris"):
        return []
    loose = [path for path, bounds in leaves.items() if bounds == IF_PLAUSIBLE]
    return [
        f"`{TABLE}.over.{path}`: '{IF_PLAUSIBLE}' is for latin-hypercube and sobol, got "
        f"method = '{plan.method}'"
        for path in loose
    ]


def rows(plan: Sample, bounds: dict[str, Interval | None]) -> NDArray[np.float64]:
    """Return the points of a plan.

    Parameters
    ----------
    plan : Sample
        Method, size and seed.
    bounds : dict of str to (float, float) or None
        (low, high) of each path; None where the path is not varied. Such a column stays,
        so that scenarios that vary different paths get the same points.

    Returns
    -------
    ndarray of float64, shape (points, paths)
    """
    problem = {
        "num_vars": len(bounds),
        "names": list(bounds),
        "bounds": [list(pair or (0.0, 1.0)) for pair in bounds.values()],
    }
    scaled: NDArray[np.float64]
    if plan.method == "saltelli":
        scaled = _salib("saltelli").sample(
            problem, plan.size, calc_second_order=plan.pairs, seed=plan.seed
        )
    elif plan.method == "morris":
        levels = plan.levels or MORRIS_LEVELS
        scaled = _salib("morris").sample(
            problem, plan.size, num_levels=levels, seed=plan.seed
        )
    else:
        low, high = np.array(problem["bounds"], np.float64).T
        scaled = low + (high - low) * _unit_points(plan, len(bounds))
    return scaled


def _salib(method: str) -> Any:
    """Return SALib's module that samples by a method."""
    module = {"saltelli": "sobol", "morris": "morris"}[method]
    return optional(f"SALib.sample.{module}", f"{method} samples", "sensitivity")


def _unit_points(plan: Sample, dimensions: int) -> NDArray[np.float64]:
    """Return the points of a plan in the unit cube, shape (points, dimensions)."""
    from scipy.stats import qmc

    kinds = {"latin-hypercube": qmc.LatinHypercube, "sobol": qmc.Sobol}
    generator = np.random.default_rng(plan.seed)
    points: NDArray[np.float64] = kinds[plan.method](dimensions, seed=generator).random(
        plan.size
    )
    return points


def _bounds(over: Tree, base: Base) -> dict[str, Interval | None]:
    """Return the bounds of each path, with a scenario's plausible ranges filled in.

    None for a path that is varied only if it has a plausible range, and has none.
    """
    trees = [base.raw_entry, {"regime": pilot_of(base)}, base.raw]
    bounds: dict[str, Interval | None] = {}
    faults = []
    for path, pair in over.items():
        key = f"`{TABLE}.over.{path}`"
        if not is_number(path):
            faults.append(f"{key} must be the path of a number of the model")
            continue
        is_named = pair in (PLAUSIBLE, IF_PLAUSIBLE)
        known = plausible(path, trees) if is_named else (pair[0], pair[1])
        if pair == IF_PLAUSIBLE and (known is None or known[0] >= known[1]):
            bounds[path] = None
        elif known is None:
            faults.append(
                f"{key}: has no plausible range in scenario {base.name!r}; give "
                "[low, high]"
            )
        elif known[0] >= known[1]:
            faults.append(
                f"{key}: its plausible range in scenario {base.name!r} is "
                f"{known[0]:g}..{known[1]:g}, one value; give [low, high]"
            )
        else:
            bounds[path] = known
    if faults:
        raise ConfigError(faults)
    return bounds


def _refuse_coarse(plan: Sample, bounds: dict[str, Interval]) -> None:
    """Refuse ranges of whole numbers so narrow that a step may round to no change."""
    if plan.method != "morris":
        return
    levels = plan.levels or MORRIS_LEVELS
    step = levels / (2 * (levels - 1))
    faults = [
        f"`{TABLE}.over.{path}` must span at least {1 / step:.2g} whole numbers, so "
        f"that each step of morris changes it, got [{low:g}, {high:g}]"
        for path, (low, high) in bounds.items()
        if is_whole(path) and (high - low) * step < 1
    ]
    if faults:
        raise ConfigError(faults)


def _about(plan: Sample, bounds: dict[str, Interval]) -> Tree:
    """Return the fields of the `Design` of a plan."""
    is_morris, is_saltelli = plan.method == "morris", plan.method == "saltelli"
    return {
        "kind": plan.method,
        "parameters": {path: list(pair) for path, pair in bounds.items()},
        "n": plan.size,
        "seed": plan.seed,
        "second_order": plan.pairs if is_saltelli else None,
        "levels": (plan.levels or MORRIS_LEVELS) if is_morris else None,
    }
