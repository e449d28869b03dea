"""A sheet on disk, or a frame in memory, to rows of trimmed text."""

import csv
import datetime
import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from phosres.errors import DataError, Problem
from phosres.readers import _bytes, _workbook
from phosres.readers._decoding import decode, find_separator, refuse_markup
from phosres.readers._unpacking import most_bytes

_SHOWN = 5
_WHOLE_WORKBOOK = 1 << 26
"""Bytes within which a file is looked at for being a workbook: 64 MiB, far above any sheet."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows of a sheet, the first one included, as text.

    Parameters
    ----------
    path
        File as the user named it.
    cells
        Cells of each row that holds any, as many as the first row has.
    rows
        Row of the file of each, counted from 1.
    """

    path: str
    cells: tuple[tuple[str, ...], ...]
    rows: tuple[int, ...]


def read_lines(path: str | Path) -> Lines:
    """Read the rows of a TSV, CSV or XLSX file.

    Parameters
    ----------
    path
        File; what it is is told from its content.

    Raises
    ------
    DataError
        If it is no table, or its rows are wider than the first.
    """
    name = str(path)
    try:
        with Path(path).open("rb") as stream:
            packed = stream.read(_WHOLE_WORKBOOK)
    except (OSError, ValueError):
        packed = b""
    if _bytes.is_workbook(packed):
        return _even(name, _workbook_rows(packed, name))
    data, _ = decode(_bytes.load(path))
    refuse_markup(data, name)
    reader = csv.reader(io.StringIO(data.decode("utf-8")), delimiter=find_separator(data))
    try:
        rows = [(reader.line_num, [" ".join(c.split()) for c in row]) for row in reader]
    except csv.Error as error:
        message = f"the row cannot be read: {error}"
        hint = "export the sheet again as tab-separated text"
        raise DataError(Problem(message, name, line=reader.line_num, hint=hint)) from None
    while rows and (not any(rows[0][1]) or rows[0][1][0].startswith("#")):  # remarks on top
        rows.pop(0)
    return _even(name, rows)


def _even(path: str, rows: list[tuple[int, list[str]]]) -> Lines:
    """Bring rows to the width of the first: short ones lost empty cells, wide ones are refused."""
    rows = [(at, cells) for at, cells in rows if any(cells)]
    if not rows:
        hint = "export the table again and check its size"
        raise DataError(Problem("the file is empty", path, hint=hint))
    width = len(rows[0][1])
    while not rows[0][1][width - 1] and all(not any(cells[width - 1 :]) for _, cells in rows):
        width -= 1
    wide = [(at, cells) for at, cells in rows if any(cells[width:])]
    hint = "a cell holds the separator: export the sheet again as tab-separated text"
    problems = [
        Problem(f"the row has {len(cells)} cells, the header has {width}", path, at, hint=hint)
        for at, cells in wide[:_SHOWN]
    ]
    if len(wide) > _SHOWN:
        problems.append(Problem(f"{len(wide) - _SHOWN} more rows are wider than the header", path))
    if problems:
        raise DataError(problems)
    even = [(*cells[:width], *[""] * (width - len(cells))) for _, cells in rows]
    return Lines(path, tuple(even), tuple(at for at, _ in rows))


def _workbook_rows(packed: bytes, name: str) -> list[tuple[int, list[str]]]:
    rows = _workbook.read_sheets(packed, name, most_bytes())[0][1]
    header = [_as_text(c) for c in rows[0]]
    dates = [
        Problem(
            f"Excel turned this cell into a date ({cell:%Y-%m-%d})",
            name,
            line=at,
            column=header[c],
            hint="format the column as text and write the value again",
        )
        for at, row in enumerate(rows[1:], start=2)
        for c, cell in enumerate(row[: len(header)])
        if isinstance(cell, (datetime.datetime, datetime.date))
    ]
    if dates:
        raise DataError(dates)
    return [(at, [_as_text(c) for c in row]) for at, row in enumerate(rows, start=1)]


def frame_lines(samples: pd.DataFrame) -> Lines:
    """Read the rows of a frame, its column names as the first.

    Parameters
    ----------
    samples
        A frame with samples as a column or as its index.
    """
    frame = samples
    if frame.index.name is not None and frame.index.name not in frame.columns:
        frame = frame.reset_index()
    rows = frame.astype(object).to_numpy().tolist()
    cells = [tuple(str(c) for c in frame.columns), *(tuple(map(_as_text, row)) for row in rows)]
    return Lines("sample sheet", tuple(cells), tuple(range(1, len(cells) + 1)))


def _as_text(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
