"""Tables that carry annotation of their own: GCT 1.2 and 1.3, Perseus matrices."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phosres.errors import DataError, Problem
from phosres.readers._records import Records, parse_record

_GCT = re.compile(rb"#1\.(?P<minor>[23])[ \t,]*\n(?P<shape>[^\n]*)\n")
_COMMENT = re.compile(rb"#(?!N/A|NAME\?|REF!|VALUE!|DIV/0!|NUM!|NULL!|!\{)[ A-Za-z]")
_TYPE = "#!{Type}"
_MOST = 1_000_000
"""More annotation fields or samples than any matrix has."""


@dataclass(frozen=True, slots=True)
class GctShape:
    """Shape of a GCT matrix as its second line says (https://clue.io/connectopedia/gct_format).

    Parameters
    ----------
    samples
        Columns of values.
    row_fields
        Columns of annotation after the id.
    column_fields
        Rows of annotation under the header.
    """

    samples: int
    row_fields: int
    column_fields: int


def gct_shape(data: bytes, path: str) -> GctShape | None:
    """Read the first two lines of a GCT file.

    Parameters
    ----------
    data
        The file.
    path
        File, for messages.

    Returns
    -------
    The shape, None if the file is no GCT.

    Raises
    ------
    DataError
        If the second line is no shape.
    """
    match = _GCT.match(data)
    if match is None:
        return None
    minor = match["minor"].decode()
    cells = match["shape"].decode("utf-8", "replace").split()
    numbers = [int(c) for c in cells if c.isascii() and c.isdigit() and int(c) < _MOST]
    if len(numbers) != len(cells) or len(numbers) < (2 if minor == "2" else 4):
        message = f"the second line of a GCT file gives its shape; found '{' '.join(cells)[:40]}'"
        hint = f"it must hold {'2' if minor == '2' else '4'} whole numbers: export the file again"
        raise DataError(Problem(message, path, line=2, hint=hint))
    if minor == "2":
        return GctShape(numbers[1], 1, 0)
    return GctShape(numbers[1], numbers[2], numbers[3])


def gct_samples(shape: GctShape, header: tuple[str, ...], path: str) -> tuple[int, ...]:
    """Find the sample columns of a GCT file.

    Parameters
    ----------
    shape
        Its shape.
    header
        Its header.
    path
        File, for messages.

    Raises
    ------
    DataError
        If the header does not fit the shape.
    """
    first = 1 + shape.row_fields
    if len(header) != first + shape.samples:
        message = (
            f"the header has {len(header):,} columns, line 2 says {first + shape.samples:,} "
            f"(id, {shape.row_fields:,} annotations, {shape.samples:,} samples)"
        )
        hint = "the file was edited: correct line 2, or export it again"
        raise DataError(Problem(message, path, line=3, hint=hint))
    return tuple(range(first, len(header)))


def perseus_samples(
    data: bytes, found: Records, header_at: int, first: int, separator: str
) -> tuple[int, ...] | None:
    """Find the main columns of a Perseus matrix, those of type E.

    Parameters
    ----------
    data
        The file.
    found
        Its records.
    header_at
        Record of the header.
    first
        First record of values; the annotation rows lie between.
    separator
        Character between cells.

    Returns
    -------
    Positions, None if no row gives the types.
    """
    for at in range(header_at + 1, first):
        cells = parse_record(data, found, at, separator, quoted=True)
        if cells and cells[0].startswith(_TYPE):
            cells[0] = cells[0].removeprefix(_TYPE)
            return tuple(at for at, cell in enumerate(cells) if cell.strip() == "E")
    return None


def find_comments(data: bytes, found: Records, first: int) -> NDArray[np.bool_]:
    """Find records that are comments, ``# ...``; the errors of a spreadsheet are none.

    Parameters
    ----------
    data
        The file.
    found
        Its records.
    first
        First record of values.
    """
    begin = found.ends[first - 1 : -1] + 1
    buffer = np.frombuffer(data, dtype=np.uint8)
    marked = np.flatnonzero(buffer[np.minimum(begin, len(buffer) - 1)] == ord("#"))
    comments = np.zeros(len(begin), dtype=bool)
    for at in marked:
        comments[at] = _COMMENT.match(data, int(begin[at])) is not None
    return comments
