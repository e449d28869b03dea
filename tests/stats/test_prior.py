"""Priors and smoothers: closed forms, recovery of known parameters, documented limits."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.interpolate import CubicSpline
from scipy.special import polygamma
from statsmodels.nonparametric.smoothers_lowess import lowess as statsmodels_lowess

from phosres.stats import lowess, squeeze_variances
from phosres.stats.prior_moments import invert_trigamma
from phosres.stats.smoothing import natural_spline_basis


def draw(n: int, d0: float, df: np.ndarray, seed: int = 0) -> np.ndarray:
    """Draw variances from s0^2 F(df, d0) with s0^2 = 0.2."""
    rng = np.random.default_rng(seed)
    true = 0.2 * d0 / rng.chisquare(d0, n) if np.isfinite(d0) else np.full(n, 0.2)
    return true * rng.chisquare(df, n) / df


@pytest.mark.parametrize("y", [1e-6, 0.01, 1.0, 50.0, 1e5])
def test_trigamma_is_inverted(y):
    """trigamma(inverse(y)) = y over eleven decades."""
    assert polygamma(1, invert_trigamma(y)) == pytest.approx(y, rel=1e-12)


@pytest.mark.parametrize("prior", ["moments", "ml"])
@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("trend", [False, True])
def test_known_prior_is_recovered(prior, robust, trend):
    """s0^2 = 0.2 and d0 = 5 are found within 10 and 20 %."""
    df = np.full(8000, 6.0)
    a = np.random.default_rng(1).normal(size=8000) if trend else None
    out = squeeze_variances(draw(8000, 5.0, df), df, covariate=a, robust=robust, prior=prior)
    assert np.median(out.df) == pytest.approx(5, rel=0.2)
    assert np.median(out.variance) == pytest.approx(0.2, rel=0.1)


@pytest.mark.parametrize("prior", ["moments", "ml"])
def test_a_few_wild_rows_do_not_decide_the_robust_prior(prior):
    """2 % of rows with 100-fold variance halve the plain d0; robust keeps it and shuns them."""
    df = np.full(3000, 6.0)
    s2 = draw(3000, 10.0, df, seed=2)
    s2[:60] *= 100
    plain = squeeze_variances(s2, df, prior=prior)
    robust = squeeze_variances(s2, df, prior=prior, robust=True)
    assert plain.df[0] < 6
    assert np.median(robust.df) > 7
    assert np.median(robust.df[:60]) < 2


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("trend", [False, True])
def test_equal_true_variances_give_an_infinite_prior(robust, trend):
    """Nothing beyond sampling: d0 is inf and every row has the common variance."""
    # Quantiles of the scaled chi-square vary a little less than a sample: no excess variance.
    from scipy.stats import chi2

    df = np.full(500, 5.0)
    s2 = 0.2 * chi2.ppf((np.arange(500) + 0.5) / 500, 5) / 5
    a = np.random.default_rng(3).permutation(500.0 * np.arange(1, 501)) if trend else None
    out = squeeze_variances(s2, df, covariate=a, robust=robust)
    assert np.isinf(out.df).mean() > 0.98
    assert_allclose(out.posterior[np.isinf(out.df)], out.variance[np.isinf(out.df)])


def test_trend_is_followed():
    """A variance that falls with intensity is found within 10 % in the middle."""
    rng = np.random.default_rng(4)
    a = rng.uniform(0, 10, 5000)
    df = np.full(5000, 8.0)
    s2 = np.exp(-0.3 * a) * draw(5000, 20.0, df, seed=5) / 0.2
    for robust in (False, True):
        out = squeeze_variances(s2, df, covariate=a, robust=robust)
        inner = (a > 1) & (a < 9)
        assert np.abs(np.log(out.variance[inner]) + 0.3 * a[inner]).max() < 0.15


def test_one_row_keeps_its_own_variance():
    """A single row teaches no prior: d0 = 0."""
    out = squeeze_variances([0.3], [4.0])
    assert (out.df[0], out.posterior[0]) == (0, 0.3)


def test_posterior_by_hand():
    """(d0 s0^2 + d s^2) / (d0 + d), and the prior where the row has no df."""
    df = np.r_[np.full(100, 4.0), 0.0]
    s2 = np.r_[draw(100, 6.0, np.full(100, 4.0), seed=6), np.nan]
    out = squeeze_variances(s2, df)
    expected = (out.df * out.variance + df * np.nan_to_num(s2)) / (out.df + df)
    assert_allclose(out.posterior, expected)
    assert out.posterior[-1] == pytest.approx(out.variance[0])


def test_unknown_rules_and_empty_tables_are_refused():
    """The prior has three names; and without residual df there is none."""
    with pytest.raises(ValueError, match="'auto', 'moments' or 'ml'"):
        squeeze_variances([1.0], [2.0], prior="bayes")
    with pytest.raises(ValueError, match="no row has residual degrees of freedom"):
        squeeze_variances([np.nan, np.nan], [0.0, 0.0])


def test_natural_spline_space():
    """The basis spans the natural interpolating spline, linear beyond the outer knots."""
    knots = np.array([0.0, 1.0, 2.5, 4.0])
    x = np.linspace(0, 4, 50)
    truth = CubicSpline(knots, [1.0, -2.0, 0.5, 3.0], bc_type="natural")
    basis = natural_spline_basis(x, knots)
    coefficients = np.linalg.lstsq(basis, truth(x), rcond=None)[0]
    assert_allclose(basis @ coefficients, truth(x), atol=1e-12)
    beyond = natural_spline_basis(np.array([5.0, 6.0, 7.0]), knots) @ coefficients
    assert np.diff(beyond, 2) == pytest.approx(0, abs=1e-10)


@pytest.mark.parametrize("iterations", [0, 3])
def test_lowess_equals_another_implementation(iterations):
    """Without interpolation equal to statsmodels; with it, within 1 % of the noise."""
    rng = np.random.default_rng(7)
    x = rng.uniform(0, 10, 300)
    y = np.sin(x) + rng.standard_t(3, 300) * 0.3
    exact = statsmodels_lowess(y, x, frac=0.4, it=iterations, delta=0.0, return_sorted=False)
    assert_allclose(lowess(x, y, span=0.4, iterations=iterations, delta=0.0), exact, atol=1e-7)
    assert np.abs(lowess(x, y, span=0.4, iterations=iterations) - exact).max() < 0.01


def test_lowess_of_one_place_is_the_mean():
    """All x equal: nothing to follow."""
    assert_allclose(lowess(np.ones(4), np.array([1.0, 2, 3, 6]), span=0.5), 3)
