"""Tails of Student's t for any degrees of freedom, infinite ones included."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def lower_tail(t: ArrayLike, df: ArrayLike) -> FloatArray:
    """Return P(T <= t); accurate far into the lower tail.

    Parameters
    ----------
    t
        Statistic; NaN gives NaN.
    df
        Degrees of freedom, > 0 or inf; 0 or NaN gives NaN. Broadcasts with `t`.

    Returns
    -------
    Probabilities.
    """
    from scipy.special import ndtr, stdtr

    x, d = np.broadcast_arrays(np.asarray(t, np.float64), np.asarray(df, np.float64))
    student = stdtr(np.where(np.isfinite(d) & (d > 0), d, 1.0), x)
    out = np.where(np.isinf(d), ndtr(x), student)
    return np.where(d > 0, out, np.nan)


def two_sided(t: ArrayLike, df: ArrayLike) -> FloatArray:
    """Return P(|T| >= |t|).

    Parameters
    ----------
    t, df
        As in `lower_tail`.

    Returns
    -------
    P values.
    """
    return np.asarray(np.minimum(2.0 * lower_tail(-np.abs(np.asarray(t, np.float64)), df), 1.0))


def quantile(p: ArrayLike, df: ArrayLike) -> FloatArray:
    """Return the value t with P(T <= t) = p.

    Parameters
    ----------
    p
        Probabilities.
    df
        Degrees of freedom, > 0 or inf. Broadcasts with `p`.

    Returns
    -------
    Quantiles; NaN where df is 0 or NaN.
    """
    from scipy.special import ndtri, stdtrit

    q, d = np.broadcast_arrays(np.asarray(p, np.float64), np.asarray(df, np.float64))
    student = stdtrit(np.where(np.isfinite(d) & (d > 0), d, 1.0), q)
    return np.where(d > 0, np.where(np.isinf(d), ndtri(q), student), np.nan)
