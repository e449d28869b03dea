"""What a file says of samples: before, and after it is known how the table names them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from phosres.errors import Problem

REQUIRED = ("sample", "subject", "condition")
"""Columns a sample sheet must have."""
KNOWN = (
    *REQUIRED, "timepoint", "replicate", "batch", "tissue", "response", "ischemia_min",
    "collection", "purity", "drug", "dose", "exclude",
)  # fmt: skip
"""Columns phosres reads; others are kept as they are."""


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
        Row of the file each sample is in (the first one, if several are).
    notes
        What was understood in another way than it stands, a sentence each.
    called
        Name of each sample in the table, where it is another one.
    excluded
        Names of samples that the sheet itself sets aside.
    """

    frame: pd.DataFrame
    path: str
    rows: Mapping[str, int]
    notes: tuple[str, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """What a file says of samples, before it is known how the table names them.

    Parameters
    ----------
    title
        What the file is, ``the sample sheet`` or ``the SDRF annotation``.
    path
        File as the user named it.
    frame
        One row a line of the file; named columns as in `KNOWN`, others as they are, text.
    rows
        Row of the file of each.
    names
        Ways the table may name the samples, the likeliest first: a title and the name of each row.
    lacks
        Why a subject or a condition cannot be told.
    notes
        What was understood in another way than it stands, a sentence each.
    is_own
        Whether it is a sheet made for phosres: then each of its samples must be in the table, and
        keeps its name. Files of other programs describe more runs than one table holds.
    """

    title: str
    path: str
    frame: pd.DataFrame
    rows: tuple[int, ...]
    names: Mapping[str, tuple[str, ...]]
    lacks: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    is_own: bool = False
