"""Matrices of samples x antibodies, turned round into antibodies x samples."""

from phosres.readers import _cells, _text
from phosres.readers._bytes import Content
from phosres.readers._kinds import kind_of, peek
from phosres.readers._text import Text
from phosres.readers.formats.rppa import is_epitope

_FEWEST = 3
"""Headers that name a phosphosite antibody; site tables name their samples otherwise."""


def turn(text: Text) -> Text:
    """Turn a table round if its columns are antibodies; return any other as it is.

    Parameters
    ----------
    text
        The table.
    """
    if sum(is_epitope(h) for h in text.header) < _FEWEST or text.short:
        return text
    every = list(range(text.width))
    head = peek(text, every, rows=200)
    numeric = [c for c in every[1:] if kind_of(head[c]) in {"number", "position", "empty"}]
    if sum(is_epitope(text.header[c]) for c in numeric) < _FEWEST:
        return text
    # Rows that are sites have samples as columns, whatever these are called.
    words = [kind_of(head[c]) for c in every if c not in numeric]
    if {"site", "combined", "compound", "window", "residue"} & set(words):
        return text
    cells = _cells.parse_text(text, [0, *numeric])
    lines = ["\t".join(["antibody", *(_plain(c) for c in cells[0])])]
    lines += ["\t".join([_plain(text.header[c]), *(_plain(v) for v in cells[c])]) for c in numeric]
    note = (
        f"{text.path}: the columns are antibodies, so the table was turned round; rows are "
        "counted by antibody"
    )
    data = "\n".join([*lines, ""]).encode()
    turned = Content(text.path, data, text.sha256, (*text.warnings, note))
    return _text.lay_out(turned)


def _plain(cell: str) -> str:
    return " ".join(cell.replace('"', "'").split())
