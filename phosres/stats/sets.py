"""Competitive set tests that know that sites of one protein, and of one cell, move together.

Wu & Smyth 2012 (camera), Nucleic Acids Res 40:e133, doi 10.1093/nar/gks461, with the variance
inflation split in two: correlation between sites of one protein and between proteins.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosres.stats.correlation import mean_pairwise_correlation
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
        By ranks `t` is the standard normal score of the rank sum.
    df
        Degrees of freedom, one number; infinite by ranks.
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


@dataclass(frozen=True)
class _Pairs:
    """Ordered pairs of one set's members: n in all, signed sums of one protein and of two."""

    n: int
    same: float
    other: float


def compare_sets(
    statistic: ArrayLike,
    sets: Sequence[ArrayLike],
    *,
    proteins: ArrayLike | None = None,
    signs: Sequence[ArrayLike] | None = None,
    within: ArrayLike = WITHIN_PROTEIN,
    between: ArrayLike = BETWEEN_PROTEINS,
    ranks: bool = False,
    df: float | None = None,
) -> SetTests:
    """Test each set of rows against all other rows.

    VIF = 1 + (rho_w sum m_p (m_p - 1) + rho_b (m^2 - sum m_p^2)) / m for m_p members in protein p;
    delta = G / (G - m) (mean in set - mean of all);
    t = delta / sqrt(s2 (VIF / m + 1 / (G - m))) on G - 2 df, s2 pooled within set and rest.
    By ranks the rank sum is compared with its normal distribution, whose variance counts pairs by
    asin(rho / 2) and asin((1 + rho) / 2).

    Parameters
    ----------
    statistic
        One number per row (`normal_score` of a moderated t, or difference / noise scale), shape
        (rows,); rows with NaN take no part.
    sets
        Row indices of each set; duplicates count once.
    proteins
        Integer code of the protein of each row, shape (rows,); None if every row is its own.
    signs
        For each set +1 or -1 for each of its row indices: the direction of the row when the set is
        active. Members count by their signed distance to the mean of all rows. None: all +1.
    within, between
        Correlation between sites of one protein, and of different proteins: one number, or one a
        set. Equal values give the camera test with that correlation.
    ranks
        Compare ranks: not moved by a few extreme rows.
    df
        Degrees of freedom at most, as for correlations estimated on so many residual df.

    Returns
    -------
    The tests.

    Raises
    ------
    ValueError
        If shapes disagree, an index does not exist, fewer than 3 rows have a statistic, or signs
        are asked for by ranks.

    References
    ----------
    Rank sum of correlated rows: Barry, Nobel & Wright 2008, Ann Appl Stat 2:286,
    doi 10.1214/07-AOAS146.
    """
    z = np.asarray(statistic, dtype=np.float64)
    codes = np.arange(z.size) if proteins is None else np.asarray(proteins)
    if z.ndim != 1 or codes.shape != z.shape:
        raise ValueError(f"statistic has shape {z.shape}, proteins {codes.shape}")
    if signs is not None and (ranks or len(signs) != len(sets)):
        raise ValueError(f"{len(sets)} sets have {len(signs)} signs; by ranks there are none")
    used = np.isfinite(z)
    total = int(used.sum())
    if total < 3:
        raise ValueError(f"{total} rows have a statistic; at least 3 are needed")
    given = [None] * len(sets) if signs is None else signs
    members = [_members(one, s, used) for one, s in zip(sets, given, strict=True)]
    pairs = [_count_pairs(codes[rows], sign) for rows, sign in members]
    n = np.array([p.n for p in pairs], dtype=np.int64)
    same, other = (np.array([getattr(p, k) for p in pairs]) for k in ("same", "other"))
    rho = [np.broadcast_to(np.asarray(r, np.float64), n.shape) for r in (within, between)]
    with np.errstate(divide="ignore", invalid="ignore"):
        vif = np.where(n > 0, 1.0 + (rho[0] * same + rho[1] * other) / n, np.nan)
    fair = (n > 0) & (n <= total / 2)
    if ranks:
        scored = _rank(z[used])
        at = np.cumsum(used) - 1
        totals = np.array([scored[at[rows]].sum() for rows, _ in members])
        return _compare_ranks(totals, n, total, [same, other], rho, vif, fair)
    centred = z - z[used].mean()
    mean = np.array([s @ centred[r] / r.size if r.size else np.nan for r, s in members])
    return _compare_means(mean, float(z[used].var()), n, total, vif, fair, df)


def set_correlations(residuals: ArrayLike, sets: Sequence[ArrayLike], df: ArrayLike) -> FloatArray:
    """Estimate the mean residual correlation between the members of each set.

    With standardised residuals u_g on d degrees of freedom VIF = m sum(mean_g(u_g)^2) / d, and the
    mean correlation is (VIF - 1) / (m - 1). Sets with missing values: pair by pair
    (`mean_pairwise_correlation`).

    Parameters
    ----------
    residuals
        Of the rows' linear model, shape (rows, samples), NaN where not measured.
    sets
        Row indices of each set; duplicates count once.
    df
        Residual degrees of freedom of each row, shape (rows,).

    Returns
    -------
    Mean correlation of each set, NaN with fewer than two members. `compare_sets` wants it at least
    0, with the residual df: a negative estimate would make the test more certain than independence.
    """
    r, freedom = np.asarray(residuals, np.float64), np.asarray(df, np.float64)
    out = []
    for one in sets:
        rows = np.unique(np.asarray(one, dtype=np.int64))
        rows = rows[(freedom[rows] > 0) & (np.nansum(r[rows] ** 2, axis=1) > 0)]
        m = rows.size
        if m < 2:
            out.append(np.nan)
        elif np.isnan(r[rows]).any():
            groups = np.zeros(m, dtype=np.int64)
            out.append(mean_pairwise_correlation(r[rows], groups, freedom[rows]).estimate)
        else:
            unit = r[rows] / np.sqrt((r[rows] ** 2).sum(axis=1, keepdims=True))
            out.append(float((unit.sum(axis=0) ** 2).sum() - m) / (m * (m - 1)))
    return np.array(out, dtype=np.float64)


def normal_score(t: ArrayLike, df: ArrayLike) -> FloatArray:
    """Turn t statistics into standard normal ones with (nearly) the same tails.

    Hill's expansion has no p value in between, so that very large t keep their order. It is exact
    to 0.001 from 3 degrees of freedom on and to 0.0001 from 9 (|t| up to 6).

    Parameters
    ----------
    t
        Statistics, NaN where there is none.
    df
        Degrees of freedom, > 0.5 or inf; broadcasts with `t`.

    Returns
    -------
    Normal scores.

    References
    ----------
    Hill 1970, Commun ACM 13:617, doi 10.1145/355598.355599 (algorithm 395).
    """
    x, d = np.broadcast_arrays(np.asarray(t, np.float64), np.asarray(df, np.float64))
    finite = np.isfinite(d)
    nu = np.where(finite, d, 1.0)
    a = nu - 0.5
    b = 48.0 * a**2
    with np.errstate(invalid="ignore"):
        q = a * np.log1p(x**2 / nu)
        series = (((-0.4 * q - 3.3) * q - 24.0) * q - 85.5) / (0.8 * q**2 + 100.0 + b)
        score = np.sign(x) * ((series + q + 3.0) / b + 1.0) * np.sqrt(q)
    return np.where(finite, np.where(d > 0.5, score, np.nan), x)


def _compare_means(
    mean: FloatArray,
    variance: float,
    n: IntArray,
    total: int,
    vif: FloatArray,
    fair: NDArray[np.bool_],
    df: float | None,
) -> SetTests:
    """Compare the mean of each set with that of the rest."""
    rest = (total - n).astype(np.float64)
    freedom = total - 2.0 if df is None else min(float(df), total - 2.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = np.where(fair, total / rest * mean, np.nan)
        squares = total * variance - delta**2 * n * rest / total
        se = np.sqrt(squares / (total - 2) * (vif / n + 1.0 / rest))
        t = delta / se
    return SetTests(delta, se, t, two_sided(t, freedom), freedom, vif, n)


def _compare_ranks(
    totals: FloatArray,
    n: IntArray,
    total: int,
    pairs: Sequence[FloatArray],
    rho: Sequence[FloatArray],
    vif: FloatArray,
    fair: NDArray[np.bool_],
) -> SetTests:
    """Compare the rank sum of each set with that of independent or correlated rows."""
    m, rest = n.astype(np.float64), (total - n).astype(np.float64)
    correlated = sum(
        k * (np.arcsin(r / 2) * rest * (rest - 1) + np.arcsin((1 + r) / 2) * rest)
        for k, r in zip(pairs, rho, strict=True)
    )
    alone = m * rest * (np.pi / 2 + (rest - 1) * np.pi / 6)
    spread = np.where(fair, np.sqrt((alone + correlated) / (2 * np.pi)), np.nan)
    above = totals - m * (total + 1) / 2
    # A whole rank is a step of the statistic: half of it is the correction for continuity.
    t = np.sign(above) * np.maximum(np.abs(above) - 0.5, 0.0) / spread
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = total / (m * rest)
    return SetTests(above * scale, spread * scale, t, two_sided(t, np.inf), np.inf, vif, n)


def _rank(z: FloatArray) -> FloatArray:
    from scipy.stats import rankdata

    return np.asarray(rankdata(z), dtype=np.float64)


def _members(
    rows: ArrayLike, signs: ArrayLike | None, used: NDArray[np.bool_]
) -> tuple[IntArray, FloatArray]:
    """Return the measured rows of a set, each once, and their signs."""
    index, first = np.unique(np.asarray(rows, dtype=np.int64), return_index=True)
    if index.size and (index[0] < 0 or index[-1] >= used.size):
        raise ValueError(f"a set names row {index[0]} or {index[-1]}, there are {used.size} rows")
    sign = np.ones(index.size) if signs is None else np.asarray(signs, np.float64)[first]
    measured = used[index]
    return index[measured], sign[measured]


def _count_pairs(proteins: NDArray[np.int64], signs: FloatArray) -> _Pairs:
    """Sum the products of signs over ordered pairs of one protein, and of two."""
    m = proteins.size
    sums = np.bincount(np.unique(proteins, return_inverse=True)[1], signs) if m else np.zeros(1)
    same = float((sums**2).sum())
    return _Pairs(m, same - m, float(signs.sum()) ** 2 - same)
