"""Headings over blocks of columns, as Progenesis writes them, put in front of the column names."""

import csv
from dataclasses import replace

from phosres.readers._format import normalise
from phosres.readers._text import Text

BLOCKS = frozenset(
    {"normalized.abundance", "normalised.abundance", "raw.abundance", "spectral.counts"}
)
"""Headings of blocks with one column a sample, normalised."""


def name_blocks(text: Text) -> Text:
    """Put the heading of each block in front of its columns; return any other table as it is.

    A heading stands over the first column of its block only.

    Parameters
    ----------
    text
        The table.
    """
    lines = text.data[: text.start].decode("utf-8", "replace").split("\n")[: text.header_row - 1]
    for cells in csv.reader(lines, delimiter=text.separator):
        if any(normalise(c) in BLOCKS for c in cells):
            return replace(text, header=_name(text.header, cells))
    return text


def _name(header: tuple[str, ...], headings: list[str]) -> tuple[str, ...]:
    named, block = [], ""
    for at, column in enumerate(header):
        heading = headings[at].strip() if at < len(headings) else ""
        block = heading or block
        named.append(f"{block} {column}" if block and column else column)
    return tuple(named)
