"""Lists of sites: stable references for the normalisation."""

import re
from pathlib import Path

import pandas as pd

from phosres.errors import DataError, Problem
from phosres.readers import _bytes, _cells, _text

COLUMNS: dict[str, tuple[str, ...]] = {
    "window": ("window", "sequence.window", "site.sequence", "sequence", "flanking"),
    "protein": ("protein", "uniprot", "accession", "uniprot.id", "proteins"),
    "gene": ("gene", "gene.name", "gene.symbol", "symbol", "genes"),
    "site": ("site", "position", "phosphosite", "residue.position"),
}
"""Columns of a list, and the headers they are known by."""

LEAST_WINDOW = 11
"""Residues that tell nearly all sites of a proteome apart."""

_SITE = re.compile(r"[STYH][1-9]\d*")
_SHOWN = 5
_HINT = (
    f"give an odd window of at least {LEAST_WINDOW} residues with the site in its centre, or "
    "protein (or gene) and site (S235)"
)


def read_site_list(path: str | Path) -> pd.DataFrame:
    """Read a list of sites.

    Parameters
    ----------
    path
        TSV or CSV with a column ``window`` (sequence, the site in its centre), or the columns
        ``protein`` or ``gene`` and ``site`` (S235), or both.

    Returns
    -------
    Columns window, protein, gene and site; ``""`` where a list has none.

    Raises
    ------
    DataError
        With every entry that names no site.
    """
    text = _text.lay_out(_bytes.load(path))
    found = {
        role: next((text.places[h][0] for h in headers if h in text.places), -1)
        for role, headers in COLUMNS.items()
    }
    if found["window"] < 0 and (found["site"] < 0 or max(found["protein"], found["gene"]) < 0):
        shown = ", ".join(f"'{h}'" for h in text.header[:8])
        hint = "name the columns window, or protein (or gene) and site"
        problem = f"the list of sites has no column that names sites; found: {shown}"
        raise DataError(Problem(problem, text.path, line=text.header_row, hint=hint))
    cells = _cells.parse_text(text, sorted({at for at in found.values() if at >= 0}))
    frame = pd.DataFrame(
        {role: cells[at] if at >= 0 else "" for role, at in found.items()}, dtype=object
    )
    frame["site"] = frame["site"].str.upper()
    window = frame["window"].str.len().ge(LEAST_WINDOW) & (frame["window"].str.len() % 2 == 1)
    named = (frame["protein"] != "") | (frame["gene"] != "")
    sites = frame["site"].map(lambda s: _SITE.fullmatch(s) is not None)
    wrong = frame.index[~(window | (named & sites)).to_numpy(dtype=bool)]
    problems = [
        Problem("the row names no site", text.path, line=text.first_row + int(at), hint=hint)
        for at, hint in zip(wrong[:_SHOWN], [_HINT, *[""] * _SHOWN], strict=False)
    ]
    if len(wrong) > _SHOWN:
        problems.append(Problem(f"{len(wrong) - _SHOWN:,} more rows name no site", text.path))
    if problems:
        raise DataError(problems)
    return frame.reset_index(drop=True)
