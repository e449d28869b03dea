"""A network meets a matrix: what is wrong with the matrix, and which rows are members of what."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from phosres.errors import DataError, Problem
from phosres.kinases._methods import Method
from phosres.kinases._network import SHOWN
from phosres.kinases._own import find_own_sites
from phosres.kinases._rows import read_names
from phosres.kinases._weights import IntArray, Weights, weigh


def check_matrix(matrix: pd.DataFrame) -> None:
    """Check that a matrix is numbers with unique names.

    Parameters
    ----------
    matrix
        Sites x experiments.

    Raises
    ------
    DataError
        With every problem found.
    """
    if not isinstance(matrix, pd.DataFrame):
        raise DataError(f"matrix: expected a DataFrame, found {type(matrix).__name__}")
    problems = []
    if isinstance(matrix.index, pd.MultiIndex):
        raise DataError(
            Problem(
                f"matrix: row names have {matrix.index.nlevels} levels",
                hint="join them into the one spelling of the network's targets",
            )
        )
    text = [str(c) for c, t in matrix.dtypes.items() if not _is_number(t)]
    if text:
        problems.append(
            Problem(
                f"matrix: {len(text)} columns are not numbers: {', '.join(text[:SHOWN])}",
                hint="put the site names into the index and drop other text columns",
            )
        )
    for axis, names in (("rows", matrix.index), ("columns", matrix.columns)):
        twice = names[names.duplicated()].unique()
        if len(twice):
            shown = ", ".join(str(t) for t in twice[:SHOWN])
            problems.append(
                Problem(
                    f"matrix: {len(twice)} names of {axis} occur more than once: {shown}",
                    hint="merge them first, for example matrix.groupby(level=0).mean()",
                )
            )
    if problems:
        raise DataError(problems)


def _is_number(dtype: object) -> bool:
    return pd.api.types.is_numeric_dtype(dtype) and not (  # type: ignore[arg-type]
        pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_complex_dtype(dtype)  # type: ignore[arg-type]
    )


def lay_out(
    index: pd.Index, edges: pd.DataFrame, method: Method
) -> tuple[pd.Index, Weights, IntArray]:
    """Lay a network out on the rows of a matrix.

    Parameters
    ----------
    index
        Names of the rows.
    edges
        Checked network: source, target, weight.
    method
        What it reads from the names of the rows.

    Returns
    -------
    Names of the sets, their weights, and the number of members of each.

    Raises
    ------
    DataError
        If no target is a row.
    """
    code, names = pd.factorize(edges["source"])
    sets = pd.Index(names, name="source", dtype=object)
    row = pd.Index(index.astype(str)).get_indexer(pd.Index(edges["target"]))
    if not (row >= 0).any():
        raise DataError(
            Problem(
                "no target of the network is a row of the matrix: targets like "
                f"{_some(edges['target'])}; rows like {_some(index)}",
                hint="spell both the same way",
            )
        )
    there = row >= 0
    members = pd.DataFrame(
        {"set": code[there], "row": row[there], "effect": edges["weight"][there], "own": False}
    )
    n_members = np.bincount(code, minlength=len(sets))
    proteins = np.arange(len(index))
    if method.reads_names or method.own_sites:
        parts = read_names(index)
        proteins = pd.factorize(parts["protein"])[0]
    if method.own_sites:
        own = find_own_sites(sets, parts, shared=method.shared_peptides).assign(own=True)
        known = pd.MultiIndex.from_frame(members[["set", "row"]])
        new = ~pd.MultiIndex.from_frame(own[["set", "row"]]).isin(known)
        n_members = n_members + np.bincount(own["set"][new], minlength=len(sets))
        # A site that is both is an own site: its sign and its weight are those of the table.
        members = pd.concat([own, members], ignore_index=True)
        members = members.drop_duplicates(["set", "row"])
    w, mine, rows = weigh(
        members["set"].to_numpy(),
        members["row"].to_numpy(),
        members["effect"].to_numpy(np.float64),
        members["own"].to_numpy(bool),
        n_sets=len(sets),
    )
    return sets, Weights(w, rows, proteins[rows].astype(np.int64), mine), n_members


def _some(names: Sequence[object] | pd.Index | pd.Series) -> str:
    return ", ".join(repr(str(n)) for n in list(names[:3]))
