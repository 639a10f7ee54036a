"""How robust the verdicts are: over the points at which parameters were sampled or swept.

At each point the verdict words are given again, with the same thresholds. The share of
citizens at the base of their score is also computed for each point: scores that pile up
there cannot distinguish citizens, however well they are designed otherwise.
"""

import json

import numpy as np
import pandas as pd

from ..model.measures import SCORED, measured
from ..model.trees import differences
from ..store.coordinates import coordinate_name
from ..store.dataset_attributes import nested_attribute
from . import datasets, rank_correlation, verdict
from .claim_estimates import Evidence
from .claim_words import Basis, words_on
from .scenario_pairs import Case, ScenarioPairs, placebo_of

ROBUSTNESS = (
    "base", "regime", "claim", "measure", "points", "reference", "verdict", "share_same",
    "share_same_by_mean", "words", "lowest", "median", "highest", "parameter", "rho",
)  # fmt: skip
MASS = (
    "base", "mass", "measure", "points", "lowest", "highest", "rho", "low", "high",
    "at_little_mass", "at_much_mass",
)  # fmt: skip
KINDS = ("sample", "sweep", "points")
CLAIMS = {
    "c1": ("diversion", "capture_excess"),
    "c2": ("skill",),
    "c2_honest": ("skill_honest",),
}
MASSES = ("mass_in_grade", "mass_in_bin")
SERVED = ("skill", "skill_honest")
FEWEST_POINTS = 3  # for a meaningful rank correlation


def robustness(
    dataset,
    known: list[Case],
    pairs: ScenarioPairs,
    evidence: Evidence,
    limits,
    words,
    left=None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return how widely the verdicts hold over sampled and swept parameters.

    Parameters
    ----------
    dataset, known, pairs, evidence, limits
        A store's results, its scenarios, their pairs and estimates, and thresholds.
    words : list of dict
        The verdicts of the scenarios as written, for reference.
    left : set of str, optional
        Names of the points that count; by default all. Points outside it are in `points`
        with ``is_left`` False, and still serve as honest counterparts of others.

    Returns
    -------
    robustness : pandas.DataFrame
        One row per sampled scenario, claim and measure. ``verdict``: a decided word on the
        claim, namely that of the ``reference`` (among scenarios of the same regime, the one
        without design whose rules, leaders and world differ least), else the most
        frequent, else the most frequent if each point's mean were exact, else "".
        ``share_same``: the share of points with this word, also if means were exact (NaN
        without a word). Further columns: all ``words`` with their counts; the ``lowest``,
        ``median`` and ``highest`` estimate; the ``parameter`` that moves the measure most,
        by Spearman's ``rho``.
    mass : pandas.DataFrame
        Association of skill with the share of citizens at the base score: Spearman's
        ``rho`` over points with its bootstrap interval, and the mean skill in the thirds of
        points with the smallest and the largest share.
    points : pandas.DataFrame
        One row per point: its parameters, estimates, words and masses.
    """
    points = _points(dataset, known, pairs, evidence, limits, left)
    robust, mass = [], []
    by_name = {case.name: case for case in known}
    for base, part in points[points["is_left"].astype(bool)].groupby(
        "base", sort=False
    ):
        at_points = [by_name[name] for name in part["scenario"]]
        robust += _robust(base, part, _reference(at_points, words, by_name))
        mass += _by_mass(base, part)
    return (
        pd.DataFrame(robust, columns=list(ROBUSTNESS)),
        pd.DataFrame(mass, columns=list(MASS)),
        points,
    )


def with_words(known: list[Case], evidence: Evidence) -> list[Case]:
    """Return the points that get words: those of regimes that leaders may manipulate."""
    return [
        case
        for case in known
        if case.kind in KINDS and case.manipulates
        if not case.is_yardstick and not case.is_placebo
        if evidence.has_any(case)
    ]


def _points(dataset, known, pairs, evidence: Evidence, limits, left) -> pd.DataFrame:
    """Return one row per point of a regime that leaders may manipulate."""
    wanted = with_words(known, evidence)
    masses = base_mass(dataset, wanted)
    rows = [
        _point(case, pairs.of(case), placebo_of(case, known), evidence, limits)
        | {"is_left": left is None or case.name in left}
        | {name: float(masses[name][k]) for name in MASSES}
        | _parameters(dataset, case)
        for k, case in enumerate(wanted)
    ]
    return (
        pd.DataFrame(rows)
        if rows
        else pd.DataFrame(columns=["base", "point", "is_left"])
    )


def basis_at(case: Case, counterpart, placebo, evidence: Evidence) -> Basis:
    """Return the estimates behind the words at a point.

    Parameters
    ----------
    case : Case
        The point.
    counterpart, placebo : Case or None
        The scenarios that it is compared with.
    evidence : Evidence
    """
    return Basis(
        False,
        evidence.beyond(case, placebo),
        evidence.of(case, "prizes_moved_share"),
        evidence.total(case, counterpart),
        evidence.of(case, "skill"),
        evidence.of(counterpart, "skill"),
    )


def _point(case: Case, counterpart, placebo, evidence: Evidence, limits) -> dict:
    """Return the estimates and words of one point."""
    basis = basis_at(case, counterpart, placebo, evidence)
    by_mean = words_by_mean(basis, limits)
    return {
        "base": case.base,
        "point": case.point,
        "scenario": case.name,
        "regime": case.pilot,
        "counterpart": counterpart.name if counterpart else "",
        "diversion": basis.beyond["diversion"].mean,
        "capture_excess": basis.beyond["capture_excess"].mean,
        "prizes_moved_share": basis.moved.mean,
        "mean_displacement": evidence.of(case, "mean_displacement").mean,
        "skill": basis.skill.mean,
        "skill_honest": basis.skill_honest.mean,
        "efficiency": evidence.of(case, "efficiency").mean,
        "served": evidence.of(case, "served").mean,
        **words_on(basis, limits),
        **{f"{claim}_by_mean": word for claim, word in by_mean.items()},
        "n": basis.moved.n,
    }


def words_by_mean(basis: Basis, limits) -> dict[str, str]:
    """Return the words at a point as if its means were known exactly."""
    certain = verdict.certain
    exact = basis._replace(
        beyond={name: certain(value) for name, value in basis.beyond.items()},
        moved=certain(basis.moved),
        total={name: certain(value) for name, value in basis.total.items()},
        skill=certain(basis.skill),
        skill_honest=certain(basis.skill_honest),
    )
    return words_on(exact, limits)


def _parameters(dataset, case: Case) -> dict:
    """Return the parameters varied at a point: paths and values."""
    found = {}
    for design in nested_attribute(dataset, "designs", []):
        if case.base in design["of"] and design["kind"] != "factorial":
            for path in design["parameters"]:
                found[path] = dataset[coordinate_name(path)].values[case.place]
    return found


def base_mass(dataset, wanted: list[Case]) -> dict[str, np.ndarray]:
    """Return the share of citizens at their score's base, by scenario.

    Parameters
    ----------
    dataset : xarray.Dataset
    wanted : list of Case

    Returns
    -------
    dict of str to ndarray
        ``mass_in_grade``: in the grade of the base, over measured ticks. ``mass_in_bin``:
        in the score bin that contains the base, over measured distributions. NaN without
        scores (or with fewer than two grades).
    """
    masses = {name: np.full(len(wanted), np.nan) for name in MASSES}
    scored = [(k, c) for k, c in enumerate(wanted) if c.scorer in SCORED]
    for batch in datasets.batches(dataset):
        places = range(dataset.sizes["scenario"])[batch]
        here = [(k, case) for k, case in scored if case.place in places]
        if not here:
            continue
        part = dataset.isel(scenario=batch)
        bins, grades = _by_bin(part), None
        if any(len(case.regime["grades"]) > 1 for _, case in here):
            grades = _by_grade(part)
        starts = part["score_bin_start"].values
        for k, case in here:
            row, regime = case.place - places.start, case.regime
            masses["mass_in_bin"][k] = _share(
                bins[row], np.searchsorted(starts[row], regime["base"], side="right")
            )
            if len(regime["grades"]) > 1:
                cuts = [grade["from"] for grade in regime["grades"][1:]]
                of_base = 1 + sum(cut <= regime["base"] for cut in cuts)
                masses["mass_in_grade"][k] = _share(grades[row], of_base)
    return masses


def _by_grade(part) -> np.ndarray:
    """Return citizens by scenario and grade, over measured ticks."""
    counts = part["grade_citizens"].isel(tick=measured(part["tick"], part))
    return _finished_sum(part, counts.sum("tick"))


def _by_bin(part) -> np.ndarray:
    """Return citizens by scenario and score bin, over measured distributions."""
    ticks = measured(part["distribution_tick"], part)
    counts = part["score_count"].isel(distribution_tick=ticks).sel(judge="actual")
    return _finished_sum(part, counts.sum(["distribution_tick", "quality_class"]))


def _finished_sum(part, counts) -> np.ndarray:
    """Return counts added up over finished replicates, by scenario."""
    found = counts.where(datasets.is_finished(part), 0).sum("replicate")
    return found.transpose("scenario", ...).values.astype("f8")


def _share(people: np.ndarray, number: int) -> float:
    """Return the share of people in class number 1, 2, ... of a row of classes."""
    return float(people[max(0, number - 1)] / people.sum())


def _reference(points: list[Case], words: list[dict], by_name) -> dict | None:
    """Return the verdicts of the scenario of the same regime that is nearest to points."""

    def distance(row):
        case = by_name[row["scenario"]]
        return case.kind != "", sum(_apart(case, point) for point in points), case.place

    regime = points[0].pilot
    led = [w for w in words if w["regime"] == regime and w["c1"] != verdict.HONEST]
    return min(led, key=distance, default=None)


def _apart(case: Case, other: Case) -> int:
    """Return how many values differ in the rules, leaders and worlds of two scenarios."""
    trees = (
        [json.loads(one.rules), one.leaders, json.loads(one.world)]
        for one in (case, other)
    )
    return len(differences(*trees))


def _robust(base: str, part: pd.DataFrame, reference: dict | None) -> list[dict]:
    """Return the rows of one sampled scenario."""
    regime = part["regime"].iloc[0]
    rows = []
    for claim, measures in CLAIMS.items():
        counts = part[claim].value_counts()
        source, word = _word_to_hold(part, claim, reference)
        same = [float((part[c] == word).mean()) for c in (claim, f"{claim}_by_mean")]
        for measure in measures:
            found = part[measure].dropna()
            if found.empty:
                continue
            parameter, rho = strongest(part, measure)
            row = (
                base, regime, claim, measure, len(part),
                source, word, *(same if word else (np.nan, np.nan)),
                ", ".join(f"{n} {w}" for w, n in counts.items()),
                *map(float, (found.min(), found.median(), found.max())),
                parameter, rho,
            )  # fmt: skip
            rows.append(dict(zip(ROBUSTNESS, row, strict=True)))
    return rows


def _word_to_hold(part: pd.DataFrame, claim: str, reference) -> tuple[str, str]:
    """Return the word that points are compared with, after the scenario it comes from.

    The word is that of the reference, else the most frequent one, else the most frequent
    one if each point's mean were exact; "" if no word is decided. The scenario is "" unless
    the word is that of the reference.
    """
    if reference and reference[claim] not in verdict.OPEN:
        return reference["scenario"], reference[claim]
    for found in (part[claim], part[f"{claim}_by_mean"]):
        decided = found[~found.isin(verdict.OPEN)]
        if len(decided):
            return "", str(decided.value_counts().index[0])
    return "", ""


def strongest(part: pd.DataFrame, measure: str) -> tuple[str, float]:
    """Return the parameter that moves a measure most over points, and Spearman's rho."""
    own = list(part.columns[part.columns.get_loc(MASSES[-1]) + 1 :])
    numeric = [c for c in own if pd.api.types.is_numeric_dtype(part[c])]
    complete = part[[measure, *numeric]].dropna(axis=1, how="all").dropna()
    numeric = [c for c in complete.columns if c != measure]
    if len(complete) < FEWEST_POINTS or not numeric:
        return "", float("nan")
    found = rank_correlation.spearman(
        complete[numeric].to_numpy("f8"), complete[measure]
    )
    if np.isnan(found).all():
        return "", float("nan")
    k = int(np.nanargmax(np.abs(found)))
    return numeric[k], float(found[k])


def _by_mass(base: str, part: pd.DataFrame) -> list[dict]:
    """Return the association of skill with the mass at the base, over points."""
    rows = []
    for mass in MASSES:
        for measure in SERVED:
            pair = part[[mass, measure]].dropna()
            if len(pair) < FEWEST_POINTS:
                continue
            found = rank_correlation.with_interval(
                rank_correlation.spearman,
                pair[[mass]].to_numpy(),
                pair[measure].to_numpy(),
                0.95,
            )
            ordered = pair.sort_values(mass, kind="stable")[measure]
            third = max(1, len(pair) // 3)
            row = (
                base, mass, measure, len(pair), float(pair[mass].min()),
                float(pair[mass].max()), *(float(value[0]) for value in found),
                float(ordered[:third].mean()), float(ordered[-third:].mean()),
            )  # fmt: skip
            rows.append(dict(zip(MASS, row, strict=True)))
    return rows
