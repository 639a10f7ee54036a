"""The black box's fit: exact, the textbook's answer, and within 64 bits."""

from fractions import Fraction

import numpy as np
import pytest

from scsfast.model.integers import ridge

N = 400
ONE = 1 << 16


def observed(seed=1, n_features=4):
    """Return features (the first is 1) and outcomes of a noisy rule."""
    generator = np.random.default_rng(seed)
    features = generator.integers(0, 256, (N, n_features))
    features[:, 0] = 1
    chance = (30 + features[:, 1] - features[:, 2] // 2) / 400
    return features, (generator.random(N) < chance).astype(int)


def summed(features, outcomes):
    sums = ridge.no_sums(features.shape[1])
    for row, outcome in zip(features.tolist(), outcomes.tolist(), strict=True):
        ridge.add(sums, row, outcome)
    return sums


def textbook(features, outcomes, penalty):
    """Return ridge weights with a free constant and the penalty in variances."""
    x, y = features.astype(float), outcomes.astype(float)
    about = ((x - x.mean(axis=0)) ** 2).sum(axis=0)
    return np.linalg.solve(x.T @ x + np.diag(penalty * about), x.T @ y)


@pytest.mark.parametrize("penalty", [0.0, 0.1, 3.0])
def test_weights_are_those_of_the_textbook(penalty):
    features, outcomes = observed()
    gain = 1 << 20
    constant, weights = ridge.fit(
        summed(features, outcomes), round(penalty * ONE), gain
    )
    expected = textbook(features, outcomes, round(penalty * ONE) / ONE)
    np.testing.assert_allclose(np.array(weights) / ONE / gain, expected, atol=1e-9)
    assert abs(constant / ONE / gain - outcomes.mean()) < 1e-9


def test_units_of_a_feature_do_not_matter():
    features, outcomes = observed()
    wider = features * np.array([1, 1, 3, 1])
    fits = [ridge.fit(summed(f, outcomes), ONE // 4, 256) for f in (features, wider)]
    points = [
        [ridge.predict(fit, row) for row in f.tolist()]
        for fit, f in zip(fits, (features, wider), strict=True)
    ]
    assert np.abs(np.subtract(*points)).max() <= 1


def test_mean_citizen_gets_no_points():
    features, outcomes = observed()
    fit = ridge.fit(summed(features, outcomes), ONE, 1 << 16)
    points = [ridge.predict(fit, row) for row in features.tolist()]
    assert abs(np.mean(points)) < 1


def test_more_expected_offences_give_fewer_points():
    features, outcomes = observed()
    fit = ridge.fit(summed(features, outcomes), 0, 1 << 16)
    assert ridge.predict(fit, [1, 255, 0, 9]) < 0 < ridge.predict(fit, [1, 0, 255, 9])


def test_a_fit_without_observations_has_no_weights():
    assert ridge.fit(ridge.no_sums(3), 5, 256) == (0, [0, 0, 0])


def test_a_feature_that_is_the_same_for_all_gets_no_weight():
    features, outcomes = observed()
    features[:, 3] = 0
    features[:, 2] = 77
    _, weights = ridge.fit(summed(features, outcomes), 0, 1 << 20)
    assert weights[2:] == [0, 0]


def test_solution_is_exact():
    matrix, right = [[3, 1, 2], [1, 5, 0], [2, 0, 7]], [1, 2, 3]
    solution = ridge._solve(matrix, right)
    assert all(isinstance(value, Fraction) for value in solution)
    for row, value in zip(matrix, right, strict=True):
        assert sum(a * x for a, x in zip(row, solution, strict=True)) == value


def test_points_stay_within_64_bits():
    features = np.array([[1, 0], [1, 1]])
    fit = ridge.fit(summed(features, np.array([0, 1])), 0, 1 << 62)
    constant, weights = fit
    assert abs(constant) + sum(255 * abs(weight) for weight in weights) < 1 << 62


def test_weights_and_constant_end_at_their_limits():
    constant, weights = ridge.fit(summed(*observed()), 0, 10**40)
    assert constant == 2**56
    assert {abs(weight) for weight in weights} == {2**46}
