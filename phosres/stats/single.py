"""One pair, no replicates: the pair's own differences as the noise, with a heavy tail.

Most sites do not change much between two samples, so the spread of all differences at one
intensity bounds the noise from above. Its tail is not normal: z scores on it call changes in
nine of ten pairs of replicates of one condition. A t distribution fitted to all standardised
differences keeps the false calls at the nominal rate; real widespread change only widens it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

# Fewer sites cannot show the tail of their own distribution (stated minimum).
MIN_SITES = 50
# Consistency of the median absolute deviation with the standard deviation of a normal.
MAD_TO_SD = 1.482602218505602
# Tails heavier than Cauchy (1) allow no test at all; above 100 no p value that matters changes.
DF_BOUNDS = (1.0, 100.0)
# A tail fitted too light costs false calls, one too heavy only power: the lower end of the
# one-sided 95 % confidence interval of log df is used (standard normal quantile).
CAUTION = 1.6448536269514722
# From this many df on the noncentral t is a shifted normal to more digits than matter.
ALMOST_NORMAL = 1e6
# A window in which most differences are tied has no spread of its own; it gets this share of the
# global scale at least (stated estimate).
LEAST_SCALE = 0.1


@dataclass(frozen=True)
class TailFit:
    """A scaled t distribution fitted to standardised differences.

    Parameters
    ----------
    scale
        Of the t distribution, in units of the standardised differences.
    df
        Degrees of freedom used: the cautious lower bound.
    df_estimate
        Their maximum-likelihood estimate.
    n
        Differences fitted.
    """

    scale: float
    df: float
    df_estimate: float
    n: int


@dataclass(frozen=True)
class PairNoise:
    """The noise of one pair: t = difference / scale has a t distribution on df under no change.

    Parameters
    ----------
    scale
        Standard error of each site's difference, shape (sites,); NaN where there is none.
    df
        Degrees of freedom of the fitted t, one number.
    n
        Sites the model was fitted on.
    centre
        Median difference, about which the noise was measured.
    local
        Whether the scale follows the intensity (else one scale for all sites).
    """

    scale: FloatArray
    df: float
    n: int
    centre: float
    local: bool


@dataclass(frozen=True)
class DetectionLimit:
    """What a test can see, in the unit of the standard error.

    Parameters
    ----------
    threshold
        Smallest estimate that would be called at the given level.
    mdc
        True change that would be called with the given power.
    """

    threshold: FloatArray
    mdc: FloatArray


def fit_pair_noise(
    difference: ArrayLike, mean_intensity: ArrayLike | None = None, *, window: int = 200
) -> PairNoise:
    """Fit the noise of one pair to its own differences.

    Parameters
    ----------
    difference
        Log2 differences of all sites, shape (sites,), NaN where not measured in both samples.
    mean_intensity
        Mean log2 intensity of the two samples, shape (sites,). None where the table holds ratios
        only: one scale for all sites.
    window
        Sites of similar intensity in each local scale.

    Returns
    -------
    The model; the two-sided p value of a site is that of difference / scale on df.

    Raises
    ------
    ValueError
        If fewer than 50 sites have a difference, or more than half of the differences are equal.
    """
    d = np.asarray(difference, dtype=np.float64)
    scale = local_scale(d, mean_intensity, window=window)
    used = np.isfinite(d)
    centre = float(np.median(d[used]))
    tail = fit_t((d[used] - centre) / scale[used])
    local = bool(np.ptp(scale[used]) > 0)
    return PairNoise(scale * tail.scale, tail.df, tail.n, centre, local)


def local_scale(
    difference: ArrayLike, mean_intensity: ArrayLike | None = None, *, window: int = 200
) -> FloatArray:
    """Return the median absolute deviation of the differences among sites of like intensity.

    Deviations are from the median of all differences, so a drift with intensity counts as noise.
    The scale is that of windows of `window` sites, half overlapping, interpolated in between; a
    single one for all sites where there are fewer than two windows or no intensities.

    Parameters
    ----------
    difference
        Shape (sites,), NaN where not measured in both samples.
    mean_intensity
        Shape (sites,), or None. Sites without an intensity get the scale of all sites.
    window
        Sites in a window.

    Returns
    -------
    Scale of each site (standard deviation of a normal with that spread), NaN with `difference`.

    Raises
    ------
    ValueError
        If shapes disagree, fewer than 50 sites have a difference, or half of them are equal.
    """
    d = np.asarray(difference, dtype=np.float64)
    a = np.full(d.shape, np.nan) if mean_intensity is None else np.asarray(mean_intensity, float)
    used = np.isfinite(d)
    if d.ndim != 1 or a.shape != d.shape:
        raise ValueError(f"difference has shape {d.shape}, mean_intensity {a.shape}")
    if used.sum() < MIN_SITES:
        raise ValueError(
            f"{int(used.sum())} sites have a difference; at least {MIN_SITES} are needed "
            "to learn the noise of a pair from itself"
        )
    deviation = np.abs(d - np.median(d[used]))
    overall = MAD_TO_SD * float(np.median(deviation[used]))
    if overall == 0:
        raise ValueError("more than half of the differences are identical: no noise to learn")
    out = np.where(used, overall, np.nan)
    placed = np.flatnonzero(used & np.isfinite(a))
    if window < 2 or placed.size < 2 * window:
        return out
    order = placed[np.argsort(a[placed], kind="stable")]
    starts = np.append(np.arange(0, order.size - window, window // 2), order.size - window)
    windows = np.lib.stride_tricks.sliding_window_view(deviation[order], window)[starts]
    scales = np.maximum(MAD_TO_SD * np.median(windows, axis=1), LEAST_SCALE * overall)
    middles = starts + (window - 1) / 2
    out[order] = np.exp(np.interp(np.arange(order.size), middles, np.log(scales)))
    return out


def fit_t(z: ArrayLike) -> TailFit:
    """Fit scale and degrees of freedom of a t distribution centred on 0 by maximum likelihood.

    Parameters
    ----------
    z
        Standardised differences, shape (n,); NaN is ignored.

    Returns
    -------
    The fit; df within 1 .. 100 and cautious: the lower end of its one-sided 95 % interval, with
    the scale fitted to that df.

    Raises
    ------
    ValueError
        If fewer than 50 values are given.

    References
    ----------
    Lange, Little & Taylor 1989, J Am Stat Assoc 84:881, doi 10.1080/01621459.1989.10478852
    """
    from scipy.optimize import minimize_scalar

    x = np.asarray(z, dtype=np.float64)
    x = x[np.isfinite(x)]
    if x.size < MIN_SITES:
        raise ValueError(f"{x.size} values; at least {MIN_SITES} are needed to fit a tail")
    squares = x**2

    def loss(log_df: float) -> float:
        return _negative_log_likelihood(squares, float(np.exp(log_df)))

    low, high = np.log(DF_BOUNDS)
    best = float(minimize_scalar(loss, bounds=(low, high), method="bounded").x)
    step = 0.05
    curvature = (loss(best - step) - 2 * loss(best) + loss(best + step)) / step**2
    # A flat likelihood (nearly normal data) knows the df only to within a factor of e.
    error = 1.0 / np.sqrt(max(curvature, 1.0))
    df = float(np.exp(max(best - CAUTION * error, low)))
    return TailFit(float(np.sqrt(_squared_scale(squares, df))), df, float(np.exp(best)), x.size)


def minimal_detectable_change(
    se: ArrayLike, df: ArrayLike, alpha: float, power: float = 0.8
) -> DetectionLimit:
    """Return the smallest estimate that is called and the true change found with given power.

    Parameters
    ----------
    se, df
        Standard error and degrees of freedom of the estimate; broadcast together.
    alpha
        Two-sided level of one test, after division by the number of tests of the family.
    power
        Probability of a call.

    Returns
    -------
    Threshold t(1 - alpha/2, df) se, and the change whose noncentral t exceeds it with
    probability `power` (the other tail is neglected).

    Raises
    ------
    ValueError
        If alpha or power is not within (0, 1).
    """
    from scipy.special import nctdtrinc, ndtri, stdtrit

    if not 0 < alpha < 1 or not 0 < power < 1:
        raise ValueError(f"alpha is {alpha!r} and power {power!r}; both must be within (0, 1)")
    s, d = np.broadcast_arrays(np.asarray(se, np.float64), np.asarray(df, np.float64))
    each, where = np.unique(d, return_inverse=True)
    known = each > 0
    finite = known & (each < ALMOST_NORMAL)
    nu = np.where(finite, each, 1.0)
    critical = np.where(finite, stdtrit(nu, 1 - alpha / 2), ndtri(1 - alpha / 2))
    shift = np.where(
        finite, nctdtrinc(nu, 1 - power, np.where(finite, critical, 1.0)), critical + ndtri(power)
    )
    critical, shift = np.where(known, critical, np.nan), np.where(known, shift, np.nan)
    where = where.reshape(d.shape)
    return DetectionLimit(critical[where] * s, shift[where] * s)


def _squared_scale(squares: FloatArray, df: float) -> float:
    """Solve mean((df + 1) z^2 / (df s2 + z^2)) = 1 for s2, the score equation of the scale.

    The left side falls from df + 1 to 0 in log s2: damped Newton steps from the median converge.
    """
    log_s2 = float(np.log(np.median(squares) + np.finfo(float).tiny))
    for _ in range(200):
        share = squares / (df * np.exp(log_s2) + squares)
        slope = float(share @ (1.0 - share)) / share.size
        step = (float(share.mean()) - 1.0 / (df + 1)) / max(slope, 1e-3 / (df + 1))
        log_s2 += min(max(step, -1.0), 1.0)
        if abs(step) < 1e-10:
            break
    return float(np.exp(log_s2))


def _negative_log_likelihood(squares: FloatArray, df: float) -> float:
    """Minus the log likelihood of df, maximised over the scale."""
    from scipy.special import gammaln

    s2 = _squared_scale(squares, df)
    constant = gammaln((df + 1) / 2) - gammaln(df / 2) - 0.5 * np.log(np.pi * df * s2)
    return float(-squares.size * constant + (df + 1) / 2 * np.log1p(squares / (df * s2)).sum())
