"""Flip a verdict: the smallest change from a scenario's own values that changes its word.

Every value is tried alone at the ends of its range; optuna then proposes candidates that
change several. The smallest that flip the word are made smaller still: values are put back
one by one, and the rest moved towards the scenario's own by bisection. What flips by luck
is told by fresh replicates, as are the scenario's own values, which should keep the word.
"""

from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field
from scipy.special import stdtrit

from ..analysis import verdict
from ..campaign.designs.points import check_paths
from ..campaign.scenarios import checked
from ..errors import ConfigError, Faults
from ..intervals import CONFIDENCE, Estimate
from ..model.government import LEVELS
from ..model.parameters import Count, Parameters, Seed, param
from ..model.paths import flat
from ..model.paths import found as value_at
from ..model.schema import is_number, is_whole
from .search_question import TABLE, check_ranges

FIRST_FRESH = 1_000_000  # number of the first replicate that no search has seen
SHRUNK = 6  # candidates that are made smaller
BISECTIONS = 5  # of each value that stays changed: to 1/32 of the change
FRESH = "fresh_"
MEASURES = {
    "c1": ("diversion", "capture_excess", "prizes_moved_share"),
    "c2": ("skill",),
}


class FlipTable(Parameters):
    """A ``[search]`` that flips a verdict."""

    flip: Literal["c1", "c2"] = param(..., "claim on which the word is to be another")
    over: dict[str, Any] = param(
        ..., "by path: [low, high], or a list of choices", min_length=1
    )
    start: dict[str, Any] = param(
        dict, "by path: the value to begin from; by default the scenario's own"
    )
    of: str | None = param(None, "scenario that is varied; the first by default")
    trials: Annotated[Count, Field(ge=1, le=100_000)] = param(64, "candidates")
    batch: Annotated[Count, Field(ge=1, le=1024)] = param(
        8, "candidates proposed at a time"
    )
    replicates: Annotated[Count, Field(ge=2)] = param(4, "replicates of each candidate")
    fresh: Annotated[Count, Field(ge=2)] = param(16, "fresh replicates of what flips")
    seed: Seed = param(35, "seed of the proposals")


class Flipped(NamedTuple):
    """What `flip` gives.

    Attributes
    ----------
    question : FlipTable
    own : dict
        The scenario's own values, by path.
    word, fresh_word : str
        The word at the scenario's own values, and on fresh replicates: the placebo.
    trials : pandas.DataFrame
        A row per candidate: values, ``changed`` (how many differ from the scenario's own),
        ``distance`` (sum of changes, each as a share of its range), ``word``, ``flips``,
        and the measures with standard errors.
    smallest : pandas.DataFrame
        The smallest that flip, made smaller, of each set of changed values the shortest,
        with ``fresh_word`` and ``holds`` (the word is flipped on fresh replicates too);
        those that hold first, then by the number of values and the distance. Empty if
        nothing flips.
    """

    question: FlipTable
    own: dict[str, Any]
    word: str
    fresh_word: str
    trials: pd.DataFrame
    smallest: pd.DataFrame


def flip_question(tree: dict[str, Any]) -> FlipTable:
    """Return what a ``[search]`` with ``flip`` asks.

    Parameters
    ----------
    tree : dict
        As `tomllib` gives it.

    Raises
    ------
    ConfigError
        With all faults.
    """
    asked, faults = checked(FlipTable, tree, TABLE), Faults()
    over, start = flat(asked.over), flat(asked.start)
    with faults.at():
        check_paths(over, f"{TABLE}.over")
    with faults.at():
        check_ranges("over", over)
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
        Called with how many candidates are evaluated, and how many will be.

    Raises
    ------
    ConfigError
        If the word at the scenario's own values is open, or a value is not known.
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
    """A scenario's own values, and tables of candidates beside them."""

    def __init__(self, evaluator, question: FlipTable) -> None:
        self.evaluator, self.question = evaluator, question
        self.own = _own_values(evaluator.scenario, question)
        self.word = ""

    def table(self, points: list[dict], fresh: bool = False) -> pd.DataFrame:
        """Return candidates with their measures, words, and how far they are changed."""
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
        """Return the paths of which a candidate changes the value."""
        return tuple(path for path, own in self.own.items() if point[path] != own)

    def alone(self) -> list[dict]:
        """Return candidates in which one value is at an end of its range, or a choice."""
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
        """Return a candidate with as many values put back, and as far, as keep the flip."""
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
        """Return candidates with their words on fresh replicates, the surest first."""
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
    quantile = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) if n > 1 else float("nan")
    halves = {name: quantile * row[f"{name}_error"] for name in names}
    return {
        m: Estimate(row[m], row[m] - halves[m], row[m] + halves[m], n) for m in names
    }


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
    if word == verdict.MANIPULABLE:  # all upper bounds are to be below
        return float(max(one.high / limit - 1 for one, limit in measured))
    return float(min(1 - one.low / limit for one, limit in measured))


def _own_values(scenario, question: FlipTable) -> dict[str, Any]:
    """Return a scenario's own values at the paths that are varied.

    Raises
    ------
    ConfigError
        With each path of which it has none, or several by level.
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
    """Return the value at a path; of all levels the one that they share."""
    head, _, rest = path.partition(".all.")
    if head != "leaders" or not rest:
        return value_at(tree, path)
    n_levels = len(tree["world"]["spans"])
    by_level = [value_at(tree, f"leaders.{name}.{rest}") for name in LEVELS[:n_levels]]
    return by_level[0] if all(value == by_level[0] for value in by_level) else None
