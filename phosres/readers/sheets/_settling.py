"""From what a file says of samples to the sheet of one table."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from phosres.errors import DataError, Problem
from phosres.readers.sheets._names import group_loosely, name_plainly, spell_loosely
from phosres.readers.sheets._nouns import Annotation, Sheet
from phosres.readers.sheets._values import find_excluded, in_order
from phosres.table import SAMPLE_COLUMNS

_SHOWN = 6


def settle(annotation: Annotation, offered: Sequence[str] = ()) -> Sheet:
    """Make the sheet of a table that offers some names of samples.

    Of the ways in which the table may name the samples, the one is taken that finds most of them.
    Rows with one name (fractions, channels) are one sample, and must say the same of it.

    Parameters
    ----------
    annotation
        What the file says.
    offered
        Names of samples, and headers, in the table; none if it is not known yet.

    Raises
    ------
    DataError
        If subjects or conditions cannot be told, or rows of one sample contradict each other.
    """
    if annotation.lacks:
        raise DataError(annotation.lacks)
    title = _choose(annotation, offered)
    frame, called, problems = _collect(annotation, title, offered)
    if not len(frame):
        message, hint = f"{annotation.title} has no rows", "add one a sample"
        if len(annotation.frame):
            message = f"{annotation.title} sets all its samples aside"
            hint = "empty the column 'exclude' in the rows to use"
        raise DataError(Problem(message, annotation.path, hint=hint))
    problems += [
        Problem(f"{c} is blank", annotation.path, row, c, "fill it in")
        for c in ("subject", "condition")
        for row, cell in zip(frame["__row"], frame[c], strict=True)
        if not cell
    ]
    if problems:
        raise DataError(in_order(problems))
    rows = dict(zip(frame.index, frame["__row"].astype(int), strict=True))
    excluded = _excluded(annotation, title)
    notes = list(annotation.notes)
    if excluded:
        notes.append(
            f"sample sheet: {_count(len(excluded), 'sample')} set aside by it (excluded, pooled "
            f"or empty), not read: {_some(excluded)}"
        )
    if rest := _not_offered(annotation, title, frame):
        notes.append(
            f"{annotation.title} describes {_count(len(rest), 'more sample')} that the table does "
            f"not have: {_some(rest)}"
        )
    frame = frame.drop(columns="__row")
    return Sheet(frame, annotation.path, rows, tuple(notes), called, excluded)


def describe(annotation: Annotation, offered: Sequence[str]) -> pd.DataFrame:
    """Return what a file says of the samples a table offers, whether or not that is enough.

    Parameters
    ----------
    annotation
        What the file says.
    offered
        Names of samples in the table.

    Returns
    -------
    Indexed by the names in the table; empty if it has none of them.
    """
    frame, called, _ = _collect(annotation, _choose(annotation, offered), offered)
    known = group_loosely(offered)
    found = {
        name: near[0]
        for name in frame.index
        if (near := known.get(spell_loosely(called.get(name, name)), []))
    }
    return frame.loc[list(found)].drop(columns="__row").rename(index=found)


def _collect(
    annotation: Annotation, title: str, offered: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, str], list[Problem]]:
    """Return one row a sample, the name of each in the table, and contradictions."""
    known = {spell_loosely(name) for name in offered}
    keep = ~find_excluded(annotation.frame).to_numpy()
    names = annotation.names[title]
    frame = annotation.frame.assign(__row=annotation.rows, __name=names)[keep]
    if annotation.is_own:
        frame = frame.set_index("sample")
        called = {s: n for s, n in frame["__name"].items() if n and n != s}
        return _arrange(frame.drop(columns="__name")), {str(s): n for s, n in called.items()}, []
    frame["__name"] = frame["__name"].map(name_plainly)
    used = frame["__name"] != ""
    if known and (found := frame["__name"].map(lambda n: spell_loosely(n) in known)).any():
        used &= found
    frame = frame[used]
    problems = _contradictions(frame, annotation)
    merged = frame.groupby("__name", sort=False).agg(_one).rename(columns={"sample": "sample_id"})
    return _arrange(merged.rename_axis("sample")), {}, problems


def _choose(annotation: Annotation, offered: Sequence[str]) -> str:
    """Return the way of naming that finds most samples; of equal ones the first."""
    known = {spell_loosely(name) for name in offered}
    kept = np.flatnonzero(~find_excluded(annotation.frame).to_numpy())
    found = {
        title: sum(spell_loosely(names[at]) in known for at in kept)
        for title, names in annotation.names.items()
    }
    return max(found, key=lambda title: found[title])


def _one(values: "pd.Series[str]") -> object:
    """Return what the rows of one sample say, joined where they differ."""
    if values.name == "__row":
        return values.iloc[0]
    return "; ".join(dict.fromkeys(v for v in values if v))


def _contradictions(frame: pd.DataFrame, annotation: Annotation) -> list[Problem]:
    problems = []
    for column in (c for c in ("subject", "condition") if c in frame):
        counts = frame.groupby("__name", sort=False)[column].nunique()
        for name in counts.index[counts > 1]:
            mine = frame[frame["__name"] == name].drop_duplicates(column)
            said = [f"'{v}' (row {r})" for v, r in zip(mine[column], mine["__row"], strict=True)]
            message = f"sample '{name}' has more than one {column}: {', '.join(said[:3])}"
            hint = "rows of one sample are its fractions: give them one value"
            row = int(mine["__row"].iloc[0])
            problems.append(Problem(message, annotation.path, row, column, hint))
    return problems


def _arrange(frame: pd.DataFrame) -> pd.DataFrame:
    for column in SAMPLE_COLUMNS:
        if column not in frame:
            frame = frame.assign(**{column: ""})
    rest = [c for c in frame.columns if c not in (*SAMPLE_COLUMNS, "exclude")]
    return frame[[*SAMPLE_COLUMNS, *rest]].astype(object)


def _excluded(annotation: Annotation, title: str) -> tuple[str, ...]:
    out = find_excluded(annotation.frame).to_numpy()
    names = zip(annotation.names[title], out, strict=True)
    return tuple(dict.fromkeys(name_plainly(n) for n, o in names if o and n))


def _not_offered(annotation: Annotation, title: str, frame: pd.DataFrame) -> list[str]:
    """Return the samples of an annotation that were left out because the table lacks them."""
    if annotation.is_own:
        return []
    out = find_excluded(annotation.frame).to_numpy()
    names = [name_plainly(n) for n, o in zip(annotation.names[title], out, strict=True) if not o]
    return [n for n in dict.fromkeys(names) if n and n not in frame.index]


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f"'{n}'" for n in names[:_SHOWN]) + more
