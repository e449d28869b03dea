"""Pool estimates of *different* quantities: the average of exactly those, with its noise.

Substrates of a kinase, or arms of a complex, are no sample from which others are inferred: the
question is whether these, on average, moved. Their differences are then no uncertainty of that
average (Rice, Higgins & Lumley 2018, doi 10.1111/rssa.12275, fixed-effects in the plural), which
makes the test self-contained as rotation tests of gene sets are (Wu et al. 2010, doi
10.1093/bioinformatics/btq401). How far they differ is reported beside it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Pooled:
    """An average of different quantities.

    Parameters
    ----------
    estimate, se, df
        Weighted average, the standard error of its noise, degrees of freedom; NaN without entry.
    weights
        Share of each entry, shape (k,), sum 1.
    """

    estimate: float
    se: float
    df: float
    weights: FloatArray


def pool(
    effects: ArrayLike,
    se: ArrayLike,
    df: ArrayLike,
    *,
    weights: ArrayLike,
    correlation: ArrayLike | float = 0.0,
) -> Pooled:
    """Average estimates of different quantities.

    ``estimate = w'b``, ``variance = w' (R * se se') w`` with ``sum(w) = 1``. Degrees of freedom by
    Satterthwaite 1946 (doi 10.2307/3002019) for variances that err together as far as their noise
    does: estimated variances of normal noise with correlation r are correlated by r^2, so
    ``1 / df = u' (R * R) u``, ``u = c / sqrt(df)``, c the entries' own shares of the variance.

    Parameters
    ----------
    effects, se, df
        Shape (k,); entries without a positive standard error are not used.
    weights
        Relative weights, shape (k,).
    correlation
        Noise correlation, shape (k, k), or one number for all pairs.

    Returns
    -------
    The average; NaN if no entry can be used.
    """
    b, s, d, w = (np.atleast_1d(np.asarray(x, np.float64)) for x in (effects, se, df, weights))
    r = np.asarray(correlation, dtype=np.float64)
    if r.ndim == 0:
        r = np.full((b.size, b.size), float(r))
        np.fill_diagonal(r, 1.0)
    use = np.isfinite(b) & (s > 0) & (d > 0) & (w > 0)
    shares = np.zeros(b.shape)
    if not use.any():
        return Pooled(np.nan, np.nan, np.nan, shares)
    shares[use] = w[use] / w[use].sum()
    part, rho = shares[use] * s[use], r[np.ix_(use, use)]
    uncertain = part**2 / (part**2).sum() / np.sqrt(d[use])
    return Pooled(
        estimate=float(shares[use] @ b[use]),
        se=float(np.sqrt(part @ rho @ part)),
        df=float(d[use][0]) if use.sum() == 1 else float(1 / (uncertain @ (rho**2) @ uncertain)),
        weights=shares,
    )
