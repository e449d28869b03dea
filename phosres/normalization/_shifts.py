"""Methods that subtract one number from each sample.

Each takes log2 values (features x samples, NaN = missing) and returns the shift of every sample
(log2) with the number of features behind it. Errors take the values and those shifts.
"""

from collections.abc import Callable

import numpy as np

MIN_COMMON = 50
"""Fewest features a shift is estimated from. A median of 50 values with sd 1 has a standard error
of about 0.18 log2, as large as the differences between methods that the audit flags (0.2)."""

MIN_STABLE = 20
"""Fewest stable reference features a shift is estimated from. They vary less than others: with an
sd of 0.6 a median of 20 has the standard error of the 50 above (stated estimate)."""

COMMON_SHARE = 0.7
"""A feature is a reference for median of ratios if it is seen in this share of the samples, so that
a sample's shift is not taken from features that only it has."""

GRID = 2048
"""Points of the density whose peak is the mode: a spacing far below the bandwidth."""

PASSES, SETTLED = 50, 1e-9
"""Most passes over an incomplete table, and the change of a shift (log2) that ends them."""

MAD_TO_SD = 1.482602218505602
"""Consistency of the median absolute deviation with the standard deviation of a normal."""

Shifts = tuple[np.ndarray, np.ndarray]


def median_of_ratios(values: np.ndarray) -> Shifts:
    """Median difference of a sample to the features' means, over features most samples have.

    ``c_j = median_g(y_gj - mean_j(y_gj))`` over the features g seen in at least 70 % of samples.
    Where values are missing a feature's mean depends on the loading of the samples that have it:
    the means are then taken again of the shifted values, until no shift changes but by a constant
    common to all.

    References
    ----------
    Anders S, Huber W. Genome Biol 2010;11:R106, doi:10.1186/gb-2010-11-10-r106 (on counts; here
    with the arithmetic mean of log2 values as the reference).
    """
    return _settle(values, _column_medians)


def stable_sites(values: np.ndarray, reference: np.ndarray) -> Shifts:
    """Median difference of a sample to the features' means, over features declared stable.

    Parameters
    ----------
    values
        Log2 values, features x samples, NaN = missing.
    reference
        Which features are stable, shape (features,), boolean. No readout may be among them.

    Returns
    -------
    Shift per sample (log2) and number of features used per sample; below 20 a shift is not to be
    trusted.

    Raises
    ------
    ValueError
        If the mask does not have one entry a feature.

    References
    ----------
    Kim HJ et al. Cell Rep 2021;34:108771, doi:10.1016/j.celrep.2021.108771 (stably phosphorylated
    sites as a reference).
    """
    mask = np.asarray(reference, dtype=bool)
    if mask.shape != values.shape[:1]:
        msg = f"the reference has shape {mask.shape}, there are {values.shape[0]} features"
        raise ValueError(msg)
    return _settle(values[mask], _column_medians)


def mode_of_ratios(values: np.ndarray) -> Shifts:
    """Most frequent difference of a sample to the features' means: a check, not a default.

    The peak of a Gaussian kernel density (bandwidth by Silverman's rule) is where the unchanged
    features are as long as they are the largest group; beyond half changed it jumps to the others.

    References
    ----------
    Silverman BW. Density Estimation. Chapman & Hall 1986, equation 3.31 (bandwidth).
    """
    return _settle(values, _column_modes)


def column_median(values: np.ndarray) -> Shifts:
    """Median of each sample, less the mean of these medians.

    References
    ----------
    Bolstad BM et al. Bioinformatics 2003;19:185, doi:10.1093/bioinformatics/19.2.185 (scaling).
    """
    medians, n = _column_medians(values)
    return medians - np.nanmean(medians), n


def median_change(values: np.ndarray) -> Shifts:
    """Median of each column of changes: what is taken off is what most sites share.

    References
    ----------
    Bolstad BM et al. Bioinformatics 2003;19:185, doi:10.1093/bioinformatics/19.2.185 (scaling; of
    changes the target is zero).
    """
    return _column_medians(values)


def no_shift(values: np.ndarray) -> Shifts:
    """Leave every sample as it is (the table is normalised already)."""
    return np.zeros(values.shape[1]), (~np.isnan(values)).sum(axis=0)


def median_error(values: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Return the standard error of a median of ratios: ``sqrt(pi / 2) sd / sqrt(n)``.

    References
    ----------
    Asymptotic variance of a median of normal values: Serfling 1980, Approximation Theorems of
    Mathematical Statistics, section 2.3.
    """
    sd, n = _spread(values, shift)
    return np.asarray(np.sqrt(np.pi / 2) * sd / np.sqrt(n))


def mode_error(values: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Return the standard error of a mode of ratios: 0.70 sd / n^0.2.

    The asymptotic variance ``f(m) R(K') / (n h^3 f''(m)^2)`` at a normal density f with a Gaussian
    kernel K of width ``h = 0.9 sd n^-0.2``: a mode is far less certain than a median.

    References
    ----------
    Parzen E. Ann Math Stat 1962;33:1065, doi:10.1214/aoms/1177704472 (theorem 5).
    """
    sd, n = _spread(values, shift)
    # f = 1 / (sd sqrt(2 pi)), f'' = f / sd^2 and R(K') = 1 / (4 sqrt(pi)).
    factor = np.sqrt(np.sqrt(2 * np.pi) / (4 * np.sqrt(np.pi)) / 0.9**3)
    return np.asarray(factor * sd / n**0.2)


def _spread(values: np.ndarray, shift: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the robust spread of each sample's ratios, and their number (NaN for none)."""
    ratios = _reference(values - shift)
    ratios = ratios - np.nanmean(ratios, axis=1, keepdims=True)
    medians, n = _column_medians(np.abs(ratios))
    return MAD_TO_SD * medians, np.where(n > 0, n, np.nan)


def _reference(values: np.ndarray) -> np.ndarray:
    """Return the features that most samples have."""
    return np.asarray(values[(~np.isnan(values)).mean(axis=1) >= COMMON_SHARE])


def _settle(values: np.ndarray, locate: Callable[[np.ndarray], Shifts]) -> Shifts:
    """Locate each sample's ratios to the features' means, of features that most samples have."""
    reference = _reference(values)
    shift, n = locate(reference - np.nanmean(reference, axis=1, keepdims=True))
    some = n > 0
    reference = reference[:, some]
    if not np.isnan(reference).any() or some.sum() < 2:
        return shift, n
    for _ in range(PASSES):
        moved = reference - shift[some]
        change = locate(moved - np.nanmean(moved, axis=1, keepdims=True))[0]
        change -= change.mean()
        shift[some] += change
        if np.abs(change).max() < SETTLED:
            break
    return shift, n


def _column_medians(values: np.ndarray) -> Shifts:
    """Return the NaN-safe median of each column and the number of values behind it."""
    n = (~np.isnan(values)).sum(axis=0)
    medians = np.full(values.shape[1], np.nan)
    if values.shape[0]:
        some = n > 0
        medians[some] = np.nanmedian(values[:, some], axis=0)
    return medians, n


def _column_modes(values: np.ndarray) -> Shifts:
    """Return the mode of each column and the number of values behind it."""
    seen = ~np.isnan(values)
    modes = [_mode(values[seen[:, j], j]) for j in range(values.shape[1])]
    return np.array(modes, dtype=float), seen.sum(axis=0)


def _mode(x: np.ndarray) -> float:
    """Find the peak of a Gaussian kernel density of the values."""
    if x.size == 0:
        return float("nan")
    low, q1, middle, q3, high = np.quantile(x, [0, 0.25, 0.5, 0.75, 1])
    width = 0.9 * min(x.std(), (q3 - q1) / 1.34) * x.size**-0.2
    if width == 0:
        return float(middle)  # half of the values are one value
    # The kernel ends where the grid does not: values far out cannot hold the peak's shoulder.
    low, high = max(low, middle - 50 * width), min(high, middle + 50 * width)
    step = (high - low) / (GRID - 1)
    place = np.clip((x[(x >= low) & (x <= high)] - low) / step, 0, GRID - 1 - 1e-9)
    left = place.astype(int)
    share = place - left
    count = np.bincount(left, 1 - share, GRID) + np.bincount(left + 1, share, GRID)
    reach = min(GRID - 1, int(np.ceil(5 * width / step)))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step / width) ** 2)
    density = np.convolve(count, kernel)[reach : reach + GRID]
    peak = int(np.argmax(density))
    if peak in (0, GRID - 1):
        return float(low + peak * step)
    before, at, after = density[peak - 1 : peak + 2]
    return float(low + step * (peak + 0.5 * (before - after) / (before - 2 * at + after)))
