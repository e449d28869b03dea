"""Checks of the cells of a sheet: blanks, names that recur, numbers, flags."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from phosres.errors import Problem
from phosres.readers.sheets._nouns import REQUIRED

_MISSING = frozenset({"", "na", "nan", "n/a", "none", "unknown", "not available", "not applicable"})
_YES = frozenset({"yes", "y", "true", "1", "x", "exclude", "excluded"})
_NO = frozenset({"no", "n", "false", "0", "", "na", "include", "included"})


def check_values(frame: pd.DataFrame, rows: Sequence[int], path: str) -> list[Problem]:
    """Check the cells of a sheet with named columns.

    Parameters
    ----------
    frame
        The sheet.
    rows
        Row of the file of each.
    path
        File, for messages.
    """
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
        problems += _twice(frame["sample"].to_list(), rows, path)
    for column, (check, hint) in _CHECKS.items():
        if column not in frame:
            continue
        for row, cell in zip(rows, frame[column], strict=True):
            if found := check(cell):
                problems.append(Problem(found, path, line=row, column=column, hint=hint))
    return problems


def _twice(samples: Sequence[str], rows: Sequence[int], path: str) -> list[Problem]:
    problems = []
    first: dict[str, int] = {}
    for row, sample in zip(rows, samples, strict=True):
        if sample and sample in first:
            message = f"sample '{sample}' is named twice, first in row {first[sample]}"
            hint = "each sample (column of the table) has one row"
            problems.append(Problem(message, path, line=row, column="sample", hint=hint))
        first.setdefault(sample, row)
    return problems


def _minutes(cell: str) -> str:
    number = _number(cell)
    if number is None:
        return ""
    if math.isnan(number):
        return f"'{cell}' is not a number"
    return f"'{cell}' minutes are less than none" if number < 0 else ""


def _share(cell: str) -> str:
    number = _number(cell)
    if number is None:
        return ""
    if math.isnan(number):
        return f"'{cell}' is not a number"
    return "" if 0 <= number <= 1 else f"'{cell}' is not between 0 and 1"


def _flag(cell: str) -> str:
    return "" if cell.casefold() in _YES | _NO else f"'{cell}' is neither yes nor no"


def _number(cell: str) -> float | None:
    """Return the number in a cell, None if it is blank, NaN if there is none."""
    if cell.casefold() in _MISSING:
        return None
    try:
        number = float(cell)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


_CHECKS: Mapping[str, tuple[Callable[[str], str], str]] = MappingProxyType(
    {
        "ischemia_min": (_minutes, "write minutes as a number, or nothing"),
        "purity": (_share, "write the share of tumour cells as a number such as 0.7, or nothing"),
        "exclude": (_flag, "write yes to leave the sample out, otherwise no or nothing"),
    }
)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sort problems by row and column.

    Parameters
    ----------
    problems
        Problems of one file.
    """
    return sorted(problems, key=lambda p: (p.line or 0, str(p.column or "")))


def find_excluded(frame: pd.DataFrame) -> "pd.Series[bool]":
    """Tell which rows the sheet itself sets aside.

    Parameters
    ----------
    frame
        The sheet.
    """
    if "exclude" not in frame:
        return pd.Series([False] * len(frame), index=frame.index, dtype=bool)
    return frame["exclude"].astype(str).str.casefold().isin(_YES)
