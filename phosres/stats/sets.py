"""Competitive set tests that know that sites of one protein, and of one cell, move together.

Wu & Smyth 2012 (camera), Nucleic Acids Res 40:e133, doi 10.1093/nar/gks461, with the variance
inflation split in two: correlation between sites of one protein and between proteins.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosres.stats.student import two_sided

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Residual correlation measured between replicates of cell-line and liver phosphoproteomes:
# .07 - .16 within a protein, 0 - .006 between proteins; the upper end is taken, and for proteins
# more, because with hundreds of sites even .004 decides (stated estimates).
WITHIN_PROTEIN = 0.15
BETWEEN_PROTEINS = 0.02


@dataclass(frozen=True)
class SetTests:
    """Competitive tests of sets against all other rows; every array has shape (sets,).

    Parameters
    ----------
    delta
        Mean statistic of the set minus mean of all others.
    se
        Standard error of `delta`, variance inflation included.
    t, p
        Test on `df` degrees of freedom; NaN where a set has no member or more than half of all.
    df
        Measured rows minus 2, one number.
    vif
        Variance inflation factor.
    n
        Measured members.
    """

    delta: FloatArray
    se: FloatArray
    t: FloatArray
    p: FloatArray
    df: float
    vif: FloatArray
    n: IntArray


def compare_sets(
    statistic: ArrayLike,
    sets: Sequence[ArrayLike],
    *,
    proteins: ArrayLike | None = None,
    within: float = WITHIN_PROTEIN,
    between: float = BETWEEN_PROTEINS,
) -> SetTests:
    """Test each set of rows against all other rows.

    VIF = 1 + (rho_w sum m_p (m_p - 1) + rho_b (m^2 - sum m_p^2)) / m for m_p members in protein p;
    delta = G / (G - m) (mean in set - mean of all);
    t = delta / sqrt(s2 (VIF / m + 1 / (G - m))) on G - 2 df, s2 pooled within set and rest.

    Parameters
    ----------
    statistic
        One number per row (moderated t, or t = difference / noise scale), shape (rows,); rows
        with NaN take no part.
    sets
        Row indices of each set; duplicates count once.
    proteins
        Integer code of the protein of each row, shape (rows,); None if every row is its own.
    within, between
        Correlation between sites of one protein, and of different proteins. Equal values give
        the camera test with one fixed correlation.

    Returns
    -------
    The tests.

    Raises
    ------
    ValueError
        If shapes disagree, an index does not exist, or fewer than 3 rows have a statistic.
    """
    z = np.asarray(statistic, dtype=np.float64)
    codes = np.arange(z.size) if proteins is None else np.asarray(proteins)
    if z.ndim != 1 or codes.shape != z.shape:
        raise ValueError(f"statistic has shape {z.shape}, proteins {codes.shape}")
    used = np.isfinite(z)
    total = int(used.sum())
    if total < 3:
        raise ValueError(f"{total} rows have a statistic; at least 3 are needed")
    members = [_members(one, used) for one in sets]
    n = np.array([m.size for m in members], dtype=np.int64)
    in_set = np.array([z[m].mean() if m.size else np.nan for m in members], dtype=np.float64)
    vif = np.array([_inflation(codes[m], within, between) for m in members], dtype=np.float64)
    rest = (total - n).astype(np.float64)
    fair = (n > 0) & (n <= total / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = np.where(fair, total / rest * (in_set - z[used].mean()), np.nan)
        squares = (total - 1) * z[used].var(ddof=1) - delta**2 * n * rest / total
        se = np.sqrt(squares / (total - 2) * (vif / n + 1.0 / rest))
        t = delta / se
    return SetTests(delta, se, t, two_sided(t, total - 2.0), total - 2.0, vif, n)


def _members(rows: ArrayLike, used: NDArray[np.bool_]) -> IntArray:
    index = np.unique(np.asarray(rows, dtype=np.int64))
    if index.size and (index[0] < 0 or index[-1] >= used.size):
        raise ValueError(f"a set names row {index[0]} or {index[-1]}, there are {used.size} rows")
    return index[used[index]]


def _inflation(proteins: NDArray[np.int64], within: float, between: float) -> float:
    m = proteins.size
    if m == 0:
        return np.nan
    sizes = np.unique(proteins, return_counts=True)[1].astype(np.float64)
    same = float((sizes**2).sum())
    return 1.0 + (within * (same - m) + between * (m**2 - same)) / m
