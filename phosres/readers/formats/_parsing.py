"""Parsing of identifiers, each distinct spelling once."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

RUN_FILE = (
    r"(?:_(?:un)?calibrated)?\.(?:raw|d|htrms|wiff2?|mzml|mzxml|mgf|dia)(?:\.(?:dia|quant|gz))?"
)
"""How names of runs end; programs write them with or without it."""
RUN_COLUMNS = (
    rf"^(?:.*[\\/])?(?P<sample>[^\\/]+?){RUN_FILE}$",
    r"^.*[\\/](?P<sample>[^\\/]+)$",
)
"""Sample columns whose header is the path of a run."""


def any_but(*headers: str) -> str:
    """Write a pattern of sample columns: everything but the known columns, R's spelling too.

    Parameters
    ----------
    headers
        Known columns.
    """
    known = "|".join(re.escape(h).replace(r"\ ", "[ .]").replace(r"\.", "[ ._]") for h in headers)
    return rf"^(?!(?:{known})$)(?P<sample>.+)$"


def extract(cells: "pd.Series[str]", pattern: re.Pattern[str]) -> dict[str, "pd.Series[str]"]:
    """Split cells by a pattern with named groups.

    Parameters
    ----------
    cells
        Text.
    pattern
        Compiled; the whole cell must match.

    Returns
    -------
    Group to text, ``""`` where the cell does not match.
    """
    found = {c: m.groupdict("") if (m := pattern.fullmatch(c)) else {} for c in cells.unique()}
    return {
        group: cells.map({c: parts.get(group, "") for c, parts in found.items()}).astype(object)
        for group in pattern.groupindex
    }


def map_distinct(
    columns: Sequence["pd.Series[Any]"], function: Callable[..., Sequence[Any]]
) -> list["pd.Series[Any]"]:
    """Apply a function to the cells of each row, once for each distinct row.

    Parameters
    ----------
    columns
        Columns of the same rows; their cells are its arguments.
    function
        What to do with a row; it returns one value for each column to make.

    Returns
    -------
    The columns that were made; none if there are no rows.
    """
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        own, seen = pd.factorize(column, use_na_sentinel=False)
        code = pd.factorize(code * max(1, len(seen)) + own)[0]
    first = np.unique(code, return_index=True)[1]
    distinct = zip(*(column.iloc[first] for column in columns), strict=True)
    made = [function(*cells) for cells in distinct]
    index = columns[0].index
    values = [np.array([*own, None], dtype=object)[:-1] for own in zip(*made, strict=True)]
    return [pd.Series(own[code], index=index, dtype=object) for own in values]


def convert(cells: "pd.Series[str]", function: Callable[[str], str]) -> "pd.Series[str]":
    """Convert cells by a function of text.

    Parameters
    ----------
    cells
        Text.
    function
        What to do with a cell.
    """
    return cells.map({c: function(c) for c in cells.unique()}).astype(object)


def blank(cells: "pd.Series[str]") -> "pd.Series[str]":
    """Return a column of empty text for the same rows.

    Parameters
    ----------
    cells
        Any column.
    """
    return pd.Series("", index=cells.index, dtype=object)


def centre_windows(flat: str, at: list[int], flank: int = 7) -> str:
    """Cut the windows around some residues of a sequence, ``_`` beyond its ends.

    Parameters
    ----------
    flat
        Sequence.
    at
        Positions in it, counted from 0.
    flank
        Residues on each side.
    """
    padded = "_" * flank + flat.upper() + "_" * flank
    return ";".join(padded[i : i + 2 * flank + 1] for i in at)
