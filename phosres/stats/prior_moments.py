"""A scaled F distribution fitted to row variances by the moments of their logarithms.

Smyth 2004, Stat Appl Genet Mol Biol 3:3, doi 10.2202/1544-6115.1027.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosres.stats.smoothing import fit_trend

FloatArray = NDArray[np.float64]

# Variances below this share of the median are rounding noise of constant rows; raised to it so
# that their logarithm cannot decide the prior.
FLOOR = 1e-5
# The same where a few extreme logarithms do no harm (likelihood, winsorised moments).
TINY = 1e-12


@dataclass(frozen=True)
class FittedPrior:
    """A scaled F distribution fitted to the rows that have residual degrees of freedom.

    Parameters
    ----------
    scale
        s0^2 of the rows fitted, shape (n,).
    df
        d0 of the rows fitted, shape (n,).
    common_df
        d0 of all other rows.
    scale_at
        s0^2 at any mean intensity, for all other rows.
    """

    scale: FloatArray
    df: FloatArray
    common_df: float
    scale_at: Callable[[FloatArray], FloatArray]


def log_df_bias(df: ArrayLike) -> FloatArray:
    """Return log(df/2) - digamma(df/2), minus the mean log of a scaled chi-square on df.

    Parameters
    ----------
    df
        Degrees of freedom; the bias of inf is 0.

    Returns
    -------
    The bias, same shape.
    """
    from scipy.special import digamma

    half = np.asarray(df, dtype=np.float64) / 2
    finite = np.isfinite(half) & (half > 0)
    safe = np.where(finite, half, 1.0)
    return np.where(finite, np.log(safe) - digamma(safe), 0.0)


def fit_moments(
    variance: FloatArray, df: FloatArray, covariate: FloatArray | None = None
) -> FittedPrior:
    """Fit a scaled F to variances by the mean and variance of their logarithms.

    Parameters
    ----------
    variance, df
        Shape (n,), df > 0.
    covariate
        Shape (n,); the log scale then follows a natural spline in it.

    Returns
    -------
    The fit; df is inf if the logarithms vary no more than sampling explains.

    References
    ----------
    Smyth 2004, section 6.2.
    """
    from scipy.special import polygamma

    x = floor_variances(variance)
    trend = fit_trend(covariate, np.log(x) + log_df_bias(df))
    excess = trend.residual_variance - float(np.mean(polygamma(1, df / 2)))
    d0 = 2.0 * invert_trigamma(excess) if excess > 0 else np.inf
    d0 = d0 if x.size > 1 else 0.0  # one row knows no spread
    bias = float(log_df_bias(d0))
    # Without excess variance the pooled variance is the better estimate of a constant scale.
    pooled = float(x.mean()) if x.size == 1 or (covariate is None and np.isinf(d0)) else None

    def scale_at(a: FloatArray) -> FloatArray:
        return np.exp(trend.at(a) - bias) if pooled is None else np.full(a.shape, pooled)

    scale = scale_at(np.zeros(x.shape) if covariate is None else covariate)
    return FittedPrior(scale, np.full(x.shape, d0), d0, scale_at)


def floor_variances(variance: FloatArray, share: float = FLOOR) -> FloatArray:
    """Raise (near) zero variances to a small share of the median.

    Parameters
    ----------
    variance
        Shape (n,).
    share
        Of the median (of 1 where the median is 0).

    Returns
    -------
    Variances, all positive.
    """
    middle = float(np.median(variance)) or 1.0
    return np.maximum(variance, share * middle)


def invert_trigamma(y: float) -> float:
    """Return x > 0 with trigamma(x) = y, by Newton steps on 1 / trigamma (convex, monotone).

    Parameters
    ----------
    y
        Positive.

    Returns
    -------
    The inverse.

    References
    ----------
    Smyth 2004, appendix.
    """
    from scipy.special import polygamma

    x = 0.5 + 1.0 / y
    for _ in range(100):
        tri = float(polygamma(1, x))
        step = tri * (1.0 - tri / y) / float(polygamma(2, x))
        x += step
        if -step / x < 1e-15:
            break
    return x
