"""Row-wise least squares against a plain solver, row by row."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from phosres.stats import fit_contrast, fit_residuals, moderated
from phosres.stats.blocks import find_blocks


def solve(y: np.ndarray, x: np.ndarray, c: np.ndarray) -> tuple[float, float, float, int]:
    """Fit one row with the textbook formula: effect, unscaled error, sigma, df."""
    seen = np.isfinite(y)
    y, x = y[seen], x[seen]
    rank = np.linalg.matrix_rank(x) if seen.any() else 0
    df = int(seen.sum() - rank)
    pinv = np.linalg.pinv(x)
    beta = pinv @ y
    sigma = np.sqrt(((y - x @ beta) ** 2).sum() / df) if df else np.nan
    if not np.allclose(c @ pinv @ x, c, atol=1e-8):
        return np.nan, np.nan, sigma, df
    return c @ beta, np.sqrt(c @ pinv @ pinv.T @ c), sigma, df


@settings(max_examples=60, deadline=None)
@example(seed=1_000_000, missing=0.5, covariates=2, groups=True)  # nearly dependent columns
@given(
    seed=st.integers(0, 10**6),
    missing=st.floats(0, 0.8),
    covariates=st.integers(0, 2),
    groups=st.booleans(),
)
def test_any_design_equals_the_textbook_solution(seed, missing, covariates, groups):
    """Effect, error, sigma, df and NaN pattern equal a row-by-row pseudo-inverse."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.tile([0.0, 1.0], 6), rng.normal(size=(12, covariates)), np.ones(12)])
    x = np.column_stack([x, np.repeat(np.eye(3), 4, axis=0)]) if groups else x
    y = 20 + rng.normal(size=(15, 12))
    y[rng.random(y.shape) < missing] = np.nan
    c = np.eye(x.shape[1])[0]
    fit = fit_contrast(y, x, 0)
    expected = np.array([solve(row, x, c) for row in y])
    assert_allclose(fit.effect, expected[:, 0], atol=1e-9)
    assert_allclose(fit.stdev_unscaled, expected[:, 1], atol=1e-9)
    assert_allclose(fit.df_residual, expected[:, 3])
    assert_allclose(fit.sigma, expected[:, 2], atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), missing=st.floats(0, 0.7))
def test_blocks_equal_indicator_columns(seed, missing):
    """Unsorted blocks of unequal size with a covariate equal the design with their indicators."""
    rng = np.random.default_rng(seed)
    blocks = rng.permutation(np.repeat([3, 7, 8, 11, 2, 5, 9], [1, 2, 2, 3, 4, 2, 2]))
    x = np.column_stack([rng.integers(0, 2, 16), rng.normal(size=16)]).astype(float)
    y = 20 + rng.normal(size=(12, 16))
    y[rng.random(y.shape) < missing] = np.nan
    full = np.column_stack([x, blocks[:, None] == np.unique(blocks)]).astype(float)
    fit = fit_contrast(y, x, [1.0, 0.5], blocks=blocks)
    c = np.r_[1.0, 0.5, np.zeros(7)]
    expected = np.array([solve(row, full, c) for row in y])
    assert_allclose(fit.effect, expected[:, 0], atol=1e-8)
    assert_allclose(fit.stdev_unscaled, expected[:, 1], atol=1e-8)
    assert_allclose(fit.df_residual, expected[:, 3])


def test_patients_are_found_in_a_design():
    """Indicator columns with an intercept become blocks; the condition does not."""
    patients = np.repeat(np.arange(8), 2)
    treated = np.tile([0.0, 1.0], 8)
    dummies = (patients[:, None] == np.arange(1, 8)).astype(float)
    design = np.column_stack([treated, np.ones(16), dummies])
    found = find_blocks(design, np.eye(9)[0])
    assert found is not None
    assert found.covariates.tolist() == [0]
    assert len(np.unique(found.codes)) == 8
    assert (np.diff(found.codes.reshape(8, 2)) == 0).all()


def test_indicators_that_leave_samples_out_are_not_blocks():
    """Without an intercept the samples of no indicator have no level: not a block design."""
    design = np.column_stack([np.tile([0.0, 1.0], 8), np.repeat(np.eye(8), 2, axis=0)[:, 1:]])
    assert find_blocks(design, np.eye(8)[0]) is None


def test_batches_do_not_show(monkeypatch):
    """The result is the same with one row at a time."""
    rng = np.random.default_rng(0)
    y = rng.normal(size=(40, 10))
    y[rng.random(y.shape) < 0.3] = np.nan
    x, blocks = np.tile([0.0, 1.0], 5), np.repeat(np.arange(5), 2)
    whole = fit_contrast(y, x, 0, blocks=blocks)
    monkeypatch.setattr("phosres.stats.linear.BATCH_ELEMENTS", 1)
    one = fit_contrast(y, x, 0, blocks=blocks)
    assert_allclose(one.effect, whole.effect, rtol=1e-13)
    assert_allclose(one.sigma, whole.sigma, rtol=1e-13)


def test_residuals_sum_to_the_residual_variance():
    """Residuals give sigma back, in the order of the samples, NaN where not measured."""
    rng = np.random.default_rng(3)
    blocks = rng.permutation(np.repeat(np.arange(6), 2))
    x = rng.normal(size=12)
    y = rng.normal(size=(30, 12))
    y[rng.random(y.shape) < 0.2] = np.nan
    residuals = fit_residuals(y, x, blocks=blocks)
    fit = fit_contrast(y, x, 0, blocks=blocks)
    assert (np.isnan(residuals) == np.isnan(y)).all()
    has = fit.df_residual > 0
    again = np.sqrt(np.nansum(residuals**2, axis=1)[has] / fit.df_residual[has])
    assert_allclose(again, fit.sigma[has], rtol=1e-12)


@given(shift=st.floats(-50, 50), scale=st.floats(0.1, 10))
@settings(max_examples=25, deadline=None)
def test_moderated_is_equivariant(shift, scale):
    """Adding a constant changes no effect, a factor multiplies effects and errors, not p."""
    rng = np.random.default_rng(5)
    y = rng.normal(size=(60, 8))
    y[:20, :3] = np.nan
    x = np.column_stack([np.ones(8), np.tile([0, 1], 4)])
    a, b = moderated(y, x, 1), moderated(scale * y + shift, x, 1)
    assert_allclose(b.log2fc, scale * a.log2fc, rtol=1e-7, atol=1e-9)
    assert_allclose(b.se, scale * a.se, rtol=2e-4)
    assert_allclose(b.p, a.p, rtol=1e-3, atol=1e-6)


def test_rows_and_samples_may_come_in_any_order():
    """Permuting rows or samples permutes or keeps the result."""
    rng = np.random.default_rng(6)
    y = rng.normal(size=(80, 10))
    y[rng.random(y.shape) < 0.25] = np.nan
    x, blocks = np.tile([0.0, 1.0], 5), np.repeat(np.arange(5), 2)
    a = moderated(y, x, 0, blocks=blocks, trend=True)
    rows, samples = rng.permutation(80), rng.permutation(10)
    b = moderated(y[rows][:, samples], x[samples], 0, blocks=blocks[samples], trend=True)
    assert_allclose(b.p, a.p[rows], rtol=1e-6)


def test_a_contrast_no_row_can_estimate_is_nan():
    """Treatment given to whole patients cannot be told from patients."""
    y = np.random.default_rng(0).normal(size=(5, 6))
    fit = fit_contrast(y, np.repeat([0.0, 1.0], 3), 0, blocks=np.repeat([0, 1], 3))
    assert np.isnan(fit.effect).all()
    assert (fit.df_residual == 4).all()


def test_no_rows_give_empty_arrays():
    """A table without rows has a fit without rows."""
    fit = fit_contrast(np.empty((0, 4)), np.column_stack([np.ones(4), [0, 0, 1, 1]]), 1)
    assert fit.effect.shape == fit.n_obs.shape == (0,)


def test_two_samples_without_replicates_are_refused():
    """No residual degrees of freedom anywhere: the variance cannot be estimated."""
    with pytest.raises(ValueError, match="no row has residual degrees of freedom"):
        moderated(np.random.default_rng(0).normal(size=(100, 2)), [[1, 0], [1, 1]], 1)


def test_constant_rows_stay_finite(synthetic):
    """A row of equal values has sigma 0 and a p value of 1 by the prior variance."""
    d = synthetic("edge")
    fit = moderated(d.values.to_numpy(), d.design, 6)
    row = d.values.index.get_loc("P0036_S206")
    assert fit.sigma[row] < 1e-12
    assert fit.p[row] == pytest.approx(1.0)


@pytest.mark.parametrize("options", [{}, {"trend": True}, {"robust": True}])
@pytest.mark.parametrize("prior", ["moments", "ml"])
def test_a_table_of_constants_has_no_certainty(prior, options):
    """Rows of one number each: change 0 and p 1, whatever rounding left of them."""
    y = np.repeat(np.random.default_rng(1).normal(22, 3, (40, 1)), 6, axis=1)
    x = np.column_stack([np.ones(6), np.repeat([0.0, 1.0], 3)])
    fit = moderated(y, x, 1, prior=prior, **options)
    assert (fit.log2fc == 0).all()
    assert (fit.sigma == 0).all()
    assert (fit.p == 1).all()


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("options", [{}, {"trend": True}, {"robust": True}])
def test_a_few_rows_have_finite_tests(n, options):
    """One, two or three rows: the prior is their own, and every test is finite."""
    y = np.random.default_rng(2).normal(22, 1, (n, 6))
    x = np.column_stack([np.ones(6), np.repeat([0.0, 1.0], 3)])
    fit = moderated(y, x, 1, **options)
    assert np.isfinite(fit.p).all()
    assert (fit.df <= 4 * n).all()


@pytest.mark.parametrize(
    ("values", "design", "contrast", "message"),
    [
        (np.zeros((2, 3)), np.ones((4, 1)), 0, "columns of values must be rows of the design"),
        (np.full((2, 3), np.inf), np.ones((3, 1)), 0, "6 values are infinite"),
        (np.zeros((2, 3)), np.full((3, 1), np.nan), 0, "not finite"),
        (np.zeros((2, 3)), np.ones((3, 1)), 1, "column 1, the design has 1"),
        (np.zeros((2, 3)), np.ones((3, 1)), [1.0, 0.0], "has shape"),
        (np.zeros((2, 3)), np.ones((3, 1)), [0.0], "not all zero"),
    ],
)
def test_bad_input_is_refused(values, design, contrast, message):
    """Shapes, infinities and impossible contrasts are named."""
    with pytest.raises(ValueError, match=message):
        fit_contrast(values, design, contrast)


def test_blocks_must_be_codes():
    """Names or a wrong length are refused."""
    with pytest.raises(ValueError, match="integer codes"):
        fit_contrast(np.zeros((1, 3)), np.ones(3), 0, blocks=np.array(["a", "b", "c"]))
