"""Where the records of a text table end and how many cells each has, without parsing a cell."""

import csv
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phosres.errors import DataError, Problem

HEADER_WITHIN = 6
"""Rows in which the header is looked for: programs and Excel write at most a few lines above it."""
_BLOCK = 1 << 18
"""Bytes looked at together: what is made of them stays in the processor's cache."""
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
    counter = _Counter(min(_BLOCK, len(buffer)))
    is_end = np.empty(min(_BLOCK, len(buffer)), dtype=bool)
    for at in range(0, len(buffer), _BLOCK):
        block = buffer[at : at + _BLOCK]
        is_end, marks = is_end[: len(block)], counter.marks[: len(block)]
        np.equal(block, ord("\n"), out=is_end)
        np.equal(block, ord(separator), out=marks)
        if quoted:
            within = np.logical_xor.accumulate(block == ord('"')) ^ inside
            inside = bool(within[-1])
            is_end &= ~within
            marks &= ~within
        end = np.flatnonzero(is_end)
        so_far, total = counter.count_before(end, len(block))
        ends.append(end + at)
        counts.append(so_far + before)
        before += total
    if not data.endswith(b"\n") or inside:
        ends.append(np.array([len(buffer)]))
        counts.append(np.array([before]))
    total_before = np.concatenate(counts).astype(np.int64)
    return Records(np.concatenate(ends).astype(np.int64), np.diff(total_before, prepend=0), inside)


class _Counter:
    """Counts marks among bytes eight at a time, in memory that is asked for once.

    Parameters
    ----------
    size
        Most bytes to look at together.
    """

    def __init__(self, size: int) -> None:
        self._eights = np.zeros(size // 8 + 1, dtype="<u8")
        self._each, self._so_far = np.empty_like(self._eights), np.empty_like(self._eights)
        self.marks: NDArray[np.bool_] = self._eights.view(np.bool_)

    def count_before(self, places: NDArray[np.intp], size: int) -> tuple[NDArray[np.int64], int]:
        """Count the marks before each of some places, and all of them.

        Parameters
        ----------
        places
            Positions.
        size
            Bytes that were looked at.
        """
        self.marks[size:] = False
        np.multiply(self._eights, _ONES, out=self._each)
        np.right_shift(self._each, _TOP, out=self._each)
        np.cumsum(self._each, out=self._so_far)
        at = places >> 3
        below = (np.uint64(1) << ((places & 7) << 3).astype(np.uint64)) - np.uint64(1)
        within = ((self._eights[at] & below) * _ONES) >> _TOP
        count = self._so_far[at] - self._each[at] + within
        return count.astype(np.int64), int(self._so_far[-1])


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
