"""The word of a verdict at each point of a sample."""

import copy

import numpy as np

from ..analysis import datasets
from ..analysis.claim_estimates import Evidence
from ..analysis.claims import claims
from ..analysis.robustness import basis_at, with_words, words_by_mean
from ..analysis.scenario_pairs import ScenarioPairs, cases, placebo_of
from ..analysis.verdict import Thresholds
from ..errors import ConfigError

VERDICTS = ("c1", "c2", "c2_honest")
SEED = 35


def refuse_both_or_none(verdict: str | None, where: str | None) -> None:
    """Refuse a question that names both a verdict and a condition, or neither.

    Raises
    ------
    ConfigError
    """
    if (verdict is None) == (where is None):
        raise ConfigError(
            "give exactly one of a verdict (c1, c2, c2_honest) and a condition"
        )


def words_on(dataset, claim: str) -> dict[str, str]:
    """Return the word on a claim at each point, as if means were exact.

    Parameters
    ----------
    dataset : xarray.Dataset
        The dataset (`scsfast.open`) of a campaign with a sample or [points].
    claim : str
        One of `VERDICTS`.

    Returns
    -------
    dict of str to str
        By scenario; points without a word are left out.

    Raises
    ------
    ConfigError
        If there is no such claim.
    """
    (claim,) = datasets.among(list(VERDICTS), "verdict", claim)
    points = claims(dataset).points
    column = f"{claim}_by_mean"
    if column not in points:
        return {}
    return dict(zip(points["scenario"], points[column], strict=True))


def words_on_resamples(dataset, claim: str, count: int) -> list[dict[str, str]]:
    """Return the words at each point for replicates drawn with replacement.

    All points have the same draws, so a resample has the same replicates at every point.

    Parameters
    ----------
    dataset : xarray.Dataset
    claim : str
        One of `VERDICTS`.
    count : int
        Number of resamples.

    Returns
    -------
    list of dict of str to str
        By resample and scenario. Empty if fewer than two replicates are finished at all
        points and in the scenarios that they are compared with.
    """
    evidence, known = Evidence(dataset), cases(dataset)
    pairs, limits = ScenarioPairs(known), Thresholds()
    points = with_words(known, evidence)
    compared = [(case, pairs.of(case), placebo_of(case, known)) for case in points]
    places = sorted({one.place for three in compared for one in three if one})
    is_there = datasets.is_finished(dataset).transpose("scenario", "replicate").values
    common = np.flatnonzero(is_there[places].all(axis=0))
    if len(common) < 2:
        return []
    generator, drawn = np.random.default_rng(SEED), copy.copy(evidence)
    known_words: dict[tuple, dict[str, str]] = {}
    found = []
    for _ in range(count):
        draw = tuple(sorted(generator.choice(common, len(common))))
        if draw not in known_words:
            drawn.values = {name: v[:, draw] for name, v in evidence.values.items()}
            known_words[draw] = {
                three[0].name: words_by_mean(basis_at(*three, drawn), limits)[claim]
                for three in compared
            }
        found.append(known_words[draw])
    return found
