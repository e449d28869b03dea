"""Averages of different quantities: arithmetic by hand, invariances, coverage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from phosres.stats import quantile
from phosres.stats.pooling import pool

nan = np.nan
CASES = {"seed": st.integers(0, 10**6), "k": st.integers(1, 9)}


def case(seed: int, k: int) -> tuple[np.ndarray, ...]:
    """Draw effects, errors, df, weights and a correlation matrix."""
    rng = np.random.default_rng(seed)
    half = rng.normal(size=(k, k))
    cov = half @ half.T + np.eye(k)
    r = cov / np.sqrt(np.outer(np.diag(cov), np.diag(cov)))
    return rng.normal(size=k), rng.uniform(0.1, 1, k), rng.uniform(3, 30, k), rng.random(k) + 0.2, r


def test_one_entry_is_returned_as_it_is():
    """k = 1: the very numbers."""
    out = pool([-0.7], [0.3], [4.5], weights=[0.2])
    assert (out.estimate, out.se, out.df) == (-0.7, pytest.approx(0.3), pytest.approx(4.5))
    assert out.weights.tolist() == [1.0]


def test_two_entries_by_hand():
    """Estimate, variance with one covariance, df of correlated variances."""
    out = pool([2.0, -1.0], [0.3, 0.5], [4, 10], weights=[3, 1], correlation=0.4)
    assert out.weights.tolist() == [0.75, 0.25]
    assert out.estimate == pytest.approx(0.75 * 2 - 0.25)
    a, b = 0.75 * 0.3, 0.25 * 0.5
    assert out.se == pytest.approx(np.sqrt(a**2 + b**2 + 2 * 0.4 * a * b))
    own = np.array([a, b]) ** 2 / (a**2 + b**2)
    u = own / np.sqrt([4, 10])
    assert out.df == pytest.approx(1 / (u @ u + 2 * 0.4**2 * u[0] * u[1]))


def test_spread_is_no_uncertainty():
    """Entries far apart are averaged with the noise of entries that agree."""
    apart = pool([5.0, -5.0, 0.0], 3 * [0.2], 3 * [8], weights=3 * [1])
    together = pool([0.0, 0.0, 0.0], 3 * [0.2], 3 * [8], weights=3 * [1])
    assert apart.se == together.se == pytest.approx(0.2 / np.sqrt(3))
    assert apart.df == together.df == pytest.approx(24)


def test_wholly_correlated_entries_bring_no_gain():
    """At correlation 1 the error of the average is the average error."""
    out = pool([1.0, 2.0], [0.2, 0.4], [8, 8], weights=[1, 1], correlation=1.0)
    assert out.se == pytest.approx(0.3)


def test_entries_that_cannot_be_used_are_dropped():
    """NaN effects, errors, df or weights, and errors of 0, are as if they were not there."""
    out = pool(
        [1.0, nan, 2.0, 3.0, 4.0, 5.0],
        [0.2, 0.2, nan, 0.0, 0.2, 0.2],
        [8, 8, 8, 8, nan, 8],
        weights=[1, 1, 1, 1, 1, 0],
        correlation=0.5,
    )
    assert out.estimate == 1.0
    assert out.se == pytest.approx(0.2)
    assert out.weights.tolist() == [1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("effects", [[], [nan], [nan, nan]])
def test_nothing_is_nan(effects):
    """Without an entry there is no average, not 0."""
    k = len(effects)
    out = pool(effects, [0.2] * k, [5] * k, weights=[1] * k)
    assert np.isnan([out.estimate, out.se, out.df]).all()
    assert out.weights.shape == (k,)


@settings(deadline=None)
@given(**CASES)
def test_order_does_not_matter(seed, k):
    """Entries may come in any order."""
    b, s, d, w, r = case(seed, k)
    i = np.random.default_rng(seed).permutation(k)
    one = pool(b, s, d, weights=w, correlation=r)
    other = pool(b[i], s[i], d[i], weights=w[i], correlation=r[np.ix_(i, i)])
    for name in ("estimate", "se", "df"):
        assert_allclose(getattr(other, name), getattr(one, name), rtol=1e-9, atol=1e-12)
    assert_allclose(other.weights, one.weights[i])


@settings(deadline=None)
@given(**CASES, factor=st.floats(0.01, 100))
def test_sign_and_scale(seed, k, factor):
    """Minus and any factor pass through; weights may have any unit."""
    b, s, d, w, r = case(seed, k)
    one = pool(b, s, d, weights=w, correlation=r)
    other = pool(-factor * b, factor * s, d, weights=factor * w, correlation=r)
    assert_allclose(other.estimate, -factor * one.estimate, rtol=1e-9, atol=1e-12 * factor)
    assert_allclose(other.se, factor * one.se, rtol=1e-9)
    assert_allclose(other.df, one.df, rtol=1e-9)


@settings(deadline=None)
@given(**CASES)
def test_bounds(seed, k):
    """The average lies among the entries; df between the least and the sum of all."""
    b, s, d, w, _ = case(seed, k)
    out = pool(b, s, d, weights=w)
    assert b.min() - 1e-12 <= out.estimate <= b.max() + 1e-12
    assert d.min() - 1e-9 <= out.df <= d.sum() + 1e-9
    assert out.weights.sum() == pytest.approx(1)


def coverage(k: int, rho: float, df: int, *, shared: bool, n: int = 4000) -> float:
    """Share of 95 % intervals that hold the average of k fixed, different quantities."""
    rng = np.random.default_rng(100 * k + df)
    truth = rng.normal(0, 2, k)
    root = np.linalg.cholesky((1 - rho) * np.eye(k) + rho)
    held = 0
    for _ in range(n):
        luck = rng.chisquare(df) * np.ones(k) if shared else rng.chisquare(df, size=k)
        b = truth + 0.3 * root @ rng.normal(size=k)
        s = 0.3 * np.sqrt(luck / df)
        out = pool(b, s, np.full(k, df), weights=np.ones(k), correlation=rho)
        held += abs(out.estimate - truth.mean()) <= float(quantile(0.975, out.df)) * out.se
    return held / n


@pytest.mark.parametrize("rho", [0.0, 0.5])
@pytest.mark.parametrize("k", [2, 3, 5])
def test_intervals_hold_the_average(k, rho):
    """95 % intervals cover the average of exactly these quantities at least 93 % of the time."""
    assert coverage(k, rho, 8, shared=False, n=1500) >= 0.93
