"""Squeeze row variances towards a common prior: s2 ~ s0^2 F(d, d0).

Smyth 2004, Stat Appl Genet Mol Biol 3:3, doi 10.2202/1544-6115.1027 (moments, trend);
Phipson et al. 2016, Ann Appl Stat 10:946, doi 10.1214/16-AOAS920 (robust).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosres.stats.prior_ml import fit_ml, fit_ml_robust
from phosres.stats.prior_moments import FittedPrior, fit_moments
from phosres.stats.prior_robust import fit_robust

FloatArray = NDArray[np.float64]
PriorRule = Literal["auto", "moments", "ml"]


@dataclass(frozen=True)
class VariancePrior:
    """The prior of every row's variance and the variance after squeezing; shape (rows,).

    Parameters
    ----------
    variance
        Prior variance s0^2, constant without a trend.
    df
        Prior degrees of freedom d0, smaller for outlying rows under the robust prior; inf where
        the rows vary no more than sampling explains.
    posterior
        (d0 s0^2 + d s^2) / (d0 + d); the prior variance where the row has no residual df.
    """

    variance: FloatArray
    df: FloatArray
    posterior: FloatArray


def squeeze_variances(
    variance: ArrayLike,
    df: ArrayLike,
    *,
    covariate: ArrayLike | None = None,
    robust: bool = False,
    prior: PriorRule = "auto",
) -> VariancePrior:
    """Estimate the prior from all rows and squeeze every row's variance towards it.

    Rows without residual degrees of freedom never enter the estimate (their variance says
    nothing); they receive the prior itself.

    Parameters
    ----------
    variance
        Residual variances, shape (rows,); NaN where df is 0.
    df
        Residual degrees of freedom, shape (rows,).
    covariate
        Mean intensity, shape (rows,), for a prior that follows it; rows with NaN get a NaN prior.
    robust
        Give outlying rows less of the prior.
    prior
        ``moments``, ``ml``, or ``auto``: moments where all df are equal, else maximum likelihood.

    Returns
    -------
    The prior and the squeezed variances.

    Raises
    ------
    ValueError
        If no row has residual degrees of freedom, or `prior` is unknown.
    """
    if prior not in ("auto", "moments", "ml"):
        raise ValueError(f"prior is {prior!r}; use 'auto', 'moments' or 'ml'")
    s2, d = np.asarray(variance, dtype=np.float64), np.asarray(df, dtype=np.float64)
    a = None if covariate is None else np.asarray(covariate, dtype=np.float64)
    used = np.isfinite(s2) & (d > 0)
    if a is not None:
        used &= np.isfinite(a)
    if not used.any():
        raise ValueError("no row has residual degrees of freedom: the variance cannot be estimated")
    fitted = _choose(s2[used], d[used], prior, robust=robust)(
        s2[used], d[used], None if a is None else a[used]
    )
    v0 = fitted.scale_at(np.zeros(s2.shape) if a is None else a)
    d0 = np.where(np.isfinite(v0), fitted.common_df, np.nan)
    v0[used], d0[used] = fitted.scale, fitted.df
    return VariancePrior(v0, d0, _posterior(s2, d, v0, d0))


def _choose(
    variance: FloatArray, df: FloatArray, prior: PriorRule, *, robust: bool
) -> Callable[[FloatArray, FloatArray, FloatArray | None], FittedPrior]:
    """Pick the estimator."""
    if prior == "ml" or (prior == "auto" and np.ptp(df) > 1e-14):
        return fit_ml_robust if robust else fit_ml
    if robust and variance.size > 2:
        return fit_robust
    return fit_moments


def _posterior(s2: FloatArray, d: FloatArray, v0: FloatArray, d0: FloatArray) -> FloatArray:
    own = np.where(d > 0, s2, 0.0)
    infinite = np.isinf(d0)
    weight = np.where(infinite, 0.0, d0)
    total = np.where(weight + d > 0, weight + d, np.nan)
    return np.where(infinite, v0, (d * own + weight * v0) / total)
