"""A workbook in which texts stay texts: no formula, no gene that turns into a date."""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from phosres.errors import ConfigError, Problem

MAX_ROWS = 1_048_575
"""Rows of a sheet below its header."""

_MAX_TEXT = 32_767
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_GUESSED = re.compile(rf"\s*(?:[=+\-@#'0-9.,$%(]|true$|false$|(?:{_MONTHS})[a-z]*[-_ ./]*\d)", re.I)
"""Texts a spreadsheet takes for a formula, number, date or truth when somebody edits the cell."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def format_xlsx(tables: Mapping[str, pl.DataFrame], about: Sequence[tuple[str, str]]) -> bytes:
    """Return tables as one workbook, a sheet each.

    Parameters
    ----------
    tables
        By name of the sheet. Texts are stored as text, also ``=1+1`` and ``MARCH1``; cells that a
        spreadsheet would take for something else are formatted as text, so that they stay so when
        somebody edits them. What is missing is empty.
    about
        Lines of the first sheet: what, and its text.

    Returns
    -------
    The file.

    Raises
    ------
    ConfigError
        If openpyxl is not installed, or a table has more rows than a sheet.
    """
    try:
        import openpyxl
    except ImportError:
        message = "Excel workbooks need openpyxl, which is not installed"
        raise ConfigError(Problem(message, hint="pip install 'phosres[excel]'")) from None
    long = [f"{name} has {len(t):,} rows" for name, t in tables.items() if len(t) > MAX_ROWS]
    if long:
        message = f"a sheet holds {MAX_ROWS:,} rows: {'; '.join(long)}"
        raise ConfigError(Problem(message, hint="export to parquet instead"))
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("about")
    for line in about:
        sheet.append([_text(sheet, word) for word in line])
    for name, table in tables.items():
        sheet = book.create_sheet(name[:31])
        sheet.freeze_panes = "A2"
        sheet.append([_text(sheet, c) for c in table.columns])
        texts = [table.schema[c] == pl.String for c in table.columns]
        for row in table.iter_rows():
            sheet.append(
                [
                    _text(sheet, v) if is_text and v else None if v is None or v == "" else v
                    for v, is_text in zip(row, texts, strict=True)
                ]
            )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _text(sheet: Any, value: object) -> Any:
    from openpyxl.cell import WriteOnlyCell

    text = _NOT_IN_XML.sub(" ", str(value))[:_MAX_TEXT]
    if not _GUESSED.match(text):
        return text
    cell = WriteOnlyCell(sheet, value="")
    cell.number_format = "@"
    # Set behind openpyxl's guess: a text that begins with = would become a formula.
    cell._value, cell.data_type = text, "s"
    return cell
