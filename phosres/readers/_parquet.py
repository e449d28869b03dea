"""Parquet tables as tab-separated text, so that one engine reads all tables."""

import io

import polars as pl

from phosres.errors import DataError, Problem
from phosres.readers import _companions
from phosres.readers._format import normalise
from phosres.readers.formats import KNOWN

_BYTES_A_CELL = 8
"""What a number takes in memory: columns that are packed a thousandfold are refused by it."""


def to_text(data: bytes, name: str, cap: int) -> tuple[bytes, list[str]]:
    """Write a parquet table as tab-separated text, with the columns its format needs.

    Parameters
    ----------
    data
        The file.
    name
        File as the user named it; tables that belong together are looked for beside it.
    cap
        Most bytes it may unpack to.

    Returns
    -------
    UTF-8 text with a header, and sentences a user should read.

    Raises
    ------
    DataError
        If the file is damaged, too large or empty.
    """
    try:
        schema = pl.read_parquet_schema(io.BytesIO(data))
        rows = int(pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item())
        nested = [c for c, kind in schema.items() if kind.is_nested() or kind == pl.Binary]
        kept = _needed([c for c in schema if c not in nested])
        size = rows * len(kept) * _BYTES_A_CELL
        frame = None
        if size <= cap:
            frame = pl.read_parquet(io.BytesIO(data), columns=kept, use_statistics=False)
    except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001  (anything)
        message = f"the parquet file cannot be read: {type(error).__name__}"
        hint = "copy or export it again"
        raise DataError(Problem(message, name, hint=hint)) from None
    if frame is None:
        raise DataError(Problem(f"the parquet file unpacks to more than {cap:,} bytes", name))
    notes = [f"{name}: nested columns were left out: {', '.join(nested[:5])}"] if nested else []
    frame, found = _companions.complete(frame, name)
    return _write(frame), [*notes, *found]


def _write(frame: pl.DataFrame) -> bytes:
    return frame.write_csv(separator="\t").encode()


def _needed(columns: list[str]) -> list[str]:
    """Keep the columns of the format, if it is one whose columns are all known by name."""
    places: dict[str, list[int]] = {}
    for at, column in enumerate(columns):
        places.setdefault(normalise(column), []).append(at)
    for record in KNOWN:
        found = record.find(places)
        if record.required and all(role in found for role in record.required):
            if not record.is_long or record.has_channels or record.by_content:
                return columns
            used = sorted({at for places_of in found.values() for at in places_of})
            return [columns[at] for at in used]
    return columns
