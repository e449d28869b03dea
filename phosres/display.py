"""How a noun shows itself in a notebook or at a prompt: one sentence and at most ten rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

MAX_ROWS = 10
"""Rows that are shown; the noun has them all."""

_MAX_COLUMNS = 10
_MAX_CELL = 60
_CELL = "text-align:left;padding:0 0.7em 0 0"


@dataclass(frozen=True, eq=False)
class View:
    """What is shown of a noun.

    Parameters
    ----------
    title
        What it is.
    text
        One sentence.
    table
        Its rows, the telling ones first; may be longer than what is shown.
    """

    title: str
    text: str
    table: pd.DataFrame


class Shown:
    """A noun that shows itself; it says what to show in ``_view``."""

    def _view(self) -> View:
        raise NotImplementedError

    def __repr__(self) -> str:
        view = self._view()
        return f"{view.title}: {view.text}"

    def _repr_html_(self) -> str:
        view = self._view()
        return (
            f"<p><b>{escape(view.title)}</b> {escape(view.text)}</p>"
            + format_html(view.table)
            + _tell_rest(view.table)
        )


def format_html(frame: pd.DataFrame) -> str:
    """Return the first rows and columns of a table as HTML, every text escaped.

    Parameters
    ----------
    frame
        The table; its index is not shown.

    Examples
    --------
    >>> format_html(pd.DataFrame({"gene": ["<b>"], "log2fc": [-1.23456]})).count("&lt;b&gt;")
    1
    """
    if frame.empty:
        return ""
    shown = frame.iloc[:MAX_ROWS, :_MAX_COLUMNS]
    head = "".join(f'<th scope="col" style="{_CELL}">{escape(str(c))}</th>' for c in shown.columns)
    body = "".join(
        "<tr>" + "".join(f'<td style="{_CELL}">{_cell(v)}</td>' for v in row) + "</tr>"
        for row in shown.itertuples(index=False, name=None)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def take(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return those of some columns that a table has.

    Parameters
    ----------
    frame
        The table.
    columns
        Columns in the order they are shown.
    """
    return frame[[c for c in columns if c in frame.columns]]


def _tell_rest(frame: pd.DataFrame) -> str:
    rest = len(frame) - MAX_ROWS
    return f"<p>{rest:,} more rows are not shown.</p>" if rest > 0 else ""


def _cell(value: object) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:.3g}"
    text = str(value)
    return escape(text if len(text) <= _MAX_CELL else text[: _MAX_CELL - 1] + "…")
