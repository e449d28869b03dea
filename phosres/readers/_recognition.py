"""Which format a table is of, and which of its columns are the samples of a sheet."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from phosres.errors import DataError, Problem, did_you_mean
from phosres.readers import _cells, _pivot
from phosres.readers._format import Format, normalise
from phosres.readers._kinds import kind_of, peek
from phosres.readers._text import Text
from phosres.readers.formats import FORMATS, GENERIC, KNOWN

_PEEK_ROWS = 200
_REMARKS = frozenset({"score", "scores", "cluster", "pep", "rank", "entrez", "coverage"})
"""Words in headers of numbers that search engines and authors add to a table of sites."""


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


def locate(record: Format, text: Text, declared: Mapping[str, str]) -> dict[str, list[int]]:
    """Find the columns of each role, those the configuration names first.

    Parameters
    ----------
    record
        Format.
    text
        The table.
    declared
        Role to header.
    """
    found = record.find(text.places)
    for role, header in declared.items():
        exact = [at for at, h in enumerate(text.header) if h == header]
        if columns := exact or text.places.get(normalise(header), []):
            found[role] = columns
    return found


def find_format(
    text: Text, name: str = "auto", declared: Mapping[str, str] = MappingProxyType({})
) -> tuple[Format, str]:
    """Find the format of a table by its headers.

    Parameters
    ----------
    text
        The table.
    name
        ``auto``, or the format the user names.
    declared
        Role to header, as the configuration says.

    Returns
    -------
    The format and what it was recognised by.

    Raises
    ------
    DataError
        If the format is unknown, the table lacks what it needs, or is no table of sites.
    """
    if name == "auto":
        for record in KNOWN:
            found = locate(record, text, declared)
            if record is GENERIC or any(r not in found for r in record.required):
                continue
            if lacking(record, text, declared):
                continue
            if record.refusal[0]:
                what, todo = record.refusal
                message = f"this is {record.title}: {what}"
                raise DataError(Problem(message, text.path, hint=todo))
            return record, _why(record, text)
        return GENERIC, ""
    known = {record.name: record for record in FORMATS}
    if name not in known:
        hint = did_you_mean(name, ["auto", *known])
        raise DataError(Problem(f"unknown format '{name}' (input.format)", hint=hint))
    lacks = lacking(known[name], text, declared)
    if lacks:
        message = f"the table is not of the format '{name}': it lacks {', '.join(lacks)}"
        hint = "set input.format to 'auto', or export the table with these columns"
        raise DataError(Problem(message, text.path, hint=hint))
    return known[name], f"named in the configuration; {_why(known[name], text)}".rstrip("; ")


def lacking(
    record: Format, text: Text, declared: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """List what a table lacks to be of a format.

    Parameters
    ----------
    record
        Format.
    text
        The table.
    declared
        Role to header, as the configuration says.
    """
    found = locate(record, text, declared)
    lacks = (
        [] if record.container in ("", text.container) else [f"the frame of a {record.container}"]
    )
    lacks += [
        f"a column '{record.roles[r][0].replace('.', ' ')}'"
        for r in record.required
        if r not in found
    ]
    excluded = [r for r in record.excluded if r in text.places]
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
        found = record.find(text.places)
        has = [r for r in record.required if r in found]
        lacks = lacking(record, text)
        likely = 2 * len(has) >= len(record.required) and record.container in ("", text.container)
        if not record.by_content and has and lacks and likely:
            near.append((len(lacks) - len(has), f"{record.name} (missing: {', '.join(lacks)})"))
    if near:
        return "closest formats: " + "; ".join(n for _, n in sorted(near)[:2])
    return "nor is any near: `phosres show formats` lists what is read"


def _why(record: Format, text: Text) -> str:
    found = record.find(text.places)
    shown = [f"'{text.header[found[r][0]]}'" for r in record.required if r in found]
    return f"columns {', '.join(dict.fromkeys(shown))}" if shown else ""


def candidates(
    text: Text,
    record: Format,
    skip: Collection[int] = (),
    declared: Mapping[str, str] = MappingProxyType({}),
) -> list[Candidate]:
    """List the columns that may be samples.

    Parameters
    ----------
    text
        The table.
    record
        Its format.
    skip
        Positions of columns that are of no interest.
    declared
        Role to header, as the configuration says.

    Returns
    -------
    In a table with one row a sample, the positions are those after the last column.
    """
    if record.is_long:
        return _candidates_of_rows(text, record, declared)
    if text.samples is not None and record.is_wide_open:
        return [Candidate(c, text.header[c]) for c in text.samples if c not in skip]
    if not record.is_wide_open:
        return [Candidate(*found) for found in record.match_samples(text.header)]
    known = {alias for aliases in record.roles.values() for alias in aliases}
    known |= set(record.not_samples)
    free = [
        c
        for c, h in enumerate(text.header)
        if h and c not in skip and (plain := normalise(h)) not in known and not _is_remark(plain)
    ]
    cells = peek(text, free, rows=_PEEK_ROWS)
    numeric = [c for c in free if kind_of(cells[c]) in {"number", "position"}]
    return [Candidate(c, text.header[c]) for c in numeric]


def _is_remark(plain: str) -> bool:
    """Tell whether a column says something of the row, by a word no sample is called by."""
    return not _REMARKS.isdisjoint(plain.split("."))


def _candidates_of_rows(text: Text, record: Format, declared: Mapping[str, str]) -> list[Candidate]:
    """List the samples of a table with one row a signal and run."""
    found = locate(record, text, declared)
    at = {role: found[role][0] for role in ("sample", "run", "channel") if role in found}
    names: list[str] = []
    if at:
        cells = _cells.parse_text(text, sorted(set(at.values())))
        runs = _pivot.name_samples({r: cells[c] for r, c in at.items()}, record, text.path).unique()
        names = [run for run in runs if run]
    if record.has_channels:
        channels = [c for _, c, _ in record.match_samples(text.header)]
        names = [_pivot.name_channel(record, r, c) for r in (names or [""]) for c in channels]
    return [Candidate(text.width + i, name) for i, name in enumerate(dict.fromkeys(names))]
