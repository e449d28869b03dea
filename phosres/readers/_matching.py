"""Which columns of a table are the samples of a sheet."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from phosres.errors import DataError, Problem
from phosres.readers import _pivot
from phosres.readers._format import Format, normalise
from phosres.readers._recognition import Candidate, candidates
from phosres.readers._sheet import Sheet, nearest
from phosres.readers._text import Text

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
    samples
        Name in the table and position of each sample.
    warnings
        Sentences a user should read.
    """

    columns: dict[int | None, list[int]]
    samples: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()


def match(
    text: Text,
    record: Format,
    sheet: Sheet,
    declared: Mapping[str, str] = MappingProxyType({}),
) -> Matched:
    """Find the columns of the samples of a sheet.

    Parameters
    ----------
    text
        The table.
    record
        Its format.
    sheet
        The sample sheet.
    declared
        Role to header, as the configuration says.

    Raises
    ------
    DataError
        If samples have no column, or more than one.
    """
    names = list(sheet.frame.index)
    if record.is_wide_open and text.samples is None:
        offered = [Candidate(c, h) for c, h in enumerate(text.header) if h]
    else:
        offered = candidates(text, record, declared=declared)
    by_name: dict[str, list[Candidate]] = {}
    for one in offered:
        by_name.setdefault(one.sample, []).append(one)
    called, renamed = _resolve(names, by_name, text)
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
    warnings = [*renamed, *_ignored(text, record, by_name, set(called.values()))]
    pairs = tuple((called[name], by_name[called[name]][0].at) for name in names)
    return Matched(columns, pairs, tuple(warnings))


def _resolve(
    names: Sequence[str], by_name: dict[str, list[Candidate]], text: Text
) -> tuple[dict[str, str], list[str]]:
    """Match names as they stand, by the whole header, then in R's spelling."""
    headers = {
        _TOTAL.sub("", text.header[c.at]): s
        for s, cs in by_name.items()
        for c in cs
        if c.at < text.width
    }
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
    """Spell a sample without path and ending, and as R spells it."""
    return re.sub(r"^x(?=\d)", "", normalise(_pivot.name_run(name)))


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
        names = [one.sample for one in candidates(table, record, taken)]
    rest = [n for n in dict.fromkeys(names) if n not in used]
    if not rest:
        return []
    one = len(rest) == 1
    words = ("column of numbers", "columns of numbers")
    if record.is_long or table.samples is not None:
        words = ("sample", "samples")
    was = "was" if one else "were"
    text = f"{len(rest)} {words[0 if one else 1]} not in the sample sheet {was} ignored"
    return [f"{text}: {_some(rest)}"]
