"""The prior by maximum likelihood, for rows with unequal residual degrees of freedom.

With unequal df the moments of the log variances are dominated by the rows that know least; the
likelihood of d0 given a precision-weighted scale has a fifth of their spread. The robust version
weighs a row down in the likelihood by its false discovery rate as an outlier and then, as
Phipson et al. 2016 (doi 10.1214/16-AOAS920), gives outlying rows less of the prior.
"""

import numpy as np
from numpy.typing import NDArray

from phosres.stats.adjust import benjamini_hochberg
from phosres.stats.outliers import downweight_outliers, log_f_tails
from phosres.stats.prior_moments import TINY, FittedPrior, floor_variances, log_df_bias
from phosres.stats.smoothing import fit_trend

FloatArray = NDArray[np.float64]

# With d2 = d0 / 2, d2 / (1 + d2) is searched between these, i.e. d0 in 2 .. 10,000: below, the
# prior variance has no mean; above, no p value changes.
SEARCH = (0.5, 0.9998)
# Rows less surely outlying than this keep their full weight in the robust fit.
OUTLIER_FDR = 0.3


def fit_ml(
    variance: FloatArray,
    df: FloatArray,
    covariate: FloatArray | None = None,
    weights: FloatArray | None = None,
) -> FittedPrior:
    """Fit a scaled F to variances by profile likelihood in its denominator df.

    For each d0 the scale is the mean (or trend) of the bias-corrected log variances, weighted by
    their precision 1 / trigamma(df / 2).

    Parameters
    ----------
    variance, df
        Shape (n,), df > 0.
    covariate
        Shape (n,); the log scale then follows a natural spline in it.
    weights
        Weight of each row in the likelihood, shape (n,); default 1.

    Returns
    -------
    The fit.
    """
    from scipy.optimize import fminbound
    from scipy.special import gammaln, polygamma

    w = np.ones(variance.shape) if weights is None else weights
    x, half = floor_variances(variance, TINY), df / 2
    trend = fit_trend(covariate, np.log(x) + log_df_bias(df), w / polygamma(1, half))
    centre = trend.at(np.zeros(x.shape) if covariate is None else covariate)

    def minus_twice_log_likelihood(u: float) -> float:
        d2 = u / (1 - u)
        s = d2 * np.exp(centre - log_df_bias(2 * d2))
        terms = -(half + d2) * np.log1p(half * x / s) - half * np.log(s)
        return float(-2 * np.sum(w * (terms + gammaln(half + d2) - gammaln(d2))))

    # The flat top of a likelihood is known no better than the square root of rounding.
    u = float(fminbound(minus_twice_log_likelihood, *SEARCH, xtol=np.finfo(float).eps ** 0.25))
    d0 = 2 * u / (1 - u)
    bias = float(log_df_bias(d0))

    def scale_at(a: FloatArray) -> FloatArray:
        return np.asarray(np.exp(trend.at(a) - bias))

    return FittedPrior(np.exp(centre - bias), np.full(x.shape, d0), d0, scale_at)


def fit_ml_robust(
    variance: FloatArray, df: FloatArray, covariate: FloatArray | None = None
) -> FittedPrior:
    """Fit by maximum likelihood with outlying rows weighed down.

    Parameters
    ----------
    variance, df
        Shape (n,), df > 0.
    covariate
        Shape (n,), for a scale that follows it.

    Returns
    -------
    The fit; rows with an unlikely large variance have a smaller df.
    """
    x = floor_variances(variance, TINY)
    plain = fit_ml(x, df, covariate)
    upper, lower = log_f_tails(x / plain.scale, df, plain.common_df)
    rate = benjamini_hochberg(np.minimum(2 * np.exp(np.minimum(upper, lower)), 1.0))
    if rate.min() > OUTLIER_FDR:
        return plain
    fit = fit_ml(x, df, covariate, np.where(rate > OUTLIER_FDR, 1.0, rate))
    d0 = downweight_outliers(x / fit.scale, df, fit.common_df)
    return FittedPrior(fit.scale, d0, fit.common_df, fit.scale_at)
