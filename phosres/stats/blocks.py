"""Find the blocks (patients) inside a design matrix, so that they need not be fitted one by one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Below this number of indicator columns fitting them is as fast as removing block means.
MIN_BLOCKS = 5


@dataclass(frozen=True)
class BlockDesign:
    """A design split into blocks and what varies within them.

    Parameters
    ----------
    codes
        Block of each sample, shape (samples,), 0 .. n_blocks - 1.
    covariates
        Indices of the columns that are not block indicators.
    """

    codes: IntArray
    covariates: IntArray


def find_blocks(design: FloatArray, contrast: FloatArray) -> BlockDesign | None:
    """Recognise indicator columns that, with or without an intercept, split the samples in blocks.

    Removing block means then gives the same least-squares fit (Frisch-Waugh-Lovell) at a cost
    that does not grow with the number of blocks.

    Parameters
    ----------
    design
        Shape (samples, coefficients).
    contrast
        Shape (coefficients,). Columns that take part in the contrast are never blocks.

    Returns
    -------
    The split, or None where there are too few blocks or some samples are in none.
    """
    ones = design == 1
    indicator = (ones | (design == 0)).all(axis=0) & (contrast == 0)
    constant = indicator & ones.all(axis=0)
    candidates = np.flatnonzero(indicator & ~constant)
    candidates = candidates[np.argsort(ones[:, candidates].sum(axis=0), kind="stable")]
    codes = np.full(design.shape[0], -1, dtype=np.int64)
    accepted: list[int] = []
    for column in candidates:
        rows = ones[:, column]
        if rows.any() and (codes[rows] < 0).all():
            codes[rows] = len(accepted)
            accepted.append(int(column))
    if len(accepted) < MIN_BLOCKS or ((codes < 0).any() and not constant.any()):
        return None
    codes[codes < 0] = len(accepted)
    absorbed = constant.copy()
    absorbed[accepted] = True
    return BlockDesign(codes, np.flatnonzero(~absorbed))
