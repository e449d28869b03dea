"""GCT 1.3: a matrix with annotated rows and columns as text (https://clue.io/connectopedia/gct_format)."""

import pandas as pd

from phosres.exports._matrix import Matrix
from phosres.store import BREAKS

_VERSION = "#1.3"
_MISSING = "NA"
_NAMES = {
    "gene": "geneSymbol",
    "protein": "uniprot_id",
    "proteins": "accession_numbers",
    "window": "VMsiteFlanks",
    "peptide": "sequence",
}
"""Names of row annotation that PTM-SEA's and CPTAC's tools look for; other names stay."""


def format_gct(matrix: Matrix) -> bytes:
    r"""Return a matrix as GCT 1.3.

    Parameters
    ----------
    matrix
        Rows must be unique, as `phosres.exports.to_sites` makes them.

    Returns
    -------
    UTF-8 text; values have all their digits, what was not measured is ``NA``.

    Raises
    ------
    ValueError
        If rows or columns are not unique: a bug in the code that made the matrix.

    Examples
    --------
    >>> rows = pd.DataFrame({"gene": ["RPS6"]}, index=["x-p"])
    >>> columns = pd.DataFrame({"condition": ["pre"]}, index=["a"])
    >>> values = pd.DataFrame({"a": [1.5]}, index=rows.index)
    >>> print(format_gct(Matrix(values, rows, columns, "log2")).decode().replace("\t", " "))
    #1.3
    1 1 1 1
    id geneSymbol a
    condition na pre
    x-p RPS6 1.5
    <BLANKLINE>
    """
    values, rows, columns = matrix.values, matrix.rows, matrix.columns
    if not values.index.is_unique or not values.columns.is_unique:
        raise ValueError("rows or columns of a GCT are not unique")
    shape = (len(values), values.shape[1], rows.shape[1], columns.shape[1])
    head = ["id", *(_NAMES.get(str(c), _clean(c)) for c in rows.columns)]
    lines = [[_VERSION], [str(n) for n in shape], [*head, *map(_clean, values.columns)]]
    blank = ["na"] * rows.shape[1]
    lines += [[_clean(c), *blank, *map(_cell, columns[c])] for c in columns.columns]
    words = [[_clean(i) for i in values.index], *([_cell(v) for v in rows[c]] for c in rows)]
    numbers = [[_number(v) for v in values[c].tolist()] for c in values.columns]
    lines += [list(line) for line in zip(*words, *numbers, strict=True)]
    return "".join("\t".join(line) + "\n" for line in lines).encode("utf-8", "replace")


def _number(value: float) -> str:
    return _MISSING if value != value else repr(value)


def _cell(value: object) -> str:
    missing = value is None or value is pd.NA or value != value
    return _MISSING if missing or value == "" else _clean(value)


def _clean(value: object) -> str:
    return BREAKS.sub(" ", str(value))
