"""The mean correlation of related rows is found, on few degrees of freedom too."""

import numpy as np
import pytest

from phosres.stats import fit_contrast, fit_residuals, mean_pairwise_correlation


def draw(rho: float, samples: int, groups: int, size: int, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Rows of unequal variance that share a part of their noise within groups."""
    rng = np.random.default_rng(seed)
    shared = np.repeat(rng.normal(size=(groups, samples)), size, axis=0)
    own = rng.normal(size=(groups * size, samples))
    y = np.sqrt(rho) * shared + np.sqrt(1 - rho) * own
    return y * rng.lognormal(0, 1, size=(len(y), 1)), np.repeat(np.arange(groups), size)


@pytest.mark.parametrize("samples", [2, 3, 6, 20])
@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_correlation_is_unbiased_in_few_samples(samples, rho):
    """Within .03 of the truth, from two samples on, about group means."""
    y, groups = draw(rho, samples, 12_000, 3)
    out = mean_pairwise_correlation(y - y.mean(axis=1, keepdims=True), groups)
    assert out.estimate == pytest.approx(rho, abs=0.03)
    assert out.n_pairs == 36_000


def test_residuals_of_pairs_with_missing_values():
    """Paired-design residuals with a fifth missing give the truth if their df are told."""
    y, groups = draw(0.6, 12, 2000, 3, seed=1)
    y[np.random.default_rng(2).random(y.shape) < 0.2] = np.nan
    blocks, treated = np.repeat(np.arange(6), 2), np.tile([0.0, 1.0], 6)
    residuals = fit_residuals(y, treated, blocks=blocks)
    df = fit_contrast(y, treated, 0, blocks=blocks).df_residual
    assert mean_pairwise_correlation(residuals, groups, df).estimate == pytest.approx(0.6, abs=0.05)


def test_large_groups_are_thinned():
    """A group of 2,000 rows (2 million pairs) is answered from a sample of its pairs."""
    y, groups = draw(0.3, 8, 1, 2000, seed=3)
    out = mean_pairwise_correlation(y - y.mean(axis=1, keepdims=True), groups)
    assert out.n_pairs <= 200_000
    shared = np.corrcoef(y)[np.triu_indices(2000, 1)].mean()
    assert out.estimate == pytest.approx(shared, abs=0.04)


def test_identical_and_opposite_rows():
    """Copies give 1, mirror images -1."""
    x = np.random.default_rng(4).normal(size=5)
    x -= x.mean()
    assert mean_pairwise_correlation([x, 2 * x], [0, 0]).estimate == pytest.approx(1)
    assert mean_pairwise_correlation([x, -x], [0, 0]).estimate == pytest.approx(-1)


@pytest.mark.parametrize(
    ("rows", "groups"),
    [
        (np.empty((0, 4)), []),
        (np.ones((3, 4)), [0, 1, 2]),
        (np.ones((3, 4)), [-1, -1, -1]),
        (np.full((2, 4), np.nan), [0, 0]),
        (np.zeros((2, 4)), [0, 0]),
    ],
)
def test_without_a_pair_there_is_no_estimate(rows, groups):
    """No two rows in a group, or rows without residuals: NaN from 0 pairs."""
    estimate, n_pairs = mean_pairwise_correlation(rows, np.asarray(groups, dtype=int))
    assert np.isnan(estimate)
    assert n_pairs == 0


def test_shapes_are_checked():
    """One group code a row."""
    with pytest.raises(ValueError, match="groups"):
        mean_pairwise_correlation(np.ones((3, 4)), [0, 0])
