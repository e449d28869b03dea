"""Means over samples that are replicates of one another."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phosres.stats.checks import check_blocks

FloatArray = NDArray[np.float64]


def average_columns(values: ArrayLike, codes: ArrayLike) -> FloatArray:
    """Average the columns of each code over the values that were observed.

    Parameters
    ----------
    values
        Shape (rows, samples), NaN where not measured.
    codes
        Integer code of each sample, shape (samples,).

    Returns
    -------
    Shape (rows, codes), in increasing order of the codes; NaN where no value was observed.

    Raises
    ------
    ValueError
        If there is not one integer code a sample.
    """
    y = np.asarray(values, dtype=np.float64)
    groups = check_blocks(codes, y.shape[1])
    n_groups = int(groups.max(initial=-1)) + 1
    if n_groups == y.shape[1]:
        return y[:, np.argsort(groups)]
    out = np.empty((y.shape[0], n_groups))
    for group in range(n_groups):
        part = y[:, groups == group]
        seen = np.isfinite(part)
        count = seen.sum(axis=1)
        total = np.where(seen, part, 0.0).sum(axis=1)
        out[:, group] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return out
