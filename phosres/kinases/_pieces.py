"""Forms become pieces of evidence, pieces become one change: `phosres.evidence` for many sets.

The same two stages, `phosres.stats.combine_measurements` for the forms of one peptide stretch and
`phosres.stats.pool` for different stretches, written as sums over sparse indicators, so that
hundreds of kinases in every subject cost as much as one. Not taken over are what needs each piece
by itself: forms that disagree are not weighed down one by one, and the correlation of forms is the
assumed one, never the residuals' own.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Pieces:
    """Members of sets, and the pieces of evidence they form.

    Parameters
    ----------
    feature, sign
        Row of the table and direction of each member, shape (members,).
    piece
        Piece of each member, shape (members,).
    of_set, protein, weight
        Set, protein and weight of each piece, shape (pieces,); ordered by set and protein.
    n_sets
        Number of sets.
    """

    feature: IntArray
    sign: FloatArray
    piece: IntArray
    of_set: IntArray
    protein: IntArray
    weight: FloatArray
    n_sets: int

    @property
    def forms(self) -> sparse.csr_matrix:
        """Indicator of the members of each piece, shape (pieces, members)."""
        return indicator(self.piece, self.of_set.size)

    @property
    def sets(self) -> sparse.csr_matrix:
        """Indicator of the pieces of each set, shape (sets, pieces)."""
        return indicator(self.of_set, self.n_sets)


def indicator(code: IntArray, n: int) -> sparse.csr_matrix:
    """Ones where a column belongs to a row, shape (n, columns).

    Parameters
    ----------
    code
        Row of each column, shape (columns,).
    n
        Number of rows.
    """
    columns = np.arange(code.size)
    return sparse.csr_matrix((np.ones(code.size), (code, columns)), shape=(n, code.size))


def cut_pieces(members: pd.DataFrame, *, stretch: int, n_sets: int) -> Pieces:
    """Cut the members of each set into stretches of one protein.

    Parameters
    ----------
    members
        Columns set (code), row, sign, weight, protein (code), position; a row once in a set,
        ordered by set, protein and position.
    stretch
        Residues up to which neighbouring members are one piece.
    n_sets
        Number of sets.

    Returns
    -------
    The pieces; a piece has the largest weight of its members.
    """
    own, protein = members["set"].to_numpy(np.int64), members["protein"].to_numpy(np.int64)
    position = members["position"].to_numpy(np.float64)
    new = np.ones(len(members), dtype=bool)
    new[1:] = (np.diff(own) != 0) | (np.diff(protein) != 0) | (np.diff(position) > stretch)
    piece = np.cumsum(new) - 1
    weight = np.zeros(int(new.sum()))
    np.maximum.at(weight, piece, members["weight"].to_numpy(np.float64))
    return Pieces(
        members["row"].to_numpy(np.int64),
        members["sign"].to_numpy(np.float64),
        piece.astype(np.int64),
        own[new],
        protein[new],
        weight,
        n_sets,
    )


@dataclass(frozen=True, eq=False)
class Joined:
    """Changes of pieces, shape (pieces, columns); NaN where no form was tested."""

    change: FloatArray
    se: FloatArray
    df: FloatArray


def join_forms(
    pieces: Pieces, change: FloatArray, se: FloatArray, df: FloatArray, *, correlation: FloatArray
) -> Joined:
    """Average the forms of each piece; disagreement beyond noise widens the standard error.

    `phosres.stats.combine_measurements` with equal weights and `moderated`, without its weighing
    down of single forms.

    Parameters
    ----------
    pieces
        Which members form a piece.
    change, se, df
        Signed changes of the members with their noise, shape (members, columns); NaN where a
        member was not tested or must not count.
    correlation
        Noise correlation of the forms of a stretch, shape (columns,).
    """
    a, at, rho = pieces.forms, pieces.piece, correlation
    seen = np.isfinite(change) & (se > 0) & (df > 0)
    b, s = np.where(seen, change, 0.0), np.where(seen, se, 0.0)
    k = a @ seen.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, sum_s, sum_s2 = a @ b / k, a @ s, a @ s**2
        noise = ((1 - rho) * sum_s2 + rho * sum_s**2) / k**2
        share = s * ((1 - rho) * s + rho * sum_s[at]) / (k**2 * noise)[at]
        uncertain = a @ np.where(seen, share / np.sqrt(np.where(seen, df, 1.0)), 0.0)
        df_noise = uncertain**-2.0
        visible = (sum_s2 - k * noise) / (k - 1)
        spread = a @ np.where(seen, (b - mean[at]) ** 2, 0.0) / (k - 1)
        ratio = (df_noise + (k - 1) * spread / visible) / (df_noise + k - 1)
        tau2 = np.where(k > 1, visible * np.maximum(0.0, ratio - 1), 0.0) / k
        total = noise + tau2
        freedom = total**2 / (noise**2 / df_noise + tau2**2 / (k - 1 + df_noise))
    one = k == 1
    return Joined(mean, np.sqrt(total), np.where(one | (tau2 == 0), df_noise, freedom))


@dataclass(frozen=True, eq=False)
class Averaged:
    """Changes of sets, shape (sets, columns), and the share of each piece, (pieces, columns)."""

    change: FloatArray
    se: FloatArray
    df: FloatArray
    share: FloatArray


def average_pieces(
    pieces: Pieces, joined: Joined, *, protein: FloatArray, between: FloatArray
) -> Averaged:
    """Average the pieces of each set, weighted by specificity and half by precision.

    `phosres.stats.pool` with the weights of `phosres.evidence`.

    Parameters
    ----------
    pieces
        Which pieces a set has.
    joined
        Their changes.
    protein, between
        Noise correlation of pieces of one protein, and of different proteins, shape (columns,).
    """
    of = pieces.sets
    seen = np.isfinite(joined.change) & (joined.se > 0)
    se = np.where(seen, joined.se, np.nan)
    usual = pd.DataFrame(se).groupby(pieces.of_set).transform("median").to_numpy()
    w = np.where(seen, pieces.weight[:, None] / (se**2 + usual**2), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(seen, w / (of @ w)[pieces.of_set], 0.0)
        c = share * np.where(seen, joined.se, 0.0)
        u = c**2 / (of @ c**2)[pieces.of_set] / np.sqrt(np.where(seen, joined.df, 1.0))
        u = np.where(seen, u, 0.0)
        variance = _quadratic(pieces, of, c, protein, between)
        df = 1 / _quadratic(pieces, of, u, protein**2, between**2)
    change = np.where(of @ w > 0, of @ (share * np.where(seen, joined.change, 0.0)), np.nan)
    n = of @ seen.astype(np.float64)
    only = of @ np.where(seen, joined.df, 0.0)
    return Averaged(change, np.sqrt(variance), np.where(n == 1, only, df), share)


def _quadratic(
    pieces: Pieces, of: sparse.csr_matrix, v: FloatArray, protein: FloatArray, between: FloatArray
) -> FloatArray:
    """Compute v' R v of every set, R 1 on the diagonal, `protein` or `between` off it."""
    key = pieces.of_set * (int(pieces.protein.max(initial=0)) + 1) + pieces.protein
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    sums = indicator(group.astype(np.int64), first.size) @ v
    of_group = indicator(pieces.of_set[first], pieces.n_sets)
    squares: FloatArray = of @ v**2
    groups = of_group @ sums**2
    form: FloatArray = squares + protein * (groups - squares) + between * ((of @ v) ** 2 - groups)
    return form
