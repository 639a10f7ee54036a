"""Search: the values of parameters at which a measure is best, within bounds on others.

Candidates are proposed by optuna's tree-structured Parzen estimator in batches of a fixed
size and evaluated with common random numbers, so the same file gives the same search on
any number of cores. Stored evaluations are not repeated. The best of many noisy estimates is
partly due to chance, so the front is evaluated again on fresh replicates, and the best
candidate is chosen by those.
"""

import warnings
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..model.schema import is_whole
from ..optional import optional
from .search_question import Search

FIRST_FRESH = 1_000_000  # number of the first replicate that no search uses
MOST_BEST = 8  # candidates that are evaluated again in addition to the front
FRESH = "fresh_"  # prefix of the names of columns of fresh replicates


class Found(NamedTuple):
    """The result of `search`.

    Attributes
    ----------
    question : Search
    trials : pandas.DataFrame
        One row per candidate: its values, the objective and the bounded measures with
        standard errors, and whether it ``meets`` the bounds.
    front : pandas.DataFrame
        The candidates that no other beats in all of these measures, and the best few, with
        the same measures on fresh replicates (``fresh_...``), by which they are ranked.
    best : dict or None
        Values of the first row of the front that meets the bounds on fresh replicates.
    """

    question: Search
    trials: pd.DataFrame
    front: pd.DataFrame
    best: dict[str, Any] | None


def search(evaluator, question: Search, report=lambda done, total: None) -> Found:
    """Return the best candidates of a search, evaluated again on fresh replicates.

    Parameters
    ----------
    evaluator : Evaluator
    question : Search
    report : callable
        Called with the number of candidates evaluated so far, and the total.

    Raises
    ------
    ConfigError
        If optuna is not installed, or a candidate is not a valid scenario.
    """
    study = study_of(question, "maximize" if question.sign > 0 else "minimize")
    against = _against(question)
    parts, done = [], 0
    while done < question.trials:
        asked = [
            study.ask() for _ in range(min(question.batch, question.trials - done))
        ]
        points = [
            propose(trial, question.over, lambda path, _: question.is_range(path))
            for trial in asked
        ]
        table = _worst(evaluator, points, against, question, question.replicates, 0)
        for trial, row in zip(asked, table.to_dict("records"), strict=True):
            _tell(study, trial, row, question)
        parts.append(table)
        done += len(asked)
        report(done, question.trials)
    trials = pd.concat(parts, ignore_index=True)
    trials = trials.drop_duplicates(list(question.over), ignore_index=True)
    trials["meets"] = _meets(trials, question)
    front = _again(evaluator, trials, against, question)
    good = front[front[FRESH + "meets"]]
    best = good.iloc[0][list(question.over)].to_dict() if len(good) else None
    return Found(question, trials, front, best)


def study_of(question, direction: str):
    """Return an optuna study that proposes candidates.

    Parameters
    ----------
    question : Candidates
        Has `seed`, `batch` and `trials`.
    direction : {"maximize", "minimize"}

    Raises
    ------
    ConfigError
        If optuna is not installed.
    """
    optuna = optional("optuna", "searches", "search")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # warnings about experimental parts of optuna
        sampler = optuna.samplers.TPESampler(
            seed=question.seed % 2**32,
            n_startup_trials=max(2 * question.batch, question.trials // 5),
            multivariate=True,
            constant_liar=True,
            constraints_func=lambda trial: trial.user_attrs["excess"],
        )
    return optuna.create_study(direction=direction, sampler=sampler)


def propose(trial, over: dict, is_range) -> dict[str, Any]:
    """Return the values of a candidate.

    Parameters
    ----------
    trial : optuna.Trial
    over : dict
        By path: the ends of a range, or choices.
    is_range : callable
        Called with a path and its entry in `over`.
    """
    values = {}
    for path, options in over.items():
        if not is_range(path, options):
            values[path] = trial.suggest_categorical(path, options)
        elif is_whole(path):
            values[path] = trial.suggest_int(path, *map(int, options))
        else:
            values[path] = trial.suggest_float(path, *map(float, options))
    return values


def _against(question: Search) -> list[dict[str, Any]]:
    """Return the points of `against`; one point without values if `against` is empty."""
    if not question.against:
        return [{}]
    from scipy.stats import qmc

    draws = qmc.Sobol(len(question.against), seed=question.seed)
    unit = draws.random(question.against_points)
    points = []
    for row in unit:
        low_high = zip(question.against.items(), row, strict=True)
        values = {path: b[0] + u * (b[1] - b[0]) for (path, b), u in low_high}
        points.append({p: round(v) if is_whole(p) else v for p, v in values.items()})
    return points


def _worst(evaluator, points, against, question, replicates: int, first: int):
    """Return each candidate's measures, each at its worst over the points of `against`."""
    names = question.measures
    rows = [{**point, **other} for point in points for other in against]
    found = evaluator.evaluate(rows, names, replicates, first)
    lines = []
    for k, point in enumerate(points):
        part = found.iloc[k * len(against) : (k + 1) * len(against)]
        line = dict(point)
        for name in names:
            values = question.badness(name) * part[name].to_numpy("f8")
            worst = int(np.argmax(np.nan_to_num(values, nan=np.inf)))
            line[name] = float(part[name].iloc[worst])
            line[f"{name}_error"] = float(part[f"{name}_error"].iloc[worst])
        lines.append(line)
    return pd.DataFrame(lines)


def _tell(study, trial, row: dict, question: Search) -> None:
    excess = [bound.excess(row[name]) for name, bound in question.bounds.items()]
    trial.set_user_attr("excess", [x if np.isfinite(x) else 1e9 for x in excess])
    value = row[question.objective]
    worst = -question.sign * 1e9  # where the measure has no value
    study.tell(trial, value if np.isfinite(value) else worst)


def _meets(table: pd.DataFrame, question: Search, start: str = "") -> pd.Series:
    """Return which rows meet the bounds and have a value of the objective."""
    meets = table[start + question.objective].notna()
    for name, bound in question.bounds.items():
        meets &= table[start + name].map(bound.excess) <= 0
    return meets


def _again(evaluator, trials, against, question: Search) -> pd.DataFrame:
    """Return the front and the best few, evaluated again on fresh replicates.

    More candidates, best first, are added until the searched value of no remaining one is
    better than the best fresh value, so that a region of lucky draws cannot hide the optimum.
    """
    ranked = trials[trials["meets"]].sort_values(
        question.objective, ascending=question.sign < 0, kind="stable"
    )
    queue = ranked.index.tolist()
    chosen = trials.index[_front(trials, question)].union(queue[:MOST_BEST])
    front = _afresh(evaluator, trials.loc[chosen], against, question)
    while left := [k for k in queue if k not in front.index]:
        good = front.loc[front[FRESH + "meets"], FRESH + question.objective]
        reached = (question.sign * good).max() if len(good) else -np.inf
        if question.sign * trials.loc[left[0], question.objective] <= reached:
            break
        more = trials.loc[left[:MOST_BEST]]
        front = pd.concat([front, _afresh(evaluator, more, against, question)])
    front["order"] = -question.sign * front[FRESH + question.objective]
    front["is_out"] = ~front[FRESH + "meets"]
    front = front.sort_values(["is_out", "order"], kind="stable")
    return front.drop(columns=["order", "is_out"]).reset_index(drop=True)


def _afresh(evaluator, chosen, against, question: Search) -> pd.DataFrame:
    """Return candidates with their searched measures and those on fresh replicates."""
    points = chosen[list(question.over)].astype(object).to_dict("records")
    fresh = _worst(evaluator, points, against, question, question.fresh, FIRST_FRESH)
    fresh = fresh.drop(columns=list(question.over)).set_index(chosen.index)
    found = chosen.join(fresh.add_prefix(FRESH))
    found[FRESH + "meets"] = _meets(found, question, FRESH)
    return found


def _front(trials: pd.DataFrame, question: Search) -> np.ndarray:
    """Return which candidates no other beats in the objective and all bounded measures."""
    bad = np.column_stack([
        question.badness(name) * trials[name].to_numpy("f8")
        for name in question.measures
    ])  # fmt: skip
    bad = np.nan_to_num(bad, nan=np.inf)
    beaten = [((bad <= row).all(axis=1) & (bad < row).any(axis=1)).any() for row in bad]
    return ~np.array(beaten) & np.isfinite(bad).all(axis=1)
