"""Adjusted p values, by hand and by property."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from phosres.stats import benjamini_hochberg, holm, storey

PS = st.lists(st.one_of(st.floats(0, 1), st.just(np.nan)), max_size=40)


def test_benjamini_hochberg_by_hand():
    """.01 * 4/1 = .04, .02 * 4/2 = .04, .03 * 4/3 = .04, .5 * 4/4 = .5, the NaN not counted."""
    out = benjamini_hochberg([0.02, np.nan, 0.5, 0.01, 0.03])
    assert_allclose(out, [0.04, np.nan, 0.5, 0.04, 0.04])


def test_holm_by_hand():
    """.01 * 4, .02 * 3, .03 * 2 raised to the one before, .5 * 1."""
    assert_allclose(holm([0.02, np.nan, 0.5, 0.01, 0.03]), [0.06, np.nan, 0.5, 0.04, 0.06])


def test_benjamini_hochberg_is_limmas(limma):
    """Adjusted values of R's `p.adjust` in limma's tables, complete and with rows not estimable."""
    for data in ("complete", "na"):
        theirs = limma("3.54.1", f"synth_{data}__eBayes_trend_robust")
        assert_allclose(benjamini_hochberg(theirs["p"]), theirs["adj_p_BH"], rtol=0, atol=1e-10)


@pytest.mark.parametrize(("adjust", "name"), [(benjamini_hochberg, "fdr_bh"), (holm, "holm")])
def test_adjustment_is_statsmodels(adjust, name):
    """10,000 p values with ties: another implementation gives the same."""
    from statsmodels.stats.multitest import multipletests  # noqa: TID251 - without NaN

    p = np.round(np.random.default_rng(1).random(10_000) ** 3, 3)
    assert_allclose(adjust(p), multipletests(p, method=name)[1], rtol=0, atol=1e-10)


def test_storey_is_its_definition():
    """The share of nulls by the loop of the paper: bootstrap error at .05, .10, ... .95."""
    rng = np.random.default_rng(2)
    p = np.r_[rng.random(700), rng.random(300) ** 6]
    best, null = np.inf, 1.0
    levels = [round(0.05 * k, 2) for k in range(1, 20)]
    shares = [float((p >= x).mean() / (1 - x)) for x in levels]
    for x, share in zip(levels, shares, strict=True):
        w, m = int((p >= x).sum()), len(p)
        error = w / (m * (1 - x)) ** 2 * (1 - w / m) + (share - np.quantile(shares, 0.1)) ** 2
        if error < best:
            best, null = error, min(share, 1.0)
    assert_allclose(storey(p), null * benjamini_hochberg(p), rtol=0, atol=1e-12)


@pytest.mark.parametrize("adjust", [benjamini_hochberg, holm, storey])
@given(p=PS)
def test_nan_in_is_nan_out_only_there(adjust, p):
    """NaN stays where it is, and the others are as if it were not there."""
    p = np.asarray(p, dtype=float)
    out = adjust(p)
    assert (np.isnan(out) == np.isnan(p)).all()
    assert_allclose(out[~np.isnan(p)], adjust(p[~np.isnan(p)]))


@pytest.mark.parametrize("adjust", [benjamini_hochberg, holm])
@given(p=PS)
def test_adjusted_values_keep_the_order_and_are_no_smaller(adjust, p):
    """Adjustment is monotone, at least p and at most 1."""
    p = np.sort([x for x in p if not np.isnan(x)])
    out = adjust(p)
    assert (np.diff(out) >= 0).all()
    assert (out >= p * (1 - 1e-12)).all()
    assert (out <= 1).all()


@pytest.mark.parametrize("adjust", [benjamini_hochberg, holm, storey])
@pytest.mark.parametrize("bad", [-0.1, 1.5, np.inf])
def test_impossible_p_values_are_refused(adjust, bad):
    """A p value outside [0, 1] is an error, with the value."""
    with pytest.raises(ValueError, match="outside"):
        adjust([0.1, bad])


def test_storey_finds_the_share_of_nulls():
    """With 30 % of tests surely changed q is about .7 times the BH value."""
    rng = np.random.default_rng(0)
    p = np.r_[np.full(3000, 1e-12), rng.random(7000)]
    ratio = storey(p)[5000] / benjamini_hochberg(p)[5000]
    assert 0.65 < ratio < 0.75
