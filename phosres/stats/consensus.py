"""One correlation between the samples of a block, shared by all rows.

Smyth, Michaud & Scott 2005, Bioinformatics 21:2067, doi 10.1093/bioinformatics/bti270: a random
block effect is fitted to every row by restricted maximum likelihood (REML; Patterson & Thompson
1971, Biometrika 58:545, doi 10.1093/biomet/58.3.545), and the correlations are averaged robustly on
Fisher's scale. The likelihood of a row needs only sums over its blocks of each size, so all rows
are searched at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosres.stats.checks import check_blocks, check_design
from phosres.stats.linear import fit_residuals

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Share of the rows left out at each end of the average (Smyth 2005).
TRIM = 0.15
# A correlation is kept this far from the values at which the likelihood degenerates.
MARGIN = 0.01
# Points at which the likelihood is first looked at, and golden-section steps after: 0.16 of the
# range times 0.618^38 is below 1e-8.
GRID, STEPS = 12, 38
GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0
# Eigenvalues of the observed design below this share of 1 (its columns are orthonormal) are none.
ALIASED = 1e-10
# Residual sums of squares below this share of the values' are rounding noise: no information.
NOTHING = 1e-20
# Working memory of one batch, in array elements.
BATCH_ELEMENTS = 2_000_000


@dataclass(frozen=True)
class BlockCorrelation:
    """Correlation of two samples of one block.

    Parameters
    ----------
    estimate
        Shared by all rows: hyperbolic tangent of the trimmed mean; NaN without a usable row.
    rows
        Of each row, shape (rows,); NaN where its observed samples cannot tell it.
    n
        Rows it rests on.
    """

    estimate: float
    rows: FloatArray
    n: int


def consensus_correlation(
    values: ArrayLike, design: ArrayLike, blocks: ArrayLike
) -> BlockCorrelation:
    """Estimate the correlation of samples of one block, for `moderated(..., correlation=...)`.

    Only valid as one number if rows do not differ in it: where they do, small p values are too
    small (false-positive rate 0.0038 at 0.001). Fixed blocks (no correlation) are the safe choice.

    Parameters
    ----------
    values
        Log2 values, shape (rows, samples), NaN where not measured.
    design
        Shape (samples, coefficients), intercept included, without columns for the blocks.
    blocks
        Integer code of the block of each sample.

    Returns
    -------
    The consensus and each row's own estimate.

    Raises
    ------
    ValueError
        If shapes disagree, values are infinite, or no block has two samples.
    """
    y = np.asarray(values, dtype=np.float64)
    x = check_design(y, design)
    codes = check_blocks(blocks, x.shape[0])
    largest = int(np.bincount(codes).max(initial=0))
    if largest < 2:
        raise ValueError("no block has two samples: there is no correlation to estimate")
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(codes[order]) != 0])
    u, d, _ = np.linalg.svd(x[order], full_matrices=False)
    basis = u[:, d > np.sqrt(ALIASED) * d.max(initial=0.0)]
    residuals = fit_residuals(y, x)[:, order]
    bounds = (1.0 / (1.0 - largest) + MARGIN, 1.0 - MARGIN)
    step = max(1, BATCH_ELEMENTS // (residuals.shape[1] * (basis.shape[1] + 2)))
    out = [
        _fit_rows(residuals[i : i + step], basis, starts, bounds, x.shape[1])
        for i in range(0, len(residuals), step)
    ]
    rows = np.concatenate(out) if out else np.empty(0)
    fisher = np.sort(np.arctanh(rows[np.isfinite(rows)]))
    cut = int(TRIM * fisher.size)
    middle = fisher[cut : fisher.size - cut]
    estimate = float(np.tanh(middle.mean())) if middle.size else np.nan
    return BlockCorrelation(estimate, rows, fisher.size)


@dataclass(frozen=True)
class _Sums:
    """What the likelihood needs of each row; k runs over block sizes.

    Parameters
    ----------
    size, count
        Block sizes, shape (k,), and how many blocks of each, shape (rows, k).
    gram, cross, square
        Sums over the blocks of a size of the products of block sums of design and residuals,
        shape (rows, k, q, q), (rows, k, q), (rows, k); the design is whitened over the samples
        observed.
    kept
        Design directions the row observes, shape (rows, q).
    total
        Residual sum of squares, shape (rows,).
    df
        Residual degrees of freedom, shape (rows,).
    """

    size: FloatArray
    count: FloatArray
    gram: FloatArray
    cross: FloatArray
    square: FloatArray
    kept: FloatArray
    total: FloatArray
    df: FloatArray


def _fit_rows(
    residuals: FloatArray,
    basis: FloatArray,
    starts: IntArray,
    bounds: tuple[float, float],
    n_coefficients: int,
) -> FloatArray:
    """Return each row's REML correlation, NaN where it has too few samples or blocks."""
    mask = np.isfinite(residuals)
    observed = mask.sum(axis=1)
    blocks = (np.add.reduceat(mask, starts, axis=1, dtype=np.int64) > 0).sum(axis=1)
    # Fewer samples than these cannot tell two variances and the coefficients apart.
    enough = (observed > n_coefficients + 2) & (blocks > 1) & (blocks < observed - 1)
    out = np.full(len(residuals), np.nan)
    if not enough.any():
        return out
    sums = _sum_up(residuals[enough], basis, starts)
    found = _minimise(lambda rho: _criterion(sums, rho), bounds, int(enough.sum()))
    largest = np.nanmax(np.abs(residuals[enough]), axis=1)
    out[enough] = np.where(sums.total > NOTHING * largest**2, found, np.nan)
    return out


def _sum_up(residuals: FloatArray, basis: FloatArray, starts: IntArray) -> _Sums:
    mask = np.isfinite(residuals).astype(np.float64)
    y = np.where(mask > 0, residuals, 0.0)
    n, q = basis.shape
    outer = (basis[:, :, None] * basis[:, None, :]).reshape(n, q * q)
    length, vectors = np.linalg.eigh((mask @ outer).reshape(-1, q, q))
    kept = length > ALIASED
    whiten = vectors * np.where(kept, 1.0 / np.sqrt(np.where(kept, length, 1.0)), 0.0)[:, None, :]
    columns = np.add.reduceat(mask[:, :, None] * basis[None], starts, axis=1) @ whiten
    each = np.add.reduceat(y, starts, axis=1)
    count = np.add.reduceat(mask, starts, axis=1)
    size = np.arange(1.0, count.max() + 1.0)
    of_size = [columns * (count == m)[:, :, None] for m in size]
    return _Sums(
        size=size,
        count=np.stack([(count == m).sum(axis=1) for m in size], axis=1).astype(np.float64),
        gram=np.stack([c.transpose(0, 2, 1) @ columns for c in of_size], axis=1),
        cross=np.stack([(c * each[:, :, None]).sum(axis=1) for c in of_size], axis=1),
        square=np.stack([((count == m) * each**2).sum(axis=1) for m in size], axis=1),
        kept=kept.astype(np.float64),
        total=np.einsum("ij,ij->i", y, y),
        df=mask.sum(axis=1) - kept.sum(axis=1),
    )


def _criterion(sums: _Sums, rho: FloatArray) -> FloatArray:
    """Minus twice the restricted log likelihood, profiled over the variance, up to a constant.

    The inverse of a block's correlation matrix is (I - w J) / (1 - rho), w = rho / (1 + (m - 1)
    rho); its determinant (1 - rho)^(m - 1) (1 + (m - 1) rho).
    """
    scale = 1.0 / (1.0 - rho)
    inflated = 1.0 + (sums.size - 1.0) * rho[:, None]
    w = rho[:, None] / inflated
    identity = np.eye(sums.kept.shape[1])
    gram = -np.einsum("rk,rkij->rij", w, sums.gram) + identity * sums.kept[:, None, :]
    gram = scale[:, None, None] * gram + identity * (1.0 - sums.kept)[:, None, :]
    cross = -scale[:, None] * np.einsum("rk,rki->ri", w, sums.cross)
    total = scale * (sums.total - (w * sums.square).sum(axis=1))
    explained = np.einsum("ri,ri->r", cross, np.linalg.solve(gram, cross[:, :, None])[:, :, 0])
    determinant = (sums.count * (sums.size - 1.0)).sum(axis=1) * np.log1p(-rho)
    determinant += (sums.count * np.log(inflated)).sum(axis=1)
    rest = np.maximum(total - explained, np.finfo(float).tiny)
    return np.asarray(determinant + np.linalg.slogdet(gram)[1] + sums.df * np.log(rest))


def _minimise(
    loss: Callable[[FloatArray], FloatArray], bounds: tuple[float, float], n: int
) -> FloatArray:
    """Minimise n functions of one number at once: a grid, then golden sections about the best."""
    grid = np.linspace(*bounds, GRID)
    best = np.argmin([loss(np.full(n, g)) for g in grid], axis=0)
    low, high = grid[np.maximum(best - 1, 0)], grid[np.minimum(best + 1, GRID - 1)]
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = loss(left), loss(right)
    for _ in range(STEPS):
        lower = at_left < at_right
        low, high = np.where(lower, low, left), np.where(lower, right, high)
        new = np.where(lower, high - GOLDEN * (high - low), low + GOLDEN * (high - low))
        at_new = loss(new)
        left, right = np.where(lower, new, right), np.where(lower, left, new)
        at_left, at_right = np.where(lower, at_new, at_right), np.where(lower, at_left, at_new)
    return np.asarray((low + high) / 2.0)
