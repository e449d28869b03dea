"""Check what a linear model is given: values, design, contrast, blocks."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def check_contrast(contrast: ArrayLike, n_coefficients: int) -> FloatArray:
    """Return a contrast vector, from a vector or from the index of one coefficient.

    Parameters
    ----------
    contrast
        Shape (coefficients,), or an integer.
    n_coefficients
        Columns of the design.

    Returns
    -------
    The vector, shape (coefficients,).

    Raises
    ------
    ValueError
        If the length or the index does not fit the design, or the vector is zero or not finite.
    """
    given = np.asarray(contrast)
    if given.ndim == 0 and np.issubdtype(given.dtype, np.integer):
        if not -n_coefficients <= int(given) < n_coefficients:
            raise ValueError(f"contrast is column {int(given)}, the design has {n_coefficients}")
        vector = np.zeros(n_coefficients)
        vector[int(given)] = 1.0
        return vector
    vector = given.astype(np.float64)
    if vector.shape != (n_coefficients,):
        raise ValueError(
            f"contrast has shape {vector.shape}, the design has {n_coefficients} coefficients"
        )
    if not np.isfinite(vector).all() or not vector.any():
        raise ValueError("contrast must be finite and not all zero")
    return vector


def check_design(y: FloatArray, design: ArrayLike) -> FloatArray:
    """Return the design as a matrix that fits the values.

    Parameters
    ----------
    y
        Shape (rows, samples), NaN where not measured.
    design
        Shape (samples, coefficients), or a vector.

    Returns
    -------
    The design, shape (samples, coefficients).

    Raises
    ------
    ValueError
        If shapes disagree, values are infinite, or the design is not finite.
    """
    x = np.asarray(design, dtype=np.float64)
    x = x[:, None] if x.ndim == 1 else x
    if y.ndim != 2 or x.ndim != 2 or y.shape[1] != x.shape[0]:
        raise ValueError(
            f"values have shape {y.shape} and design {x.shape}: "
            "columns of values must be rows of the design"
        )
    if not np.isfinite(x).all():
        raise ValueError("the design holds values that are not finite")
    if np.isinf(y).any():
        raise ValueError(f"{int(np.isinf(y).sum())} values are infinite; use NaN for not measured")
    return x


def check_blocks(blocks: ArrayLike, n_samples: int) -> IntArray:
    """Return block codes 0, 1, ... from any integer codes.

    Parameters
    ----------
    blocks
        Integer code of each sample, shape (samples,).
    n_samples
        Number of samples.

    Returns
    -------
    The codes.

    Raises
    ------
    ValueError
        If the length is another, or the codes are no integers.
    """
    given = np.asarray(blocks)
    if given.shape != (n_samples,) or not np.issubdtype(given.dtype, np.integer):
        raise ValueError(
            f"blocks must be {n_samples} integer codes, got {given.dtype} of shape {given.shape}"
        )
    return np.unique(given, return_inverse=True)[1].astype(np.int64)
