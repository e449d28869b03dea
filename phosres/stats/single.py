"""One pair, no replicates: the pair's own differences as the noise, with a heavy tail.

Most sites do not change much between two samples, so the spread of all differences at one
intensity bounds the noise from above. Its tail is not normal: z scores on it call changes in
nine of ten pairs of replicates of one condition. A t distribution fitted to all standardised
differences keeps the false calls at the nominal rate; real widespread change only widens it. Scale
and tail follow what is known of a site before its difference is: its intensity, and groups such as
multiply phosphorylated forms.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosres.stats.tail import MIN_SITES, fit_t

FloatArray = NDArray[np.float64]

# Consistency of the median absolute deviation with the standard deviation of a normal.
MAD_TO_SD = 1.482602218505602
# From this many df on the noncentral t is a shifted normal to more digits than matter.
ALMOST_NORMAL = 1e6
# Up to so many different df are looked up exactly; more are interpolated between as many, which is
# right to four digits.
EXACT = 200
# A window in which most differences are tied has no spread of its own; it gets this share of the
# global scale at least (stated estimate).
LEAST_SCALE = 0.1


@dataclass(frozen=True)
class PairNoise:
    """The noise of one pair: t = difference / scale has a t distribution on df under no change.

    Parameters
    ----------
    scale
        Standard error of each site's difference, shape (sites,); NaN where there is none.
    df
        Degrees of freedom of the t of each site, shape (sites,); NaN with `scale`.
    n
        Sites the model was fitted on.
    centre
        Median difference, about which the noise was measured.
    local
        Whether the scale follows the intensity (else one scale for all sites).
    """

    scale: FloatArray
    df: FloatArray
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
    difference: ArrayLike,
    mean_intensity: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    *,
    window: int = 200,
) -> PairNoise:
    """Fit the noise of one pair to its own differences.

    The scale is that of sites of similar intensity (`local_scale`), times that of a t distribution
    fitted to all standardised differences (`fit_t`), whose scale and degrees of freedom follow the
    rank of the intensity and whose scale follows the groups. One tail for all sites would be right
    on average only: in tissue the strongest sites have many more wild differences than the weak
    ones, and forms with three phosphates are noisier than forms with one.

    Parameters
    ----------
    difference
        Log2 differences of all sites, shape (sites,), NaN where not measured in both samples.
    mean_intensity
        Mean log2 intensity of the two samples, shape (sites,). None where the table holds ratios
        only: one scale for all sites.
    groups
        True where a site belongs to a group that may be noisier than the rest, shape (sites, k);
        something known without looking at the difference.
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
    local = bool(np.ptp(scale[used]) > 0)
    position = _rank(np.asarray(mean_intensity, float), used) if local else None
    tail = fit_t((d - centre) / scale, position, groups)
    return PairNoise(scale * tail.scale, np.where(used, tail.df, np.nan), tail.n, centre, local)


def _rank(intensity: FloatArray, used: NDArray[np.bool_]) -> FloatArray:
    """Return the rank of each used site's intensity from -1 to 1; 0 for the others."""
    placed = np.flatnonzero(used & np.isfinite(intensity))
    out = np.zeros(intensity.shape)
    order = placed[np.argsort(intensity[placed], kind="stable")]
    out[order] = np.linspace(-1.0, 1.0, order.size)
    return out


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
    every = each
    if (each > 0).sum() > EXACT:
        least, most = np.log(each[each > 0][[0, -1]])
        each = np.exp(np.linspace(least, most, EXACT))
    known = each > 0
    finite = known & (each < ALMOST_NORMAL)
    nu = np.where(finite, each, 1.0)
    critical = np.where(finite, stdtrit(nu, 1 - alpha / 2), ndtri(1 - alpha / 2))
    shift = np.where(
        finite, nctdtrinc(nu, 1 - power, np.where(finite, critical, 1.0)), critical + ndtri(power)
    )
    critical, shift = np.where(known, critical, np.nan), np.where(known, shift, np.nan)
    if every is not each:
        steps = np.log(each), np.log(np.where(every > 0, every, np.nan))
        critical, shift = (np.interp(steps[1], steps[0], c) for c in (critical, shift))
    where = where.reshape(d.shape)
    return DetectionLimit(critical[where] * s, shift[where] * s)
