"""Residuals about arm means or pair differences: what is left when the treatment is taken out."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def arm_residuals(
    values: FloatArray, treated: NDArray[np.bool_], blocks: NDArray[np.int_] | None = None
) -> FloatArray:
    """Take the treatment effect out of each row.

    Parameters
    ----------
    values
        Rows x samples, NaN = missing.
    treated
        True for the samples of the treated arm.
    blocks
        Subject codes 0, 1, ... for pairs; None for groups.

    Returns
    -------
    Groups: rows x samples, each value less the mean of its arm. Pairs: rows x subjects, each
    subject's difference (treated - untreated, over its means) less the mean difference. NaN stays
    NaN, and rows of an arm without any value are NaN.
    """
    if blocks is None:
        centred = values.astype(np.float64, copy=True)
        for arm in (treated, ~treated):
            centred[:, arm] -= _row_means(centred[:, arm])[:, None]
        return centred
    n = int(blocks.max()) + 1
    differences = np.column_stack(
        [
            _row_means(values[:, (blocks == b) & treated])
            - _row_means(values[:, (blocks == b) & ~treated])
            for b in range(n)
        ]
    )
    return np.asarray(differences - _row_means(differences)[:, None])


def _row_means(values: FloatArray) -> FloatArray:
    """Mean of each row over its values; NaN where it has none."""
    seen = ~np.isnan(values)
    n = seen.sum(axis=1)
    total = np.where(seen, values, 0.0).sum(axis=1)
    return np.asarray(np.divide(total, n, out=np.full(len(values), np.nan), where=n > 0))
