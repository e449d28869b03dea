"""Solve many small normal equations at once, without exchanging columns.

Without exchanges the last column is dependent exactly where the others span it, which is what
makes a contrast in the last place estimable or not.
"""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# A column whose part orthogonal to the others has less than this share of its own squared length
# (1e-5 of its length) counts as linearly dependent; rounding leaves about 1e-15.
ALIASED = 1e-10
# A usable pivot below this share has cost six of sixteen digits: of those left a dependent column
# could pass for an independent one, so the row is solved again without squaring anything.
DOUBTFUL = 1e-6
# Singular values below this share of the largest are none (their squares are rounding).
SINGULAR = 1e-8
# Squared length under which an orthonormal column is rounding noise over the observed samples.
NOTHING = 1e-20


def solve_in_order(
    gram: FloatArray, cross: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, NDArray[np.bool_]]:
    """Solve gram b = cross for all rows at once by elimination in the given column order.

    Parameters
    ----------
    gram
        Normal matrices, shape (rows, q, q); overwritten.
    cross
        Right-hand sides, shape (rows, q); overwritten.

    Returns
    -------
    Coefficients (0 for columns that depend on earlier ones), the last pivot (the part of the last
    column's squared length that the others do not explain; 0 if dependent), the rank, and the rows
    in which a column was nearly dependent: `solve_exactly` is for those.
    """
    q = cross.shape[1]
    length = np.einsum("ikk->ik", gram).copy()
    pivot = np.zeros(len(cross))
    inverse = np.zeros_like(cross)
    doubtful = np.zeros(len(cross), dtype=bool)
    for k in range(q):
        pivot = gram[:, k, k]
        usable = (pivot > ALIASED * length[:, k]) & (length[:, k] > NOTHING)
        doubtful |= usable & (pivot < DOUBTFUL * length[:, k])
        pivot = np.where(usable, pivot, 0.0)
        np.divide(1.0, pivot, out=inverse[:, k], where=usable)
        factor = gram[:, k + 1 :, k] * inverse[:, k, None]
        gram[:, k + 1 :, k + 1 :] -= factor[:, :, None] * gram[:, k, None, k + 1 :]
        cross[:, k + 1 :] -= factor * cross[:, k, None]
    solution = np.zeros_like(cross)
    for k in reversed(range(q)):
        known = np.einsum("ij,ij->i", gram[:, k, k + 1 :], solution[:, k + 1 :])
        solution[:, k] = (cross[:, k] - known) * inverse[:, k]
    return solution, pivot, (inverse > 0).sum(axis=1).astype(np.float64), doubtful


def solve_exactly(columns: FloatArray, y: FloatArray) -> tuple[float, float, int, FloatArray]:
    """Solve one row by orthogonal projection, which keeps twice the digits.

    Parameters
    ----------
    columns
        Shape (samples, q), zero where the row was not observed.
    y
        Values, shape (samples,), zero where not observed.

    Returns
    -------
    Coefficient of the last column (0 if dependent), its pivot, the rank, and the residuals.
    """
    u, d, _ = np.linalg.svd(columns[:, :-1], full_matrices=False)
    u = u[:, d > SINGULAR * d.max(initial=0.0)]
    last = columns[:, -1]
    own = last
    for _ in range(2):  # twice is enough for full accuracy
        own = own - u @ (u.T @ own)
    pivot = float(own @ own)
    rest = y - u @ (u.T @ y)
    if pivot <= ALIASED * float(last @ last) or float(last @ last) <= NOTHING:
        return 0.0, 0.0, u.shape[1], rest
    effect = float(own @ y) / pivot
    return effect, pivot, u.shape[1] + 1, rest - effect * own
