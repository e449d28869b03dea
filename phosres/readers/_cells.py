"""Cells of a text table to typed columns: text, and numbers with every way to say "missing"."""

import csv
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import replace

import pandas as pd
import polars as pl

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
"""Tried before all the others: each further spelling slows the parser down."""
_FOLDED = frozenset(m.casefold() for m in MISSING)
_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d*)?")
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
    A frame with the positions as column names, indexed by row after the header.
    """
    if not len(columns):
        return pd.DataFrame()
    frame = parse(text, words=columns, rows=rows)
    cells = {at: pd.Series(frame[str(at)].to_list(), dtype=object) for at in columns}
    return pd.DataFrame(cells, copy=False).set_axis(text.rows[: len(frame)] - text.first_row)


def parse(
    text: Text,
    *,
    words: Sequence[int] = (),
    numbers: Sequence[int] = (),
    missing: Sequence[str] = (),
    rows: int | None = None,
) -> pl.DataFrame:
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
    A row a record, columns named by position: text stripped and ``""`` where empty, numbers
    float64 and null where missing.

    Raises
    ------
    DataError
        If cells of the number columns hold no number.
    """
    words = [c for c in words if c not in set(numbers)]
    frame = _read_quickly(text, words, numbers, missing, rows)
    if frame is None:
        frame = _convert(_read_text(text, [*words, *numbers], rows), text, numbers, missing)
    counted = len(text.rows) if rows is None else min(rows, len(text.rows))
    if len(frame) != counted:
        problem = Problem(
            f"{counted:,} rows were counted but {len(frame):,} could be read",
            text.path,
            hint="a stray quotation mark joins rows: export the table without quotes",
        )
        raise DataError(problem)
    return frame.with_columns(pl.col(str(c)).str.strip_chars() for c in words)


def _read_quickly(
    text: Text,
    words: Sequence[int],
    numbers: Sequence[int],
    missing: Sequence[str],
    rows: int | None,
) -> pl.DataFrame | None:
    """Let the parser convert the numbers; None if some cell is neither number nor missing."""
    # Most tables need no spellings at all. Those that do are read in two passes: the parser
    # cannot be told to leave the spellings alone in text.
    for spellings in ((), _USUAL, MISSING):
        try:
            if not spellings:
                frame = _read(text, words, numbers, rows)
            else:
                frame = _read(text, [], numbers, rows, [*dict.fromkeys([*spellings, *missing])])
                frame = frame.hstack(_read(text, words, [], rows)) if words else frame
        except pl.exceptions.PolarsError:
            continue
        return _drop_endless(frame, numbers, missing)
    return None


def _drop_endless(
    frame: pl.DataFrame, numbers: Sequence[int], missing: Sequence[str]
) -> pl.DataFrame:
    """Blank what is no finite number, and numbers that are declared to mean missing."""
    if not numbers:
        return frame
    values = pl.col([str(c) for c in numbers])
    plain = _is_value(values, missing)
    if all(frame.select(plain.all()).row(0)):
        return frame
    return frame.with_columns(pl.when(plain).then(values))


def _is_value(values: pl.Expr, missing: Collection[str]) -> pl.Expr:
    extra = [float(m) for m in missing if _PLAIN.fullmatch(m)]
    return values.is_finite() & ~values.is_in(extra) if extra else values.is_finite()


def _read_text(text: Text, columns: Sequence[int], rows: int | None) -> pl.DataFrame:
    try:
        return _read(text, columns, [], rows)
    except pl.exceptions.PolarsError as error:
        try:
            return _read(_requote(text), columns, [], rows)
        except (pl.exceptions.PolarsError, csv.Error):
            raise DataError(_unparsable(text, error)) from None


def _requote(text: Text) -> Text:
    """Write the quotation marks as they should be; slow, and seldom needed."""
    records = io.StringIO(text.data[text.start :].decode("utf-8"), newline="")
    rewritten = io.StringIO(newline="")
    writer = csv.writer(rewritten, delimiter=text.separator, lineterminator="\n")
    writer.writerows(csv.reader(records, delimiter=text.separator))
    return replace(text, data=rewritten.getvalue().encode(), start=0)


def _read(
    text: Text,
    words: Sequence[int],
    numbers: Sequence[int],
    rows: int | None,
    missing: list[str] | None = None,
) -> pl.DataFrame:
    kinds: dict[str, type[pl.DataType]] = dict.fromkeys(map(str, range(text.width)), pl.String)
    kinds.update((str(at), pl.Float64) for at in numbers)
    table = pl.scan_csv(
        text.data,
        has_header=False,
        schema=kinds,
        separator=text.separator,
        quote_char='"' if text.quoted else None,
        skip_lines=text.data.count(b"\n", 0, text.start),
        n_rows=rows,
        null_values=missing,
    )
    frame = table.select([str(at) for at in sorted({*words, *numbers})]).collect()
    return frame.with_columns(pl.col(str(at)).fill_null("") for at in words)


def _unparsable(text: Text, error: Exception) -> Problem:
    what = str(error).strip().split("\n", 1)[0].rstrip(".")
    return Problem(
        f"the table cannot be split into cells: {what}",
        text.path,
        hint="look for stray quotation marks, or export the table again",
    )


def _convert(
    frame: pl.DataFrame, text: Text, numbers: Sequence[int], missing: Sequence[str]
) -> pl.DataFrame:
    """Turn text columns into numbers, or list every cell that is none."""
    folded = _FOLDED | {m.strip().casefold() for m in missing}
    columns = {c: frame[str(c)].str.strip_chars() for c in numbers}
    values = {c: _to_numbers(column, missing) for c, column in columns.items()}
    odd = {c: _odd(columns[c], values[c], folded) for c in numbers}
    odd = {c: cells for c, cells in odd.items() if cells}
    if odd and _is_decimal_comma(odd, columns, values):
        for c in odd:
            values[c] = _to_numbers(columns[c].str.replace(",", ".", literal=True), missing)
        odd = {}
    if odd:
        raise DataError(_not_numbers(text, odd, columns))
    return frame.with_columns(column.alias(str(c)) for c, column in values.items())


def _to_numbers(column: pl.Series, missing: Collection[str]) -> pl.Series:
    frame = column.alias("cell").to_frame()
    values = pl.col("cell").cast(pl.Float64, strict=False)
    return frame.select(pl.when(_is_value(values, missing)).then(values)).to_series()


def _odd(column: pl.Series, values: pl.Series, missing: frozenset[str]) -> list[str]:
    """List the distinct cells that are neither numbers nor missing."""
    cells = column.filter(values.is_null()).unique()
    words = cells.filter(cells.cast(pl.Float64, strict=False).is_null())
    return [c for c in words.to_list() if c.casefold() not in missing]


def _is_decimal_comma(
    odd: dict[int, list[str]], columns: dict[int, pl.Series], values: dict[int, pl.Series]
) -> bool:
    """Tell whether all odd cells are numbers with a decimal comma and no cell has a point."""
    cells = {c for column in odd.values() for c in column}
    if not all(_COMMA.fullmatch(c) for c in cells):
        return False
    if all(_THOUSANDS.fullmatch(c) for c in cells):
        return False
    return not any(
        column.filter(values[c].is_not_null()).str.contains(".", literal=True).any()
        for c, column in columns.items()
    )


def _not_numbers(
    text: Text, odd: dict[int, list[str]], columns: dict[int, pl.Series]
) -> list[Problem]:
    places = {c: columns[c].is_in(cells).arg_true() for c, cells in odd.items()}
    cells = sorted(
        (int(text.rows[record]), c, str(columns[c][record]))
        for c, records in places.items()
        for record in records.to_list()
    )
    hint = _advice([cell for _, _, cell in cells])
    problems = [
        Problem(
            f"'{cell[:40]}' is not a number",
            text.path,
            line=row,
            column=text.header[column],
            hint=hint if at == 0 else "",
        )
        for at, (row, column, cell) in enumerate(cells[:_SHOWN])
    ]
    if len(cells) > _SHOWN:
        shown = ", ".join(f"'{text.header[c]}' ({len(places[c]):,})" for c in list(odd)[:_SHOWN])
        more = f" and {len(odd) - _SHOWN} more" if len(odd) > _SHOWN else ""
        problems.append(
            Problem(f"{len(cells):,} cells in all are not numbers: {shown}{more}", text.path)
        )
    return problems


_DATE = re.compile(
    r"\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|\d{4}-\d\d-\d\d(?:[ T].*)?"
)


def _advice(cells: list[str]) -> str:
    if all(_THOUSANDS.fullmatch(c) for c in cells):
        return "1,234 may be 1234 or 1.234: export the table without thousands separators"
    if any(_COMMA.fullmatch(c) for c in cells):
        return "write all decimals one way, with a point or with a comma"
    if all(c.endswith("%") for c in cells):
        return "export the numbers without percent signs"
    if any(_DATE.fullmatch(c) for c in cells):
        return "a spreadsheet turned numbers into dates: export the table again from its source"
    words = sorted(set(cells))
    if len(words) <= _SHOWN:
        shown = ", ".join(f'"{w}"' for w in words)
        return f"if this means 'not measured', set input.missing: [{shown}]"
    return "check that the sample sheet names the columns with values"
