"""Sample sheets: ours, those of search engines and MSstats, and SDRF; told by content."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from phosres.errors import DataError, Problem, did_you_mean
from phosres.readers._format import normalise
from phosres.readers.sheets._columns import NAMING, name_columns
from phosres.readers.sheets._file import Lines, frame_lines, read_lines
from phosres.readers.sheets._names import group_loosely, name_plainly, spell_loosely
from phosres.readers.sheets._nouns import KNOWN, Annotation, Sheet
from phosres.readers.sheets._sdrf import read_sdrf
from phosres.readers.sheets._settling import describe, settle
from phosres.readers.sheets._values import check_values, in_order
from phosres.readers.sheets._vendors import read_vendor

__all__ = [
    "KNOWN",
    "Annotation",
    "Sheet",
    "describe",
    "group_loosely",
    "load_sheet",
    "name_plainly",
    "nearest",
    "open_sheet",
    "read_lines",
    "settle",
    "spell_loosely",
]


def open_sheet(samples: str | Path | pd.DataFrame) -> Annotation:
    """Read a sample sheet, whatever its kind, without knowing the table.

    Parameters
    ----------
    samples
        A TSV, CSV or XLSX file, or a frame with the columns of a sample sheet.

    Raises
    ------
    DataError
        With every problem of the file.
    """
    lines = frame_lines(samples) if isinstance(samples, pd.DataFrame) else read_lines(samples)
    return read_sdrf(lines) or read_vendor(lines) or _read_own(lines)


def load_sheet(samples: str | Path | pd.DataFrame, offered: Sequence[str] = ()) -> Sheet:
    """Read a sample sheet, whatever its kind, for a table.

    Parameters
    ----------
    samples
        As for `open_sheet`.
    offered
        Names of samples in the table; none if it is not known yet.

    Raises
    ------
    DataError
        With every problem of the file.
    """
    return settle(open_sheet(samples), offered)


def _read_own(lines: Lines) -> Annotation:
    """Read a sheet made for phosres."""
    if len(lines.cells[0]) == 1:
        message = f"the sample sheet has one column only: '{lines.cells[0][0]}'"
        hint = "separate its columns by tabs or commas: sample, subject, condition"
        raise DataError(Problem(message, lines.path, hint=hint))
    names, notes, problems = name_columns(lines.cells[0], lines.path)
    frame = pd.DataFrame(lines.cells[1:], columns=pd.Index(names), dtype=object)
    unnamed = [not n and not frame.iloc[:, at].any() for at, n in enumerate(names)]
    frame = frame.loc[:, [not u for u in unnamed]]
    frame = frame.loc[:, ~frame.columns.duplicated()]
    rows = lines.rows[1:]
    problems += check_values(frame, rows, lines.path)
    if problems:
        raise DataError(in_order(problems))
    ways = ["sample", *(c for c in frame if normalise(str(c)) in NAMING)]
    called = {str(way): tuple(frame[way]) for way in ways}
    return Annotation("the sample sheet", lines.path, frame, rows, called, (), notes, is_own=True)


def nearest(sample: str, known: list[str]) -> str:
    """Name the nearest columns of a table for a sample it lacks.

    Parameters
    ----------
    sample
        Sample of the sheet.
    known
        Columns that may be samples.
    """
    hint = did_you_mean(sample, known)
    return hint if hint.startswith("did you mean") else ""
