"""The ``[search]`` table of a campaign file: objective, bounds, and varied parameters."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import Field, model_validator

from ..campaign.designs.points import check_paths, is_range
from ..campaign.scenarios import checked
from ..errors import ConfigError, Faults, refuse
from ..model.measures import MEASURES
from ..model.messages import did_you_mean
from ..model.parameters import Count, Parameters, Seed, param
from ..model.paths import flat, with_settings
from ..model.pilot_library import read_toml
from ..model.schema import is_number

TABLE = "search"
FORM = re.compile(r"\s*(<|>)=?\s*([-+.\deE]+)\s*")


class Bound(NamedTuple):
    """A bound on a measure: at most (sign 1) or at least (sign -1) a limit."""

    sign: int
    limit: float

    def excess(self, value: float) -> float:
        """Return the distance by which a value misses the bound, above 0 if it does."""
        far = self.sign * (value - self.limit)
        return far if far == far else float("inf")

    def __str__(self) -> str:
        return f"{'<' if self.sign > 0 else '>'} {self.limit:g}"


class Candidates(Parameters):
    """Keys of every ``[search]`` table: which candidates, and how many replicates of each."""

    over: dict[str, Any] = param(
        ..., "by path: [low, high], or a list of choices", min_length=1
    )
    of: str | None = param(None, "scenario that is varied; the first by default")
    trials: Annotated[Count, Field(ge=1, le=100_000)] = param(64, "candidates")
    batch: Annotated[Count, Field(ge=1, le=1024)] = param(
        8, "candidates proposed at a time"
    )
    replicates: Annotated[Count, Field(ge=1)] = param(4, "replicates of each candidate")
    fresh: Annotated[Count, Field(ge=2)] = param(
        16, "fresh replicates of the chosen candidates"
    )
    seed: Seed = param(35, "seed of the proposals")


class Search(Candidates):
    """A ``[search]`` with an objective."""

    maximise: str | None = param(None, "measure to maximise")
    minimise: str | None = param(None, "measure to minimise")
    subject_to: dict[str, str] = param(dict, "bounds by measure, such as '< 0.05'")
    against: dict[str, Any] = param(
        dict, "by path: [low, high]; a candidate is judged by the worst of these points"
    )
    against_points: Annotated[Count, Field(ge=1, le=1024)] = param(
        8, "points of `against`"
    )

    @model_validator(mode="after")
    def _one_objective(self):
        if (self.maximise is None) == (self.minimise is None):
            raise ValueError("must have exactly one of `maximise` and `minimise`")
        return self

    @property
    def objective(self) -> str:
        """The measure that is searched."""
        return self.maximise or self.minimise or ""

    @property
    def sign(self) -> int:
        """1 if the objective is maximised, -1 if it is minimised."""
        return 1 if self.maximise else -1

    @property
    def bounds(self) -> dict[str, Bound]:
        """Bounds by measure."""
        return {name: _bound(name, text) for name, text in self.subject_to.items()}

    @property
    def measures(self) -> list[str]:
        """The objective, then the bounded measures, each once."""
        return list(dict.fromkeys([self.objective, *self.subject_to]))

    def badness(self, name: str) -> int:
        """Return the sign by which a measure is multiplied so that less is better."""
        return -self.sign if name == self.objective else self.bounds[name].sign

    def is_range(self, path: str) -> bool:
        """Return whether a path varies between two numbers rather than among choices."""
        return is_number(path) and is_range(self.over[path])


def question_of(tree: dict[str, Any]) -> Search:
    """Return the checked question of a ``[search]`` table with an objective.

    Raises
    ------
    ConfigError
        Listing all faults.
    """
    asked, faults = checked(Search, tree, TABLE), Faults()
    with faults.at():
        _check_measures("maximise" if asked.maximise else "minimise", [asked.objective])
    with faults.at():
        _check_measures("subject_to", asked.subject_to)
    against = flat(asked.against)
    over = checked_over(asked, faults)
    _check_leaves("against", against, faults)
    for path in over.keys() & against.keys():
        faults.sentences.append(f"`{TABLE}.against.{path}` is in `over` too")
    for name, text in asked.subject_to.items():
        with faults.at():
            _bound(name, text)
    faults.raise_any()
    return asked.model_copy(update={"over": over, "against": against})


def checked_over(asked: Candidates, faults: Faults) -> dict[str, Any]:
    """Return the values that may vary by path; their faults are gathered."""
    over = flat(asked.over)
    _check_leaves("over", over, faults)
    return over


def _check_leaves(table: str, leaves: dict[str, Any], faults: Faults) -> None:
    """Gather the faults of paths and their values in ``over`` or ``against``."""
    with faults.at():
        check_paths(leaves, f"{TABLE}.{table}")
    with faults.at():
        check_ranges(table, leaves)


def search_table(path, sets=()) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a campaign file without its ``[search]``, and that table.

    Parameters
    ----------
    path : path-like
    sets : iterable of str
        Values of the file to override, each ``path=value``, such as ``search.trials=16``.

    Raises
    ------
    ConfigError
        If the file has no such table, or a setting is at fault.
    """
    tree = with_settings(tomllib.loads(read_toml(Path(path))), sets)
    if not isinstance(tree.get(TABLE), dict):
        raise ConfigError("must have a [search] table", str(path))
    return tree, tree.pop(TABLE)


def _bound(name: str, text: str) -> Bound:
    found = FORM.fullmatch(text)
    try:
        return Bound(1 if found[1] == "<" else -1, float(found[2]))
    except (TypeError, ValueError):
        raise ConfigError(
            f"`{TABLE}.subject_to.{name}` must be < or > and a number, as in '< 0.05', "
            f"got {text!r}"
        ) from None


def _check_measures(key: str, names) -> None:
    refuse(
        f"`{TABLE}.{key}` must be of {', '.join(MEASURES)}, got {name!r}"
        + did_you_mean(name, list(MEASURES))
        for name in names
        if name not in MEASURES
    )


def check_ranges(table: str, leaves: dict) -> None:
    """Raise ConfigError for paths whose values are neither a range nor choices.

    Parameters
    ----------
    table : str
        "over" or "against".
    leaves : dict
        Values by path.
    """
    faults = []
    for path, options in leaves.items():
        is_choice = table == "over" and isinstance(options, list) and len(options) > 1
        if not (is_range(options) or (is_choice and not is_number(path))):
            faults.append(
                f"`{TABLE}.{table}.{path}` must be [low, high] with low below high"
                + (", or a list of choices" if table == "over" else "")
                + f", got {options!r}"
            )
    refuse(faults)
