"""Flip a verdict: the smallest change from a scenario's own values that changes its word.

Every value is first changed alone, to the ends of its range. Optuna then proposes candidates
that change several values. The smallest changes that flip the word are reduced further:
values are restored one by one, and the rest are moved towards the scenario's own values by
bisection. Fresh replicates show which flips are due to chance; the scenario's own values
are evaluated on them too and should keep the word.
"""

from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from pydantic import field_validator

from ..analysis import verdict
from ..campaign.scenarios import checked
from ..errors import ConfigError, Faults
from ..intervals import Estimate, estimate_of_error
from ..model.government import LEVELS
from ..model.parameters import param
from ..model.paths import flat
from ..model.paths import found as value_at
from ..model.schema import is_number, is_whole
from .search_question import TABLE, Candidates, checked_over

FIRST_FRESH = 1_000_000  # number of the first replicate that no search uses
SHRUNK = 6  # candidates that are reduced further
BISECTIONS = 5  # of each value that stays changed: to 1/32 of the change
FRESH = "fresh_"
MEASURES = {
    "c1": ("diversion", "capture_excess", "prizes_moved_share"),
    "c2": ("skill",),
}


class FlipTable(Candidates):
    """A ``[search]`` that flips a verdict."""

    flip: Literal["c1", "c2"] = param(..., "claim whose word is to change")
    start: dict[str, Any] = param(
        dict, "by path: the value to begin from; by default the scenario's own"
    )

    @field_validator("replicates")
    @classmethod
    def _have_an_interval(cls, replicates: int) -> int:
        if replicates < 2:
            raise ValueError("must be at least 2, since a verdict needs an interval")
        return replicates


class Flipped(NamedTuple):
    """The result of `flip`.

    Attributes
    ----------
    question : FlipTable
    own : dict
        The scenario's own values, by path.
    word, fresh_word : str
        The word at the scenario's own values, and on fresh replicates: the placebo.
    trials : pandas.DataFrame
        One row per candidate: values, ``changed`` (how many differ from the scenario's own),
        ``distance`` (sum of changes, each as a share of its range), ``word``, ``flips``,
        and the measures with standard errors.
    smallest : pandas.DataFrame
        The smallest candidates that flip the word, reduced further; for each set of
        changed values, the one with the least distance. Has ``fresh_word`` and ``holds``
        (the word flips on fresh replicates too). Candidates that hold come first, then
        fewer changed values, then less distance. Empty if nothing flips.
    """

    question: FlipTable
    own: dict[str, Any]
    word: str
    fresh_word: str
    trials: pd.DataFrame
    smallest: pd.DataFrame


def flip_question(tree: dict[str, Any]) -> FlipTable:
    """Return the checked question of a ``[search]`` table with ``flip``.

    Parameters
    ----------
    tree : dict
        The table as `tomllib` parses it.

    Raises
    ------
    ConfigError
        Listing all faults.
    """
    asked, faults = checked(FlipTable, tree, TABLE), Faults()
    over, start = checked_over(asked, faults), flat(asked.start)
    for path in start.keys() - over.keys():
        faults.sentences.append(f"`{TABLE}.start.{path}` is not in `over`")
    faults.raise_any()
    return asked.model_copy(update={"over": over, "start": start})


def flip(evaluator, question: FlipTable, report=lambda done, total: None) -> Flipped:
    """Return the smallest changes of a scenario's own values that flip its word.

    Parameters
    ----------
    evaluator : Evaluator
    question : FlipTable
    report : callable
        Called with the number of candidates evaluated so far, and the total.

    Raises
    ------
    ConfigError
        If the word at the scenario's own values is open, or one of these is unknown.
    """
    search = _Search(evaluator, question)
    word = search.table([search.own])["word"].iloc[0]
    if word in verdict.OPEN:
        raise ConfigError(
            f"the word on {question.flip} at the scenario's own values is '{word}' with "
            f"{question.replicates} replicates: there is nothing to flip; raise "
            "`search.replicates`"
        )
    search.word = word
    alone = search.alone()
    total = len(alone) + question.trials
    parts = [search.table(alone)]
    report(len(alone), total)
    for table in search.proposed():
        parts.append(table)
        report(sum(map(len, parts)), total)
    trials = pd.concat(parts, ignore_index=True)
    trials = trials.drop_duplicates(list(question.over), ignore_index=True)
    ranked = trials[trials["flips"]].sort_values(["changed", "distance"], kind="stable")
    firsts = ranked.assign(
        which=[search.which(row) for row in ranked.to_dict("records")]
    )
    firsts = firsts.drop_duplicates("which").index
    chosen = ranked.loc[[*firsts, *ranked.index.difference(firsts, sort=False)]]
    points = [
        {path: row[path] for path in question.over}
        for row in chosen.head(SHRUNK).to_dict("records")
    ]
    smaller = [search.shrunk(point) for point in points]
    fresh_word = search.table([search.own], fresh=True)["word"].iloc[0]
    smallest = search.confirmed(smaller) if smaller else trials.iloc[:0]
    return Flipped(question, search.own, word, fresh_word, trials, smallest)


class _Search:
    """A scenario's own values, and tables of candidates compared with them."""

    def __init__(self, evaluator, question: FlipTable) -> None:
        self.evaluator, self.question = evaluator, question
        self.own = _own_values(evaluator.scenario, question)
        self.word = ""

    def table(self, points: list[dict], fresh: bool = False) -> pd.DataFrame:
        """Return candidates with their measures, their words, and the size of the change."""
        question = self.question
        replicates = question.fresh if fresh else question.replicates
        names = list(MEASURES[question.flip])
        first = FIRST_FRESH if fresh else 0
        found = self.evaluator.evaluate(points, names, replicates, first)
        rows = found.to_dict("records")
        words = [_word(question.flip, _estimates(row, names)) for row in rows]
        changes = [self.changes(point) for point in points]
        return found.assign(
            changed=[sum(c > 0 for c in each.values()) for each in changes],
            distance=[float(sum(each.values())) for each in changes],
            word=words,
            flips=[word not in (self.word, *verdict.OPEN) for word in words],
            excess=[_excess(question.flip, _estimates(row, names), self.word)
                    for row in rows],
        )  # fmt: skip

    def changes(self, point: dict) -> dict[str, float]:
        """Return how far each value is from the scenario's own, as a share of its range."""
        found = {}
        for path, options in self.question.over.items():
            if _is_range(path, options):
                away = abs(point[path] - self.own[path])
                found[path] = away / (options[1] - options[0])
            else:
                found[path] = float(point[path] != self.own[path])
        return found

    def which(self, point: dict) -> tuple[str, ...]:
        """Return the paths at which a candidate changes the value."""
        return tuple(path for path, own in self.own.items() if point[path] != own)

    def alone(self) -> list[dict]:
        """Return candidates that change one value, to an end of its range or a choice."""
        return [
            {**self.own, path: value}
            for path, options in self.question.over.items()
            for value in options
            if value != self.own[path]
        ]

    def proposed(self):
        """Yield tables of candidates that change several values, a batch at a time."""
        from .search import propose, study_of

        question = self.question
        study, done = study_of(question, "minimize"), 0
        while done < question.trials:
            size = min(question.batch, question.trials - done)
            asked = [study.ask() for _ in range(size)]
            points = [propose(trial, question.over, _is_range) for trial in asked]
            table = self.table(points)
            for trial, row in zip(asked, table.to_dict("records"), strict=True):
                missed = 0.0 if row["flips"] else max(row["excess"], 1e-9)
                trial.set_user_attr("excess", [missed])
                study.tell(trial, row["distance"])
            done += size
            yield table

    def shrunk(self, point: dict) -> dict:
        """Return a candidate with its values restored as far as the word stays flipped."""
        changes = self.changes(point)
        for path in sorted(changes, key=changes.__getitem__):
            if changes[path] > 0:
                less = {**point, path: self.own[path]}
                point = less if self._flips(less) else point
        for path, options in self.question.over.items():
            if not _is_range(path, options) or point[path] == self.own[path]:
                continue
            near, far = self.own[path], point[path]
            for _ in range(BISECTIONS):
                middle = (near + far) / 2
                middle = round(middle) if is_whole(path) else middle
                if middle in (near, far):
                    break
                flips = self._flips({**point, path: middle})
                near, far = (near, middle) if flips else (middle, far)
            point = {**point, path: far}
        return point

    def _flips(self, point: dict) -> bool:
        return bool(self.table([point])["flips"].iloc[0])

    def confirmed(self, points: list[dict]) -> pd.DataFrame:
        """Return candidates with their words on fresh replicates, those that hold first."""
        found = self.table(points).drop(columns="excess")
        fresh = self.table(points, fresh=True)
        names = [n for m in MEASURES[self.question.flip] for n in (m, f"{m}_error")]
        found = found.join(fresh[["word", *names]].add_prefix(FRESH))
        found["holds"] = fresh["flips"]
        found["which"] = [self.which(point) for point in points]
        order = ["is_out", "changed", "distance"]
        found = found.assign(is_out=~found["holds"]).sort_values(order, kind="stable")
        found = found.drop_duplicates(["which", "is_out"])
        return found.drop(columns=["is_out", "which"]).reset_index(drop=True)


def _is_range(path: str, options) -> bool:
    return is_number(path) and len(options) == 2


def _estimates(row: dict, names) -> dict[str, Estimate]:
    """Return means with their t-intervals."""
    n = int(row["replicates"])
    return {m: estimate_of_error(row[m], row[f"{m}_error"], n) for m in names}


def _word(claim: str, found: dict[str, Estimate]) -> str:
    limits = verdict.Thresholds()
    if claim == "c2":
        return verdict.serving(found["skill"], limits)
    return verdict.manipulable(*(found[name] for name in MEASURES["c1"]), limits)


def _excess(claim: str, found: dict[str, Estimate], word: str) -> float:
    """Return how far an interval is from another word, in shares of a threshold."""
    limits = verdict.Thresholds()
    if claim == "c2":
        skill = found["skill"]
        edges = {
            verdict.WORSE: (-np.inf, 0.0),
            verdict.NO_BETTER: (0.0, limits.no_better),
            verdict.HARDLY_BETTER: (0.0, limits.hardly_better),
            verdict.BETTER: (limits.hardly_better, limits.near_best),
            verdict.NEAR_BEST: (limits.near_best, np.inf),
        }
        low, high = edges.get(word, (0.0, 0.0))
        return float(np.nan_to_num(min(high - skill.low, skill.high - low), nan=1e9))
    pairs = [
        (found["diversion"], limits.diversion),
        (found["capture_excess"], limits.capture_excess),
    ]
    measured = [(one, limit) for one, limit in pairs if one.mean == one.mean]
    if not measured:
        return 1e9
    if word == verdict.MANIPULABLE:  # all upper bounds must be below
        return float(max(one.high / limit - 1 for one, limit in measured))
    return float(min(1 - one.low / limit for one, limit in measured))


def _own_values(scenario, question: FlipTable) -> dict[str, Any]:
    """Return a scenario's own values at the paths that are varied.

    Raises
    ------
    ConfigError
        Listing each path at which it has no value, or several that differ by level.
    """
    tree = scenario.model_dump(mode="json", by_alias=True)
    values, faults = {}, []
    for path in question.over:
        value = question.start.get(path, _own_value(tree, path))
        if isinstance(value, list | dict) or value is None:
            faults.append(
                f"`{TABLE}.over.{path}`: the scenario has no single value there; give it "
                f"in `{TABLE}.start`"
            )
        values[path] = value
    if faults:
        raise ConfigError(faults)
    return values


def _own_value(tree: dict, path: str):
    """Return the value at a path; for all levels, the value that they share."""
    head, _, rest = path.partition(".all.")
    if head != "leaders" or not rest:
        return value_at(tree, path)
    n_levels = len(tree["world"]["spans"])
    by_level = [value_at(tree, f"leaders.{name}.{rest}") for name in LEVELS[:n_levels]]
    return by_level[0] if all(value == by_level[0] for value in by_level) else None
