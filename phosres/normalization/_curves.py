"""Methods that bend each sample's distribution: no single shift describes them."""

import numpy as np

from phosres.stats.smoothing import lowess

SPAN = 0.7
"""Share of the features in each local fit (Ballman 2004 and the field's usual value)."""

CYCLES = 3
"""Rounds of fitting; after three the mean curve moves no more than rounding."""

Curves = tuple[np.ndarray, np.ndarray]


def quantile(values: np.ndarray) -> Curves:
    """Give every sample the mean distribution; ties get the mean of their quantiles' ranks.

    A sample with missing values is stretched: its k-th of n values stands for the quantile
    (k - 1) / (n - 1).

    Parameters
    ----------
    values
        Log2 values, features x samples, NaN = missing.

    Returns
    -------
    Normalised values, NaN where they were, and the number of values of each sample.

    References
    ----------
    Bolstad BM et al. Bioinformatics 2003;19:185, doi:10.1093/bioinformatics/19.2.185.
    """
    from scipy.stats import rankdata

    seen = ~np.isnan(values)
    n = seen.sum(axis=0)
    out = np.full(values.shape, np.nan)
    use = np.flatnonzero(n > 1)  # one value has no distribution
    if use.size == 0:
        return out, n
    at = np.linspace(0, 1, max(values.shape[0], 2))
    target = np.zeros(at.size)
    for j in use:
        target += np.interp(at, np.linspace(0, 1, n[j]), np.sort(values[seen[:, j], j]))
    target /= use.size
    for j in use:
        mine = seen[:, j]
        out[mine, j] = np.interp((rankdata(values[mine, j]) - 1) / (n[j] - 1), at, target)
    return out, n


def cyclic_loess(values: np.ndarray) -> Curves:
    """Remove each sample's intensity-dependent deviation from the mean of all samples.

    ``y_j <- y_j - lowess(y_j - m on m)`` with the features' means m, three times.

    Parameters
    ----------
    values
        Log2 values, features x samples, NaN = missing.

    Returns
    -------
    Normalised values, NaN where they were, and the number of values of each sample.

    References
    ----------
    Ballman KV et al. Bioinformatics 2004;20:2778, doi:10.1093/bioinformatics/bth327.
    """
    out = np.array(values, dtype=float)
    seen = ~np.isnan(out)
    n = seen.sum(axis=0)
    known = seen.sum(axis=1)
    for _ in range(CYCLES):
        total = np.where(seen, out, 0.0).sum(axis=1)
        mean = total / np.maximum(known, 1)
        for j in np.flatnonzero(n > 1):
            x = mean[seen[:, j]]
            out[seen[:, j], j] -= lowess(x, out[seen[:, j], j] - x, span=SPAN)
    return out, n
