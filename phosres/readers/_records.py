"""Where the records of a text table end and how many cells each has, without parsing a cell."""

import csv
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phosres.errors import DataError, Problem

HEADER_WITHIN = 6
"""Rows in which the header is looked for: programs and Excel write at most a few lines above it."""
_BLOCK = 1 << 22
# Eight bytes of 0 or 1 times this has their sum in the top byte.
_ONES, _TOP = np.uint64(0x0101010101010101), np.uint64(56)


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Ends of the records in the bytes, the separators in each, and whether a quote stays open."""

    ends: NDArray[np.int64]
    separators: NDArray[np.int64]
    open_quote: bool


def scan_records(data: bytes, separator: str, path: str) -> tuple[bool, Records]:
    """Split into records, with quotation marks if they are meant as such."""
    if b'"' not in data:
        return True, _scan(data, separator, quoted=False)
    found = _scan(data, separator, quoted=True)
    if not found.open_quote and _even(found):
        return True, found
    plain = _scan(data, separator, quoted=False)
    if separator == "\t" and _even(plain):
        return False, plain
    if found.open_quote:
        row = len(found.ends)
        raise DataError(
            Problem(
                "a quotation mark is opened and never closed",
                path,
                line=row,
                hint="remove the stray quotation mark, or export the table without quotes",
            )
        )
    return True, found


def _even(found: Records) -> bool:
    counts = found.separators[HEADER_WITHIN:]
    return bool(len(counts) == 0 or counts[counts > 0].std() == 0) if (counts > 0).any() else True


def _scan(data: bytes, separator: str, *, quoted: bool) -> Records:
    """Find where records end and count their separators, a block of bytes at a time."""
    buffer = np.frombuffer(data, dtype=np.uint8)
    ends, counts = [], []
    inside, before = False, 0
    for at in range(0, len(buffer), _BLOCK):
        block = buffer[at : at + _BLOCK]
        is_end, is_separator = block == ord("\n"), block == ord(separator)
        if quoted:
            within = np.logical_xor.accumulate(block == ord('"')) ^ inside
            inside = bool(within[-1])
            is_end &= ~within
            is_separator &= ~within
        end = np.flatnonzero(is_end)
        so_far, total = _count_before(is_separator, end)
        ends.append(end + at)
        counts.append(so_far + before)
        before += total
    if not data.endswith(b"\n") or inside:
        ends.append(np.array([len(buffer)]))
        counts.append(np.array([before]))
    total_before = np.concatenate(counts).astype(np.int64)
    return Records(np.concatenate(ends).astype(np.int64), np.diff(total_before, prepend=0), inside)


def _count_before(
    marks: NDArray[np.bool_], places: NDArray[np.intp]
) -> tuple[NDArray[np.int64], int]:
    """Count the marks before each place, and all of them, eight at a time."""
    eights = np.zeros((len(marks) + 15) // 8, dtype="<u8")  # one more than needed
    eights.view(np.bool_)[: len(marks)] = marks
    each = (eights * _ONES) >> _TOP
    so_far = np.cumsum(each, dtype=np.int64)
    at = places >> 3
    within = eights[at] & ((np.uint64(1) << ((places & 7) << 3).astype(np.uint64)) - np.uint64(1))
    count = so_far[at] - each[at].astype(np.int64) + ((within * _ONES) >> _TOP).astype(np.int64)
    return count, int(so_far[-1])


def parse_record(
    data: bytes, found: Records, at: int, separator: str, *, quoted: bool
) -> list[str]:
    """Parse one record into its cells."""
    begin = 0 if at == 0 else int(found.ends[at - 1]) + 1
    text = data[begin : int(found.ends[at])].decode("utf-8")
    if not quoted or '"' not in text:
        return [cell.strip() for cell in text.split(separator)]
    try:
        rows = list(csv.reader([text], delimiter=separator))
    except csv.Error:
        return [cell.strip() for cell in text.split(separator)]
    return [" ".join(cell.split()) for cell in rows[0]] if rows else []
