"""Cells of a text table to typed columns: text, and numbers with every way to say "missing"."""

import io
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from phosres.errors import DataError, Problem
from phosres.readers._text import Text

MISSING = (
    *("", "NA", "NaN", "nan", "Na", "na", "<NA>", "n/a", "N/A", "#N/A", "#N/A N/A", "NULL", "Null"),
    *(
        "null",
        "None",
        "none",
        "Filtered",
        "filtered",
        "-",
        "--",
        "---",
        ".",
        "?",
        "missing",
        "Missing",
    ),
    *("#NUM!", "#VALUE!", "#DIV/0!", "#NAME?", "#REF!", "#NULL!", "inf", "+inf", "-inf", "Inf"),
    *("-Inf", "+Inf", "INF", "-INF", "Infinity", "-Infinity", "1.#QNAN", "-1.#IND", "1.#INF"),
    *("-1.#INF", "-nan", "∞", "-∞", "not detected", "ND", "nd", "n.d."),
)
"""Spellings of "no value" that instruments, R, Excel and C write."""

_USUAL = ("", "NA", "NaN", "nan", "N/A", "Filtered")
"""Tried first: each further spelling slows the parser down."""
_FOLDED = frozenset(m.casefold() for m in MISSING)
_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SHOWN = 5


def parse_text(text: Text, columns: Sequence[int], rows: int | None = None) -> pd.DataFrame:
    """Read columns as text, stripped, missing cells as ``""``.

    Parameters
    ----------
    text
        The table.
    columns
        Positions of the columns.
    rows
        Records to read at most.

    Returns
    -------
    A frame with the positions as column names, indexed by record; blank records are left out.
    """
    return parse(text, words=columns, rows=rows) if len(columns) else pd.DataFrame()


def parse(
    text: Text,
    *,
    words: Sequence[int] = (),
    numbers: Sequence[int] = (),
    missing: Sequence[str] = (),
    rows: int | None = None,
) -> pd.DataFrame:
    """Read columns of a table, some as text and some as numbers.

    Parameters
    ----------
    text
        The table.
    words
        Positions of the columns to read as text.
    numbers
        Positions of the columns to read as numbers.
    missing
        Spellings of a missing value beyond the usual ones.
    rows
        Records to read at most.

    Returns
    -------
    A frame with the positions as column names, indexed by record, blank records left out: text
    stripped and ``""`` where empty, numbers float64 with NaN.

    Raises
    ------
    DataError
        If cells of the number columns hold no number.
    """
    words = [c for c in words if c not in set(numbers)]
    for spellings in (_USUAL, MISSING):
        try:
            frame = _read(text, words, numbers, [*spellings, *missing], rows)
            break
        except (ValueError, OverflowError):
            continue
    else:
        frame = _read(text, [*words, *numbers], [], missing, rows)
        frame = _convert(frame, text, numbers, missing)
    if rows is None and len(frame) != text.records:
        problem = Problem(
            f"{text.records:,} rows were counted but {len(frame):,} could be read",
            text.path,
            hint="a stray quotation mark joins rows: export the table without quotes",
        )
        raise DataError(problem)
    if text.blank.any():
        frame = frame[~text.blank[: len(frame)]]
    for column in words:
        frame[column] = _strip(frame[column])
    endless = [at for at in numbers if np.isinf(frame[at].to_numpy(dtype=np.float64)).any()]
    if endless:
        frame[endless] = frame[endless].replace([np.inf, -np.inf], np.nan)
    return frame


def _read(
    text: Text,
    words: Sequence[int],
    numbers: Sequence[int],
    missing: Sequence[str],
    rows: int | None,
) -> pd.DataFrame:
    stream = io.BytesIO(text.data)
    stream.seek(text.start)
    used = sorted({*words, *numbers})
    # Names that are no positions: pandas would take numbers for either.
    names = {at: f"c{at}" for at in used}
    kinds: dict[Any, Any] = {names[at]: object for at in words}
    kinds.update({names[at]: np.float64 for at in numbers})
    spelled: dict[Any, list[str]] = {names[at]: list(missing) for at in numbers}
    try:
        frame: pd.DataFrame = pd.read_csv(
            stream,
            sep=text.separator,
            header=None,
            names=list(names.values()),
            usecols=used,
            dtype=kinds,
            na_values=spelled,
            keep_default_na=False,
            index_col=False,
            skip_blank_lines=False,
            quoting=0 if text.quoted else 3,
            nrows=rows,
            engine="c",
            low_memory=True,  # in pieces, which is faster; the types are given
        )
    except pd.errors.ParserError as error:
        raise DataError(_unparsable(text, error)) from None
    except pd.errors.EmptyDataError:
        raise DataError(Problem("the table has a header but no rows", text.path)) from None
    return frame.set_axis(pd.Index(used), axis=1)


def _unparsable(text: Text, error: Exception) -> Problem:
    what = str(error).strip().rstrip(".").removeprefix("Error tokenizing data. ")
    return Problem(
        f"the table cannot be split into cells: {what}",
        text.path,
        hint="look for stray quotation marks, or export the table again",
    )


def _strip(column: "pd.Series[str]") -> "pd.Series[str]":
    """Strip text without touching the many cells that need none."""
    filled = column.fillna("").astype(object)
    padded = [c for c in filled.unique() if c != c.strip()]
    return filled.replace({c: c.strip() for c in padded}) if padded else filled


def _convert(
    frame: pd.DataFrame, text: Text, numbers: Sequence[int], missing: Sequence[str]
) -> pd.DataFrame:
    """Turn text columns into numbers, or list every cell that is none."""
    folded = _FOLDED | {m.strip().casefold() for m in missing}
    columns = {c: _strip(frame[c]) for c in numbers}
    values = {c: _to_numbers(columns[c], folded) for c in numbers}
    odd = {c: columns[c][values[c].isna() & ~_is_missing(columns[c], folded)] for c in numbers}
    odd = {c: cells for c, cells in odd.items() if len(cells)}
    if odd and _is_decimal_comma(odd, columns, values):
        for c in odd:
            values[c] = _to_numbers(columns[c].str.replace(",", ".", regex=False), folded)
        odd = {}
    if odd:
        raise DataError(_not_numbers(text, odd))
    rest = frame.drop(columns=list(numbers))
    return pd.concat([rest, pd.DataFrame(values)], axis=1)


def _to_numbers(column: "pd.Series[str]", missing: frozenset[str]) -> "pd.Series[float]":
    plain = column.mask(_is_missing(column, missing), "nan")
    values = pd.to_numeric(plain, errors="coerce").astype(np.float64)
    extra = [float(m) for m in missing - _FOLDED if _is_plain_number(m)]
    return values.mask(values.isin(extra)) if extra else values


def _is_plain_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+(?:\.\d*)?", text) is not None


def _is_missing(column: "pd.Series[str]", missing: frozenset[str]) -> "pd.Series[bool]":
    odd = [c for c in column.unique() if c.casefold() in missing]
    return column.isin(odd)


def _is_decimal_comma(
    odd: dict[int, "pd.Series[str]"],
    columns: dict[int, "pd.Series[str]"],
    values: dict[int, "pd.Series[float]"],
) -> bool:
    """Tell whether all odd cells are numbers with a decimal comma and no cell has a point."""
    cells = {c for column in odd.values() for c in column.unique()}
    if not all(_COMMA.fullmatch(c) for c in cells):
        return False
    if all(_THOUSANDS.fullmatch(c) for c in cells):
        return False
    return not any(
        columns[c][values[c].notna()].str.contains(".", regex=False).any() for c in columns
    )


def _not_numbers(text: Text, odd: dict[int, "pd.Series[str]"]) -> list[Problem]:
    cells = sorted(
        (int(row), column, str(cell))
        for column, c in odd.items()
        for row, cell in zip(c.index.to_list(), c, strict=True)
    )
    hint = _advice([cell for _, _, cell in cells])
    problems = [
        Problem(
            f"'{cell[:40]}' is not a number",
            text.path,
            line=text.first_row + row,
            column=text.header[column],
            hint=hint if at == 0 else "",
        )
        for at, (row, column, cell) in enumerate(cells[:_SHOWN])
    ]
    if len(cells) > _SHOWN:
        shown = ", ".join(f"'{text.header[c]}' ({len(odd[c]):,})" for c in list(odd)[:_SHOWN])
        more = f" and {len(odd) - _SHOWN} more" if len(odd) > _SHOWN else ""
        problems.append(
            Problem(f"{len(cells):,} cells in all are not numbers: {shown}{more}", text.path)
        )
    return problems


def _advice(cells: list[str]) -> str:
    if all(_THOUSANDS.fullmatch(c) for c in cells):
        return "1,234 may be 1234 or 1.234: export the table without thousands separators"
    if any(_COMMA.fullmatch(c) for c in cells):
        return "write all decimals one way, with a point or with a comma"
    words = sorted(set(cells))
    if len(words) <= _SHOWN:
        shown = ", ".join(f'"{w}"' for w in words)
        return f"if this means 'not measured', set input.missing: [{shown}]"
    return "check that the sample sheet names the columns with values"
