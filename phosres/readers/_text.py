"""The bytes of a text table to its layout: encoding, separator, header and records.

Only the header is parsed here. The records are counted and their widths checked without looking
at a single cell, so that a shifted or cut row is found before its numbers are believed.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from phosres.errors import DataError, Problem
from phosres.readers import _annotations
from phosres.readers._bytes import Content
from phosres.readers._decoding import PEEK, decode, find_separator, refuse_markup
from phosres.readers._format import normalise
from phosres.readers._records import HEADER_WITHIN, Records, parse_record, scan_records

MOST_COLUMNS = 100_000
"""Ten times the samples of the largest cohorts, with ten columns each."""
MOST_CHARACTERS = 1_000_000
"""Of one cell. FASTA headers of all proteins of a peptide take some ten thousand."""
_SHOWN = 5
"""Problems of one kind that are listed; the rest is counted."""


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
        First row after the header.
    start
        Offset of the first record in `data`.
    rows
        Row of each record. Rows that are empty, hold nothing but separators or are comments are
        no records.
    width
        Cells of each record.
    short
        Rows (counted from 1) that end before the last column, and their number of cells.
    sha256
        Hash of the file on disk.
    warnings
        Sentences a user should read.
    container
        ``gct``, ``perseus``, or ``""`` for a plain table.
    samples
        Positions of the columns that the file itself says are samples, None if it does not say.
    places
        Normalised header to the positions it is at.
    """

    path: str
    data: bytes
    separator: str
    quoted: bool
    header: tuple[str, ...]
    header_row: int
    first_row: int
    start: int
    rows: NDArray[np.int64]
    width: int
    short: tuple[tuple[int, int], ...]
    sha256: str
    warnings: tuple[str, ...]
    container: str = ""
    samples: tuple[int, ...] | None = None
    places: Mapping[str, list[int]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        places: dict[str, list[int]] = {}
        for at, name in enumerate(self.header):
            places.setdefault(normalise(name), []).append(at)
        object.__setattr__(self, "places", places)

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
    data, warnings = decode(content)
    refuse_markup(data, content.path)
    gct = _annotations.gct_shape(data, content.path)
    separator = "\t" if gct else find_separator(data)
    quoted, found = scan_records(data, separator, content.path)
    _refuse_extremes(data, found, separator, content.path)
    if gct:
        header_at, first = 2, 3 + gct.column_fields
        _refuse_bare(len(found.ends) <= first, content.path)
        header = tuple(parse_record(data, found, 2, separator, quoted=quoted))
    else:
        header_at, header = _header(data, separator, found, content.path, quoted=quoted)
        first = _first_record(data, found, header_at)
    _refuse_bare(len(found.ends) <= first, content.path)
    perseus = _annotations.perseus_samples(data, found, header_at, first, separator)
    lengths = np.diff(found.ends[first - 1 :]) - 1
    blank = lengths <= found.separators[first:]
    blank |= _annotations.find_comments(data, found, first)
    _refuse_bare(bool(blank.all()), content.path)
    header, short = _fit(header, found, first, blank, data, content.path, separator)
    data = _even_out(data, found, first, blank, short, len(header), separator)
    return Text(
        path=content.path,
        data=data,
        separator=separator,
        quoted=quoted,
        header=header,
        header_row=header_at + 1,
        first_row=first + 1,
        start=int(found.ends[first - 1]) + 1,
        rows=first + 1 + np.flatnonzero(~blank),
        width=len(header),
        short=short,
        sha256=content.sha256,
        warnings=(*content.warnings, *warnings),
        container="gct" if gct else "perseus" if perseus is not None else "",
        samples=_annotations.gct_samples(gct, header, content.path) if gct else perseus,
    )


def _refuse_bare(is_bare: bool, path: str) -> None:  # noqa: FBT001
    if is_bare:
        message = "the table has a header but no rows"
        raise DataError(Problem(message, path, hint="export it again"))


def _refuse_extremes(data: bytes, found: Records, separator: str, path: str) -> None:
    """Refuse what no site table has: then this is none, and reading on would fill the memory."""
    width = int(found.separators.max()) + 1
    if width > MOST_COLUMNS:
        hint = f"no more than {MOST_COLUMNS:,} are read: is it laid out the other way round?"
        raise DataError(Problem(f"the table has {width:,} columns", path, hint=hint))
    lengths = np.diff(found.ends, prepend=-1)
    for at in np.flatnonzero(lengths > MOST_CHARACTERS):
        record = data[int(found.ends[at]) - int(lengths[at]) + 1 : int(found.ends[at])]
        longest = max(map(len, record.split(separator.encode())))
        if longest > MOST_CHARACTERS:
            message = f"a cell of the row has {longest:,} characters"
            hint = "no cell of a site table is that long: export the table again"
            raise DataError(Problem(message, path, line=int(at) + 1, hint=hint))


def _header(
    data: bytes, separator: str, found: Records, path: str, *, quoted: bool
) -> tuple[int, tuple[str, ...]]:
    """Find the record that names the columns: as wide as the records below it, and mostly words."""
    n = min(len(found.ends), PEEK)
    widths = found.separators[:n]
    filled = [int(w) for w in widths[1:] if w > 0] or [int(widths[0])]
    usual = Counter(filled).most_common(1)[0][0]
    for at in range(min(n, HEADER_WITHIN)):
        if abs(int(widths[at]) - usual) > 1:
            continue
        cells = parse_record(data, found, at, separator, quoted=quoted)
        words = sum(bool(c) and not _is_number(c) for c in cells)
        if words >= 1 and 2 * words >= len(cells) and not cells[0].startswith("#!{"):
            return at, tuple(cells)
    first = tuple(parse_record(data, found, 0, separator, quoted=quoted))
    if sum(map(_is_number, first)) > 1 and all(not c or _is_number(c) for c in first):
        message = "the table has no header: its first row holds numbers only"
        raise DataError(Problem(message, path, line=1, hint="put the names of the columns there"))
    return 0, first


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _first_record(data: bytes, found: Records, header_at: int) -> int:
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
    found: Records,
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


def _even_out(
    data: bytes,
    found: Records,
    first: int,
    blank: NDArray[np.bool_],
    short: tuple[tuple[int, int], ...],
    width: int,
    separator: str,
) -> bytes:
    """Leave out rows that are no records; fill up short ones with empty cells."""
    ends = found.ends
    edges = np.diff(blank.astype(np.int8), prepend=0, append=0)
    runs = zip(np.flatnonzero(edges > 0) + first, np.flatnonzero(edges < 0) + first, strict=True)
    changes = [(int(ends[a - 1]) + 1, int(ends[b - 1]) + 1, b"") for a, b in runs]
    for row, cells in short:
        end = int(ends[row - 1])
        changes.append((end, end, separator.encode() * (width - cells)))
    if not changes:
        return data
    parts, at = [], 0
    for begin, end, filling in sorted(changes):
        parts += [data[at:begin], filling]
        at = end
    return b"".join([*parts, data[at:]])


def _spare_column(
    header: tuple[str, ...], found: Records, first: int, data: bytes, separator: str
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
