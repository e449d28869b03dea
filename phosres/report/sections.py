"""What a page is made of: plain records, without HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

Tone = Literal["note", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table.

    Parameters
    ----------
    text
        What is shown.
    value
        Number behind the text at full precision, for sorting and for comparison with the TSV.
    status
        Status drawn as a pill with glyph and word; empty for none.
    title
        Shown on hovering, for text that was shortened.
    href
        Anchor in this page the cell links to.
    id
        Anchor of this cell.
    lines
        Further lines (label, text) under the text.
    """

    text: str = ""
    value: float | None = None
    status: str = ""
    title: str = ""
    href: str = ""
    id: str = ""
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """Head of a column.

    Parameters
    ----------
    text
        What is shown.
    kind
        ``text``, ``status``, or how numbers are written: ``log2``, ``p``, ``count``, ``size``,
        ``number``.
    title
        What the column holds, one sentence.
    """

    text: str
    kind: str = "text"
    title: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows stand in the page.

    Parameters
    ----------
    caption
        What one row is.
    heads
        Heads of the columns; the first column holds the row heads.
    rows
        Cells, row by row.
    source
        File with the same numbers, relative to the report.
    style
        ``plain``, ``matrix`` for the status matrix, or ``fold`` for rows that are printed close.
    """

    kind: ClassVar[str] = "table"
    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    source: str = ""
    style: str = "plain"


@dataclass(frozen=True, slots=True)
class Packed:
    """A long table kept as compressed JSON and paged by the script; not printed.

    Parameters
    ----------
    id
        Anchor, unique in the page.
    caption
        What one row is.
    heads
        Heads of the columns.
    data
        Base64 of gzip of a JSON list of columns.
    rows
        Number of rows held.
    source
        File with the same numbers, relative to the report.
    """

    kind: ClassVar[str] = "packed"
    id: str
    caption: str
    heads: tuple[Head, ...]
    data: str
    rows: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs.

    Parameters
    ----------
    paragraphs
        One or more.
    """

    kind: ClassVar[str] = "text"
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section.

    Parameters
    ----------
    text
        The heading.
    level
        3 or 4.
    """

    kind: ClassVar[str] = "heading"
    text: str
    level: int = 3


@dataclass(frozen=True, slots=True)
class Notice:
    """A box that must be seen: something was left out, failed or limits what can be said.

    Parameters
    ----------
    text
        What, one or two sentences.
    tone
        ``note``, ``warn`` or ``fail``.
    """

    kind: ClassVar[str] = "notice"
    text: str
    tone: Tone = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One question with its answer in a sentence.

    Parameters
    ----------
    question
        What was asked, two or three words.
    text
        The answer.
    status
        Status in one word, empty if there is none.
    href
        Anchor of the evidence.
    """

    question: str
    text: str
    status: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """The answers for one contrast, of the cohort or one subject.

    Parameters
    ----------
    title
        Whom it is about; empty under a heading that says so.
    headline
        All of it in one sentence.
    items
        Question by question.
    """

    kind: ClassVar[str] = "findings"
    title: str
    headline: str
    items: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One call with everything behind it.

    Parameters
    ----------
    id
        Anchor.
    title
        Name of the call.
    status, grade
        Outcome and its grade.
    lines
        Label and text: reason, sites, hypothesis, source.
    """

    id: str
    title: str
    status: str
    grade: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cards:
    """Calls side by side.

    Parameters
    ----------
    items
        The calls.
    """

    kind: ClassVar[str] = "cards"
    items: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as a data URI.

    Parameters
    ----------
    id
        File stem of the figure.
    title, caption, alt
        As in `phosres.results.Rendered`.
    uri
        ``data:image/...``; empty if the figure failed.
    error
        Why it is not there, empty if it is.
    tone
        How bad that is: ``note`` if the figure does not apply to the data.
    source
        File with its numbers, relative to the folder of the run.
    """

    kind: ClassVar[str] = "figure"
    id: str
    title: str
    caption: str
    alt: str
    uri: str
    error: str = ""
    tone: Tone = "fail"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """Names with values, such as parameters and versions.

    Parameters
    ----------
    caption
        What they are.
    items
        Name and value.
    """

    kind: ClassVar[str] = "terms"
    caption: str
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Links:
    """References with an address.

    Parameters
    ----------
    items
        Text and address (``https://doi.org/...``), empty if there is none.
    """

    kind: ClassVar[str] = "links"
    items: tuple[tuple[str, str], ...]


Part = Table | Packed | Text | Heading | Notice | Findings | Cards | Figure | Terms | Links
"""Anything a section holds."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the page.

    Parameters
    ----------
    id
        Anchor.
    title
        Heading.
    parts
        Body, in order.
    failed
        Why the section could not be made, empty if it was.
    """

    id: str
    title: str
    parts: tuple[Part, ...] = ()
    failed: str = ""


Figures = Mapping[str, tuple[Figure, ...]]
"""Figures by the section of the report they belong to."""
