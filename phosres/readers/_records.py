"""Where the records of a text table end and how many cells each has, without parsing a cell."""

import csv
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phosres.errors import DataError, Problem

HEADER_WITHIN = 6
"""Rows in which the header is looked for: programs and Excel write at most a few lines above it."""
_BLOCK = 1 << 22


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
    inside, pending = False, 0
    for at in range(0, len(buffer), _BLOCK):
        block = buffer[at : at + _BLOCK]
        is_end, is_separator = block == ord("\n"), block == ord(separator)
        if quoted:
            within = np.logical_xor.accumulate(block == ord('"')) ^ inside
            inside = bool(within[-1])
            is_end &= ~within
            is_separator &= ~within
        end = np.flatnonzero(is_end)
        so_far = np.searchsorted(np.flatnonzero(is_separator), end)
        total = int(np.count_nonzero(is_separator))
        if len(end):
            count = np.diff(so_far, prepend=0)
            count[0] += pending
            ends.append(end + at)
            counts.append(count)
            pending = total - int(so_far[-1])
        else:
            pending += total
    if not data.endswith(b"\n") or inside:
        ends.append(np.array([len(buffer)]))
        counts.append(np.array([pending]))
    return Records(
        np.concatenate(ends).astype(np.int64), np.concatenate(counts).astype(np.int64), inside
    )


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
