"""Which columns of a table are the samples of a sheet."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from phosres.errors import DataError, Problem
from phosres.readers._changes import find_changes
from phosres.readers._format import Format
from phosres.readers._recognition import Candidate, candidates
from phosres.readers._text import Text
from phosres.readers.sheets import Annotation, Sheet, group_loosely, nearest, settle, spell_loosely

_SHOWN = 8
_TOTAL = re.compile(r"___[1-3]$")


@dataclass(frozen=True, slots=True)
class Matched:
    """Columns of the samples of a sheet.

    Parameters
    ----------
    columns
        Position of the column of each multiplicity (None: not given) and sample; a sample without
        a column for a multiplicity has -1.
    sheet
        The sheet, of the samples that are read.
    samples
        Name in the table and position of each sample.
    warnings
        Sentences a user should read.
    """

    columns: dict[int | None, list[int]]
    sheet: Sheet
    samples: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()


def match(
    text: Text,
    record: Format,
    annotation: Annotation,
    declared: Mapping[str, str] = MappingProxyType({}),
) -> Matched:
    """Find the columns of the samples of a sheet.

    Parameters
    ----------
    text
        The table.
    record
        Its format.
    annotation
        What the file of samples says.
    declared
        Role to header, as the configuration says.

    Raises
    ------
    DataError
        If samples have no column, or more than one.
    """
    if record.is_wide_open and text.samples is None:
        offered = [Candidate(c, h) for c, h in enumerate(text.header) if h]
    else:
        offered = candidates(text, record, declared=declared)
    by_name: dict[str, list[Candidate]] = {}
    for one in offered:
        by_name.setdefault(one.sample, []).append(one)
    headers = _headers(by_name, text)
    sheet = settle(annotation, [*by_name, *headers])
    names = list(sheet.frame.index)
    called, renamed = _resolve(sheet, by_name, headers)
    missing = [n for n in names if n not in called]
    if missing:
        raise DataError(_absent(missing, names, text, record, sheet, offered))
    _refuse_twice(called, by_name, text)
    levels = sorted({one.multiplicity or 0 for name in called.values() for one in by_name[name]})
    columns: dict[int | None, list[int]] = {}
    for level in levels:
        places = {
            name: next((c.at for c in by_name[called[name]] if (c.multiplicity or 0) == level), -1)
            for name in names
        }
        columns[level or None] = [places[name] for name in names]
    known = {*called.values(), *_set_aside(sheet, by_name)}
    warnings = [*renamed, *_ignored(text, record, by_name, known)]
    pairs = tuple((called[name], by_name[called[name]][0].at) for name in names)
    return Matched(columns, sheet, pairs, tuple(warnings))


def _set_aside(sheet: Sheet, by_name: Mapping[str, Sequence[Candidate]]) -> list[str]:
    """Return the columns of samples that the sheet excludes."""
    loose = group_loosely(by_name)
    return [n for name in sheet.excluded for n in loose.get(spell_loosely(name), [])]


def _headers(by_name: Mapping[str, Sequence[Candidate]], text: Text) -> dict[str, str]:
    """Return the sample of each whole header, totals without their multiplicity."""
    return {
        _TOTAL.sub("", text.header[c.at]): sample
        for sample, columns in by_name.items()
        for c in columns
        if c.at < text.width
    }


def _resolve(
    sheet: Sheet, by_name: Mapping[str, Sequence[Candidate]], headers: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """Match names as they stand, by the whole header, then in a loose spelling."""
    names = {name: sheet.called.get(name, name) for name in map(str, sheet.frame.index)}
    exact = set(names.values())
    loose = group_loosely(by_name)
    called: dict[str, str] = {}
    warnings, problems = [], []
    for name, spelled in names.items():
        if spelled in by_name:
            called[name] = spelled
            continue
        if spelled in headers:
            called[name] = headers[spelled]
            continue
        near = [n for n in loose.get(spell_loosely(spelled), []) if n not in exact]
        if len(near) == 1:
            called[name] = near[0]
            warnings.append(f"sample '{name}' of the sheet was read from the column '{near[0]}'")
        elif near:
            shown = " or ".join(f"'{n}'" for n in near[:4])
            message = f"sample '{name}' may be the column {shown}"
            hint = "write the name as it stands in the table"
            row = sheet.rows.get(name)
            problems.append(Problem(message, sheet.path, row, "sample", hint))
    if problems:
        raise DataError(problems)
    return called, warnings


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
    missing: list[str],
    names: list[str],
    text: Text,
    record: Format,
    sheet: Sheet,
    offered: Sequence[Candidate],
) -> list[Problem]:
    likely = offered if record.is_long else candidates(text, record)
    known = list(dict.fromkeys(c.sample for c in likely))
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
    if record.is_wide_open and table.samples is None:
        taken = {one.at for name in used for one in by_name[name]}
        taken |= {at for change in find_changes(table.header) for at in change.beside.values()}
        names = [one.sample for one in candidates(table, record, taken)]
    rest = [n for n in dict.fromkeys(names) if n not in used]
    said = _count_unread(table, record)
    if not rest:
        return said
    one = len(rest) == 1
    words = ("column of numbers", "columns of numbers")
    if record.is_long or table.samples is not None:
        words = ("sample", "samples")
    was = "was" if one else "were"
    text = f"{len(rest)} {words[0 if one else 1]} not in the sample sheet {was} ignored"
    return [f"{text}: {_some(rest)}", *said]


def _count_unread(table: Text, record: Format) -> list[str]:
    """Count the columns that look like samples and are none."""
    if not record.set_aside:
        return []
    pattern = re.compile(record.set_aside, re.IGNORECASE)
    found = [h for h in table.header if pattern.match(h)]
    return [f"{len(found)} columns were not read, they are no samples: {_some(found)}"] * bool(
        found
    )
