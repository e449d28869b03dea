"""Tests against a margin: closed forms and size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats as scipy_stats

from phosres.stats import quantile, tost, treat, two_sided

EFFECT, SE = st.floats(-3, 3), st.floats(0.05, 2)
DF, MARGIN = st.floats(1, 200), st.floats(0.1, 1.5)


@given(b=EFFECT, s=SE, df=DF, m=MARGIN)
def test_tost_is_the_larger_one_sided_p(b, s, df, m):
    """Equal to two t tests of scipy."""
    expected = max(scipy_stats.t.sf((b + m) / s, df), scipy_stats.t.cdf((b - m) / s, df))
    assert_allclose(tost(b, s, df, m), expected, atol=1e-12)


@given(b=EFFECT, s=SE, df=DF, m=MARGIN)
def test_tost_agrees_with_the_confidence_interval(b, s, df, m):
    """p < .05 exactly where the 90 % interval is within the margin."""
    half = float(quantile(0.95, df)) * s
    inside = -m < b - half and b + half < m
    p = float(tost(b, s, df, m))
    assert inside == (p < 0.05) or abs(p - 0.05) < 1e-9


@given(b=EFFECT, s=SE, df=DF, m=MARGIN)
def test_treat_closed_form(b, s, df, m):
    """Equal to the sum of the two tails, and to the t test at margin 0."""
    t = scipy_stats.t(df)
    expected = min(t.sf((abs(b) - m) / s) + t.sf((abs(b) + m) / s), 1)
    assert_allclose(treat(b, s, df, m), expected, atol=1e-12)
    assert_allclose(treat(b, s, df, 0), two_sided(b / s, df), atol=1e-12)


@given(b=EFFECT, s=SE, df=DF, m=MARGIN)
def test_direction_does_not_matter(b, s, df, m):
    """The sign of the effect changes neither test."""
    assert_allclose(tost(b, s, df, m), tost(-b, s, df, m), atol=1e-14)
    assert_allclose(treat(b, s, df, m), treat(-b, s, df, m), atol=1e-14)


def test_size_of_tost_at_the_margin():
    """A change as large as the margin is called unchanged in about 5 %, never more than 6 %."""
    rng = np.random.default_rng(1)
    n, df, s = 20_000, 8, 0.15
    se = s * np.sqrt(rng.chisquare(df, n) / df)
    called = tost(0.585 + s * rng.normal(size=n), se, df, 0.585) < 0.05
    assert 0.04 <= called.mean() <= 0.06


def test_one_pair_cannot_show_that_nothing_changed():
    """With the noise of a pair no estimate, even 0, is equivalent at 1.5-fold."""
    assert tost(0.0, 0.5, 2.5, np.log2(1.5)) > 0.05


def test_nan_and_infinite_df():
    """Not measured stays not measured; infinite df is the normal."""
    p = tost([np.nan, 0.0, 0.0], [1.0, np.nan, 0.1], [5.0, 5.0, np.inf], 0.5)
    assert np.isnan(p[:2]).all()
    assert_allclose(p[2], scipy_stats.norm.sf(5), rtol=1e-10)


@pytest.mark.parametrize("margin", [0, -1, np.inf, np.nan])
def test_tost_needs_a_margin(margin):
    """A margin of nothing cannot be tested."""
    with pytest.raises(ValueError, match="positive"):
        tost(0.0, 1.0, 5, margin)


@pytest.mark.parametrize("margin", [-1, np.inf, np.nan])
def test_treat_refuses_a_negative_margin(margin):
    """Only 0 or more makes sense."""
    with pytest.raises(ValueError, match="0 or more"):
        treat(0.0, 1.0, 5, margin)
