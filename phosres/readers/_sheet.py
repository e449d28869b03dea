"""The sample sheet: what each sample is. Read, checked as a whole, every problem at once."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from phosres.errors import DataError, Problem, did_you_mean
from phosres.readers import _bytes, _cells, _text, _workbook
from phosres.readers._format import normalise
from phosres.table import SAMPLE_COLUMNS

REQUIRED = ("sample", "subject", "condition")
"""Columns a sample sheet must have."""
KNOWN = (*REQUIRED, "timepoint", "replicate", "batch", "tissue", "response", "ischemia_min")
"""Columns phosres reads; others are kept as they are."""
_NUMBERS = ("ischemia_min",)

ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sample": ("sample.name", "sample.id", "run", "raw.file", "file", "file.name", "filename"),
        "subject": ("patient", "patient.id", "subject.id", "individual", "donor", "participant"),
        "condition": ("group", "state"),
        "timepoint": ("time.point", "time", "visit"),
        "replicate": ("rep", "bioreplicate", "biological.replicate", "bio.replicate"),
        "batch": ("plex", "tmt.plex", "run.batch"),
        "ischemia_min": ("ischemia", "ischemia.time", "ischemia.minutes", "ischemia.time.min"),
    }
)
"""Other names of the columns, used where the column itself is absent."""
_SIMILAR = 0.8
"""Likeness (0 to 1) from which an unknown column is taken for a misspelling of a known one."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A checked sample sheet.

    Parameters
    ----------
    frame
        Indexed by sample, with the columns of `SAMPLE_COLUMNS` and the sheet's further ones, text.
    path
        File as the user named it.
    rows
        Row of the file each sample is in.
    notes
        What was understood in another way than it stands, a sentence each.
    """

    frame: pd.DataFrame
    path: str
    rows: Mapping[str, int]
    notes: tuple[str, ...] = ()


def load_sheet(samples: str | Path | pd.DataFrame) -> Sheet:
    """Read and check a sample sheet.

    Parameters
    ----------
    samples
        A TSV, CSV or XLSX file, or a frame with the same columns.

    Raises
    ------
    DataError
        With every problem of the sheet.
    """
    if isinstance(samples, pd.DataFrame):
        raw, path, first = _from_frame(samples), "sample sheet", 2
    else:
        raw, path, first = _from_file(samples)
    rows = [int(at) + first for at in raw.index.to_list()]
    raw = raw.reset_index(drop=True)
    frame, notes, problems = _name_columns(raw, path)
    problems += _check_values(frame, rows, path)
    problems.sort(key=_place)
    if problems:
        raise DataError(problems)
    frame = frame.set_index("sample")
    for column in SAMPLE_COLUMNS:
        if column not in frame:
            frame[column] = ""
    rest = [c for c in frame.columns if c not in SAMPLE_COLUMNS]
    frame = frame[[*SAMPLE_COLUMNS, *rest]].astype(object)
    return Sheet(frame, path, dict(zip(frame.index, rows, strict=True)), notes)


def _place(problem: Problem) -> tuple[int, str]:
    return problem.line or 0, str(problem.column or "")


def _from_frame(samples: pd.DataFrame) -> pd.DataFrame:
    frame: pd.DataFrame = samples.copy()
    if frame.index.name is not None and frame.index.name not in frame.columns:
        frame = frame.reset_index()
    frame = frame.reset_index(drop=True)
    frame.columns = pd.Index([str(c) for c in frame.columns])
    for column in frame.columns:
        frame[column] = frame[column].astype(object).map(_as_text).astype(object)
    return frame


def _as_text(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _from_file(path: str | Path) -> tuple[pd.DataFrame, str, int]:
    name = str(path)
    try:
        with Path(path).open("rb") as stream:
            packed = stream.read(1 << 26)
    except (OSError, ValueError):
        packed = b""
    if _bytes.is_workbook(packed):
        return _from_workbook(packed, name), name, 2
    text = _text.lay_out(_bytes.load(path))
    # A row may be short: editors drop the empty cells at its end. The checks see what is missing.
    frame = _cells.parse_text(text, range(text.width))
    frame.columns = pd.Index(list(text.header))
    unnamed = [not h and not frame.iloc[:, at].any() for at, h in enumerate(text.header)]
    return frame.loc[:, [not u for u in unnamed]], name, text.first_row


def _from_workbook(packed: bytes, name: str) -> pd.DataFrame:
    rows = _workbook.read_sheets(packed, name, _bytes.CAP)[0][1]
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
    body = [[_as_text(c) for c in row] for row in rows[1:]]
    frame = pd.DataFrame(body, columns=pd.Index(header), dtype=object)
    frame = frame.loc[:, [bool(h) for h in header]]
    kept: pd.DataFrame = frame[(frame != "").any(axis=1)]
    return kept


def _name_columns(
    raw: pd.DataFrame, path: str
) -> tuple[pd.DataFrame, tuple[str, ...], list[Problem]]:
    """Give the columns their names in phosres; report aliases, misspellings and what is absent."""
    spelled = [str(c) for c in raw.columns]
    names = ["_".join(normalise(c).split(".")) for c in spelled]
    names = [n if n in KNOWN else s for n, s in zip(names, spelled, strict=True)]
    notes, problems, used = [], [], set(names)
    for known, aliases in ALIASES.items():
        if known in used:
            continue
        found = [at for at, s in enumerate(spelled) if normalise(s) in aliases]
        if len(found) == 1:
            names[found[0]] = known
            used.add(known)
            notes.append(f"sample sheet: column '{spelled[found[0]]}' was read as {known}")
        elif found and known in REQUIRED:
            shown = " and ".join(f"'{spelled[at]}'" for at in found)
            hint = f"rename the one that is meant to '{known}'"
            problems.append(Problem(f"{shown} may both be the column '{known}'", path, hint=hint))
            used.add(known)
    problems += [
        Problem(f"the column '{n}' is there {names.count(n)} times", path, hint="keep one of them")
        for n in sorted({n for n in names if names.count(n) > 1})
    ]
    problems += _misspelt(names, used, path)
    frame = raw.copy()
    frame.columns = pd.Index(names)
    return frame.loc[:, ~frame.columns.duplicated()], tuple(notes), problems


def _misspelt(names: list[str], used: set[str], path: str) -> list[Problem]:
    problems = []
    absent = [k for k in KNOWN if k not in used]
    taken = set()
    for name in names:
        if name in KNOWN:
            continue
        likeness = {k: SequenceMatcher(None, name.lower(), k).ratio() for k in absent}
        best = max(likeness, key=lambda k: likeness[k], default="")
        if best and likeness[best] >= _SIMILAR:
            taken.add(best)
            problems.append(
                Problem(f"unknown column '{name}'", path, hint=f"did you mean '{best}'?")
            )
    for known in REQUIRED:
        if known in used or known in taken:
            continue
        aliases = ", ".join(a.replace(".", "_") for a in ALIASES[known][:4])
        shown = ", ".join(f"'{n}'" for n in names[:12])
        problems.append(
            Problem(
                f"the column '{known}' is missing; found: {shown}",
                path,
                hint=f"name it '{known}' (also understood: {aliases})",
            )
        )
    return problems


def _check_values(frame: pd.DataFrame, rows: list[int], path: str) -> list[Problem]:
    problems = []
    if not len(frame):
        problems.append(Problem("the sample sheet has no rows", path, hint="add one a sample"))
    for column in (c for c in REQUIRED if c in frame):
        problems += [
            Problem(f"{column} is blank", path, line=rows[at], column=column, hint="fill it in")
            for at, cell in enumerate(frame[column].to_list())
            if not cell
        ]
    if "sample" in frame:
        first: dict[str, int] = {}
        for row, sample in zip(rows, frame["sample"], strict=True):
            if sample and sample in first:
                message = f"sample '{sample}' is named twice, first in row {first[sample]}"
                hint = "each sample (column of the table) has one row"
                problems.append(Problem(message, path, line=row, column="sample", hint=hint))
            first.setdefault(sample, row)
    for column in (c for c in _NUMBERS if c in frame):
        for row, cell in zip(rows, frame[column], strict=True):
            if cell and cell.casefold() not in {"na", "nan", "n/a"} and not _is_number(cell):
                message, hint = f"'{cell}' is not a number", "write minutes as a number, or nothing"
                problems.append(Problem(message, path, line=row, column=column, hint=hint))
    return problems


def _is_number(text: str) -> bool:
    return bool(pd.to_numeric(pd.Series([text], dtype=object), errors="coerce").notna().all())


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
