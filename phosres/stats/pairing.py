"""Do the samples before and on treatment belong to the same subject, as the sheet says?"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

MIN_SHARED = 50
"""Fewest features that two samples share: with fewer, single ones set their likeness."""
MIN_OTHERS = 3
"""Fewest other pairs from which the likeness of a sound pair is learnt."""
SOUND = 0.75
"""Least share of the other pairs whose own sample must be nearest: where fewer are, subjects differ
too little, and the nearest ones would be a choice of the likest (measured: docs/gates.md)."""
MOST_FEATURES = 5000
"""Features that are looked at, those seen in most samples: more change nothing but the time."""
_EXACT = 7
_DRAWS = 9_999


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """How each sample on treatment resembles every sample before treatment; arrays of n pairs.

    Parameters
    ----------
    similarity
        n x n correlations of residuals; row: on treatment, column: before; own on the diagonal.
    rank
        Rank of the own sample among all, 1 is the most alike; 0 where it cannot be told.
    nearest
        Position of the most alike sample before treatment.
    p_own
        One-sided p value that the own likeness is no lower than that of the other pairs.
    p_rest
        Chance that the other pairs would look as much like pairs if partners were drawn at random.
    suspect
        The pair is unlike the others, a stranger is nearer, and the others do look like pairs.
    judged
        Whether a wrong partner would have been seen.
    """

    similarity: FloatArray
    rank: NDArray[np.int64]
    nearest: NDArray[np.int64]
    p_own: FloatArray
    p_rest: FloatArray
    suspect: NDArray[np.bool_]
    judged: NDArray[np.bool_]


def judge_pairs(
    values: FloatArray,
    pre: Sequence[NDArray[np.int64]],
    on: Sequence[NDArray[np.int64]],
    *,
    alpha: float = 0.05,
    seed: int = 0,
) -> Pairing:
    """Judge whether each on-treatment sample resembles its own subject's sample before treatment.

    The mean of either side is taken off every feature, and with it the mean effect of the
    treatment and what all subjects share; what is left is what is peculiar to a subject. Its
    correlation between the samples of a pair is compared with that of the other pairs: after
    Fisher's z transformation (Fisher 1915, Biometrika 10:507) an own likeness is suspicious if it
    lies below the prediction limit of the pairs whose own sample is nearest (Student's t,
    Bonferroni over the pairs). Pairs no more alike than strangers, by a permutation of partners
    (with the observed one counted, Phipson & Smyth 2010, doi:10.2202/1544-6115.1585), cannot show a
    swap, and then nothing is suspected.

    Parameters
    ----------
    values
        Features x samples, log2; NaN where not measured.
    pre, on
        Columns of each subject's samples on either side, in the same order of subjects.
    alpha
        Chance of suspecting any pair of a sound cohort.
    seed
        Of the permutations where there are more than seven other pairs.

    Returns
    -------
    Likeness, ranks and verdicts.
    """
    n = len(pre)
    similarity = _similarity(_most_seen(values), pre, on)
    known = np.isfinite(similarity)
    own = np.diagonal(similarity)
    filled = np.where(known, similarity, -np.inf)
    rank = np.where(known.all(axis=1), 1 + (filled > own[:, None]).sum(axis=1), 0)
    p_own, p_rest = np.full(n, np.nan), np.full(n, np.nan)
    rng = np.random.default_rng(seed)
    z = np.arctanh(np.clip(similarity, -0.999, 0.999))
    for i in range(n):
        others = np.flatnonzero((np.arange(n) != i) & (rank > 0))
        sound = others[rank[others] == 1]
        if len(sound) < max(MIN_OTHERS, SOUND * len(others)) or rank[i] == 0:
            continue
        p_own[i] = _below(z[i, i], z[sound, sound])
        p_rest[i] = _matched(z[np.ix_(others, others)], rng)
    judged = p_rest < alpha
    suspect = judged & (rank > 1) & (p_own < alpha / max(n, 1))
    return Pairing(similarity, rank, filled.argmax(axis=1), p_own, p_rest, suspect, judged)


def _most_seen(values: FloatArray) -> FloatArray:
    """Keep the features that are seen in most samples."""
    if len(values) <= MOST_FEATURES:
        return values
    seen = np.isfinite(values).sum(axis=1)
    keep = np.sort(np.argsort(-seen, kind="stable")[:MOST_FEATURES])
    kept: FloatArray = values[keep]
    return kept


def _similarity(
    values: FloatArray, pre: Sequence[NDArray[np.int64]], on: Sequence[NDArray[np.int64]]
) -> FloatArray:
    """Correlate residuals of either side over the features both samples have."""
    before, after = _residuals(values, pre), _residuals(values, on)
    has_before, has_after = np.isfinite(before), np.isfinite(after)
    b, a = np.where(has_before, before, 0.0), np.where(has_after, after, 0.0)
    shared = has_after.T.astype(float) @ has_before
    scale = np.sqrt(((a**2).T @ has_before) * (has_after.T.astype(float) @ b**2))
    with np.errstate(divide="ignore", invalid="ignore"):
        found: FloatArray = np.where(shared >= MIN_SHARED, (a.T @ b) / scale, np.nan)
    return found


def _residuals(values: FloatArray, sides: Sequence[NDArray[np.int64]]) -> FloatArray:
    """Average the samples of each subject, take off the mean of the side and each sample's own."""
    means = np.column_stack([_mean(values[:, at], axis=1) for at in sides])
    residuals = means - _mean(means, axis=1)[:, None]
    result: FloatArray = residuals - _mean(residuals, axis=0)
    return result


def _mean(values: FloatArray, axis: int) -> FloatArray:
    """Mean of what was measured, NaN where nothing was."""
    known = np.isfinite(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: FloatArray = np.where(known, values, 0.0).sum(axis=axis) / known.sum(axis=axis)
    return found


def _below(value: float, others: FloatArray) -> float:
    """One-sided p value of Student's prediction: is a value as high as the others?"""
    from scipy import stats

    m = len(others)
    spread = float(others.std(ddof=1)) * np.sqrt(1 + 1 / m)
    if spread == 0:
        return 1.0 if value >= others.mean() else 0.0
    return float(stats.t.cdf((value - others.mean()) / spread, m - 1))


def _matched(z: FloatArray, rng: np.random.Generator) -> float:
    """Chance that partners drawn at random look as alike as those of the sheet."""
    n = len(z)
    at = np.arange(n)
    observed = z[at, at].sum() - 1e-9
    if n <= _EXACT:
        every = np.array(list(permutations(range(n))))
        return float((z[at, every].sum(axis=1) >= observed).mean())
    orders = rng.permuted(np.tile(at, (_DRAWS, 1)), axis=1)
    hits = int((z[at, orders].sum(axis=1) >= observed).sum())
    return (hits + 1) / (_DRAWS + 1)
