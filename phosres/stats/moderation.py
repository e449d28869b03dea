"""Moderated t statistics: row-wise least squares with variances squeezed to a common prior."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosres.stats.linear import LinearFit, fit_contrast
from phosres.stats.prior import PriorRule, squeeze_variances
from phosres.stats.student import two_sided

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Moderated:
    """One contrast with moderated standard errors; every array has shape (rows,).

    Parameters
    ----------
    log2fc
        Estimated contrast; NaN where the row's observed samples cannot estimate it.
    se
        Moderated standard error, sqrt(s2_post) times the unscaled one.
    df
        Total degrees of freedom: residual plus prior, at most the residual df of all rows.
    t, p
        Moderated t statistic and its two-sided p value.
    sigma
        The row's own residual standard deviation; NaN without residual df.
    df_residual
        The row's own residual df. Where 0, `se` rests on the prior alone.
    s2_prior, df_prior, s2_post
        Prior variance, prior df and squeezed variance.
    mean
        Mean of the observed values.
    n_obs
        Observed samples.
    """

    log2fc: FloatArray
    se: FloatArray
    df: FloatArray
    t: FloatArray
    p: FloatArray
    sigma: FloatArray
    df_residual: FloatArray
    s2_prior: FloatArray
    df_prior: FloatArray
    s2_post: FloatArray
    mean: FloatArray
    n_obs: IntArray


def moderated(
    values: ArrayLike,
    design: ArrayLike,
    contrast: ArrayLike,
    *,
    blocks: ArrayLike | None = None,
    correlation: float | None = None,
    trend: bool = False,
    robust: bool = False,
    prior: PriorRule = "auto",
) -> Moderated:
    """Estimate a contrast in every row and test it with a moderated t statistic.

    Parameters
    ----------
    values
        Log2 values, shape (rows, samples), NaN where not measured. Nothing is imputed.
    design
        Shape (samples, coefficients). With `blocks`, what varies within blocks.
    contrast
        Shape (coefficients,), or the index of one coefficient.
    blocks
        Integer code of the block (patient) of each sample; each block gets its own level.
    correlation
        Of two samples of one block, within [0, 1), such as the estimate of
        `consensus_correlation`: blocks are then random instead (see `fit_contrast`).
    trend
        Let the prior variance follow the mean intensity.
    robust
        Give rows with unusually large variances less of the prior.
    prior
        ``moments``, ``ml``, or ``auto``: moments where all rows have the same residual df, else
        maximum likelihood.

    Returns
    -------
    Estimates, standard errors and tests. NaN where the contrast is not estimable in a row.

    Raises
    ------
    ValueError
        If shapes disagree, values are infinite, or no row has residual degrees of freedom.

    References
    ----------
    Smyth 2004, Stat Appl Genet Mol Biol 3:3, doi 10.2202/1544-6115.1027
    """
    fit = fit_contrast(values, design, contrast, blocks=blocks, correlation=correlation)
    return moderate(fit, trend=trend, robust=robust, prior=prior)


def moderate(
    fit: LinearFit, *, trend: bool = False, robust: bool = False, prior: PriorRule = "auto"
) -> Moderated:
    """Squeeze the variances of a fit and test its contrast.

    Parameters
    ----------
    fit
        From `fit_contrast`.
    trend, robust, prior
        As in `moderated`.

    Returns
    -------
    Estimates, standard errors and tests.

    Raises
    ------
    ValueError
        If no row has residual degrees of freedom.
    """
    squeezed = squeeze_variances(
        fit.sigma**2,
        fit.df_residual,
        covariate=fit.mean if trend else None,
        robust=robust,
        prior=prior,
    )
    se = np.sqrt(squeezed.posterior) * fit.stdev_unscaled
    with np.errstate(divide="ignore", invalid="ignore"):
        t = fit.effect / se
    # No estimate can know more about the variance than all rows together.
    df = np.minimum(fit.df_residual + squeezed.df, fit.df_residual.sum())
    df = np.where(fit.n_obs > 0, df, np.nan)
    return Moderated(
        log2fc=fit.effect,
        se=se,
        df=df,
        t=t,
        p=two_sided(t, df),
        sigma=fit.sigma,
        df_residual=fit.df_residual,
        s2_prior=squeezed.variance,
        df_prior=squeezed.df,
        s2_post=squeezed.posterior,
        mean=fit.mean,
        n_obs=fit.n_obs,
    )
