"""One pair: the noise model keeps its promise on seeded null pairs, and says what it cannot do."""

import time

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats as scipy_stats

from phosres.stats import (
    benjamini_hochberg,
    fit_pair_noise,
    holm,
    local_scale,
    minimal_detectable_change,
    two_sided,
)


def null_pair(rng: np.random.Generator, n: int, df: float = 4) -> tuple[np.ndarray, np.ndarray]:
    """Draw differences without a change: t noise whose scale falls with the intensity."""
    intensity = rng.normal(25, 2, n)
    scale = 0.2 + 0.6 * np.exp(-(intensity - 20) / 3).clip(0, 3)
    return scale * rng.standard_t(df, n), intensity


@pytest.mark.parametrize("df", [3, 4, 8])
def test_size_and_false_lists_on_null_pairs(df):
    """Size .04-.07 at .05 and at most .002 at .001; at least 95 % of pairs have no BH call."""
    rng = np.random.default_rng(7)
    five, thousandth, calls, panels = [], [], [], []
    for _ in range(100):
        d, a = null_pair(rng, 4000, df)
        noise = fit_pair_noise(d, a)
        p = two_sided(d / noise.scale, noise.df)
        five.append((p < 0.05).mean())
        thousandth.append((p < 0.001).mean())
        calls.append((benjamini_hochberg(p) < 0.05).any())
        panels += [(holm(p[i : i + 8]) < 0.05).any() for i in range(0, 80, 8)]
    assert 0.04 <= np.mean(five) <= 0.07
    assert np.mean(thousandth) <= 0.002
    assert np.mean(calls) <= 0.05
    assert np.mean(panels) <= 0.07


def test_scale_follows_the_intensity():
    """The local scale finds the true one within 15 % over the whole range."""
    rng = np.random.default_rng(2)
    a = rng.uniform(18, 32, 20_000)
    truth = 0.2 + 0.1 * (32 - a) / 14 * 5
    scale = local_scale(truth * rng.normal(size=a.size), a)
    inner = (a > 18.5) & (a < 31.5)
    assert np.abs(np.log(scale / truth))[inner].max() < 0.3
    assert np.abs(np.log(scale / truth))[inner].mean() < 0.06


def test_widespread_change_only_makes_it_careful():
    """If a fifth of the sites change by 1.5, unchanged sites are called less than nominally."""
    rng = np.random.default_rng(3)
    d, a = null_pair(rng, 5000)
    d[:1000] -= 1.5
    noise = fit_pair_noise(d, a)
    p = two_sided(d / noise.scale, noise.df)[1000:]
    assert (p < 0.05).mean() <= 0.05
    assert (p < 0.001).mean() <= 0.001


def test_without_intensity_one_scale_for_all():
    """A table of ratios gets the global scale; so do too few sites, and sites without intensity."""
    rng = np.random.default_rng(4)
    d = rng.normal(size=1000)
    expected = 1.482602218505602 * np.median(np.abs(d - np.median(d)))
    assert_allclose(local_scale(d), expected)
    assert not fit_pair_noise(d).local
    assert_allclose(local_scale(d[:399], np.arange(399.0)), local_scale(d[:399]))
    a = np.where(np.arange(1000) < 10, np.nan, np.arange(1000.0))
    assert_allclose(local_scale(d, a)[:10], expected)
    assert fit_pair_noise(d, a).local


def test_not_measured_stays_not_measured():
    """NaN differences have no scale and change nothing."""
    rng = np.random.default_rng(5)
    d, a = null_pair(rng, 3000)
    gaps = np.r_[d, np.full(500, np.nan)]
    model, with_gaps = fit_pair_noise(d, a), fit_pair_noise(gaps, np.r_[a, a[:500]])
    for name in ("scale", "df"):
        assert_allclose(getattr(with_gaps, name)[:3000], getattr(model, name))
        assert np.isnan(getattr(with_gaps, name)[3000:]).all()
    assert with_gaps.n == 3000


@pytest.mark.parametrize("factor", [0.01, 3.0])
def test_noise_is_equivariant(factor):
    """Twice the differences have twice the scale; order and sign do not matter."""
    rng = np.random.default_rng(6)
    d, a = null_pair(rng, 2000)
    order = rng.permutation(2000)
    model, other = fit_pair_noise(d, a), fit_pair_noise(-factor * d[order], a[order])
    assert_allclose(other.scale, factor * model.scale[order], rtol=1e-6)
    assert_allclose(other.df, model.df[order], rtol=1e-4)


def test_tail_follows_intensity_and_groups():
    """Strong sites with heavy tails and noisy forms are called no more often than the rest."""
    rng = np.random.default_rng(12)
    called = []
    for _ in range(20):
        a, noisy = rng.normal(25, 2, 6000), rng.random((6000, 2)) < [0.2, 0.03]
        strong = scipy_stats.norm.cdf((a - 25) / 2)
        d = 0.3 * 1.6 ** noisy.sum(axis=1) * rng.standard_t(7 - 5 * strong)
        noise = fit_pair_noise(d, a, noisy)
        p = two_sided(d / noise.scale, noise.df)
        called.append([(p[part] < 0.05).mean() for part in (strong > 0.8, strong < 0.2, *noisy.T)])
        assert noise.df[strong > 0.9].max() < noise.df[strong < 0.1].min()
    assert (np.abs(np.mean(called, axis=0) - 0.05) < 0.012).all()


def test_fifty_thousand_sites_are_fast():
    """One pair of 50,000 sites within half a CPU second (budget), once scipy is loaded."""
    d, a = null_pair(np.random.default_rng(9), 50_000)
    fit_pair_noise(d[:100], a[:100])
    spent = []
    for _ in range(3):
        start = time.process_time()
        noise = fit_pair_noise(d, a)
        two_sided(d / noise.scale, noise.df)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.5


@pytest.mark.parametrize(
    ("difference", "intensity", "message"),
    [
        (np.arange(49.0), None, "49 sites have a difference; at least 50"),
        (np.full(100, np.nan), None, "0 sites have a difference"),
        (np.r_[np.zeros(80), np.arange(20.0)], None, "identical"),
        (np.arange(60.0), np.arange(59.0), "has shape"),
    ],
)
def test_bad_pairs_are_refused(difference, intensity, message):
    """Too few sites, copies of one sample, and mismatched lengths are named."""
    with pytest.raises(ValueError, match=message):
        fit_pair_noise(difference, intensity)


@pytest.mark.parametrize("df", [2.5, 4.2, 9.0, 40.0])
@pytest.mark.parametrize("alpha", [0.05, 0.05 / 8])
def test_detectable_change_has_its_power(df, alpha):
    """The threshold is the t quantile, and the noncentral t exceeds it with power .8."""
    limit = minimal_detectable_change(0.5, df, alpha)
    assert_allclose(limit.threshold, 0.5 * scipy_stats.t.isf(alpha / 2, df), rtol=1e-10)
    power = scipy_stats.nct.sf(limit.threshold / 0.5, df, limit.mdc / 0.5)
    assert power == pytest.approx(0.8, abs=1e-6)


def test_detectable_change_of_arrays():
    """Arrays broadcast; unknown df or error is NaN; infinite df is the normal."""
    limit = minimal_detectable_change([0.5, np.nan, 1.0, 1.0], [4.0, 4.0, np.inf, np.nan], 0.05)
    assert np.isnan(limit.mdc[[1, 3]]).all()
    assert limit.mdc[2] == pytest.approx(scipy_stats.norm.isf(0.025) + scipy_stats.norm.isf(0.2))


def test_detectable_change_needs_probabilities():
    """A level of 0 or a power of 1 is refused."""
    with pytest.raises(ValueError, match="within"):
        minimal_detectable_change(1.0, 5.0, 0.0)
    with pytest.raises(ValueError, match="within"):
        minimal_detectable_change(1.0, 5.0, 0.05, power=1.0)
