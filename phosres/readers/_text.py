"""The bytes of a text table to its layout: encoding, separator, header and records.

Only the header is parsed here. The records are counted and their widths checked without looking
at a single cell, so that a shifted or cut row is found before its numbers are believed.
"""

import csv
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phosres.errors import DataError, Problem
from phosres.readers._bytes import Content

_BLOCK = 1 << 22
_SHOWN = 5
"""Problems of one kind that are listed; the rest is counted."""
_HEADER_WITHIN = 6
"""Rows in which the header is looked for: programs and Excel write at most a few lines above it."""
_PEEK = 40
"""Records from which the separator and the header are told."""


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A text table whose cells have not been parsed yet.

    Parameters
    ----------
    path
        File as the user named it.
    data
        UTF-8 bytes without byte-order mark, lines end with a line feed.
    separator
        Character between cells.
    quoted
        False if quotation marks are ordinary characters.
    header
        Column names in order, stripped; ``""`` for a column without a name.
    header_row
        Row the header is in, counted from 1.
    first_row
        Row of the first record.
    start
        Offset of the first record in `data`.
    records
        Records after `start`, blank ones included.
    width
        Cells of each record.
    blank
        Which records are empty or hold nothing but separators.
    short
        Rows (counted from 1) that end before the last column, and their number of cells.
    sha256
        Hash of the file on disk.
    warnings
        Sentences a user should read.
    """

    path: str
    data: bytes
    separator: str
    quoted: bool
    header: tuple[str, ...]
    header_row: int
    first_row: int
    start: int
    records: int
    width: int
    blank: NDArray[np.bool_]
    short: tuple[tuple[int, int], ...]
    sha256: str
    warnings: tuple[str, ...]

    @property
    def separator_name(self) -> str:
        """Name of the separator for messages."""
        return {"\t": "tab", ",": "comma", ";": "semicolon"}[self.separator]

    def label(self, at: int) -> str:
        """Name a column for messages.

        Parameters
        ----------
        at
            Its position.
        """
        return f"'{self.header[at]}'" if self.header[at] else f"column {at + 1} (unnamed)"


@dataclass(frozen=True, slots=True, eq=False)
class _Records:
    """Ends of the records in the bytes, the separators in each, and whether a quote stays open."""

    ends: NDArray[np.int64]
    separators: NDArray[np.int64]
    open_quote: bool


def lay_out(content: Content) -> Text:
    """Find encoding, separator, header and records of a text table.

    Parameters
    ----------
    content
        The file's bytes.

    Raises
    ------
    DataError
        If it is not a text table, has no header or no rows, or rows are wider than the header.
    """
    data, warnings = _decode(content)
    _refuse_markup(data, content.path)
    separator = _separator(data)
    quoted, found = _records(data, separator, content.path)
    header_at, header = _header(data, separator, found, quoted=quoted)
    first = _first_record(data, found, header_at)
    lengths = np.diff(found.ends[first - 1 :]) - 1
    blank = lengths <= found.separators[first:]
    if blank.all():
        raise DataError(
            Problem("the table has a header but no rows", content.path, hint="export it again")
        )
    header, short = _fit(header, found, first, blank, data, content.path, separator)
    data = _pad(data, found, short, len(header), separator)
    return Text(
        path=content.path,
        data=data,
        separator=separator,
        quoted=quoted,
        header=header,
        header_row=header_at + 1,
        first_row=first + 1,
        start=int(found.ends[first - 1]) + 1,
        records=len(found.ends) - first,
        width=len(header),
        blank=blank,
        short=short,
        sha256=content.sha256,
        warnings=(*content.warnings, *warnings),
    )


def _decode(content: Content) -> tuple[bytes, tuple[str, ...]]:
    """Return UTF-8 bytes with line feeds, and what a user should know about the encoding."""
    data, warnings = content.data, []
    encoding = _wide_encoding(data)
    try:
        if encoding:
            data = data.decode(encoding).removeprefix("\ufeff").encode("utf-8")
        else:
            data = data.removeprefix(b"\xef\xbb\xbf")
            if not data.isascii():
                data.decode("utf-8")
    except UnicodeError:
        data = data.decode("latin-1").encode("utf-8")
        warnings.append(f"{content.path} is not UTF-8; it was read as Latin-1 (Western European)")
    control = sum(data[: 1 << 16].count(c) for c in (0, 1, 2, 3, 4, 5, 6, 14, 15, 16, 17, 18))
    if b"\x00" in data or control > 8:
        raise DataError(
            Problem(
                "the file is binary, not a text table",
                content.path,
                hint="name a tab- or comma-separated text file",
            )
        )
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data, tuple(warnings)


def _wide_encoding(data: bytes) -> str:
    """Name the UTF-16 or UTF-32 encoding of the bytes, ``""`` if it is neither."""
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[:400]
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(zeros) > 8 and zeros.count(0) > 0.9 * len(zeros):
            return encoding
    return ""


def _refuse_markup(data: bytes, path: str) -> None:
    head = data[:2000].lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head")):
        what, todo = "a web page", "download the file itself, not the page that shows it"
    elif head.startswith((b"<?xml", b"<mzml", b"<mzidentml")):
        what, todo = "an XML file", "export the site table as tab-separated text"
    elif head.startswith((b"{\\rtf",)):
        what, todo = "a formatted document", "save it as plain text"
    elif head.startswith((b"version https://git-lfs",)):
        what, todo = "a placeholder for a large file", "fetch the file itself (git lfs pull)"
    elif head.startswith((b"#1.2\n", b"#1.3\n")):
        what, todo = "a GCT file", "it is not read yet: save it as a plain table, ids first"
    elif head.startswith(b"mtd\t"):
        what, todo = "an mzTab file", "it is not read yet: save the site table as a plain table"
    else:
        return
    raise DataError(Problem(f"this is {what}, not a text table", path, hint=todo))


def _separator(data: bytes) -> str:
    """Tell the separator: tab if the lines hold any, else the commoner of ``;`` and ``,``."""
    lines = [line for line in data.split(b"\n", _PEEK)[:_PEEK] if line.strip()]
    if sum(b"\t" in line for line in lines) * 2 >= len(lines):
        return "\t"
    for line in lines[:_HEADER_WITHIN]:
        if b";" in line or b"," in line:
            unquoted = b"".join(line.split(b'"')[::2]) if line.count(b'"') % 2 == 0 else line
            return ";" if unquoted.count(b";") > unquoted.count(b",") else ","
    return "\t"


def _records(data: bytes, separator: str, path: str) -> tuple[bool, _Records]:
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


def _even(found: _Records) -> bool:
    counts = found.separators[_HEADER_WITHIN:]
    return bool(len(counts) == 0 or counts[counts > 0].std() == 0) if (counts > 0).any() else True


def _scan(data: bytes, separator: str, *, quoted: bool) -> _Records:
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
    return _Records(
        np.concatenate(ends).astype(np.int64), np.concatenate(counts).astype(np.int64), inside
    )


def _record(data: bytes, found: _Records, at: int, separator: str, *, quoted: bool) -> list[str]:
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


def _header(
    data: bytes, separator: str, found: _Records, *, quoted: bool
) -> tuple[int, tuple[str, ...]]:
    """Find the record that names the columns: as wide as the records below it, and mostly words."""
    n = min(len(found.ends), _PEEK)
    widths = found.separators[:n]
    filled = [int(w) for w in widths[1:] if w > 0] or [int(widths[0])]
    usual = Counter(filled).most_common(1)[0][0]
    for at in range(min(n, _HEADER_WITHIN)):
        if abs(int(widths[at]) - usual) > 1:
            continue
        cells = _record(data, found, at, separator, quoted=quoted)
        words = sum(bool(c) and not _is_number(c) for c in cells)
        if words >= 1 and 2 * words >= len(cells) and not cells[0].startswith("#!{"):
            return at, tuple(cells)
    return 0, tuple(_record(data, found, 0, separator, quoted=quoted))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _first_record(data: bytes, found: _Records, header_at: int) -> int:
    """Return the first record after the header and the annotation rows Perseus puts under it."""
    first = header_at + 1
    while first < len(found.ends):
        begin = int(found.ends[first - 1]) + 1
        if not data.startswith((b"#!{", b'"#!{'), begin):
            break
        first += 1
    return first


def _fit(
    header: tuple[str, ...],
    found: _Records,
    first: int,
    blank: NDArray[np.bool_],
    data: bytes,
    path: str,
    separator: str,
) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    """Bring header and records to one width; refuse rows with more cells than there are names."""
    widths = found.separators[first:] + 1
    full = widths[~blank]
    usual = int(Counter(full.tolist()).most_common(1)[0][0])
    if len(header) == usual - 1 and (full == usual).all():
        header = _spare_column(header, found, first, data, separator)
    while len(header) > int(full.max()) and header and not header[-1]:
        header = header[:-1]
    wide = np.flatnonzero((widths > len(header)) & ~blank)
    if len(wide):
        raise DataError(_uneven(path, first, widths, wide, len(header)))
    narrow = np.flatnonzero((widths < len(header)) & ~blank)
    short = tuple((int(first + i + 1), int(widths[i])) for i in narrow)
    return header, short


def _pad(
    data: bytes,
    found: _Records,
    short: tuple[tuple[int, int], ...],
    width: int,
    separator: str,
) -> bytes:
    """Fill up short rows with empty cells."""
    parts, at = [], 0
    for row, cells in short:
        end = int(found.ends[row - 1])
        parts += [data[at:end], separator.encode() * (width - cells)]
        at = end
    return b"".join([*parts, data[at:]]) if short else data


def _spare_column(
    header: tuple[str, ...], found: _Records, first: int, data: bytes, separator: str
) -> tuple[str, ...]:
    """Name the one column more that the records have: a trailing separator, or R's row names."""
    ends = found.ends[first:]
    before = np.frombuffer(data, dtype=np.uint8)[ends - 1]
    trailing = before == ord(separator)
    return (*header, "") if trailing[found.separators[first:] > 0].all() else ("", *header)


def _uneven(
    path: str, first: int, widths: NDArray[np.int64], at: NDArray[np.intp], expected: int
) -> list[Problem]:
    hint = "a cell holds the separator or a line break: export the table again with quotes"
    problems = [
        Problem(
            f"the row has {widths[i]:,} cells, the header has {expected:,}",
            path,
            line=int(first + i + 1),
            hint=hint,
        )
        for i in at[:_SHOWN]
    ]
    if len(at) > _SHOWN:
        problems.append(Problem(f"{len(at) - _SHOWN:,} more rows are wider than the header", path))
    return problems
