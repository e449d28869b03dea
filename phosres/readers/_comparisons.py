"""Contrast tables with one row a site and comparison, laid out with one column a comparison.

MSstats writes ``Protein, Label, log2FC, SE, Tvalue, DF, pvalue, adj.pvalue`` and prolfqua
``contrast, diff, std.error, statistic, df, p.value``: many comparisons below each other.
"""

import pandas as pd

from phosres.readers import _cells, _text
from phosres.readers._bytes import Content
from phosres.readers._changes import Change, find_changes
from phosres.readers._format import normalise
from phosres.readers._text import Text
from phosres.readers.formats import GENERIC

LABELS = ("label", "contrast", "comparison", "comparison.group1.group2", "coefficient", "coef")
"""Headers of the column that names the comparison of a row."""


def spread(text: Text) -> Text:
    """Lay a table of comparisons out in columns; return any other as it is.

    Parameters
    ----------
    text
        The table.
    """
    changes = find_changes(text.header)
    labels = [at for name in LABELS for at in text.places.get(name, [])]
    if len(changes) != 1 or not labels or text.short:
        return text
    (change,), label = changes, labels[0]
    cells = _cells.parse_text(text, range(text.width))
    names = [n for n in cells[label].unique() if n]
    if len(names) < 2 or cells[label].eq("").any():
        return text
    return _lay_out(text, cells, change, label)


def _lay_out(text: Text, cells: pd.DataFrame, change: Change, label: int) -> Text:
    numbers = [change.at, *sorted(set(change.beside.values()))]
    identity = [at for at in _identify(text, cells, label) if at not in numbers]
    key = cells.groupby([*identity, label], sort=False).cumcount().rename("again")
    wide = cells.assign(again=key).pivot_table(
        index=[*identity, "again"], columns=label, values=numbers, aggfunc="first", sort=False
    )
    wide = wide.fillna("")
    header = [text.header[at] for at in identity]
    pairs = [tuple(pair) for pair in wide.columns]
    header += [f"{text.header[int(at)]} {_plain(str(name))}" for at, name in pairs]
    lines = ["\t".join(map(_plain, header))]
    for owner, row in zip(wide.index, wide.to_numpy(dtype=object), strict=True):
        lines.append("\t".join(_plain(c) for c in (*owner[:-1], *row)))
    note = (
        f"{text.path}: each row is one comparison ('{text.header[label]}'), so the table was laid "
        "out with one column a comparison; rows are counted by site"
    )
    data = "\n".join([*lines, ""]).encode()
    return _text.lay_out(Content(text.path, data, text.sha256, (*text.warnings, note)))


def _identify(text: Text, cells: pd.DataFrame, label: int) -> list[int]:
    """Find the columns that say what a row is, and those that follow from them.

    Remarks and counts that differ between the comparisons of one site belong to none of them.
    """
    known = {alias for aliases in GENERIC.roles.values() for alias in aliases}
    named = [at for at, h in enumerate(text.header) if normalise(h) in known and at != label]
    base = named or [at for at in range(text.width) if at != label][:1]
    groups = cells.groupby(base, sort=False).ngroup()
    follows = (cells.groupby(groups).nunique().max() <= 1).to_numpy()
    return [at for at in range(text.width) if at in base or (at != label and follows[at])]


def _plain(cell: str) -> str:
    return " ".join(cell.replace('"', "'").split())
