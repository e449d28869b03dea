"""What a planned cohort can find: power and minimal detectable effect of moderated t tests.

The noncentral t on the residual plus prior degrees of freedom (Smyth 2004, doi
10.2202/1544-6115.1027). The standard deviation and the prior come from a fitted prior or a pilot,
never from the effect that was observed. The numbers are those of a row with the given standard
deviation; averaged over rows whose variances scatter as the prior says, power is up to a tenth
less.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosres.stats.quadrature import gauss_legendre
from phosres.stats.single import ALMOST_NORMAL, minimal_detectable_change
from phosres.stats.student import quantile

FloatArray = NDArray[np.float64]

# Beyond this many pairs a plan is no plan: the search ends.
MOST_PAIRS = 10_000
# The noncentral t is integrated over its normal part where df are few and over its chi-square (as
# a function of a normal score) where they are many: each is smooth there, and 200 nodes between
# these scores are exact to 1e-9. (The library's own series fails in the far tail.)
REACH, NODES, FEW_DF = 8.5, 200, 20.0


@dataclass(frozen=True)
class Plan:
    """A planned comparison; every array has the shape of `n`.

    Parameters
    ----------
    n
        Pairs, or samples in each group.
    se, df
        Standard error of the log2 fold change and its degrees of freedom.
    power
        Probability that the given effect is called; NaN without an effect.
    threshold
        Smallest estimate that is called.
    detectable
        True effect that is called with the wanted power.
    """

    n: NDArray[np.int64]
    se: FloatArray
    df: FloatArray
    power: FloatArray
    threshold: FloatArray
    detectable: FloatArray


def compute_power(
    effect: ArrayLike, se: ArrayLike, df: ArrayLike, *, alpha: float = 0.05, tests: int = 1
) -> FloatArray:
    """Return the probability that a two-sided t test calls a true effect (both tails).

    Parameters
    ----------
    effect
        True effect; its sign does not matter.
    se, df
        Standard error and degrees of freedom of the estimate; broadcast with `effect`.
    alpha
        Two-sided level of the family.
    tests
        Tests it is divided by (Bonferroni, the first step of Holm).

    Returns
    -------
    Power; NaN where an argument is NaN or df is 0.

    Raises
    ------
    ValueError
        If alpha is not within (0, 1) or there is less than one test.
    """
    if not 0 < alpha < 1 or tests < 1:
        raise ValueError(f"alpha is {alpha!r} with {tests} tests")
    b, s, d = np.broadcast_arrays(*(np.asarray(x, np.float64) for x in (effect, se, df)))
    known = (d > 0) & (s > 0) & np.isfinite(b)
    shift = np.abs(np.where(known, b, 0.0)) / np.where(known, s, 1.0)
    critical = np.where(known, quantile(1 - alpha / tests / 2, np.where(known, d, 1.0)), 1.0)
    finite = known & (d < ALMOST_NORMAL)
    chance = _exceed(shift, critical, np.where(finite, d, np.inf))
    return np.where(known, np.clip(chance, 0.0, 1.0), np.nan)


def plan_pairs(
    n: ArrayLike,
    sd: float,
    *,
    effect: float | None = None,
    prior_df: float = 0.0,
    alpha: float = 0.05,
    tests: int = 1,
    power: float = 0.8,
) -> Plan:
    """Plan a cohort of pairs: se = sd / sqrt(n) on n - 1 + prior df.

    Parameters
    ----------
    n
        Complete pairs, 1 or more; without prior df 2 or more.
    sd
        Standard deviation of a difference within a pair, log2 (the root of the prior variance of
        a paired fit times 2).
    effect
        True log2 fold change whose power is wanted.
    prior_df
        Prior degrees of freedom of the moderated test.
    alpha, tests
        Level of the family and tests it is divided by.
    power
        Wanted for `Plan.detectable`.

    Returns
    -------
    The plan.

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    pairs = _counts(n)
    se = np.asarray(sd / np.sqrt(pairs), np.float64)
    df = np.asarray(pairs - 1 + prior_df, np.float64)
    return _plan(pairs, se, df, sd, effect, alpha, tests, power)


def plan_groups(
    n: ArrayLike,
    sd: float,
    *,
    effect: float | None = None,
    prior_df: float = 0.0,
    alpha: float = 0.05,
    tests: int = 1,
    power: float = 0.8,
) -> Plan:
    """Plan two groups of n samples: se = sd sqrt(2 / n) on 2 n - 2 + prior df.

    Parameters
    ----------
    n
        Samples in each group.
    sd
        Standard deviation between samples of a group, log2.
    effect, prior_df, alpha, tests, power
        As in `plan_pairs`.

    Returns
    -------
    The plan.

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    each = _counts(n)
    se = np.asarray(sd * np.sqrt(2.0 / each), np.float64)
    df = np.asarray(2 * each - 2 + prior_df, np.float64)
    return _plan(each, se, df, sd, effect, alpha, tests, power)


def count_pairs(
    effect: float,
    sd: float,
    *,
    prior_df: float = 0.0,
    alpha: float = 0.05,
    tests: int = 1,
    power: float = 0.8,
) -> int | None:
    """Return the smallest number of pairs that finds an effect with the wanted power.

    Parameters
    ----------
    effect
        True log2 fold change, not 0.
    sd, prior_df, alpha, tests, power
        As in `plan_pairs`.

    Returns
    -------
    Pairs, at least 2; None if 10,000 are too few.

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    if not 0 < power < 1 or not 0 < sd < np.inf or prior_df < 0:
        raise ValueError(f"power is {power!r}, sd {sd!r}, prior df {prior_df!r}: out of range")
    low, high = 1, 2

    def reached(n: int) -> bool:
        df = n - 1.0 + prior_df
        return bool(compute_power(effect, sd / np.sqrt(n), df, alpha=alpha, tests=tests) >= power)

    while not reached(high):
        low, high = high, high * 2
        if low >= MOST_PAIRS:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def _exceed(shift: FloatArray, critical: FloatArray, df: FloatArray) -> FloatArray:
    """Return P(|T| > critical) of the noncentral t: the normal where df is infinite."""
    few = df < FEW_DF
    out = np.empty(shift.shape)
    out[few] = _over_normal(shift[few], critical[few], df[few])
    out[~few] = _over_chi_square(shift[~few], critical[~few], df[~few])
    return out


def _over_normal(shift: FloatArray, critical: FloatArray, df: FloatArray) -> FloatArray:
    """Average P(chi2 < df ((Z + shift) / critical)^2) over Z, on each side of its kink."""
    from scipy.special import gammainc

    nodes, weights = gauss_legendre(NODES)
    kink = np.clip(-shift, -REACH, REACH)
    total = np.zeros(shift.shape)
    for low, high in ((np.full(shift.shape, -REACH), kink), (kink, np.full(shift.shape, REACH))):
        half = (high - low)[:, None] / 2.0
        z = low[:, None] + half * (nodes + 1.0)
        inside = ((z + shift[:, None]) / critical[:, None]) ** 2 * df[:, None] / 2.0
        density = np.exp(-0.5 * z**2) / np.sqrt(2.0 * np.pi)
        total += (gammainc(df[:, None] / 2.0, inside) * density * half) @ weights
    return total


def _over_chi_square(shift: FloatArray, critical: FloatArray, df: FloatArray) -> FloatArray:
    """Average P(|Z + shift| > critical sqrt(chi2 / df)) over chi2."""
    from scipy.special import gammainccinv, gammaincinv, ndtr

    nodes, weights = gauss_legendre(NODES)
    score = REACH * nodes
    density = REACH * weights * np.exp(-0.5 * score**2) / np.sqrt(2.0 * np.pi)
    half = np.where(np.isinf(df), 1.0, df)[:, None] / 2.0
    # Each tail of the chi-square from its own side, where the probability is small.
    chi2 = np.where(score < 0, gammaincinv(half, ndtr(score)), gammainccinv(half, ndtr(-score)))
    edge = critical[:, None] * np.where(np.isinf(df)[:, None], 1.0, np.sqrt(chi2 / half))
    above, below = ndtr(shift[:, None] - edge), ndtr(-shift[:, None] - edge)
    return np.asarray((above + below) @ density, dtype=np.float64)


def _counts(n: ArrayLike) -> NDArray[np.int64]:
    counts = np.asarray(n)
    if not np.issubdtype(counts.dtype, np.integer) or (counts < 1).any():
        raise ValueError(f"n must be whole numbers of 1 or more, got {n!r}")
    return counts.astype(np.int64)


def _plan(
    n: NDArray[np.int64],
    se: FloatArray,
    df: FloatArray,
    sd: float,
    effect: float | None,
    alpha: float,
    tests: int,
    power: float,
) -> Plan:
    if not 0 < sd < np.inf or (df < 0).any():
        raise ValueError(f"sd is {sd!r}, the fewest degrees of freedom {df.min()!r}")
    freedom = np.where(df > 0, df, np.nan)
    limit = minimal_detectable_change(se, freedom, alpha / tests, power)
    chance = np.nan if effect is None else effect
    return Plan(
        n=n,
        se=se,
        df=freedom,
        power=compute_power(chance, se, freedom, alpha=alpha, tests=tests),
        threshold=limit.threshold,
        detectable=limit.mdc,
    )
