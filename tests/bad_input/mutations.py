"""Ways to spoil a study, and the record of a case."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.bad_input.study import Study

Spoil = Callable[[Study], None]


@dataclass(frozen=True)
class Case:
    """One way to spoil a study; what is said of it stands in ``golden.txt``.

    Parameters
    ----------
    name
        Name of the case.
    spoil
        Changes the study, or writes files of its own.
    command
        Arguments of the command line.
    """

    name: str
    spoil: Spoil
    command: tuple[str, ...] = ("check", "config.yaml")


def put(name: str, content: bytes | str | Callable[[Study], bytes]) -> Spoil:
    """Write a file of its own."""

    def spoil(study: Study) -> None:
        made = content(study) if callable(content) else content
        study.put(name, made.encode() if isinstance(made, str) else made)

    return spoil


def setting(section: str, **values: str | None) -> Spoil:
    """Change keys of the configuration; None takes a key away."""
    return lambda study: study.set(section, **values)


def several(*spoils: Spoil) -> Spoil:
    """Do several things."""

    def spoil(study: Study) -> None:
        for one in spoils:
            one(study)

    return spoil


def packed(name: str, content: bytes | Callable[[Study], bytes]) -> Spoil:
    """Name another file as the table, and write it."""
    return several(setting("input", table=name), put(name, content))


def cell(row: int, column: str, value: object) -> Spoil:
    """Change a cell of the table."""

    def spoil(study: Study) -> None:
        study.table[column] = study.table[column].astype(object)
        study.table.loc[row, column] = value

    return spoil


def values(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Spoil:
    """Change all values of the table."""

    def spoil(study: Study) -> None:
        study.table[study.samples] = change(study.table[study.samples]).astype(object)

    return spoil


def column(name: str, content: object, at: int = 2) -> Spoil:
    """Add a column to the table, or replace it."""

    def spoil(study: Study) -> None:
        if name in study.table:
            study.table[name] = content
        else:
            study.table.insert(at, name, content)

    return spoil


def text(change: Callable[[bytes], bytes]) -> Spoil:
    """Change the table as it is written."""
    return put("table.tsv", lambda study: change(study.text()))


def missing(columns: slice, rows: slice = slice(None)) -> Spoil:
    """Empty cells of the table."""

    def spoil(study: Study) -> None:
        study.table.loc[study.table.index[rows], study.samples[columns]] = np.nan

    return spoil


def keep_samples(*names: str) -> Spoil:
    """Keep these rows of the sheet only."""

    def spoil(study: Study) -> None:
        study.sheet = study.sheet[study.sheet["sample"].isin(names)]

    return spoil


def rename_sheet(**names: str) -> Spoil:
    """Rename columns of the sheet."""

    def spoil(study: Study) -> None:
        study.sheet = study.sheet.rename(columns=names)

    return spoil


def sheet_cell(row: int, name: str, value: str) -> Spoil:
    """Change a cell of the sheet."""

    def spoil(study: Study) -> None:
        study.sheet.loc[row, name] = value

    return spoil


def sheet_column(name: str, content: object) -> Spoil:
    """Add or replace a column of the sheet."""

    def spoil(study: Study) -> None:
        study.sheet[name] = content

    return spoil


def as_maxquant(study: Study) -> None:
    """Write the table as MaxQuant would: a column a multiplicity, flags, probabilities."""
    rows = study.table
    residue, position = rows["Site"].str[0], rows["Site"].str[1:]
    made = {
        "Proteins": "P" + (10000 + rows.index).astype(str),
        "Positions within proteins": position,
        "Protein": "P" + (10000 + rows.index).astype(str),
        "Gene names": rows["Gene"],
        "Localization prob": "0.99",
        "Number of Phospho (STY)": "1",
        "Amino acid": residue,
        "Position": position,
    }
    made |= {f"Intensity {s}___1": rows[s] for s in study.samples}
    made |= {"Reverse": "", "Potential contaminant": "", "id": rows.index.astype(str)}
    study.table = pd.DataFrame(made)
