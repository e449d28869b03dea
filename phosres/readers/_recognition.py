"""Which format a table is of, and which of its columns are the samples of a sheet."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from phosres.errors import DataError, Problem, did_you_mean
from phosres.readers._format import FORMATS, GENERIC, Format, normalise
from phosres.readers._identifiers import kind_of, peek
from phosres.readers._sheet import Sheet, nearest
from phosres.readers._text import Text

_SHOWN = 8
_PEEK_ROWS = 200
_TOTAL = re.compile(r"___[1-3]$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that may be (part of) a sample.

    Parameters
    ----------
    at
        Position.
    sample
        Name of the sample.
    multiplicity
        Number of phosphates on the peptide, None if the header does not say.
    """

    at: int
    sample: str
    multiplicity: int | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """Columns of the samples of a sheet.

    Parameters
    ----------
    columns
        Position of the column of each multiplicity (None: not given) and sample; a sample without
        a column for a multiplicity has -1.
    warnings
        Sentences a user should read.
    """

    columns: dict[int | None, list[int]]
    warnings: tuple[str, ...] = ()


def find_format(text: Text, name: str = "auto") -> tuple[Format, str]:
    """Find the format of a table by its headers.

    Parameters
    ----------
    text
        The table.
    name
        ``auto``, or the format the user names.

    Returns
    -------
    The format and what it was recognised by.

    Raises
    ------
    DataError
        If the format is unknown, or the table lacks what it needs.
    """
    if name == "auto":
        for record in FORMATS:
            if record is not GENERIC and not lacking(record, text):
                return record, _why(record, text)
        return GENERIC, ""
    known = {record.name: record for record in FORMATS}
    if name not in known:
        hint = did_you_mean(name, ["auto", *known])
        raise DataError(Problem(f"unknown format '{name}' (input.format)", hint=hint))
    lacks = lacking(known[name], text)
    if lacks:
        message = f"the table is not of the format '{name}': it lacks {', '.join(lacks)}"
        hint = "set input.format to 'auto', or export the table with these columns"
        raise DataError(Problem(message, text.path, hint=hint))
    return known[name], f"named in the configuration; {_why(known[name], text)}".rstrip("; ")


def lacking(record: Format, text: Text) -> list[str]:
    """List what a table lacks to be of a format.

    Parameters
    ----------
    record
        Format.
    text
        The table.
    """
    found = record.find(text.header)
    lacks = [
        f"a column '{record.roles[r][0].replace('.', ' ')}'"
        for r in record.required
        if r not in found
    ]
    excluded = [r for r in record.excluded if r in {normalise(h) for h in text.header}]
    lacks += [f"the absence of a column '{r}'" for r in excluded]
    if record.samples and not record.match_samples(text.header):
        lacks.append("sample columns")
    return lacks


def closest(text: Text) -> str:
    """Name the nearest formats and what is missing for each.

    Parameters
    ----------
    text
        The table.
    """
    near = []
    for record in FORMATS:
        found = record.find(text.header)
        has = [r for r in record.required if r in found]
        lacks = lacking(record, text)
        if record is not GENERIC and has and lacks:
            near.append((len(lacks) - len(has), f"{record.name} (missing: {', '.join(lacks)})"))
    if near:
        return "closest formats: " + "; ".join(n for _, n in sorted(near)[:2])
    return "known formats: " + ", ".join(record.name for record in FORMATS)


def _why(record: Format, text: Text) -> str:
    found = record.find(text.header)
    shown = [f"'{text.header[found[r][0]]}'" for r in record.required]
    return f"columns {', '.join(dict.fromkeys(shown))}" if shown else ""


def candidates(text: Text, record: Format, skip: Collection[int] = ()) -> list[Candidate]:
    """List the columns that may be samples.

    Parameters
    ----------
    text
        The table.
    record
        Its format.
    skip
        Positions of columns that are of no interest.
    """
    if not record.is_wide_open:
        return [Candidate(*found) for found in record.match_samples(text.header)]
    known = {alias for aliases in record.roles.values() for alias in aliases}
    known |= set(record.not_samples)
    free = [
        c for c, h in enumerate(text.header) if h and c not in skip and normalise(h) not in known
    ]
    cells = peek(text, free, rows=_PEEK_ROWS)
    numeric = [c for c in free if kind_of(cells[c]) in {"number", "position"}]
    return [Candidate(c, text.header[c]) for c in numeric]


def match(text: Text, record: Format, sheet: Sheet) -> Matched:
    """Find the columns of the samples of a sheet.

    Parameters
    ----------
    text
        The table.
    record
        Its format.
    sheet
        The sample sheet.

    Raises
    ------
    DataError
        If samples have no column, or more than one.
    """
    names = list(sheet.frame.index)
    if record.is_wide_open:
        offered = [Candidate(c, h) for c, h in enumerate(text.header) if h]
    else:
        offered = candidates(text, record)
    by_name: dict[str, list[Candidate]] = {}
    for one in offered:
        by_name.setdefault(one.sample, []).append(one)
    called, renamed = _resolve(names, by_name, text)
    missing = [n for n in names if n not in called]
    if missing:
        raise DataError(_absent(missing, names, text, record, sheet))
    _refuse_twice(called, by_name, text)
    levels = sorted({one.multiplicity or 0 for name in called.values() for one in by_name[name]})
    columns: dict[int | None, list[int]] = {}
    for level in levels:
        places = {
            name: next((c.at for c in by_name[called[name]] if (c.multiplicity or 0) == level), -1)
            for name in names
        }
        columns[level or None] = [places[name] for name in names]
    warnings = [*renamed, *_ignored(text, record, by_name, set(called.values()))]
    return Matched(columns, tuple(warnings))


def _resolve(
    names: Sequence[str], by_name: dict[str, list[Candidate]], text: Text
) -> tuple[dict[str, str], list[str]]:
    """Match names as they stand, by the whole header, then in R's spelling."""
    headers = {_TOTAL.sub("", text.header[c.at]): s for s, cs in by_name.items() for c in cs}
    loose: dict[str, list[str]] = {}
    for sample in by_name:
        loose.setdefault(_loose(sample), []).append(sample)
    called: dict[str, str] = {}
    warnings = []
    for name in names:
        if name in by_name:
            called[name] = name
        elif name in headers:
            called[name] = headers[name]
        elif len(near := loose.get(_loose(name), [])) == 1 and near[0] not in names:
            called[name] = near[0]
            warnings.append(f"sample '{name}' of the sheet was read from the column '{near[0]}'")
    return called, warnings


def _loose(name: str) -> str:
    return re.sub(r"^x(?=\d)", "", normalise(name))


def _refuse_twice(called: dict[str, str], by_name: dict[str, list[Candidate]], text: Text) -> None:
    problems = []
    for name in called.values():
        levels = [c.multiplicity for c in by_name[name]]
        if len(set(levels)) < len(levels):
            spelled = ", ".join(str(c.at + 1) for c in by_name[name])
            message = f"the sample column '{name}' is there {len(levels)} times (columns {spelled})"
            hint = "give each column its own name"
            problems.append(Problem(message, text.path, line=text.header_row, hint=hint))
    for source in sorted(s for s, n in Counter(called.values()).items() if n > 1):
        shown = " and ".join(f"'{n}'" for n, s in called.items() if s == source)
        message = f"the samples {shown} of the sheet are one column, '{source}'"
        problems.append(Problem(message, text.path, hint="name each column once in the sheet"))
    if problems:
        raise DataError(problems)


def _absent(
    missing: list[str], names: list[str], text: Text, record: Format, sheet: Sheet
) -> list[Problem]:
    known = list(dict.fromkeys(c.sample for c in candidates(text, record)))
    known = known or [h for h in text.header if h]
    if len(missing) == len(names):
        hint = "; ".join(f"'{n}': {h}" for n in missing[:3] if (h := nearest(n, known)))
        if not record.is_wide_open:
            hint = hint or f"the samples of this format ({record.name}) are named as listed"
        message = (
            f"no sample of the sheet is a column of {text.path}: the sheet has {_some(names)}; "
            f"the table has {_some(known)}"
        )
        hint = hint or "write the column names of the table into the column 'sample' of the sheet"
        return [Problem(message, sheet.path, column="sample", hint=hint)]
    return [
        Problem(
            f"sample '{name}' is not a column of {text.path}",
            sheet.path,
            line=sheet.rows[name],
            column="sample",
            hint=nearest(name, [k for k in known if k not in names])
            or f"columns of the table: {_some([k for k in known if k not in names] or known)}",
        )
        for name in missing
    ]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f"'{n}'" for n in names[:_SHOWN]) + more if names else "none"


def _ignored(
    table: Text, record: Format, by_name: dict[str, list[Candidate]], used: set[str]
) -> list[str]:
    names = list(by_name)
    if record.is_wide_open:
        taken = {one.at for name in used for one in by_name[name]}
        names = [one.sample for one in candidates(table, record, taken)]
    rest = [n for n in dict.fromkeys(names) if n not in used]
    if not rest:
        return []
    words = ("column", "was") if len(rest) == 1 else ("columns", "were")
    text = f"{len(rest)} {words[0]} of numbers not in the sample sheet {words[1]} ignored"
    return [f"{text}: {_some(rest)}"]
