"""Association in few subjects: exact and permutation tests, penalised logistic regression."""

from dataclasses import dataclass
from itertools import combinations, permutations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

MOST_EXACT = 50_000
"""Arrangements up to which all are looked at."""
DRAWS = 9_999
_FURTHEST = 60.0


@dataclass(frozen=True, slots=True)
class Permuted:
    """A permutation test.

    Parameters
    ----------
    p
        Two-sided p value.
    p_least
        Smallest p value that any arrangement of these numbers could give.
    exact
        Whether every arrangement was looked at.
    """

    p: float
    p_least: float
    exact: bool


def permute_linear(a: ArrayLike, b: ArrayLike, *, seed: int = 0) -> Permuted:
    """Test whether `sum(a b)` is further from its expectation than if `b` were shuffled.

    With ranks it is the exact test of Wilcoxon (`b` 0 or 1), of trend (`b` the scores of ordered
    groups) and of Spearman (`b` ranks), ties included (Pitman 1937, J R Stat Soc Suppl 4:119).
    Where there are more than 50,000 arrangements, 9,999 are drawn and the observed one is counted
    (Phipson & Smyth 2010, doi:10.2202/1544-6115.1585).

    Parameters
    ----------
    a, b
        Numbers of each subject, without NaN.
    seed
        Of the drawn arrangements.

    Returns
    -------
    The p value.
    """
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if len(np.unique(x)) < 2 or len(np.unique(y)) < 2:
        return Permuted(1.0, 1.0, exact=True)
    if len(np.unique(x)) == 2:  # the sum is the same either way; two groups are quickly counted
        x, y = y, x
    x = x - x.mean()
    y = y - y.mean()
    distances, exact = _distances(x, y, seed)
    largest = 1e-9 * max(1.0, float(np.abs(x).sum()))
    hits = distances >= abs(float(x @ y)) - largest
    top = distances >= distances.max() - largest
    if exact:
        return Permuted(float(hits.mean()), float(top.mean()), exact=True)
    return Permuted((int(hits.sum()) + 1) / (DRAWS + 1), 1 / (DRAWS + 1), exact=False)


def _distances(x: FloatArray, y: FloatArray, seed: int) -> tuple[FloatArray, bool]:
    """Return the size of the statistic under every arrangement, or under drawn ones."""
    n, values = len(y), np.unique(y)
    if len(values) == 2:
        ones = y == values[1]
        k = int(ones.sum())
        if comb(n, k) <= MOST_EXACT:
            chosen = np.array(list(combinations(range(n), k)), dtype=np.intp).reshape(-1, k)
            # x sums to 0, so that the statistic is the sum of the chosen times the step of y.
            return np.abs(x[chosen].sum(axis=1) * (values[1] - values[0])), True
    elif n <= 8:  # 8! = 40,320
        orders = np.array(list(permutations(range(n))), dtype=np.intp)
        return np.abs(y[orders] @ x), True
    rng = np.random.default_rng(seed)
    drawn = rng.permuted(np.tile(y, (DRAWS, 1)), axis=1)
    return np.abs(drawn @ x), False


@dataclass(frozen=True, slots=True)
class Fisher:
    """Fisher's exact test of two by two counts, with the conditional odds ratio."""

    p: float
    p_least: float
    odds_ratio: float
    low: float
    high: float


def fisher_exact(table: ArrayLike, *, level: float = 0.95) -> Fisher:
    """Test two by two counts exactly; the odds ratio is the conditional estimate.

    Fisher 1935, J R Stat Soc 98:39; the interval is that of the noncentral hypergeometric
    distribution, as R's fisher.test gives it.

    Parameters
    ----------
    table
        Counts, 2 x 2.
    level
        Of the interval.

    Returns
    -------
    p value, the smallest these margins could give, odds ratio with its interval.
    """
    from scipy import stats
    from scipy.stats.contingency import odds_ratio

    counts = np.asarray(table, dtype=np.int64)
    row, column, n = int(counts[0].sum()), int(counts[:, 0].sum()), int(counts.sum())
    support = np.arange(max(0, row + column - n), min(row, column) + 1)
    chance = stats.hypergeom.pmf(support, n, row, column)
    each = [min(1.0, float(chance[chance <= c * (1 + 1e-7)].sum())) for c in chance]
    p = each[int(counts[0, 0]) - int(support[0])]
    ratio = odds_ratio(counts, kind="conditional")
    interval = ratio.confidence_interval(level)
    return Fisher(p, min(each), float(ratio.statistic), float(interval.low), float(interval.high))


@dataclass(frozen=True, slots=True)
class Firth:
    """Slope of a penalised logistic regression: log odds a unit, profile interval, p value."""

    slope: float
    low: float
    high: float
    p: float


def firth_logistic(x: ArrayLike, y: ArrayLike, *, level: float = 0.95) -> Firth:
    """Fit the log odds of `y` on `x` with Firth's penalty, which is finite under separation.

    The likelihood is multiplied by the root of the information (Jeffreys' prior: Firth 1993,
    Biometrika 80:27); p value and interval are those of the profile of the penalised likelihood
    (Heinze & Schemper 2002, doi:10.1002/sim.1047).

    Parameters
    ----------
    x
        One number a subject, without NaN.
    y
        0 or 1.
    level
        Of the interval.

    Returns
    -------
    The slope; NaN throughout where `x` or `y` does not vary.
    """
    from scipy import optimize, stats

    values, outcome = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    scale = float(values.std())
    if scale == 0 or outcome.min() == outcome.max():
        return Firth(np.nan, np.nan, np.nan, np.nan)
    z = (values - values.mean()) / scale

    def profile(slope: float) -> float:
        """Return the largest penalised log likelihood with this slope."""

        def loss(intercept: float) -> float:
            return -_penalised(intercept, slope, z, outcome)

        return -float(optimize.minimize_scalar(loss, bounds=(-30, 30), method="bounded").fun)

    best = optimize.minimize_scalar(lambda b: -profile(b), bounds=(-30, 30), method="bounded")
    top, slope = -float(best.fun), float(best.x)
    drop = float(stats.chi2.ppf(level, 1)) / 2
    ends = []
    for way in (-1.0, 1.0):
        far = slope + way
        while profile(far) > top - drop and abs(far - slope) < _FURTHEST:
            far += way * abs(far - slope)
        if profile(far) > top - drop:
            ends.append(way * np.inf)
            continue
        end = optimize.brentq(lambda b: profile(b) - top + drop, slope, far, xtol=1e-6)
        ends.append(float(end))
    p = float(stats.chi2.sf(max(0.0, 2 * (top - profile(0.0))), 1))
    return Firth(slope / scale, ends[0] / scale, ends[1] / scale, p)


def _penalised(intercept: float, slope: float, z: FloatArray, y: FloatArray) -> float:
    """Log likelihood plus half the log determinant of the information."""
    eta = intercept + slope * z
    chance = 1 / (1 + np.exp(-eta))
    weight = chance * (1 - chance)
    information = weight.sum() * (weight * z**2).sum() - (weight * z).sum() ** 2
    likelihood = float((y * eta - np.logaddexp(0.0, eta)).sum())
    return likelihood + 0.5 * float(np.log(max(information, 1e-300)))
