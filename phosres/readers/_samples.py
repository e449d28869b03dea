"""Sample sheets for callers: read one that is there, sketch one that is not."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from phosres.errors import DataError, Problem
from phosres.readers._fields import suggest
from phosres.readers._given import SUBJECT
from phosres.readers._reading import Recognised, recognise
from phosres.readers.guesses import guess
from phosres.readers.sheets import describe, load_sheet, open_sheet

_SKETCHED = ("subject", "condition", "timepoint", "replicate")


def read_samples(path: str | Path) -> pd.DataFrame:
    """Read and check a sample sheet.

    Parameters
    ----------
    path
        TSV, CSV or XLSX with the columns sample, subject and condition, and any further ones; or
        an annotation of MaxQuant, FragPipe or MSstats, or SDRF.

    Returns
    -------
    Indexed by sample, with the columns of `phosres.table.SAMPLE_COLUMNS` and the further ones;
    all text, ``""`` where empty.

    Raises
    ------
    DataError
        With every problem of the sheet.
    """
    return load_sheet(path).frame


def sketch_samples(path: str | Path, annotation: str | Path | None = None) -> pd.DataFrame:
    """Draft a sample sheet from the sample names of a table.

    Parameters
    ----------
    path
        The table.
    annotation
        A file that says something of the samples: what it says is taken, the rest guessed.

    Returns
    -------
    Columns sample, subject, condition, timepoint, replicate and guessed; ``guessed`` names what
    was guessed from the name and what is left to fill in. Columns of an annotation are kept.

    Raises
    ------
    DataError
        If the table has no columns that can be samples, or the annotation none of them.
    """
    found = recognise(path)
    if not found.samples:
        hint = "phosres reads tables with one column of numbers a sample"
        raise DataError(Problem("no column of the table can be a sample", found.path, hint=hint))
    sheet = _sketch_changes(found) if found.changes else guess(found.samples)
    sheet = _take_fields(sheet, suggest(found.fields))
    return sheet if annotation is None else _complete(sheet, annotation, found.path)


def _take_fields(
    frame: pd.DataFrame, suggested: Mapping[str, tuple[str, tuple[str, ...]]]
) -> pd.DataFrame:
    """Take what the table itself says of its samples instead of what their names suggest."""
    if not suggested:
        return frame
    for column in ("subject", "condition", "timepoint", "replicate", "batch"):
        if column in suggested:
            frame[column] = list(suggested[column][1])
    if "subject" not in suggested:
        frame["subject"] = frame["subject"].where(frame["subject"] != "", frame["sample"])
    note = ", ".join(f"{column} from '{name}'" for column, (name, _) in suggested.items())
    frame["guessed"] = f"{note} of the table, the rest from the name: check"
    return frame[[c for c in frame if c != "guessed"] + ["guessed"]]


def _sketch_changes(found: Recognised) -> pd.DataFrame:
    """Draft the sheet of a table of changes: one column a comparison, of one cohort."""
    frame = pd.DataFrame({"sample": list(found.samples), "subject": SUBJECT}, dtype=object)
    note = "condition guessed from the header, subject unknown: check"
    return frame.assign(condition=list(found.changes), timepoint="", replicate="", guessed=note)


def _complete(sheet: pd.DataFrame, path: str | Path, table: str) -> pd.DataFrame:
    """Put what an annotation says in the place of what was guessed."""
    annotation = open_sheet(path)
    said = describe(annotation, sheet["sample"].tolist())
    if not len(said):
        names = [n for ways in annotation.names.values() for n in ways[:1] if n]
        message = f"{annotation.title} names none of the samples of {table}: it has " + ", ".join(
            f"'{n}'" for n in dict.fromkeys(names)
        )
        samples = ", ".join(f"'{s}'" for s in sheet["sample"][:4])
        raise DataError(Problem(message, str(path), hint=f"the table has {samples}"))
    sheet = sheet.set_index("sample")
    strange = [s for s in sheet.index if s not in said.index]
    said = said.reindex(sheet.index, fill_value="")
    given = [c for c in _SKETCHED if said[c].any()]
    guessed = [c for c in _SKETCHED if c not in given and sheet[c].any()]
    sheet = sheet.assign(**{c: said[c] for c in given}).drop(columns="guessed")
    rest = [c for c in said if c not in sheet and said[c].any()]
    sheet = pd.concat([sheet, said[rest]], axis=1)
    blank = [c for c in ("subject", "condition") if not sheet[c].any()]
    parts = (
        f"{', '.join(given)} from {Path(path).name}" if given else "",
        f"{', '.join(guessed)} guessed from the name: check" if guessed else "",
        f"fill in {' and '.join(blank)}" if blank else "",
    )
    sheet = sheet.assign(guessed="; ".join(p for p in parts if p))
    if strange:
        out = sheet["exclude"] if "exclude" in sheet else pd.Series("", index=sheet.index)
        sheet["exclude"] = out.astype(object)
        note = f"not described by {Path(path).name}, so set aside: check"
        sheet.loc[strange, ["exclude", "guessed"]] = ("yes", note)
        sheet = sheet[[*(c for c in sheet if c != "guessed"), "guessed"]]
    return sheet.reset_index()
