"""Excel workbooks: their sheets, and the largest one as tab-separated text."""

import datetime
import io
import warnings
import zipfile

from phosres.errors import DataError, Problem

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def read_sheets(packed: bytes, name: str, cap: int) -> list[tuple[str, list[list[object]]]]:
    """Read the cells of the sheets that hold anything.

    Parameters
    ----------
    packed
        The workbook.
    name
        File, for messages.
    cap
        Most bytes it may unpack to.

    Returns
    -------
    Name of each sheet and its rows, in the order of the workbook.

    Raises
    ------
    DataError
        If openpyxl is not installed, or the workbook is damaged, too large or empty.
    """
    try:
        import openpyxl
    except ImportError:
        message = "reading Excel workbooks needs openpyxl, which is not installed"
        hint = "save the sheet as tab-separated text, or: pip install 'phosres[excel]'"
        raise DataError(Problem(message, name, hint=hint)) from None
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            size = sum(member.file_size for member in archive.infolist())
        with warnings.catch_warnings(action="ignore"):  # on styles and extensions, not on cells
            sheets = [] if size > cap else _sheets(openpyxl.load_workbook(
                io.BytesIO(packed), read_only=True, data_only=True
            ))  # fmt: skip
    except Exception as error:  # noqa: BLE001  (openpyxl raises anything on a damaged workbook)
        message = f"the Excel workbook cannot be read: {type(error).__name__}"
        hint = "save the sheet as tab-separated text"
        raise DataError(Problem(message, name, hint=hint)) from None
    if size > cap:
        raise DataError(Problem(f"the workbook unpacks to more than {cap:,} bytes", name))
    sheets = [s for s in sheets if s[1]]
    if not sheets:
        message = "the sheets of the workbook are empty"
        raise DataError(Problem(message, name, hint="put the table there"))
    return sheets


def _sheets(book: object) -> list[tuple[str, list[list[object]]]]:
    sheets = []
    for sheet in book.worksheets:  # type: ignore[attr-defined]
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        while rows and all(cell is None for cell in rows[-1]):
            rows.pop()
        sheets.append((str(sheet.title), rows))
    return sheets


def to_text(packed: bytes, name: str, cap: int) -> tuple[bytes, tuple[str, ...]]:
    """Write the largest sheet of a workbook as tab-separated text, a line a row.

    Parameters
    ----------
    packed, name, cap
        As for `read_sheets`.

    Returns
    -------
    UTF-8 text, and what a user should know. Dates are written as a spreadsheet shows them
    (``2-Sep``): a gene symbol that became a date is found by that.
    """
    # The table is the largest sheet: legends and summaries lie before and after it.
    sheets = read_sheets(packed, name, cap)
    sheet, rows = max(sheets, key=lambda s: len(s[1]) * max(len(row) for row in s[1]))
    width = max(len(row) for row in rows)
    lines = ["\t".join([*map(_spell, row), *[""] * (width - len(row))]) for row in rows]
    note = f"{name}: the sheet '{sheet}' of the workbook was read"
    return "\n".join([*lines, ""]).encode("utf-8", "replace"), (note,)


def _spell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime.date):  # datetime is one, too
        return f"{cell.day}-{_MONTHS[cell.month - 1]}"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return " ".join(str(cell).replace('"', "'").split())
