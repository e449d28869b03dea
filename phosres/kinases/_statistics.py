"""The plain statistics of the field, exactly as their formulas say, per column of measured rows.

Symbols: x values, w weights of a set (0 outside), sums over the rows measured in that column,
m measured members, n measured rows.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from phosres.kinases._columns import Columns
from phosres.kinases._weights import Weights, pattern

FloatArray = NDArray[np.float64]
Scored = tuple[FloatArray, FloatArray | None]


def weighted_sum(columns: Columns, weights: Weights) -> Scored:
    """Sum of w x. Grows with the number of measured members."""
    return weights.w @ columns.members[0], None


def mean(columns: Columns, weights: Weights) -> Scored:
    """Sum of w x over sum of abs(w)."""
    total, size, _ = _sums(columns, weights)
    return _ratio(total, size), None


def ksea_z(columns: Columns, weights: Weights) -> Scored:
    """(mean of the set - mean of all) sqrt(m) / sd of all; p from the normal distribution."""
    total, size, m = _sums(columns, weights)
    z = (_ratio(total, size) - columns.mean) * np.sqrt(m) / columns.sd
    return z, normal_p(z)


def rokai_z(columns: Columns, weights: Weights) -> Scored:
    """Mean of the set times sqrt(m) / sd of all, nothing subtracted; p from the normal."""
    total, size, m = _sums(columns, weights)
    z = _ratio(total, size) * np.sqrt(m) / columns.sd
    return z, normal_p(z)


def ulm(columns: Columns, weights: Weights) -> Scored:
    """Slope of x on w over all measured rows, as t (with intercept); p from t on n - 2."""
    x, seen = columns.members
    n = columns.n
    with np.errstate(invalid="ignore", divide="ignore"):
        sum_w = weights.w @ seen
        cross = weights.w @ x - sum_w * columns.mean
        spread = weights.w.multiply(weights.w).tocsr() @ seen - sum_w**2 / n
        r = cross / np.sqrt(spread * (n - 1)) / columns.sd
        df = np.where(n > 2, n - 2, np.nan)
        t = r * np.sqrt(df / ((1 - r) * (1 + r)))
        p = 2 * special.stdtr(df, -np.abs(t))
    return t, p


def normal_p(z: FloatArray) -> FloatArray:
    """Two-sided p of a standard normal."""
    p: FloatArray = 2 * special.ndtr(-np.abs(z))
    return p


def _sums(columns: Columns, weights: Weights) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Sum of w x, sum of abs(w) and number of members, each over measured members."""
    x, seen = columns.members
    size = abs(weights.w) @ seen
    m = size if np.all(np.abs(weights.w.data) == 1) else pattern(weights.w) @ seen
    return weights.w @ x, size, m


def _ratio(total: FloatArray, size: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(size > 0, total / size, np.nan)
