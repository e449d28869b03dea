"""Columns of text, each distinct spelling worked on once; the step between polars and pandas."""

from collections.abc import Callable, Mapping

import pandas as pd
import polars as pl


def convert(
    cells: pl.Series, function: Callable[["pd.Series[str]"], "pd.Series[str]"], where: str = ""
) -> pl.Series:
    """Convert cells by a function of a column that looks at each cell alone.

    Parameters
    ----------
    cells
        Text.
    function
        Takes distinct cells and returns as many.
    where
        Pattern (Rust's syntax) of the cells that may change; all if empty.
    """
    odd = (cells.filter(cells.str.contains(where)) if where else cells).unique()
    if not len(odd):
        return cells
    new = function(pd.Series(odd.to_list(), dtype=object))
    return cells.replace(odd, pl.Series(new.to_list(), dtype=pl.String))


def spell(cells: pl.Series, function: Callable[[str], str]) -> pl.Series:
    """Convert cells by a function of text.

    Parameters
    ----------
    cells
        Text.
    function
        What to do with a cell.
    """
    return convert(cells, lambda column: column.map(function).astype(object))


def from_pandas(columns: Mapping[str, "pd.Series[str]"]) -> dict[str, pl.Series]:
    """Take columns of text, or of numbers, from pandas; no text is ``""``.

    Parameters
    ----------
    columns
        Columns by role.
    """
    taken = {}
    for role, column in columns.items():
        if pd.api.types.is_numeric_dtype(column):
            numbers = column.to_numpy(dtype="float64", na_value=float("nan"))
            taken[role] = pl.Series(numbers).fill_nan(None)
        else:
            taken[role] = pl.Series(column.fillna("").tolist(), dtype=pl.String)
    return taken


def to_pandas(cells: pl.Series) -> "pd.Series[str]":
    """Give a column of text to pandas.

    Parameters
    ----------
    cells
        Text.
    """
    return pd.Series(cells.to_list(), dtype=object)
