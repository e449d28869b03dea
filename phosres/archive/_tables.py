"""Tables of a result folder read back with the kinds of their columns."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from phosres.columns import Schema


def parse_table(content: bytes, schema: Schema) -> pd.DataFrame:
    """Read a whole table by its schema; columns that the file does not have are blank.

    Parameters
    ----------
    content
        A TSV as `phosres.store.format_tsv` writes it.
    schema
        Its schema.
    """
    kinds = {c.name: c.kind for c in schema if c.name in header(content)}
    return schema.order(parse_columns(content, kinds))


def parse_columns(
    content: bytes, kinds: Mapping[str, str], *, rows: int | None = None
) -> pd.DataFrame:
    """Read some columns of a table.

    Parameters
    ----------
    content
        A TSV.
    kinds
        Kind of each column that is wanted: text, number, count or flag.
    rows
        Rows to read, from the top; all by default.

    Returns
    -------
    Texts as objects (empty where missing), numbers as float64, counts as int64 or, where some are
    missing, float64, flags as bool.
    """
    typed: dict[str, Any] = {"number": pl.Float64, "count": pl.Float64}
    frame = pl.read_csv(
        content,
        separator="\t",
        columns=list(kinds),
        n_rows=rows,
        schema_overrides={c: typed.get(k, pl.String) for c, k in kinds.items()},
    )
    return pd.DataFrame({c: _column(frame[c], k) for c, k in kinds.items()})


def _column(column: pl.Series, kind: str) -> np.ndarray[Any, Any]:
    """Return one column as an array of its kind."""
    if kind == "text":
        return column.fill_null("").to_numpy().astype(object)
    if kind == "flag":
        return (column.fill_null("") == "true").to_numpy()
    numbers = column.to_numpy().astype(float)
    return numbers.astype(np.int64) if kind == "count" and not np.isnan(numbers).any() else numbers


def header(content: bytes) -> list[str]:
    """Return the names of the columns of a table.

    Parameters
    ----------
    content
        A TSV.
    """
    return content.split(b"\n", 1)[0].decode("utf-8", "replace").split("\t")


def parse_matrix(content: bytes, columns: Sequence[str]) -> pd.DataFrame:
    """Read a matrix of numbers whose first column names the rows.

    Parameters
    ----------
    content
        A TSV.
    columns
        Names of the other columns, in order; those in the file are not used.
    """
    names = ["", *(f"_{i}" for i in range(len(columns)))]
    frame = pl.read_csv(
        content,
        separator="\t",
        has_header=False,
        skip_rows=1,
        new_columns=names,
        schema_overrides={n: pl.Float64 if n else pl.String for n in names},
    )
    values = frame.drop("").to_numpy() if columns else np.empty((len(frame), 0))
    index = pd.Index(distinct(frame[""].fill_null("").to_list()))
    return pd.DataFrame(np.asarray(values, dtype=float), index=index, columns=pd.Index(columns))


def parse_sheet(content: bytes) -> pd.DataFrame:
    """Read the sample sheet: texts, indexed by sample.

    Parameters
    ----------
    content
        A TSV whose first column is the sample.
    """
    frame = pl.read_csv(content, separator="\t", infer_schema=False)
    first, *rest = frame.columns
    columns = {c: _column(frame[c], "text") for c in rest}
    return pd.DataFrame(
        columns, index=pd.Index(distinct(frame[first].fill_null("").to_list()), name="sample")
    )


def distinct(names: Sequence[str]) -> list[str]:
    """Tell names apart by a number that differed only by characters a table cannot hold.

    Parameters
    ----------
    names
        Names as they were read.
    """
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told
