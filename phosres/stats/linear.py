"""Least squares of every row on one design, each row with its own missing values.

The design is rewritten once so that the contrast is the *last* coefficient and all columns are
orthonormal. Row by row (in batches) the normal equations over the observed samples are then
factorised without pivoting: the contrast is estimable exactly where the last column is not in the
span of the others, whatever the order of the columns the caller used (asking for the contrast
after the fit, or with the contrast first, silently compares other samples on incomplete rows).
Blocks (patients) are removed by subtracting block means over the observed samples
(Frisch & Waugh 1933, doi 10.2307/1907330; Lovell 1963, doi 10.1080/01621459.1963.10480682).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosres.stats.blocks import find_blocks
from phosres.stats.checks import check_blocks, check_contrast, check_design
from phosres.stats.elimination import ALIASED, solve_exactly, solve_in_order

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Effects and residual standard deviations below this share of the row's mean are rounding.
ROUNDING = 64 * np.finfo(float).eps
# Working memory of one batch of rows, in array elements (8 bytes each).
BATCH_ELEMENTS = 600_000


@dataclass(frozen=True)
class LinearFit:
    """One contrast of a row-wise linear model; every array has shape (rows,).

    Parameters
    ----------
    effect
        Estimated contrast; NaN where the row's observed samples cannot estimate it.
    stdev_unscaled
        Standard error of `effect` divided by sigma; NaN with `effect`.
    sigma
        Residual standard deviation; NaN where there are no residual degrees of freedom.
    df_residual
        Residual degrees of freedom, 0 where the fit is exact or nothing was observed.
    n_obs
        Observed samples.
    mean
        Mean of the observed values; NaN where nothing was observed.
    """

    effect: FloatArray
    stdev_unscaled: FloatArray
    sigma: FloatArray
    df_residual: FloatArray
    n_obs: IntArray
    mean: FloatArray


def fit_contrast(
    values: ArrayLike,
    design: ArrayLike,
    contrast: ArrayLike,
    *,
    blocks: ArrayLike | None = None,
    correlation: float | None = None,
) -> LinearFit:
    """Fit every row on the samples it was observed in and estimate one contrast.

    Parameters
    ----------
    values
        Shape (rows, samples), NaN where not measured.
    design
        Shape (samples, coefficients). With `blocks`, what varies within blocks (an intercept or
        any column constant within blocks is harmless). A vector is one column.
    contrast
        Shape (coefficients,), or the index of one coefficient.
    blocks
        Integer code of the block (patient) of each sample, shape (samples,); each block gets its
        own level.
    correlation
        Of two samples of one block, within [0, 1). Blocks are then random: generalised least
        squares, and `design` needs its intercept. Unpaired samples count, at the price of false
        calls where the correlation differs between rows.

    Returns
    -------
    Effects and residual variances. A contrast the whole design cannot estimate is NaN everywhere.

    Raises
    ------
    ValueError
        If shapes disagree, or values are infinite, or the design holds NaN.
    """
    y = np.asarray(values, dtype=np.float64)
    x = check_design(y, design)
    c = check_contrast(contrast, x.shape[1])
    plan = _plan(x, c, _check_codes(blocks, x.shape[0], correlation), correlation)
    parts = [_fit_batch(y[rows][:, plan.order], plan)[0] for rows in _batches(y.shape[0], plan)]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    effect, stdev, sigma, df, n_obs, mean = columns
    size = plan.contrast_size
    return LinearFit(effect * size, stdev * size, sigma, df, n_obs.astype(np.int64), mean)


def fit_residuals(
    values: ArrayLike,
    design: ArrayLike,
    *,
    blocks: ArrayLike | None = None,
    correlation: float | None = None,
) -> FloatArray:
    """Return what the model leaves of every value.

    Parameters
    ----------
    values, design, blocks, correlation
        As in `fit_contrast`.

    Returns
    -------
    Residuals, shape (rows, samples), NaN where not measured. With a correlation they are those of
    the transformed values, whose errors are independent.

    Raises
    ------
    ValueError
        As `fit_contrast`.
    """
    y = np.asarray(values, dtype=np.float64)
    x = check_design(y, design)
    codes = _check_codes(blocks, x.shape[0], correlation)
    plan = _plan(x, check_contrast(0, x.shape[1]), codes, correlation)
    out = np.empty_like(y)
    for rows in _batches(y.shape[0], plan):
        out[rows, plan.order] = _fit_batch(y[rows][:, plan.order], plan)[1]
    return np.where(np.isfinite(y), out, np.nan)


@dataclass(frozen=True)
class _Plan:
    """The design as it is fitted: sample order, block starts, orthonormal columns."""

    order: IntArray | slice
    starts: IntArray | None
    basis: FloatArray
    contrast_size: float
    correlation: float | None = None


def _check_codes(
    blocks: ArrayLike | None, n_samples: int, correlation: float | None
) -> IntArray | None:
    """Return block codes, and refuse a correlation that is none or has no blocks."""
    codes = None if blocks is None else check_blocks(blocks, n_samples)
    if correlation is not None and (codes is None or not 0 <= correlation < 1):
        raise ValueError(f"correlation is {correlation!r}: it needs blocks, and to be in [0, 1)")
    return codes


def _plan(
    x: FloatArray, c: FloatArray, codes: IntArray | None, correlation: float | None = None
) -> _Plan:
    if codes is None and (split := find_blocks(x, c)) is not None:
        codes, x, c = split.codes, x[:, split.covariates], c[split.covariates]
    if codes is None:
        return _Plan(slice(None), None, *_isolate_contrast(x, c, None))
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(codes[order]) != 0])
    removed = starts if correlation is None else None
    return _Plan(order, starts, *_isolate_contrast(x[order], c, removed), correlation)


def _batches(n_rows: int, plan: _Plan) -> list[slice]:
    n, q = plan.basis.shape
    step = max(1, BATCH_ELEMENTS // (n * (q + 2) + q**2))
    return [slice(first, first + step) for first in range(0, max(n_rows, 1), step)]


def _isolate_contrast(
    x: FloatArray, c: FloatArray, starts: IntArray | None
) -> tuple[FloatArray, float]:
    """Return orthonormal columns with the contrast last, and the contrast's size in that unit.

    The size is NaN, and the last column zero, where even complete rows cannot estimate it.
    """
    if starts is not None:
        sizes = np.diff(np.r_[starts, x.shape[0]])
        x = x - np.repeat(np.add.reduceat(x, starts, axis=0) / sizes[:, None], sizes, axis=0)
    null = np.linalg.svd(c[None, :])[2][1:].T
    tiny = np.sqrt(ALIASED) * np.linalg.norm(x, axis=0).max(initial=0.0)
    u, d, _ = np.linalg.svd(x @ null, full_matrices=False)
    nuisance = u[:, d > tiny]
    last = x @ (c / (c @ c))
    for _ in range(2):  # twice is enough for full accuracy
        last = last - nuisance @ (nuisance.T @ last)
    length = float(np.linalg.norm(last))
    if length <= tiny / np.linalg.norm(c):
        return np.column_stack([nuisance, np.zeros(x.shape[0])]), np.nan
    return np.column_stack([nuisance, last / length]), 1.0 / length


def _fit_batch(values: FloatArray, plan: _Plan) -> tuple[tuple[FloatArray, ...], FloatArray]:
    """Fit one batch of rows.

    Returns effect, stdev_unscaled, sigma, df_residual, n_obs, mean; and the residuals.
    """
    mask = np.isfinite(values).astype(np.float64)
    y = np.where(mask > 0, values, 0.0)
    n_obs = mask.sum(axis=1)
    with np.errstate(invalid="ignore"):
        mean = y.sum(axis=1) / n_obs
    if plan.starts is None:
        coefficients, pivot, rank = _fit_plain(y, mask, plan.basis)
        df = np.maximum(n_obs - rank, 0.0)
    else:
        coefficients, pivot, rank, lost = _fit_within(y, mask, plan)
        df = np.maximum(n_obs - lost - rank, 0.0)
    estimable = pivot > 0
    effect = np.where(estimable, coefficients[:, -1], np.nan)
    # What is left of a constant row is rounding; two such numbers have no t.
    rounding = ROUNDING * np.abs(mean)
    effect[np.abs(effect) <= rounding] = 0.0
    stdev = np.full_like(effect, np.nan)
    np.divide(1.0, np.sqrt(pivot), out=stdev, where=estimable)
    sigma = np.full_like(effect, np.nan)
    np.divide(np.einsum("ij,ij->i", y, y), df, out=sigma, where=df > 0)
    sigma[sigma <= rounding**2] = 0.0
    return (effect, stdev, np.sqrt(sigma), df, n_obs, mean), y


def _fit_plain(
    y: FloatArray, mask: FloatArray, basis: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Fit without blocks; `y` becomes the residuals."""
    n, q = basis.shape
    outer = (basis[:, :, None] * basis[:, None, :]).reshape(n, q * q)
    gram = (mask @ outer).reshape(-1, q, q)
    coefficients, pivot, rank, doubtful = solve_in_order(gram, y @ basis)
    again = [(i, *solve_exactly(basis * mask[i, :, None], y[i])) for i in np.flatnonzero(doubtful)]
    y -= coefficients @ basis.T
    y *= mask
    _replace(again, y, coefficients, pivot, rank)
    return coefficients, pivot, rank


def _fit_within(
    y: FloatArray, mask: FloatArray, plan: _Plan
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Fit within blocks (samples sorted by block); `y` becomes the residuals.

    Fixed blocks: subtract the block means. Correlated blocks: subtract that part of them which
    makes the errors independent, and scale them to variance 1.
    """
    starts, rho = plan.starts, plan.correlation
    if starts is None:
        raise ValueError("a fit within blocks needs blocks")
    sizes = np.diff(np.r_[starts, y.shape[1]])
    count = np.add.reduceat(mask, starts, axis=1)
    share = 1.0 / np.maximum(count, 1.0)
    lost = (count > 0).sum(axis=1).astype(np.float64)
    if rho is not None:
        share *= 1.0 - np.sqrt((1.0 - rho) / (1.0 + (np.maximum(count, 1.0) - 1.0) * rho))
        lost = np.zeros_like(lost)
    columns = plan.basis.T[None] * mask[:, None, :]
    for array in (y, *columns.transpose(1, 0, 2)):
        means = np.add.reduceat(array, starts, axis=1) * share
        array -= np.repeat(means, sizes, axis=1) * mask
        if rho is not None:
            array /= np.sqrt(1.0 - rho)
    gram = columns @ columns.transpose(0, 2, 1)
    cross = (columns @ y[:, :, None])[:, :, 0]
    coefficients, pivot, rank, doubtful = solve_in_order(gram, cross)
    again = [(i, *solve_exactly(columns[i].T, y[i])) for i in np.flatnonzero(doubtful)]
    y -= (coefficients[:, None, :] @ columns)[:, 0, :]
    _replace(again, y, coefficients, pivot, rank)
    return coefficients, pivot, rank, lost


def _replace(
    again: list[tuple[np.int64, float, float, int, FloatArray]],
    y: FloatArray,
    coefficients: FloatArray,
    pivot: FloatArray,
    rank: FloatArray,
) -> None:
    """Put the rows that were solved again in their place."""
    for i, effect, own, found, rest in again:
        coefficients[i, -1], pivot[i], rank[i], y[i] = effect, own, found, rest
