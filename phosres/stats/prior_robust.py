"""The robust prior: hyperparameters from winsorised log variances, less prior for outlying rows.

Phipson, Lee, Majewski, Alexander & Smyth 2016, Ann Appl Stat 10:946, doi 10.1214/16-AOAS920.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosres.stats.outliers import downweight_outliers, log_f_tails
from phosres.stats.prior_moments import TINY, FittedPrior, fit_moments, floor_variances
from phosres.stats.quadrature import gauss_legendre
from phosres.stats.smoothing import lowess

FloatArray = NDArray[np.float64]

# Shares of the smallest and largest residuals that are winsorised (Phipson 2016, section 4).
TAILS = (0.05, 0.1)
# Gauss-Legendre nodes for the theoretical winsorised moments; more change nothing in 1e-12.
NODES = 128
# Span of the robust trend (Phipson 2016 uses lowess with this span).
SPAN = 0.4


def fit_robust(
    variance: FloatArray, df: FloatArray, covariate: FloatArray | None = None
) -> FittedPrior:
    """Fit a scaled F to variances so that a few hypervariable rows do not decide it.

    Parameters
    ----------
    variance, df
        Shape (n,), df > 0, n >= 3.
    covariate
        Mean intensity, shape (n,), for a scale that follows it.

    Returns
    -------
    The fit; rows with an unlikely large variance have a smaller df.
    """
    n = variance.size
    x = floor_variances(variance, TINY)
    plain = fit_moments(x, df, covariate)
    if all(tail < 1 / n for tail in TAILS):
        return plain
    x, d1 = _equalise_df(x, df, plain), float(df.max())
    z = np.log(x)
    if covariate is None:
        trend = np.full(n, _trimmed_mean(z, TAILS[1]))
    else:
        trend = lowess(covariate, z, span=SPAN)
    residual = z - trend
    winsorised = np.clip(residual, *np.quantile(residual, [TAILS[0], 1 - TAILS[1]]))
    d0 = _match_variance(float(winsorised.var(ddof=1)), d1, plain.common_df)
    if d0 is None:
        return plain
    log_scale = trend + winsorised.mean() - _winsorised_moments(d1, d0)[0]
    d0_rows = downweight_outliers(np.exp(z - log_scale), d1, d0)
    scale = np.exp(log_scale)
    return FittedPrior(scale, d0_rows, d0, _interpolator(covariate, log_scale))


def _equalise_df(x: FloatArray, df: FloatArray, plain: FittedPrior) -> FloatArray:
    """Move variances on fewer df to the same tail probability on the most df."""
    out = x.copy()
    few = df < df.max() - 1e-14
    if not few.any():
        return out
    d0 = plain.common_df
    upper, lower = log_f_tails(x[few] / plain.scale[few], df[few], d0)
    law = _f_law(float(df.max()), d0)
    moved = np.where(upper < lower, law.isf(np.exp(upper)), law.ppf(np.exp(lower)))
    out[few] = moved * plain.scale[few]
    return out


def _f_law(d1: float, d2: float) -> Any:
    """Return the (frozen) F distribution, also for infinite denominator df."""
    from scipy import stats

    return stats.chi2(d1, scale=1 / d1) if np.isinf(d2) else stats.f(d1, d2)


def _trimmed_mean(z: FloatArray, share: float) -> float:
    cut = int(np.floor(z.size * share))
    return float(np.sort(z)[cut : z.size - cut].mean())


def _winsorised_moments(d1: float, d2: float) -> tuple[float, float]:
    """Return mean and variance of the winsorised log of an F variable on (d1, d2)."""
    law = _f_law(d1, d2)
    ends = np.asarray(law.ppf([TAILS[0], 1 - TAILS[1]]))
    # x / (1 + x) maps the quantiles into (0, 1), where the integrand is smooth.
    low, high = ends / (1 + ends)
    nodes, weights = gauss_legendre(NODES)
    u = low + (high - low) * (nodes + 1) / 2
    weights = weights / 2 * (high - low)
    x = u / (1 - u)
    density = law.pdf(x) / (1 - u) ** 2 * weights
    log_ends, tails = np.log(ends), np.asarray(TAILS)
    mean = float(density @ np.log(x) + tails @ log_ends)
    variance = density @ (np.log(x) - mean) ** 2 + tails @ (log_ends - mean) ** 2
    return mean, float(variance)


def _match_variance(observed: float, d1: float, lower: float) -> float | None:
    """Find d0 at which the theoretical winsorised variance is the observed one.

    `lower` is the plain estimate, which outliers can only make smaller; None if it is inf.
    """
    from scipy.optimize import brentq

    def excess(u: float) -> float:
        d0 = u / (1 - u) if u < 1 else np.inf
        return float(np.log(observed / _winsorised_moments(d1, d0)[1]))

    if observed <= 0 or excess(1.0) <= 0:
        return np.inf
    if np.isinf(lower):
        return None
    start = lower / (1 + lower)
    if excess(start) >= 0:
        return lower
    root = brentq(excess, start, 1.0, xtol=1e-12)
    return float(root / (1 - root))


def _interpolator(
    covariate: FloatArray | None, log_scale: FloatArray
) -> Callable[[FloatArray], FloatArray]:
    """Give rows outside the fit the scale of the nearest intensities."""
    if covariate is None:
        return lambda a: np.full(a.shape, np.exp(log_scale[0]))
    x, where = np.unique(covariate, return_inverse=True)
    logs = np.bincount(where, log_scale) / np.bincount(where)
    return lambda a: np.asarray(np.exp(np.interp(a, x, logs)))
