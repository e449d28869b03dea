"""Combine several correlated measurements of one quantity, such as the peptidoforms of a readout.

Model: b_i = mu + u_i + e_i, cov(e) = R * se se' (noise, correlated between forms of one peptide
stretch), independent u_i with variance tau^2 (forms that truly differ). The estimate is a weighted
mean. From four forms on, a form that disagrees by more than noise and the spread of the others
explain is weighed down (M-estimate of location and scale, Huber 1964, doi
10.1214/aoms/1177703732); with two or three nobody can say which one is odd, so disagreement only
widens the interval.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Huber's constant (95 % efficiency where nothing disagrees) and E[min(|Z|, constant)^2].
HUBER = 1.345
HUBER_SQUARE = 0.7101645
# From this many forms on there is a majority without the odd one.
ROBUST_FROM = 4
# Steps of the location's fixed point (convex, a digit in about two).
MAX_STEPS = 100
# Consistency of the median absolute deviation for the normal, and for few values.
MAD_TO_SD = 1.482602218505602
MAD_CORRECTION = {4: 1.363, 5: 1.206, 6: 1.200, 7: 1.140, 8: 1.129, 9: 1.107}
# Perfectly correlated forms show no noise between them; this share of their variance keeps the
# standardised residuals finite.
TINY = 1e-6
# Few forms cannot measure their own disagreement: it enters the standard error as if it were at
# this lower quantile of its sampling distribution (chi-square on k - 1). The plain estimate gives
# 81 % coverage with two disagreeing forms; this gives at least 93 % (seeded simulation).
UNLUCKY = 0.27
# A form this many standard deviations from the others is named as outlying (stated choice).
OUTLYING = 2.5


@dataclass(frozen=True)
class Combined:
    """Several measurements as one.

    Parameters
    ----------
    estimate, se, df
        Weighted mean, its standard error and degrees of freedom; NaN without a measurement.
    tau
        Standard deviation between forms beyond noise; 0 where noise explains all disagreement.
    weights
        Weight of each form, sum 1, shape (k,); 0 where not measured.
    n
        Forms used.
    outlying
        Forms weighed down because they disagree with the majority, shape (k,).
    """

    estimate: float
    se: float
    df: float
    tau: float
    weights: FloatArray
    n: int
    outlying: BoolArray


def combine_measurements(
    effects: ArrayLike,
    se: ArrayLike,
    df: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    correlation: ArrayLike | None = None,
    moderated: bool = False,
) -> Combined:
    """Combine measurements of one quantity, counting shared noise once and disagreement in full.

    The noise variance of the mean is w' (R * se se') w, so perfectly correlated forms bring no
    gain. tau^2 makes the weighted (from four forms on: winsorised) sum of squared deviations
    equal to its expectation, floored at 0, and adds tau^2 sum(w^2).

    Degrees of freedom by Satterthwaite 1946 (doi 10.2307/3002019) from the two parts: noise on
    (sum c_i / sqrt(df_i))^-2, c_i the share of form i in the noise variance, which is the bound
    reached if the forms' variances are estimated from the same runs; between forms on the number
    of forms (robustness weights summed) minus 1, as Hartung & Knapp 2001 (doi 10.1002/sim.791).

    Two forms cannot measure their own spread, and an interval for the mean of all forms there could
    be is then too wide to say anything. With `moderated` the quantity is the average of *these*
    forms, and the spread about it is moderated as variances are (Smyth 2004, doi
    10.2202/1544-6115.1027): the noise, known on df d, and the observed spread, on k - 1, are pooled
    as two estimates of it, never below the noise: (d noise + (k - 1) spread) / (d + k - 1) on
    d + k - 1 df.

    Parameters
    ----------
    effects, se, df
        Shape (k,), or numbers for se and df; a form with a NaN is not used.
    weights
        Relative weights, shape (k,), default equal; 0 or NaN drops a form. Take them from what is
        known beforehand (runs observed), not from `se`: estimated precisions on few degrees of
        freedom favour forms that only look precise.
    correlation
        Of the noise, shape (k, k), or one number for all pairs; default 0.
    moderated
        Judge the average of these forms, with a moderated spread (see above).

    Returns
    -------
    The combination; a single form is returned as it is.

    Raises
    ------
    ValueError
        If shapes disagree, a standard error is not positive, or the correlation is no
        correlation matrix.
    """
    b = np.atleast_1d(np.asarray(effects, dtype=np.float64))
    s, d = (np.broadcast_to(np.asarray(x, np.float64), b.shape) for x in (se, df))
    w = np.ones(b.shape) if weights is None else np.asarray(weights, dtype=np.float64)
    r = _check(b, s, w, correlation)
    use = np.flatnonzero(np.isfinite(b) & np.isfinite(s) & (d > 0) & (w > 0))
    all_weights, outlying = np.zeros(b.shape), np.zeros(b.shape, dtype=bool)
    if use.size == 0:
        return Combined(np.nan, np.nan, np.nan, np.nan, all_weights, 0, outlying)
    if use.size == 1:
        all_weights[use] = 1.0
        only = int(use[0])
        one = float(b[only]), float(s[only]), float(d[only])
        return Combined(*one, 0.0, all_weights, 1, outlying)
    noise = r[np.ix_(use, use)] * np.outer(s[use], s[use])
    fit = _fit(b[use], noise, w[use] / w[use].sum())
    a = fit.weights
    within = float(a @ noise @ a)
    df_within = _noise_df(a, noise, within, d[use])
    between_df = float(fit.huber.sum()) - 1.0
    tau2 = fit.cautious_tau2
    if moderated:
        ratio = (df_within + between_df * fit.excess) / (df_within + between_df)
        tau2 = fit.noise_tau2 * max(0.0, ratio - 1)
        between_df += df_within
    between = tau2 * float(a @ a)
    df_total = _satterthwaite(within, df_within, between, between_df)
    all_weights[use] = a
    outlying[use] = (fit.huber < 1) & (np.abs(fit.z) > OUTLYING)
    return Combined(
        estimate=float(a @ b[use]),
        se=float(np.sqrt(within + between)),
        df=df_total,
        tau=float(np.sqrt(fit.tau2)),
        weights=all_weights,
        n=int(use.size),
        outlying=outlying,
    )


def _check(
    b: FloatArray, s: FloatArray, w: FloatArray, correlation: ArrayLike | None
) -> FloatArray:
    """Return the correlation matrix, refusing what cannot be combined."""
    k = b.size
    if b.ndim != 1 or w.shape != b.shape:
        raise ValueError(f"effects have shape {b.shape}, weights {w.shape}")
    if (s <= 0).any():
        raise ValueError("standard errors must be positive")
    r = np.asarray(0.0 if correlation is None else correlation, dtype=np.float64)
    alike = r.ndim == 0
    if alike:
        r = np.full((k, k), float(r))
        np.fill_diagonal(r, 1.0)
    if r.shape != (k, k):
        raise ValueError(f"correlation has shape {r.shape}, expected {(k, k)}")
    sound = alike or (_near(r, r.T) and _near(np.diag(r), 1))
    if not (sound and np.abs(r).max(initial=0.0) <= 1 + 1e-9):
        raise ValueError("correlation must be symmetric, within [-1, 1], with 1 on the diagonal")
    # With one correlation for all pairs the eigenvalues are 1 - rho and 1 + (k - 1) rho.
    if not alike or (k > 1 and r[0, 1] < 0):
        lowest = 1 + (k - 1) * r[0, 1] if alike else np.linalg.eigvalsh(r)[0]
        if lowest < -1e-8:
            raise ValueError(
                "correlation is not a possible correlation matrix (negative eigenvalue)"
            )
    return r


def _near(a: FloatArray, b: FloatArray | float) -> bool:
    """Whether no entry differs by more than rounding; NaN does."""
    return bool((np.abs(a - b) <= 1e-8).all())


@dataclass(frozen=True)
class _Fit:
    weights: FloatArray
    huber: FloatArray
    z: FloatArray
    tau2: float
    cautious_tau2: float
    noise_tau2: float
    excess: float


def _fit(b: FloatArray, noise: FloatArray, prior: FloatArray) -> _Fit:
    """Locate the forms, then measure their spread about that place.

    `noise_tau2` is the spread that noise alone makes visible, on the scale of tau^2, and `excess`
    how many times that the observed one is.
    """
    robust = b.size >= ROBUST_FROM
    limit, expected = (HUBER, HUBER_SQUARE) if robust else (np.inf, 1.0)
    explained = float(prior @ np.diag(noise) - prior @ noise @ prior)
    room = 1.0 - float(prior @ prior)
    spread = _robust_spread(b, noise, prior) if robust else np.ones(b.size)
    a, centre = prior, _weighted_median(b, prior) if robust else float(prior @ b)
    for _ in range(MAX_STEPS if robust else 1):
        z = (b - centre) / spread
        huber = np.minimum(1.0, limit / np.maximum(np.abs(z), 1e-300))
        a = prior * huber / (prior @ huber)
        step, centre = float(a @ b) - centre, float(a @ b)
        if abs(step) <= 1e-10 * spread.min():
            break
    residual = np.minimum(np.abs(b - centre), limit * spread)
    squares = float(prior @ residual**2) / expected
    luck = _chi2_quantile(UNLUCKY, b.size - 1)
    tau2, cautious = (max(0.0, (q - explained) / room) for q in (squares, squares / luck))
    visible = max(explained, TINY * float(np.diag(noise).mean()) * room)
    return _Fit(a, huber, z, tau2, cautious, visible / room, squares / visible)


def _robust_spread(b: FloatArray, noise: FloatArray, prior: FloatArray) -> FloatArray:
    """Return the usual deviation of each form: the median one, at least that of its noise.

    The median absolute deviation stands until half of the forms are wild; its correction for few
    values is that of Croux & Rousseeuw 1992 (doi 10.1007/978-3-662-26811-7_58).
    """
    deviation = np.abs(b - _weighted_median(b, prior))
    few = MAD_CORRECTION.get(b.size, b.size / (b.size - 0.8))
    common = few * MAD_TO_SD * _weighted_median(deviation, prior)
    visible = np.diag(noise) - 2 * noise @ prior + prior @ noise @ prior
    return np.asarray(np.sqrt(np.maximum(np.maximum(visible, common**2), TINY * np.diag(noise))))


def _chi2_quantile(p: float, df: int) -> float:
    """Return the quantile of a chi-square over its df."""
    from scipy.special import gammaincinv

    return float(gammaincinv(df / 2, p) * 2 / df)


def _noise_df(a: FloatArray, noise: FloatArray, within: float, df: FloatArray) -> float:
    if within <= 0:
        return float(df.min())
    share = np.maximum(a * (noise @ a) / within, 0.0)
    return float((share.sum() / (share @ df**-0.5)) ** 2)


def _satterthwaite(v1: float, df1: float, v2: float, df2: float) -> float:
    if v2 <= 0:
        return df1
    return (v1 + v2) ** 2 / (v1**2 / df1 + v2**2 / df2)


def _weighted_median(x: FloatArray, weights: FloatArray) -> float:
    order = np.argsort(x, kind="stable")
    below = np.cumsum(weights[order]) / weights.sum()
    low = int(np.searchsorted(below, 0.5 - 1e-12))
    high = min(int(np.searchsorted(below, 0.5 + 1e-12)), x.size - 1)
    return float((x[order[low]] + x[order[high]]) / 2)
