"""The average of exactly these forms, with a moderated spread: formula, invariances, coverage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from phosres.stats import combine_measurements, quantile

CASES = {"seed": st.integers(0, 10**6), "k": st.integers(1, 9)}


def case(seed: int, k: int) -> tuple[np.ndarray, ...]:
    """Draw effects, errors, df and a correlation matrix."""
    rng = np.random.default_rng(seed)
    half = rng.normal(size=(k, k))
    cov = half @ half.T + np.eye(k)
    r = cov / np.sqrt(np.outer(np.diag(cov), np.diag(cov)))
    return rng.normal(size=k), rng.uniform(0.1, 1, k), rng.uniform(3, 30, k), r


def moderated(b, s, d, rho=0.0):
    """Combine with moderation."""
    return combine_measurements(b, s, d, correlation=rho, moderated=True)


def test_one_form_is_returned_as_it_is():
    """k = 1: the very numbers, nothing is moderated."""
    out = moderated([-0.7], [0.3], [4.5])
    assert (out.estimate, out.se, out.df, out.tau) == (-0.7, 0.3, 4.5, 0.0)


@pytest.mark.parametrize("gap", [0.0, 0.2, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("errors", [(0.3, 0.3), (0.2, 0.4)])
def test_two_forms_by_the_formula(gap, rho, errors):
    """Noise on d and the observed spread on k - 1 are pooled: (d noise + spread) / (d + 1)."""
    d, (s1, s2) = 7.0, errors
    out = moderated([1.0, 1.0 + gap], errors, d, rho)
    noise_of_mean = (s1**2 + s2**2 + 2 * rho * s1 * s2) / 4
    noise = s1**2 + s2**2 - 2 * rho * s1 * s2  # of the difference of the two forms
    pooled = (d * noise + gap**2) / (d + 1)
    extra = max(0.0, pooled - noise) / 4  # the same excess, of the mean of two forms
    assert out.estimate == pytest.approx(1 + gap / 2)
    assert out.se == pytest.approx(np.sqrt(noise_of_mean + extra))
    df = (
        d
        if extra == 0
        else (noise_of_mean + extra) ** 2 / (noise_of_mean**2 / d + extra**2 / (d + 1))
    )
    assert out.df == pytest.approx(df)


def test_three_forms_by_the_formula():
    """Equal errors: spread is the sample variance about the mean, on 2 df."""
    b, s, d = np.array([0.0, 1.0, 2.6]), 0.4, 5.0
    out = moderated(b, s, d)
    spread = b.var(ddof=1)
    extra = ((d * s**2 + 2 * spread) / (d + 2) - s**2) / 3
    assert extra > 0
    assert out.se == pytest.approx(np.sqrt(s**2 / 3 + extra))
    df = (s**2 / 3 + extra) ** 2 / ((s**2 / 3) ** 2 / d + extra**2 / (d + 2))
    assert out.df == pytest.approx(df)


@pytest.mark.parametrize("k", [2, 3, 5, 20])
def test_wholly_correlated_forms_count_once(k):
    """Copies of one form: its error, its df, no spread."""
    out = moderated([0.5] * k, 0.3, 6, 1.0)
    assert out.estimate == pytest.approx(0.5)
    assert out.se == pytest.approx(0.3)
    assert out.df == pytest.approx(6)
    assert out.tau == pytest.approx(0, abs=1e-6)


def test_disagreement_of_wholly_correlated_forms_is_all_spread():
    """Noise cannot explain a difference at correlation 1: it enters on k - 1 of d + k - 1 df."""
    d, gap = 6.0, 1.0
    out = moderated([0.0, gap], 0.3, d, 1.0)
    assert out.se == pytest.approx(np.sqrt(0.3**2 + gap**2 / (d + 1) / 4), rel=1e-4)


def test_agreement_beyond_noise_is_no_gain():
    """Forms that agree better than their noise do not make the error smaller than the noise."""
    out = moderated([1.0, 1.0, 1.0], 0.3, 6)
    assert out.se == pytest.approx(0.3 / np.sqrt(3))
    assert out.df == pytest.approx(6)


def test_moderation_gives_two_forms_a_verdict():
    """Two clear forms that differ are inconclusive as a sample of forms, and clear as these two."""
    b, s, d = [-2.0, -3.0], 0.2, 10
    plain = combine_measurements(b, s, d)
    mine = moderated(b, s, d)
    assert mine.estimate == plain.estimate
    assert abs(plain.estimate) < float(quantile(0.975, plain.df)) * plain.se
    assert abs(mine.estimate) > float(quantile(0.975, mine.df)) * mine.se


@settings(deadline=None)
@given(**CASES)
def test_never_below_the_noise(seed, k):
    """The variance is at least that of the correlated noise of the weighted mean."""
    b, s, d, r = case(seed, k)
    out = moderated(b, s, d, r)
    a = out.weights
    assert out.se >= np.sqrt(a @ (r * np.outer(s, s)) @ a) - 1e-12
    assert out.df > 0


@settings(deadline=None)
@given(**CASES, factor=st.floats(0.01, 100))
def test_sign_and_scale(seed, k, factor):
    """Minus and any factor pass through."""
    b, s, d, r = case(seed, k)
    one, other = moderated(b, s, d, r), moderated(-factor * b, factor * s, d, r)
    assert_allclose(other.estimate, -factor * one.estimate, rtol=1e-6, atol=1e-6 * factor)
    assert_allclose(other.se, factor * one.se, rtol=1e-5)
    assert_allclose(other.df, one.df, rtol=1e-4)


@settings(deadline=None)
@given(**CASES)
def test_order_does_not_matter(seed, k):
    """Forms may come in any order."""
    b, s, d, r = case(seed, k)
    i = np.random.default_rng(seed).permutation(k)
    one, other = moderated(b, s, d, r), moderated(b[i], s[i], d[i], r[np.ix_(i, i)])
    assert_allclose(other.estimate, one.estimate, rtol=1e-6, atol=1e-8)
    assert_allclose(other.se, one.se, rtol=1e-5)
    assert_allclose(other.df, one.df, rtol=1e-4)


@settings(deadline=None)
@given(**CASES)
def test_moderation_does_not_move_the_estimate(seed, k):
    """Weights and estimate are those without moderation, and the noise is a common floor."""
    b, s, d, r = case(seed, k)
    plain = combine_measurements(b, s, d, correlation=r)
    mine = moderated(b, s, d, r)
    assert (mine.estimate, mine.tau) == (plain.estimate, plain.tau)
    assert_allclose(mine.weights, plain.weights)


def coverage(k: int, rho: float, tau: float, n: int = 1000, df: int = 8) -> float:
    """Share of 95 % intervals that hold the average of k fixed forms (errors on df)."""
    rng = np.random.default_rng(100 * k + int(10 * rho))
    root = np.linalg.cholesky((1 - rho) * np.eye(k) + rho)
    held = 0
    for _ in range(n):
        truth = rng.normal(0, tau, k) if tau else np.zeros(k)
        s = 0.3 * np.sqrt(rng.chisquare(df, size=k) / df)
        out = moderated(truth + 0.3 * root @ rng.normal(size=k), s, df, rho)
        held += abs(out.estimate - truth.mean()) <= float(quantile(0.975, out.df)) * out.se
    return held / n


@pytest.mark.parametrize("tau", [0.0, 0.5])
@pytest.mark.parametrize("rho", [0.0, 0.5])
@pytest.mark.parametrize("k", [2, 3, 5])
def test_intervals_hold_the_average_of_these_forms(k, rho, tau):
    """95 % intervals cover the plural estimand at least 93 % of the time."""
    assert coverage(k, rho, tau) >= 0.93
