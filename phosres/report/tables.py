"""Cells and tables of the page, small ones as rows, long ones packed for the script."""

import base64
import gzip
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from phosres.report import wording
from phosres.report.sections import Cell, Head, Packed, Table

MAX_STATIC = 400
"""Rows that stand in the page as they are. A browser lays out a few hundred at once without delay;
50,000 took 16 s and 1.3 GB, against 0.4 s when they are packed and paged."""

_WRITE = {
    "log2": wording.log2,
    "p": wording.p_value,
    "count": wording.count,
    "number": wording.plain,
    "size": wording.size,
}

# Numbers are packed with the digits that are shown, so that the page stays small; the TSV has all.
_DIGITS = {"p": ".2g", "number": ".3g", "size": ".3g", "log2": ".2f", "count": ".0f"}

_COMPRESSION = 6
"""Level of gzip: level 9 takes three times as long for 3 % less."""


def number(value: Any, kind: str) -> Cell:
    """Make a cell of a number.

    Parameters
    ----------
    value
        The number or a missing value.
    kind
        ``log2``, ``p``, ``count``, ``size`` or ``number``.
    """
    if wording.is_missing(value):
        return Cell()
    return Cell(_WRITE[kind](value), value=float(value))


def text(value: Any, *, short: bool = False) -> Cell:
    """Make a cell of text.

    Parameters
    ----------
    value
        The text or a missing value.
    short
        True to elide it like a name, with the whole text on hovering.
    """
    whole = "" if wording.is_missing(value) else wording.clean(str(value))
    shown = wording.elide(whole) if short else whole
    return Cell(shown, title=whole if shown != whole else "")


def status(value: str, *, detail: str = "", href: str = "", title: str = "") -> Cell:
    """Make a cell of a status.

    Parameters
    ----------
    value
        The status.
    detail
        Text after the status, such as a grade or a change.
    href
        Anchor of the evidence.
    title
        Shown on hovering.
    """
    return Cell(detail, status=value, href=href, title=title)


def make_table(
    frame: pd.DataFrame,
    heads: Sequence[tuple[str, Head]],
    *,
    caption: str,
    source: str,
    id: str,  # noqa: A002
) -> Table | Packed:
    """Make a table of a frame, packed if it is long.

    Parameters
    ----------
    frame
        The rows.
    heads
        Column of the frame and head of the column in the page.
    caption
        What one row is.
    source
        File with the same numbers.
    id
        Anchor of the table if it is packed.
    """
    heads = _telling(frame, heads)
    if len(frame) > MAX_STATIC:
        return pack(frame, heads, caption=caption, source=source, id=id)
    rows = make_rows(frame, heads)
    return Table(caption, tuple(h for _, h in heads), rows, source=source)


def make_rows(
    frame: pd.DataFrame, heads: Sequence[tuple[str, Head]]
) -> tuple[tuple[Cell, ...], ...]:
    """Make the cells of a frame, row by row.

    Parameters
    ----------
    frame
        The rows.
    heads
        Column of the frame and head of the column in the page.
    """
    columns = [[_cell(v, head, column) for v in frame[column].tolist()] for column, head in heads]
    return tuple(zip(*columns, strict=True))


def pack(
    frame: pd.DataFrame,
    heads: Sequence[tuple[str, Head]],
    *,
    caption: str,
    source: str,
    id: str,  # noqa: A002
) -> Packed:
    """Pack a frame as base64 of gzip of JSON, column by column.

    Parameters
    ----------
    frame, heads, caption, source, id
        As for `make_table`.
    """
    heads = _telling(frame, heads)
    columns = [_packed_column(frame[column], head.kind) for column, head in heads]
    packed = json.dumps(columns, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    # mtime=0: the same rows give the same bytes.
    data = gzip.compress(packed.encode("utf-8", "replace"), compresslevel=_COMPRESSION, mtime=0)
    return Packed(
        id=id,
        caption=caption,
        heads=tuple(h for _, h in heads),
        data=base64.b64encode(data).decode("ascii"),
        rows=len(frame),
        source=source,
    )


def _telling(frame: pd.DataFrame, heads: Sequence[tuple[str, Head]]) -> list[tuple[str, Head]]:
    """Leave out the column of the subjects where all rows are of the cohort."""
    return [h for h in heads if h[0] != "subject" or frame["subject"].fillna("").ne("").any()]


def _cell(value: Any, head: Head, column: str) -> Cell:
    """Make the cell of one value of a frame."""
    if head.kind == "text":
        return text(
            value, short=column in ("subject", "contrast", "feature", "name", "sample", "run")
        )
    if head.kind == "status":
        return status(value)
    return number(value, head.kind)


def _packed_column(column: "pd.Series[Any]", kind: str) -> list[Any]:
    """Return a column as JSON values; repeated texts as a list of words and indices into it."""
    if kind in ("text", "status"):
        # Sorted words share their beginnings with their neighbours and compress to two thirds.
        cleaned = column.fillna("").astype(str).map(wording.clean)
        codes, words = pd.factorize(cleaned, sort=True)
        return [codes.tolist(), [str(w) for w in words]]
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    numbers = numbers.where(np.isfinite(numbers))
    digits = _DIGITS[kind]
    rounded = [None if pd.isna(v) else float(format(v, digits)) for v in numbers]
    return [[int(v) if v is not None and v == int(v) else v for v in rounded]]
