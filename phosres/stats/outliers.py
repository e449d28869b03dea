"""Rows whose variance is larger than the prior explains: how much of the prior they keep.

Phipson, Lee, Majewski, Alexander & Smyth 2016, Ann Appl Stat 10:946, doi 10.1214/16-AOAS920.
"""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def log_f_tails(
    ratio: FloatArray, d1: FloatArray | float, d0: float
) -> tuple[FloatArray, FloatArray]:
    """Return log upper and lower tail probabilities of F on (d1, d0), d0 possibly inf.

    Parameters
    ----------
    ratio
        Variance over prior variance, shape (n,).
    d1
        Residual df, a number or shape (n,).
    d0
        Prior df.

    Returns
    -------
    Log upper and log lower tail, each of shape (n,).
    """
    from scipy import stats

    if np.isinf(d0):
        return stats.chi2.logsf(ratio * d1, d1), stats.chi2.logcdf(ratio * d1, d1)
    return stats.f.logsf(ratio, d1, d0), stats.f.logcdf(ratio, d1, d0)


def downweight_outliers(ratio: FloatArray, d1: FloatArray | float, d0: float) -> FloatArray:
    """Return prior df per row, smaller where the variance ratio is larger than F explains.

    The probability of not being an outlier is the tail probability over its empirical
    counterpart, at most 1; it mixes d0 with the df at which the largest ratio would be usual.

    Parameters
    ----------
    ratio
        Variance over prior variance, shape (n,).
    d1
        Residual df, a number or shape (n,).
    d0
        Prior df of rows that are not outliers.

    Returns
    -------
    Prior df, shape (n,), increasing with the tail probability.
    """
    from scipy.stats import rankdata

    n = ratio.size
    own_df = np.broadcast_to(np.asarray(d1, dtype=np.float64), ratio.shape)
    log_tail = log_f_tails(ratio, d1, d0)[0]
    empirical = np.log(rankdata(log_tail) - 0.5) - np.log(n)
    log_inlier = np.minimum(log_tail - empirical, 0.0)
    if (log_inlier == 0).all():
        return np.full(n, d0)
    order = np.argsort(log_tail, kind="stable")
    out = np.empty(n)
    if np.isinf(d0):
        # All rows pooled carry this many df; an outlier keeps its share of them.
        kept = np.where(log_inlier < 0, np.exp(log_inlier) * own_df.sum(), np.inf)[order]
    else:
        worst = int(order[0])
        least = _outlier_df(float(ratio[worst]), float(log_tail[worst]), float(own_df[worst]), d0)
        kept = _pool_smallest((np.exp(log_inlier) * d0 - np.expm1(log_inlier) * least)[order])
    out[order] = np.maximum.accumulate(kept)
    return out


def _outlier_df(ratio: float, log_tail: float, d1: float, d0: float) -> float:
    """Return the d0 at which the most extreme ratio would be about the median (two steps)."""
    if np.isinf(log_tail):
        return 0.0
    first = np.log(0.5) / log_tail * d0
    second = float(log_f_tails(np.asarray([ratio]), d1, first)[0][0])
    return float(np.log(0.5) / second * first)


def _pool_smallest(ordered: FloatArray) -> FloatArray:
    """Replace the leading values by their mean, up to where the running mean is smallest."""
    running = np.cumsum(ordered) / np.arange(1, ordered.size + 1)
    stop = int(np.argmin(running))
    return np.concatenate([np.full(stop + 1, running[stop]), ordered[stop + 1 :]])
