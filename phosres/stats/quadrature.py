"""Nodes of Gauss-Legendre integration, computed once."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@cache
def gauss_legendre(n: int) -> tuple[FloatArray, FloatArray]:
    """Return the nodes on (-1, 1) and their weights, read-only.

    Parameters
    ----------
    n
        Number of nodes.

    Returns
    -------
    Nodes and weights, each of shape (n,).
    """
    nodes, weights = np.polynomial.legendre.leggauss(n)
    nodes.flags.writeable = weights.flags.writeable = False
    return nodes, weights
