"""Sample sheets for callers: read one that is there, sketch one that is not."""

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from phosres.errors import DataError, Problem
from phosres.readers._given import SUBJECT
from phosres.readers._reading import Recognised, recognise
from phosres.readers.sheets import load_sheet

_TOKEN = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?")
_PARTS = re.compile(r"[_\-. /]+")
_TIME = re.compile(
    r"(?:(?:day|week|hour|d|w|h|t|c\d+d)\d+(?:\.\d+)?|\d+(?:\.\d+)?(?:min|hr|h|d|w|s|days?|weeks?)|"
    r"baseline|pre|post|screening|progression|prog|eot|ontx|pretx|posttx)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:pre|pretx|baseline|untreated|untr|ctrl|control|con|ctl|dmso|vehicle|veh|mock|ns|wt0|t0|0h?|"
    r"healthy|normal|before)\d*",
    re.IGNORECASE,
)
_REPLICATE = re.compile(r"(?:rep|r|bio|br|n)?\d{1,2}|[a-zA-Z]", re.IGNORECASE)


def read_samples(path: str | Path) -> pd.DataFrame:
    """Read and check a sample sheet.

    Parameters
    ----------
    path
        TSV, CSV or XLSX with the columns sample, subject and condition, and any further ones.

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


def sketch_samples(path: str | Path) -> pd.DataFrame:
    """Draft a sample sheet from the sample names of a table.

    Parameters
    ----------
    path
        The table.

    Returns
    -------
    Columns sample, subject, condition, timepoint, replicate and guessed; ``guessed`` names what
    was guessed from the name and what is left to fill in.

    Raises
    ------
    DataError
        If the table has no columns that can be samples.
    """
    found = recognise(path)
    if not found.samples:
        hint = "phosres reads tables with one column of numbers a sample"
        raise DataError(Problem("no column of the table can be a sample", found.path, hint=hint))
    if found.changes:
        return _sketch_changes(found)
    return guess(found.samples)


def _sketch_changes(found: Recognised) -> pd.DataFrame:
    """Draft the sheet of a table of changes: one column a comparison, of one cohort."""
    frame = pd.DataFrame({"sample": list(found.samples), "subject": SUBJECT}, dtype=object)
    note = "condition guessed from the header, subject unknown: check"
    return frame.assign(condition=list(found.changes), timepoint="", replicate="", guessed=note)


def guess(samples: Sequence[str]) -> pd.DataFrame:
    """Guess subject, condition, timepoint and replicate from the names of samples.

    Parameters
    ----------
    samples
        Names.

    Returns
    -------
    As `sketch_samples`.
    """
    tokens = _tokens(samples)
    frame = pd.DataFrame(
        {"sample": list(samples), "subject": "", "condition": "", "timepoint": "", "replicate": ""},
        dtype=object,
    )
    if tokens is None:
        frame["guessed"] = "nothing could be guessed: fill in subject and condition"
        return frame
    varying = [c for c in range(tokens.shape[1]) if (tokens[c] != tokens[c].iloc[0]).any()]
    what = {column: _role(tokens[column], last=column == varying[-1]) for column in varying}
    time = next((c for c, w in what.items() if w == "timepoint"), None)
    condition = next((c for c, w in what.items() if w == "condition"), None)
    if time is not None:
        frame["timepoint"] = tokens[time]
    rest = [c for c in varying if c not in (time, condition)]
    if condition is None and time is None and rest:
        condition = min(rest, key=lambda c: (tokens[c].nunique(), -c))
        rest.remove(condition)
    if condition is not None:
        frame["condition"] = tokens[condition]
    elif time is not None:
        frame["condition"] = _condition_of_time(tokens[time])
    _subjects(frame, tokens, rest)
    rows = frame.to_numpy().tolist()
    frame["guessed"] = [_note(dict(zip(frame.columns, row, strict=True))) for row in rows]
    return frame


def _tokens(samples: Sequence[str]) -> pd.DataFrame | None:
    """Split the names into equally many parts, at separators or between letters and digits."""
    for split in (_PARTS.split, _TOKEN.findall):
        parts = [[p for p in split(s) if p] for s in samples]
        if len({len(p) for p in parts}) == 1 and len(parts[0]) > 1:
            return pd.DataFrame(parts, dtype=object)
    return None


def _role(tokens: "pd.Series[str]", *, last: bool) -> str:
    distinct = sorted(set(tokens))
    balanced = len(distinct) < len(tokens)
    if all(_TIME.fullmatch(t) or _BEFORE.fullmatch(t) for t in distinct) and any(
        re.search(r"\d", t) for t in distinct
    ):
        return "timepoint" if balanced else ""
    if all(t.isdigit() for t in distinct):
        numbers = sorted(int(t) for t in distinct)
        if numbers[0] == 0 and balanced and len(numbers) <= 6:
            return "timepoint"
        return "replicate" if last else ""
    if balanced and any(_BEFORE.fullmatch(t) for t in distinct):
        return "condition"
    if last and all(_REPLICATE.fullmatch(t) for t in distinct):
        return "replicate"
    return ""


def _condition_of_time(times: "pd.Series[str]") -> list[str]:
    return ["pre" if _BEFORE.fullmatch(t) else f"on_{t}" for t in times]


def _subjects(frame: pd.DataFrame, tokens: pd.DataFrame, rest: list[int]) -> None:
    """Name the subject by the parts that are left, if they recur over the conditions."""
    if not rest:
        return
    name = tokens[rest].agg("_".join, axis=1)
    state = frame["condition"] + "\t" + frame["timepoint"]
    unique = not pd.DataFrame({"n": name, "s": state}).duplicated().any()
    recurs = name.duplicated(keep=False).mean() > 0.5
    paired = unique and all(t.isdigit() and len(t) > 1 for t in name)
    if len(rest) == 1 and all(_REPLICATE.fullmatch(t) for t in tokens[rest[0]]) and not paired:
        frame["subject"], frame["replicate"] = frame["sample"], name
    elif unique and recurs:
        frame["subject"] = name
    else:
        frame["subject"], frame["replicate"] = frame["sample"], tokens[rest[-1]]


def _note(row: dict[str, str]) -> str:
    columns = [c for c in ("subject", "condition", "timepoint", "replicate") if row[c]]
    empty = [c for c in ("subject", "condition") if not row[c]]
    text = f"{', '.join(columns)} guessed from the name: check" if columns else ""
    return "; ".join(p for p in (text, f"fill in {' and '.join(empty)}" if empty else "") if p)
