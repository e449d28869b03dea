"""A network on the rows of one matrix: sparse weights, and which members share a protein."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Weights:
    """Signed weights of sets on the rows that are in at least one set.

    Parameters
    ----------
    w
        Sparse matrix, shape (sets, member rows); a stored zero does not occur.
    rows
        Row of the matrix of each column of `w`, shape (member rows,), increasing.
    proteins
        Code of the protein of each column of `w`, shape (member rows,).
    own
        Where the entries of `w` are sites of the kinase itself, same shape as `w`, boolean.
    """

    w: sparse.csr_matrix
    rows: IntArray
    proteins: IntArray
    own: sparse.csr_matrix

    def replace(self, w: sparse.csr_matrix) -> "Weights":
        """Give the same members other weights."""
        return Weights(w, self.rows, self.proteins, self.own)


@dataclass(frozen=True, eq=False)
class Groups:
    """Members of one set that lie on one protein, where there are several.

    Parameters
    ----------
    of_set
        Sparse indicator, shape (sets, groups).
    w
        Weights of the members of each group, shape (groups, member rows).
    """

    of_set: sparse.csr_matrix
    w: sparse.csr_matrix


def weigh(
    sets: IntArray, rows: IntArray, values: FloatArray, own: NDArray[np.bool_], *, n_sets: int
) -> tuple[sparse.csr_matrix, sparse.csr_matrix, IntArray]:
    """Lay edges out as sparse matrices on the rows they use.

    Parameters
    ----------
    sets, rows, values, own
        Set, matrix row, weight and origin of each edge, shape (edges,); every pair of set and row
        occurs once.
    n_sets
        Number of sets, those without an edge included.

    Returns
    -------
    Weights, indicator of own sites, and the row of each column.
    """
    used, column = np.unique(rows, return_inverse=True)
    shape = (n_sets, used.size)
    w = sparse.csr_matrix((values, (sets, column)), shape=shape)
    mine = sparse.csr_matrix((own[own], (sets[own], column[own])), shape=shape)
    return w, mine, used.astype(np.int64)


def group(weights: Weights) -> Groups:
    """Find the members of a set that share a protein with another member of it.

    Parameters
    ----------
    weights
        The weights; members with a unique protein are in no group.
    """
    w = weights.w.tocoo()
    key = w.row.astype(np.int64) * (int(weights.proteins.max(initial=0)) + 1)
    key = key + weights.proteins[w.col]
    _, code, size = np.unique(key, return_inverse=True, return_counts=True)
    several = size[code] > 1
    used, code = np.unique(code[several], return_inverse=True)
    shape = (used.size, w.shape[1])
    inside = sparse.csr_matrix((w.data[several], (code, w.col[several])), shape=shape)
    set_of = np.zeros(used.size, dtype=np.int64)
    set_of[code] = w.row[several]
    of_set = sparse.csr_matrix(
        (np.ones(used.size), (set_of, np.arange(used.size))), shape=(w.shape[0], used.size)
    )
    return Groups(of_set, inside)


def pattern(w: sparse.csr_matrix) -> sparse.csr_matrix:
    """Ones where `w` has an entry."""
    return sparse.csr_matrix((np.ones(w.nnz), w.indices, w.indptr), shape=w.shape)
