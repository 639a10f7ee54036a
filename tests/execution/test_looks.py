"""Looking again and again at a verdict: how often it is decided wrongly."""

from pathlib import Path

import numpy as np
import pytest
from support.fake_engine import fake_replicate, small_campaign

from scsfast.analysis import verdict
from scsfast.execution import stopping
from scsfast.execution.run import run_campaign
from scsfast.intervals import Estimate, mean_and_half

PAGE = Path(__file__).parents[2] / "docs" / "store.md"
LIMITS = verdict.Thresholds()
NAN = float("nan")
NOT_MEASURED = Estimate(NAN, NAN, NAN, 0)
STEP, MOST, SEQUENCES = 4, 64, 2_000


def plain(confidence: float, look: int) -> float:
    """Return the confidence of one look, as if there were no others."""
    return confidence


def decided(mean: float, of_look, sequences=SEQUENCES) -> tuple[list[str], float]:
    """Return the words on planted diversions, and the mean number of replicates.

    Each sequence is looked at after every `STEP` replicates until its word is decided.
    """
    noise = np.random.default_rng(35).normal(0, LIMITS.diversion, (sequences, MOST))
    words, used = [verdict.UNDECIDED] * sequences, np.full(sequences, MOST)
    for look, n in enumerate(range(STEP, MOST + 1, STEP), 1):
        at, half, _ = mean_and_half(mean + noise[:, :n], of_look(0.95, look))
        for k in np.flatnonzero(used == MOST):
            if words[k] == verdict.UNDECIDED:
                one = Estimate(at[k], at[k] - half[k], at[k] + half[k], n)
                words[k] = verdict.manipulable(one, NOT_MEASURED, one, LIMITS)
                used[k] = MOST if words[k] == verdict.UNDECIDED else n
    return words, float(used.mean())


def wrong(of_look) -> float:
    """Return how often diversion just below its threshold is called manipulable."""
    words, _ = decided(LIMITS.diversion * (1 - 1e-9), of_look)
    return words.count(verdict.MANIPULABLE) / len(words)


def test_plain_intervals_are_wrong_far_more_often_than_they_say():
    assert wrong(plain) > 4 * 0.025


def test_verdicts_looked_at_sixteen_times_are_wrong_no_more_often_than_allowed():
    assert 0 < wrong(stopping.confidence_of_look) <= 0.025


def test_shares_of_all_looks_add_up_to_the_chance_that_is_allowed():
    shares = [1 - stopping.confidence_of_look(0.9, look) for look in range(1, 10_000)]
    assert sum(shares) == pytest.approx(0.1, rel=1e-3) and sum(shares) < 0.1
    assert stopping.confidence_of_look(0.95, 1) == pytest.approx(0.975)


def test_page_has_these_figures():
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    rates = [
        f"{100 * wrong(rule):.1f} %" for rule in (plain, stopping.confidence_of_look)
    ]
    _, cost = decided(2 * LIMITS.diversion, stopping.confidence_of_look)
    _, before = decided(2 * LIMITS.diversion, plain)
    assert f"wrong in {rates[1]} of {SEQUENCES:,} planted sequences" in text
    assert f"in {rates[0]} with plain 95 % intervals" in text
    assert f"{cost:.0f} replicates instead of {before:.0f}" in text


def test_each_look_of_a_run_has_its_own_confidence(tmp_path):
    seen = []

    def undecided(dataset, claim, confidence):
        seen.append(round(confidence, 6))
        return {0}

    rule = {"verdict": "c1", "max": 8, "confidence": 0.9}
    campaign = small_campaign(2, until=rule, block_size=1)
    for _ in range(2):  # run again, it decides the same
        run_campaign(
            campaign, tmp_path / "o.zarr", run_replicate=fake_replicate,
            say=lambda text: None, undecided=undecided,
        )  # fmt: skip
    expected = [1 - 0.1 / (k * (k + 1)) for k in (1, 2, 3, 4)]
    assert seen[:4] == pytest.approx(expected, abs=1e-6)
    assert seen[4:] == seen[:4]
