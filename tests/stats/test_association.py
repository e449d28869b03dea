"""Exact tests and penalised regression against R (fisher.test, wilcox.test, cor.test, optim)."""

import numpy as np
import pytest
from scipy.stats import norm, rankdata

from phosres.stats import firth_logistic, fisher_exact, permute_linear

X = [-1.2, 0.3, 0.8, -0.5, 1.9, 0.1, -2.0, 1.1]
Y = [0, 0, 1, 0, 1, 1, 0, 1]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([[3, 1], [0, 4]], (0.142857143, np.inf, 0.532866089, np.inf)),
        ([[5, 2], [1, 6]], (0.102564103, 11.717445780, 0.720339078, 817.982010734)),
    ],
)
def test_fisher_as_r(table, expected):
    """p to nine digits; R solves for the odds ratio and its interval to about 1e-4 only."""
    found = fisher_exact(table)
    assert found.p == pytest.approx(expected[0], abs=1e-8)
    assert found.odds_ratio == pytest.approx(expected[1], rel=1e-3)
    assert found.low == pytest.approx(expected[2], rel=1e-4)
    assert found.high == pytest.approx(expected[3], rel=1e-2)


def test_the_least_p_of_given_margins():
    """By hand: 4 of 8 with the call and 4 responders, all agreeing: 2 of 70 tables."""
    assert fisher_exact([[2, 2], [2, 2]]).p_least == pytest.approx(2 / 70)
    assert permute_linear([0, 0, 1, 0, 1, 0, 1, 1], Y).p_least == pytest.approx(2 / 70)


def test_rank_sum_and_spearman_as_r():
    """wilcox.test(exact = TRUE) and cor.test(method = "spearman", exact = TRUE)."""
    a, b = [1.1, 2.3, 0.4, 3.2], [-0.5, 0.2, -1.1, 0.3, 0.1]
    found = permute_linear(rankdata(a + b), [1] * 4 + [0] * 5)
    assert (found.p, found.exact) == (pytest.approx(0.0158730159), True)
    x = rankdata([1.1, 2.3, 0.4, 3.2, -0.5, 0.2, -1.1])
    assert permute_linear(x, [3, 5, 2, 7, 1, 4, 6]).p == pytest.approx(0.444444444)


def test_trend_by_hand():
    """Call in the two best of four ordered subjects: 2 of 6 arrangements are as far out."""
    found = permute_linear([1, 1, 0, 0], [3, 2, 1, 0])
    assert (found.p, found.p_least) == (pytest.approx(2 / 6), pytest.approx(2 / 6))
    assert permute_linear([3, 2, 1, 0], [1, 1, 0, 0]) == found


def test_what_does_not_vary_shows_nothing():
    """All with the call, or all of one response: p is 1, and so is the least it could be."""
    assert permute_linear([1, 1, 1], [0, 1, 2]).p_least == 1
    assert np.isnan(firth_logistic([1, 1, 1], [0, 1, 0]).slope)


def test_many_subjects_are_drawn_and_agree_with_all():
    """Three ordered groups of eight: drawn p near that of the normal approximation."""
    rng = np.random.default_rng(0)
    x = rankdata(rng.normal(size=24))
    y = np.repeat([0, 1, 2], 8)
    found = permute_linear(x, y)
    assert not found.exact
    z = (x - x.mean()) @ (y - y.mean()) / np.sqrt(x.var() * y.var() * 24 * 24 / 23)
    assert found.p == pytest.approx(2 * norm.sf(abs(z)), abs=0.04)


def test_firth_as_r():
    """Penalised likelihood maximised and profiled by R's optim, optimize and uniroot."""
    found = firth_logistic(X, Y)
    assert found.slope == pytest.approx(1.5390758262, abs=1e-5)
    assert found.low == pytest.approx(0.0488978323, abs=1e-5)
    assert found.high == pytest.approx(6.4961051038, abs=1e-4)
    assert found.p == pytest.approx(0.0406849957, abs=1e-6)


def test_firth_is_finite_under_separation():
    """Where maximum likelihood has no estimate, and the unit of x does not matter."""
    found = firth_logistic([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1])
    assert 0 < found.slope < 5
    scaled = firth_logistic([10, 20, 30, 40, 50, 60], [0, 0, 0, 1, 1, 1])
    assert scaled.slope * 10 == pytest.approx(found.slope, rel=1e-3)
    assert scaled.p == pytest.approx(found.p, rel=1e-3)
