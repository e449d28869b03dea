"""A t distribution by maximum likelihood: scipy's optimum, and what is known of each value."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats as reference

from phosres.stats import fit_t


@pytest.mark.parametrize("df", [1.5, 2.5, 4.0, 10.0])
def test_without_terms_it_is_the_optimum_of_scipy(df):
    """Scale and df are those of a general optimiser; the df used lies below the estimate."""
    z = 2 * np.random.default_rng(8).standard_t(df, 5000)
    fit = fit_t(z)
    expected_df, _, expected_scale = reference.t.fit(z, floc=0)
    assert_allclose(fit.df_estimate, expected_df, rtol=1e-3)
    assert_allclose(fit.scale, expected_scale, rtol=1e-3)
    assert (fit.df < fit.df_estimate).all()
    assert fit.n == 5000


def test_df_stay_within_their_bounds():
    """Normal values have at most 100, cubed Cauchy values 1, and the scale stays finite."""
    rng = np.random.default_rng(1)
    assert fit_t(rng.normal(size=50_000)).df.max() <= 100 * (1 + 1e-12)
    wild = fit_t(rng.standard_cauchy(500) ** 3)
    assert_allclose(wild.df, 1)
    assert np.isfinite(wild.scale).all()


def test_planted_coefficients_return():
    """Scale and tail log-linear in the position, one group of two with a scale of its own."""
    rng = np.random.default_rng(2)
    u, groups = rng.uniform(-1, 1, 30_000), rng.random((30_000, 2)) < 0.3
    scale = np.exp(0.2 * u + 0.4 * groups[:, 0])
    fit = fit_t(scale * rng.standard_t(np.exp(1.3 - 0.5 * u)), u, groups)
    assert_allclose(fit.scale, scale, rtol=0.06)
    assert_allclose(fit.df_estimate, np.exp(1.3 - 0.5 * u), rtol=0.15)


def test_interval_of_the_df_has_its_level():
    """The cautious df exceeds the truth in about 5 of 100 samples, at either end of the range."""
    rng = np.random.default_rng(3)
    u = np.linspace(-1, 1, 1500)
    truth = np.exp(1.4 - 0.4 * u)
    above = np.array(
        [fit_t(rng.standard_t(truth), u).df[[0, -1]] > truth[[0, -1]] for _ in range(300)]
    )
    assert (above.mean(axis=0) < 0.09).all()
    assert (above.mean(axis=0) > 0.015).all()


def test_groups_too_small_to_tell_or_told_twice_do_not_count():
    """Forty-nine members, all but forty-nine, and a copy of another group change nothing."""
    z, u = np.random.default_rng(4).standard_t(4, 1000), np.linspace(-1, 1, 1000)
    few, half = np.arange(1000) < 49, np.arange(1000) % 2 == 0
    plain = fit_t(z, u)
    assert_allclose(fit_t(z, u, np.column_stack([few, ~few])).scale, plain.scale)
    once, twice = fit_t(z, u, half[:, None]), fit_t(z, u, np.column_stack([half, half, ~half]))
    assert_allclose(twice.scale, once.scale, rtol=1e-6)
    assert not np.allclose(once.scale, plain.scale)


def test_bad_values_are_refused():
    """Fewer than 50 values, or shapes that disagree, are named."""
    with pytest.raises(ValueError, match="49 values; at least 50"):
        fit_t(np.r_[np.arange(49.0), np.nan])
    with pytest.raises(ValueError, match="positions"):
        fit_t(np.arange(60.0), np.arange(59.0))
