"""How strongly the noise of related rows (forms of one peptide stretch) goes together."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Residuals below this share of the row's largest are rounding noise around 0.
NOTHING = 1e-10
# Pairs with fewer degrees of freedom say nothing about a correlation.
LEAST_DF = 0.99
# Rows fitted on different samples have different fitted parts, which hides correlation (a tenth
# of it at 20 % missing): where there are enough pairs that share 90 % of their samples, only they
# count.
OVERLAP, ENOUGH_PAIRS = 0.9, 100
# Pairs of rows handled at once (memory), and at most in all: beyond, a thinned sample of the
# pairs knows the mean as well.
PAIRS_AT_ONCE = 20_000
MOST_PAIRS = 200_000


class MeanCorrelation(NamedTuple):
    """Average correlation between rows of the same group.

    Parameters
    ----------
    estimate
        In [-1, 1]; NaN without a pair.
    n_pairs
        Pairs of rows it rests on.
    """

    estimate: float
    n_pairs: int


def mean_pairwise_correlation(
    residuals: ArrayLike, groups: ArrayLike, df: ArrayLike | None = None
) -> MeanCorrelation:
    """Average the residual correlation over all pairs of rows in the same group.

    On few degrees of freedom the sample correlation is biased towards 0 (on one it is +-1 and its
    mean 2/pi asin(rho)). The estimate is the rho whose expected sample correlations, pair by pair,
    have the observed mean; pairs count by their degrees of freedom. Pairs measured in (almost)
    the same samples are preferred.

    Parameters
    ----------
    residuals
        Of a linear model or about group means, shape (rows, samples), NaN where not measured.
    groups
        Integer code of each row, shape (rows,); negative codes belong to no group.
    df
        Residual degrees of freedom of each row, shape (rows,); default observed samples minus 1.

    Returns
    -------
    The correlation and the number of pairs.

    Raises
    ------
    ValueError
        If shapes disagree.

    References
    ----------
    Expected sample correlation: Hotelling 1953, J R Stat Soc B 15:193.
    """
    r, codes = np.asarray(residuals, dtype=np.float64), np.asarray(groups)
    if r.ndim != 2 or codes.shape != r.shape[:1]:
        raise ValueError(f"residuals have shape {r.shape}, groups {codes.shape}")
    # A residual of 0 is a sample the model fits by itself (alone in its block): no information.
    size = np.abs(np.nan_to_num(r))
    seen = size > NOTHING * size.max(axis=1, initial=0.0)[:, None]
    n = np.maximum(seen.sum(axis=1), 1)
    freedom = n - 1.0 if df is None else np.asarray(df, dtype=np.float64)
    share = freedom / n
    first, second = _pairs(codes)
    found = [
        _correlate(r, seen, share, first[i : i + PAIRS_AT_ONCE], second[i : i + PAIRS_AT_ONCE])
        for i in range(0, first.size, PAIRS_AT_ONCE)
    ]
    if not found:
        return MeanCorrelation(np.nan, 0)
    correlation, nu, overlap = (np.concatenate(column) for column in zip(*found, strict=True))
    usable = np.isfinite(correlation) & (nu > LEAST_DF)
    if (usable & (overlap >= OVERLAP)).sum() >= ENOUGH_PAIRS:
        usable &= overlap >= OVERLAP
    if not usable.any():
        return MeanCorrelation(np.nan, 0)
    return MeanCorrelation(_unbias(correlation[usable], nu[usable]), int(usable.sum()))


def _pairs(codes: NDArray[np.int64]) -> tuple[IntArray, IntArray]:
    """List all pairs of rows with the same code, thinned evenly if there are very many."""
    members = np.flatnonzero(codes >= 0)
    members = members[np.argsort(codes[members], kind="stable")]
    later = np.zeros(members.size, dtype=np.int64)
    if members.size:
        ends = np.searchsorted(codes[members], codes[members], side="right")
        later = ends - np.arange(members.size) - 1
    total = int(later.sum())
    index = np.arange(total)[:: max(1, -(-total // MOST_PAIRS))]
    before = np.cumsum(later) - later
    left = np.searchsorted(np.cumsum(later), index, side="right")
    right = left + 1 + index - before[left] if total else left
    return members[left], members[right]


def _correlate(
    r: FloatArray, seen: NDArray[np.bool_], share: FloatArray, i: IntArray, j: IntArray
) -> tuple[FloatArray, ...]:
    """Correlate pairs over the samples both have, with their share of the degrees of freedom."""
    both = seen[i] & seen[j]
    x, y = np.where(both, r[i], 0.0), np.where(both, r[j], 0.0)
    scale = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    out = np.full(scale.shape, np.nan)
    np.divide((x * y).sum(axis=1), scale, out=out, where=scale > 0)
    nu = both.sum(axis=1) * np.minimum(share[i], share[j])
    most = np.maximum(seen[i].sum(axis=1), seen[j].sum(axis=1))
    return np.clip(out, -1.0, 1.0), np.round(nu, 2), both.sum(axis=1) / np.maximum(most, 1)


def _unbias(correlation: FloatArray, nu: FloatArray) -> float:
    """Find rho with sum(nu E[r | rho, nu]) = sum(nu r)."""
    from scipy.optimize import brentq
    from scipy.special import gammaln, hyp2f1

    levels, counts = np.unique(nu, return_counts=True)
    weight = levels * counts
    shrink = 2 / levels * np.exp(2 * (gammaln((levels + 1) / 2) - gammaln(levels / 2)))
    target = float((nu * correlation).sum() / weight.sum())

    def excess(rho: float) -> float:
        expected = rho * shrink * hyp2f1(0.5, 0.5, (levels + 2) / 2, rho**2)
        return float((weight * expected).sum() / weight.sum()) - target

    if excess(1.0) <= 0:
        return 1.0
    if excess(-1.0) >= 0:
        return -1.0
    return float(brentq(excess, -1.0, 1.0, xtol=1e-12))
