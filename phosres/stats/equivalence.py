"""Tests against a margin: surely more than it (treat), surely less than it (equivalence)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosres.stats.student import lower_tail

FloatArray = NDArray[np.float64]


def treat(effect: ArrayLike, se: ArrayLike, df: ArrayLike, margin: float) -> FloatArray:
    """Test |true effect| <= margin against a larger one.

    The p value is the larger of those at the two ends of the margin:
    P(T >= (|b| - m) / se) + P(T >= (|b| + m) / se).

    Parameters
    ----------
    effect, se, df
        Estimate, its standard error and degrees of freedom; broadcast together. NaN gives NaN.
    margin
        Smallest effect that matters, in the unit of `effect` (log2); 0 is the usual t test.

    Returns
    -------
    P values.

    Raises
    ------
    ValueError
        If the margin is negative or not finite.

    References
    ----------
    McCarthy & Smyth 2009, Bioinformatics 25:765, doi 10.1093/bioinformatics/btp053
    """
    if not 0 <= margin < np.inf:
        raise ValueError(f"margin is {margin!r}; it must be 0 or more")
    b, s = np.abs(np.asarray(effect, np.float64)), np.asarray(se, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        near, far = (b - margin) / s, (b + margin) / s
    return np.asarray(np.minimum(lower_tail(-near, df) + lower_tail(-far, df), 1.0))


def tost(effect: ArrayLike, se: ArrayLike, df: ArrayLike, margin: float) -> FloatArray:
    """Test |true effect| >= margin against a smaller one: two one-sided tests.

    p = max(P(T >= (b + m) / se), P(T <= (b - m) / se)); p < alpha exactly where the 1 - 2 alpha
    confidence interval lies within (-margin, margin).

    Parameters
    ----------
    effect, se, df
        Estimate, its standard error and degrees of freedom; broadcast together. NaN gives NaN.
    margin
        Largest effect that counts as unchanged, in the unit of `effect` (log2).

    Returns
    -------
    P values.

    Raises
    ------
    ValueError
        If the margin is not positive.

    References
    ----------
    Schuirmann 1987, J Pharmacokinet Biopharm 15:657, doi 10.1007/BF01068419
    """
    if not 0 < margin < np.inf:
        raise ValueError(f"margin is {margin!r}; an equivalence test needs a positive one")
    b, s = np.asarray(effect, np.float64), np.asarray(se, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        above, below = (b + margin) / s, (b - margin) / s
    return np.asarray(np.maximum(lower_tail(-above, df), lower_tail(below, df)))
