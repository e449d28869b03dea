"""Several measurements of one quantity: invariances, limits and coverage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from phosres.stats import combine_measurements, quantile


def case(seed: int, k: int) -> tuple[np.ndarray, ...]:
    """Draw effects, errors, df, weights and a correlation matrix."""
    rng = np.random.default_rng(seed)
    half = rng.normal(size=(k, k))
    cov = half @ half.T + np.eye(k)
    r = cov / np.sqrt(np.outer(np.diag(cov), np.diag(cov)))
    return rng.normal(size=k), rng.uniform(0.1, 1, k), rng.uniform(3, 30, k), rng.random(k) + 0.2, r


CASES = {"seed": st.integers(0, 10**6), "k": st.integers(1, 9)}


@settings(deadline=None)
@given(**CASES, factor=st.floats(0.01, 100))
def test_sign_and_scale(seed, k, factor):
    """Minus and any factor pass through; df, weights and verdicts stay."""
    b, s, d, w, r = case(seed, k)
    one = combine_measurements(b, s, d, weights=w, correlation=r)
    other = combine_measurements(-factor * b, factor * s, d, weights=w, correlation=r)
    assert_allclose(other.estimate, -factor * one.estimate, rtol=1e-6, atol=1e-6 * factor)
    assert_allclose(other.se, factor * one.se, rtol=1e-5)
    assert_allclose(other.df, one.df, rtol=1e-4)
    assert_allclose(other.weights, one.weights, atol=1e-6)


@settings(deadline=None)
@given(**CASES)
def test_order_does_not_matter(seed, k):
    """Forms may come in any order."""
    b, s, d, w, r = case(seed, k)
    i = np.random.default_rng(seed).permutation(k)
    one = combine_measurements(b, s, d, weights=w, correlation=r)
    other = combine_measurements(b[i], s[i], d[i], weights=w[i], correlation=r[np.ix_(i, i)])
    assert_allclose(other.estimate, one.estimate, rtol=1e-6, atol=1e-8)
    assert_allclose(other.se, one.se, rtol=1e-5)
    assert_allclose(other.weights, one.weights[i], atol=1e-6)


@settings(deadline=None)
@given(**CASES)
def test_nan_members_are_dropped(seed, k):
    """A form without effect, error, df or weight is as if it were not there."""
    b, s, d, w, r = case(seed, k)
    one = combine_measurements(b, s, d, weights=w, correlation=r)
    big = np.eye(k + 4)
    big[:k, :k] = r
    more = combine_measurements(
        np.r_[b, np.nan, 5, 5, 5],
        np.r_[s, 1, np.nan, 1, 1],
        np.r_[d, 5, 5, np.nan, 5],
        weights=np.r_[w, 1, 1, 1, 0],
        correlation=big,
    )
    assert (more.n, more.estimate, more.se, more.df) == (one.n, one.estimate, one.se, one.df)
    assert_allclose(more.weights, np.r_[one.weights, 0, 0, 0, 0])
    assert more.weights.sum() == pytest.approx(1)


def test_one_form_is_returned_as_it_is():
    """k = 1: the very numbers, no between-form part."""
    out = combine_measurements([np.nan, -0.7], [0.2, 0.3], [5, 4.5])
    assert (out.estimate, out.se, out.df, out.tau, out.n) == (-0.7, 0.3, 4.5, 0.0, 1)
    assert out.weights.tolist() == [0, 1]


def test_no_form_is_nan():
    """Nothing measured gives NaN, not 0."""
    out = combine_measurements([np.nan, np.nan], 0.3, 4)
    assert np.isnan([out.estimate, out.se, out.df]).all()
    assert (out.n, out.weights.sum()) == (0, 0)


def test_correlated_forms_bring_no_gain():
    """Equal effects: se stays at correlation 1, falls by sqrt(k) at 0; df never grows at 1."""
    same = combine_measurements([0.5] * 5, 0.3, 6, correlation=1.0)
    assert same.se == pytest.approx(0.3)
    assert same.df == pytest.approx(6)
    independent = combine_measurements([0.5] * 5, 0.3, 6, correlation=0.0)
    assert independent.se == pytest.approx(0.3 / np.sqrt(5))
    mixed = combine_measurements([0.5] * 5, 0.3, 6, correlation=0.5)
    assert mixed.se == pytest.approx(0.3 * np.sqrt((1 + 4 * 0.5) / 5))


@pytest.mark.parametrize("k", [4, 5, 10])
@pytest.mark.parametrize("wild", [5.0, 50.0, 5000.0])
def test_one_wild_form_of_many_neither_decides_nor_destroys(k, wild):
    """With k >= 4 the estimate stays with the majority, is named, and the se stays finite."""
    rng = np.random.default_rng(k)
    b = np.r_[1 + 0.2 * rng.normal(size=k - 1), -wild]
    clean = combine_measurements(b[:-1], 0.2, 10)
    out = combine_measurements(b, 0.2, 10)
    assert out.outlying.tolist() == [False] * (k - 1) + [True]
    assert abs(out.estimate - clean.estimate) < 0.5
    assert out.se < 0.5
    assert out.weights[-1] < 0.12


@pytest.mark.parametrize("b", [[1.0, -1.0], [1.0, 1.0, -2.0]])
def test_few_disagreeing_forms_are_inconclusive(b):
    """Two or three forms that disagree widen the interval and nobody is blamed."""
    out = combine_measurements(b, 0.1, 20)
    assert out.tau > 0.9
    assert not out.outlying.any()
    assert abs(out.estimate) < float(quantile(0.975, out.df)) * out.se


def coverage(k: int, rho: float, tau: float, df: int, wild: float, n: int = 600) -> float:
    """Return the share of 95 % intervals that hold the truth (errors estimated on df)."""
    rng = np.random.default_rng(k * 1000 + df)
    root = np.linalg.cholesky((1 - rho) * np.eye(k) + rho)
    held = 0
    for _ in range(n):
        u = tau * rng.normal(size=k) + 3 * rng.choice([-1, 1]) * (rng.random(k) < wild)
        s = 0.3 * np.sqrt(rng.chisquare(df, size=k) / df)
        out = combine_measurements(u + 0.3 * root @ rng.normal(size=k), s, df, correlation=rho)
        held += abs(out.estimate) <= float(quantile(0.975, out.df)) * out.se
    return held / n


@pytest.mark.parametrize(
    ("k", "rho", "tau", "df", "wild"),
    [
        (1, 0.0, 0.0, 4, 0.0),
        (2, 0.0, 1.0, 30, 0.0),
        (2, 0.5, 0.5, 30, 0.0),
        (3, 0.0, 0.5, 4, 0.0),
        (3, 0.9, 1.0, 30, 0.1),
        (5, 0.0, 1.0, 30, 0.1),
        (5, 0.9, 0.0, 4, 0.0),
        (10, 0.5, 0.5, 30, 0.0),
        (10, 0.0, 1.0, 4, 0.1),
    ],
)
def test_intervals_hold_the_truth(k, rho, tau, df, wild):
    """95 % intervals cover at least 93 % (less 2 standard errors of 600 draws)."""
    assert coverage(k, rho, tau, df, wild) >= 0.93 - 2 * np.sqrt(0.93 * 0.07 / 600)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"se": [0.1, 0.0]}, "positive"),
        ({"se": [0.1, 0.1], "weights": [1.0]}, "weights"),
        ({"se": [0.1, 0.1], "correlation": np.eye(3)}, "expected"),
        ({"se": [0.1, 0.1], "correlation": [[1, 0.5], [0.2, 1]]}, "symmetric"),
        ({"se": [0.1, 0.1], "correlation": 1.5}, "within"),
    ],
)
def test_bad_input_is_refused(kwargs, message):
    """Impossible errors, weights and correlations are named."""
    with pytest.raises(ValueError, match=message):
        combine_measurements([1.0, 2.0], df=5, **kwargs)


def test_impossible_correlation_of_three_is_refused():
    """Three forms cannot all be strongly anticorrelated."""
    with pytest.raises(ValueError, match="negative eigenvalue"):
        combine_measurements([1.0, 2.0, 3.0], 0.1, 5, correlation=-0.9)
