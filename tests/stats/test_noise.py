"""An external noise model: what it learns, and the size of the tests that use it."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from phosres.stats import (
    NoiseModel,
    apply_noise_model,
    benjamini_hochberg,
    fit_noise_model,
    two_sided,
)

SHARED = Path(__file__).parents[3] / "shared" / "data" / "phosr_insulin_aicar"


def s0_at(a: np.ndarray) -> np.ndarray:
    """The planted standard deviation: larger for weak sites."""
    return 0.2 + 0.4 * np.exp(-(a - 18) / 4)


def draw(rng: np.random.Generator, a: np.ndarray, samples: int, d0: float) -> np.ndarray:
    """Replicates whose row variances scatter about the planted ones with prior df d0."""
    sd = s0_at(a) * np.sqrt(d0 / rng.chisquare(d0, a.size))
    return a[:, None] + sd[:, None] * rng.normal(size=(a.size, samples))


def test_curve_and_degrees_are_found():
    """s0 within 10 % over the inner range and d0 within a fifth, with conditions that differ."""
    rng = np.random.default_rng(0)
    a = rng.uniform(18, 30, 8000)
    y = draw(rng, a, 8, 5.0)
    y[:, 4:] += rng.normal(0, 1, (8000, 1))  # real change is not noise
    y[rng.random(y.shape) < 0.2] = np.nan
    model = fit_noise_model(y, np.repeat([0, 1], 4))
    grid = np.linspace(19, 29, 21)
    assert np.abs(np.log(model.at(grid) / s0_at(grid))).max() < 0.12
    assert model.d0 == pytest.approx(5, rel=0.2)
    assert model.n > 7900


@pytest.mark.parametrize("d0", [2.5, 4.0, 8.0])
def test_size_on_null_pairs(d0):
    """Size .04-.06 at .05, at most .002 at .001, and BH calls in at most 5 % of null pairs."""
    rng = np.random.default_rng(1)
    a = rng.uniform(18, 30, 4000)
    model = fit_noise_model(draw(rng, a, 6, d0), np.zeros(6, dtype=int))
    five, thousandth, lists = [], [], []
    for _ in range(40):
        y = draw(rng, a, 2, d0)
        noise = apply_noise_model(model, y.mean(axis=1))
        p = two_sided((y[:, 1] - y[:, 0]) / noise.scale, noise.df)
        five.append((p < 0.05).mean())
        thousandth.append((p < 0.001).mean())
        lists.append((benjamini_hochberg(p) < 0.05).any())
    assert 0.04 <= np.mean(five) <= 0.06
    assert np.mean(thousandth) <= 0.002
    assert np.mean(lists) <= 0.075


def test_scale_by_hand():
    """sqrt(.3^2 (1 / 2 + 1 / 1) + 2 .4^2), constant beyond the knots, log-linear between."""
    model = NoiseModel(np.array([20.0, 22.0]), np.array([0.3, 1.2]), 4.0, 100)
    noise = apply_noise_model(model, [18.0, 21.0, 30.0, np.nan], n_pre=2, biopsy_sd=0.4)
    s0 = np.array([0.3, 0.6, 1.2])
    assert_allclose(noise.scale[:3], np.sqrt(1.5 * s0**2 + 0.32))
    assert np.isnan(noise.scale[3])
    assert_allclose(noise.df, [4.0, 4.0, 4.0, np.nan])
    assert (noise.n, noise.local, noise.centre) == (100, True, 0.0)


def test_replicates_per_site():
    """Numbers of runs may differ between sites; none measured has no noise."""
    model = NoiseModel(np.array([20.0]), np.array([0.5]), 3.0, 100)
    noise = apply_noise_model(model, [20.0, 20.0, 20.0], n_pre=[1, 2, 0], n_on=[1, 2, 1])
    assert_allclose(noise.scale, [np.sqrt(0.5), 0.5, np.nan])
    assert not noise.local


def test_equal_variances_give_infinite_degrees():
    """Rows that vary as one normal: d0 is large or inf, and the pair's p values are usable."""
    rng = np.random.default_rng(2)
    y = rng.normal(24, 0.3, (3000, 6)) + rng.normal(0, 2, (3000, 1))
    model = fit_noise_model(y, np.zeros(6, dtype=int))
    noise = apply_noise_model(model, y.mean(axis=1))
    assert model.d0 > 50
    p = two_sided((y[:, 1] - y[:, 0]) / noise.scale, noise.df)
    assert (p < 0.05).mean() == pytest.approx(0.05, abs=0.012)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), shift=st.floats(-5, 5))
def test_model_moves_with_the_data(seed, shift):
    """A constant added to all values moves the knots only; rows in another order change nothing."""
    rng = np.random.default_rng(seed)
    y = draw(rng, rng.uniform(18, 30, 200), 4, 5.0)
    model = fit_noise_model(y, [0, 0, 1, 1])
    moved = fit_noise_model(y[rng.permutation(200)] + shift, [0, 0, 1, 1])
    assert_allclose(moved.intensity, model.intensity + shift, rtol=1e-9)
    assert_allclose(moved.s0, model.s0, rtol=1e-6)
    assert moved.d0 == pytest.approx(model.d0, rel=1e-6)


def test_too_few_replicates_are_refused():
    """No group with two values, or fewer than 50 rows: named."""
    with pytest.raises(ValueError, match="0 rows have replicates"):
        fit_noise_model(np.ones((100, 3)), [0, 1, 2])
    with pytest.raises(ValueError, match="49 rows have replicates"):
        fit_noise_model(np.random.default_rng(0).normal(size=(49, 3)), [0, 0, 0])


@pytest.mark.parametrize(
    ("knots", "s0", "d0", "message"),
    [
        ([20.0, 20.0], [0.3, 0.3], 4.0, "increase"),
        ([20.0], [0.0], 4.0, "positive"),
        ([20.0], [0.3], 0.0, "positive"),
        ([20.0, 21.0], [0.3], 4.0, "knots"),
        ([], [], 4.0, "knots"),
    ],
)
def test_impossible_models_are_refused(knots, s0, d0, message):
    """A file with such a curve cannot become a model."""
    with pytest.raises(ValueError, match=message):
        NoiseModel(np.array(knots), np.array(s0), d0, 10)


def test_negative_biopsy_sd_is_refused():
    """A standard deviation below 0 is named."""
    model = NoiseModel(np.array([20.0]), np.array([0.5]), 3.0, 100)
    with pytest.raises(ValueError, match="biopsy_sd is -1"):
        apply_noise_model(model, [20.0], biopsy_sd=-1)


@pytest.mark.real
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED.name} is not beside the repository")
def test_size_on_real_null_pairs_of_other_conditions():
    """Cells: noise learnt on three conditions, tested on replicate pairs of the fourth."""
    sheet = pd.read_csv(SHARED / "samples.tsv", sep="\t").query("table == 'cells_ins'")
    table = pd.read_csv(SHARED / "data_cells_ins.tsv.gz", sep="\t")
    y = table[sheet["sample"]].to_numpy(float)
    y = y[np.isfinite(y).any(axis=1)]
    y = y - np.nanmedian(y - np.nanmean(y, axis=1, keepdims=True), axis=0)
    groups = pd.factorize(sheet["sample"].str.replace(r"_\d+$", "", regex=True))[0]
    five, thousandth, lists, panels = [], [], [], []
    rng = np.random.default_rng(0)
    for left_out in range(groups.max() + 1):
        model = fit_noise_model(y[:, groups != left_out], groups[groups != left_out])
        for i, j in combinations(np.flatnonzero(groups == left_out), 2):
            d, a = y[:, j] - y[:, i], y[:, [i, j]].mean(axis=1)
            known = np.isfinite(d)
            noise = apply_noise_model(model, a[known])
            p = two_sided((d[known] - np.median(d[known])) / noise.scale, noise.df)
            five.append((p < 0.05).mean())
            thousandth.append((p < 0.001).mean())
            lists.append((benjamini_hochberg(p) < 0.05).any())
            panels += [rng.choice(p, 8).min() * 8 < 0.05 for _ in range(50)]
    assert 0.03 <= np.mean(five) <= 0.07
    assert np.mean(thousandth) <= 0.002
    assert np.mean(panels) <= 0.07
    assert np.mean(lists) <= 0.05
