"""Tables of dependent traits: exact margins, the wanted correlation, refusals."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm
from support.small_scenarios import scenario

from scsfast.errors import ConfigError
from scsfast.model.integers import copula
from scsfast.model.integers.build import build_rules
from scsfast.model.messages import validated
from scsfast.model.population import (
    GROUPS,
    MEANS_UNIT,
    Correlations,
    Population,
    byte_table,
)

MEANS = byte_table(Population().means, MEANS_UNIT)
COUNTS = np.bincount(MEANS, minlength=256)


@pytest.mark.parametrize("rho", [-0.9, 0.3])
def test_chances_given_ranks_are_those_of_two_normals(rho):
    """Summed over the lower ranks they are P(U <= u and V <= v). This test comes first:
    with wrong chances the tables below may not come to an end.
    """
    probability = np.array([0.01, 0.5, 0.8])
    found = np.cumsum(copula._given_rank(probability, rho), axis=0) / copula.RANKS
    both = multivariate_normal(cov=[[1.0, rho], [rho, 1.0]])
    for rank in (1, 100, 255):
        ends = norm.ppf([(rank / copula.RANKS, v) for v in probability])
        assert found[rank - 1] == pytest.approx(both.cdf(ends), abs=1e-5)
    assert found[-1] == pytest.approx(probability, abs=1e-5)


@pytest.mark.parametrize("rho", [-0.99, -0.5, 0.0, 0.2, 0.9, 0.99])
def test_conditional_table_keeps_both_margins_exactly(rho):
    cells = np.diff(copula.conditional(rho), axis=1, prepend=0)
    assert cells.min() >= 0
    assert set(cells.sum(axis=0)) == set(cells.sum(axis=1)) == {65536}


@pytest.mark.parametrize("rho", [-0.7, 0.2, 0.9])
def test_conditional_table_has_the_correlation(rho):
    cells = np.diff(copula.conditional(rho), axis=1, prepend=0) / 65536 / 256
    z = norm.ppf((np.arange(256) + 0.5) / 256)
    found = (cells * np.outer(z, z)).sum() / (z**2).mean()
    assert found == pytest.approx(rho, abs=2e-3)


@pytest.mark.parametrize("share", [0, 1, 1 << 20, 1 << 31, (1 << 32) - 5, 1 << 32])
@pytest.mark.parametrize("rho", [-0.9, 0.3, 0.99])
def test_chances_by_means_keep_the_share_exactly(rho, share):
    chances = copula.by_means(share, rho, MEANS)
    assert chances.min() >= 0 and chances.max() <= 1 << 32
    assert int((COUNTS * chances).sum()) == 256 * share


def test_chances_rise_with_income_for_a_positive_correlation():
    known = np.flatnonzero(COUNTS)
    rising = np.diff(copula.by_means(1 << 30, 0.4, MEANS)[known])
    falling = np.diff(copula.by_means(1 << 30, -0.4, MEANS)[known])
    assert (rising > 0).all() and (falling < 0).all()


def test_means_that_nobody_has_get_the_chance_of_the_nearest_lower_or_of_the_lowest():
    table = np.repeat([10, 20, 30], [100, 100, 56]).astype(np.uint8)
    chances = copula.by_means(1 << 30, 0.4, table)
    lowest, middle, highest = chances[[10, 20, 30]]
    assert lowest < middle < highest
    assert set(chances[:20]) == {lowest}
    assert set(chances[20:30]) == {middle}
    assert set(chances[30:]) == {highest}


def test_groups_keep_their_shares_exactly():
    until = [1 << 31, 3 << 30, 4_000_000_000, 1 << 32]
    table = copula.groups_by_means(until, GROUPS, 0.5, MEANS)
    shares = np.diff(table, axis=1, prepend=0)
    assert shares.min() >= 0 and (table[:, -1] == 1 << 32).all()
    found = (shares * COUNTS[:, None]).sum(axis=0)
    assert found.tolist() == [256 * int(share) for share in np.diff(until, prepend=0)]


def test_no_correlation_has_no_tables():
    rules = build_rules(scenario())
    assert rules.ranks == ()
    assert (rules.tie == rules.tie[:, :1]).all()
    assert (rules.group_until == rules.group_until[:1]).all()


def test_impossible_correlations_are_refused():
    wrong = {"quality_means": 0.9, "quality_guile": 0.9, "guile_means": -0.9}
    with pytest.raises(ConfigError, match="must be possible together"):
        validated(Correlations, wrong, "here")


def test_an_amount_due_is_refused_for_a_deed():
    act = {
        "name": "gift",
        "domain": "social",
        "sign": "positive",
        "rate": 1.0,
        "due": 1.0,
    }
    with pytest.raises(ValueError, match="due must be 0 for a deed"):
        scenario(
            world={"acts": [{**act, "scale": 1.0, "seen": 1.0}]}, regime={"acts": {}}
        )


def test_tables_of_64_points_are_computed_once_for_all_scenarios():
    """Three correlations of each point; one table takes 30 ms."""
    assert (copula.conditional.cache_parameters()["maxsize"] or 1e9) >= 3 * 64
    tables = [copula.conditional(rho) for rho in (-0.5, 0.25, -0.5)]
    assert tables[0] is tables[2] is not tables[1]


def test_cells_below_0_are_raised_to_0_and_no_further():
    cells = np.array([[-1, 3], [2, 1]])
    copula._make_nonnegative(cells)
    assert cells.tolist() == [[0, 2], [1, 2]]


def test_tables_that_scenarios_share_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        copula.conditional(0.25)[0, 0] = 1


@pytest.mark.parametrize("name", ["quality_means", "quality_guile", "guile_means"])
def test_one_correlation_asks_for_tables_of_ranks(name):
    assert len(copula.ranks(Correlations(**{name: 0.3}))) == 3
    assert copula.ranks(Correlations()) == ()
