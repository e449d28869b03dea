"""Score the sets of a network in every experiment of a matrix."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from phosres.errors import ConfigError, DataError, Problem
from phosres.kinases._columns import cut_blocks, take_block
from phosres.kinases._layout import check_matrix, lay_out
from phosres.kinases._methods import Method, find_method
from phosres.kinases._network import check_network
from phosres.kinases._weights import FloatArray, IntArray, Weights, pattern

THREADS = 4
"""Most blocks that are scored at a time; each holds some 20 MB."""


@dataclass(frozen=True, eq=False)
class SetScores:
    """Scores of sets, with what they rest on; every table is sets x experiments.

    Parameters
    ----------
    scores
        Score of the method; NaN where fewer than `min_size` members are measured.
    p
        Two-sided p values, not adjusted; None if the method gives none.
    n_measured
        Measured members in each experiment, own sites of the kinase included where the method
        uses them.
    n_members
        Members of each set: edges of the network whether or not the matrix has the site, and own
        sites that the matrix has.
    method
        The method.
    min_size
        Fewest measured members.
    """

    scores: pd.DataFrame
    p: pd.DataFrame | None
    n_measured: pd.DataFrame
    n_members: "pd.Series[int]"
    method: Method
    min_size: int

    @property
    def coverage(self) -> pd.DataFrame:
        """Share of the members that were measured."""
        return self.n_measured.div(self.n_members, axis=0)


def score_sets(
    matrix: pd.DataFrame,
    network: pd.DataFrame,
    *,
    min_size: int = 5,
    method: str | Method = "phosres",
) -> pd.DataFrame:
    """Score every set of a network in every experiment, exactly on what was measured there.

    Parameters
    ----------
    matrix
        Sites x experiments, for example log2 fold changes; NaN is not measured. Row names are the
        targets of the network. Names like ``AKT1_S473``, ``AKT1;S473;`` or ``P31749;S473-p`` also
        tell the method ``phosres`` which sites share a protein and which are activating sites of
        a kinase; positions are those of the human UniProt sequence.
    network
        Columns source (set), target (row name) and optionally weight (signed; 1 if absent).
    min_size
        Fewest measured members for a score, per experiment.
    method
        A name from `show_methods`, or a record (`combination` makes one).

    Returns
    -------
    Sets (in the order of the network) x experiments; NaN where a set is too small there.

    Raises
    ------
    ConfigError
        If there is no such method, or `min_size` is less than 1.
    DataError
        If the matrix or the network cannot be used, or have no site in common.

    Examples
    --------
    >>> import pandas as pd
    >>> matrix = pd.DataFrame({"drug": [-2.0, -1.0, 0.5]}, index=["a", "b", "c"])
    >>> network = pd.DataFrame({"source": ["K", "K"], "target": ["a", "b"]})
    >>> float(score_sets(matrix, network, min_size=2, method="mean").loc["K", "drug"])
    -1.5
    """
    return score_sets_detailed(matrix, network, min_size=min_size, method=method).scores


def score_sets_detailed(
    matrix: pd.DataFrame,
    network: pd.DataFrame,
    *,
    min_size: int = 5,
    method: str | Method = "phosres",
) -> SetScores:
    """Score sets as `score_sets` does, and keep p values and coverage.

    Parameters
    ----------
    matrix, network, min_size, method
        As in `score_sets`.

    Returns
    -------
    The scores and what they rest on.

    Raises
    ------
    ConfigError, DataError
        As in `score_sets`.
    """
    chosen = find_method(method)
    if min_size < 1:
        raise ConfigError(f"min_size is {min_size}; a set needs at least 1 measured member")
    edges = check_network(network)
    check_matrix(matrix)
    if any(pd.api.types.is_extension_array_dtype(t) for t in matrix.dtypes):
        matrix = matrix.astype(np.float64)
    sets, weights, n_members = lay_out(matrix.index, edges, chosen)
    scores, p, counts = _score_blocks(matrix, weights, chosen, min_size)

    def table(values: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame(values, index=sets, columns=matrix.columns)

    return SetScores(
        scores=table(scores),
        p=None if p is None else table(p),
        n_measured=table(counts),
        n_members=pd.Series(n_members, index=sets, name="n_members"),
        method=chosen,
        min_size=min_size,
    )


def _score_blocks(
    matrix: pd.DataFrame, weights: Weights, method: Method, min_size: int
) -> tuple[FloatArray, FloatArray | None, IntArray]:
    """Scores, p values and numbers of measured members, sets x experiments."""
    score = method.prepare(weights)
    members = pattern(weights.w)
    shape = (members.shape[0], matrix.shape[1])
    scores, counts = np.full(shape, np.nan), np.zeros(shape, dtype=np.int64)
    p = np.full(shape, np.nan) if method.gives_p else None

    def work(place: slice) -> int:
        """Score one block; returns how many infinite values it holds."""
        columns = take_block(matrix, place, weights.rows)
        # An infinite value makes the mean infinite, or NaN where both signs occur.
        if np.isinf(columns.mean).any() or (np.isnan(columns.mean) & (columns.n > 0)).any():
            return int(np.isinf(columns.x).sum())
        m = members @ columns.members[1]
        small = m < min_size
        value, tail = score(columns)
        scores[:, place] = np.where(small, np.nan, value)
        counts[:, place] = m
        if p is not None and tail is not None:
            p[:, place] = np.where(small, np.nan, tail)
        return 0

    places = cut_blocks(matrix)
    if len(places) == 1:
        infinite = work(places[0])
    else:  # numpy and scipy let go of the interpreter while they work on a block
        with ThreadPoolExecutor(min(THREADS, os.cpu_count() or 1)) as pool:
            infinite = sum(pool.map(work, places))
    if infinite:
        raise DataError(
            Problem(f"matrix: {infinite} infinite values", hint="NaN says not measured")
        )
    return scores, p, counts
