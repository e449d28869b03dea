"""The tables of a result folder, typed by their schemas, as parquet."""

import io
from collections.abc import Mapping
from pathlib import PurePosixPath

import polars as pl

from phosres.columns import OVERVIEW, RUNS, SCHEMAS, Kind, Schema
from phosres.errors import DataError, Problem

_TYPES = {"text": pl.String, "number": pl.Float64, "count": pl.Int64, "flag": pl.Boolean}
_SCHEMAS: Mapping[str, Schema] = {**SCHEMAS, RUNS.name: RUNS, OVERVIEW.name: OVERVIEW}


def read_table(content: bytes, name: str, path: str) -> pl.DataFrame:
    """Read one table that phosres wrote.

    Parameters
    ----------
    content
        The TSV.
    name
        Name of the table; what no schema describes is typed by its content.
    path
        File, for messages.

    Returns
    -------
    Texts as text (``""`` where empty), numbers, counts and flags as such; missing ones are null.

    Raises
    ------
    DataError
        If it is damaged.
    """
    schema = _SCHEMAS.get(name)
    kinds = {c.name: c.kind for c in schema} if schema else _untold(content, name)
    try:
        frame = pl.read_csv(
            content,
            separator="\t",
            schema_overrides={n: _TYPES[k] for n, k in kinds.items()},
            infer_schema_length=None,
        )
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        message = f"the table cannot be read: {type(error).__name__}"
        hint = "`phosres verify` tells which files of a result changed; run it again"
        raise DataError(Problem(message, path, hint=hint)) from None
    return frame.with_columns(pl.col(pl.String).fill_null(""))


def read_tables(files: Mapping[str, bytes]) -> dict[str, pl.DataFrame]:
    """Read the tables of a result.

    Parameters
    ----------
    files
        Contents by path, ``tables/NAME.tsv``.

    Raises
    ------
    DataError
        If one is damaged.
    """
    names = {path: PurePosixPath(path).stem for path in sorted(files)}
    return {name: read_table(files[path], name, path) for path, name in names.items()}


def _untold(content: bytes, name: str) -> dict[str, Kind]:
    """Tell the kinds of the two tables whose columns are the user's: values and sample sheet."""
    first, *rest = content.split(b"\n", 1)[0].decode("utf-8", "replace").split("\t")
    kinds: dict[str, Kind] = {"values": "number", "sheet": "text"}
    kind = kinds.get(name)
    return {first: "text", **dict.fromkeys(rest, kind)} if kind else {}


def format_parquet(frame: pl.DataFrame) -> bytes:
    """Return a table as parquet: the same bytes for the same table.

    Parameters
    ----------
    frame
        The table.
    """
    stream = io.BytesIO()
    frame.write_parquet(stream, compression="zstd", statistics=True)
    return stream.getvalue()
