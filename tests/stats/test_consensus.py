"""The correlation within blocks equals R's duplicateCorrelation, and the planted truth."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from phosres.stats import consensus_correlation, moderated


def model(treated: np.ndarray) -> np.ndarray:
    """Intercept and condition; blocks are random."""
    return np.column_stack([np.ones(len(treated)), treated])


def draw(rho: float, blocks: np.ndarray, rows: int, seed: int = 0) -> np.ndarray:
    """Rows of variance 1 whose samples share `rho` within blocks."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=(rows, blocks.max() + 1))[:, blocks]
    return np.sqrt(rho) * shared + np.sqrt(1 - rho) * rng.normal(size=(rows, blocks.size))


@pytest.mark.parametrize("version", ["3.54.1", "3.63.2"])
def test_complete_rows_equal_limma(limma, synthetic, version):
    """Every row's correlation and the consensus equal duplicateCorrelation."""
    d = synthetic("complete")
    ours = consensus_correlation(d.values.to_numpy(), model(d.treated), d.patients)
    theirs = limma(version, "synth_complete__dupcor_atanh")["atanh_rho"]
    assert_allclose(np.arctanh(ours.rows), theirs, rtol=0, atol=1e-6)
    assert ours.estimate == pytest.approx(0.685478458382, abs=1e-6)
    assert ours.n == 600


@pytest.mark.parametrize("version", ["3.54.1", "3.63.2"])
def test_incomplete_rows_agree_with_limma(limma, synthetic, version):
    """The same rows have one; nine in ten agree, the rest is where R stops after 20 steps."""
    d = synthetic("na")
    ours = consensus_correlation(d.values.to_numpy(), model(d.treated), d.patients)
    theirs = limma(version, "synth_na__dupcor_atanh")["atanh_rho"]
    rows = pd.Series(np.arctanh(ours.rows), d.values.index).loc[theirs.index]
    assert (rows.isna() == theirs.isna()).all()
    assert (rows - theirs).abs().quantile(0.9) < 1e-3
    assert ours.estimate == pytest.approx(0.729893718489, abs=0.005)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.8])
@pytest.mark.parametrize("missing", [0.0, 0.25])
@pytest.mark.parametrize("size", [2, 4])
def test_planted_correlation_is_found(rho, missing, size):
    """Within 0.06 of the truth in 24 samples, pairs or blocks of four, complete or not."""
    blocks = np.repeat(np.arange(24 // size), size)
    y = draw(rho, blocks, 1500)
    y[np.random.default_rng(1).random(y.shape) < missing] = np.nan
    out = consensus_correlation(y, model(np.tile([0.0, 1.0], 12)), blocks)
    assert out.estimate == pytest.approx(rho, abs=0.06)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_levels_scale_and_order_do_not_matter(seed):
    """A level or a factor per row, and the order of samples, leave every row's correlation."""
    rng = np.random.default_rng(seed)
    blocks, treated = np.repeat(np.arange(6), 2), np.tile([0.0, 1.0], 6)
    y = draw(0.5, blocks, 20, seed)
    y[rng.random(y.shape) < 0.15] = np.nan
    order = rng.permutation(12)
    moved = y * rng.lognormal(size=(20, 1)) + rng.normal(25, 5, (20, 1))
    plain = consensus_correlation(y, model(treated), blocks)
    other = consensus_correlation(moved[:, order], model(treated[order]), blocks[order])
    # Flat likelihoods are found to the root of the rounding error.
    assert_allclose(other.rows, plain.rows, atol=1e-5)


def test_uninformative_rows_have_none():
    """All missing, one block, exact fit, constant: NaN, and the others are as without them."""
    blocks, treated = np.repeat(np.arange(6), 2), np.tile([0.0, 1.0], 6)
    y = draw(0.5, blocks, 40)
    odd = np.full((4, 12), np.nan)
    odd[1, :2] = [1.0, 2.0]
    odd[2, :4] = [1.0, 2.0, 4.0, 3.0]
    odd[3] = 7.0
    out = consensus_correlation(np.vstack([y, odd]), model(treated), blocks)
    assert np.isnan(out.rows[40:]).all()
    assert out.n == 40
    assert out.estimate == consensus_correlation(y, model(treated), blocks).estimate


def test_columns_a_row_does_not_observe():
    """A batch column that is empty in a row does not disturb that row."""
    blocks, treated = np.repeat(np.arange(8), 2), np.tile([0.0, 1.0], 8)
    batch = (blocks == 7).astype(float)
    y = draw(0.5, blocks, 30)
    y[:, 14:] = np.nan
    with_column = consensus_correlation(y, np.column_stack([model(treated), batch]), blocks)
    without = consensus_correlation(y, model(treated), blocks)
    assert_allclose(with_column.rows, without.rows, atol=1e-6)


def test_size_where_all_rows_share_the_correlation():
    """GLS with the consensus, no change, a fifth missing: size .04-.06 at .05, <= .002 at .001."""
    blocks, treated = np.repeat(np.arange(6), 2), np.tile([0.0, 1.0], 6)
    y = draw(0.6, blocks, 20_000, seed=3)
    y[np.random.default_rng(4).random(y.shape) < 0.2] = np.nan
    rho = consensus_correlation(y, model(treated), blocks).estimate
    p = moderated(y, model(treated), 1, blocks=blocks, correlation=rho).p
    p = p[np.isfinite(p)]
    assert 0.04 <= (p < 0.05).mean() <= 0.06
    assert (p < 0.001).mean() <= 0.002


def test_blocks_of_one_are_refused():
    """Without two samples in a block there is nothing to estimate."""
    with pytest.raises(ValueError, match="no block has two samples"):
        consensus_correlation(np.zeros((3, 4)), np.ones(4), np.arange(4))


def test_no_rows_no_estimate():
    """An empty table has a consensus of NaN from 0 rows."""
    out = consensus_correlation(np.empty((0, 4)), np.ones(4), np.array([0, 0, 1, 1]))
    assert np.isnan(out.estimate)
    assert out.n == 0


def test_ten_thousand_rows_are_fast():
    """10,000 rows of 40 pairs with missing values within 3 CPU seconds (budget)."""
    blocks = np.repeat(np.arange(40), 2)
    y = draw(0.5, blocks, 10_000)
    y[np.random.default_rng(2).random(y.shape) < 0.3] = np.nan
    start = time.process_time()
    consensus_correlation(y, model(np.tile([0.0, 1.0], 40)), blocks)
    assert time.process_time() - start < 3
