"""The way from a file to a PhosphoTable, step by step."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phosres.errors import DataError, Problem
from phosres.readers import (
    _blocks,
    _bytes,
    _comparisons,
    _errors,
    _fates,
    _features,
    _fields,
    _given,
    _mztab,
    _orientation,
    _peptidoforms,
    _rows,
    _scale,
    _text,
)
from phosres.readers._fasta import load_fasta
from phosres.readers._format import Format
from phosres.readers._identifiers import Roles, declare, find_roles
from phosres.readers._matching import Matched, match
from phosres.readers._recognition import Candidate, candidates, closest, find_format, locate
from phosres.readers._text import Text
from phosres.readers._tidying import Plan, tidy_up
from phosres.readers._used_rows import use_rows
from phosres.readers.sheets import Annotation, Sheet, open_sheet
from phosres.table import PhosphoTable, Scale, Source, Step

_SCALES: Mapping[str, Scale] = MappingProxyType(
    {"intensity": "log2_intensity", "ratio": "log2_ratio", "change": "log2_change"}
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a table was recognised as.

    Parameters
    ----------
    path
        File as the user named it.
    format
        Format.
    separator
        ``tab``, ``comma`` or ``semicolon``.
    header
        Names of the columns.
    header_row
        Row the header is in, counted from 1.
    roles
        Role to column.
    samples
        Names of the samples found in the table, in its order.
    why
        What it was recognised by, one sentence.
    problems
        What keeps the table from being read as it is.
    fields
        What the table itself says of each sample.
    changes
        What each sample compares if the samples are changes, on treatment against before; else
        empty.
    """

    path: str
    format: Format
    separator: str
    header: tuple[str, ...]
    header_row: int
    roles: Mapping[str, str]
    samples: tuple[str, ...]
    why: str
    problems: tuple[Problem, ...] = ()
    changes: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def recognise(path: str | Path) -> Recognised:
    """Tell what a table is, without a sample sheet.

    Parameters
    ----------
    path
        The table.

    Raises
    ------
    DataError
        If it is no text table.
    """
    text = _lay_out(path)
    record, why = find_format(text)
    changes = _given.suggest(text, record)
    found = [Candidate(c.at, c.header) for c in changes] or candidates(text, record)
    roles = _roles(text, record, {}, {c.at for c in found})
    return Recognised(
        path=text.path,
        format=record,
        separator=text.separator_name,
        header=text.header,
        header_row=text.header_row,
        roles={role: text.header[column] for role, column in roles.at.items()},
        samples=tuple(dict.fromkeys(c.sample for c in found)),
        why="; ".join(part for part in (why, *roles.how) if part),
        problems=roles.problems,
        fields=_fields.read_fields(text) if not changes else {},
        changes=tuple(c.name or c.header for c in changes),
    )


def read(
    path: str | Path,
    samples: str | Path | pd.DataFrame | None = None,
    *,
    format: str = "auto",  # noqa: A002  (the name users know from the configuration)
    columns: Mapping[str, str] | None = None,
    scale: str = "auto",
    values: str = "auto",
    missing: Sequence[str] = (),
    localization_min: float = 0.75,
    fasta: str | Path | None = None,
) -> PhosphoTable:
    """Read a phosphosite table and say what became of every row.

    Parameters
    ----------
    path
        The table: tab-, comma- or semicolon-separated text or GCT, also inside gzip, xz or zip,
        or an Excel workbook. Tables may have one column a sample, or one row a site and sample.
    samples
        The sample sheet: a TSV, CSV or XLSX file, or a frame, with the columns sample, subject
        and condition. Its samples are the columns that are read. None for a table of changes
        with one column a comparison, named as its condition.
    format
        ``auto``, or the name of one of `FORMATS`.
    columns
        Role to header, for tables whose columns are not recognised.
    scale
        ``linear``, ``log2``, or ``auto``: as the format says, else told from the values.
    values
        ``intensity``, ``ratio``, ``change`` (each value is on-treatment against pre-treatment
        already) or ``auto``.
    missing
        Spellings of "not measured" beyond the usual ones.
    localization_min
        Localisation probability (0 to 1) below which a site is dropped; class I is 0.75
        (https://doi.org/10.1016/j.cell.2006.09.026).
    fasta
        FASTA file of the search, to place the peptides of tables that give no positions of
        phosphosites in proteins.

    Returns
    -------
    Log2 values of features x samples. A feature is one peptidoform: one row of the file (and one
    multiplicity of it), or the rows that repeat one measurement for each of its sites. The rows
    of the file are the rows that lead a feature (first of its ``source_rows``) plus the rows of
    ``losses``.

    Raises
    ------
    DataError
        With every problem found in the table or the sample sheet.
    """
    text = None
    if samples is None:
        text = _lay_out(path)
        record, _ = find_format(text, format, dict(columns or {}))
        samples = _given.make_sheet(text, record, values)
    annotation, text = _load(path, samples, text)
    plan = _make_plan(text, annotation, format, dict(columns or {}))
    sheet = plan.matched.sheet
    fates = _fates.Fates(text.path)
    proteins = None if fasta is None else load_fasta(fasta)
    tidy = tidy_up(text, plan, missing, localization_min, fates, proteins)
    given = _given.find_given(text, plan.record, plan.matched, values)
    if given is None or not given.changes:
        text = replace(text, data=b"")  # nothing more is parsed, and it is large
    used = use_rows(
        tidy, text, plan, fates, proteins, localization_min=localization_min, scale=scale
    )
    del tidy
    decided = _decide(used.rows, sheet, text, plan.record, scale, values, given)
    log2 = _scale.to_log2(used.rows.values, decided, zero_is_missing=plan.record.zero == "missing")
    _refuse(_scale.check_columns(log2, list(sheet.frame.index), text.path))
    seen: NDArray[np.bool_] = np.isfinite(log2).sum(axis=1) > 0
    rows, log2 = used.rows.take(seen), log2 if seen.all() else log2[seen]
    _fates.count_unmeasured(used.kept, rows, fates)
    joined = _peptidoforms.join(rows)
    _fates.count_joined(rows, joined, fates)
    features, matrix = _features.build(rows, joined, log2)
    matrix.columns = sheet.frame.index
    errors = _read_errors(text, given, features, matrix, missing, decided)
    warnings = [*text.warnings, *sheet.notes, *plan.matched.warnings, *decided.warnings]
    warnings += [*used.warnings, *(() if used.is_localized else _unlocalized(plan.record))]
    warnings += _mixtures(list(sheet.frame.index), plan.record)
    warnings += given.warnings if given else ()
    step = _step(
        text, plan, decided, used.count, len(features), sheet, localization_min,
        errors[2] if errors else [],
    )  # fmt: skip
    return PhosphoTable(
        values=matrix,
        features=features,
        samples=sheet.frame,
        scale=_SCALES[decided.values],
        source=Source(
            text.path, plan.record.name, plan.recognised_by, text.sha256, decided.kind,
            used.count, plan.record.normalized,
        ),
        history=(Step(*step, warnings=tuple(warnings)),),
        losses=tuple(fates.losses),
        standard_errors=errors[0] if errors else None,
        error_df=errors[1] if errors else None,
    )  # fmt: skip


def _lay_out(path: str | Path) -> Text:
    text = _blocks.name_blocks(_text.lay_out(_mztab.unfold(_bytes.load(path))))
    return _comparisons.spread(_orientation.turn(text))


def _load(
    path: str | Path, samples: str | Path | pd.DataFrame, text: Text | None = None
) -> tuple[Annotation, Text]:
    """Load sheet and table, unless it is there; report the problems of both."""
    problems: list[Problem] = []
    annotation = None
    try:
        annotation = open_sheet(samples)
    except DataError as error:
        problems += error.problems
    try:
        text = text or _lay_out(path)
    except DataError as error:
        problems += error.problems
    if text is not None and text.width == 1:
        message = f"the table has one column only: {text.label(0)}"
        hint = "export it with tabs, commas or semicolons between the columns"
        problems.append(Problem(message, text.path, hint=hint))
        text = None
    if annotation is None or text is None:
        raise DataError(problems)
    return annotation, text


def _make_plan(text: Text, annotation: Annotation, name: str, declared: dict[str, str]) -> Plan:
    record, why = find_format(text, name, declared)
    problems: list[Problem] = []
    matched: Matched | None = None
    try:
        matched = match(text, record, annotation, declared)
    except DataError as error:
        problems += error.problems
    if matched is None:
        used = {c.at for c in candidates(text, record, declared=declared)}
    else:
        used = {c for level in matched.columns.values() for c in level if 0 <= c < text.width}
        _refuse_cut(text, used)
    roles = _roles(text, record, declared, used)
    problems += roles.problems
    if matched is None or problems:
        raise DataError(problems)
    _refuse_cut(text, {*used, *roles.at.values()})
    by = "; ".join(part for part in (why, *roles.how) if part)
    return Plan(record, matched, roles.at, by)


def _roles(text: Text, record: Format, declared: dict[str, str], samples: set[int]) -> Roles:
    located = {role: found[0] for role, found in locate(record, text, declared).items()}
    if not record.by_content:
        named, problems = declare(text, declared)
        return Roles({**located, **named}, problems=tuple(problems))
    rest, own = declared, {}
    if record.is_long:
        own = {role: located[role] for role in ("sample", "value")}
        rest = {role: header for role, header in declared.items() if role not in own}
    roles = find_roles(text, record, rest, samples | set(own.values()))
    at = {**roles.at, **own}
    if roles.problems and not declared:
        near = Problem(f"the table fits no format as it is; {closest(text)}", text.path)
        return Roles(at, roles.kinds, roles.how, (*roles.problems, near))
    return Roles(at, roles.kinds, roles.how, roles.problems)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise DataError(problems)


def _refuse_cut(text: Text, columns: set[int]) -> None:
    """Refuse rows that end before a column that is needed."""
    last = max(columns, default=-1)
    cut = [(row, cells) for row, cells in text.short if cells <= last]
    hint = "the file is cut, or a line break splits the row: export the table again"
    problems = [
        Problem(
            f"the row has {cells:,} cells, the header has {text.width:,}",
            text.path,
            line=row,
            hint=hint if at == 0 else "",
        )
        for at, (row, cells) in enumerate(cut[:5])
    ]
    if len(cut) > 5:
        problems.append(Problem(f"{len(cut) - 5:,} more rows are cut", text.path))
    _refuse(problems)


def _decide(
    rows: _rows.Rows,
    sheet: Sheet,
    text: Text,
    record: Format,
    scale: str,
    values: str,
    given: _given.Given | None,
) -> _scale.Scale:
    declared = scale if scale != "auto" else record.scale
    by = "input.scale" if scale != "auto" else f"format {record.name}"
    if given is not None:
        return _given.decide_scale(rows.values, given, text.path, declared=declared, by=by)
    return _scale.decide(
        rows.values,
        list(sheet.frame.index),
        text.path,
        declared=declared,
        by=by,
        kind=values if values != "auto" else record.values,
    )


def _read_errors(
    text: Text,
    given: _given.Given | None,
    features: pd.DataFrame,
    values: pd.DataFrame,
    missing: Sequence[str],
    decided: _scale.Scale,
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]] | None:
    """Read the standard errors of changes from the row that leads each feature."""
    if given is None or not given.changes:
        return None
    rows = features["source_rows"].str.split(";").str[0].astype(int).tolist()
    log2 = decided.kind == "log2"
    return _errors.read_errors(text, given.changes, values, rows, missing, log2=log2)


def _mixtures(samples: Sequence[str], record: Format) -> list[str]:
    """Name samples of the sheet that look like reference channels."""
    found = record.references and [
        name for name in samples if re.search(record.references, name, re.IGNORECASE)
    ]
    if not found:
        return []
    shown = ", ".join(f"'{name}'" for name in found)
    return [f"{shown} look like reference channels: take mixtures out of the sample sheet"]


def _unlocalized(record: Format) -> list[str]:
    if record.scores:
        least = " and ".join(f"{limit:g}" for limit in record.scores.values())
        return [
            f"the localisation scores of {record.title} are no probabilities: rows below {least} "
            "were left out, and filters.localization_min does not apply"
        ]
    return ["the table has no localisation probabilities: all sites were taken as localised"]


def _step(
    text: Text,
    plan: Plan,
    decided: _scale.Scale,
    rows: int,
    features: int,
    sheet: Sheet,
    localization_min: float,
    notes: Sequence[str] = (),
) -> tuple[str, str, int, int, dict[str, object]]:
    """Return the name, sentence, counts and parameters of the entry in the history."""
    values = "; ".join([decided.text, *notes])
    sentence = (
        f"Read {rows:,} rows of {len(sheet.frame)} samples from {text.path} "
        f"({plan.record.title}; {plan.recognised_by}): {features:,} features; {values}."
    )
    parameters = {
        "format": plan.record.name,
        "separator": text.separator_name,
        "header_row": text.header_row,
        "columns": {role: text.header[at] for role, at in plan.roles.items()},
        **_name_columns(text, plan),
        "scale": decided.kind,
        "scale_why": decided.text,
        "values": decided.values,
        "localization_min": localization_min,
    }
    return "read", sentence, rows, features, parameters


def _name_columns(text: Text, plan: Plan) -> dict[str, list[list[Any]]]:
    """Name the columns of the file that hold the values of each sample, in order of the samples.

    In a table of one row a site and sample that is the column of the values, with the name that
    the sample has there. ``sample_places`` counts columns from 1.
    """
    matched = plan.matched
    if "value" in plan.roles and plan.record.is_long:
        at = plan.roles["value"]
        called = [[f"{text.header[at]} of {name}"] for name, _ in matched.samples]
        return {"sample_columns": called, "sample_places": [[at + 1] for _ in called]}
    each = zip(*matched.columns.values(), strict=True)
    places = [list(dict.fromkeys(k for k in found if 0 <= k < text.width)) for found in each]
    return {
        "sample_columns": [[text.header[k] for k in found] for found in places],
        "sample_places": [[k + 1 for k in found] for found in places],
    }
